/** What a destination makes of events, seen at Pinterest: own events by each side, filters, shadow, and a test's debug session. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Forward, NO_RULES, type Rules } from "#relay/core/rules";
import type { Destination } from "#relay/core/settings";
import { until } from "../until.ts";
import { launchBrowser } from "./browser.ts";
import { type Stage, setStage } from "./stage.ts";

let browser: Browser;
let stage: Stage;

beforeAll(async () => {
  browser = await launchBrowser();
  stage = await setStage(browser);
});
afterAll(async () => {
  await stage?.close();
  await browser?.close();
});
beforeEach(async () => {
  await change({ state: "live", rules: NO_RULES });
  stage.pinterest.reset();
});

const change = async (fields: Partial<Pick<Destination, "state" | "rules">>): Promise<void> => {
  const { store, directory } = stage.relay;
  for (const one of await store.destinations()) await store.saveDestination({ ...one, ...fields });
  await directory.refresh();
};

const call = (eventName: string, eventID: string, properties: object = {}): string =>
  `pinrelay(${JSON.stringify({ method: "track", eventName, eventID, properties })});`;
const atTag = () => stage.pinterest.browser.map(({ event }) => event);
const atApi = () => stage.pinterest.server.map(({ event_name: name }) => name);
const rowOf = async (id: string) => (await stage.relay.store.recent(50)).find((row) => row.id === id);
const deliveryOf = async (id: string) => (await rowOf(id))?.deliveries[0];

/** A new visitor's page tells these, and then a search, whose halves come after all the others'. */
async function tell(calls: string, path = "/cart"): Promise<void> {
  const { page, errors } = await stage.visit();
  await page.goto(stage.shop.url + path, { waitUntil: "load" });
  const mark = crypto.randomUUID();
  await page.evaluate(calls + call("Searched", mark, { query: "the end" }));
  await until(async () => (await deliveryOf(mark))?.outcome !== undefined);
  expect(errors).toEqual([]);
}

describe("an event of the shop's own", () => {
  const row = (forward: Forward): Rules => ({
    ...NO_RULES,
    mapping: { "Finished Quiz": { tag: "quiz_finished", api: "quiz_finished", forward } },
  });

  test.each([
    ["both", true, true, "sent"],
    ["client", true, false, "browser only"],
    ["server", false, true, "sent"],
    ["none", false, false, "filtered"],
  ] as const)("forwarded by %s", async (forward, byTag, byApi, outcome) => {
    await change({ rules: row(forward) });
    const id = crypto.randomUUID();
    await tell(call("Finished Quiz", id));
    await until(async () => (await deliveryOf(id))?.outcome === outcome);
    await until(() => atTag().includes("search") && atApi().includes("search"));
    // What the Tag sends one after the other may arrive in another order.
    if (byTag) await until(() => atTag().includes("quiz_finished"));
    expect([atTag().includes("quiz_finished"), atApi().includes("quiz_finished")]).toEqual([byTag, byApi]);
  });
});

test("a filter keeps both halves away, and lets both halves of others through", async () => {
  await change({
    rules: {
      ...NO_RULES,
      filters: [
        {
          event: "Subscribed To Newsletter",
          group: { match: "any", conditions: [{ property: "value", operator: "at least", value: "50" }] },
        },
      ],
    },
  });
  const [small, large] = [crypto.randomUUID(), crypto.randomUUID()];
  const worth = (value: number) => ({ value, currency: "USD" });
  await tell(call("Subscribed To Newsletter", small, worth(5)) + call("Subscribed To Newsletter", large, worth(80)));
  await until(async () => (await deliveryOf(large))?.outcome === "sent");
  await until(() => atTag().includes("lead") && atTag().includes("search"));
  expect(await deliveryOf(small)).toMatchObject({
    outcome: "filtered",
    words: "the filter for Subscribed To Newsletter does not hold",
  });
  const leads = stage.pinterest.verdicts().filter(({ apiName }) => apiName === "lead");
  expect(leads.map(({ eventId, verdict }) => [eventId, verdict])).toEqual([[large, "counted once"]]);
});

test("in shadow the payload is computed and kept, and Pinterest hears nothing by either side", async () => {
  await change({ state: "shadow" });
  const id = crypto.randomUUID();
  await tell(call("Subscribed To Newsletter", id, { value: 5, currency: "USD" }));
  const delivery = await deliveryOf(id);
  expect(delivery?.outcome).toBe("shadow");
  expect(JSON.parse(delivery?.payload ?? "{}")).toMatchObject({ event_name: "lead", event_id: id });
  expect([atTag(), stage.pinterest.calls]).toEqual([[], []]);
});

test("in test the API is told with test=true, and the Tag by whoever has the debug panel open alone", async () => {
  await change({ state: "test" });
  await tell(call("Subscribed To Newsletter", crypto.randomUUID()));
  expect(atTag()).toEqual([]);
  await tell(call("Subscribed To Newsletter", crypto.randomUUID()), "/cart#pinrelay-debug");
  await until(() => atTag().includes("lead"));
  expect(stage.pinterest.calls.length).toBeGreaterThan(0);
  expect(stage.pinterest.calls.every(({ test }) => test)).toBe(true);
});

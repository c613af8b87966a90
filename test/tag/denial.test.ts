/** What a page tells where consent is denied: of an order its ID, of a withdrawal who takes it back, and nothing else. */
import { expect, test } from "vitest";
import type { ConsentMode } from "#tag/contract";
import { until } from "../until.ts";
import { eachStage } from "./each-stage.ts";
import type { Stage } from "./stage.ts";

let stage: Stage;
eachStage((set) => {
  stage = set;
});

const STUB = "window.pinrelay = function () { (pinrelay.q = pinrelay.q || []).push(arguments) };";
const choice = (marketing: string): string => `pinrelay({ method: "consent", marketing: "${marketing}" });`;
const ORDER = `pinrelay({ method: "track", eventName: "Placed Order", aliases: ["urn:email:maya@example.com"],
  properties: { id: "1001", order_aliases: ["#1001"], total_price: 48, currency: "USD", $email: "maya@example.com", items: [{ product_id: "1" }] } });`;
const PURCHASE = `window.dataLayer = window.dataLayer || []; dataLayer.push({ event: "purchase",
  ecommerce: { transaction_id: "1001", value: 48, currency: "USD", items: [{ item_id: "1", price: 48 }] } });`;
const SIGNED_UP = 'pinrelay({ method: "track", eventName: "Signed Up", eventID: "signed-1" });';

const open = async (code: string, consent: ConsentMode = "implied") => {
  stage.settings.consent = consent;
  stage.pages["/thank-you"] = `<head><script>${STUB}${code}</script>${stage.tag()}</head>`;
  const visit = await stage.visit();
  await visit.page.goto(`${stage.shop}/thank-you?order=1001&epik=dj0yJnU9TkVX`);
  return visit;
};

const DENIED = {
  v: 1,
  key: "k3x9q2m7",
  rev: "3f9a1c2e",
  sentAt: expect.any(Number),
  consent: { marketing: "denied", by: "call", at: expect.any(Number) },
  acks: [],
};
const order = (properties: object) => ({
  ...DENIED,
  events: [
    {
      id: "order.k3x9q2m7.1001",
      name: "Placed Order",
      rev: "3f9a1c2e",
      time: expect.any(Number),
      url: `${stage.shop}/`,
      properties,
    },
  ],
});
const bodies = (): unknown[] => stage.requests.map(({ body }) => JSON.parse(body));

// biome-ignore format: a table
test.each<[who: string, code: string, properties: object]>([
  ["a call",      ORDER,    { id: "1001", order_aliases: ["#1001"] }],
  ["the dataLayer", PURCHASE, { id: "1001" }],
])("an order that %s tells is told the relay by its ID alone, once", async (_, code, properties) => {
  const { context, page, errors } = await open(choice("denied") + code + SIGNED_UP);
  await until(() => stage.requests.length > 0);
  // What is granted later proves that nothing else was on its way.
  await page.evaluate(choice("granted") + SIGNED_UP.replace("signed-1", "signed-2"));
  await until(() => stage.events("Signed Up").length === 1);
  expect(bodies()[0]).toEqual(order(properties));
  expect(stage.requests[0]?.cookie).toBeUndefined();
  expect(stage.events().map(({ name, id }) => [name, id])).toEqual([
    ["Placed Order", "order.k3x9q2m7.1001"],
    ["Signed Up", "signed-2"],
  ]);
  expect(stage.tracked("checkout")).toEqual([]);
  // The later event rests there until it is answered for, with the page's address.
  const kept = () => page.evaluate("JSON.stringify([localStorage, sessionStorage])").then(String);
  await until(async () => !(await kept()).includes("signed-2"));
  expect(await kept()).not.toContain("1001");
  expect((await context.cookies()).length).toBeGreaterThan(0);
  expect(errors).toEqual([]);
});

test("an order waits as long as nobody has decided, and goes by its ID alone with the denial", async () => {
  const { page } = await open(ORDER, "require");
  await page.waitForFunction("performance.getEntriesByType('resource').some(({ name }) => /every/.test(name))");
  await page.waitForTimeout(1_000);
  expect(stage.requests).toEqual([]);
  await page.evaluate(choice("denied"));
  await until(() => stage.requests.length === 1);
  expect(bodies()).toEqual([order({ id: "1001", order_aliases: ["#1001"] })]);
});

test("taken back, the relay is told by whom, once, while that is known", async () => {
  const { context, page, errors } = await open(SIGNED_UP);
  await until(() => stage.events("Signed Up").length === 1 && stage.tracked("signup").length === 1);
  const id = stage.beacons[0]?.visitor?.id;
  stage.beacons.length = 0;
  await page.evaluate(choice("denied"));
  await until(() => stage.beacons.length === 1);
  expect(stage.beacons).toEqual([{ ...DENIED, visitor: { id }, events: [] }]);
  expect(await context.cookies()).toEqual([]);
  // Later pages know nobody any more: what is granted there is another one's.
  stage.pages["/next"] = `<head>${stage.tag()}</head>`;
  await page.goto(`${stage.shop}/next`);
  await page.waitForFunction("performance.getEntriesByType('resource').some(({ name }) => /every/.test(name))");
  await page.evaluate(choice("granted") + SIGNED_UP);
  await until(() => stage.events("Signed Up").length === 1);
  expect(stage.beacons.filter(({ consent }) => consent.marketing === "denied")).toHaveLength(1);
  expect(stage.beacons.at(-1)?.visitor?.id).not.toBe(id);
  expect(errors).toEqual([]);
});

test("taken back before the second file came, it is told all the same", async () => {
  stage.settings.consent = "implied";
  stage.pages["/"] = `<head>${stage.tag()}</head>`;
  let letCome = (): void => {};
  const held = new Promise<void>((resolve) => {
    letCome = resolve;
  });
  const { page, context } = await stage.visit({}, (context) =>
    context.route("**/every.*", (route) => held.then(() => route.continue())),
  );
  await page.goto(`${stage.shop}/`, { waitUntil: "commit" });
  await until(() => stage.events("$page_load").length === 1);
  const id = stage.beacons[0]?.visitor?.id;
  await page.evaluate(choice("denied"));
  letCome();
  await until(() => stage.beacons.some(({ consent }) => consent.marketing === "denied"));
  expect(stage.beacons.at(-1)).toEqual({ ...DENIED, visitor: { id }, events: [] });
  await until(async () => (await context.cookies()).length === 0);
});

test("where the relay is down it is told when it is back, while the page lasts", async () => {
  const { page } = await open(SIGNED_UP);
  await until(() => stage.events("Signed Up").length === 1);
  stage.answers = ["down", 503];
  const before = stage.requests.length;
  stage.beacons.length = 0;
  await page.evaluate(choice("denied"));
  await until(() => stage.beacons.length === 1);
  expect(stage.requests.length).toBeGreaterThan(before + 1);
  expect(stage.beacons[0]).toMatchObject({ consent: { marketing: "denied" }, events: [] });
});

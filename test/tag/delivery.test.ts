/** Beacons on their way from a real browser: gathered, kept, tried again, told once they are answered for. */
import { describe, expect, test } from "vitest";
import { type Beacon, TAG_BEACON_BYTES, TAG_BEACON_EVENTS } from "#tag/contract";
import { until } from "../until.ts";
import { eachStage } from "./each-stage.ts";
import { rest, type Stage, type Visit } from "./stage.ts";

let stage: Stage;
eachStage((set) => {
  stage = set;
  stage.pages = { "/": `<head>${stage.tag()}</head>`, "/cart": `<head>${stage.tag()}</head>`, "/blank": "" };
});

const add = (id: string, more = ""): string =>
  `pinrelay({ method: "track", eventName: "Searched", eventID: "${id}", properties: { query: "mug" ${more} } });`;
const open = async (path = "/", prepare?: Parameters<Stage["visit"]>[1]): Promise<Visit> => {
  const visit = await stage.visit({}, prepare);
  await visit.page.goto(stage.shop + path);
  return visit;
};
const kept = ({ page }: Visit): Promise<string[]> =>
  page.evaluate(() => Object.entries(localStorage).flatMap(([key, text]) => (key.includes(".event.") ? [text] : [])));
const ids = (name = "Searched"): string[] => stage.events(name).map(({ id }) => id);

test("a beacon is a simple request with cookies, and says what its contract asks", async () => {
  const { context, page } = await open("/blank");
  await context.addCookies([{ name: "session", value: "relay", url: stage.relay }]);
  const started = Date.now();
  await page.goto(`${stage.shop}/?token=abc&epik=dj0yJnU9TkVX#top`);
  await until(() => stage.beacons.length === 1);
  const [request] = stage.requests;
  expect(stage.requests).toHaveLength(1);
  expect(request).toMatchObject({
    method: "POST",
    type: "text/plain;charset=UTF-8",
    cookie: expect.stringContaining("session=relay"),
  });
  const beacon = stage.beacons[0] as Beacon;
  expect(beacon).toEqual({
    v: 1,
    key: "k3x9q2m7",
    rev: "3f9a1c2e",
    sentAt: expect.any(Number),
    visitor: { id: expect.stringMatching(/^[0-9a-f]{64}$/), clickId: "dj0yJnU9TkVX" },
    consent: { marketing: "unknown", by: "implied", at: expect.any(Number) },
    language: "en-US",
    acks: [],
    otherTags: [],
    events: [
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: "$page_load",
        tag: "page",
        rev: "3f9a1c2e",
        time: expect.any(Number),
        url: `${stage.shop}/?token=abc&epik=dj0yJnU9TkVX`,
        properties: {},
        profile: {},
        aliases: [],
      },
    ],
  });
  const [event] = beacon.events;
  expect(event?.time).toBeGreaterThanOrEqual(started);
  expect(beacon.sentAt).toBeGreaterThanOrEqual(event?.time ?? Number.NaN);
});

test("a page says where it was come to from", async () => {
  const { page } = await open("/blank");
  await page.setContent(`<a href="${stage.shop}/cart">cart</a>`);
  await page.evaluate('history.replaceState(null, "", "/blank?q=mug")');
  await page.click("a");
  await until(() => stage.events().length === 1);
  expect(stage.events()[0]?.referrer).toBe(`${stage.shop}/blank?q=mug`);
});

test("events of one moment share a beacon, and a beacon holds no more than it may", async () => {
  const visit = await open();
  await until(() => stage.beacons.length === 1);
  await visit.page.evaluate(`for (let n = 0; n < 45; n += 1) { ${add('s" + n + "')} }`);
  await until(() => ids().length === 45);
  expect(stage.beacons.slice(1).map(({ events }) => events.length)).toEqual([TAG_BEACON_EVENTS, TAG_BEACON_EVENTS, 5]);

  await visit.page.evaluate(
    `for (let n = 0; n < 5; n += 1) { ${add('big" + n + "', ', description: "é".repeat(9000)')} }`,
  );
  await until(() => ids().length === 50);
  for (const { body } of stage.requests) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(TAG_BEACON_BYTES);
  await until(async () => (await kept(visit)).length === 0);
});

test("one event that is far too large is dropped with a warning, and holds up no other", async () => {
  const { page, words } = await open();
  await page.evaluate(`${add("huge", ', description: "x".repeat(40000)')} ${add("small")}`);
  await until(() => ids().length === 1);
  expect(ids()).toEqual(["small"]);
  expect(words.filter((text) => text.includes("too large"))).toHaveLength(1);
});

describe("while the relay is down", () => {
  const line = (text: string) => JSON.parse(text) as { id: string; time: number };

  test("events are kept without who the visitor is, and arrive from the next page when it is back", async () => {
    stage.answers = Array.from({ length: 30 }, () => "down" as const);
    const visit = await open();
    const person = '"maya.hartley@example.com"';
    await visit.page.evaluate(`
      pinrelay({ method: "set", profileProperties: { $email: ${person}, $phone_number: "+15035550142" }, aliases: ["urn:email:" + ${person}] });
      ${add("kept-1", `, $email: ${person}`)} ${add("kept-2")}`);
    await until(() => stage.requests.some(({ body }) => body.includes("kept-2")));
    const before = (await kept(visit)).map(line);
    expect(before.map(({ id }) => id)).toEqual(expect.arrayContaining(["kept-1", "kept-2"]));
    expect((await kept(visit)).join()).not.toMatch(/maya|503555/);
    expect(stage.requests.at(-1)?.body).toContain("maya.hartley@example.com");

    stage.answers = [];
    await visit.page.goto(`${stage.shop}/cart`);
    await until(() => ids("$page_load").length === 2);
    for (const { id, time } of before) expect(stage.events().find((event) => event.id === id)?.time).toBe(time);
    await until(async () => (await kept(visit)).length === 0);
    expect(visit.errors).toEqual([]);
  });

  test("they are tried again in the page, once each, and at once when the line is back", async () => {
    stage.answers = ["down"];
    const visit = await open();
    await until(() => ids("$page_load").length === 1);
    stage.answers = [503, 503];
    stage.retryAfter = "60";
    // The line is back for what waits: the page is to have heard first that the relay could not take it.
    const refused = visit.page.waitForResponse((response) => response.status() === 503);
    await Promise.all([refused, visit.page.evaluate(add("late"))]);
    await rest(visit.page, 1_500);
    expect(stage.requests.at(-1)?.body).toContain("late");
    expect(ids()).toEqual([]);
    stage.answers = [];
    await visit.page.evaluate("dispatchEvent(new Event('online'))");
    await until(() => ids().length === 1);
    await until(async () => (await kept(visit)).length === 0);
  });

  test("a beacon that it refuses for good is not tried again", async () => {
    stage.answers = [400, 413];
    const visit = await open();
    await until(() => stage.requests.length === 1);
    await visit.page.evaluate(add("refused"));
    await until(() => stage.requests.length === 2);
    await until(async () => (await kept(visit)).length === 0);
    await visit.page.evaluate(add("taken"));
    await until(() => ids().length === 1);
    expect(ids()).toEqual(["taken"]);
  });

  test("two tabs lose none of each other's", async () => {
    stage.answers = Array.from({ length: 30 }, () => "down" as const);
    const visit = await open();
    const other = await visit.context.newPage();
    await other.goto(`${stage.shop}/cart`);
    await Promise.all([visit.page.evaluate(add("one")), other.evaluate(add("two"))]);
    await until(async () => (await kept(visit)).length === 4);
    stage.answers = [];
    await other.reload();
    await until(() => new Set(ids()).size === 2 && new Set(ids("$page_load")).size === 3);
  });
});

test("where nothing can be stored events are kept in memory", async () => {
  stage.answers = ["down"];
  const visit = await open("/", (context) =>
    context.addInitScript(() => {
      Object.defineProperty(window, "localStorage", {
        get() {
          throw new DOMException("denied", "SecurityError");
        },
      });
    }),
  );
  await until(() => ids("$page_load").length === 1);
  expect(visit.errors).toEqual([]);
});

test("where cookies are blocked the visitor is the same for the page", async () => {
  const visit = await open("/", (context) =>
    context.addInitScript(() => Object.defineProperty(Document.prototype, "cookie", { get: () => "", set: () => {} })),
  );
  await until(() => stage.beacons.length === 1);
  await visit.page.evaluate(add("same"));
  await until(() => stage.beacons.length === 2);
  expect(stage.beacons[0]?.visitor?.id).toBe(stage.beacons[1]?.visitor?.id);
});

test("without fetch the beacon goes when the page is left", async () => {
  const visit = await open("/", (context) => context.addInitScript(() => Reflect.deleteProperty(window, "fetch")));
  await visit.page.goto(`${stage.shop}/blank`);
  await until(() => stage.events("$page_load").length === 1);
  expect(visit.errors).toEqual([]);
});

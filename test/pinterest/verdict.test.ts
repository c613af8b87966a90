import { describe, expect, test } from "vitest";
import { verdictsOf } from "./join.ts";
import type { BrowserHit, ServerEvent } from "./records.ts";
import { arrived, checkout, hit, NOW, NOW_SECONDS, TAG_ID } from "./samples.ts";
import type { VerdictName } from "./verdict.ts";

const HOUR = 3_600_000;
const judged = (browser: BrowserHit[], server: ServerEvent[]) => verdictsOf({ browser, server }, TAG_ID);
const said = (change: object) => hit({ ed: { ...hit().ed, ...change } });
const without = (key: string) =>
  hit({ ed: Object.fromEntries(Object.entries(hit().ed).filter(([name]) => name !== key)) });
const told = (change: object) => arrived({ custom_data: { ...checkout().custom_data, ...change } });
const named = (event: string, event_name: string) => [[hit({ event })], [arrived({ event_name })]] as const;

describe("one event", () => {
  // biome-ignore format: a table
  test.each<[string, readonly BrowserHit[], readonly ServerEvent[], VerdictName, why: string]>([
    ["both halves agree",                       [hit()],                              [arrived()],                             "counted once",     "both halves agree"],
    ["a value as text is the same number",      [said({ value: "101.0" })],           [arrived()],                             "counted once",     "agree"],
    ["an order number as a number is the same", [said({ order_id: 5001001 })],        [arrived()],                             "counted once",     "agree"],
    ["neither speaks of money",                 [hit({ ed: {} })],                    [arrived({ custom_data: {} })],          "counted once",     "agree"],
    ["the browser repeats itself",              [hit(), hit(), hit()],                [arrived()],                             "counted once",     "agree"],
    ["the server retries with the same bytes",  [hit()],                              [arrived(), arrived({ call: 1, atMs: NOW + 9 })], "counted once", "agree"],
    ["both under a name of one's own",          ...named("giftcard", "giftcard"),                                              "counted once",     "agree"],
    ["under paired names",                      ...named("pagevisit", "page_visit"),                                           "counted once",     "agree"],
    ["a checkout by the hour",                  [hit()],                              [arrived({ atMs: (NOW_SECONDS - 2) * 1000 + HOUR })], "counted once", "agree"],
    ["an app's event, which the Tag has not",   [],                                   [arrived({ event_name: "app_install" })], "counted once",    "the Pinterest Tag has no such event"],

    ["the base call, which the API has not",    [hit({ event: "init" })],             [],                                      "browser only",     "base call"],

    ["only the server told it",                 [],                                   [arrived()],                             "one half missing", "the browser half is missing"],
    ["only the browser told it",                [hit()],                              [],                                      "one half missing", "the server half is missing"],
    ["the server told it in test mode",         [hit()],                              [arrived({ test: true })],               "one half missing", "test mode only"],
    ["an hour late, and the only record",       [],                                   [arrived({ atMs: NOW + 2 * HOUR })],     "one half missing", "the browser half is missing"],

    ["another value",                           [said({ value: 110 })],               [arrived()],                             "halves disagree",  "value: 110 in the browser, 101 on the server"],
    ["a value on one side",                     [without("value")],                   [arrived()],                             "halves disagree",  "value: none in the browser, 101 on the server"],
    ["a value that is no number",               [said({ value: "101 USD" })],         [arrived()],                             "halves disagree",  "value: none in the browser"],
    ["another currency",                        [said({ currency: "EUR" })],          [arrived()],                             "halves disagree",  "currency: EUR in the browser, USD on the server"],
    ["another quantity",                        [hit()],                              [told({ num_items: 2 })],                "halves disagree",  "quantity: 3 in the browser, 2 on the server"],
    ["another order",                           [hit()],                              [told({ order_id: "#1001" })],           "halves disagree",  "order ID: 5001001 in the browser, #1001 on the server"],
    ["a product less",                          [said({ line_items: [{ product_id: "1001" }] })], [arrived()],                 "halves disagree",  "content IDs: 1001 in the browser, 1001, 1002 on the server"],
    ["variants against products",               [hit()],                              [told({ content_ids: ["1001-2"], contents: [] })], "halves disagree", "content IDs: 1001, 1002 in the browser, 1001-2"],
    ["contents and content_ids that differ",    [hit()],                              [told({ content_ids: ["1001", "1002", "1003"] })], "halves disagree", "1001, 1002, 1003 on the server"],

    ["searched for the same",                   [said({ search_query: "oak" })],      [told({ search_string: "oak" })],        "counted once",     "agree"],
    ["searched for something else",             [said({ search_query: "oak" })],      [told({ search_string: "linen" })],      "halves disagree",  "search query: oak in the browser, linen on the server"],

    ["sent again with other bytes",             [hit()],                              [arrived(), told({ value: "99.00" })],   "counted twice",    "not with the same bytes: custom_data.value: 101.00, then 99.00"],
    ["sent again without its language",         [hit()],                              [arrived(), arrived({ language: null })], "counted twice",   "language: en, then null"],
    ["over an hour late beside the browser",    [hit()],                              [arrived({ atMs: NOW + HOUR })],         "counted twice",    "offline"],
    ["a retry that comes over an hour late",    [],                                   [arrived(), arrived({ atMs: NOW + HOUR })], "counted twice", "offline"],
  ])("%s", (_, browser, server, verdict, why) => {
    const found = judged([...browser], [...server]);
    expect(found).toMatchObject([{ verdict, why: expect.stringContaining(why) }]);
    expect(found[0]).toMatchObject({
      browserArrivals: browser.length,
      serverArrivals: server.filter((event) => !event.test).length,
    });
  });
});

test("a verdict shows what each half said", () => {
  expect(judged([hit()], [arrived()])).toEqual([
    {
      apiName: "checkout",
      eventId: "order.k3x9.5001001",
      verdict: "counted once",
      why: "both halves agree",
      browser: {
        atMs: NOW - 1_500,
        value: 101,
        currency: "USD",
        contentIds: ["1001", "1002"],
        quantity: 3,
        orderId: "5001001",
        url: "https://www.fennelandoak.example/thank-you/5001001",
        matchKeys: ["em", "external_id"],
      },
      server: {
        atMs: NOW,
        eventTimeMs: NOW - 2_000,
        value: 101,
        currency: "USD",
        contentIds: ["1001", "1002"],
        quantity: 3,
        orderId: "5001001",
        url: "https://www.fennelandoak.example/thank-you/5001001",
        matchKeys: ["em", "client_ip_address", "client_user_agent", "click_id"],
      },
      browserArrivals: 1,
      serverArrivals: 1,
    },
  ]);
});

test("what was sent again says which match keys changed, and never what they are", () => {
  const other = arrived({
    user_data: { ...checkout().user_data, em: ["ab".repeat(32)], client_ip_address: "203.0.113.8" },
  });
  expect(judged([], [arrived(), other])[0]?.why).toMatch(
    /same bytes: user_data\.em: not the same · user_data\.client_ip_address: not the same$/,
  );
});

test("the same fields in another order are other bytes, and said to be no more than that", () => {
  const { event_name, ...rest } = arrived();
  expect(judged([], [arrived(), { ...rest, event_name }])[0]?.why).toContain("the same fields in another order");
});

test("a warning belongs to the verdict once, and makes no retry another event", () => {
  const warned = arrived({ warning: "custom_data.currency is no currency of ISO 4217" });
  expect(judged([hit()], [warned, { ...warned, call: 1 }])).toMatchObject([
    { verdict: "counted once", serverArrivals: 2, warnings: ["custom_data.currency is no currency of ISO 4217"] },
  ]);
  expect(judged([hit()], [warned, arrived({ call: 1 })])).toMatchObject([{ verdict: "counted once" }]);
});

test("one id under two names that are no pair is counted twice, since neither finds its half", () => {
  const found = judged([hit({ event: "pagevisit" })], [arrived({ event_name: "view_category" })]);
  expect(found).toMatchObject([
    { apiName: "page_visit", verdict: "counted twice", why: expect.stringContaining("also told as view_category") },
    { apiName: "view_category", verdict: "counted twice", why: expect.stringContaining("also told as page_visit") },
  ]);
});

test("one id under two names that both have both halves is two events", () => {
  const names = [
    ["pagevisit", "page_visit"],
    ["addtocart", "add_to_cart"],
  ] as const;
  const found = judged(
    names.map(([event]) => hit({ event })),
    names.map(([, event_name]) => arrived({ event_name })),
  );
  expect(found.map(({ verdict }) => verdict)).toEqual(["counted once", "counted once"]);
});

test("a base call under the id of a server event takes nothing from it", () => {
  const found = judged([hit({ event: "init" })], [arrived({ event_name: "page_visit" })]);
  expect(found.map(({ verdict }) => verdict)).toEqual(["browser only", "one half missing"]);
});

test("hits without an event ID are an event each", () => {
  const { eventId: _, ...bare } = hit();
  const found = judged([bare, bare], [arrived()]);
  expect(found.map(({ eventId, verdict }) => [eventId, verdict])).toEqual([
    ["", "one half missing"],
    ["", "one half missing"],
    ["order.k3x9.5001001", "one half missing"],
  ]);
  expect(found[0]?.why).toContain("without an event ID");
});

test("hits for another tag are another account's", () => {
  expect(judged([hit({ tagId: "2600000000000" })], [])).toEqual([]);
});

test("of test mode alone nothing is recorded", () => {
  expect(judged([], [arrived({ test: true })])).toEqual([]);
});

test("verdicts come in the order in which the events first came", () => {
  const late = hit({ eventId: "late", atMs: NOW + 5 });
  const found = judged([late, hit({ eventId: "first", atMs: NOW - 5 })], [arrived({ event_id: "between" })]);
  expect(found.map(({ eventId }) => eventId)).toEqual(["first", "between", "late"]);
});

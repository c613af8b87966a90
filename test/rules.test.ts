import { allowed, type Condition, type Filter, type Group, OPERATORS } from "@pinrelay/tag/filter";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NO_RULES, type Rules } from "#relay/core/rules";
import { matches } from "#relay/regex";
import { readRules } from "#relay/rules-schema";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

let pinterest: Pinterest;
let started: Started;

beforeEach(async () => {
  pinterest = await startPinterest();
  const { adAccountId, tagId, token } = pinterest;
  started = await startRelay({
    config: {
      pinterestApiUrl: pinterest.apiUrl,
      seed: { origins: [SHOP_ORIGIN], account: { adAccountId, tagId, token } },
    },
  });
});
afterEach(async () => {
  await started.relay.close();
  await pinterest.close();
});

const setRules = async (rules: Rules) => {
  const { store, directory } = started.relay;
  for (const destination of await store.destinations()) await store.saveDestination({ ...destination, rules });
  await directory.refresh();
};
const tell = async (...events: object[]) => {
  await collect(started, beacon(started.key, events));
  await until(async () =>
    (await started.relay.store.recent(50)).every(({ deliveries }) => deliveries.every(({ outcome }) => outcome)),
  );
};
const outcomes = async () => (await started.relay.store.recent(50)).map(({ deliveries }) => deliveries[0]?.outcome);
const served = () => {
  const [shop] = started.relay.directory.shops();
  if (!shop) throw new Error("there is no shop");
  return started.relay.directory.tag(shop);
};
const quiz = () => viewedProduct({ name: "Finished Quiz", tag: "quiz_finished" });

describe("mapping", () => {
  test("an event of the shop's own is told under the name it is mapped to, by both sides", async () => {
    await setRules({
      ...NO_RULES,
      mapping: { "Finished Quiz": { tag: "quiz_finished", api: "quiz_finished", forward: "both" } },
    });
    expect(served().events["Finished Quiz"]).toBe("quiz_finished");
    await tell(quiz());
    expect(pinterest.server.map(({ event_name: name }) => name)).toEqual(["quiz_finished"]);
  });

  test("without a row nothing maps it", async () => {
    await tell(viewedProduct({ name: "Finished Quiz", tag: "" }));
    expect(await outcomes()).toEqual(["unmapped"]);
  });

  test.each([
    ["client", undefined, "lead", "browser only"],
    ["server", "lead", undefined, "sent"],
    ["none", undefined, undefined, "filtered"],
  ] as const)("forwarded by %s", async (forward, api, tag, outcome) => {
    await setRules({ ...NO_RULES, mapping: { "Viewed Product": { tag: "lead", api: "lead", forward } } });
    expect(served().events["Viewed Product"]).toBe(tag);
    await tell(viewedProduct({ tag: tag ?? "" }));
    expect(await outcomes()).toEqual([outcome]);
    expect(pinterest.server.map(({ event_name: name }) => name)).toEqual(api ? [api] : []);
    const [row] = await started.relay.store.recent(1);
    if (forward === "none")
      expect(row?.deliveries[0]?.words).toBe("the mapping forwards Viewed Product by neither side");
  });

  test("a page that was told an older mapping keeps its pair", async () => {
    await setRules({ ...NO_RULES, mapping: { "Viewed Product": { tag: "lead", api: "lead", forward: "both" } } });
    await tell(viewedProduct({ tag: "pagevisit" }));
    expect(pinterest.server.map(({ event_name: name }) => name)).toEqual(["page_visit"]);
  });
});

const only = (event: string, ...conditions: Condition[]): Filter => ({ event, group: { match: "all", conditions } });

describe("filters", () => {
  test("what a filter does not allow is kept, and not sent", async () => {
    await setRules({
      ...NO_RULES,
      filters: [only("Viewed Product", { property: "value", operator: "at least", value: "50" })],
    });
    expect(served().filters).toHaveLength(1);
    await tell(viewedProduct(), viewedProduct({ properties: { product_id: "9", price: 80, currency: "USD" } }));
    expect((await outcomes()).sort()).toEqual(["filtered", "sent"]);
    const [row] = (await started.relay.store.recent(5)).filter(
      ({ deliveries }) => deliveries[0]?.outcome === "filtered",
    );
    expect(row?.deliveries[0]?.words).toBe("the filter for Viewed Product does not hold");
  });

  test("a person's value is not offered, only whether it is known", async () => {
    const filter = (operator: Condition["operator"], value?: string) => ({
      mapping: {},
      filters: [only("*", { property: "person.email", operator, ...(value ? { value } : {}) })],
    });
    expect(readRules(filter("exists"))).toHaveProperty("rules");
    expect(readRules(filter("contains", "@example.com"))).toEqual({
      problem: expect.stringContaining("only whether it exists"),
    });
    await setRules({ ...NO_RULES, filters: [only("*", { property: "person.email", operator: "exists" })] });
    // Of others: what is known of a visitor from one event counts for the next one too.
    await tell(viewedProduct());
    const other = { id: "5".repeat(64) };
    const known = { ...viewedProduct(), profile: { $email: "ann@example.com" } };
    await collect(started, beacon(started.key, [known], { visitor: other }));
    await tell();
    expect((await outcomes()).sort()).toEqual(["filtered", "sent"]);
  });

  test.each([
    ["(a+)+b", "could hold up a page"],
    ["a(?=b)", "no regular expression"],
    ["[", "no regular expression"],
  ])("the pattern %s is refused, with the remedy", (pattern, words) => {
    const filters = [only("*", { property: "url", operator: "matches", value: pattern })];
    expect(readRules({ mapping: {}, filters })).toEqual({ problem: expect.stringContaining(words) });
  });

  test.each([
    [
      { mapping: { Quiz: { tag: "a b", api: "x", forward: "both" } }, filters: [] },
      "mapping.Quiz.tag must be a Pinterest event",
    ],
    [{ mapping: {}, filters: [only("*", { property: "value", operator: "less", value: "much" })] }, "must be a number"],
    [{ mapping: {}, filters: [], more: 1 }, "Unrecognized key"],
  ])("what cannot be rules is told with its place %#", (rules, words) => {
    expect(readRules(rules)).toEqual({ problem: expect.stringContaining(words) });
  });
});

const event = {
  name: "Placed Order",
  url: "https://shop.example/cart?utm_source=pin&utm_source=ad",
  properties: {
    total_price: 120,
    currency: "USD",
    coupon: ["SPRING", "VIP"],
    items: [
      { product_id: "1", vendor: "Fennel", quantity: 2 },
      { product_id: "2", vendor: "Oak" },
    ],
  },
};

// biome-ignore format: a table
test.each([
  ["value",                "equals",       "120",                  true],
  ["value",                "greater",      "120",                  false],
  ["value",                "at least",     "120",                  true],
  ["value",                "less",         "120.5",                true],
  ["value",                "at most",      "100",                  false],
  ["currency",             "equals",       "usd",                  true],
  ["currency",             "not equals",   "USD",                  false],
  ["currency",             "in",           ["EUR", "USD"],         true],
  ["currency",             "not in",       ["EUR", "USD"],         false],
  ["items.vendor",         "equals",       "Oak",                  true],
  ["items.vendor",         "not equals",   "Oak",                  false],
  ["items.vendor",         "starts with",  "Fen",                  true],
  ["items.vendor",         "ends with",    "ak",                   true],
  ["items.vendor",         "not contains", "xyz",                  true],
  ["items.sku",            "exists",       undefined,              false],
  ["items.sku",            "missing",      undefined,              true],
  ["coupon",               "equals",       "VIP",                  true],
  ["url.path",             "matches",      "^/c[aeiou]rt$",        true],
  ["url.path",             "not matches",  "^/cart$",              false],
  ["url.query.utm_source", "equals",       "ad",                   true],
  ["url.host",             "equals",       "shop.example",         true],
  ["person.email",         "exists",       undefined,              true],
] as const)("%s %s %s", (property, operator, value, holds) => {
  const condition: Condition = { property, operator, ...(value === undefined ? {} : { value }) };
  expect(allowed([only("Placed Order", condition)], event, matches)).toBe(holds);
});

test("any of a group, all of a group, groups in groups", () => {
  const usd: Condition = { property: "currency", operator: "equals", value: "USD" };
  const eur: Condition = { property: "currency", operator: "equals", value: "EUR" };
  const check = (group: Group) => allowed([{ event: "*", group }], event, matches);
  expect(check({ match: "any", conditions: [usd, eur] })).toBe(true);
  expect(check({ match: "all", conditions: [usd, eur] })).toBe(false);
  expect(check({ match: "all", conditions: [usd, { match: "any", conditions: [eur, usd] }] })).toBe(true);
  expect(check({ match: "any", conditions: [] })).toBe(true);
});

test("both sides' engines say the same of every pattern that is taken", () => {
  const patterns = ["^a", "b$", "a.c", "[a-c]+", "x?y", "colou?r", "\\d{2}", "a|b", "^$", "."];
  fc.assert(
    fc.property(fc.constantFrom(...patterns), fc.string(), (pattern, text) => {
      expect(matches(pattern, text)).toBe(new RegExp(pattern).test(text));
    }),
  );
});

test("a negation says the opposite, whatever the event", () => {
  const value = fc.oneof(fc.string(), fc.float({ noNaN: true }).map(String));
  const negated = OPERATORS.filter((operator) => operator.startsWith("not "));
  fc.assert(
    fc.property(fc.constantFrom(...negated), value, fc.array(fc.string()), (operator, asked, coupon) => {
      const told = { name: "x", properties: { coupon } };
      const list = / in$/.test(operator) ? [asked] : asked;
      if (/matches/.test(operator)) return;
      const plain = OPERATORS.find((one) => `not ${one}` === operator) ?? "equals";
      const ask = (operator: Condition["operator"]) =>
        allowed([only("*", { property: "coupon", operator, value: list })], told, matches);
      expect(ask(operator)).toBe(!ask(plain));
    }),
  );
});

/** What a filter says of an event, in the page and at the relay: the same, as far as the page can know. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FILTER_PROPERTIES, refusing } from "#relay/core/filter";
import { merge } from "#relay/core/merge";
import { DEFAULT_SETTINGS, NO_SECRETS, type Shop } from "#relay/core/settings";
import { isPattern, matches, mayRunLong } from "#relay/regex";
import { readRules } from "#relay/rules-schema";
import { fromBeacon, readBeacon } from "#relay/sources/beacon";
import type { BeaconEvent } from "#tag/contract";
import { type Condition, type Filter, type Group, OPERATORS, PATTERN_FLAGS } from "#tag/filter";
import { passes } from "#tag/page-filter";
import { beacon, viewedProduct } from "../beacons.ts";
import { SHOP_ORIGIN } from "../start.ts";

const SHOP: Shop = { id: 1, key: "k3x9q2m7", origins: [SHOP_ORIGIN], settings: DEFAULT_SETTINGS, secrets: NO_SECRETS };

/** What the relay makes of an event that a page told, at its claim. */
const atRelay = (filters: readonly Filter[], event: BeaconEvent): boolean => {
  const read = readBeacon(Buffer.from(JSON.stringify(beacon(SHOP.key, [event]))));
  if ("fault" in read) throw new Error(JSON.stringify(read.fault));
  const arrival = { receivedMs: Date.now(), network: {}, globalPrivacyControl: false, isBot: false, bytes: 4_000 };
  const [judged] = fromBeacon(read.beacon, SHOP, arrival);
  if (!judged || "refused" in judged) throw new Error(JSON.stringify(judged));
  return refusing(filters, event.name, merge([judged.event.half]), matches) === undefined;
};

const WORDS = ["Oak", "oak", "Sage mug", "1001", "MUG-SAGE-L", "12", "", "é", "😀", "a\nb", "Fennel & Oak"];
const word = fc.constantFrom(...WORDS);
const amount = fc.constantFrom(0, 1, 9.5, 12, 24, 1001);
const partial = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(fields, { requiredKeys: [] });
const item = partial({ product_id: word, sku: word, vendor: word, category: word, price: amount, quantity: amount });
const address = fc.constantFrom(
  "https://www.fennelandoak.example/products/sage-mug?utm_source=pin&utm_source=ad#top",
  "https://www.fennelandoak.example/cart?email=a@b.example&token=1",
  "https://www.fennelandoak.example/",
);
const event: fc.Arbitrary<BeaconEvent> = fc
  .record({
    name: fc.constantFrom("Viewed Product", "Added To Cart", "Finished Quiz"),
    url: address,
    referrer: fc.option(fc.oneof(address, fc.constant("android-app://com.pinterest/")), { nil: undefined }),
    properties: partial({
      product_id: word,
      name: word,
      price: amount,
      value: amount,
      currency: fc.constantFrom("USD", "EUR"),
      coupon: fc.array(word, { maxLength: 3 }),
      query: word,
      items: fc.array(item, { maxLength: 3 }),
    }),
  })
  .map(({ referrer, ...told }) => viewedProduct({ ...told, ...(referrer === undefined ? {} : { referrer }) }));

const isRelayOnly = (path: string) => /^(person|order|source|country)\b/.test(path);
const BOTH_KNOW = FILTER_PROPERTIES.map(([path]) => path).filter((path) => !isRelayOnly(path));
const PATTERNS = ["^Oak$", "a.b", "^.$", "[a-z]+", "\\d{2}", "oak|Oak", "pin", "\\bmug\\b", "^$", "x?y"];
const condition = (paths: readonly string[]): fc.Arbitrary<Condition> =>
  fc.constantFrom(...paths).chain((property) =>
    fc
      .constantFrom(...(property.startsWith("person") ? (["exists", "missing"] as const) : OPERATORS))
      .chain((operator): fc.Arbitrary<Condition> => {
        if (operator === "exists" || operator === "missing") return fc.constant({ property, operator });
        if (/matches$/.test(operator))
          return fc.constantFrom(...PATTERNS).map((value) => ({ property, operator, value }));
        if (/in$/.test(operator) && !/contain/.test(operator))
          return fc.array(word, { minLength: 1, maxLength: 3 }).map((value) => ({ property, operator, value }));
        return fc.oneof(word, amount.map(String)).map((value) => ({ property, operator, value }));
      }),
  );
const group = (paths: readonly string[], depth = 2): fc.Arbitrary<Group> =>
  fc.record({
    match: fc.constantFrom("all", "any"),
    conditions: fc.array(depth === 0 ? condition(paths) : fc.oneof(condition(paths), group(paths, depth - 1)), {
      maxLength: 3,
    }),
  });
const filters = (paths: readonly string[]): fc.Arbitrary<Filter[]> =>
  fc.array(fc.record({ event: fc.constantFrom("*", "Viewed Product"), group: group(paths) }), {
    minLength: 1,
    maxLength: 2,
  });

describe("the page and the relay", () => {
  test("agree on every event that only the page tells, by all that both know of it", () => {
    fc.assert(
      fc.property(filters(BOTH_KNOW), event, (asked, told) => {
        expect(passes(asked, told)).toBe(atRelay(asked, told));
      }),
      { numRuns: 2_000 },
    );
  });

  test("where the relay knows more, the page never keeps back what the relay would send", () => {
    fc.assert(
      fc.property(filters(FILTER_PROPERTIES.map(([path]) => path)), event, (asked, told) => {
        if (atRelay(asked, told)) expect(passes(asked, told)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("find the same with every pattern that is taken, in any text", () => {
    const piece = fc.constantFrom(
      "a",
      ".",
      "[^b]",
      "\\d",
      "\\w",
      "\\b",
      "^",
      "$",
      "+",
      "*",
      "?",
      "|",
      "(",
      ")",
      "é",
      "😀",
    );
    const pattern = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(""));
    const text = fc.array(fc.constantFrom("a", "b", "1", "\n", "\r", "\u2028", "é", "😀", " "), { maxLength: 6 });
    fc.assert(
      fc.property(pattern, text, (asked, told) => {
        fc.pre(isPattern(asked));
        expect(matches(asked, told.join(""))).toBe(new RegExp(asked, PATTERN_FLAGS).test(told.join("")));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("a pattern", () => {
  test.each(["\\s+", "\\pL", "\\z", "(?i)oak", "(?P<n>a)", "a(?=b)", "(a)\\1", "[[:alpha:]]", "\\Qa\\E"])(
    "that the two engines read differently is refused: %s",
    (pattern) => {
      expect(isPattern(pattern)).toBe(false);
    },
  );

  test.each(["^/products/", "\\.pdf$", "\\(?oak\\)?", "sage|oak", "(?:a|b)c", "^/a/.*/b$", "^[a-z]{2,3}-\\d+"])(
    "of everyday use is taken: %s",
    (pattern) => {
      expect([isPattern(pattern), mayRunLong(pattern)]).toEqual([true, false]);
    },
  );

  test.each([
    "(a+)+b",
    "((a+))+b",
    "((a|a))*b",
    "(?:a?a?)+b",
    "(a|a)*b",
    ".*.*b",
    "^.*.*.*b",
    "^a|.*.*b",
    "(a{1,9}){1,9}b",
    "a?a?a?a?a?a?b",
  ])("that could hold up a page is refused: %s", (pattern) => {
    expect(mayRunLong(pattern)).toBe(true);
  });

  test("that is taken is soon done with the longest text that is looked at", () => {
    const piece = fc.constantFrom("a", ".", "a*", ".+", "a?", "(a|a)", "(?:aa|a)", "a{1,9}", "((a))", "(a*)");
    const pattern = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => `${pieces.join("")}b`);
    const properties = { query: "a".repeat(5_000) };
    fc.assert(
      fc.property(pattern, (asked) => {
        fc.pre(isPattern(asked) && !mayRunLong(asked));
        const filter: Filter = {
          event: "*",
          group: { match: "all", conditions: [{ property: "query", operator: "matches", value: asked }] },
        };
        const before = process.cpuUsage();
        expect(passes([filter], viewedProduct({ properties }))).toBe(false);
        // Of this process alone, whatever else the machine is doing.
        expect(process.cpuUsage(before).user / 1_000).toBeLessThan(3_000);
      }),
      { numRuns: 100 },
    );
  });
});

test.each(["quiz_score", "properties.value", "$email", "constructor", "items.url", "person.mail"])(
  "a property of which the relay keeps nothing is refused: %s",
  (property) => {
    const filter: Filter = { event: "*", group: { match: "all", conditions: [{ property, operator: "exists" }] } };
    expect(readRules({ mapping: {}, filters: [filter] })).toEqual({
      problem: expect.stringContaining("no property that the relay keeps; use one of value"),
    });
  },
);

/** A dry run, and settings as a file, without a dashboard around them. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Draft } from "#relay/core/draft";
import type { Half } from "#relay/core/event";
import { DEFAULT_SETTINGS, NO_SECRETS, type ShopSettings } from "#relay/core/settings";
import { preview } from "#relay/preview";
import { exported, imported } from "#relay/settings-file";
import type { Sample } from "#relay/store/reads";
import { ACCOUNT, SHOP_ORIGIN } from "./start.ts";

const draft = (settings: Partial<ShopSettings> = {}): Draft => ({
  shop: {
    id: 1,
    key: "342202d3d722",
    origins: [SHOP_ORIGIN],
    settings: { ...DEFAULT_SETTINGS, ...settings },
    secrets: { ...NO_SECRETS, shopify: ["shpss_5f3c8e1a"] },
  },
  destinations: [
    {
      id: 1,
      shop: 1,
      name: "Pinterest",
      ...ACCOUNT,
      state: "live",
      drivesBrowser: true,
      rules: { mapping: {}, filters: [] },
    },
  ],
});

const NOW = Date.UTC(2026, 10, 26, 12);
const half = (change: Partial<Half>): Half => ({
  source: "browser",
  timeMs: NOW,
  receivedMs: NOW,
  visitor: "5d".repeat(32),
  matchKeys: { em: ["a5".repeat(32)] },
  properties: { product_id: "1001", variant_id: "1001-2", price: 24, currency: "USD" },
  consent: { marketing: "granted", by: "call", at: NOW },
  tagName: "pagevisit",
  url: "https://www.fennelandoak.example/products/sage-mug",
  ...change,
});

describe("two thousand samples", () => {
  const samples: Sample[] = Array.from({ length: 2_000 }, (_, n) => ({
    name: "Viewed Product",
    id: `01a217fc-eaa5-78fe-8de2-${String(n).padStart(12, "0")}`,
    receivedMs: NOW,
    halves: [half({})],
  }));
  let turns = 0;
  let turn: NodeJS.Immediate;
  const watch = (): void => {
    turns += 1;
    turn = setImmediate(watch);
  };
  beforeAll(() => watch());
  afterAll(() => clearImmediate(turn));

  test("are judged before and after, and whoever waits meanwhile has many turns", async () => {
    turns = 0;
    const [told] = await preview(samples, draft(), draft({ contentId: "variant" }));
    expect(told?.events).toEqual([{ of: "page_visit", before: 2_000, after: 2_000 }]);
    expect(told?.contentIds).toEqual([{ before: "1001", after: "1001-2", events: 2_000 }]);
    // Two thousand take tens of milliseconds on the fastest machine, and no turn lasts longer than a few.
    expect(turns).toBeGreaterThan(5);
  });
});

test("whatever the settings are, a file of them brings them back, and has no secret", () => {
  const settings = fc.record({
    contentId: fc.constantFrom("product", "variant", "sku", "shopify_US_{product_id}_{variant_id}" as const),
    value: fc.constantFrom("goods", "total"),
    pageLoad: fc.constantFrom("browser", "page_visit", "page"),
    consent: fc.constantFrom("auto", "implied", "require", "always"),
    formIdentity: fc.boolean(),
    lateMinutes: fc.integer({ min: 1, max: 10_080 }),
    signedHoldSeconds: fc.integer({ min: 0, max: 3_000 }),
    channels: fc.uniqueArray(fc.stringMatching(/^[a-z0-9-]{1,20}$/), { minLength: 1, maxLength: 5 }),
    renewalTags: fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9]{1,9}( [A-Za-z0-9]{1,9})?$/), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(settings, (changed) => {
      const was = draft(changed);
      const file = exported(was);
      expect(file).not.toContain(ACCOUNT.token);
      expect(file).not.toContain("shpss_");
      expect(imported(draft(), file)).toEqual({ draft: was });
    }),
  );
});

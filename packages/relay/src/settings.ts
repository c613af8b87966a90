/** Settings by name, as people write them on a command line: what each may hold, and where it lies. */
import { z } from "zod";
import { expiresBeforeMs } from "./core/age.ts";
import { type Draft, differences, draftOf, ended } from "./core/draft.ts";
import { isOfRules } from "./core/rules-words.ts";
import type { Destination, DestinationState, Shop, ShopSettings } from "./core/settings.ts";
import { replayAll } from "./dead-letters.ts";
import { origins } from "./origins.ts";
import type { Store } from "./store/store.ts";

/** Only ids that an item has can be filled in: with any other the content ID would always be missing. */
const TEMPLATE = z
  .templateLiteral([z.string(), "{", z.string()])
  .refine((text) => /^([^{}]|\{(product_id|variant_id|sku)\})*$/.test(text));
const yesOrNo = z.enum(["true", "false"]).transform((text) => text === "true");

const SHOP = { origins } as const;

/** Texts separated by commas; none where there is nothing. */
const list = z.string().transform((text) =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean),
);
/** During a rotation the new one and the one before it. */
const secrets = list.pipe(z.array(z.string().min(8)).max(2));
const SECRETS = { "secrets.api": secrets, "secrets.shopify": secrets, "secrets.woocommerce": secrets } as const;

/** Also what settings read from the outside must be. */
// biome-ignore format: a table
export const SETTINGS = {
  contentId:           z.union([z.enum(["product", "variant", "sku"]), TEMPLATE]),
  value:               z.enum(["goods", "total"]),
  pageLoad:            z.enum(["browser", "page_visit", "page"]),
  platform:            z.enum(["auto", "shopify", "woocommerce", "other"]),
  consent:             z.enum(["auto", "implied", "require", "always"]),
  globalPrivacy:       z.enum(["suppress", "limited"]),
  formIdentity:        yesOrNo,
  lateMinutes:         z.coerce.number().int().min(1).max(10_080),
  expiryDays:          z.coerce.number().int().min(1).max(400),
  unknownCountsAsFired: yesOrNo,
  shopifyOrders:       z.enum(["placed", "paid"]),
  wooOnHold:           yesOrNo,
  channels:            list.pipe(z.array(z.string().max(100)).min(1)),
  renewalTags:         list,
  signedHoldSeconds:   z.coerce.number().int().min(0).max(3_000),
  unsignedHoldMinutes: z.coerce.number().int().min(0).max(50),
  upsellHoldSeconds:   z.coerce.number().int().min(0).max(3_000),
  botHeader:           z.string().regex(/^(none|[\w-]{1,100}: \S.{0,199})$/),
} as const satisfies Record<keyof ShopSettings, z.ZodType>;

// biome-ignore format: a table
const DESTINATION = {
  "destination.name":        z.string().min(1).max(200),
  "destination.adAccountId": z.string().regex(/^\d{1,18}$/),
  "destination.tagId":       z.string().regex(/^\d{5,20}$/),
  "destination.token":       z.string().regex(/^\S{10,}$/),
  "destination.state":       z.enum(["inactive", "shadow", "test", "live"] satisfies DestinationState[]),
} as const;

// biome-ignore format: a table
const REMEDIES: Record<string, string> = {
  origins:                   "addresses without a path, separated by commas: https://www.example.com",
  contentId:                 "product, variant, sku, or a template of {product_id}, {variant_id} and {sku}, such as shopify_US_{product_id}_{variant_id}",
  value:                     "goods (what was paid for goods) or total (with tax and shipping)",
  pageLoad:                  "browser, page_visit or page",
  platform:                  "auto, shopify, woocommerce or other",
  consent:                   "auto, implied, require or always",
  globalPrivacy:             "suppress (nothing is told) or limited (Pinterest's limited data processing)",
  formIdentity:              "true or false",
  lateMinutes:               "a whole number of minutes, 1 or more",
  expiryDays:                "a whole number of days, 1 or more",
  unknownCountsAsFired:      "true or false",
  shopifyOrders:             "placed or paid",
  wooOnHold:                 "true or false",
  channels:                  "names of sales channels, separated by commas: web,3890849,pos",
  renewalTags:               "tags of orders, separated by commas",
  signedHoldSeconds:         "a whole number of seconds, 3000 at most",
  unsignedHoldMinutes:       "a whole number of minutes, 50 at most",
  upsellHoldSeconds:         "a whole number of seconds, 3000 at most; 0 for no upsells",
  botHeader:                 "a header's name and value, such as cf-verified-bot: true, or none",
  "secrets.api":             "a key of 8 characters or more, or the new one and the one before it, separated by a comma; - reads it from standard input",
  "secrets.shopify":         "the secret that Shopify shows beside its webhooks, or the new one and the one before it, separated by a comma; - reads it from standard input",
  "secrets.woocommerce":     "the secret of the shop's webhooks, or the new one and the one before it, separated by a comma; - reads it from standard input",
  "destination.name":        "any text",
  "destination.adAccountId": "a number of 12 digits (18 at most)",
  "destination.tagId":       "a number",
  "destination.token":       "a conversion access token from Ads Manager → Conversions; - reads it from standard input",
  "destination.state":       "inactive, shadow, test or live",
};

export const SETTING_NAMES = Object.entries(REMEDIES).map(([name, remedy]) => `${name.padEnd(25)} ${remedy}`);

/** What decides which orders count: what was left out by it is judged anew. */
const DECIDING = new Set(["shopifyOrders", "wooOnHold", "channels"]);

/** The draft with one setting as a person wrote it; or what it may be. A new token or state lets a paused destination go on. */
export function withSetting(draft: Draft, name: string, text: string): { draft: Draft } | { problem: string } {
  const remedy = Object.hasOwn(REMEDIES, name) ? REMEDIES[name] : undefined;
  if (remedy === undefined)
    return { problem: `there is no setting ${name}; there are:\n  ${SETTING_NAMES.join("\n  ")}` };
  const schemas: Record<string, z.ZodType> = { ...SHOP, ...SECRETS, ...SETTINGS, ...DESTINATION };
  const result = schemas[name]?.safeParse(text);
  if (!result?.success) return { problem: `${name} must be ${remedy}` };
  const { shop, destinations } = draft;
  if (name === "origins") return { draft: { ...draft, shop: { ...shop, origins: origins.parse(text) } } };
  if (name in SECRETS) {
    const [, door = ""] = name.split(".");
    return { draft: { ...draft, shop: { ...shop, secrets: { ...shop.secrets, [door]: result.data } } } };
  }
  if (name in SETTINGS)
    return { draft: { ...draft, shop: { ...shop, settings: { ...shop.settings, [name]: result.data } } } };
  const driving = destinations.find(({ drivesBrowser }) => drivesBrowser);
  if (!driving)
    return {
      problem:
        destinations.length === 0
          ? "the shop has no destination yet; add one in the dashboard, or set the PINTEREST_ variables and start the relay"
          : "none of the shop's destinations drives the browser; choose the one that does in the dashboard, then try again",
    };
  const { paused: _, ...flowing } = driving;
  const changed = { ...flowing, [name.replace("destination.", "")]: result.data };
  return { draft: { shop, destinations: destinations.map((one) => (one === driving ? changed : one)) } };
}

/** A shop's setting as a person writes it. */
export const settingText = (settings: ShopSettings, name: string): string => {
  const value: unknown = Reflect.get(settings, name);
  return Array.isArray(value) ? value.join(",") : String(value);
};

/**
 * Saves a changed draft with its history, and has judged anew what was left out by what is changed; false where somebody
 * else has changed the settings since `before` was read.
 */
export async function saveDraft(
  store: Pick<Store, "saveChange" | "replay">,
  before: Draft,
  after: Draft,
  by: string,
  nowMs: number,
): Promise<boolean> {
  if (!(await store.saveChange(before, after, by, nowMs))) return false;
  const decides = differences(before, after).some(({ name }) => DECIDING.has(name) || isOfRules(name));
  const sinceMs = expiresBeforeMs(before.shop.settings, nowMs);
  const query = { shop: before.shop.id, outcomes: ["filtered" as const], sinceMs, neverSent: true as const };
  if (decides) await replayAll(store, query, nowMs);
  return true;
}

/** Sets one setting of a shop, or says what it may be. */
export async function setSetting(
  store: Store,
  shop: Shop,
  name: string,
  text: string,
  nowMs = Date.now(),
): Promise<{ problem?: string }> {
  const all = await store.shops();
  const before = draftOf(all.find(({ id }) => id === shop.id) ?? shop, await store.destinations());
  const set = withSetting(before, name, text);
  if ("problem" in set) return set;
  const isSaved = await saveDraft(store, before, set.draft, "command line", nowMs);
  return isSaved ? {} : { problem: "somebody else has changed the settings at this moment; try it again" };
}

/** All settings of a shop, for people and for JSON; of the token only its end. */
export const shownSettings = (shop: Shop, destinations: readonly Destination[]) => ({
  key: shop.key,
  origins: shop.origins,
  ...shop.settings,
  secrets: Object.fromEntries(Object.entries(shop.secrets).map(([door, all]) => [door, all.map(ended)])),
  destinations: destinations
    .filter((destination) => destination.shop === shop.id)
    .map(({ shop: _, token, ...destination }) => ({ ...destination, token: ended(token) })),
});

/** One visit to the made-up shop, from the page it began with to the parcel that came back. */
import { EVENTS, type Item, orderEventId, type Properties } from "@pinrelay/tag/contract";
import type { Half, ShopEvent } from "#relay/core/event";
import type { Told } from "#relay/ingest";
import { PRODUCTS } from "../shop/catalog.ts";
import type { Chance } from "./chance.ts";
import type { Shopper } from "./shoppers.ts";

/** What a door is told at a moment. */
export interface Telling {
  atMs: number;
  told: Told;
}

export interface Visit {
  shop: { id: number; key: string };
  origin: string;
  shopper: Shopper;
  /** Of this visit: its orders are numbered by it. */
  number: number;
  chance: Chance;
  startMs: number;
}

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const TAG_NAMES = new Map<string, string | null>(EVENTS.map(([name, tag]) => [name, tag]));
/** So many go on from one page to the next. */
const GOES_ON = {
  collection: 0.5,
  search: 0.12,
  cart: 0.34,
  checkout: 0.62,
  pays: 0.7,
  orders: 0.93,
  newsletter: 0.05,
};
/** What a week brings beside orders that are just paid and kept. */
const ODDS = { hasShippingInValue: 0.06, hasOtherIds: 0.03, isRefunded: 0.07, isCancelled: 0.04, isFromTill: 0.03 };

export function tellVisit(visit: Visit): Telling[] {
  const { chance, shopper } = visit;
  const tellings: Telling[] = [];
  let atMs = visit.startMs;
  const page = (name: string, path: string, properties: Properties = {}, half: Partial<Half> = {}): void => {
    atMs += chance.within(4, 70) * SECOND;
    if (!shopper.isHidden) tellings.push(...byBrowser(visit, { atMs, name, path, properties, half }));
  };
  const items = Array.from({ length: chance.within(1, 3) }, () => item(chance, shopper.currency));
  const [first = item(chance, shopper.currency)] = items;

  page("$page_load", shopper.clickId ? `/?epik=${shopper.clickId}` : "/");
  if (chance.is(GOES_ON.collection))
    page("Viewed Collection", "/collections/at-the-table", { id: "at-the-table", items });
  if (chance.is(GOES_ON.search))
    page("Searched", "/search", { query: chance.one(["mug", "linen", "lamp", "oak board"]) });
  for (const one of items) page("Viewed Product", one.url ?? "/", one);
  if (shopper.isBot) return tellings;
  if (chance.is(GOES_ON.newsletter))
    page("Subscribed To Newsletter", "/", {}, { matchKeys: { em: shopper.customer.em ?? [] } });
  if (!chance.is(GOES_ON.cart)) return tellings;
  page("Added To Cart", first.url ?? "/", { ...first, quantity: 1 });
  if (!chance.is(GOES_ON.checkout)) return tellings;
  const bought = [{ ...first, quantity: chance.is(0.25) ? 2 : 1 }, ...items.slice(1)];
  page("Started Checkout", "/checkout", { items: bought, currency: shopper.currency });
  if (!chance.is(GOES_ON.pays)) return tellings;
  page("Added Payment Info", "/checkout", { items: bought, currency: shopper.currency });
  if (!chance.is(GOES_ON.orders)) return tellings;
  return [...tellings, ...tellOrder(visit, bought, atMs + chance.within(20, 90) * SECOND)];
}

/** The thank-you page, the webhook a moment later, and what became of the order in the days after. */
function tellOrder(visit: Visit, items: Item[], atMs: number): Telling[] {
  const { shop, shopper, chance, number } = visit;
  const id = String(5_721_300_000_000 + number * 32_771);
  const orderIds = [id, String(1_000 + number), chance.hex(32)].flatMap((name) => orderEventId(shop.key, name) ?? []);
  const goods = items.reduce((sum, { price = 0, quantity = 1 }) => sum + price * quantity, 0);
  const [shipping, tax] = [goods > 120 ? 0 : 8, cents(goods * 0.07)];
  const totals: Properties = {
    id,
    currency: shopper.currency,
    total_price: cents(goods + shipping + tax),
    total_tax: tax,
    total_shipping: shipping,
    items,
  };
  const seen: Properties = {
    ...totals,
    ...(chance.is(ODDS.hasShippingInValue) ? { value: totals.total_price ?? 0 } : {}),
    ...(chance.is(ODDS.hasOtherIds) ? { items: items.map(({ variant_id: _, ...rest }) => rest) } : {}),
  };
  const webhook = (delayMs: number, state: "paid" | "cancelled", isOffline = false): Telling => {
    const heardMs = atMs + delayMs;
    const half: Half = {
      source: "shopify",
      timeMs: atMs,
      receivedMs: heardMs,
      orderIds,
      matchKeys: shopper.customer,
      properties: totals,
      country: shopper.country,
      network: shopper.network,
      consent: { marketing: shopper.consent, by: "shopify", at: atMs - 60 * SECOND },
      order: { asOfMs: heardMs, madeMs: atMs, state, channels: [isOffline ? "pos" : "web"] },
    };
    return { atMs: heardMs, told: { events: [{ shop: shop.id, name: "Placed Order", id: orderIds[0] ?? "", half }] } };
  };
  const tellings = [webhook(chance.within(2, 9) * SECOND, "paid", chance.is(ODDS.isFromTill))];
  if (!shopper.isHidden) {
    const half = { orderIds, matchKeys: { em: shopper.customer.em ?? [] } };
    tellings.push(...byBrowser(visit, { atMs, name: "Placed Order", path: "/thank-you", properties: seen, half }));
  }
  if (chance.is(ODDS.isCancelled)) tellings.push(webhook(chance.within(2, 20) * HOUR, "cancelled"));
  else if (chance.is(ODDS.isRefunded)) {
    const refundedMs = atMs + chance.within(20, 70) * HOUR;
    const refund = {
      shop: shop.id,
      order: orderIds[0] ?? "",
      id: String(9_900_000 + number),
      amount: chance.is(0.5) ? (totals.total_price ?? 0) : (items[0]?.price ?? 0),
      currency: shopper.currency,
      atMs: refundedMs,
    };
    tellings.push({ atMs: refundedMs, told: { refunds: [refund] } });
  }
  return tellings;
}

interface Seen {
  atMs: number;
  name: string;
  path: string;
  properties: Properties;
  half: Partial<Half>;
}

/** A beacon, and a moment later what the Pinterest Tag made of the event. */
function byBrowser({ shop, origin, shopper, chance }: Visit, { atMs, name, path, properties, half }: Seen): Telling[] {
  const tagName = TAG_NAMES.get(name) ?? undefined;
  const id = half.orderIds?.[0] ?? uuid(chance, atMs);
  // A phone in a tunnel keeps what it could not tell, and tells it hours later.
  const heardMs = atMs + (chance.is(0.006) ? 3 * HOUR : 400);
  const event: ShopEvent = {
    shop: shop.id,
    name,
    id,
    half: {
      source: "browser",
      timeMs: atMs,
      receivedMs: heardMs,
      rev: "00000000",
      url: `${origin}${path}`,
      language: "en-US",
      visitor: shopper.visitor,
      ...(shopper.clickId ? { clickId: shopper.clickId } : {}),
      ...(tagName ? { tagName } : {}),
      ...(shopper.isBot ? { isBot: true as const } : {}),
      matchKeys: shopper.known,
      properties,
      consent: { marketing: shopper.consent, by: "shopify", at: atMs - 30 * SECOND },
      network: shopper.network,
      ...half,
    },
  };
  const ack = {
    shop: shop.id,
    id,
    name,
    state: chance.is(0.985) ? shopper.ack : "failed",
    atMs: heardMs + 900,
  } as const;
  const tellings: Telling[] = [{ atMs: heardMs, told: { events: [event] } }];
  if (shopper.consent !== "denied") tellings.push({ atMs: heardMs + 900, told: { acks: [ack] } });
  // A tab that is brought back sends its last beacon again.
  if (chance.is(0.012)) tellings.push({ atMs: heardMs + 5 * SECOND, told: { events: [event] } });
  return tellings;
}

function item(chance: Chance, currency: string): Item {
  const product = chance.one(PRODUCTS);
  const variant = chance.one(product.variants);
  return {
    product_id: product.id,
    variant_id: variant.id,
    sku: variant.sku,
    name: product.name,
    price: variant.cents / 100,
    currency,
    category: product.category,
    url: `/products/${product.handle}?variant=${variant.id}`,
  };
}

const cents = (amount: number): number => Math.round(amount * 100) / 100;

/** Version 7: its first 48 bits are the time. */
const uuid = (chance: Chance, atMs: number): string => {
  const time = atMs.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.hex(3)}-9${chance.hex(3)}-${chance.hex(12)}`;
};

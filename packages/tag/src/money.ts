/**
 * The money of an event, computed once for both channels: Pinterest keeps the copy that arrives first,
 * so the Pinterest Tag and the API for Conversions must say the same.
 */
import type { Item, Properties } from "./contract.ts";

/** `goods`: what was paid for goods, without tax, shipping or tips (default). `total`: the order's total price. */
export type ValueMode = "goods" | "total";

/** Events that list products nobody is about to buy: their prices add up to nothing. */
const LISTS = ["$page_load", "Viewed Collection", "Searched"];

/** The lines an event is about: its items, or the one product that it describes itself. */
export const eventLines = (p: Properties): Item[] => {
  if (p.items?.length) return p.items;
  return p.product_id || p.variant_id || p.sku || p.price !== undefined ? [p] : [];
};

/**
 * What the event is worth, in major units of its currency, rounded to what that currency has. Zero is a value: a free
 * order is worth 0. Undefined where no money is told, or none with a currency: Pinterest would take a bare figure for
 * the ad account's currency.
 */
export const eventValue = (name: string, p: Properties, mode: ValueMode): number | undefined => {
  const currency = eventCurrency(p);
  const stated = mode === "total" ? (p.total_price ?? p.value) : p.value;
  const value = stated ?? (LISTS.includes(name) ? undefined : goods(p));
  return currency && value !== undefined ? rounded(Math.max(0, value), currency) : undefined;
};

/**
 * A part of a total, without the tax that is inside of it: its share of the total's tax. Exact where one rate holds for
 * all of the total, else as if the average did.
 */
export const withoutTax = (part: number, total: number, tax: number): number => part * (1 - tax / total);

/** The currency the shopper paid in: the event's own, else that of its first line which names one. */
export const eventCurrency = (p: Properties): string | undefined =>
  (p.currency ?? p.items?.find((item) => item.currency)?.currency)?.toUpperCase();

/**
 * Units in all lines; a line that names no quantity is one. Undefined where there is nothing to count. Cloth is sold by
 * the metre, but Pinterest counts in whole numbers: a begun unit is one.
 */
export const unitCount = (name: string, p: Properties): number | undefined => {
  const counted = LISTS.includes(name) ? [] : eventLines(p);
  return counted.length ? Math.ceil(counted.reduce((sum, line) => sum + units(line), 0)) : undefined;
};

/**
 * Rounded to what the currency has. Half a cent goes up, also where a float writes it a little short of a half.
 */
export const rounded = (amount: number, currency: string): number => {
  const unit = 10 ** minorDigits(currency);
  return Math.round(Number((amount * unit).toPrecision(15))) / unit;
};

/** Minor digits of a currency: 2 for dollars and where unknown, 0 for yen. */
export const minorDigits = (currency: string): number =>
  Number(Object.keys(DIGITS).find((digits) => DIGITS[digits]?.includes(currency)) ?? 2);

/**
 * ISO 4217, where it is not 2. A table of our own, since Intl's differs from one runtime to the next (forints have two
 * digits in some, none in others), and browser and relay must say the same.
 */
// biome-ignore format: a table
const DIGITS: Record<string, string> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

const units = (line: Item): number => line.quantity ?? 1;

/**
 * Shops state item prices with tax or without, before discounts or after. Where the totals are known they tell which:
 * the reading of the lines that adds up to the total is the right one, and in every such reading goods are worth the
 * total less tax and shipping. Where none adds up (a tip, a gift card among the lines), the lines are believed.
 */
const goods = (p: Properties): number | undefined => {
  const priced = eventLines(p).filter((line) => line.price !== undefined);
  const gross = priced.reduce((sum, line) => sum + (line.price ?? 0) * units(line), 0);
  const lineDiscounts = priced.reduce((sum, line) => sum + (line.discount ?? 0), 0);
  const tax = p.total_tax ?? 0;
  // The total of discounts holds those of the lines.
  const discounts = Math.max(lineDiscounts, p.total_discount ?? 0);
  if (p.total_price !== undefined) {
    const withoutShipping = p.total_price - (p.total_shipping ?? 0);
    const cents = 0.011 * (priced.length + 1);
    const explains = (read: number) =>
      Math.abs(withoutShipping - read) < cents || Math.abs(withoutShipping - tax - read) < cents;
    const readings = [0, lineDiscounts, discounts, lineDiscounts + (p.total_discount ?? 0)];
    if (!priced.length || readings.some((off) => explains(gross - off))) return withoutShipping - tax;
  }
  return priced.length ? gross - discounts - (p.taxes_included ? tax : 0) : undefined;
};

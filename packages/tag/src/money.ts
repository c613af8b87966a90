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
  return currency && value !== undefined ? roundTo(Math.max(0, value), fractionDigits(currency)) : undefined;
};

/** The currency the shopper paid in: the event's own, else that of its first line which names one. */
export const eventCurrency = (p: Properties): string | undefined =>
  (p.currency ?? p.items?.find((item) => item.currency)?.currency)?.toUpperCase();

/** Units in all lines; a line that names no quantity is one. Undefined where there is nothing to count. */
export const unitCount = (name: string, p: Properties): number | undefined => {
  const counted = LISTS.includes(name) ? [] : eventLines(p);
  return counted.length ? counted.reduce((sum, line) => sum + units(line), 0) : undefined;
};

/** Minor digits of a currency (ISO 4217, by way of ECMA-402): 2 for dollars and where unknown, 0 for yen. */
export const fractionDigits = (currency: string): number => {
  DIGITS[currency] ??= digitsOf(currency);
  return DIGITS[currency];
};

/**
 * Remembered, since asking Intl costs more than all the rest of an event's mapping, and the first time in a page ten
 * milliseconds or more. So the commonest are known from the start.
 */
// biome-ignore format: a table
const DIGITS: Record<string, number> = {
  USD: 2, EUR: 2, GBP: 2, CAD: 2, AUD: 2, NZD: 2, CHF: 2, SEK: 2, NOK: 2, DKK: 2, PLN: 2, MXN: 2, BRL: 2, INR: 2, JPY: 0,
};

const digitsOf = (currency: string): number => {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
};

const units = (line: Item): number => line.quantity ?? 1;

/**
 * Shops state item prices with tax or without, before discounts or after. Where the totals are known they tell which:
 * the reading of the lines that adds up to the total is the right one, and in every such reading goods are worth the
 * total less tax and shipping. Where none adds up (a tip, a gift card among the lines), the lines are believed.
 */
const goods = (p: Properties): number | undefined => {
  const priced = eventLines(p).filter((line) => line.price !== undefined);
  const sum = priced.reduce((all, line) => all + (line.price ?? 0) * units(line) - (line.discount ?? 0), 0);
  const tax = p.total_tax ?? 0;
  const discount = p.total_discount ?? 0;
  if (p.total_price !== undefined) {
    const withoutShipping = p.total_price - (p.total_shipping ?? 0);
    const cents = 0.011 * (priced.length + 1);
    const explains = (read: number) =>
      Math.abs(withoutShipping - read) < cents || Math.abs(withoutShipping - tax - read) < cents;
    if (!priced.length || explains(sum) || explains(sum - discount)) return withoutShipping - tax;
  }
  return priced.length ? sum - discount - (p.taxes_included ? tax : 0) : undefined;
};

const roundTo = (value: number, digits: number): number => Number(value.toFixed(digits));

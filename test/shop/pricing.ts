import type { Found } from "./find.ts";

/** One line of a cart or an order. */
export interface Line extends Found {
  quantity: number;
  /** What one of it costs after the discount code, in cents. `variant.cents` is the list price. */
  unitCents: number;
}

/** What a cart costs when it goes to a country. All in cents. */
export interface Quote {
  lines: Line[];
  code?: string;
  /** Lines at list price. */
  subtotalCents: number;
  discountCents: number;
  /** What is paid for goods: subtotal less discount. */
  goodsCents: number;
  shippingCents: number;
  taxCents: number;
  totalCents: number;
}

interface Destination {
  name: string;
  shippingCents: number;
  /** Shipping is free from this much paid for goods. */
  freeFromCents: number;
  /** Sales tax on goods, in hundredths of a percent. */
  taxBasisPoints: number;
}

// biome-ignore format: a table
export const DESTINATIONS: Record<string, Destination> = {
  US: { name: "United States",  shippingCents:  850, freeFromCents: 15_000,   taxBasisPoints: 825 },
  CA: { name: "Canada",         shippingCents: 1600, freeFromCents: 25_000,   taxBasisPoints: 0 },
  GB: { name: "United Kingdom", shippingCents: 2400, freeFromCents: Infinity, taxBasisPoints: 0 },
  DE: { name: "Germany",        shippingCents: 2400, freeFromCents: Infinity, taxBasisPoints: 0 },
  AU: { name: "Australia",      shippingCents: 2900, freeFromCents: Infinity, taxBasisPoints: 0 },
};

export const HOME_COUNTRY = "US";

/** Discount codes: percent off every item. */
export const CODES: Record<string, number> = { WELCOME10: 10 };

/** Whether the shop knows a discount code; an inherited name of the table is not one. */
export const knowsCode = (code: string): boolean => Object.hasOwn(CODES, code);

/** Adds a cart up for a country the shop ships to. The discount is taken off each unit, so lines always add up. */
export const quote = (
  wanted: readonly (Found & { quantity: number })[],
  code: string | undefined,
  country: string,
): Quote => {
  const to = DESTINATIONS[country];
  if (!to) throw new Error(`The shop does not ship to ${country}`);
  const percentOff = code && knowsCode(code) ? (CODES[code] ?? 0) : 0;
  const lines = wanted.map((line) => ({
    ...line,
    unitCents: line.variant.cents - Math.round((line.variant.cents * percentOff) / 100),
  }));
  const subtotalCents = sum(lines, (line) => line.variant.cents * line.quantity);
  const goodsCents = sum(lines, (line) => line.unitCents * line.quantity);
  const shippingCents = goodsCents >= to.freeFromCents ? 0 : to.shippingCents;
  const taxCents = Math.round((goodsCents * to.taxBasisPoints) / 10_000);
  return {
    lines,
    ...(percentOff > 0 && code ? { code } : {}),
    subtotalCents,
    discountCents: subtotalCents - goodsCents,
    goodsCents,
    shippingCents,
    taxCents,
    totalCents: goodsCents + shippingCents + taxCents,
  };
};

/** "$34.00". */
export const money = (cents: number): string => DOLLARS.format(cents / 100);

/** Cents as the figure that feeds and data layers state: 34. */
export const major = (cents: number): number => cents / 100;

const DOLLARS = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

const sum = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((total, one) => total + of(one), 0);

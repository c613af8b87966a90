/**
 * What Shopify lends a custom pixel, and what it tells it, as far as we ask
 * (https://shopify.dev/docs/api/web-pixels-api). Whatever it has nothing to say of is null there; nulls are taken out first.
 */

/** What the pasted lines hand over: names that Shopify gives them, and what was heard before this script came. */
export interface Lent {
  browser: Browser;
  init: Init;
  /** What was heard before this script came, and afterwards what takes it. */
  q: CustomerEvent[] | { push(event: CustomerEvent): unknown };
}

/** Cookies and storage of the page around the frame: every question goes there and back. */
export interface Browser {
  cookie: { get(name: string): Promise<string>; set(cookie: string): Promise<unknown> };
  localStorage: TopStorage;
  sessionStorage: TopStorage;
}

interface TopStorage {
  getItem(key: string): Promise<string>;
  setItem(key: string, value: string): Promise<unknown>;
}

/** The page as it was rendered. */
export interface Init {
  data?: { customer?: Person | null };
  context?: Context;
  customerPrivacy?: Privacy;
}

/** What may be done: Shopify joins the shop's settings, the visitor's region and choice. */
export interface Privacy {
  marketingAllowed: boolean;
  saleOfDataAllowed: boolean;
}

interface Context {
  document?: { location?: { href?: string; search?: string }; referrer?: string };
}

/** One of the standard events. */
export interface StandardEvent {
  name: string;
  /** ISO 8601. */
  timestamp: string;
  context?: Context;
  data?: { cartLine?: Line; searchResult?: { query?: string }; checkout?: Checkout };
}

/** The shopper has chosen. */
export interface Choice {
  customerPrivacy: Privacy;
}

export type CustomerEvent = StandardEvent | Choice;

export interface Checkout {
  token?: string;
  currencyCode?: string;
  lineItems?: Line[];
  /** What goods cost after all discounts, before shipping, duties and taxes that are not in the prices. */
  subtotalPrice?: Money;
  totalPrice?: Money;
  totalTax?: Money;
  shippingLine?: { price?: Money };
  delivery?: { selectedDeliveryOptions?: { costAfterDiscounts?: Money }[] };
  email?: string;
  phone?: string;
  billingAddress?: Person;
  shippingAddress?: Person;
  /** Number and name are not documented. */
  order?: { id?: string; number?: string; name?: string; customer?: Person };
}

/** Of a cart (`merchandise`) or of a checkout (`variant`; none where the product is made up or gone). */
export interface Line {
  merchandise?: Variant;
  variant?: Variant;
  title?: string;
  quantity?: number;
  discountAllocations?: { amount?: Money }[];
  finalLinePrice?: Money;
}

interface Variant {
  id?: string;
  sku?: string;
  title?: string;
  price?: Money;
  product?: { id?: string; title?: string; vendor?: string; type?: string };
}

/** In major units of the currency that the shopper pays in. */
export interface Money {
  amount?: number | string;
  currencyCode?: string;
}

/** A customer, or where one lives. */
export interface Person {
  id?: string;
  email?: string;
  phone?: string;
  firstName?: string;
  lastName?: string;
  city?: string;
  provinceCode?: string;
  zip?: string;
  countryCode?: string;
}

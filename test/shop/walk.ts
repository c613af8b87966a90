import type { Page } from "playwright-core";
import type { Customer } from "./customer.ts";

export interface WalkOptions {
  collection?: string;
  product?: string;
  /** What to choose on the product page, by the name of the option. */
  choose?: Record<string, string>;
  quantity?: number;
  /** Discount code to type into the cart. */
  code?: string;
  /** What differs from the usual customer. */
  customer?: Partial<Customer>;
  /** How far every page loads before the next step. A tag that hangs holds "load" up. */
  until?: "load" | "domcontentloaded";
  /** Called at every stop, once the page stands. */
  onStop?: (stop: Stop) => Promise<void> | void;
}

export type Stop = "home" | "collection" | "product" | "variant" | "added" | "cart" | "checkout" | "thank-you";

/** An order as its thank-you page shows it. */
export interface WalkedOrder {
  id: string;
  number: string;
  /** In major units. */
  total: number;
  url: string;
}

export const CUSTOMER = {
  email: "maya.hartley@example.com",
  firstName: "Maya",
  lastName: "Hartley",
  address: "1914 SE Ankeny St",
  city: "Portland",
  state: "OR",
  zip: "97214",
  country: "US",
  phone: "(503) 555-0142",
} satisfies Customer;

/** Shops as a person would: home, collection, product, another variant, cart, checkout, thank-you page. */
export const walk = async (page: Page, shopUrl: string, options: WalkOptions = {}): Promise<{ order: WalkedOrder }> => {
  const { collection = "At the table", product = "Harbor Mug", until = "load", onStop } = options;
  const heading = (name: string | RegExp) => page.getByRole("heading", { level: 1, name });
  const arrive = async (at: Stop, title: string | RegExp): Promise<void> => {
    await heading(title).waitFor();
    // The heading may stand before the page's script runs, and nothing is to be clicked before that.
    await page.waitForLoadState(until);
    await onStop?.(at);
  };

  await page.goto(shopUrl, { waitUntil: until });
  await onStop?.("home");
  await page.getByRole("navigation", { name: "Collections" }).getByRole("link", { name: collection }).click();
  await arrive("collection", collection);
  await page.getByRole("main").getByRole("link", { name: product }).click();
  await arrive("product", product);

  for (const [option, value] of Object.entries(options.choose ?? { Color: "Sage", Size: "Large" })) {
    await page.getByRole("group", { name: option }).getByRole("radio", { name: value }).check();
  }
  await page.getByLabel("Quantity").fill(String(options.quantity ?? 1));
  await onStop?.("variant");
  await page.getByRole("button", { name: "Add to cart" }).click();
  const added = page.getByRole("dialog", { name: "Added to your cart" });
  await added.waitFor();
  await onStop?.("added");

  await added.getByRole("link", { name: "View cart" }).click();
  await heading("Your cart").waitFor();
  if (options.code) {
    await page.getByLabel("Discount code").fill(options.code);
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByText(`${options.code} is applied`).waitFor();
  }
  await arrive("cart", "Your cart");
  await page.getByRole("link", { name: "Check out" }).click();
  await heading("Checkout").waitFor();
  await fillAddress(page, { ...CUSTOMER, ...options.customer });
  await arrive("checkout", "Checkout");
  await page.getByRole("button", { name: "Place order" }).click();
  await arrive("thank-you", /^Thank you/);
  return { order: await shownOrder(page) };
};

const fillAddress = async (page: Page, customer: Customer): Promise<void> => {
  const { country, ...typed } = customer;
  await page.locator("#country").selectOption(country);
  for (const [name, value] of Object.entries(typed)) await page.locator(`#${name}`).fill(value);
};

const shownOrder = async (page: Page): Promise<WalkedOrder> => {
  const shown = page.locator("[data-order]");
  const told = async (name: string): Promise<string> => (await shown.getAttribute(name)) ?? "";
  return {
    id: await told("data-order"),
    number: await told("data-number"),
    total: Number(await told("data-total")),
    url: page.url(),
  };
};

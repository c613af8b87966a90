/** What `data-pinrelay-…` attributes say, in the contract's names: `data-pinrelay-product-id` is `product_id`. */
import { attempt } from "./guard.ts";
import type { Thing } from "./thing.ts";

/** What is said of the visitor has a sign before its name. */
const PERSONAL =
  /^(email|phone_number|first_name|last_name|gender|date_of_birth|city|state|zip_code|country_code|customer_id|is_new_customer)$/;

/**
 * What is said of an event on this element: by itself, and by what is around it, the nearest first. The lines of an
 * order or a list are in it, each marked as an item.
 */
export const markedProperties = (element: HTMLElement): Thing => {
  const lines = [...element.querySelectorAll<HTMLElement>("[data-pinrelay-item]")].map((line) =>
    Object.fromEntries(own(line, line)),
  );
  let said: Thing = lines[0] ? { items: lines } : {};
  for (let around: HTMLElement | null = element; around; around = around.parentElement) {
    const more = own(around, element);
    const { id, product_id = said.product_id }: Thing = Object.fromEntries(more);
    // Around a product's card may be another product, or a collection: what is said of that one is not this one's.
    const isOther = said.product_id && (id ?? product_id) !== said.product_id;
    said = { ...Object.fromEntries(more.filter(([name]) => !isOther || /^currency|^\$/.test(name))), ...said };
  }
  return said;
};

/** What an element's own attributes say, a field's value before a fixed one. Fields are looked for around `event`. */
const own = (element: HTMLElement, event: Element): [name: string, value: string][] =>
  Object.entries(element.dataset)
    .sort()
    .flatMap(([key, text = ""]) => {
      const [, name, isFrom] = /^pinrelay(?!Event$|View$|Item$)(.+?)(From)?$/.exec(key) ?? [];
      const value = isFrom ? attempt(() => valueFrom(text, event)) : text;
      // In words it would be as good as true.
      return name && value && value !== "false" ? [[propertyOf(name), value]] : [];
    });

const propertyOf = (name: string): string =>
  name
    .replace(/\B[A-Z]/g, "_$&")
    .toLowerCase()
    .replace(/^phone$/, "phone_number")
    .replace(PERSONAL, "$$$&");

/** The value of the nearest field, or the text of the nearest element, that the selector names. */
const valueFrom = (selector: string, event: Element): string | undefined => {
  for (let around: Element | null = event; around; around = around.parentElement) {
    const found = around.querySelector(selector);
    const value: unknown = found && Reflect.get(found, "value");
    if (found) return (typeof value === "string" ? value : found.textContent).trim();
  }
};

/** The things that a page describes in microdata, each as JSON-LD would have it. Pure. */
import { type Thing, things } from "./thing.ts";

/** The outermost things, each with all that belongs to it. A product inside of another one's part of the page is not. */
export const microdataNodes = (document: Document): Thing[] =>
  [...document.querySelectorAll("[itemscope]:not([itemprop])")]
    .filter((item) => !item.parentElement?.closest("[itemtype*='/Product']"))
    .map((item) => thing(item, []))
    .flatMap((node) => [node, ...things(node.mainEntity)]);

/**
 * An item by the rules of https://html.spec.whatwg.org/#associating-names-with-items: what lies in it or in an element
 * that it refers to, but not in a smaller item. `around`: the items it is part of, since pages refer in circles.
 */
const thing = (item: Element, around: readonly Element[]): Thing => {
  const said = new Map<string, unknown[]>([["@type", [item.getAttribute("itemtype")]]]);
  const items = [...around, item];
  const others = words(item, "itemref").flatMap((id) => item.ownerDocument.getElementById(id) ?? []);
  const own = [item, ...others].flatMap((root) =>
    [root, ...root.querySelectorAll("[itemprop]")].filter((element) => {
      const owner = element.parentElement?.closest("[itemscope]") ?? null;
      return !items.includes(element) && (owner === item || !root.contains(owner));
    }),
  );
  for (const element of new Set(own))
    for (const name of words(element, "itemprop")) said.set(name, [...(said.get(name) ?? []), value(element, items)]);
  return Object.fromEntries(said);
};

/** Shops give `content` to elements of all kinds, as schema.org's own examples do. */
const VALUES = ["content", "datetime", "value", "href", "src", "data"];

const value = (element: Element, items: readonly Element[]): unknown =>
  element.hasAttribute("itemscope")
    ? thing(element, items)
    : (VALUES.map((name) => element.getAttribute(name)).find(Boolean) ??
      element.textContent.replace(/\s+/g, " ").trim());

const words = (element: Element, attribute: string): string[] =>
  element.getAttribute(attribute)?.split(/\s+/).filter(Boolean) ?? [];

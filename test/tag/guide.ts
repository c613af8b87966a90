/** What a merchant pastes: the very lines of a docs page. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { examples } from "../any-shop-docs.ts";

export const docs = (name: string): string => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), "utf8");

/** The one example of a docs page in a language that has some words in it, with the address of this relay. */
export const pasted = (relay: string, page: string, language: string, words: string): string => {
  const found = examples(page, language).filter((code) => code.includes(words));
  expect(found.map(() => words)).toEqual([words]);
  return found.join().replaceAll("https://relay.shop.example", relay);
};

/** The lines of Shopify's custom pixel. */
export const pastedPixel = (relay: string): string => pasted(relay, docs("shopify"), "js", "pinrelayPixel");

/** Cookies and storage of the page around the frame; the frame's own are closed to it. */
import { COOKIE_SECONDS } from "../contract.ts";
import { rest } from "./rest.ts";
import { browser } from "./settings.ts";

/** What does not answer by now does not answer. */
const ANSWER_MS = 2_000;

/** Asks the page; undefined where it has no answer, or none that makes sense. */
export const ask = async <T>(question: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await Promise.race([question(), rest(ANSWER_MS)]);
  } catch {
    return undefined;
  }
};

/** All that is stored under a key, be it one or a list; nothing where nothing sound is. */
export const stored = async (key: string) =>
  [(await ask(async () => JSON.parse(await browser.localStorage.getItem(key)))) ?? []].flat().filter(Boolean);

/** Stores, without what is personal: that does not rest in the browser. */
export const store = (key: string, value: unknown): unknown =>
  ask(() =>
    browser.localStorage.setItem(
      key,
      JSON.stringify(value, (name, part) => (name === "profile" ? undefined : part)),
    ),
  );

/** A cookie's value; empty or undefined where there is none. */
export const cookie = (name: string): Promise<string | undefined> => ask(() => browser.cookie.get(name));

/** Sets a cookie as the tag does, for the shop's host, which Shopify serves over HTTPS alone. */
export const setCookie = (name: string, value: string): unknown =>
  ask(() => browser.cookie.set(`${name}=${value};path=/;max-age=${COOKIE_SECONDS};SameSite=Lax;Secure`));

/** Notices that a single-page shop goes to another address: just before it goes, and when it is there. */
import { attempt } from "./guard.ts";

/** What of an address tells one page from another: not the variant chosen on it, nor the place in it. */
const pageOf = (address: string): string => {
  const { origin, pathname, searchParams, hash } = new URL(address);
  for (const name of [...searchParams.keys()]) if (CHOICE.test(name)) searchParams.delete(name);
  return `${origin + pathname}?${searchParams}${/^#!?\//.test(hash) ? hash : ""}`;
};

/** Shopify's and WooCommerce's names for the variant chosen. */
const CHOICE = /^(variant$|attribute_)/;

const pathOf = (page: string): string => page.replace(/\?[^#]*/, "");

export const watchRoutes = (leaving: () => void, arrived: () => void): void => {
  let page = pageOf(location.href);
  // A filter, or a search that is being typed, rewrites the query of a page; another path is another page.
  const isOther = (address: unknown, isReplaced: boolean): boolean => {
    const other = pageOf(String(new URL(String(address ?? ""), location.href)));
    return isReplaced ? pathOf(other) !== pathOf(page) : other !== page;
  };
  const leave = (address: unknown, isReplaced: boolean) => attempt(() => isOther(address, isReplaced) && leaving());
  const arrive = (isReplaced: boolean) =>
    attempt(() => {
      const isArrived = isOther(location.href, isReplaced);
      page = pageOf(location.href);
      if (isArrived) arrived();
    });
  // The Navigation API (https://developer.mozilla.org/docs/Web/API/Navigation_API) is not in every browser yet.
  const navigation: Navigation | undefined = window.navigation;
  if (navigation) {
    navigation.addEventListener(
      "navigate",
      ({ navigationType, destination }) =>
        destination.sameDocument && leave(destination.url, navigationType === "replace"),
    );
    navigation.addEventListener("currententrychange", ({ navigationType }) => arrive(navigationType === "replace"));
    return;
  }
  for (const name of ["pushState", "replaceState"] as const) {
    const change = history[name];
    const isReplaced = name === "replaceState";
    history[name] = function (...words) {
      leave(words[2], isReplaced);
      change.apply(this, words);
      arrive(isReplaced);
    };
  }
  window.addEventListener("popstate", () => arrive(false));
};

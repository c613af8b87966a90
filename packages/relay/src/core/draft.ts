/** A shop's settings and its destinations' as one document: to be changed as a whole, compared, kept and gone back to. */
import { ruleDifferences } from "./rules-words.ts";
import type { Destination, Shop } from "./settings.ts";

export interface Draft {
  shop: Shop;
  destinations: readonly Destination[];
}

/** The same without what may not leave the store: no secret, no token. */
export interface Document {
  origins: string[];
  settings: Shop["settings"];
  destinations: Omit<Destination, "shop" | "token" | "paused">[];
}

export const draftOf = (shop: Shop, destinations: readonly Destination[]): Draft => ({
  shop,
  destinations: destinations.filter((destination) => destination.shop === shop.id),
});

export const documentOf = ({ shop, destinations }: Draft): Document => ({
  origins: shop.origins,
  settings: shop.settings,
  destinations: destinations.map(({ shop: _, token: __, paused: ___, ...rest }) => rest),
});

/** One thing that is not as it was, in words. */
export interface Difference {
  /** Setting's name; of a destination's with its number before it. */
  name: string;
  from: string;
  to: string;
}

export function differences(before: Draft, after: Draft): Difference[] {
  const all = [
    difference("origins", before.shop.origins, after.shop.origins),
    ...keysOf(before.shop.settings, after.shop.settings).map((key) =>
      difference(key, before.shop.settings[key], after.shop.settings[key]),
    ),
    ...(["api", "shopify", "woocommerce"] as const).flatMap((door) =>
      secretDifference(`secrets.${door}`, before.shop.secrets[door], after.shop.secrets[door]),
    ),
    ...after.destinations.flatMap((to) => ofDestination(before, to)),
  ];
  return all.filter(({ from, to }) => from !== to);
}

const FIELDS = ["name", "adAccountId", "tagId", "state", "drivesBrowser"] as const;

const ofDestination = (before: Draft, to: Destination): Difference[] => {
  const was = before.destinations.find(({ id }) => id === to.id);
  const named = `destination ${to.id}`;
  if (!was) return [{ name: named, from: "", to: to.name }];
  return [
    ...FIELDS.map((field) => difference(`${named} ${field}`, was[field], to[field])),
    ...ruleDifferences(was.rules, to.rules).map(({ of, ...both }) => ({ name: `${named} ${of}`, ...both })),
    ...secretDifference(`${named} token`, [was.token], [to.token]),
  ];
};

const keysOf = <T extends object>(a: T, b: T): (keyof T & string)[] =>
  Object.keys({ ...a, ...b }).filter((key): key is keyof T & string => key in a || key in b);

const difference = (name: string, from: unknown, to: unknown): Difference => ({ name, from: said(from), to: said(to) });

/** A secret is told by its end alone. */
const secretDifference = (name: string, from: readonly string[], to: readonly string[]): Difference[] =>
  from.join("\n") === to.join("\n") ? [] : [{ name, from: from.map(ended).join(", "), to: to.map(ended).join(", ") }];

/** Of a secret its end, by which people tell one from another. */
export const ended = (secret: string): string => (secret === "" ? "" : `…${secret.slice(-4)}`);

const said = (value: unknown): string =>
  typeof value === "string" ? value : Array.isArray(value) ? value.map(said).join(", ") : (JSON.stringify(value) ?? "");

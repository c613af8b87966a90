/** The settings that a shop's tag and pixel are served with, and the revision that names them. */
import { createHash } from "node:crypto";
import {
  EVENTS,
  PINTEREST_CORE,
  PINTEREST_IMAGE,
  type PixelSettings,
  SHOPIFY_EVENTS,
  type TagSettings,
} from "@pinrelay/tag/contract";
import { type Rules, tagNamesBy } from "./core/rules.ts";
import type { Destination, Shop } from "./core/settings.ts";

export type ServedTag = TagSettings;

const TAG_NAMES = Object.fromEntries(EVENTS.flatMap(([shop, tag]) => (tag ? [[shop, tag]] : [])));

/** By shop event name the Tag's: the default table with the destination's own rows over it. */
export const tagNames = (rules: Rules): Record<string, string> => {
  const names = new Map<string, string>(Object.entries(TAG_NAMES));
  for (const [name, tag] of tagNamesBy(rules)) {
    if (tag === undefined) names.delete(name);
    else names.set(name, tag);
  }
  return Object.fromEntries(names);
};

const isTold = ({ state }: Destination): boolean => state === "live" || state === "test";

/**
 * The Tag ID is left out, and with it the whole browser half, while the destination that drives it is not live: from a
 * browser nothing reaches Pinterest in shadow, and in test only what the debug panel is open for.
 */
export function tagSettings(
  shop: Shop,
  destinations: readonly Destination[],
  served: { core: string; relay?: string },
): ServedTag {
  const { contentId, value, pageLoad, consent, globalPrivacy, formIdentity } = shop.settings;
  const driving = destinations.find((d) => d.shop === shop.id && d.drivesBrowser && isTold(d));
  const settings = {
    key: shop.key,
    ...(driving ? { [driving.state === "live" ? "tagId" : "testTagId"]: driving.tagId } : {}),
    ...served,
    events: driving ? tagNames(driving.rules) : TAG_NAMES,
    contentId,
    value,
    pageLoad,
    consent,
    globalPrivacy,
    formIdentity,
    ...(driving && driving.rules.filters.length > 0 ? { filters: driving.rules.filters } : {}),
  };
  return { ...settings, rev: createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 8) };
}

/** Of the tag's settings what Shopify's pixel needs, under the same revision, and the address of Pinterest's image. */
export function pixelSettings(tag: ServedTag, image: string): PixelSettings {
  const { key, rev, tagId, relay, core, contentId, value, consent, globalPrivacy } = tag;
  const isFiltered = (name: string): boolean =>
    tag.filters?.some(({ event }) => event === "*" || event === name) === true;
  const events = Object.entries(SHOPIFY_EVENTS).map(([theirs, name]) => {
    // The pixel has no room for filters: what one of them looks at goes by the relay alone.
    const tagName = tagId && !isFiltered(name) && tag.events[name];
    return [theirs, tagName ? [name, tagName] : [name]] as const;
  });
  return {
    key,
    rev,
    ...(tagId ? { tagId } : {}),
    ...(relay ? { relay } : {}),
    ...(core === PINTEREST_CORE ? {} : { core }),
    ...(image === PINTEREST_IMAGE ? {} : { image }),
    events: Object.fromEntries(events) as PixelSettings["events"],
    contentId,
    value,
    consent,
    globalPrivacy,
  };
}

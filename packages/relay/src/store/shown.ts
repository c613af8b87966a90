/** What of a half and of a payload people are shown: nothing that says who it is. */
import type { Half, MatchKeys } from "../core/event.ts";
import { MATCH_KEYS } from "../core/event.ts";
import type { Merged } from "../core/merge.ts";
import type { ShownHalf } from "./reads.ts";

/** Of a hash its end, by which one is told from another. */
export const masked = (hash: string): string => `…${hash.slice(-4)}`;

export const maskedKeys = (keys: MatchKeys): ShownHalf["matchKeys"] =>
  Object.fromEntries(MATCH_KEYS.flatMap((key) => (keys[key] ? [[key, keys[key].map(masked)] as const] : [])));

const COPIED = ["rev", "tagName", "url", "referrer", "language", "country", "order"] as const;

export function shownHalf(half: Omit<Half, "source"> & Pick<ShownHalf, "source">): ShownHalf {
  const { source, timeMs, receivedMs, visitor, clickId, matchKeys, properties, consent, network, isBot } = half;
  return {
    source,
    timeMs,
    receivedMs,
    ...Object.fromEntries(COPIED.flatMap((key) => (half[key] === undefined ? [] : [[key, half[key]]]))),
    ...(visitor === undefined ? {} : { visitor: masked(visitor) }),
    ...(clickId === undefined ? {} : { clickId: masked(clickId) }),
    matchKeys: maskedKeys(matchKeys),
    properties,
    consent,
    hasIp: network?.ip !== undefined,
    hasUserAgent: network?.userAgent !== undefined,
    isBot: isBot === true,
  };
}

export const shownMerged = ({ sources, ...merged }: Merged): ShownHalf =>
  shownHalf({ ...merged, source: sources[0] ?? "browser" });

/** A payload as it is kept, with what Pinterest is told of a person masked. */
export function shownPayload(payload: string): unknown {
  const { user_data: user, ...event }: { user_data?: Record<string, unknown> } = JSON.parse(payload);
  if (!user) return event;
  const shown = Object.entries(user).map(([key, value]) => [key, maskedValue(key, value)]);
  return { ...event, user_data: Object.fromEntries(shown) };
}

const maskedValue = (key: string, value: unknown): unknown => {
  if (key.startsWith("client_")) return "given";
  if (Array.isArray(value)) return value.map((one) => masked(String(one)));
  return masked(String(value));
};

/** Tells the operator what the door keeps out, each kind of it once: anybody can knock as often as they like. */
import type { OtherTag } from "@pinrelay/tag/contract";
import type { Logger } from "pino";
import type { Source } from "../core/event.ts";
import type { EdgeFault } from "../sources/fault.ts";

export interface DoorLog {
  /** A tag of a shop that is not here. */
  key(): void;
  /** A page whose origin is no shop's. */
  origin(origin: string): void;
  /** A call of the server API without a good key. */
  apiKey(): void;
  /** What was refused, of which shop and told by whom; its field is one of ours, never text that was sent. */
  refused(shop: string, source: Source, fault: EdgeFault): void;
  /** A page of the shop's has another Pinterest Tag too. */
  otherTag(shop: string, other: OtherTag): void;
  /** A proxy forwards requests. `unknown`: nobody said that it is to be believed. `silent`: it does not say for whom. */
  proxy(which: "unknown" | "silent"): void;
  /** Somebody told more than is taken; nobody is named. */
  limited(field: string, why: string): void;
}

/** Of each kind as many different ones are told. After that no more until the next start. */
const OF_A_KIND = 100;

/** `refused` is told of every single one. */
export function doorLog(log: Logger, refused: (shop: string, source: Source) => void = () => {}): DoorLog {
  const told = new Map<string, Set<string>>();
  const once = (words: string, details: Record<string, string>): void => {
    const known = told.get(words) ?? new Set();
    told.set(words, known);
    const one = Object.values(details).join("\n");
    if (known.has(one) || known.size >= OF_A_KIND) return;
    known.add(one);
    log.warn(details, words);
  };
  return {
    key: () => once("refused a page whose tag names no shop of this relay; its snippet has to be pasted again", {}),
    origin: (origin) =>
      once("refused a page that is not the shop's; if it is, add its origin: pinrelay settings set origins", {
        origin: origin.slice(0, 200),
      }),
    apiKey: () => once("refused a call of the server API: it brought no API key of a shop of this relay", {}),
    refused(shop, source, { field, message }) {
      refused(shop, source);
      once("refused an event", { shop, field, message });
    },
    otherTag: (shop, { by, tagId = "", event = "" }) =>
      once("another Pinterest Tag tells events of this shop, which Pinterest then counts twice; remove it", {
        shop,
        by,
        tagId,
        event,
      }),
    proxy: (which) => once(PROXIES[which], {}),
    limited: (field, why) => once("answered somebody with 429: too much at once", { field, why }),
  };
}

const PROXIES = {
  unknown:
    "requests come through a proxy; set TRUST_PROXY, or every visitor has the proxy's IP address. Until then nothing is limited by IP address. Where there is no proxy, say so: TRUST_PROXY=0",
  silent:
    "the proxy that TRUST_PROXY trusts writes no X-Forwarded-For: every visitor has its IP address, and nothing is limited by it",
} as const;

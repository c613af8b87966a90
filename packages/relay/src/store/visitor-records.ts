/** What is known of a visitor, as it lies in a row, and how two such records become one. */
import { hash } from "node:crypto";
import type { Consent } from "@pinrelay/tag/contract";
import { MATCH_KEYS, type MatchKeys } from "../core/event.ts";
import type { KnownVisitor } from "../core/identity.ts";
import { unionMatchKeys } from "../core/merge.ts";
import { type Row, text } from "./rows.ts";

/** Of each match key so many values are kept, in their order: nobody has more addresses that matter. */
const VALUES = 4;

export interface Visitor extends KnownVisitor {
  consentMs: number;
  seenMs: number;
}

/** Under what a visitor lies: a hash of their ID, so that the mark of who denied names nobody. */
export const keyOf = (visitor: string): string => hash("sha256", visitor);

/** What both say; the later decision holds, and a denial takes back what was known before. */
export const together = (a: Visitor, b: Visitor): Visitor => {
  const [earlier, later] = a.consentMs <= b.consentMs ? [a, b] : [b, a];
  const decided = later.consent ? later : earlier;
  const isDenied = decided.consent?.marketing === "denied";
  const clickId = (a.seenMs <= b.seenMs ? (b.clickId ?? a.clickId) : (a.clickId ?? b.clickId)) ?? undefined;
  return {
    matchKeys: isDenied ? {} : bounded(unionMatchKeys(a.matchKeys, b.matchKeys)),
    ...(clickId === undefined || isDenied ? {} : { clickId }),
    ...(decided.consent ? { consent: decided.consent } : {}),
    consentMs: decided.consentMs,
    seenMs: Math.max(a.seenMs, b.seenMs),
  };
};

const bounded = (keys: MatchKeys): MatchKeys => {
  for (const key of MATCH_KEYS) keys[key]?.splice(VALUES);
  return keys;
};

/** A row of the table `visitor`, read. */
export const visitorRecord = (row: Row | undefined): Visitor | undefined => {
  if (!row) return undefined;
  const consent: Consent | undefined = row.consent === null ? undefined : JSON.parse(String(row.consent));
  return {
    matchKeys: JSON.parse(String(row.match_keys)),
    ...text("clickId", row.click_id),
    ...(consent ? { consent } : {}),
    consentMs: Number(row.consent_ms),
    seenMs: Number(row.seen_ms),
  };
};

/** The columns of a row that vary, in the order of the table: match_keys, click_id, consent, consent_ms, seen_ms. */
export const visitorColumns = ({
  matchKeys,
  clickId,
  consent,
  consentMs,
  seenMs,
}: Visitor): [string, string | null, string | null, number, number] => [
  JSON.stringify(matchKeys),
  clickId ?? null,
  consent ? JSON.stringify(consent) : null,
  consentMs,
  seenMs,
];

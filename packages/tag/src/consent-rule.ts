/** What a decision, or the lack of one, allows. Pure. */
import type { Consent, ConsentMode } from "./contract.ts";

/** Whether it may be told; undefined: not decided yet. Where the browser is, is asked for only where that decides. */
export const allows = (
  mode: ConsentMode,
  marketing: Consent["marketing"],
  isElsewhere: () => boolean,
): boolean | undefined => {
  if (mode === "always") return true;
  if (marketing !== "unknown") return marketing === "granted";
  return mode === "implied" || (mode === "auto" && isElsewhere()) || undefined;
};

/**
 * Whether a time zone lies outside the EEA, the UK and Switzerland. What is not surely outside is inside: an unknown
 * zone, UTC (which browsers that hide report), and Belgrade, whose zone stands for Zagreb and Ljubljana too.
 */
export const isElsewhere = (timeZone = ""): boolean => ELSEWHERE.test(timeZone) && !OUTERMOST.test(timeZone);

/**
 * By as much of the name as no other zone has, here and below: Indian, Pacific, and in Europe Istanbul, Kiev, Kyiv, Minsk,
 * Moscow.
 */
const ELSEWHERE = /^(A[^r]|In|Pa|Europe.(Ist|Kie|Ky|Mi|Mos))/;
/**
 * European regions and islands in other parts of the world: Azores, Canary, Cayenne, Ceuta, Famagusta, Guadeloupe,
 * Madeira, Marigot, Martinique, Mayotte, Nicosia, Reunion, Reykjavik.
 */
const OUTERMOST = /Azo|Canar|Caye|Ceu|Fam|Guade|Made|Marig|Mart|May|Nic|Reu|Rey/;

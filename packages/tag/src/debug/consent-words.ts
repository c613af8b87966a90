/** A consent decision in words: its state, the signal that decided, and when. */
import type { Consent } from "../contract.ts";
import { clock } from "./clock.ts";

export const consentWords = ({ marketing, by, at, limited }: Consent, now: number): string =>
  marketing === "unknown"
    ? `nobody has decided (${by})`
    : `${marketing} by ${by} at ${clock(at, now)}${limited ? ", for limited data processing" : ""}`;

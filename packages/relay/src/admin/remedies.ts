/** What a merchant can do about an outcome. What is as it should be is not in the table. */
import type { Outcome } from "../core/outcome.ts";

// biome-ignore format: a table
export const REMEDIES: Partial<Record<Outcome, string>> = {
  "no consent":   "If your banner was agreed to, look in Settings at where the tag takes consent from.",
  "filtered":     "If it was to be sent, change the filters of this destination in Settings, then replay it.",
  "unmapped":     "Name a Pinterest event for it in this destination's mapping in Settings, then replay it.",
  "unmatched":    "Tell the customer's email with the event, from the page or from your server.",
  "rejected":     "Mend what Pinterest's words name, then replay it.",
  "late":         "Look why it waited: Overview shows the oldest that waits, and whether Pinterest was out of reach.",
  "expired":      "Look why it waited. Pinterest takes nothing over seven days old, so a replay helps only what is younger.",
  "dead":         "Once what its tries name is mended, replay it.",
};

/** The closed list of what can become of a delivery: the same words in code, log, metrics, dashboard and documents. */
// biome-ignore format: a table
export const OUTCOMES = {
  "sent":         "Pinterest took it.",
  "shadow":       "Computed as it would be sent, and kept: its destination was in shadow.",
  "browser only": "This event has no place in the API for Conversions; the Pinterest Tag alone is told.",
  "no consent":   "The visitor denied consent, or did not give it where it is required.",
  "filtered":     "A filter of yours, or a channel you do not count, left it out.",
  "bot":          "The user agent is a bot's.",
  "unmapped":     "Nothing maps this event name to a Pinterest event.",
  "unmatched":    "Pinterest needs an email, a mobile advertising ID, or IP address and user agent; none was known.",
  "rejected":     "Pinterest refused this event; its words are kept beside it.",
  "withdrawn":    "The order was cancelled, or consent withdrawn, or its destination removed, before it was sent.",
  "late":         "Over an hour old and the Pinterest Tag already told it: sending it now would count it twice.",
  "expired":      "Older than Pinterest takes.",
  "dead":         "Could not be made into what Pinterest takes, or its shop is gone; can be replayed.",
} as const;

export type Outcome = keyof typeof OUTCOMES;

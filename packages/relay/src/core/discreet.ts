/** Takes out of words what could be a person's, or a secret: Pinterest and libraries may repeat what they were told. */

const PERSONAL = new RegExp(
  [
    /\S+@\S+/,
    /\S+%40\S+/,
    /\b[\da-f]{64}\b/,
    /\b\d{1,3}(?:\.\d{1,3}){3}\b/,
    /[\da-f:]*::[\da-f:]*/,
    /\b[\da-f]{1,4}(?::[\da-f]{1,4}){5,7}\b/,
    /(?:\+\d|\(\d)[\d ().-]{6,}\d/,
    // Access tokens, whoever's; and addresses, which hold what the page was asked for.
    /\bpina_[\w-]+/,
    /\bbearer\s+\S+/,
    /\bhttps?:\/\/\S+/,
    /\bmozilla\/[^"]*/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gi",
);

/** What could be an email, a hash of one, a machine's address, a phone or a token becomes "…". At most 2,000 characters. */
export const discreet = (words: string): string => words.slice(0, 2_000).replace(PERSONAL, "…");

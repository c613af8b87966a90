/** A name with all taken off that differs from one source to the next: capitals, punctuation, characters escaped for HTML. */
export const plain = (name: unknown): string =>
  String(name ?? "")
    .toLowerCase()
    .replace(/&#?\w+;|[\s\p{P}\p{S}]/gu, "");

/** Identifiers made by chance. */

/** Lowercase hex digits of some bytes. */
export const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => (256 + byte).toString(16).slice(1)).join("");

export const randomHex = (bytes: number): string => hex(crypto.getRandomValues(new Uint8Array(bytes)));

/** A new event ID, of the time in ms. Whoever tells the same event tells the same ID. */
export const newEventId = (time: number): string => uuidV7(time, randomHex(10));

/** A UUIDv7 (RFC 9562) of a time in ms and 20 hex digits of chance. Sorted by time, it keeps the ledger's index small. */
export const uuidV7 = (time: number, chance: string): string =>
  ((2 ** 48 + time).toString(16).slice(1) + chance).replace(/(.{8})(.{4}).(...).(...)/, "$1-$2-7$3-8$4-");

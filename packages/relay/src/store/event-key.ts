/** How event IDs lie in the store: UUIDs as 16 bytes, so that v7 ids stay short and in order; all others as text. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const encodeId = (id: string): string | Buffer =>
  UUID.test(id) ? Buffer.from(id.replaceAll("-", ""), "hex") : id;

export const decodeId = (stored: unknown): string => {
  if (!(stored instanceof Uint8Array)) return String(stored);
  const hex = Buffer.from(stored.buffer, stored.byteOffset, stored.length).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** No UTF-8 holds this byte. */
const MARK = Buffer.of(0xff);

/** The same as bytes alone: what is no UUID stands behind a mark, and never has a UUID's length. */
export const encodeBytes = (id: string): Buffer => {
  const encoded = encodeId(id);
  if (typeof encoded !== "string") return encoded;
  const marked = Buffer.concat([MARK, Buffer.from(encoded)]);
  return marked.length === 16 ? Buffer.concat([MARK, marked]) : marked;
};

export const decodeBytes = (stored: unknown): string => {
  if (!(stored instanceof Uint8Array) || stored.length === 16) return decodeId(stored);
  const text = stored.findIndex((byte) => byte !== 0xff);
  return text < 0 ? "" : Buffer.from(stored.subarray(text)).toString();
};

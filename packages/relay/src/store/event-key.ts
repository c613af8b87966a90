/** How event IDs lie in the store: UUIDs as 16 bytes, so that v7 ids stay short and in order; all others as text. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const encodeId = (id: string): string | Buffer =>
  UUID.test(id) ? Buffer.from(id.replaceAll("-", ""), "hex") : id;

export const decodeId = (stored: unknown): string =>
  stored instanceof Uint8Array
    ? Buffer.from(stored)
        .toString("hex")
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
    : String(stored);

/** An event ID as PostgreSQL keeps it, in one column of bytes: a UUID's 16; all others in UTF-8 behind a byte that no text has. */
export const encodeBytes = (id: string): Buffer => {
  const key = encodeId(id);
  if (typeof key !== "string") return key;
  const bytes = Buffer.concat([MARK, Buffer.from(key)]);
  // A text of that length would be taken for a UUID.
  return bytes.length === UUID_BYTES ? Buffer.concat([MARK, bytes]) : bytes;
};

export const decodeBytes = (stored: unknown): string => {
  if (!(stored instanceof Uint8Array) || stored.length === UUID_BYTES) return decodeId(stored);
  return Buffer.from(stored.subarray(stored.findIndex((byte) => byte !== MARK[0]))).toString();
};

const UUID_BYTES = 16;
const MARK = Buffer.from([0xff]);

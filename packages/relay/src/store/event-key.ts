/** How event IDs lie in the store: UUIDs as 16 bytes, so that v7 ids stay short and in order; all others as text. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_BYTES = 16;
/** No text in UTF-8 has it. */
const MARK = 0xff;

export const encodeId = (id: string): string | Buffer => (UUID.test(id) ? bytesOf(id) : id);

export const decodeId = (stored: unknown): string =>
  stored instanceof Uint8Array ? uuidOf(Buffer.from(stored)) : String(stored);

/** The same where a column holds bytes alone (PostgreSQL's): other ids are UTF-8 behind a mark, and never of 16 bytes. */
export const encodeBytes = (id: string): Buffer => {
  if (UUID.test(id)) return bytesOf(id);
  const text = Buffer.from(id, "utf8");
  return Buffer.concat([Buffer.alloc(text.length + 1 === UUID_BYTES ? 2 : 1, MARK), text]);
};

export const decodeBytes = (stored: unknown): string => {
  if (!(stored instanceof Uint8Array)) throw new TypeError("an event ID lies in the store as bytes");
  const bytes = Buffer.from(stored);
  if (bytes.length === UUID_BYTES) return uuidOf(bytes);
  return bytes.toString("utf8", bytes[1] === MARK ? 2 : 1);
};

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll("-", ""), "hex");

const uuidOf = (bytes: Buffer): string =>
  bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

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

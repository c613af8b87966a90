/** The bytes of a request that `express.raw` has read; none where it came without a body. */
export const bodyOf = ({ body }: { body: unknown }): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));

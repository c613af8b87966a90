/** Bodies as the bytes they came in. */
import express, { type RequestHandler } from "express";

/** The bytes of a request that `rawBody` has read; none where it came without a body. */
export const bodyOf = ({ body }: { body: unknown }): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));

/** Another parser of the app that embeds the relay has read the body: what a signature is over is gone. */
export class ReadBefore extends Error {
  override name = "ReadBefore";
  override message = "was read before it came to the relay; mount the relay before any body parser";
}

/**
 * Reads a body of `limit` bytes at most into `request.body`. What comes as it is, as every beacon does, is put together
 * here, which is cheaper; `express.raw` has the coded ones.
 */
export function rawBody(limit: number): RequestHandler {
  const coded = express.raw({ type: () => true, limit });
  return (request, response, next) => {
    // A signature is over the bytes, which are gone once another parser has read them.
    if (request.readableEnded && typeof request.body === "string") request.body = Buffer.from(request.body);
    if (request.readableEnded && !Buffer.isBuffer(request.body)) return next(new ReadBefore());
    if (request.headers["content-encoding"] !== undefined || request.readableEnded)
      return coded(request, response, next);
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limit) chunks.push(chunk);
    });
    request.on("end", () => {
      // There was no room for the last of it, and that was said: who was told to come again has told nothing yet.
      if (response.headersSent) return;
      if (bytes > limit) return next(Object.assign(new Error("the body is too large"), { status: 413 }));
      request.body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
      next();
    });
  };
}

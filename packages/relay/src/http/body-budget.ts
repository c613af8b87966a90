/** Bounds the memory that bodies take while they are read: thousands of slow senders must not fill it. */
import type { IncomingMessage } from "node:http";
import type { RequestHandler, Response } from "express";

/** All bodies that are under way at once, as far as they have come in. */
export const BODIES_BYTES = 64 * 1024 * 1024;
/** A beacon is never larger: so that who sends large bodies slowly does not keep shoppers' pages out, they have as much again. */
const SMALL_BYTES = 64 * 1024;
/** No door takes more than an order of a few hundred lines, or a thousand events of the server API. */
const LARGEST_BYTES = 4 * 1024 * 1024;
const RETRY_SECONDS = 5;
/** Of ten thousand connections each has to be asked how much has come; so not for each of their requests. */
const FRESH_MS = 50;

export function bodyBudget(most = BODIES_BYTES): RequestHandler {
  const reading = new Map<IncomingMessage, number>();
  let known = { atMs: 0, bytes: 0 };
  const bytes = (): number => {
    const atMs = performance.now();
    if (atMs - known.atMs < FRESH_MS) return known.bytes;
    let sum = 0;
    for (const [{ socket }, before] of reading) sum += socket.bytesRead - before;
    known = { atMs, bytes: sum };
    return sum;
  };
  return (request, response, next) => {
    const size = sizeOf(request);
    if (size === 0) return next();
    // What is still to come is not read: Express would wait for it before it said so.
    if (size > LARGEST_BYTES) return refuse(response, 413, "body", "is too large; send fewer events at once");
    if (bytes() > (size <= SMALL_BYTES ? 2 * most : most)) {
      response.set("Retry-After", String(RETRY_SECONDS));
      return refuse(response, 503, "relay", "takes more at once than there is room for; send it again");
    }
    reading.set(request, request.socket.bytesRead);
    response.once("close", () => reading.delete(request));
    next();
  };
}

const refuse = (response: Response, status: number, field: string, message: string): void =>
  void response.status(status).set("Connection", "close").json({ results: [], error: { field, message } });

/** What a body says it has; one that does not say may have all that a door takes. */
const sizeOf = ({ headers }: IncomingMessage): number => {
  if (headers["transfer-encoding"] !== undefined) return LARGEST_BYTES;
  const told = Number(headers["content-length"] ?? 0);
  return Number.isFinite(told) ? Math.max(told, 0) : LARGEST_BYTES;
};

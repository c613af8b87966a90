/** Bounds the memory that bodies take while they are read: thousands of slow senders must not fill it. */
import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";

/** All bodies that are under way at once. A beacon has 60 KiB at most, an order of a few hundred lines 2 MiB. */
export const BODIES_BYTES = 64 * 1024 * 1024;
/** What a body that does not say how large it is may have: no door takes more. */
const UNSAID_BYTES = 2 * 1024 * 1024;
const RETRY_SECONDS = 5;

export function bodyBudget(most = BODIES_BYTES): RequestHandler {
  let bytes = 0;
  return (request, response, next) => {
    const size = sizeOf(request);
    if (size === 0) return next();
    if (bytes + size > most) {
      // What is still to come is not read.
      response.status(503).set({ "Retry-After": String(RETRY_SECONDS), Connection: "close" });
      const message = "takes more at once than there is room for; send it again";
      return void response.json({ results: [], error: { field: "relay", message } });
    }
    bytes += size;
    response.once("close", () => {
      bytes -= size;
    });
    next();
  };
}

const sizeOf = ({ headers }: IncomingMessage): number => {
  if (headers["transfer-encoding"] !== undefined) return UNSAID_BYTES;
  const told = Number(headers["content-length"] ?? 0);
  return Number.isFinite(told) ? Math.min(Math.max(told, 0), UNSAID_BYTES) : UNSAID_BYTES;
};

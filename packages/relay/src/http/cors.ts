/** Which pages may talk to the relay. A filter, not authentication: anything but a browser can claim any origin. */
import type { RequestHandler } from "express";
import type { Shop } from "../core/settings.ts";

/**
 * Shops' own origins may send with cookies. `Origin: null` (sandboxed frames) may send without: its body has to name
 * the shop. The header goes on every answer, refusals too, so that the tag can read why.
 */
export const cors =
  (shops: () => readonly Shop[]): RequestHandler =>
  (request, response, next) => {
    const { origin } = request.headers;
    if (response.hasHeader("Vary")) response.vary("Origin");
    else response.setHeader("Vary", "Origin");
    if (origin === "null" || (origin && shops().some((shop) => shop.origins.includes(origin)))) {
      response.setHeader("Access-Control-Allow-Origin", origin);
      response.setHeader("Access-Control-Expose-Headers", "Retry-After");
      if (origin !== "null") response.setHeader("Access-Control-Allow-Credentials", "true");
      if (request.method === "OPTIONS") {
        response.setHeader("Access-Control-Allow-Methods", "POST");
        response.setHeader("Access-Control-Allow-Headers", "Content-Type");
        response.setHeader("Access-Control-Max-Age", "86400");
      }
    }
    if (request.method === "OPTIONS") response.status(204).end();
    else next();
  };

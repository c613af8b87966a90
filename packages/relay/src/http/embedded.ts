/** The relay as a part of another Express app, which has pages of its own. */
import type { Express, RequestHandler } from "express";

/** Below these the relay answers; everything else is the other app's, its root as well. */
// biome-ignore format: a list
const OURS = [
  "/collect", "/webhooks/shopify", "/webhooks/woocommerce", "/api/events", "/api/forget", "/api/openapi.json",
  "/tag", "/shopify-pixel", "/admin", "/livez", "/readyz", "/metrics",
];
/** The tag, the pixel, the debug panel, and files with a mark of their content, such as `/every.auFZ6xDW.js`. */
const FILES = /^\/(tag|debug|shopify-pixel)\.js(on)?$|^\/[\w-]+\.[\w-]{8}\.js$/;

/** Whether the relay answers there when it is part of another app. */
export const isOurs = (path: string): boolean =>
  FILES.test(path) || OURS.some((own) => path === own || path.startsWith(`${own}/`));

/** Hands on what is the other app's, untouched: the relay's limits and answers are not for it. */
export function othersPass(app: Express): RequestHandler {
  let isMounted = false;
  app.on("mount", () => {
    isMounted = true;
  });
  return ({ baseUrl, path }, _response, next) => {
    if ((isMounted || baseUrl !== "") && !isOurs(path)) next("router");
    else next();
  };
}

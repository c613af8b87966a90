/** Bodies that nobody asked for: most doors read none, and Node would hear each to its end before it takes the next request. */
import type { RequestHandler } from "express";

/** Of what may be longer than any door takes the connection ends with the answer, and what still comes is not heard. */
export const strayBodies =
  (largest: number): RequestHandler =>
  ({ headers }, response, next) => {
    const isEndless = headers["transfer-encoding"] !== undefined;
    if (isEndless || Number(headers["content-length"] ?? 0) > largest) response.set("Connection", "close");
    next();
  };

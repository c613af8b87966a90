/** How many bytes of bodies may be held while they are read: many slow clients with large ones would take all memory. */
import type { RequestHandler } from "express";

/** Refuses the request whose next bytes would be too many. Stands right before who reads the body. */
export function bodyRoom(bytes: number, refused: () => void): RequestHandler {
  let held = 0;
  return (request, response, next) => {
    let own = 0;
    const take = (chunk: Buffer): void => {
      own += chunk.length;
      held += chunk.length;
      if (held <= bytes || response.headersSent) return;
      refused();
      response.status(503).set({ "Retry-After": "5", Connection: "close" });
      response.json({ results: [], error: { field: "relay", message: "takes in too much right now; send it again" } });
    };
    request.on("data", take);
    response.once("close", () => {
      // What still comes of a body that nobody reads any more is held by nobody.
      request.off("data", take);
      held -= own;
    });
    next();
  };
}

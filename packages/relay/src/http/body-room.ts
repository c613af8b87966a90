/** How many bytes of bodies may be held while they are read: many slow clients with large ones would take all memory. */
import type { RequestHandler, Response } from "express";

/** Refuses the request whose next bytes would be too many, and one that is over `largest` at once. Stands right before who reads the body. */
export function bodyRoom(bytes: number, largest: number, refused: () => void): RequestHandler {
  let held = 0;
  return (request, response, next) => {
    // Who reads it would wait for all of it before it said so.
    if (Number(request.headers["content-length"] ?? 0) > largest)
      return refuse(response, 413, "body", "is too large; send fewer events at once");
    let own = 0;
    const leave = (): void => {
      request.off("data", take);
      held -= own;
      own = 0;
    };
    const take = (chunk: Buffer): void => {
      own += chunk.length;
      held += chunk.length;
      // Of one that is too large nothing is held any more: what still comes is thrown away.
      if (own > largest) leave();
      if (own === 0 || held <= bytes || response.headersSent) return;
      refused();
      response.set("Retry-After", "5");
      refuse(response, 503, "relay", "takes in too much right now; send it again");
    };
    request.on("data", take);
    response.once("close", leave);
    next();
  };
}

const refuse = (response: Response, status: number, field: string, message: string): void =>
  void response.status(status).set("Connection", "close").json({ results: [], error: { field, message } });

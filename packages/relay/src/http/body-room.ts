/** How many bytes of bodies may be held while they are read: many slow clients with large ones would take all memory. */
import type { Request, RequestHandler, Response } from "express";

/** What is larger than its door takes is heard on for so long, so that it can be told; after that its connection is cut. */
const HEARD_ON_BYTES = 8 * 1024 * 1024;

/** Refuses the request whose next bytes would be too many, and one that is over `largest` at once. Stands right before who reads the body. */
export function bodyRoom(bytes: number, largest: number, refused: () => void): RequestHandler {
  const plain = { held: 0, most: bytes };
  /** Room of its own: who sends little that unfolds to much takes none from those who send what they have. */
  const coded = { held: 0, most: Math.max(bytes / 2, largest) };
  return (request, response, next) => {
    // Who reads it would wait for all of it before it said so.
    if (Number(request.headers["content-length"] ?? 0) > largest)
      return refuse(response, 413, "body", "is too large; send fewer events at once");
    const isCoded = isUnfolded(request);
    const room = isCoded ? coded : plain;
    let own = 0;
    const hold = (more: number): boolean => {
      own += more;
      room.held += more;
      return room.held <= room.most;
    };
    const leave = (): void => {
      room.held -= own;
      own = 0;
    };
    const tooMuch = (): void => {
      refused();
      response.set("Retry-After", "5");
      refuse(response, 503, "relay", "takes in too much right now; send it again");
    };
    let came = 0;
    const take = (chunk: Buffer): void => {
      came += chunk.length;
      // Chunks do not say how many there will be, and who reads them answers after the last.
      if (came > largest + HEARD_ON_BYTES) return void request.destroy();
      if (isCoded) return;
      // Of one that is too large nothing is held any more: what still comes is thrown away.
      if (came > largest) return void leave();
      if (!hold(chunk.length) && !response.headersSent) tooMuch();
    };
    response.once("close", leave);
    // 2 KB of gzip unfold to 2 MB: what comes says nothing of what it takes, so it has room for all that it may.
    if (isCoded && !hold(largest)) return tooMuch();
    request.on("data", take);
    next();
  };
}

const isUnfolded = ({ headers }: Request): boolean => !/^\s*(identity)?\s*$/i.test(headers["content-encoding"] ?? "");

const refuse = (response: Response, status: number, field: string, message: string): void =>
  void response.status(status).set("Connection", "close").json({ results: [], error: { field, message } });

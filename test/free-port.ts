/** Finds a port to listen on: the preferred one where it is free, any other where it is not. */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the ports that a system gives away by itself, from 32768 on Linux and 49152 elsewhere: one of those may be another
 * process's before it is listened on, or while whoever listens there is down.
 */
const OWN_CHOICE = () => randomInt(20_000, 32_000);
const TRIES = 100;

export async function freePort(preferred: number): Promise<number> {
  if (preferred !== 0 && (await isFree(preferred))) return preferred;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = OWN_CHOICE();
    if (await isFree(port)) return port;
  }
  throw new Error("no port is free");
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });

/** `GET /livez`: the process turns. `GET /readyz`: what it is told now it can keep, and what it has kept goes out. */
import { Router } from "express";

/** One thing that has to hold, and what is said where it does not: never a value, never a secret. */
export interface Check {
  words: string;
  holds(): boolean | Promise<boolean>;
}

/** An answer is good for so long: who asks a thousand times has the disk written once. */
const FRESH_MS = 1_000;
/** A store that does not answer within this cannot take events either. */
const LIMIT_MS = 2_000;

export function healthRouter(checks: readonly Check[], now: () => number): Router {
  let asked: { atMs: number; failing: Promise<string[]> } | undefined;
  const failing = (): Promise<string[]> => {
    const atMs = now();
    if (!asked || Math.abs(atMs - asked.atMs) >= FRESH_MS) asked = { atMs, failing: failingOf(checks) };
    return asked.failing;
  };
  const router = Router();
  router.get("/livez", (_request, response) => void response.type("text/plain").send("ok\n"));
  router.get("/readyz", async (_request, response) => {
    const words = await failing();
    response.type("text/plain").status(words.length > 0 ? 503 : 200);
    response.send(words.length > 0 ? `${words.join("\n")}\n` : "ok\n");
  });
  return router;
}

const failingOf = async (checks: readonly Check[]): Promise<string[]> => {
  const found = await Promise.all(checks.map(async ({ words, holds }) => ((await inTime(holds)) ? [] : [words])));
  return found.flat();
};

const inTime = async (holds: Check["holds"]): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, LIMIT_MS, false);
  });
  try {
    return await Promise.race([holds(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
};

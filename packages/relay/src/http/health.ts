/** `/livez` says that the process turns, `/readyz` whether to send it anything. */
import { Router } from "express";

/** What keeps a relay from being ready, in words without anybody's values; empty where nothing does. */
export type Readiness = () => Promise<readonly string[]>;

export function healthRouter(readiness: Readiness): Router {
  const router = Router();
  router.get("/livez", (_request, response) => void response.type("text/plain").send("ok\n"));
  router.get("/readyz", async (_request, response) => {
    const lacks = await readiness();
    response.set("Cache-Control", "no-store").type("text/plain");
    if (lacks.length === 0) response.send("ok\n");
    else response.status(503).send(`${lacks.join("\n")}\n`);
  });
  return router;
}

/**
 * One server to be measured, in a process of its own: the relay, or the least that others can do with a beacon. Tells its
 * parent where it listens, and ends with it.
 */
import { createServer, IncomingMessage, type RequestListener, type Server, ServerResponse } from "node:http";
import express, { type Express } from "express";
import { pino } from "pino";
import { createRelay, type Seed } from "pinrelay";
import { keepHeapSmall } from "#relay/heap";
import { ACCOUNT } from "../start.ts";
import { BENCH_ORIGIN } from "./load.ts";

/**
 * `relay`: takes in and keeps. `delivering`: a relay with an ad account, which sends meanwhile. `express`: as its guide shows
 * it. `best`: without what costs it most. `node`: no framework at all.
 */
export type ServerKind = "relay" | "delivering" | "express" | "best" | "node";

const [, , kind = "relay", database = ":memory:", apiUrl = ""] = process.argv;

const listening = (server: Server): Promise<{ url: string; key: string }> =>
  new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve({ url: typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "", key: "" });
    }),
  );

const bare = (): Express => {
  const app = express();
  app.post("/collect", express.json({ type: () => true }), (_request, response) => void response.status(204).end());
  return app;
};

/** Express gives each request its own prototype, which Node before 24 is slow with; so requests are born with it. */
const best = (): Server => {
  const app = bare();
  app.disable("x-powered-by");
  if (Number(process.versions.node.split(".")[0]) >= 24) return createServer(app);
  const born = (base: typeof IncomingMessage | typeof ServerResponse, prototype: object): unknown => {
    function Born(this: object, ...parts: unknown[]): void {
      Reflect.apply(base, this, parts);
    }
    Born.prototype = prototype;
    return Born;
  };
  return createServer(
    {
      // Node only calls them with `new`, which is all that they stand in for.
      IncomingMessage: born(IncomingMessage, app.request) as typeof IncomingMessage,
      ServerResponse: born(ServerResponse, app.response) as typeof ServerResponse,
    },
    app,
  );
};

const parsing: RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    JSON.parse(Buffer.concat(chunks).toString());
    response.statusCode = 204;
    response.end();
  });
};

const relay = async (account?: Seed["account"]): Promise<{ url: string; key: string }> => {
  // As `pinrelay serve` does.
  keepHeapSmall();
  const running = await createRelay({
    config: {
      database,
      secretKey: "a secret for measuring alone, of decent length",
      port: 0,
      seed: { origins: [BENCH_ORIGIN], ...(account ? { account } : {}) },
      ...(account ? { pinterestApiUrl: apiUrl } : {}),
    },
    log: pino({ level: "silent" }),
  });
  return { url: await running.listen(), key: running.directory.shops()[0]?.key ?? "" };
};

const KINDS: Record<string, () => Promise<{ url: string; key: string }>> = {
  relay: () => relay(),
  delivering: () => relay(ACCOUNT),
  express: () => listening(createServer(bare())),
  best: () => listening(best()),
  node: () => listening(createServer(parsing)),
};

process.on("disconnect", () => process.exit());
process.send?.(await KINDS[kind]?.());

/** One server to be measured, in a process of its own: `relay`, or the least that Express can do. Prints its address. */
import { createServer } from "node:http";
import express from "express";
import { pino } from "pino";
import { createRelay } from "pinrelay";
import { BENCH_ORIGIN } from "./load.ts";

const [, , kind, database = ":memory:"] = process.argv;

const bare = async (): Promise<string> => {
  const app = express();
  app.post("/collect", express.json({ type: () => true }), (_request, response) => void response.status(204).end());
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  return typeof address === "object" && address ? `http://127.0.0.1:${address.port} -` : "";
};

const relay = async (): Promise<string> => {
  const running = await createRelay({
    config: {
      database,
      secretKey: "a secret for measuring alone, of decent length",
      port: 0,
      seed: { origins: [BENCH_ORIGIN] },
    },
    log: pino({ level: "silent" }),
  });
  return `${await running.listen()} ${running.directory.shops()[0]?.key}`;
};

console.log(await (kind === "relay" ? relay() : bare()));

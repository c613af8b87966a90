/** The run's one PostgreSQL: started for whichever worker asks for it first, ended with the run. */
import { createServer, type Server } from "node:http";
import { ASK, type Postgres, startPostgres } from "./postgres.ts";

let started: Promise<Postgres> | undefined;
let server: Server | undefined;

const url = async (): Promise<string> => {
  if (process.env.TEST_DATABASE_URL) return process.env.TEST_DATABASE_URL;
  started ??= startPostgres();
  return (await started).url;
};

export async function setup(): Promise<void> {
  const asked = createServer(async (_request, response) => {
    try {
      response.end(await url());
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server = asked;
  await new Promise<void>((resolve) => asked.listen(0, "127.0.0.1", resolve));
  const address = asked.address();
  if (typeof address === "object" && address) process.env[ASK] = `http://127.0.0.1:${address.port}`;
}

export async function teardown(): Promise<void> {
  server?.close();
  server?.closeAllConnections();
  await (await started?.catch(() => undefined))?.stop();
}

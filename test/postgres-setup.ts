/** The run's one PostgreSQL: started for whichever worker asks for it first, unless there is one already. */
import { createServer, type Server } from "node:http";
import { ASK, type Postgres, startPostgres } from "./postgres.ts";

let postgres: Promise<Postgres> | undefined;
let door: Server | undefined;

const url = async (): Promise<string> => {
  if (process.env.TEST_DATABASE_URL) return process.env.TEST_DATABASE_URL;
  postgres ??= startPostgres();
  return (await postgres).url;
};

export async function setup(): Promise<void> {
  const asked = createServer(async (_request, response) => {
    try {
      response.end(await url());
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  door = asked;
  await new Promise<void>((resolve) => asked.listen(0, "127.0.0.1", resolve));
  const address = asked.address();
  if (typeof address === "object" && address) process.env[ASK] = `http://127.0.0.1:${address.port}`;
}

export async function teardown(): Promise<void> {
  door?.close();
  door?.closeAllConnections();
  await (await postgres?.catch(() => undefined))?.close();
}

/** The store that the configuration names, on the newest schema. */
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { type Config, isPostgres } from "./config.ts";
import { type Seal, sealWith, secretFile } from "./store/seal.ts";
import { sqliteStore } from "./store/sqlite.ts";
import type { Store } from "./store/store.ts";

/** A write to SQLite waits `waitMs` for other processes. */
export async function openStore(config: Pick<Config, "database" | "secretKey">, waitMs?: number): Promise<Store> {
  if (!isPostgres(config.database)) return sqliteStore(config.database, sealOf(config), waitMs);
  // Whoever keeps all in a file loads no driver.
  const { postgresStore } = await import("./store/postgres.ts");
  return postgresStore(config.database, sealOf(config));
}

/** What tokens are sealed with: the configured secret, else the one that lies beside the database's file. */
export const sealOf = ({ database, secretKey }: Pick<Config, "database" | "secretKey">): Seal =>
  sealWith(secretKey ?? secretBeside(database));

const secretBeside = (database: string): string =>
  database === ":memory:" ? randomUUID() : secretFile(join(dirname(database), "secret.key"));

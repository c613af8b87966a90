/** `pinrelay migrate-store`: the store of a relay that has outgrown one machine, from its SQLite file to PostgreSQL. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Config, isPostgres } from "./config.ts";
import { CopyRefused, copyStore } from "./store/copy-store.ts";
import { sealWith } from "./store/seal.ts";

/** Copies, tells `say` of each table, and answers what was wrong, if anything was. */
export async function migrateStore(
  { database, secretKey }: Pick<Config, "database" | "secretKey">,
  from: string | undefined,
  say: (line: string) => void,
): Promise<{ problem?: string }> {
  const path = from?.replace(/^file:/, "");
  if (!path) return { problem: "name the SQLite store to copy, such as file:./data/pinrelay.db" };
  if (!isPostgres(database) || secretKey === undefined)
    return {
      problem:
        "set DATABASE_URL to the PostgreSQL to copy to, such as postgres://user:password@host/database, and SECRET_KEY",
    };
  if (!existsSync(path)) return { problem: `there is no database at ${path}` };
  const beside = join(dirname(path), "secret.key");
  const secrets = [...(existsSync(beside) ? [readFileSync(beside, "utf8").trim()] : []), secretKey];
  const seals = { from: secrets.map(sealWith), to: sealWith(secretKey) };
  let rows = 0;
  try {
    await copyStore(path, database, seals, (copied) => {
      rows += copied.rows;
      say(`${copied.table.padEnd(16)} ${String(copied.rows).padStart(10)}`);
    });
  } catch (error) {
    if (error instanceof CopyRefused) return { problem: error.message };
    throw error;
  }
  say(`${"all, counted".padEnd(16)} ${String(rows).padStart(10)}`);
  say(`${path} is no longer used: start relays with this DATABASE_URL and SECRET_KEY, and none on it.`);
  return {};
}

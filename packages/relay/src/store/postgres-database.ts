/** PostgreSQL as the store uses it: statements in transactions, and what its errors mean. Nothing else knows the driver. */
import pg from "pg";
import type { Row } from "./rows.ts";
import { StoreUnavailable } from "./store.ts";

/** Runs one statement and resolves with its rows. Integers of eight bytes come as numbers. */
export type Sql = (text: string, values?: readonly unknown[]) => Promise<Row[]>;

export interface PostgresDatabase {
  /** Statements that change nothing, each with a snapshot of its own. */
  read<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * One transaction (read committed), durable once it resolves. `work` runs again where the transaction lost against
   * another one (deadlock, serialization); it must do nothing but ask `sql`. Rejects with `StoreUnavailable`.
   */
  write<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Deadlock detected, serialization failure: nobody's fault, and over by the next try. */
const LOST = new Set(["40P01", "40001"]);
const TRIES = 5;

/** Thrown inside of `write` to have it run again: what it read at its beginning no longer holds. */
export const lostRace = (): Error => Object.assign(new Error("another transaction was first"), { code: "40001" });

export function openPostgres(url: string): PostgresDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    statement_timeout: 30_000,
    connectionTimeoutMillis: 5_000,
  });
  // A connection that breaks while nobody uses it: the pool drops it, and the next one is new.
  pool.on("error", () => {});
  // One that breaks while it is used: whoever waits for it is told. Without a listener the process would end.
  pool.on("connect", (client) => void client.on("error", () => {}));

  const using = async <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    try {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        return await work(async (text, values = []) => (await client.query(text, [...values])).rows);
      } catch (error) {
        broken = error instanceof Error ? error : new Error(String(error));
        throw error;
      } finally {
        client.release(broken && codeOf(broken) === undefined ? broken : undefined);
      }
    } catch (error) {
      throw error instanceof StoreUnavailable ? error : new StoreUnavailable(wordsOf(error), { cause: error });
    }
  };

  const transact = <T>(work: (sql: Sql) => Promise<T>): Promise<T> =>
    using(async (sql) => {
      await sql("begin");
      try {
        const result = await work(sql);
        await sql("commit");
        return result;
      } catch (error) {
        await sql("rollback").catch(() => {});
        throw error;
      }
    });

  return {
    read: using,
    async write(work) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await transact(work);
        } catch (error) {
          const cause = error instanceof StoreUnavailable ? error.cause : error;
          if (attempt === TRIES || !LOST.has(codeOf(cause) ?? "")) throw error;
        }
      }
    },
    close: () => pool.end(),
  };
}

/** Whether what was written is at fault, not the line or the server: a value that no column takes, or our own code. */
export const isItemFault = (error: unknown): boolean => {
  const cause = error instanceof StoreUnavailable ? error.cause : error;
  return /^(22|23|54)/.test(codeOf(cause) ?? "") || cause instanceof TypeError || cause instanceof RangeError;
};

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : "the write failed");

pg.types.setTypeParser(pg.types.builtins.INT8, Number);

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

/** Connections of one relay: two write events, the others claim, settle and read. */
const CONNECTIONS = 10;
const CONNECT_MS = 5_000;
/** The server ends a statement after this, and who waits for a lock sooner. */
const STATEMENT_MS = 30_000;
const LOCK_MS = 10_000;

export function openPostgres(url: string): PostgresDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "pinrelay",
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    // Of a server that is gone without a word nobody hears that it has ended anything.
    query_timeout: STATEMENT_MS + CONNECT_MS,
    keepAlive: true,
  });
  // A connection that breaks while nobody uses it: the pool drops it, and the next one is new.
  pool.on("error", () => {});
  pool.on("connect", (client) => {
    // One that breaks while it is used: whoever waits for it is told. Without a listener the process would end.
    client.on("error", () => {});
    // What is acknowledged is on the disk, whatever the server's own settings are; a stricter one stays.
    client.query(DURABLE).catch(() => {});
  });

  const using = async <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    try {
      const client = await pool.connect();
      let isUsable = true;
      try {
        return await work(async (text, values = []) => (await client.query(text, values.map(storableValue))).rows);
      } catch (error) {
        isUsable = STATEMENTS.test(codeOf(error) ?? "");
        throw error;
      } finally {
        client.release(!isUsable);
      }
    } catch (error) {
      throw error instanceof StoreUnavailable ? error : new StoreUnavailable(wordsOf(error), { cause: error });
    }
  };

  const transact = <T>(work: (sql: Sql) => Promise<T>): Promise<T> =>
    using(async (sql) => {
      await sql("begin").catch((cause: unknown) => {
        throw new StoreUnavailable(NOT_BEGUN, { cause });
      });
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
          if (attempt === TRIES || !mayTryAgain(error)) throw error;
        }
      }
    },
    close: () => pool.end(),
  };
}

const DURABLE = `
  select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`;

/** Faults of one statement, after which its connection is as good as before. */
const STATEMENTS = /^(22|23|40|42|54|55)|^57014$/;

/** A connection that had died unnoticed, as all do when the server starts anew: nothing was asked on it yet. */
const NOT_BEGUN = "PostgreSQL closed the connection";

const mayTryAgain = (error: unknown): boolean =>
  error instanceof StoreUnavailable && (LOST.has(codeOf(error.cause) ?? "") || error.message === NOT_BEGUN);

/** Text as PostgreSQL takes it: it has no place for the one character that is all zeros. */
export const storable = (text: string): string => text.replaceAll("\0", "\ufffd");

const storableValue = (value: unknown): unknown =>
  typeof value === "string" ? storable(value) : Array.isArray(value) ? value.map(storableValue) : value;

/** Whether what was written is at fault, not the line or the server: a value that no column takes, or our own code. */
export const isItemFault = (error: unknown): boolean => {
  const cause = error instanceof StoreUnavailable ? error.cause : error;
  return /^(22|23|54)/.test(codeOf(cause) ?? "") || cause instanceof TypeError || cause instanceof RangeError;
};

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** Never PostgreSQL's own words: they may repeat what was written, or where the database is. */
const wordsOf = (error: unknown): string => {
  const code = codeOf(error);
  return code ? `PostgreSQL cannot be written to: ${code}` : "PostgreSQL cannot be written to: it does not answer";
};

pg.types.setTypeParser(pg.types.builtins.INT8, Number);

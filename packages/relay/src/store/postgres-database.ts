/** PostgreSQL as the store uses it: statements in transactions that survive what becomes of a connection. Nothing else knows the driver. */
import pg from "pg";
import { codeOf, faultIn, isLost, unavailable } from "./postgres-faults.ts";
import type { Row } from "./rows.ts";
import { StoreUnavailable } from "./store.ts";

/**
 * Runs one statement and resolves with its rows. Integers of eight bytes come as numbers. A NUL, which PostgreSQL's text
 * cannot hold, lies there as U+FFFD; bytes lie as they are.
 */
export type Sql = (text: string, values?: readonly unknown[]) => Promise<Row[]>;

export interface PostgresDatabase {
  /** Statements that change nothing, each with a snapshot of its own. */
  read<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * One transaction (read committed), durable once it resolves. `work` runs again where the transaction lost against
   * another one (deadlock, serialization); it must do nothing but ask `sql`. Rejects with `StoreUnavailable`, also where
   * the answer to the commit was lost: then it may have been kept, and being told again finds it.
   * `patience`: for what may take longer than a request can wait.
   */
  write<T>(work: (sql: Sql) => Promise<T>, patience?: Patience): Promise<T>;
  close(): Promise<void>;
}

/** Times in ms. Each bounds another way in which somebody could wait for ever. */
// biome-ignore format: a table
export const LIMITS = {
  /** For a new connection, or for one of the pool's. */
  connectMs:     5_000,
  /** One statement, on the server. */
  statementMs:  30_000,
  /** Waiting for a row that another transaction holds. */
  lockMs:       10_000,
  /** A relay that stands still inside of a transaction (frozen, or gone without a word): the server ends it. */
  idleMs:       30_000,
  /** The answer to one statement: of a server that cannot be heard any more nothing else tells. */
  answerMs:     35_000,
  /** A connection that nobody uses is tried after so long, */
  keepAliveMs:  10_000,
  /** and closed. */
  unusedMs:     60_000,
  /** No connection lives longer: the next one goes where the server's name points by then. */
  lifeMs:    1_800_000,
  /** Of one relay, of the 100 that a server has unless told otherwise: two write events, the others claim, settle and read. */
  connections:      10,
};

export type Limits = typeof LIMITS;
export type Patience = Pick<Limits, "statementMs" | "lockMs" | "answerMs">;

/** For migrations and copies, which whoever runs them watches: the server sets no limit. */
export const PATIENT: Patience = { statementMs: 0, lockMs: 0, answerMs: 86_400_000 };

const TRIES = 5;

/** Thrown inside of `write` to have it run again: what it read at its beginning no longer holds. */
export const lostRace = (): StoreUnavailable => unavailable(Object.assign(new Error(), { code: "40001" }), "working");

/** Statements are not prepared by name: a pooler gives the next transaction to a session that does not know them. */
export function openPostgres(url: string, changed: Partial<Limits> = {}): PostgresDatabase {
  const limits = { ...LIMITS, ...changed };
  let pool = openPool(url, limits);

  /** After a fail-over the old primary's connections all lead to where nothing can be written. */
  const renew = (from: pg.Pool): void => {
    if (pool !== from) return;
    pool = openPool(url, limits);
    from.end().catch(() => {});
  };

  const once = async <T>(answerMs: number, work: (client: Client) => Promise<T>): Promise<T> => {
    const from = pool;
    const client = await from.connect().catch((error: unknown) => {
      throw unavailable(error, "connecting");
    });
    const session = sessionOn(client, answerMs);
    try {
      return await work(session);
    } finally {
      client.release(session.isBroken());
      if (session.isReadOnly()) renew(from);
    }
  };

  return {
    read: (work) => again(() => once(limits.answerMs, ({ sql }) => work(sql))),
    write: (work, patience = limits) => {
      const begin = `begin isolation level read committed; ${settings("set local", { ...limits, ...patience })}`;
      return again(() => once(patience.answerMs, (client) => transact(client, begin, work)));
    },
    close: () => pool.end(),
  };
}

/**
 * Set once connected and not as start parameters, which a pooler in front of the server refuses; and again for each
 * transaction, since behind a pooler the next one may be in another session.
 */
const settings = (set: "set" | "set local", limits: Limits): string =>
  [
    `${set} statement_timeout = ${limits.statementMs}`,
    `${set} lock_timeout = ${limits.lockMs}`,
    `${set} idle_in_transaction_session_timeout = ${limits.idleMs}`,
    // What is acknowledged is on the disk, whatever the server's own settings are; a stricter one stays.
    `select set_config('synchronous_commit', 'on', ${set === "set local"}) where current_setting('synchronous_commit') = 'off'`,
  ].join("; ");

interface Client {
  sql: Sql;
  /** Whether it is to be closed: nothing, or nobody knows what, is at its other end. */
  isBroken(): boolean;
  isReadOnly(): boolean;
}

const sessionOn = (client: pg.PoolClient, answerMs: number): Client => {
  let isAsked = false;
  let isBroken = false;
  let isReadOnly = false;
  return {
    async sql(text, values = []) {
      const during = isAsked ? "working" : "beginning";
      isAsked = true;
      try {
        const query = { text, values: values.map(storableValue), query_timeout: answerMs };
        return (await client.query(query)).rows;
      } catch (error) {
        isReadOnly ||= codeOf(error) === READ_ONLY;
        isBroken ||= isReadOnly || isLost(error);
        throw unavailable(error, during);
      }
    },
    isBroken: () => isBroken,
    isReadOnly: () => isReadOnly,
  };
};

async function transact<T>({ sql, isBroken }: Client, begin: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  await sql(begin);
  let result: T;
  try {
    result = await work(sql);
  } catch (error) {
    if (!isBroken()) await sql("rollback").catch(() => {});
    throw error;
  }
  await sql("commit");
  return result;
}

async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw new StoreUnavailable("the write failed", { cause: error });
      if (attempt === TRIES || !mayTryAgain(error)) throw error;
    }
  }
}

const READ_ONLY = "25006";

/** Deadlock, serialization: nobody's fault, and over by the next try. So is a connection that had ended unnoticed, as all have when the server was restarted. */
const mayTryAgain = (error: StoreUnavailable): boolean => {
  const { code, during } = faultIn(error) ?? {};
  return code === "40P01" || code === "40001" || (code === "lost" && during === "beginning");
};

/** Whether what was written is at fault, not the line or the server: a value that no column takes, or our own code. */
export const isItemFault = (error: unknown): boolean => {
  const cause = error instanceof StoreUnavailable ? error.cause : error;
  return /^(22|23|54)/.test(faultIn(error)?.code ?? "") || cause instanceof TypeError || cause instanceof RangeError;
};

function openPool(url: string, limits: Limits): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "pinrelay",
    max: limits.connections,
    connectionTimeoutMillis: limits.connectMs,
    query_timeout: limits.answerMs,
    idleTimeoutMillis: limits.unusedMs,
    maxLifetimeSeconds: limits.lifeMs / 1_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: limits.keepAliveMs,
    types: { getTypeParser },
    onConnect: (client: pg.ClientBase) => client.query(settings("set", limits)),
  });
  // A connection that ends while nobody asks it anything: the next one is new. Unheard these would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

/** For our own connections alone: an application that relays are embedded in may use the same driver. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: "text" | "binary") =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format);

/** Text as PostgreSQL takes it: it has no place for the one character that is all zeros. */
export const storable = (text: string): string => (text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text);

const storableValue = (value: unknown): unknown =>
  typeof value === "string" ? storable(value) : Array.isArray(value) ? value.map(storableValue) : value;

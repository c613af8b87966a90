/** PostgreSQL as the store uses it: statements in transactions that survive what becomes of a connection. Nothing else knows the driver. */
import pg from "pg";
import { codeOf, faultOf, isLost, type PostgresFault, unavailable } from "./postgres-faults.ts";
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
   * another one (deadlock, serialization) or lost its connection; it must do nothing but ask `sql`. Rejects with
   * `StoreUnavailable`, also where the answer to the commit was lost: then it may have been kept, and is told again.
   * `patience`: for what may take longer than a request can wait.
   */
  write<T>(work: (sql: Sql) => Promise<T>, patience?: Patience): Promise<T>;
  close(): Promise<void>;
}

/** Times in ms. Each bounds another way in which somebody could wait for ever. */
// biome-ignore format: a table
const LIMITS = {
  /** For a new connection, or for one of the pool's. */
  connectMs:     5_000,
  /** One statement, on the server. */
  statementMs:  10_000,
  /** Waiting for a row that another transaction holds. */
  lockMs:        5_000,
  /** A relay that stands still inside of a transaction (frozen, or gone without a word): the server ends it. */
  idleMs:       15_000,
  /** The answer to one statement: of a server that cannot be heard any more nothing else tells. */
  answerMs:     15_000,
  /** A connection that nobody uses is tried after so long, */
  keepAliveMs:  10_000,
  /** and closed. */
  unusedMs:     60_000,
  /** No connection lives longer: the next one goes where the server's name points by then. */
  lifeMs:    1_800_000,
  /** A relay's share of the server's connections, of which it has 100 unless told otherwise. */
  connections:      10,
};

export type Limits = typeof LIMITS;
export type Patience = Pick<Limits, "statementMs" | "lockMs" | "answerMs">;

/** For migrations and copies, which whoever runs them watches: the server sets no limit. */
export const PATIENT: Patience = { statementMs: 0, lockMs: 0, answerMs: 86_400_000 };

const TRIES = 5;

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
    `${set} synchronous_commit = on`,
  ].join("; ");

interface Client {
  sql: Sql;
  /** Whether it is to be closed: nothing, or nobody knows what, is at its other end. */
  isBroken(): boolean;
  isReadOnly(): boolean;
}

const sessionOn = (client: pg.PoolClient, answerMs: number): Client => {
  let isBroken = false;
  let isReadOnly = false;
  return {
    async sql(text, values = []) {
      // Known to have ended before: then the server never hears of it.
      const isCommit = text === "commit" && !ended.has(client);
      try {
        const query = { text, values: values.map(storableValue), query_timeout: answerMs };
        return (await client.query(query)).rows;
      } catch (error) {
        isReadOnly ||= codeOf(error) === READ_ONLY;
        isBroken ||= isReadOnly || isLost(error);
        throw unavailable(error, isCommit ? "committing" : "working");
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
      const fault = faultOf(error);
      if (attempt === TRIES || !fault || !mayTryAgain(fault)) throw error;
    }
  }
}

/** Thrown inside of `write` to have it run again: what it read at its beginning no longer holds. */
export const lostRace = (): StoreUnavailable =>
  new StoreUnavailable("another transaction came first, again and again", {
    cause: { code: "40001", during: "working" } satisfies PostgresFault,
  });

/** Whether what was written is at fault, not the line or the server: a value that no column takes, or our own code. */
export const isItemFault = (error: unknown): boolean =>
  error instanceof StoreUnavailable ? /^(22|23|54)/.test(faultOf(error)?.code ?? "") : error instanceof Error;

const READ_ONLY = "25006";

/** Deadlock, serialization: nobody's fault, and over by the next try. A lost connection too, unless it took the commit's answer with it. */
const mayTryAgain = ({ code, during }: PostgresFault): boolean =>
  code === "40P01" || code === "40001" || (code === "lost" && during === "working");

const ended = new WeakSet<pg.ClientBase>();

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
  pool.on("connect", (client) => client.on("error", () => void ended.add(client)));
  return pool;
}

/** For our own connections alone: an application that relays are embedded in may use the same driver. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: "text" | "binary") =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format);

/** Text as PostgreSQL takes it: it has no place for the one character that is all zeros. */
export const storable = (text: string): string => (text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text);

const storableValue = (value: unknown): unknown => {
  if (typeof value === "string") return storable(value);
  return Array.isArray(value) ? value.map(storableValue) : value;
};

/** The stores that crashes and races are tried on, and how a test looks into them past the relay. */
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { Row } from "#relay/store/rows";
import { closeDatabase, openDatabase } from "#relay/store/sqlite-database";
import { freshDatabase } from "../postgres.ts";

export interface TriedStore {
  databaseUrl: string;
  /** Asks the store itself. `isDead`: no relay runs on it, and none may find it touched. */
  ask(sql: string, isDead?: boolean): Promise<Row[]>;
  drop(): Promise<void>;
}

/** By name; each call makes a fresh one. */
export const STORES: readonly (readonly [name: string, make: () => Promise<TriedStore>])[] = [
  ["SQLite", sqliteFile],
  ["PostgreSQL", postgresDatabase],
];

/** Works on a fresh store, and drops it whatever comes of it. */
export async function fresh<T>(make: () => Promise<TriedStore>, work: (store: TriedStore) => Promise<T>): Promise<T> {
  const store = await make();
  try {
    return await work(store);
  } finally {
    await store.drop();
  }
}

async function sqliteFile(): Promise<TriedStore> {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-crash-"));
  const file = join(folder, "relay.db");
  const copy = join(folder, "copy.db");
  return {
    databaseUrl: `file:${file}`,
    async ask(sql, isDead = false) {
      if (!existsSync(file)) return [];
      // Opening it would mend what the crash has left: that is for the next relay to do, so a copy is looked at.
      if (isDead)
        for (const end of ["", "-wal"]) {
          rmSync(copy + end, { force: true });
          if (existsSync(file + end)) cpSync(file + end, copy + end);
        }
      const database = await openDatabase(isDead ? copy : file);
      try {
        const isMade = database.prepare("select 1 from sqlite_master where name = 'delivery'").get();
        return isMade ? database.prepare(sql).all() : [];
      } finally {
        closeDatabase(database);
      }
    },
    async drop() {
      rmSync(folder, { recursive: true });
    },
  };
}

const UNDEFINED_TABLE = "42P01";

/** A question of its own touches nothing, so it may be asked whether a relay runs or not. */
async function postgresDatabase(): Promise<TriedStore> {
  const databaseUrl = await freshDatabase();
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  pool.on("error", () => {});
  return {
    databaseUrl,
    async ask(sql) {
      try {
        return (await pool.query<Row>(sql)).rows;
      } catch (error) {
        if (error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE) return [];
        throw error;
      }
    },
    drop: () => pool.end(),
  };
}

/** A delivery as the store has it. */
export interface Kept {
  id: string;
  outcome: string | undefined;
  ack: string | undefined;
}

/** All deliveries, or those that were sent. */
export const deliveriesIn = async (store: TriedStore, only: "all" | "sent", isDead = false): Promise<Kept[]> => {
  const rows = await store.ask(
    `select e.id, d.outcome, a.state from delivery d join event e on e.row = d.event
     left join acknowledgement a on a.shop = e.shop and a.name = e.name and a.id = e.id
     ${only === "sent" ? "where d.outcome = 'sent'" : ""}`,
    isDead,
  );
  return rows.map(({ id, outcome, state }) => ({
    id: idOf(id),
    outcome: outcome === null ? undefined : String(outcome),
    ack: state === null ? undefined : String(state),
  }));
};

export const countWaiting = async (store: TriedStore): Promise<number> => {
  const [row] = await store.ask("select count(*) as waiting from delivery where due_ms is not null");
  return Number(row?.waiting ?? 0);
};

/** Read here by what the migrations say, and not by the relay's own code, which is what is being tried. */
const idOf = (stored: unknown): string => {
  if (!(stored instanceof Uint8Array)) return String(stored);
  const bytes = Buffer.from(stored);
  if (bytes.length !== 16) return bytes.subarray(1).toString("utf8");
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

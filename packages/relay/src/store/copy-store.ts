/** Copies an SQLite store into an empty PostgreSQL one, with nothing lost: every table, every row under its own number. */
import { decodeId, encodeBytes } from "./event-key.ts";
import { HIGHEST_DESTINATION } from "./gone.ts";
import { migrate } from "./migrate.ts";
import { openPostgres, PATIENT, type Sql, storable } from "./postgres-database.ts";
import { migratePostgres } from "./postgres-migrate.ts";
import type { Row } from "./rows.ts";
import type { Seal } from "./seal.ts";
import { closeDatabase, type Database, openAlone } from "./sqlite-database.ts";
import { StoreUnavailable } from "./store.ts";

/** Why a copy cannot be made, and what to do about it. */
export class CopyRefused extends Error {
  override name = "CopyRefused";
}

export interface CopiedTable {
  table: string;
  rows: number;
}

/** What sealed the source's tokens may be one of several; the target's are sealed with one. */
export interface Seals {
  from: readonly Seal[];
  to: Seal;
}

/** Rows of one statement: a payload may have tens of kilobytes. */
const BATCH = 500;

/** Held by PostgreSQL alone. */
const OWN = "schema_version";
/** Says nothing but when somebody looked, so it does not make a database that is in use. */
const HEARTBEAT = "heartbeat";

/**
 * Copies the store in the file `path` to the PostgreSQL at `url`, in one transaction: all of it or nothing. `done` hears of
 * each table. The file is brought to the newest schema first. Throws `CopyRefused`, or `StoreUnavailable`.
 */
export async function copyStore(
  path: string,
  url: string,
  seals: Seals,
  done: (copied: CopiedTable) => void,
): Promise<void> {
  const source = await openAlone(path).catch((error: unknown) => {
    throw isLocked(error)
      ? new CopyRefused(
          `a relay has ${path} open. Stop it first: what it is told while its store is copied would be lost.`,
        )
      : error;
  });
  const target = openPostgres(url);
  try {
    migrate(source);
    await migratePostgres(target);
    await target.write(async (sql) => {
      const tables = await tablesOf(sql);
      checkSame(source, tables);
      await checkEmpty(sql, tables);
      for (const table of tables) done({ table: table.name, rows: await copyTable(source, sql, table, seals) });
      for (const table of tables) await finish(source, sql, table);
    }, PATIENT);
  } catch (error) {
    // What is no fault of PostgreSQL's is told as what it is.
    const cause = error instanceof StoreUnavailable ? error.cause : undefined;
    throw cause instanceof Error && !(cause instanceof RangeError) ? cause : error;
  } finally {
    await target.close();
    closeDatabase(source);
  }
}

interface Column {
  name: string;
  /** PostgreSQL's name of it. */
  type: string;
  /** It numbers rows by itself. */
  counts: boolean;
}

interface Table {
  name: string;
  columns: Column[];
}

const tablesOf = async (sql: Sql): Promise<Table[]> => {
  const rows = await sql(
    `select c.relname as "table", a.attname as name, format_type(a.atttypid, null) as type, a.attidentity <> '' as counts
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname <> $1
       and a.attnum > 0 and not a.attisdropped
     order by c.relname, a.attnum`,
    [OWN],
  );
  const tables = new Map<string, Table>();
  for (const row of rows) {
    const name = String(row.table);
    const table = tables.get(name) ?? { name, columns: [] };
    table.columns.push({ name: String(row.name), type: String(row.type), counts: row.counts === true });
    tables.set(name, table);
  }
  return [...tables.values()];
};

/** Both schemas hold the same: else something would stay behind unseen. */
const checkSame = (source: Database, tables: readonly Table[]): void => {
  const names = source.prepare("select name from sqlite_master where type = 'table' order by name").all();
  const has = names.map(({ name }) => `${name}(${columnsIn(source, String(name)).sort()})`);
  const takes = tables.map(({ name, columns }) => `${name}(${columns.map((column) => column.name).sort()})`);
  if (has.sort().join() !== takes.sort().join())
    throw new CopyRefused(
      "the two databases have other tables. Use one that holds nothing but a relay's, and this release of the relay.",
    );
};

const columnsIn = (source: Database, table: string): string[] =>
  source
    .prepare(`pragma table_info(${table})`)
    .all()
    .map(({ name }) => String(name));

const checkEmpty = async (sql: Sql, tables: readonly Table[]): Promise<void> => {
  // Nobody adds to it meanwhile.
  await sql(`lock table ${tables.map(({ name }) => name).join()} in share row exclusive mode`);
  for (const { name } of tables)
    if (name !== HEARTBEAT && (await sql(`select 1 from ${name} limit 1`)).length > 0)
      throw new CopyRefused(`the PostgreSQL database is in use: ${name} has rows. Use an empty one.`);
  await sql(`delete from ${HEARTBEAT}`);
};

async function copyTable(source: Database, sql: Sql, { name, columns }: Table, seals: Seals): Promise<number> {
  const key = keyOf(source, name);
  const next = (from: string) => `select * from ${name} ${from} order by ${listed(key)} limit ${BATCH}`;
  const first = source.prepare(next(""));
  const further = source.prepare(next(`where (${listed(key)}) > (${key.map(() => "?").join()})`));
  const names = listed(columns.map((column) => column.name));
  let count = 0;
  for (let rows = first.all(); rows.length > 0; ) {
    const told = rows.map((row) => written(name, columns, row, seals));
    // As one text: an array for each column the driver would write letter by letter.
    await sql(`insert into ${name} (${names}) select ${names} from json_populate_recordset(null::${name}, $1::json)`, [
      JSON.stringify(told),
    ]);
    count += rows.length;
    const last = rows.at(-1);
    if (rows.length < BATCH || !last) break;
    rows = further.all(...key.map((column) => sqliteValue(last[column])));
  }
  return count;
}

/** `row` is a word of SQL's own. */
const listed = (columns: readonly string[]): string => columns.map((column) => `"${column}"`).join();

const keyOf = (source: Database, table: string): string[] =>
  source
    .prepare(`pragma table_info(${table})`)
    .all()
    .filter(({ pk }) => Number(pk) > 0)
    .sort((a, b) => Number(a.pk) - Number(b.pk))
    .map(({ name }) => String(name));

const sqliteValue = (value: unknown): string | number | Uint8Array =>
  typeof value === "string" || typeof value === "number" || value instanceof Uint8Array ? value : Number(value);

/** A row as PostgreSQL reads it from JSON. */
const written = (table: string, columns: readonly Column[], row: Row, seals: Seals): Row =>
  Object.fromEntries(columns.map(({ name, type }) => [name, jsonValue(`${table}.${name}`, type, row[name], seals)]));

const SEALED = ["destination.token", "shop.secrets"];

const jsonValue = (column: string, type: string, value: unknown, seals: Seals): unknown => {
  if (value === null || value === undefined) return null;
  if (type === "boolean") return value === 1;
  if (type !== "bytea") return typeof value === "string" ? storable(value) : value;
  const bytes = SEALED.includes(column) ? resealed(column, value, seals) : encodeBytes(decodeId(value));
  return `\\x${bytes.toString("hex")}`;
};

const resealed = (column: string, value: unknown, { from, to }: Seals): Buffer => {
  for (const seal of from) {
    try {
      if (value instanceof Uint8Array) return to.seal(seal.open(value));
    } catch {
      // Not with this one.
    }
  }
  const what = column === "shop.secrets" ? "A shop's secrets were" : "A destination's access token was";
  throw new CopyRefused(
    `${what} sealed with another secret. Put secret.key beside the file, or set SECRET_KEY to what the relay had.`,
  );
};

/** Its rows are all there, and those to come are numbered behind them, and behind destinations that were removed. */
const finish = async (source: Database, sql: Sql, { name, columns }: Table): Promise<void> => {
  const there = Number(source.prepare(`select count(*) as n from ${name}`).get()?.n);
  const [here] = await sql(`select count(*) as n from ${name}`);
  if (Number(here?.n) !== there)
    throw new CopyRefused(`${name} has ${there} rows, and ${here?.n} were copied. Nothing is kept.`);
  const used = name === "destination" ? Number(source.prepare(HIGHEST_DESTINATION).get()?.id) : 0;
  for (const { name: column } of columns.filter(({ counts }) => counts))
    await sql(
      `select setval(pg_get_serial_sequence($1, $2), greatest(max("${column}"), $3, 1), greatest(max("${column}"), $3) > 0)
       from ${name}`,
      [name, column, used],
    );
  await sql(`analyze ${name}`);
};

const isLocked = (error: unknown): boolean => error instanceof Error && /locked|busy/i.test(error.message);

/** The connection to PostgreSQL, through all that becomes of servers, networks and other transactions. */
import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import pg from "pg";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LIMITS, type Limits, openPostgres, type PostgresDatabase, type Sql } from "#relay/store/postgres-database";
import { StoreUnavailable } from "#relay/store/store";
import { administer, freshDatabase, startPostgres } from "./postgres.ts";
import { lineTo } from "./postgres-line.ts";
import { until } from "./until.ts";

const NOTE = "create table note (id int primary key, words text)";
let url: string;
const opened: PostgresDatabase[] = [];
const open = (at: string, limits?: Partial<Limits>): PostgresDatabase => {
  const database = openPostgres(at, limits);
  opened.push(database);
  return database;
};

beforeAll(async () => {
  url = await freshDatabase();
  await administer(url, NOTE);
});
beforeEach(() => administer(url, "truncate note"));
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});

const note =
  (id: number, words = "") =>
  async (sql: Sql) => {
    await sql("insert into note values ($1, $2)", [id, words]);
  };
const notes = async (): Promise<unknown[]> =>
  (await administer(url, "select id from note order by 1")).map(({ id }) => id);
const pidOf = async (sql: Sql): Promise<unknown> => (await sql("select pg_backend_pid() as pid"))[0]?.pid;
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail("it should have failed"),
    (error: unknown) => error,
  );

describe("a transaction", () => {
  test("is kept whole, or not at all where its work throws", async () => {
    const { write } = open(url);
    await write(note(1));
    const fault = new Error("a fault of our own");
    const failing = write(async (sql) => {
      await note(2)(sql);
      throw fault;
    });
    expect(await failure(failing)).toMatchObject({ name: "StoreUnavailable", cause: fault });
    expect(await notes()).toEqual([1]);
  });

  test("waits for the disk, whatever the server was told", async () => {
    const lax = await freshDatabase();
    await administer(lax, `alter database ${new URL(lax).pathname.slice(1)} set synchronous_commit = off`);
    const { write, read } = open(lax);
    const shown = async (sql: Sql) => (await sql("show synchronous_commit"))[0]?.synchronous_commit;
    expect([await write(shown), await read(shown)]).toEqual(["on", "on"]);
  });

  test("is tried again where it stood in another one's way", async () => {
    const { write } = open(url);
    await write(note(1));
    await write(note(2));
    let met = 0;
    const both = new Map<string, () => void>();
    const meet = () =>
      new Promise<void>((resolve) => {
        met += 1;
        if (met > 2) return resolve();
        both.set(String(met), resolve);
        if (met === 2) for (const go of both.values()) go();
      });
    const cross = (first: number, second: number, words: string) =>
      write(async (sql) => {
        await sql("update note set words = words || $2 where id = $1", [first, words]);
        await meet();
        await sql("update note set words = words || $2 where id = $1", [second, words]);
      });
    await Promise.all([cross(1, 2, "a"), cross(2, 1, "b")]);
    // Both are in, and one of them had to begin anew.
    const lies = await administer(url, "select words from note order by id");
    expect(lies.map(({ words }) => [...String(words)].sort().join(""))).toEqual(["ab", "ab"]);
    expect(met).toBe(3);
  });

  test("is tried again where it could not be put in a row with the others, five times at most", async () => {
    const { write } = open(url);
    let tries = 0;
    const contested = (fails: number) => async (sql: Sql) => {
      tries += 1;
      if (tries <= fails) await sql("do $$ begin raise exception using errcode = '40001'; end $$");
      await note(tries)(sql);
    };
    await write(contested(2));
    expect([tries, await notes()]).toEqual([3, [3]]);
    tries = 0;
    expect(await failure(write(contested(99)))).toMatchObject({ name: "StoreUnavailable", message: /again and again/ });
    expect(tries).toBe(5);
  });
});

describe("text that PostgreSQL does not take", () => {
  test("a NUL lies there as a sign of its own, in lists too; bytes lie as they are", async () => {
    const { write } = open(url);
    const [row] = await write((sql) =>
      sql("select $1::text as one, $2::text[] as many, $3::bytea as bytes, $4::text as half", [
        "a\0b",
        ["c\0", 'quote " \\ , {}'],
        Buffer.from("d\0"),
        "lone \ud800",
      ]),
    );
    expect(row).toEqual({
      one: "a\ufffdb",
      many: ["c\ufffd", 'quote " \\ , {}'],
      bytes: Buffer.from("d\0"),
      half: "lone \ufffd",
    });
  });

  test("integers of eight bytes are numbers, for us alone", async () => {
    expect(await open(url).read((sql) => sql("select 1764000000000::bigint as ms"))).toEqual([{ ms: 1764000000000 }]);
    expect(pg.types.getTypeParser(pg.types.builtins.INT8)("7")).toBe("7");
  });
});

describe("a connection that ends", () => {
  const endOf = (pid: unknown) => administer(url, `select pg_terminate_backend(${Number(pid)})`);

  const LOST = { name: "StoreUnavailable", message: "the connection to the database was lost" };

  test("between two statements of a transaction takes all of it with it, and nobody else", async () => {
    const { write } = open(url);
    const cut = write(async (sql) => {
      await note(1)(sql);
      await endOf(await pidOf(sql));
      await note(2)(sql);
    });
    expect(await failure(cut)).toMatchObject(LOST);
    await write(note(3));
    expect(await notes()).toEqual([3]);
  });

  test("in the middle of a statement too", async () => {
    const { write } = open(url);
    const asleep = "from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
    const cut = write(async (sql) => {
      await note(1)(sql);
      await sql("select pg_sleep(60)");
    });
    const failed = failure(cut);
    await until(async () => (await administer(url, `select 1 ${asleep}`)).length > 0);
    await administer(url, `select pg_terminate_backend(pid) ${asleep}`);
    expect(await failed).toMatchObject(LOST);
    await write(note(3));
    expect(await notes()).toEqual([3]);
  });

  test("while nobody uses it is not noticed by who comes next", async () => {
    const line = await lineTo(url);
    const { write } = open(line.url);
    await Promise.all([1, 2, 3].map((id) => write(note(id))));
    line.cut();
    await Promise.all([4, 5, 6].map((id) => write(note(id))));
    expect(await notes()).toEqual([1, 2, 3, 4, 5, 6]);
    await line.close();
  });

  test("with the answer to a commit leaves open whether it was kept, and is not told twice", async () => {
    const line = await lineTo(url);
    const { write } = open(line.url);
    let tries = 0;
    line.loseCommit();
    const lost = write(async (sql) => {
      tries += 1;
      await note(tries)(sql);
    });
    expect(await failure(lost)).toMatchObject(LOST);
    expect(tries).toBe(1);
    await until(async () => (await notes()).length === 1);
    await write(note(2));
    await line.close();
  });
});

describe("a server that", () => {
  test("is restarted is used again as soon as it is there", async () => {
    const server = await startPostgres();
    try {
      const { write } = open(server.url);
      await write((sql) => sql(NOTE));
      await Promise.all([1, 2, 3].map((id) => write(note(id))));
      for (const how of ["fast", "immediate"] as const) {
        await server.stop(how);
        expect(await failure(write(note(9)))).toMatchObject({
          name: "StoreUnavailable",
          message: "the database cannot be reached",
        });
        await server.start();
        await write((sql) => sql("delete from note where id = 3"));
        await write(note(3));
      }
      expect(await administer(server.url, "select id from note order by 1")).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    } finally {
      await server.close();
    }
  });

  test("has become read-only is left on every connection", async () => {
    const server = await startPostgres();
    try {
      const { write, read } = open(server.url);
      await write((sql) => sql(NOTE));
      const pids = () =>
        Promise.all([1, 2, 3].map(() => read((sql) => sql("select pg_backend_pid() as pid, pg_sleep(0.5)"))));
      const before = (await pids()).map(([row]) => Number(row?.pid));
      expect(new Set(before).size).toBe(3);
      await administer(server.url, "alter system set default_transaction_read_only = on");
      await administer(server.url, "select pg_reload_conf()");
      await until(() =>
        write((sql) => sql("delete from note")).then(
          () => false,
          (error: unknown) => error instanceof Error && error.message === "the database is read-only",
        ),
      );
      await until(
        async () =>
          (await administer(server.url, `select 1 from pg_stat_activity where pid in (${before})`)).length === 0,
      );
      // It can be written to again, and so it is.
      await administer(server.url, "alter system reset default_transaction_read_only");
      await administer(server.url, "select pg_reload_conf()");
      await until(() =>
        write(note(1)).then(
          () => true,
          () => false,
        ),
      );
    } finally {
      await server.close();
    }
  });

  test("has no connection left is said to have none, and is used again once it has", async () => {
    const server = await startPostgres({ max_connections: "5", superuser_reserved_connections: "0" });
    try {
      const hogs = [1, 2, 3, 4, 5].map(() => new pg.Client({ connectionString: server.url }));
      for (const hog of hogs) await hog.connect().catch(() => {});
      const { write } = open(server.url);
      const asked = () => write((sql) => sql("select 1"));
      expect(await failure(asked())).toMatchObject({
        name: "StoreUnavailable",
        message: "the database has no connection left",
      });
      await Promise.all(hogs.map((hog) => hog.end().catch(() => {})));
      await until(() =>
        asked().then(
          () => true,
          () => false,
        ),
      );
    } finally {
      await server.close();
    }
  });

  test("says nothing any more is not waited for, and the next statement has another connection", async () => {
    const line = await lineTo(url);
    // Time enough for a busy machine to connect, and to be answered, while there is somebody.
    const { write } = open(line.url, { answerMs: 5_000 });
    await write(note(1));
    line.mute();
    for (const id of [2, 3])
      expect(await failure(write(note(id)))).toMatchObject({
        name: "StoreUnavailable",
        message: "the database does not answer",
      });
    line.cut();
    await write(note(4));
    expect(await notes()).toEqual([1, 4]);
    await line.close();
  });
});

describe("nobody waits for ever:", () => {
  test("a statement takes too long", async () => {
    const { write } = open(url, { statementMs: 100 });
    expect(await failure(write((sql) => sql("select pg_sleep(60)")))).toMatchObject({
      name: "StoreUnavailable",
      message: "the database took too long",
    });
  });

  test("another transaction holds a row", async () => {
    const { write } = open(url, { lockMs: 100 });
    await write(note(1));
    const change = (sql: Sql) => sql("update note set words = 'x' where id = 1");
    await write(async (sql) => {
      await change(sql);
      expect(await failure(write(change))).toMatchObject({ name: "StoreUnavailable", message: /held too long/ });
    });
    await write(change);
  });

  test("a relay stands still inside of a transaction: the server ends it, and lets others go on", async () => {
    // A busy machine does not stand still for as long between two statements.
    const [frozen, other] = [open(url, { idleMs: 2_000 }), open(url)];
    await other.write(note(1));
    const ended = frozen.write(async (sql) => {
      await sql("update note set words = 'frozen' where id = 1");
      await other.write((its) => its("update note set words = words || 'other' where id = 1"));
    });
    expect(await failure(ended)).toMatchObject({ name: "StoreUnavailable" });
    expect(await administer(url, "select words from note")).toEqual([{ words: "other" }]);
  });

  test("all connections are in use", async () => {
    const { write } = open(url, { connections: 1 });
    await write(async () => {
      expect(await failure(write(note(1)))).toMatchObject({ name: "StoreUnavailable" });
    });
    await write(note(2));
    expect(await notes()).toEqual([2]);
  });
});

test("docs/postgresql.md names the limits that hold", () => {
  const page = readFileSync(new URL("../docs/postgresql.md", import.meta.url), "utf8");
  const { connections, ...times } = LIMITS;
  const seconds = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, said]) => Number(said));
  expect(seconds).toEqual(Object.values(times).map((ms) => ms / 1_000));
  expect(page).toContain(`up to ${connections} connections`);
});

describe("words", () => {
  const SECRET = "secret-Person@Example.com";

  // biome-ignore format: a table
  test.each([
    ["53100", "the disk of the database is full"],
    ["53200", "the database is out of memory"],
    ["57P01", "the database is shutting down or starting"],
    ["25006", "the database is read-only"],
    ["42501", "the user may not do this in the database"],
    ["23505", "the database refused it (23505)"],
    ["XX000", "the database refused it (XX000)"],
  ])("a fault %s holds nothing of what was told", async (code, words) => {
    const { write } = open(url);
    const fault = await failure(
      write((sql) => sql(`do $$ begin raise exception 'with ${SECRET}' using errcode = '${code}', detail = '${SECRET}'; end $$`)),
    );
    expect(fault).toBeInstanceOf(StoreUnavailable);
    expect(fault).toMatchObject({ message: code === "57P01" ? "the connection to the database was lost" : words });
    expect(inspect(fault, { depth: 9, showHidden: true })).not.toMatch(/secret|Example/);
    await write(note(1));
  });

  test("a value that does not fit is in no message", async () => {
    const { write } = open(url);
    const fault = await failure(write((sql) => sql("insert into note values ($1, $1)", [SECRET])));
    expect(inspect(fault, { depth: 9, showHidden: true })).not.toMatch(/secret|Example/);
  });

  const changed = (change: (own: URL) => void): string => {
    const own = new URL(url);
    change(own);
    return own.href;
  };

  // biome-ignore format: a table
  test.each<[string, (own: URL) => void, RegExp]>([
    ["password", (own) => { own.password = "wrong-horse"; },            /refuses the user or the password/],
    ["no password", (own) => { own.password = ""; },                    /refuses the user or the password/],
    ["user", (own) => { own.username = "wrong-horse"; },                /refuses the user or the password/],
    ["database", (own) => { own.pathname = "/wrong-horse"; },           /no database of that name/],
    ["port", (own) => { own.port = "1"; },                              /cannot be reached/],
    ["host", (own) => { own.hostname = "wrong-horse.invalid"; },        /host is not known here/],
    ["need of TLS", (own) => { own.search = "?sslmode=verify-full"; },  /speaks no TLS/],
  ])("a wrong %s is named as such, and nothing of the address", async (_what, change, words) => {
    const { password, host } = new URL(url);
    const fault = await failure(open(changed(change)).read((sql) => sql("select 1")));
    expect(fault).toMatchObject({ name: "StoreUnavailable", message: words });
    const all = inspect(fault, { depth: 9, showHidden: true });
    for (const told of [password, "wrong-horse", host]) expect(all).not.toContain(told);
  });
});

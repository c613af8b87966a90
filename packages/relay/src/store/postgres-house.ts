/** The dashboard's password, sessions and audit log in the PostgreSQL store: all relays share them. */
import { auditOf, operatorOf, sessionOf } from "./house-rows.ts";
import type { HouseStore } from "./house-store.ts";
import type { PostgresDatabase } from "./postgres-database.ts";

const VALUES = "insert into operator (one, password, is_one_time, changed_ms) values (1, $1, $2, $3) on conflict (one)";

export function postgresHouse(database: PostgresDatabase): HouseStore {
  const write = (text: string, values: readonly unknown[]): Promise<void> =>
    database.write(async (sql) => void (await sql(text, values)));

  return {
    operator: () =>
      database.read(async (sql) => {
        const [row] = await sql("select * from operator");
        return row && operatorOf(row);
      }),
    saveOperator: ({ password, isOneTime }, nowMs) =>
      database.write(async (sql) => {
        const changed =
          "password = excluded.password, is_one_time = excluded.is_one_time, changed_ms = excluded.changed_ms";
        await sql(`${VALUES} do update set ${changed}`, [password, isOneTime, nowMs]);
        await sql("delete from session");
      }),
    addOperator: ({ password, isOneTime }, nowMs) =>
      database.write(async (sql) => {
        const rows = await sql(`${VALUES} do nothing returning one`, [password, isOneTime, nowMs]);
        return rows.length > 0;
      }),
    openSession: (token, csrf, nowMs) =>
      write("insert into session (token, csrf, open_ms, seen_ms) values ($1, $2, $3, $3)", [token, csrf, nowMs]),
    session: (token) =>
      database.read(async (sql) => {
        const [row] = await sql("select * from session where token = $1", [token]);
        return row && sessionOf(row);
      }),
    seeSession: (token, nowMs) =>
      write("update session set seen_ms = greatest(seen_ms, $1) where token = $2", [nowMs, token]),
    closeSession: (token) => write("delete from session where token = $1", [token]),
    closeSessions: (openedBeforeMs, seenBeforeMs) =>
      write("delete from session where open_ms < $1 or seen_ms < $2", [openedBeforeMs, seenBeforeMs]),
    audit: ({ atMs, address, what, shop, subject }) =>
      write("insert into audit (at_ms, address, what, shop, subject) values ($1, $2, $3, $4, $5)", [
        atMs,
        address,
        what,
        shop ?? null,
        subject ?? null,
      ]),
    audited: (limit) =>
      database.read(async (sql) =>
        (await sql('select * from audit order by "row" desc limit $1', [limit])).map(auditOf),
      ),
    forgetAudit: (beforeMs) => write("delete from audit where at_ms < $1", [beforeMs]),
  };
}

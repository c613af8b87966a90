/** The dashboard's password, sessions and audit log in the SQLite store. */
import type { Commit } from "./group-commit.ts";
import { auditOf, operatorOf, sessionOf } from "./house-rows.ts";
import type { HouseStore, Operator } from "./house-store.ts";
import type { Database } from "./sqlite-database.ts";

export function sqliteHouse(database: Database, commit: Commit): HouseStore {
  const operator = database.prepare("select * from operator");
  const insert = database.prepare("insert into operator values (1, ?, ?, ?) on conflict do nothing");
  const replace = database.prepare("insert or replace into operator values (1, ?, ?, ?)");
  const open = database.prepare("insert into session (token, csrf, open_ms, seen_ms) values (?, ?, ?, ?)");
  const session = database.prepare("select * from session where token = ?");
  const see = database.prepare("update session set seen_ms = max(seen_ms, ?) where token = ?");
  const close = database.prepare("delete from session where token = ?");
  const closeAll = database.prepare("delete from session");
  const closeOld = database.prepare("delete from session where open_ms < ? or seen_ms < ?");
  const note = database.prepare("insert into audit (at_ms, address, what, shop, subject) values (?, ?, ?, ?, ?)");
  const noted = database.prepare("select * from audit order by row desc limit ?");
  const forget = database.prepare("delete from audit where at_ms < ?");
  const values = ({ password, isOneTime }: Operator, nowMs: number) => [password, isOneTime ? 1 : 0, nowMs] as const;

  return {
    operator: async () => {
      const row = operator.get();
      return row && operatorOf(row);
    },
    saveOperator: (one, nowMs) =>
      commit(() => {
        replace.run(...values(one, nowMs));
        closeAll.run();
      }),
    addOperator: (one, nowMs) => commit(() => Number(insert.run(...values(one, nowMs)).changes) > 0),
    openSession: (token, csrf, nowMs) => commit(() => void open.run(token, csrf, nowMs, nowMs)),
    session: async (token) => {
      const row = session.get(token);
      return row && sessionOf(row);
    },
    seeSession: (token, nowMs) => commit(() => void see.run(nowMs, token)),
    closeSession: (token) => commit(() => void close.run(token)),
    closeSessions: (openedBeforeMs, seenBeforeMs) => commit(() => void closeOld.run(openedBeforeMs, seenBeforeMs)),
    audit: ({ atMs, address, what, shop, subject }) =>
      commit(() => void note.run(atMs, address, what, shop ?? null, subject ?? null)),
    audited: async (limit) => noted.all(limit).map(auditOf),
    forgetAudit: (beforeMs) => commit(() => void forget.run(beforeMs)),
  };
}

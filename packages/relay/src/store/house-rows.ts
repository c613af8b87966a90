/** Rows of the dashboard's tables, for every store. */
import type { AuditEntry, KeptOperator, OpenSession } from "./house-store.ts";
import { type Row, text } from "./rows.ts";

export const operatorOf = (row: Row): KeptOperator => ({
  password: String(row.password),
  isOneTime: row.is_one_time === 1 || row.is_one_time === true,
  changedMs: Number(row.changed_ms),
});

export const sessionOf = (row: Row): OpenSession => ({
  csrf: String(row.csrf),
  openMs: Number(row.open_ms),
  seenMs: Number(row.seen_ms),
});

export const auditOf = (row: Row): AuditEntry => ({
  atMs: Number(row.at_ms),
  address: String(row.address),
  what: String(row.what),
  ...(row.shop === null ? {} : { shop: Number(row.shop) }),
  ...text("subject", row.subject),
});

/** A ledger in PostgreSQL to try the queue on: filled by its own `keep`, or by SQL where there must be many rows. */
import type { Half } from "#relay/core/event";
import { openPostgres, type PostgresDatabase, type Sql } from "#relay/store/postgres-database";
import { postgresDeadLetters } from "#relay/store/postgres-dead-letters";
import { postgresForget } from "#relay/store/postgres-forget";
import { postgresLedger } from "#relay/store/postgres-ledger";
import { eventCodes } from "#relay/store/postgres-names";
import { postgresQueue } from "#relay/store/postgres-queue";
import { postgresRetention } from "#relay/store/postgres-retention";
import type { Admitted } from "#relay/store/store";

export const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);
export const DESTINATION = 1;

/** One relay's store on this database, as far as the queue needs it. */
export const relayOn = (database: PostgresDatabase) => ({
  ...postgresLedger(database, eventCodes(database), async () => {}),
  ...postgresQueue(database),
  ...postgresDeadLetters(database),
  ...postgresRetention(database),
  ...postgresForget(database),
  sql: ((text, values) => database.read((sql) => sql(text, values))) satisfies Sql as Sql,
  write: database.write,
  close: database.close,
});

export type Relay = ReturnType<typeof relayOn>;
/** Where much more is asked at once than it has connections, the last may wait long on a busy machine. */
export const relay = (url: string): Relay => relayOn(openPostgres(url, { connectMs: 60_000 }));

export const half = (change: Partial<Half> = {}): Half => ({
  source: "browser",
  timeMs: NOW,
  receivedMs: NOW,
  matchKeys: {},
  properties: { product_id: "1001", price: 24, currency: "USD" },
  consent: { marketing: "granted", by: "call", at: NOW },
  network: { ip: "203.0.113.7", userAgent: 'Mozilla/5.0 "quoted"' },
  ...change,
});

export const admitted = (id: string, change: Partial<Admitted> = {}): Admitted => ({
  shop: 1,
  name: "Viewed Product",
  id,
  half: half(),
  admit: () => [{ destination: DESTINATION, dueMs: NOW }],
  ...change,
});

/** There is the destination that all of it goes to. */
export const fillDestination = (sql: Sql): Promise<unknown> =>
  sql(`
    insert into destination (shop, name, ad_account_id, tag_id, token, state, drives_browser, created_ms)
    values (1, 'd', '549755885175', '2612345678901', '', 'live', true, ${NOW})`);

/** So many orders, each with a visitor of its own who is known by ID and by alias, two names, a refund and an acknowledgement. */
export async function fillOrders(sql: Sql, from: number, to: number, dueMs: number | null): Promise<void> {
  await sql("insert into event_name (name) values ('Placed Order') on conflict do nothing");
  const events = `
    with new as (
      insert into event (shop, name, id, time_ms, received_ms, halves, network)
      select 1, (select code from event_name where name = 'Placed Order'), '\\xff'::bytea || convert_to('order.k3x9.told.' || n, 'UTF8'),
        $3::bigint, $3::bigint + n,
        replace('{"browser":{"source":"browser","timeMs":0,"receivedMs":0,"visitor":"' || lpad(to_hex(n), 64, '0')
          || '","aliases":["urn:cart_token:' || n || '"],"matchKeys":{},"properties":{"order_id":"' || n || '","value":24,"currency":"USD"},'
          || '"url":"https://shop.example/checkouts/' || repeat('c', 200) || '",'
          || '"orderIds":["order.k3x9.told.' || n || '"],"consent":{"marketing":"granted","by":"call","at":0}}}', ':0', ':' || $3::bigint),
        '{"browser":{"ip":"203.0.113.7","userAgent":"Mozilla/5.0"}}'
      from generate_series($1::int, $2::int) n returning row)
    insert into delivery (event, destination, due_ms, outcome, settled_ms, payload)
    select row, ${DESTINATION}, $4::bigint, case when $4::bigint is null then 'sent' end,
      case when $4::bigint is null then $3::bigint end, case when $4::bigint is null then '{"custom_data":"' || repeat('x', 700) || '"}' end from new`;
  await sql(events, [from, to, NOW, dueMs]);
  const each = [
    `insert into order_name select 1, convert_from(substr(e.id, 2), 'UTF8'), e.row, true from event e where received_ms between $3 + $1 and $3 + $2`,
    `insert into order_name select 1, 'order.k3x9.number.' || (received_ms - $3), row, true from event where received_ms between $3 + $1 and $3 + $2`,
    `insert into refund select 1, 'r' || n, 'order.k3x9.number.' || n, n, 'USD', $3 from generate_series($1, $2) n`,
    `insert into acknowledgement select 1, (select code from event_name where name = 'Placed Order'),
       '\\xff'::bytea || convert_to('order.k3x9.number.' || n, 'UTF8'), 'fired', $3 from generate_series($1, $2) n`,
    `insert into visitor select 1, encode(sha256(convert_to(lpad(to_hex(n), 64, '0'), 'UTF8')), 'hex'),
       '{"em":["' || lpad(to_hex(n), 64, 'e') || '"]}', null, null, 0, $3 from generate_series($1, $2) n`,
    `insert into visitor_alias select 1, 'urn:cart_token:' || n, encode(sha256(convert_to(lpad(to_hex(n), 64, '0'), 'UTF8')), 'hex'), $3
       from generate_series($1, $2) n`,
  ];
  for (const statement of each)
    await sql(
      statement.replaceAll(/\$[123]/g, (number) => `${number}::bigint`),
      [from, to, NOW],
    );
}

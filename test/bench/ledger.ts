/** A ledger of as many rows as wanted, in SQLite, as a shop's month would have left it; made by SQL, in seconds a million. */
import { closeDatabase, openDatabase } from "#relay/store/sqlite-database";
import { BENCH_ORIGIN } from "./load.ts";

const DAY = 86_400_000;
const CHUNK = 100_000;
/** Rows of an event, its delivery, its acknowledgement and their indexes; measured. */
export const BYTES_A_ROW = 1_700;

const half = (source: string, more: object = {}): object => ({
  source,
  timeMs: 1_764_000_000_000,
  receivedMs: 1_764_000_000_250,
  rev: "0a1b2c3d",
  tagName: "pagevisit",
  url: `${BENCH_ORIGIN}/products/harbor-mug?variant=1001-2`,
  referrer: "https://www.pinterest.com/",
  language: "en-US",
  visitor: "5e".repeat(32),
  clickId: "dj0yJnU9N2pHc2FOZ3Y",
  matchKeys: { em: ["ab".repeat(32)] },
  properties: {
    product_id: "1001",
    variant_id: "1001-2",
    sku: "MUG-HARBOR-L",
    name: "Harbor Mug",
    price: 34,
    currency: "USD",
  },
  consent: { marketing: "granted", by: "call", at: 1_764_000_000_000 },
  ...more,
});
const VIEW = JSON.stringify({ browser: half("browser") });
const ORDER = JSON.stringify({
  browser: half("browser", { tagName: "checkout", orderIds: ["order.k.1"] }),
  shopify: half("shopify", { orderIds: ["order.k.1"], order: { asOfMs: 1, state: "paid", channels: ["web"] } }),
});
const PAYLOAD = JSON.stringify({
  event_name: "page_visit",
  action_source: "web",
  event_time: 1_764_000_000,
  event_id: "019abcde-0000-7000-8000-000000000000",
  event_source_url: `${BENCH_ORIGIN}/products/harbor-mug?variant=1001-2`,
  user_data: { em: ["ab".repeat(32)], external_id: ["5e".repeat(32)], click_id: "dj0yJnU9N2pHc2FOZ3Y" },
  custom_data: {
    currency: "USD",
    content_ids: ["1001"],
    contents: [{ id: "1001", item_name: "Harbor Mug", item_price: "34" }],
  },
});

/**
 * Fills the store at `path`, whose tables are there and empty, with so many events of shop 1 and destination 1 in the
 * 30 days before `nowMs`: IDs in the order of time as a tag makes them, all sent and acknowledged, every fortieth an order
 * with two halves, and a visitor for every eighth.
 */
export async function fillLedger(path: string, rows: number, nowMs: number): Promise<void> {
  const database = await openDatabase(path);
  const stepMs = (30 * DAY) / rows;
  try {
    // It is made to be read: what a loss of power would spoil is made anew.
    database.exec("pragma journal_mode = off; pragma synchronous = off");
    database.exec("insert into event_name values (1, 'Viewed Product'), (2, 'Placed Order')");
    for (let from = 0; from < rows; from += CHUNK) {
      const to = Math.min(rows, from + CHUNK);
      const at = `cast(${nowMs - 30 * DAY} + i * ${stepMs} as integer)`;
      database.exec(`
        begin;
        with recursive n (i) as (select ${from + 1} union all select i + 1 from n where i < ${to})
        insert into event (row, shop, name, id, time_ms, received_ms, halves)
          select i, 1, case when i % 40 = 0 then 2 else 1 end,
            unhex(printf('%012x7', ${at}) || substr(hex(randomblob(2)), 1, 3) || '8' || substr(hex(randomblob(8)), 1, 15)),
            ${at}, ${at}, case when i % 40 = 0 then '${ORDER}' else '${VIEW}' end from n;
        insert into delivery (event, destination, attempts, payload, outcome, settled_ms, received_ms)
          select row, 1, 1, '${PAYLOAD}', 'sent', received_ms, received_ms from event where row > ${from};
        insert into acknowledgement select shop, name, id, 'fired', time_ms from event where row > ${from} order by 1, 2, 3;
        insert into order_name select 1, 'order.k3x9.' || row, row, 1 from event where row > ${from} and name = 2 order by 2;
        commit`);
    }
    database.exec(`
      begin;
      with recursive n (i) as (select 1 union all select i + 1 from n where i < ${Math.ceil(rows / 8)})
      insert into visitor (shop, id, match_keys, click_id, consent, consent_ms, seen_ms)
        select 1, lower(hex(randomblob(32))), '{"em":["${"ab".repeat(32)}"]}', 'dj0yJnU9N2pHc2FOZ3Y',
          '{"marketing":"granted","by":"call","at":1}', 1, ${nowMs - 30 * DAY} + i from n order by 2;
      commit`);
  } finally {
    closeDatabase(database);
  }
}

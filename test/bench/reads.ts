/**
 * `npm run bench:reads`: how long the dashboard's pages take with a full ledger, on both stores, and what an event that
 * comes in pays while they are open. BENCH_ROWS: how many events (1,000,000), over 30 days; BENCH_STORE: `sqlite` or
 * `postgres` alone.
 * Pages are asked for twice: first when nothing of them is known, then as whoever reloads them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { closeDatabase, openDatabase } from "#relay/store/sqlite-database";
import { type House, openHouse } from "../house.ts";
import { startPostgres } from "../postgres.ts";
import { startRelay } from "../start.ts";
import { BENCH_ORIGIN, BENCH_USER_AGENT, beaconText } from "./load.ts";

const ROWS = Number(process.env.BENCH_ROWS ?? 1_000_000);
const DAY = 86_400_000;
const SECONDS = 10;
const SECRET_KEY = "a secret of decent length, made up for benchmarks";

/** What differs between the two when many rows are made at once. */
const MAKES = {
  sqlite: {
    numbers: `(with recursive n (i) as (select 1 union all select i + 1 from n where i < ${ROWS}) select i from n)`,
    id: "printf('e-%08d', i)",
  },
  postgres: {
    numbers: `(select i from generate_series(1::bigint, ${ROWS}::bigint) i)`,
    id: "'\\xff'::bytea || convert_to('e-' || lpad(i::text, 8, '0'), 'UTF8')",
  },
};

const half = (source: string, more: object = {}): object => ({
  source,
  timeMs: 1,
  receivedMs: 1,
  tagName: "addtocart",
  url: `${BENCH_ORIGIN}/products/harbor-mug?variant=1001-2`,
  visitor: "5e".repeat(32),
  clickId: "dj0yJnU9N2pHc2FOZ3Y",
  matchKeys: { em: ["ab".repeat(32)] },
  properties: { product_id: "1001", variant_id: "1001-2", name: "Harbor Mug", price: 34, currency: "USD" },
  consent: { marketing: "granted", by: "call", at: 1 },
  ...more,
});
const VIEW = JSON.stringify({ browser: half("browser") });
const ORDER = JSON.stringify({
  browser: half("browser", { orderIds: ["order.k.1"] }),
  shopify: half("shopify", { orderIds: ["order.k.1"], order: { asOfMs: 1, state: "paid", channels: ["web"] } }),
});
const PAYLOAD = JSON.stringify({ event_name: "add_to_cart", user_data: { em: ["ab".repeat(32)] } });

/** A month of events: one in forty an order; most were sent, one in a thousand was rejected. */
function rowsOf(kind: keyof typeof MAKES, nowMs: number): string[] {
  const { numbers, id } = MAKES[kind];
  const at = `${nowMs - 30 * DAY} + i * ${Math.floor((30 * DAY) / ROWS)}`;
  return [
    "insert into event_name (code, name) values (1, '$page_load'), (2, 'Viewed Product'), (3, 'Added To Cart'), (4, 'Placed Order'), (5, 'Asked For A Sample')",
    `insert into event (shop, name, id, time_ms, received_ms, halves)
       select 1, case when i % 40 = 0 then 4 when i % 10 < 3 then 1 when i % 10 < 8 then 2 else 3 end, ${id}, ${at}, ${at},
         case when i % 40 = 0 then '${ORDER}' else '${VIEW}' end from ${numbers} made`,
    // Told twice in a month: whoever asks for it must not wait until all the others are read.
    `update event set name = 5 where row in (${Math.ceil(ROWS / 1_000)}, ${Math.ceil(ROWS / 2)})`,
    `insert into delivery (event, destination, due_ms, attempts, payload, outcome, settled_ms, received_ms)
       select row, 1, null, 1, '${PAYLOAD}', case when name = 1 then 'browser only' when row % 50 = 1 then 'no consent'
         when row % 997 = 0 then 'rejected' else 'sent' end, received_ms, received_ms from event`,
    "insert into acknowledgement (shop, name, id, state, at_ms) select shop, name, id, 'fired', time_ms from event",
  ];
}

// biome-ignore format: a table
const PAGES = [
  ["overview, 24 hours",         "?period=24h"],
  ["overview, 7 days",           "?period=7d"],
  ["overview, 30 days",          "?period=30d"],
  ["log",                        "/events"],
  ["log, rejected",              "/events?outcome=rejected"],
  ["log, dead: there are none",  "/events?outcome=dead"],
  ["log, orders",                "/events?event=Placed+Order"],
  ["log, an event told twice",   "/events?event=Asked+For+A+Sample"],
  ["log, rejected, of that one", "/events?outcome=rejected&event=Asked+For+A+Sample"],
  ["log, until 3 weeks ago",     `/events?until=${new Date(Date.now() - 21 * DAY).toISOString().slice(0, 10)}`],
  ["log, told by a server API",  "/events?source=server"],
  ["log, an unknown visitor",    `/events?visitor=${"00".repeat(32)}`],
  ["log, an unknown order",      "/events?order=9999999"],
] as const;

const print = (...cells: (string | number)[]): void =>
  void process.stdout.write(
    `${cells.map((cell, n) => (n === 0 ? String(cell).padEnd(30) : (typeof cell === "number" ? cell.toFixed(1) : cell).padStart(12))).join("")}\n`,
  );

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const since = performance.now();
  await work();
  return performance.now() - since;
};

/** So long an event waits for its answer, one after the other for some seconds: the median and the slowest in a hundred. */
async function accepts({ url, key }: House): Promise<[p50: number, p99: number]> {
  const took: number[] = [];
  for (const end = performance.now() + SECONDS * 1_000; performance.now() < end; await wait(4))
    took.push(
      await timed(async () => {
        const headers = { "content-type": "text/plain", origin: BENCH_ORIGIN, "user-agent": BENCH_USER_AGENT };
        await (await fetch(`${url}/collect`, { method: "POST", headers, body: beaconText(key, 1) })).text();
      }),
    );
  took.sort((a, b) => a - b);
  const at = (share: number): number => took[Math.floor((took.length - 1) * share)] ?? 0;
  return [at(0.5), at(0.99)];
}

async function measure(kind: keyof typeof MAKES, database: string, fill: (rows: string[]) => Promise<void>) {
  const config = { database, secretKey: SECRET_KEY, pinterestApiUrl: "http://127.0.0.1:9/v5" };
  // The first start makes the tables, and the shop.
  const made = await startRelay({ config: { ...config, seed: ACCOUNT } });
  await made.relay.close();
  await fill(rowsOf(kind, Date.now()));
  const house = await openHouse({ config: { ...config, seed: { origins: [] } } });
  print(`${kind}, ${ROWS.toLocaleString()} events`, "first, ms", "again, ms");
  for (const [what, path] of PAGES)
    print(what, await timed(() => house.page(path)), await timed(() => house.page(path)));
  print("an event that comes in", "p50, ms", "p99, ms");
  for (const round of [1, 2]) {
    print(`  nobody looks, ${round}`, ...(await accepts(house)));
    let isOpen = true;
    const looking = (async () => {
      for (let n = 0; isOpen; n++) {
        await house.page(PAGES[n % PAGES.length]?.[1] ?? "");
        await wait(200);
      }
    })();
    print(`  the pages are open, ${round}`, ...(await accepts(house)));
    isOpen = false;
    await looking;
  }
  await house.relay.close();
}

const ACCOUNT = {
  origins: [BENCH_ORIGIN],
  account: { adAccountId: "549755885175", tagId: "2612345678901", token: "pina_AEATXWQWACZGAIAAGDAIMHTEST" },
};

const only = process.env.BENCH_STORE;

async function measureSqlite(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-reads-"));
  const path = join(folder, "relay.db");
  await measure("sqlite", path, async (rows) => {
    const database = await openDatabase(path);
    for (const sql of rows) database.exec(sql);
    closeDatabase(database);
  });
  rmSync(folder, { recursive: true });
}

async function measurePostgres(): Promise<void> {
  const server = await startPostgres();
  const url = await server.freshDatabase();
  await measure("postgres", url, async (rows) => {
    const client = new pg.Client(url);
    await client.connect();
    for (const sql of rows) await client.query(sql);
    await client.query("vacuum analyze");
    await client.end();
  });
  await server.close();
}

if (only !== "postgres") await measureSqlite();
if (only !== "sqlite") await measurePostgres();

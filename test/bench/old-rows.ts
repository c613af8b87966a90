/**
 * `node test/dist/bench/old-rows.js`: for how long SQLite holds up an event that comes in, while deliveries that ended are
 * looked through, judged anew, expired, purged and claimed beside it. BENCH_ROWS: how many there are (300,000).
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ORDER_EVENT } from "@pinrelay/tag/contract";
import { NO_RULES } from "#relay/core/rules";
import { DEFAULT_SETTINGS } from "#relay/core/settings";
import { judge } from "#relay/judge";
import { sealWith } from "#relay/store/seal";
import { sqliteStore } from "#relay/store/sqlite";
import { closeDatabase, openDatabase } from "#relay/store/sqlite-database";
import type { Admitted, Store } from "#relay/store/store";
import { byBrowser, byWebhook } from "../order-halves.ts";

const ROWS = Number(process.env.BENCH_ROWS ?? 300_000);
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);
/** Older than any retention. */
const OLD = NOW - 100 * DAY;
const folder = mkdtempSync(join(tmpdir(), "pinrelay-old-rows-"));
const seal = sealWith("a secret of decent length, made up for benchmarks");

const HALVES = JSON.stringify({
  browser: {
    source: "browser",
    timeMs: OLD,
    receivedMs: OLD,
    rev: "0a1b2c3d",
    tagName: "addtocart",
    url: "https://www.fennelandoak.example/products/harbor-mug?variant=44012345678901",
    referrer: "https://www.pinterest.com/",
    visitor: "5e".repeat(32),
    clickId: "dj0yJnU9N2pHc2FOZ3Y",
    matchKeys: { em: ["ab".repeat(32)] },
    properties: { product_id: "7301", variant_id: "44012345678901", name: "Harbor Mug", price: 20, currency: "USD" },
    consent: { marketing: "granted", by: "call", at: OLD },
  },
});
const PAYLOAD = JSON.stringify({
  event_name: "add_to_cart",
  user_data: { em: ["ab".repeat(32)], external_id: ["5e".repeat(32)] },
});

/** A store with so many old events, each with one delivery for destination 1, as `ending` says it ended or waits. */
async function filled(name: string, ending: string): Promise<Store> {
  const path = join(folder, `${name}.db`);
  await (await sqliteStore(path, seal)).close();
  const database = await openDatabase(path);
  database.exec(`
    insert into event_name values (1, 'Added To Cart');
    insert into destination (id, shop, name, ad_account_id, tag_id, token, state, drives_browser, created_ms)
      values (1, 1, 'd', '549755885175', '2612345678901', x'', 'live', 1, ${NOW});
    with recursive n (i) as (select 1 union all select i + 1 from n where i < ${ROWS})
    insert into event (row, shop, name, id, time_ms, received_ms, halves)
      select i, 1, 1, printf('e-%08d', i), ${OLD} + i, ${OLD} + i, '${HALVES}' from n;
    insert into delivery (event, destination, due_ms, attempts, payload, outcome, words, settled_ms)
      select row, 1, ${ending} from event;
    insert into acknowledgement select shop, name, id, 'fired', time_ms from event;
    insert into order_name select 1, 'order.k3x9.' || row, row, 1 from event where row % 20 = 0;
    analyze`);
  database.exec("delete from sqlite_stat1");
  closeDatabase(database);
  return sqliteStore(path, seal);
}

const DEAD = `null, 1, '${PAYLOAD}', case row % 3 when 0 then 'dead' else 'rejected' end,
  case row % 2 when 0 then '400, code 4196: value is not valid' else 'user_data is not valid' end, received_ms`;
const SENT = `null, 1, '${PAYLOAD}', 'sent', null, received_ms`;
const WAITS = `received_ms + 60000, 0, null, null, null, null`;

const accepted = (n: number): Admitted => ({
  shop: 1,
  name: "Viewed Product",
  id: `beside-${n}`,
  half: {
    source: "browser",
    timeMs: NOW,
    receivedMs: NOW,
    matchKeys: {},
    properties: { product_id: "7301" },
    consent: { marketing: "granted", by: "call", at: NOW },
    network: { ip: "203.0.113.7", userAgent: "Mozilla/5.0" },
  },
  admit: () => [{ destination: 2, dueMs: NOW }],
});
let told = 0;
const GAP_MS = 2;

/** Does the work while an event comes in every few milliseconds, and prints how long those took. */
async function beside(what: string, store: Store, work: () => Promise<unknown>): Promise<void> {
  let isDone = false;
  const tookMs: number[] = [];
  const telling = (async () => {
    while (!isDone) {
      // From when it is to come: a process that is busy does not even take it in.
      const since = performance.now() + GAP_MS;
      await wait(GAP_MS);
      told += 1;
      await store.keep({ events: [accepted(told)], acks: [] });
      tookMs.push(performance.now() - since);
    }
  })();
  await wait(100);
  tookMs.length = 0;
  const since = performance.now();
  const result = await work();
  const ms = performance.now() - since;
  isDone = true;
  await telling;
  tookMs.sort((a, b) => a - b);
  const at = (share: number) => (tookMs[Math.floor((tookMs.length - 1) * share)] ?? 0).toFixed(1).padStart(8);
  process.stdout.write(
    `${what.padEnd(58)}${ms.toFixed(0).padStart(8)}${at(0.5)}${at(0.99)}${at(1)}  ${JSON.stringify(result)}\n`,
  );
}

/** All steps, as the chores and the command line take them. */
async function all(step: () => Promise<number>, limit: number): Promise<number> {
  for (let count = 0; ; ) {
    const some = await step();
    count += some;
    if (some < limit) return count;
    await new Promise(setImmediate);
  }
}

process.stdout.write(`${ROWS} rows\n${"".padEnd(58)}      ms     p50     p99     max of an event beside it\n`);

const dead = await filled("dead", DEAD);
await beside("nothing", dead, () => wait(1_000));
await beside("dead letters, the last 100", dead, () =>
  dead.deadLetters({ outcomes: ["rejected", "dead"] }, 100).then((l) => l.length),
);
await beside("dead letters by a reason that none has", dead, () =>
  dead.deadLetters({ outcomes: ["rejected", "dead"], words: "nobody said this" }, 100).then((l) => l.length),
);
await beside("left out", dead, () => dead.leftOut().then((l) => l.length));
await beside("replay of a reason that none has", dead, () =>
  dead.replay({ outcomes: ["rejected"], words: "nobody said this" }, 1_000, NOW),
);
await beside("replay by reason, all of it", dead, () =>
  all(() => dead.replay({ outcomes: ["rejected", "dead"], words: "4196" }, 1_000, NOW), 1_000),
);
await beside("release", dead, () => dead.release("nobody", NOW).then(() => 0));
await beside("queue", dead, () => dead.queue(NOW).then((q) => q.length));
await dead.close();

const waiting = await filled("waiting", WAITS);
await beside("expire, none is too old", waiting, () => waiting.expire(1, OLD - DAY, 1_000, NOW));
await beside("purge, all of it waits", waiting, () => waiting.purgeEvents(NOW - 90 * DAY, 1_000));
await beside("queue", waiting, () => waiting.queue(NOW).then((q) => q.length));
await beside("release", waiting, () => waiting.release("nobody", NOW).then(() => 0));
await beside("expire, all of it", waiting, () => all(() => waiting.expire(1, NOW - 7 * DAY, 1_000, NOW), 1_000));
await waiting.close();

const sent = await filled("sent", SENT);
await beside("purge, all of it", sent, () => all(() => sent.purgeEvents(NOW - 90 * DAY, 1_000), 1_000));
await beside("tombstones, all of them", sent, () => all(() => sent.purgeTombstones(NOW, 1_000), 1_000));
await sent.close();
process.stdout.write(`the file after the purge: ${(statSync(join(folder, "sent.db")).size / 1e6).toFixed(0)} MB\n`);

const orders = await sqliteStore(join(folder, "orders.db"), seal);
const shop = await orders.addShop({ key: "k3x9", origins: [], settings: DEFAULT_SETTINGS });
for (let n = 0; n < 3_000; n += 1) {
  const order = { id: `${5_000_000 + n}`, number: `${1_000 + n}`, token: `c${String(n).padStart(23, "0")}` };
  const visitor = n.toString(16).padStart(64, "0");
  const aliases = [`urn:checkout_token:${n}`];
  const halves = [
    byBrowser({ shop, order, atMs: NOW, change: { visitor } }),
    byWebhook({ shop, order, atMs: NOW, change: { aliases } }),
  ];
  await orders.keep({
    events: halves.map((told) => ({ ...told, admit: () => [{ destination: 1, dueMs: NOW }] })),
    acks: [{ shop: shop.id, name: ORDER_EVENT, id: halves[0]?.id ?? "", state: "fired", atMs: NOW }],
    visitors: [{ shop: shop.id, visitor, aliases, matchKeys: { em: ["ab".repeat(32)] }, atMs: NOW }],
  });
}
for (const round of [1, 2, 3]) {
  const claim = () =>
    orders.claim({ destination: 1, worker: "one", limit: 1_000, nowMs: NOW, leaseMs: DAY }, (due) =>
      judge(due, shop, { rules: NO_RULES }, () => shop.settings, NOW + 1_000),
    );
  let claimed: Awaited<ReturnType<typeof claim>> = [];
  await beside(`claim of 1,000 orders, ${round}`, orders, async () => {
    claimed = await claim();
    return claimed.length;
  });
  await beside(`settle of them, ${round}`, orders, () =>
    orders
      .settle(
        "one",
        claimed.map(({ delivery }) => ({ delivery, outcome: "sent" })),
        NOW + 1_000,
      )
      .then(() => 0),
  );
}
await orders.close();
rmSync(folder, { recursive: true });

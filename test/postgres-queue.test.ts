import { afterAll, beforeEach, expect, test } from "vitest";
import { nextCall } from "#relay/core/call-budget";
import type { PostgresDatabase, Sql } from "#relay/store/postgres-database";
import { openPostgres } from "#relay/store/postgres-database";
import { migratePostgres } from "#relay/store/postgres-migrate";
import { type Claimed, type Due, type Judgement, StoreUnavailable } from "#relay/store/store";
import { runs } from "./long.ts";
import { freshDatabase } from "./postgres.ts";
import {
  admitted,
  DESTINATION,
  fillDestination,
  fillOrders,
  half,
  NOW,
  type Relay,
  relay,
  relayOn,
} from "./postgres-rows.ts";
import { until } from "./until.ts";

const LEASE_MS = 60_000;
const asPayload = ({ id, payload, halves: [first] }: Due): Judgement => ({
  payload:
    payload ??
    JSON.stringify({
      event_id: id,
      user_data: { client_ip_address: first?.network?.ip, client_user_agent: first?.network?.userAgent, em: ["e"] },
    }),
});

const open: Relay[] = [];
let url: string;
let one: Relay;
let two: Relay;
let three: Relay;
beforeEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()));
  url = await freshDatabase();
  const database = openPostgres(url);
  await migratePostgres(database);
  await database.write(fillDestination);
  await database.close();
  [one, two, three] = [relay(url), relay(url), relay(url)];
  open.push(one, two, three);
});
afterAll(() => Promise.all(open.map(({ close }) => close())));

const claim = (
  by: Relay,
  worker: string,
  change: { nowMs?: number; limit?: number; leaseMs?: number } = {},
  judge = asPayload,
) => by.claim({ destination: DESTINATION, worker, limit: 1_000, nowMs: NOW, leaseMs: LEASE_MS, ...change }, judge);
const keep = (...ids: string[]) => one.keep({ events: ids.map((id) => admitted(id)), acks: [] });
const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `e${n}`);
const idsOf = (claimed: readonly Claimed[]): string[] => claimed.map(({ id }) => id);

/** Another transaction that holds these rows until it is let go. */
const holding = async (by: Relay, statement: string): Promise<() => Promise<void>> => {
  let letGo = (): void => {};
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let done: Promise<void> = Promise.resolve();
  await new Promise<void>((held, failed) => {
    done = by.write(async (sql) => {
      await sql(statement);
      held();
      await gone;
    });
    done.catch(failed);
  });
  return () => {
    letGo();
    return done;
  };
};

const waitsForLock = async (): Promise<boolean> =>
  (await three.sql("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"))
    .length > 0;

test("two relays that claim at once never hold the same delivery, and together they hold them all", async () => {
  await keep(...numbered(900));
  const claims = [one, two, three].flatMap((by, n) => [0, 1].map((m) => claim(by, `${n} ${m}`, { limit: 200 })));
  const all = (await Promise.all(claims)).flatMap(idsOf);
  for (let more = idsOf(await claim(one, "rest")); more.length > 0; more = idsOf(await claim(one, "rest")))
    all.push(...more);
  expect(all).toHaveLength(900);
  expect(new Set(all).size).toBe(900);
});

test("a claim passes by an event that keep holds, takes the others up to its limit, and takes that one next", async () => {
  await keep(...numbered(20));
  const letGo = await holding(two, "select from event where id = '\\xff6530'::bytea for update");
  expect(idsOf(await claim(one, "a", { limit: 19 })).sort()).toEqual(numbered(20).slice(1).sort());
  expect(await claim(one, "a")).toEqual([]);
  await letGo();
  expect(idsOf(await claim(one, "a"))).toEqual(["e0"]);
});

test("what a claim freezes is what the ledger holds, though halves join all the while", async () => {
  const ids = numbered(200);
  await keep(...ids);
  const frozen = new Map<string, string[]>();
  const joining = Promise.all(
    ids.map((id) => two.keep({ events: [admitted(id, { half: half({ source: "shopify" }) })], acks: [] })),
  );
  while (frozen.size < ids.length) {
    await claim(one, "a", { limit: 10 }, (due) => {
      frozen.set(due.id, due.halves.map(({ source }) => source).sort());
      return asPayload(due);
    });
  }
  await joining;
  const lies = await one.recent(500);
  expect(lies).toHaveLength(200);
  for (const { id, sources, lateHalves } of lies) {
    expect([...sources].sort()).toEqual(frozen.get(id));
    expect(lateHalves).toBe(sources.length === 2 ? 0 : 1);
  }
});

test("three relays that claim, settle, postpone, release, expire, replay, forget and keep over the same rows never deadlock, and settle each delivery once", async () => {
  const ids = numbered(120);
  const old = new Set(ids.slice(0, 30));
  const longAgo = half({ timeMs: NOW - 9_999_999, receivedMs: NOW - 9_999_999 });
  await one.keep({ events: ids.map((id) => admitted(id, old.has(id) ? { half: longAgo } : {})), acks: [] });
  await one.write(async (sql) => {
    await sql("create table settled (delivery bigint, outcome text)");
    await sql(`create function note() returns trigger language plpgsql as $$
      begin insert into settled values (new.row, new.outcome); return null; end $$`);
    await sql(`create trigger note after update on delivery for each row
      when (old.due_ms is not null and new.due_ms is null) execute function note()`);
  });
  let seed = 7;
  const chance = (): number => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  let nowMs = NOW;
  const sent: number[] = [];
  const work = async (by: Relay, worker: string): Promise<void> => {
    for (let round = 0; round < runs(5); round += 1) {
      nowMs += 1;
      const claimed = await claim(by, worker, { nowMs, limit: 40, leaseMs: chance() < 0.3 ? 0 : 40 });
      const shuffled = [...claimed].sort(() => chance() - 0.5);
      const settled = shuffled
        .filter(() => chance() < 0.3)
        .map(({ delivery }) => ({ delivery, outcome: "sent" as const }));
      const postponed = shuffled
        .filter(() => chance() < 0.5)
        .map(({ delivery }) => ({ delivery, dueMs: nowMs, words: "429" }));
      const retold = ids.filter(() => chance() < 0.1).map((id) => admitted(id, { half: half({ source: "server" }) }));
      await Promise.all([
        by.settle(worker, settled, nowMs),
        by.postpone(worker, postponed),
        by.keep({ events: retold, acks: [] }),
        by.expire(DESTINATION, NOW - 1_000_000, 5, nowMs),
        by.forget(1, { visitors: [], hashes: [], aliases: ["product_id"] }, 1, 30, nowMs),
        by.replay({ outcomes: ["rejected"] }, 10, nowMs),
        ...(chance() < 0.2 ? [by.release(worker, nowMs)] : []),
      ]);
      sent.push(...settled.map(({ delivery }) => delivery));
    }
  };
  await Promise.all([one, two, three].flatMap((by, n) => [0, 1, 2].map((m) => work(by, `${n} ${m}`))));
  for (let rest = [{}]; rest.length > 0; ) {
    nowMs += LEASE_MS;
    const claimed = await claim(one, "last", { nowMs });
    await one.settle(
      "last",
      claimed.map(({ delivery }) => ({ delivery, outcome: "sent" })),
      nowMs,
    );
    rest = claimed;
  }
  const [times] = await one.sql(`
    select count(*) as all, count(distinct delivery) as once, count(*) filter (where outcome = 'expired') as expired from settled`);
  expect(times).toMatchObject({ all: 120, once: 120 });
  expect(times?.expired).toBeGreaterThan(0);
  expect(await one.queue(nowMs)).toEqual([]);
  expect(await one.sql("select from event where network is not null")).toEqual([]);
  const [lost] = await one.sql("select deadlocks from pg_stat_database where datname = current_database()");
  expect(lost).toEqual({ deadlocks: 0 });
});

test("of two destinations that end at the same moment the second clears IP and user agent", async () => {
  const both = () => [1, 2].map((destination) => ({ destination, dueMs: NOW }));
  const ids = numbered(100);
  await one.keep({ events: ids.map((id) => admitted(id, { admit: both })), acks: [] });
  const claims = (by: Relay) =>
    Promise.all(
      [1, 2].map((destination) =>
        by.claim({ destination, worker: `${destination}`, limit: 100, nowMs: NOW, leaseMs: LEASE_MS }, asPayload),
      ),
    );
  // The event rows that one claim held, whichever came first, the other passed by.
  const [held, rest] = [await claims(one), await claims(two)];
  const all = held.map((claimed, n) => [...claimed, ...(rest[n] ?? [])]);
  await Promise.all(
    all.flatMap((claimed, n) =>
      claimed.map(({ delivery }) => (n === 0 ? one : two).settle(`${n + 1}`, [{ delivery, outcome: "sent" }], NOW)),
    ),
  );
  expect(await one.sql("select from delivery where due_ms is not null")).toEqual([]);
  expect(await one.sql("select from event where network is not null")).toEqual([]);
});

test("a frozen payload loses IP and user agent, whatever text a page has sent in it", async () => {
  await keep("e0");
  const odd = '\u0000 \ud800 "client_ip_address":"1.2.3.4", \\';
  const payload = JSON.stringify({
    event_id: "e0",
    user_data: { client_ip_address: "203.0.113.7", client_user_agent: odd, click_id: odd },
    custom_data: { search_string: odd, value: "1.10" },
  });
  const [claimed] = await claim(one, "a", {}, () => ({ payload }));
  await one.settle("a", [{ delivery: claimed?.delivery ?? 0, outcome: "rejected", words: "no\u0000 such" }], NOW);
  const [row] = await one.recent(1);
  expect(row?.deliveries).toMatchObject([{ outcome: "rejected", words: "no\ufffd such" }]);
  expect(row?.deliveries[0]?.payload).toBe(
    JSON.stringify({
      event_id: "e0",
      user_data: { click_id: odd },
      custom_data: { search_string: odd, value: "1.10" },
    }),
  );
});

test("of a delivery that is settled twice in one call the first word counts", async () => {
  await keep("e0");
  const [{ delivery } = { delivery: 0 }] = await claim(one, "a");
  await one.settle(
    "a",
    [
      { delivery, outcome: "sent" },
      { delivery, outcome: "dead" },
    ],
    NOW,
  );
  expect((await one.recent(1))[0]?.deliveries).toMatchObject([{ outcome: "sent" }]);
});

test("each of a thousand orders in one claim has its own acknowledgement, refund and visitor", async () => {
  await one.write((sql) => fillOrders(sql, 1, 1_000, NOW));
  const seen: Due[] = [];
  await claim(one, "a", {}, (due) => {
    seen.push(due);
    return asPayload(due);
  });
  expect(seen).toHaveLength(1_000);
  for (const { id, ack, refunds, visitor } of seen) {
    const n = Number(id.split(".").at(-1));
    expect([ack, refunds]).toEqual(["fired", [{ amount: n, currency: "USD" }]]);
    expect(visitor?.matchKeys).toEqual({ em: [n.toString(16).padStart(64, "e")] });
  }
});

test("a budget of calls has the numbers of the core, and relays that ask at once get no more than it holds", async () => {
  let fullMs = 0;
  for (const [perMinute, afterMs] of [
    [60, 0],
    [60, 0],
    [60, 400],
    [60, 600],
    [7, 0],
    [7, 9_000],
    [5_000, 1],
    [60, -50_000],
    [60, 0],
    [0.5, 3],
  ] as const) {
    const nowMs = NOW + afterMs;
    const next = nextCall(fullMs, perMinute, nowMs);
    if ("fullMs" in next) fullMs = next.fullMs;
    expect(await one.takeCall("549755885175", perMinute, nowMs)).toBe("waitMs" in next ? next.waitMs : 0);
  }
  const relays = [one, two, three];
  const waits = await Promise.all(Array.from({ length: 60 }, (_, n) => relays[n % 3]?.takeCall("another", 600, NOW)));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
  expect(Math.min(...waits.filter((wait) => wait !== 0).map(Number))).toBeGreaterThan(0);
});

test("where the connection is cut in the middle of a claim or a settlement, nothing of it is done", async () => {
  await keep(...numbered(50));
  const held = await claim(one, "a", { limit: 10 });
  const before = await one.sql("select * from delivery order by row");
  const cut = async (work: Promise<unknown>): Promise<void> => {
    const failed = expect(work).rejects.toBeInstanceOf(StoreUnavailable);
    const asleep = "from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
    await until(async () => (await two.sql(`select ${asleep}`)).length > 0);
    await two.sql(`select pg_terminate_backend(pid) ${asleep}`);
    await failed;
  };
  await two.write(async (sql) => {
    await sql(
      "create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return null; end $$",
    );
    await sql("create trigger dawdle after update on delivery execute function dawdle()");
  });
  await cut(claim(one, "b"));
  await cut(
    one.settle(
      "a",
      held.map(({ delivery }) => ({ delivery, outcome: "sent" })),
      NOW,
    ),
  );
  await cut(
    one.postpone(
      "a",
      held.map(({ delivery }) => ({ delivery, dueMs: NOW, words: "503" })),
    ),
  );
  await cut(one.expire(DESTINATION, NOW + 1, 99, NOW));
  expect(await two.sql("select * from delivery order by row")).toEqual(before);
  await two.write((sql) => sql("drop trigger dawdle on delivery"));
  await one.settle(
    "a",
    held.map(({ delivery }) => ({ delivery, outcome: "sent" })),
    NOW,
  );
  expect(await claim(one, "b")).toHaveLength(40);
});

test("purging passes by what another holds and by what is judged anew, and buries the names of orders", async () => {
  await one.write((sql) => fillOrders(sql, 1, 5, null));
  await two.sql(
    "update delivery set outcome = 'filtered' where event = (select event from order_name where id = 'order.k3x9.told.4')",
  );
  await one.replay({ outcomes: ["filtered"] }, 9, NOW);
  const letGo = await holding(
    two,
    "select from event where row = (select event from order_name where id = 'order.k3x9.told.2') for update",
  );
  expect(await one.purgeEvents(NOW + 5, 2)).toBe(2);
  await letGo();
  expect(await one.purgeEvents(NOW + 5, 9)).toBe(1);
  expect((await one.recent(9)).map(({ id }) => id).sort()).toEqual(["order.k3x9.told.4", "order.k3x9.told.5"]);
  const counted = ["order_name", "delivery", "acknowledgement", "refund"].map(
    async (table) => (await one.sql(`select from ${table}`)).length,
  );
  expect(await Promise.all(counted)).toEqual([4, 2, 2, 2]);
  const buried = await one.sql("select id, signed, at_ms from tombstone order by at_ms, id");
  expect(buried.slice(0, 2)).toEqual([
    { id: "order.k3x9.number.1", signed: true, at_ms: NOW + 1 },
    { id: "order.k3x9.told.1", signed: true, at_ms: NOW + 1 },
  ]);
  expect(buried).toHaveLength(6);
  expect(await one.purgeTombstones(NOW + 3, 3)).toBe(3);
  expect(await one.purgeTombstones(NOW + 3, 3)).toBe(1);
});

test("a purge that takes long keeps nobody from telling events", async () => {
  await one.write((sql) => fillOrders(sql, 1, 50, null));
  await two.write(async (sql) => {
    await sql(
      "create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return null; end $$",
    );
    await sql("create trigger dawdle after delete on event execute function dawdle()");
  });
  const purging = one.purgeEvents(NOW + 99, 50);
  const cut = expect(purging).rejects.toBeInstanceOf(StoreUnavailable);
  const asleep = "from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
  await until(async () => (await two.sql(`select ${asleep}`)).length > 0);
  const events = [
    ...numbered(20).map((id) => admitted(id)),
    admitted("order.k3x9.told.99", { name: "Placed Order", half: half({ orderIds: ["order.k3x9.told.99"] }) }),
  ];
  expect(await two.keep({ events, acks: [] })).toEqual(events.map(() => "new"));
  await two.sql(`select pg_terminate_backend(pid) ${asleep}`);
  await cut;
  expect(await two.sql("select from tombstone")).toEqual([]);
  expect(await two.sql("select from order_name")).toHaveLength(101);
});

test("who is forgotten while another half of theirs joins is forgotten in that half too, and what was on its way is told", async () => {
  const visitor = "ab".repeat(32);
  await one.keep({
    events: [admitted("e0", { half: half({ visitor }) }), admitted("e1")],
    acks: [],
    visitors: [{ shop: 1, visitor, aliases: ["urn:cart_token:1f"], matchKeys: {}, atMs: NOW }],
  });
  const [claimed] = await claim(one, "a", { limit: 1 });
  const joined = JSON.stringify({
    server: { ...half({ source: "server", matchKeys: { em: ["e".repeat(64)] }, visitor }) },
  });
  const letGo = await holding(two, `update event set halves = '${joined}' where id = '\\xff6530'::bytea`);
  const forgetting = one.forget(1, { visitors: [visitor], hashes: [], aliases: [] }, 0, 9, NOW);
  await until(waitsForLock);
  await letGo();
  expect(await forgetting).toEqual({ events: 1, known: [expect.any(String)] });
  const [row] = await one.sql("select halves from event where id = '\\xff6530'::bytea");
  expect(String(row?.halves)).not.toMatch(/e{64}|abab/);
  await one.settle("a", [{ delivery: claimed?.delivery ?? 0, outcome: "sent" }], NOW);
  expect(
    (await one.recent(9)).map(({ id, deliveries }) => [id, deliveries[0]?.outcome, deliveries[0]?.payload]),
  ).toEqual([
    ["e1", undefined, undefined],
    ["e0", "sent", '{"event_id":"e0"}'],
  ]);
  expect(await one.sql("select from visitor")).toEqual([]);
  expect(await one.sql("select from visitor_alias")).toEqual([]);
});

test("visitors who were not seen for long go in steps, with their names, and nobody waits for it", async () => {
  const note = (n: number) => ({
    shop: 1,
    visitor: n.toString(16).padStart(64, "0"),
    aliases: [`urn:cart_token:${n}`],
    matchKeys: {},
    atMs: NOW + n,
  });
  await one.keep({ events: [], acks: [], visitors: Array.from({ length: 10 }, (_, n) => note(n)) });
  const letGo = await holding(two, `select from visitor where seen_ms = ${NOW + 1} for update`);
  expect(await one.forgetVisitors(NOW + 8, 4)).toBe(4);
  expect(await one.forgetVisitors(NOW + 8, 4)).toBe(3);
  await letGo();
  expect(await one.forgetVisitors(NOW + 8, 4)).toBe(1);
  expect(await one.sql("select from visitor")).toHaveLength(2);
  expect(await one.sql("select from visitor_alias")).toHaveLength(2);
});

/** Tables that grow with what is told: no statement of the queue may go through all of one. */
const LARGE = ["event", "delivery", "acknowledgement", "order_name", "refund", "tombstone", "visitor", "visitor_alias"];

/** The same database; of each statement its plan is asked for first. */
const explained = (database: PostgresDatabase, scanned: Set<string>): PostgresDatabase => {
  const explaining =
    (sql: Sql): Sql =>
    async (text, values) => {
      const plan = JSON.stringify(await sql(`explain (format json) ${text}`, values));
      for (const [, table] of plan.matchAll(/"Seq Scan"[^{}]*?"Relation Name":"(\w+)"/g))
        if (table !== undefined && LARGE.includes(table)) scanned.add(`${table}: ${text}`);
      return sql(text, values);
    };
  return {
    ...database,
    read: (work) => database.read((sql) => work(explaining(sql))),
    write: (work) => database.write((sql) => work(explaining(sql))),
  };
};

test("among many deliveries every statement finds its rows by an index, before and after the planner knows of them", async () => {
  const rows = runs(2_000);
  await one.write((sql) => fillOrders(sql, 1, rows - 1_000, null));
  await one.write((sql) => fillOrders(sql, rows - 999, rows, NOW));
  const scanned = new Set<string>();
  const looked = relayOn(explained(openPostgres(url), scanned));
  open.push(looked);
  for (const statistics of ["of an empty table", "of these rows"]) {
    if (statistics === "of these rows") await one.sql("analyze");
    const held = await claim(looked, "a", { limit: 500 });
    expect(held).toHaveLength(500);
    const deliveries = held.map(({ delivery }) => delivery);
    await looked.settle(
      "a",
      deliveries.slice(0, 200).map((delivery) => ({ delivery, outcome: "dead" })),
      NOW,
    );
    await looked.postpone(
      "a",
      deliveries.slice(200, 300).map((delivery) => ({ delivery, dueMs: NOW, words: "429" })),
    );
    await looked.release("a", NOW);
    await claim(looked, "a", { limit: 100 }, (due) => ({ outcome: "no consent", halves: due.halves }));
    expect(await looked.expire(DESTINATION, NOW + rows, 100, NOW)).toBe(100);
    expect(await looked.purgeEvents(NOW + rows, 100)).toBe(100);
    expect(await looked.purgeTombstones(NOW + rows, 100)).toBe(100);
    expect(await looked.replay({ outcomes: ["dead"] }, 100, NOW)).toBe(100);
    expect(await looked.forgetVisitors(NOW, 100)).toBe(0);
    expect(await looked.forgetVisitors(NOW + 1, 100)).toBe(100);
    await looked.forget(1, { visitors: [(255).toString(16).padStart(64, "0")], hashes: [], aliases: [] }, 0, 500, NOW);
    expect(await looked.deadLetters({ outcomes: ["dead", "expired"] }, 50)).toHaveLength(50);
    expect(await looked.queue(NOW)).toHaveLength(1);
    expect(await looked.withdrawGone(100, NOW)).toBe(0);
    await one.write((sql) => sql("update destination set id = $1", [DESTINATION + 1]));
    expect(await looked.withdrawGone(100, NOW)).toBe(100);
    await one.write((sql) => sql("update destination set id = $1", [DESTINATION]));
  }
  expect([...scanned]).toEqual([]);
});

/** A store that outgrows its machine: from SQLite to PostgreSQL with nothing lost. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { draftOf } from "#relay/core/draft";
import { DEFAULT_SETTINGS } from "#relay/core/settings";
import { migrateStore } from "#relay/migrate-store";
import { openStore } from "#relay/open-store";
import type { Row } from "#relay/store/rows";
import { closeDatabase, openDatabase } from "#relay/store/sqlite-database";
import type { Store } from "#relay/store/store";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { administer, freshDatabase } from "./postgres.ts";
import { API_KEY, call, placedOrder } from "./server-api.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

const CLI = fileURLToPath(new URL("../packages/relay/bin/pinrelay.js", import.meta.url));
const SECRET_KEY = "the secret of all relays to come, made up for tests";
const OUTCOMES = ["rejected", "dead", "unmatched", "expired", "late", "unmapped", "filtered", "withdrawn"] as const;
/** Of each length around a UUID's, of letters that take several bytes, of none that is text elsewhere. */
const IDS = [
  "x",
  "fourteen-bytes",
  "fifteen-letters",
  "sixteen-letters-",
  "日本語の注文",
  "0199F3A0-0000-7000-8000-00000000000A",
];

/** A store that has seen everything, closed. */
const filled = mkdtempSync(join(tmpdir(), "pinrelay-filled-"));
let folder: string;
let file: string;
let url: string;

beforeAll(async () => {
  const pinterest = await startPinterest();
  const started = await fillingRelay(pinterest, join(filled, "pinrelay.db"));
  await traffic(started);
  await leaveOpen(started.relay.store);
  await started.relay.close();
  await pinterest.close();
});
afterAll(() => rmSync(filled, { recursive: true }));
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "pinrelay-migrate-"));
  cpSync(filled, folder, { recursive: true });
  file = join(folder, "pinrelay.db");
  url = await freshDatabase();
});
afterEach(() => rmSync(folder, { recursive: true }));

const fillingRelay = ({ apiUrl, adAccountId, token, tagId }: Pinterest, database: string): Promise<Started> =>
  startRelay({
    settings: { consent: "always" },
    config: {
      database,
      pinterestApiUrl: apiUrl,
      seed: { origins: [SHOP_ORIGIN], secrets: { api: [API_KEY] }, account: { adAccountId, tagId, token } },
    },
  });

/** More events than one batch of the copy, by every door, with everything that goes into a table of its own. */
async function traffic(started: Started): Promise<void> {
  const { relay, url: at, key } = started;
  await fetch(`${at}/tag.js`);
  await fetch(`${at}/readyz`);
  const order = async (id: string) => expect((await call(started, placedOrder(id))).status).toBe(202);
  // Purged, and its name stays.
  await order("0999");
  expect(await relay.store.expire(1, Date.now() + 1, 1, Date.now())).toBe(1);
  expect(await relay.store.purgeEvents(Date.now() + 1, 1)).toBe(1);
  const ids = [...IDS, ...Array.from({ length: 700 }, () => undefined)];
  while (ids.length > 0) {
    const events = ids.splice(0, 20).map((id) => viewedProduct(id ? { id } : {}));
    const otherTags = [{ by: "network", tagId: "2698765432109", event: "checkout" }];
    const acks = events.slice(0, 3).map(({ id, name }) => ({ id, name, state: "fired" }));
    expect((await collect(started, beacon(key, events, { acks, otherTags } as object))).status).toBe(202);
  }
  for (const id of ["1001", "1002", "1003"]) await order(id);
  const shop = relay.directory.shops()[0]?.id ?? 0;
  const [placed] = (await relay.store.recent(9)).filter(({ name }) => name === "Placed Order");
  const refund = { id: "r-1", amount: 12.34, currency: "USD", atMs: Date.now() };
  await relay.store.keep({
    events: [],
    acks: [],
    refunds: [{ ...refund, shop, order: placed?.id ?? "" }],
    visitors: [{ shop, visitor: "5e".repeat(32), aliases: ["urn:customer_id:7"], matchKeys: {}, atMs: Date.now() }],
  });
  // Orders are held back, for the other half.
  await until(async () => (await relay.store.queue(Date.now()))[0]?.waiting === 3);
}

/** Deliveries in every state that one can be in. */
async function leaveOpen(store: Store): Promise<void> {
  const nowMs = Date.now();
  const [shop] = await store.shops();
  const [destination] = await store.destinations();
  const consent = { marketing: "granted", by: "call", at: nowMs } as const;
  const half = { source: "browser", timeMs: nowMs, receivedMs: nowMs, matchKeys: {}, properties: {}, consent } as const;
  const to = destination?.id ?? 0;
  await store.keep({
    events: Array.from({ length: 30 }, (_, n) => ({
      ...{ shop: shop?.id ?? 0, name: "Viewed Product", id: `open-${n}`, half },
      admit: () => [{ destination: to, dueMs: nowMs + 3_600_000 }],
    })),
    acks: [],
  });
  const request = { destination: to, worker: "one", limit: 10, nowMs: nowMs + 3_600_000, leaseMs: 60_000 };
  const held = await store.claim(request, (due) => ({ payload: JSON.stringify({ event_id: due.id }) }));
  const [first, second, third] = held.map(({ delivery }) => delivery);
  await store.settle(
    "one",
    [
      { delivery: first ?? 0, outcome: "rejected", words: "currency: not a currency" },
      { delivery: second ?? 0, outcome: "dead" },
    ],
    nowMs,
  );
  await store.postpone("one", [{ delivery: third ?? 0, dueMs: nowMs + 7_200_000, words: "503", atMs: nowMs }]);
  await store.saveOperator({ password: "scrypt$32768$c2FsdA$aGFzaA", isOneTime: true }, nowMs);
  if (shop) {
    const draft = draftOf(shop, await store.destinations());
    expect(await store.saveChange(draft, { ...draft, shop: { ...shop, origins: [] } }, "dashboard", nowMs)).toBe(true);
  }
  await store.openSession("5e".repeat(32), "csrf-word", nowMs);
  await store.audit({ atMs: nowMs, address: "203.0.113.0/24", what: "logged in" });
}

/** Asks a copy: on Node 20 a database that was closed here stays open, for whoever wants to have it alone, until its statements are gone. */
async function asked(path: string, sql: string): Promise<Row[]> {
  copies += 1;
  const copied = `${path}.${copies}`;
  cpSync(path, copied);
  const database = await openDatabase(copied);
  try {
    return database.prepare(sql).all();
  } finally {
    closeDatabase(database);
  }
}
let copies = 0;
/** The same store in another file. */
const another = (): string => {
  copies += 1;
  const path = join(folder, `another-${copies}.db`);
  cpSync(file, path);
  return path;
};

/** A value as both stores mean it, by what the migrations say and not by the relay's own code. */
const meant = (column: string, value: unknown): unknown => {
  if (column === "token" || column === "secrets") return value === null ? null : "sealed";
  if (typeof value === "boolean") return Number(value);
  if (!(value instanceof Uint8Array)) return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  const bytes = Buffer.from(value);
  if (bytes.length === 16) return bytes.toString("hex");
  return bytes.toString("utf8", bytes[1] === 0xff ? 2 : 1);
};
const allOf = (rows: readonly Row[]): string[] =>
  rows
    .map((row) =>
      JSON.stringify(
        Object.keys(row)
          .sort()
          .map((column) => [column, meant(column, row[column])]),
      ),
    )
    .sort();

const copy = (from: string) => migrateStore({ database: url, secretKey: SECRET_KEY }, from, () => {});
const shopsThere = async (): Promise<number> => Number((await administer(url, "select count(*) as n from shop"))[0]?.n);

test("every row of every table is there, under its own number", async () => {
  const names = (await asked(file, "select name from sqlite_master where type = 'table'")).map(({ name }) =>
    String(name),
  );
  const before = new Map<string, string[]>();
  for (const name of names) before.set(name, allOf(await asked(file, `select * from ${name}`)));
  const lines: string[] = [];
  expect(await migrateStore({ database: url, secretKey: SECRET_KEY }, file, (line) => lines.push(line))).toEqual({});
  for (const name of names) {
    // A table that nothing was in would show nothing.
    expect(before.get(name), name).not.toEqual([]);
    expect(allOf(await administer(url, `select * from ${name}`)), name).toEqual(before.get(name));
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^${name} +${before.get(name)?.length}$`)));
    // The file is as it was.
    expect(allOf(await asked(file, `select * from ${name}`)), name).toEqual(before.get(name));
  }
});

test("the command copies, and a relay goes on there where the other one was: with tokens, secrets, claims and dead letters", async () => {
  const old = await openStore({ database: another() });
  const seen = async (store: Store) => ({
    shops: await store.shops(),
    destinations: await store.destinations(),
    revisions: await store.revisions(),
    recent: await store.recent(10_000),
    letters: await store.deadLetters({ outcomes: OUTCOMES }, 10_000),
    leftOut: await store.leftOut(),
    otherTags: await store.otherTags(1),
    queue: await store.queue(Date.now() + 86_400_000),
  });
  const before = await seen(old);
  await old.close();
  expect(before.destinations[0]?.token).toMatch(/^pina_/);
  expect(before.shops[0]?.secrets.api).toEqual([API_KEY]);
  expect(before.letters.length).toBeGreaterThan(1);

  const { code, output } = await run(["migrate-store", `file:${file}`]);
  expect([code, output]).toEqual([0, expect.stringMatching(/^event +7\d\d$.*^all, counted +\d{4}$.*no longer used/ms)]);
  expect(output).not.toContain(new URL(url).password);

  const store = await openStore({ database: url, secretKey: SECRET_KEY });
  expect(await seen(store)).toEqual(before);
  // What comes next is numbered behind what was there, and known events are known.
  const last = before.shops.at(-1)?.id ?? 0;
  expect((await store.addShop({ key: "another", origins: [], settings: DEFAULT_SETTINGS })).id).toBe(last + 1);
  const consent = { marketing: "granted", by: "call", at: 0 } as const;
  const half = { source: "browser", timeMs: 0, receivedMs: 0, matchKeys: {}, properties: {}, consent } as const;
  const again = IDS.map((id) => ({ shop: last, name: "Viewed Product", id, half, admit: () => [] }));
  expect(await store.keep({ events: again, acks: [] })).toEqual(IDS.map(() => "duplicate"));
  expect(await store.keep({ events: again.map((one) => ({ ...one, name: "Signed Up" })), acks: [] })).toEqual(
    IDS.map(() => "new"),
  );
  // A claim that the old relay held is due again with the same bytes, once its lease has ended.
  const request = { destination: 1, worker: "two", limit: 99, nowMs: Date.now() + 3_700_000, leaseMs: 60_000 };
  const claimed = await store.claim(request, (due) => ({ payload: due.payload ?? "new" }));
  expect(claimed.filter(({ payload }) => payload !== "new")).toHaveLength(7);
  expect(claimed.filter(({ payload }) => payload === "new")).toHaveLength(23);
  await store.close();
});

test("the number of a destination that was removed is nobody's after the copy either", async () => {
  const path = another();
  const old = await openStore({ database: path });
  const [first] = await old.destinations();
  if (!first) throw new Error("no destination");
  const { id } = await old.addDestination(first);
  await old.removeDestination(id);
  const consent = { marketing: "granted", by: "call", at: 0 } as const;
  const half = { source: "browser", timeMs: 0, receivedMs: 0, matchKeys: {}, properties: {}, consent } as const;
  const late = { shop: 1, name: "Viewed Product", id: "late", half, admit: () => [{ destination: id, dueMs: 0 }] };
  await old.keep({ events: [late], acks: [] });
  await old.close();
  cpSync(path, `${path}.other`);
  expect(await copy(`${path}.other`)).toEqual({});
  const store = await openStore({ database: url, secretKey: SECRET_KEY });
  expect((await store.addDestination(first)).id).toBe(id + 1);
  await store.close();
});

describe("is refused, and nothing is copied:", () => {
  test("a second time", async () => {
    expect(await copy(another())).toEqual({});
    expect(await copy(another())).toEqual({ problem: expect.stringMatching(/in use: \w+ has rows. Use an empty one/) });
    expect(await shopsThere()).toBe(1);
  });

  test("while a relay has the store open, though it does nothing", async () => {
    const store = await openStore({ database: file });
    expect(await copy(file)).toEqual({ problem: expect.stringContaining("Stop it first") });
    await store.close();
  });

  test("while another process has it open", async () => {
    const relay = spawn(process.execPath, [CLI, "serve"], {
      env: { PATH: process.env.PATH, PORT: "0", DATABASE_URL: `file:${file}` },
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => relay.stdout.once("data", resolve));
    const gone = new Promise((resolve) => relay.once("exit", resolve));
    try {
      expect(await copy(file)).toEqual({ problem: expect.stringContaining("Stop it first") });
    } finally {
      relay.kill("SIGKILL");
      await gone;
    }
    // Killed in its work: what it had written is in its log, and is copied too.
    expect(await copy(file)).toEqual({});
  });

  test("where the secret that sealed its tokens is not there", async () => {
    rmSync(join(folder, "secret.key"));
    expect(await copy(file)).toEqual({ problem: expect.stringMatching(/sealed with another secret.*SECRET_KEY/) });
    expect(await shopsThere()).toBe(0);
  });

  test("where nothing is named, or nothing is there", async () => {
    expect(await migrateStore({ database: url, secretKey: SECRET_KEY }, undefined, () => {})).toMatchObject({
      problem: expect.stringContaining("file:./data/pinrelay.db"),
    });
    expect(await copy(`file:${folder}/none.db`)).toMatchObject({ problem: expect.stringContaining("no database at") });
    expect(existsSync(join(folder, "none.db"))).toBe(false);
    expect(await migrateStore({ database: file }, file, () => {})).toMatchObject({
      problem: expect.stringContaining("DATABASE_URL"),
    });
  });
});

test("a store that was opened with SECRET_KEY is copied by the same one", async () => {
  const sealed = join(folder, "sealed.db");
  const old = await openStore({ database: sealed, secretKey: SECRET_KEY });
  await old.addShop({
    key: "k",
    origins: [],
    settings: DEFAULT_SETTINGS,
    secrets: { api: [API_KEY], shopify: [], woocommerce: [] },
  });
  await old.close();
  cpSync(sealed, `${sealed}.other`);
  expect(await copy(`${sealed}.other`)).toEqual({});
  const store = await openStore({ database: url, secretKey: SECRET_KEY });
  expect((await store.shops())[0]?.secrets.api).toEqual([API_KEY]);
  await store.close();
});

function run(words: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [CLI, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, DATABASE_URL: url, SECRET_KEY },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
}

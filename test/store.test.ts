import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { draftOf } from "#relay/core/draft";
import { DEFAULT_SETTINGS, NO_SECRETS } from "#relay/core/settings";
import { postgresStore } from "#relay/store/postgres";
import { type Seal, sealWith, secretFile } from "#relay/store/seal";
import { sqliteStore } from "#relay/store/sqlite";
import { closeDatabase, openDatabase } from "#relay/store/sqlite-database";
import { RENOTICED_MS } from "#relay/store/store";
import { freshDatabase } from "./postgres.ts";
import { storeSuite } from "./store-suite.ts";
import { deliverySuite } from "./store-suite-delivery.ts";
import { houseSuite } from "./store-suite-house.ts";

const folder = mkdtempSync(join(tmpdir(), "pinrelay-store-"));
afterAll(() => rmSync(folder, { recursive: true }));
const seal = sealWith("a secret of decent length, made up for tests");
let files = 0;

const STORES = [
  ["SQLite in a file", () => sqliteStore(join(folder, `${++files}.db`), seal)],
  ["PostgreSQL", async () => postgresStore(await freshDatabase(), seal)],
] as const;
for (const [name, open] of STORES) {
  storeSuite(name, open);
  deliverySuite(name, open);
  houseSuite(name, open);
}

test("what was kept is there when the file is opened again", async () => {
  const file = join(folder, "again.db");
  const first = await sqliteStore(file, seal);
  const shop = await first.addShop({ key: "k", origins: [], settings: DEFAULT_SETTINGS });
  await first.close();
  const second = await sqliteStore(file, seal);
  expect(await second.shops()).toEqual([shop]);
  await second.close();
});

test("a database of the first release is brought up to date with all that is in it", async () => {
  const file = join(folder, "first.db");
  const old = await openDatabase(file);
  old.exec(readFileSync(new URL("../packages/relay/migrations/sqlite/0001_ledger.sql", import.meta.url), "utf8"));
  old.exec(`
    pragma user_version = 1;
    insert into shop values (7, 'k3x9', '["https://shop.example"]', '{}', 1764000000000);
    insert into event_name values (3, 'Viewed Product');
    insert into event values (11, 7, 3, 'e-1', 1764000000000, 1764000000500, '{"browser":{"source":"browser"}}', null, 2, 0);
    insert into delivery (event, destination, outcome, words, settled_ms) values (11, 1, 'rejected', 'bad', 1764000001000);
    insert into acknowledgement values (7, 3, 'e-1', 'fired', 1764000000900);`);
  closeDatabase(old);

  for (const _start of ["first", "second"]) {
    const store = await sqliteStore(file, seal);
    expect(await store.shops()).toEqual([
      { id: 7, key: "k3x9", origins: ["https://shop.example"], settings: DEFAULT_SETTINGS, secrets: NO_SECRETS },
    ]);
    expect(await store.recent(9)).toEqual([
      {
        shop: 7,
        name: "Viewed Product",
        id: "e-1",
        timeMs: 1764000000000,
        receivedMs: 1764000000500,
        sources: ["browser"],
        ack: "fired",
        duplicates: 2,
        lateHalves: 0,
        isCancelled: false,
        refunds: [],
        deliveries: [{ destination: 1, outcome: "rejected", words: "bad", attempts: 0 }],
      },
    ]);
    await store.keep({ events: [], acks: [], otherTags: [{ by: "shopify app", shop: 7, atMs: 1764000002000 }] });
    expect(await store.otherTags(7)).toMatchObject([{ by: "shopify app", sightings: 1 }]);
    await store.close();
  }
});

test("another Pinterest Tag that every page notices is written once in five minutes", async () => {
  const file = join(folder, "busy.db");
  const store = await sqliteStore(file, seal);
  const { id } = await store.addShop({ key: "k", origins: [], settings: DEFAULT_SETTINGS });
  const written = async (atMs: number): Promise<number> => {
    const before = statSync(`${file}-wal`).size;
    const otherTags = [{ by: "network", tagId: "2698765432109", event: "checkout", shop: id, atMs } as const];
    await store.keep({ events: [], acks: [], otherTags });
    return statSync(`${file}-wal`).size - before;
  };
  expect(await written(0)).toBeGreaterThan(0);
  for (const ms of [0, 1, 60_000, RENOTICED_MS - 1]) expect(await written(ms)).toBe(0);
  expect(await written(RENOTICED_MS)).toBeGreaterThan(0);
  await store.close();
});

test("forgetting many visitors takes no longer than it took to note them", async () => {
  const store = await sqliteStore(join(folder, "many.db"), seal);
  const visitors = Array.from({ length: 10_000 }, (_, n) => ({
    shop: 1,
    visitor: n.toString(16).padStart(64, "0"),
    aliases: [`urn:checkout_token:${n}`],
    matchKeys: {},
    atMs: n,
  }));
  /** Of this process alone, whatever else the machine is doing. */
  const timed = async (work: Promise<unknown>): Promise<number> => {
    const since = process.cpuUsage();
    await work;
    const { user, system } = process.cpuUsage(since);
    return user + system;
  };
  const noting = await timed(store.keep({ events: [], acks: [], visitors }));
  // Through all of the shop's names for each of them it would be many times as long.
  expect(await timed(store.forgetVisitors(10_000, 10_000))).toBeLessThan(noting);
  await store.close();
});

test("a token lies in the file only sealed, and opens only with its own key", async () => {
  const file = join(folder, "sealed.db");
  const store = await sqliteStore(file, seal);
  const token = "pina_THIS_IS_A_TOKEN";
  const destination = {
    shop: 1,
    name: "d",
    adAccountId: "1",
    tagId: "2",
    token,
    state: "live",
    drivesBrowser: true,
  } as const;
  await store.addDestination(destination);
  await store.close();
  expect(readFileSync(file).includes(token)).toBe(false);
  const other = await sqliteStore(file, sealWith("another secret, which is not the one it was"));
  expect(await other.destinations()).toMatchObject([{ token: "", paused: expect.stringContaining("SECRET_KEY") }]);
  await other.close();
});

const file = join(folder, "with-another-secret.db");
test.each([
  ["SQLite", async () => (secret: Seal) => sqliteStore(file, secret)],
  [
    "PostgreSQL",
    async () => {
      const url = await freshDatabase();
      return (secret: Seal) => postgresStore(url, secret);
    },
  ],
] as const)("settings saved while the secret is another one pause nothing for good: %s", async (_, prepare) => {
  const open = await prepare();
  const other = sealWith("another secret, which is not the one it was");
  const words = "its access token was sealed with another SECRET_KEY (or secret.key) than this relay has";
  const first = await open(seal);
  const shop = await first.addShop({ key: "k", origins: [], settings: DEFAULT_SETTINGS });
  const account = { adAccountId: "1", tagId: "2", token: "pina_THIS_IS_A_TOKEN", state: "live" } as const;
  const { id } = await first.addDestination({ ...account, shop: shop.id, name: "d", drivesBrowser: true });
  await first.close();

  const wrong = await open(other);
  const [found = shop] = await wrong.shops();
  const before = draftOf(found, await wrong.destinations());
  expect(before.destinations).toMatchObject([{ paused: words }]);
  const after = { ...before, shop: { ...found, origins: ["https://shop.example"] } };
  expect(await wrong.saveChange(before, after, "dashboard", 1)).toBe(true);
  await wrong.close();

  const right = await open(seal);
  const [back] = await right.destinations();
  expect([back?.token, back?.paused]).toEqual([account.token, undefined]);
  // As an older release has left it.
  if (back) await right.saveDestination({ ...back, paused: words });
  expect((await right.destinations()).map((one) => [one.id, one.paused])).toEqual([[id, undefined]]);
  if (back) await right.saveDestination({ ...back, paused: "401" });
  expect(await right.destinations()).toMatchObject([{ paused: "401" }]);
  await right.close();
});

test("a secret is made once, for its owner's eyes only", () => {
  const file = join(folder, "new", "secret.key");
  const secret = secretFile(file);
  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(secretFile(file)).toBe(secret);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

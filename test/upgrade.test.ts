/** docs/upgrade.md: a newer version on the same store, and the way back. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { newerVersion } from "./deploy/newer-version.ts";
import { CLI, pinrelay, ran, type Served, served } from "./deploy/relay-process.ts";
import { blocksOf, documentOf, ROOT } from "./deploy/shell-blocks.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { SHOP_ORIGIN } from "./start.ts";
import { until } from "./until.ts";

/** Of a machine that has much else to do. */
const SLOW_MS = 240_000;
const document = documentOf("docs/upgrade.md");
const OURS = readdirSync(join(ROOT, "packages/relay/migrations/sqlite")).length;
let newer: { cli: string; remove(): void };
let folder: string;
let pinterest: Pinterest;
let env: Record<string, string>;
const running: Served[] = [];

beforeAll(() => {
  newer = newerVersion();
});
afterAll(() => newer.remove());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "pinrelay-upgrade-"));
  pinterest = await startPinterest();
  env = {
    ALLOWED_ORIGINS: SHOP_ORIGIN,
    PINTEREST_API_URL: pinterest.apiUrl,
    PINTEREST_AD_ACCOUNT_ID: pinterest.adAccountId,
    PINTEREST_TAG_ID: pinterest.tagId,
    PINTEREST_ACCESS_TOKEN: pinterest.token,
  };
});
afterEach(async () => {
  for (const { process } of running.splice(0)) process.kill("SIGKILL");
  await pinterest.close();
  rmSync(folder, { recursive: true });
});

const serve = async (cli = CLI): Promise<Served> => {
  const started = await served({ cwd: folder, env, cli });
  running.push(started);
  return started;
};
/** So many events acknowledged by a relay, by ID. */
const told = async (relay: Served, count: number): Promise<string[]> => {
  const events = Array.from({ length: count }, () => viewedProduct());
  expect((await collect(relay, beacon(relay.key, events))).status).toBe(202);
  return events.map(({ id }) => id);
};
const ledger = async (cli = CLI): Promise<string[]> => {
  const { output } = await pinrelay(["events", "1000", "--json"], { cwd: folder, env, cli });
  return [...output.matchAll(/"id":"([^"]+)"/g)].map(([, id = ""]) => id);
};
const arrived = () => new Set(pinterest.server.map(({ event_id }) => event_id));

test(
  "a newer version goes on where the older one was, the older one refuses its store and leaves it alone, and the backup is the way back",
  async () => {
    const older = await serve();
    const before = await told(older, 10);
    const made = await pinrelay(["backup", "before-upgrade.db"], { cwd: folder, env });
    expect(made.code, made.output).toBe(0);
    const since = await told(older, 5);
    expect(await older.stop()).toEqual([0, null]);

    const upgraded = await serve(newer.cli);
    const later = await told(upgraded, 5);
    await until(() => [...before, ...since, ...later].every((id) => arrived().has(id)));
    expect(await upgraded.stop()).toEqual([0, null]);

    const bytes = readFileSync(join(folder, "data/pinrelay.db"));
    for (const words of [["serve"], ["events"], ["doctor"]]) {
      const { code, output } = await pinrelay(words, { cwd: folder, env });
      expect([code, output]).toEqual([1, `${refusal(OURS)}\n`]);
    }
    expect(readFileSync(join(folder, "data/pinrelay.db")).equals(bytes)).toBe(true);
    // The document shows the very words, of versions that may be older by now.
    expect(blocksOf(document, "What happens to the store", "text")).toEqual([`${refusal(8)}\n`]);

    const [commands = ""] = blocksOf(document, "Rollback");
    const back = await ran("sh", ["-euc", commands], { cwd: folder });
    expect(back.code, back.output).toBe(0);
    const again = await serve();
    expect((await ledger()).sort()).toEqual([...before].sort());
    const [fresh = ""] = await told(again, 1);
    // With the token that the backup holds, and its key.
    await until(() => arrived().has(fresh));
    expect(await again.stop()).toEqual([0, null]);
    expect(await ledger(newer.cli)).toContain(fresh);
  },
  SLOW_MS,
);

const refusal = (own: number): string =>
  `the database is of a newer version (${own + 1}) than this relay knows (${own}). Use the newer relay.`;

test("an upgrade that fails in the middle leaves the store to the older version as it was", async () => {
  const older = await serve();
  const before = await told(older, 3);
  await older.stop();
  const broken = newerVersion("create table begun (one integer) strict; create table begun (one integer) strict;");
  try {
    const { code, output } = await pinrelay(["serve"], { cwd: folder, env, cli: broken.cli });
    expect(code).toBe(1);
    expect(output).not.toMatch(/^\s+at /m);
  } finally {
    broken.remove();
  }
  await (await serve()).stop();
  expect((await ledger()).sort()).toEqual([...before].sort());
});

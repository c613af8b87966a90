/** Whatever happens to the database: what was answered for is durable and arrives, what cannot be kept is refused, and it mends itself. */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  fstatSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { USER_AGENT, VISITOR } from "./beacons.ts";
import { liftLimit, readOnlyFolder, smallDisk } from "./faults/disks.ts";
import { teller } from "./faults/teller.ts";
import { type OwnRelay, startOwnRelay } from "./own-process/start.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { SHOP_ORIGIN } from "./start.ts";
import { until } from "./until.ts";

const CLI = fileURLToPath(new URL("../packages/relay/bin/pinrelay.js", import.meta.url));

let pinterest: Pinterest;
let relay: OwnRelay;
let folder: string;

beforeEach(async () => {
  pinterest = await startPinterest();
  folder = mkdtempSync(join(tmpdir(), "pinrelay-fault-"));
});
afterEach(async () => {
  await relay.close();
  await pinterest.close();
  rmSync(folder, { recursive: true });
});

const NEVER = { flushMs: 86_400_000, pollMs: 86_400_000 };

interface Start {
  database?: string;
  /** The shell does this first. */
  before?: string;
  /** Delivers by itself; else only what somebody asks for. */
  delivers?: boolean;
}
const start = async ({ database = join(folder, "relay.db"), before, delivers = true }: Start = {}): Promise<void> => {
  relay = await startOwnRelay({
    ...(before ? { before } : {}),
    options: {
      ...(delivers ? {} : { times: NEVER }),
      leaseMs: 5_000,
      settings: { consent: "always" },
      config: {
        database,
        port: 0,
        pinterestApiUrl: pinterest.apiUrl,
        seed: {
          origins: [SHOP_ORIGIN],
          account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
        },
      },
    },
  });
};
const statusOf = async (path: string): Promise<number> => (await fetch(relay.url + path)).status;
const isReady = async () => (await statusOf("/readyz")) === 200;

/** While it lasts: not ready, alive, its tag is served, and the log tells of it. */
const expectTrouble = async (words: RegExp): Promise<void> => {
  // Where a little room is left the mark that it writes may still fit, a few times.
  await until(async () => (await statusOf("/readyz")) === 503);
  expect([await statusOf("/livez"), await statusOf("/tag.js")]).toEqual([200, 200]);
  await until(() => relay.log.some((line) => words.test(line)));
};
/** The log may tell of events; of people it may not. */
const expectNobodyNamed = (): void => {
  const log = relay.log.join("\n");
  for (const told of [VISITOR.id, VISITOR.clickId, USER_AGENT, pinterest.token, "127.0.0.1"])
    expect(log).not.toContain(told);
};

describe("the disk", () => {
  const disk = smallDisk();
  // Only root may mount one; the next row shows the same on every machine.
  if (disk)
    test("of a relay is full, and has room again: events are refused meanwhile, and taken again by itself", async () => {
      try {
        await start({ database: join(disk.folder, "relay.db") });
        const shop = teller(() => relay);
        await shop.tellUntil(202);
        disk.fill();
        await shop.tellUntil(503);
        await expectTrouble(/disk is full/);
        expect(await shop.tell()).toBe(503);
        disk.makeRoom();
        await until(isReady);
        expect(await shop.tell()).toBe(202);
        await shop.expectArrived(pinterest);
        expectNobodyNamed();
        await relay.close();
      } finally {
        disk.remove();
      }
    });

  test("lets the write-ahead log grow no further, and does again", async () => {
    // Blocks of 512 bytes. The database itself stays far below: only the log meets the limit.
    await start({ before: "ulimit -S -f 1600" });
    const shop = teller(() => relay);
    await shop.tellUntil(503);
    expect(statSync(join(folder, "relay.db")).size).toBeLessThan(800 * 512);
    await expectTrouble(/disk/);
    expect(await shop.tell()).toBe(503);
    if (!liftLimit(relay.pid)) {
      relay.process.kill("SIGKILL");
      await start();
    }
    await until(isReady);
    expect(await shop.tell()).toBe(202);
    expect(shop.kept.size).toBeGreaterThan(10);
    await shop.expectArrived(pinterest);
    expectNobodyNamed();
  });
});

describe("the database", () => {
  test("may not be written to: the relay does not start, and says where to put it", async () => {
    await start();
    await relay.close();
    const closed = readOnlyFolder((to) => copyFileSync(join(folder, "relay.db"), join(to, "relay.db")));
    try {
      const { status, stderr, stdout } = spawnSync(process.execPath, [CLI, "serve"], {
        env: { PATH: process.env.PATH, PORT: "0", DATABASE_URL: `file:${join(closed.folder, "relay.db")}` },
        encoding: "utf8",
        timeout: 60_000,
      });
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(/Set DATABASE_URL to /);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    } finally {
      closed.remove();
    }
  });

  test.each(["relay.db", "relay.db-wal"])(
    "loses its file %s while the relay runs, and has it back: nothing that only a dead file holds is answered for",
    async (name) => {
      await start();
      const shop = teller(() => relay);
      await shop.tellUntil(202);
      renameSync(join(folder, name), join(folder, "elsewhere"));
      expect(await shop.tell()).toBe(503);
      await expectTrouble(/was deleted or replaced; put it back, or restart the relay/);
      renameSync(join(folder, "elsewhere"), join(folder, name));
      await until(isReady);
      expect(await shop.tell()).toBe(202);
      await shop.expectArrived(pinterest);
      expectNobodyNamed();
    },
  );

  test("is replaced by an older copy while the relay runs: nothing is taken until somebody restarts it, and then all is", async () => {
    await start();
    await relay.close();
    copyFileSync(join(folder, "relay.db"), join(folder, "backup"));
    await start();
    const shop = teller(() => relay);
    await shop.tellUntil(202);
    await shop.expectArrived(pinterest);
    copyFileSync(join(folder, "backup"), join(folder, "backup.copy"));
    renameSync(join(folder, "backup.copy"), join(folder, "relay.db"));
    expect(await shop.tell()).toBe(503);
    await expectTrouble(/was deleted or replaced/);
    relay.process.kill("SIGKILL");
    rmSync(join(folder, "relay.db-wal"));
    rmSync(join(folder, "relay.db-shm"));
    await start();
    expect(await shop.tell()).toBe(202);
    await shop.expectArrived(pinterest);
  });

  test("has its write-ahead log cut short by a crash: the relay starts with what is whole, and goes on", async () => {
    await start({ delivers: false });
    const shop = teller(() => relay);
    for (let told = 0; told < 20; told += 1) await shop.tell();
    const ended = new Promise((resolve) => relay.process.once("exit", resolve));
    relay.process.kill("SIGKILL");
    await ended;
    const wal = join(folder, "relay.db-wal");
    // Not the disk's whole promise can be kept once the disk breaks its own; the last commit alone is lost.
    truncateSync(wal, statSync(wal).size - 100);
    await start();
    await until(isReady);
    const after = teller(() => relay);
    expect(await after.tell()).toBe(202);
    await after.expectArrived(pinterest);
    const arrived = () => pinterest.server.filter(({ event_id }) => shop.kept.has(event_id)).length;
    await until(() => arrived() >= 19);
  });

  test("has pages that make no sense any more: the relay says so, and claims to have kept nothing", async () => {
    await start();
    const shop = teller(() => relay);
    for (let told = 0; told < 30; told += 1) await shop.tell();
    await shop.expectArrived(pinterest);
    await relay.close();
    const file = openSync(join(folder, "relay.db"), "r+");
    // All but the first page, where the schema stands.
    for (let at = 4_096; at < fstatSync(file).size; at += 4_096)
      writeSync(file, Buffer.alloc(4_096, 0xa5), 0, 4_096, at);
    closeSync(file);
    const { status, stderr } = spawnSync(process.execPath, [CLI, "serve"], {
      env: { PATH: process.env.PATH, PORT: "0", DATABASE_URL: `file:${join(folder, "relay.db")}` },
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/damaged/);
  });
});

/** How a relay stops: the real process, and a Pinterest that takes its time. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "#relay/open-store";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { SHOP_ORIGIN } from "./start.ts";
import { until } from "./until.ts";

const CLI = fileURLToPath(new URL("../packages/relay/bin/pinrelay.js", import.meta.url));
let folder: string;
let pinterest: Pinterest;
let relay: ChildProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "pinrelay-stop-"));
  pinterest = await startPinterest();
});
afterEach(async () => {
  relay.kill("SIGKILL");
  await pinterest.close();
  rmSync(folder, { recursive: true });
});

const serve = async (): Promise<{ url: string; key: string }> => {
  relay = spawn(process.execPath, [CLI, "serve"], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PORT: "0",
      ALLOWED_ORIGINS: SHOP_ORIGIN,
      DATABASE_URL: "file:relay.db",
      LOG_LEVEL: "silent",
      PINTEREST_API_URL: pinterest.apiUrl,
      PINTEREST_AD_ACCOUNT_ID: pinterest.adAccountId,
      PINTEREST_TAG_ID: pinterest.tagId,
      PINTEREST_ACCESS_TOKEN: pinterest.token,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  for await (const chunk of relay.stdout ?? []) {
    output += String(chunk);
    const url = /listens on (\S+)/.exec(output)?.[1];
    if (url) return { url, key: /"key":"(\w+)"/.exec(await (await fetch(`${url}/tag.js`)).text())?.[1] ?? "" };
  }
  throw new Error(`the relay did not start: ${output}`);
};

const rows = async () => {
  const store = await openStore({ database: join(folder, "relay.db") });
  try {
    return { recent: await store.recent(10), queue: await store.queue(Date.now()) };
  } finally {
    await store.close();
  }
};

test("a relay that is asked to stop sends what is due, and ends by itself with nothing left", async () => {
  const started = await serve();
  await collect(started, beacon(started.key, [viewedProduct(), viewedProduct()]));
  relay.kill("SIGTERM");
  expect(await once(relay, "exit")).toEqual([0, null]);
  expect(pinterest.server).toHaveLength(2);
  expect((await rows()).queue).toEqual([]);
});

test("a call that hangs is ended with the time that there is to stop, and what it held is due at once for the next relay", async () => {
  pinterest.fail({ kind: "latency", ms: 60_000 });
  const started = await serve();
  await collect(started, beacon(started.key, [viewedProduct()]));
  await until(async () => (await rows()).recent[0]?.deliveries[0]?.attempts === 1);
  const before = Date.now();
  relay.kill("SIGTERM");
  expect(await once(relay, "exit")).toEqual([0, null]);
  expect(Date.now() - before).toBeLessThan(25_000);
  const { queue } = await rows();
  expect(queue).toMatchObject([{ waiting: 1 }]);
  const store = await openStore({ database: join(folder, "relay.db") });
  const request = { destination: 1, worker: "next", limit: 9, nowMs: Date.now() + 5_000, leaseMs: 1_000 };
  expect(await store.claim(request, ({ payload = "none" }) => ({ payload }))).toMatchObject([{ attempts: 2 }]);
  await store.close();
});

test("who asks twice does not wait", async () => {
  pinterest.fail({ kind: "latency", ms: 60_000 });
  const started = await serve();
  await collect(started, beacon(started.key, [viewedProduct()]));
  await until(async () => (await rows()).recent[0]?.deliveries[0]?.attempts === 1);
  relay.kill("SIGTERM");
  await until(async () => (await fetch(`${started.url}/livez`).catch(() => undefined)) === undefined);
  relay.kill("SIGTERM");
  expect(await once(relay, "exit")).toEqual([143, null]);
  expect((await rows()).recent).toHaveLength(1);
});

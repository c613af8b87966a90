/** What was answered with 2xx is there after the worst: the process killed without a word. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { closeDatabase, openDatabase } from "#relay/store/sqlite-database";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { SHOP_ORIGIN } from "./start.ts";

const CLI = fileURLToPath(new URL("../packages/relay/bin/pinrelay.js", import.meta.url));

let folder: string;
let relay: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinrelay-crash-"));
});
afterEach(() => {
  relay?.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

const serve = async (): Promise<{ url: string; key: string }> => {
  relay = spawn(process.execPath, [CLI, "serve"], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: "0", ALLOWED_ORIGINS: SHOP_ORIGIN, DATABASE_URL: "file:relay.db" },
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

test("a relay that is killed in the middle of its work has kept every event it answered for, whole, and every other Tag that came with one", async () => {
  const started = await serve();
  const acknowledged = new Set<string>();
  const noticed = new Set<string>();
  const killed = new Promise((resolve) => relay?.once("exit", resolve));
  // Sixteen senders, each with one beacon after the other, until the line breaks.
  const sender = async (tagId: string): Promise<void> => {
    const otherTags = [{ by: "network", tagId } as const];
    for (;;) {
      const events = [viewedProduct(), viewedProduct(), viewedProduct()];
      const told = await collect(started, beacon(started.key, events, { otherTags })).catch(() => undefined);
      if (told?.status !== 202) return;
      for (const { id } of events) acknowledged.add(id);
      noticed.add(tagId);
      if (acknowledged.size > 300) relay?.kill("SIGKILL");
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, n) => sender(`26000000000${10 + n}`)));
  await killed;
  expect(acknowledged.size).toBeGreaterThan(300);

  const database = await openDatabase(join(folder, "relay.db"));
  const noted = database.prepare("select tag_id from other_tag").all();
  closeDatabase(database);
  expect(noted.map(({ tag_id }) => tag_id)).toEqual(expect.arrayContaining([...noticed]));

  const again = await serve();
  const events = [...acknowledged].map((id) => viewedProduct({ id }));
  const answers = await Promise.all(
    Array.from({ length: Math.ceil(events.length / 50) }, (_, n) =>
      collect(again, beacon(again.key, events.slice(n * 50, n * 50 + 50))),
    ),
  );
  const states = answers.flatMap(({ answer }) => answer.results.map(({ status }) => status));
  expect(new Set(states)).toEqual(new Set(["duplicate"]));
  expect(states).toHaveLength(acknowledged.size);
});

test("a commit is on the disk before it counts, not in some cache", async () => {
  const database = await openDatabase(join(folder, "relay.db"));
  expect(database.prepare("pragma synchronous").get()).toEqual({ synchronous: 2 });
  expect(database.prepare("pragma journal_mode").get()).toEqual({ journal_mode: "wal" });
  closeDatabase(database);
});

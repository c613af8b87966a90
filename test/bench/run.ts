/**
 * `npm run bench`: what the numbers of this machine are. Comparisons are interleaved in one run and printed as ratios
 * of medians, with the disk's fsync latency beside them, since machines differ.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import autocannon from "autocannon";
import { startPostgres } from "../postgres.ts";
import { BENCH_ORIGIN, BENCH_USER_AGENT, beaconText } from "./load.ts";

const ROUNDS = 3;
const SECONDS = 4;
const CONNECTIONS = 64;
/** More than any machine of this size takes in. */
const BODIES_A_SECOND = 15_000;
const folder = mkdtempSync(join(tmpdir(), "pinrelay-bench-"));
const SERVER = fileURLToPath(new URL("server.js", import.meta.url));

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

// As it runs in earnest: what is acknowledged is on the disk.
const postgres = await startPostgres({ fsync: "on", full_page_writes: "on" });

async function start(
  kind: "express" | "relay",
  database = join(folder, "relay.db"),
): Promise<{ url: string; key: string; process: ChildProcess }> {
  const child = spawn(process.execPath, [SERVER, kind, database], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise<string>((resolve) =>
    child.stdout.once("data", (data: Buffer) => resolve(data.toString())),
  );
  const [url = "", key = ""] = line.trim().split(" ");
  return { url, key, process: child };
}

const load = async ({ url, key }: { url: string; key: string }, events: number): Promise<number> => {
  // Made beforehand, since whoever makes them meanwhile is what is measured.
  const bodies = Array.from({ length: (BODIES_A_SECOND * SECONDS) / events }, () => beaconText(key, events));
  let next = 0;
  const result = await autocannon({
    url: `${url}/collect`,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests: [
      {
        method: "POST",
        headers: { origin: BENCH_ORIGIN, "content-type": "text/plain", "user-agent": BENCH_USER_AGENT },
        setupRequest: (request) => {
          next = (next + 1) % bodies.length;
          return { ...request, body: bodies[next] ?? "" };
        },
      },
    ],
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`);
  return result.requests.average;
};

const fsyncMs = (): number => {
  const file = openSync(join(folder, "fsync"), "w");
  const times = Array.from({ length: 50 }, () => {
    const before = performance.now();
    writeSync(file, Buffer.alloc(4096));
    fsyncSync(file);
    return performance.now() - before;
  });
  closeSync(file);
  return median(times);
};

const servers = {
  express: await start("express"),
  relay: await start("relay"),
  postgres: await start("relay", await postgres.freshDatabase()),
};
const rates: Record<string, number[]> = {
  "express, one event": [],
  "relay, one event": [],
  "relay, five events": [],
  "postgres, one event": [],
};
for (let round = 0; round < ROUNDS; round += 1) {
  rates["express, one event"]?.push(await load(servers.express, 1));
  rates["relay, one event"]?.push(await load(servers.relay, 1));
  rates["relay, five events"]?.push(await load(servers.relay, 5));
  rates["postgres, one event"]?.push(await load(servers.postgres, 1));
}
for (const { process: child } of Object.values(servers)) child.kill();
await postgres.close();

const tag = readFileSync(createRequire(import.meta.url).resolve("@pinrelay/tag/bundle/tag.js"));
const express = median(rates["express, one event"] ?? []);
const one = median(rates["relay, one event"] ?? []);
const five = median(rates["relay, five events"] ?? []);
const shared = median(rates["postgres, one event"] ?? []);
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, fsync ${fsyncMs().toFixed(2)} ms (median of 50)
tag, without settings, brotli 11             ${brotliCompressSync(tag).length} bytes
stock Express: json() → 204                  ${Math.round(express)} requests/s (median of ${ROUNDS} × ${SECONDS} s, ${CONNECTIONS} connections)
relay, durable, one event a beacon           ${Math.round(one)} requests/s, ${(one / express).toFixed(2)} of stock Express
relay, durable, five events a beacon         ${Math.round(five * 5)} events/s, ${((five * 5) / express).toFixed(2)} of stock Express's requests/s
relay on PostgreSQL, one event a beacon      ${Math.round(shared)} requests/s, ${(shared / one).toFixed(2)} of the relay on SQLite`);
rmSync(folder, { recursive: true });

/** More than a relay can take, and clients that do not behave: it answers those who do, and keeps within its bounds. */
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import express from "express";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bodyBudget } from "#relay/http/body-budget";
import { ingestInto } from "#relay/ingest";
import { StoreUnavailable, type Telling } from "#relay/store/store";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

let started: Started;
const sockets: Socket[] = [];
beforeEach(async () => {
  started = await startRelay();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await started.relay.close();
});

interface Line {
  socket: Socket;
  heard(): string;
  isClosed(): boolean;
}

/** A connection of one's own that says `words`, and remembers what it hears. */
const line = (words: string, url = started.url): Line => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  let heard = "";
  let isClosed = false;
  socket.on("data", (data) => {
    heard += String(data);
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    isClosed = true;
  });
  socket.write(words);
  return { socket, heard: () => heard, isClosed: () => isClosed };
};

const tellQuickly = async (): Promise<number> => {
  const before = performance.now();
  const { status } = await collect(started, beacon(started.key, [viewedProduct()]));
  expect(status).toBe(202);
  return performance.now() - before;
};

test.each([
  ["half a header", "POST /collect HTTP/1.1\r\nHost: relay\r\nX-Half:"],
  ["no body after its header", "POST /collect HTTP/1.1\r\nHost: relay\r\nContent-Length: 100\r\n\r\n{"],
  ["a chunk that never ends", "POST /collect HTTP/1.1\r\nHost: relay\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n{"],
])("two hundred clients that send %s are cut, and a good one is answered meanwhile", async (_what, words) => {
  const lines = Array.from({ length: 200 }, () => line(words));
  expect(await tellQuickly()).toBeLessThan(5_000);
  await until(() => lines.every((one) => one.isClosed()));
  expect(lines.filter((one) => /^HTTP\/1\.1 408/.test(one.heard())).length).toBeGreaterThan(0);
  await tellQuickly();
});

test("a header that is larger than any shop's is answered with 431", async () => {
  const one = line(`GET /tag.js HTTP/1.1\r\nHost: relay\r\nCookie: ${"c".repeat(20_000)}\r\n\r\n`);
  await until(() => one.isClosed());
  expect(one.heard()).toMatch(/^HTTP\/1\.1 431/);
  await tellQuickly();
});

test("a client that never reads what it asks for holds nobody up", async () => {
  const ask = "GET /tag.js HTTP/1.1\r\nHost: relay\r\n\r\n".repeat(500);
  for (const one of Array.from({ length: 20 }, () => line(ask))) one.socket.pause();
  await tellQuickly();
});

test("a body that is larger than it may be is refused before it is read", async () => {
  const head = `POST /collect HTTP/1.1\r\nHost: relay\r\nContent-Length: ${50 * 1024 * 1024}\r\n\r\n`;
  const one = line(head);
  await until(() => one.heard() !== "");
  expect(one.heard()).toMatch(/^HTTP\/1\.1 413/);
});

test("bodies that are read at once have a bound together, and who comes too late is told when to come again", async () => {
  const app = express();
  app.use(bodyBudget(1_000_000));
  app.post("/", express.raw({ type: () => true, limit: 900_000 }), (_request, response) => void response.end("kept"));
  const server = createServer(app);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  // Said, but not sent: that takes no room.
  line("POST / HTTP/1.1\r\nHost: relay\r\nContent-Length: 890000\r\n\r\n{", url);
  const slow = [1, 2].map(() =>
    line(`POST / HTTP/1.1\r\nHost: relay\r\nContent-Length: 890000\r\n\r\n${"x".repeat(700_000)}`, url),
  );
  const post = (bytes = 400_000) => fetch(url, { method: "POST", body: "x".repeat(bytes) });
  await until(async () => (await post()).status === 503);
  const refused = await post();
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
  expect((await refused.json()).error.message).toMatch(/send it again/);
  expect((await post(60_000)).status).toBe(200);
  for (const { socket } of slow) socket.destroy();
  await until(async () => (await post()).status === 200);
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
});

test("where the disk is behind, no more than a bound waits for it; the rest is refused, and taken once it has caught up", async () => {
  const { store, directory } = started.relay;
  const held: (() => void)[] = [];
  // The real store, on a disk that takes its time.
  const slow = {
    ...store,
    keep: async (telling: Telling) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return store.keep(telling);
    },
  };
  const ingest = ingestInto(slow, directory.destinations, () => {});
  const [shop] = directory.shops();
  if (!shop) throw new Error("no shop");
  const decision = () => ({
    visitor: "ab".repeat(32),
    consent: { marketing: "granted", by: "call", at: 1 } as const,
    atMs: 1,
  });
  const tell = () => ingest(shop, { decision: decision() });
  const all = Array.from({ length: 12_000 }, () =>
    tell().then(
      () => "kept",
      (error) => error,
    ),
  );
  await until(() => held.length === 10_000);
  for (const go of held.splice(0)) go();
  const ends = await Promise.all(all);
  expect(ends.filter((end) => end === "kept")).toHaveLength(10_000);
  expect(ends.filter((end) => end instanceof StoreUnavailable)).toHaveLength(2_000);
  const again = tell();
  await until(() => held.length === 1);
  held[0]?.();
  expect(await again).toEqual([]);
});

/** A relay that is told more than it can keep refuses at once and stays small; clients that are slow or hostile harm nobody else. */
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { gzipSync } from "node:zlib";
import express from "express";
import { afterEach, describe, expect, test } from "vitest";
import { rawBody } from "#relay/http/body";
import { bodyRoom } from "#relay/http/body-room";
import type { Store } from "#relay/store/store";
import { StoreUnavailable } from "#relay/store/store";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { answerOf, closed, open, rawRequest } from "./raw-http.ts";
import { call, KEYED, signedUp } from "./server-api.ts";
import { type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

const KEYED_SEED = { seed: KEYED };
/** Where a flood is tried, a busy machine may look for late requests before it has read them. */
const PATIENT = { headersTimeout: 20_000, requestTimeout: 20_000 };
let started: Started;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await started.relay.close({ graceMs: 500 });
});
const port = () => Number(new URL(started.url).port);
const opened = async (count: number): Promise<Socket[]> => {
  const all = await Promise.all(Array.from({ length: count }, () => open(port())));
  sockets.push(...all);
  return all;
};
/** A request as any shopper's, and how long it took. */
const good = async (): Promise<{ status: number; ms: number }> => {
  const before = performance.now();
  const { status } = await collect(started, beacon(started.key, [viewedProduct()]), { connection: "close" });
  return { status, ms: performance.now() - before };
};
const statusOfWebhook = async (gzip?: Uint8Array<ArrayBuffer>): Promise<number> => {
  const headers = gzip ? { "content-encoding": "gzip" } : {};
  const response = await fetch(`${started.url}/webhooks/shopify`, { method: "POST", headers, body: gzip ?? "{}" });
  await response.text();
  return response.status;
};
const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(`${started.url}/metrics`)).text();
  return Number(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, "m").exec(text)?.[1]);
};

/** The same store, whose commits wait until they are let through. */
const gated = () => {
  let open: () => void = () => {};
  let gate = Promise.resolve();
  let most = 0;
  let waiting = 0;
  return {
    shut: () => {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    opens: () => open(),
    most: () => most,
    over: (store: Store): Store => ({
      ...store,
      async keep(telling) {
        waiting += telling.events.length;
        most = Math.max(most, waiting);
        await gate;
        waiting -= telling.events.length;
        return store.keep(telling);
      },
    }),
  };
};

describe("a store that is behind", () => {
  test("past its room requests are refused at once with when to come again, and what was let in is kept", async () => {
    const gate = gated();
    started = await startRelay({ room: { events: 100, bytes: 1e6 }, over: gate.over });
    gate.shut();
    const told = Array.from({ length: 40 }, () => Array.from({ length: 10 }, () => viewedProduct()));
    const statuses: number[] = [];
    const answers = told.map(async (events) => {
      const visitor = { id: crypto.randomUUID().replaceAll("-", "").repeat(2) };
      const { status, headers, answer } = await collect(started, beacon(started.key, events, { visitor }));
      statuses.push(status);
      return {
        status,
        retryAfter: headers.get("retry-after"),
        cors: headers.get("access-control-expose-headers"),
        answer,
      };
    });
    await until(() => statuses.length === 30);
    expect(new Set(statuses)).toEqual(new Set([503]));
    expect(gate.most()).toBe(100);
    expect(await metric("pinrelay_commit_waiting_events")).toBe(100);
    expect(await metric("pinrelay_overloads_total")).toBe(30);
    gate.opens();
    const all = await Promise.all(answers);
    expect(all.filter(({ status }) => status === 202)).toHaveLength(10);
    // Of another origin's answer a page reads only the headers that it is shown.
    expect(all.find(({ status }) => status === 503)).toMatchObject({
      retryAfter: "5",
      cors: "Retry-After",
      answer: { results: [], error: { field: "relay" } },
    });
    expect(await started.relay.store.recent(1_000)).toHaveLength(100);
    expect((await good()).status).toBe(202);
  });

  test("bytes count as well as events, and one request is let in whatever it holds", async () => {
    const gate = gated();
    started = await startRelay({ room: { events: 1_000, bytes: 2_000 }, over: gate.over });
    gate.shut();
    const events = Array.from({ length: 20 }, () => viewedProduct());
    const first = collect(started, beacon(started.key, events));
    await until(async () => (await metric("pinrelay_commit_waiting_bytes")) > 2_000);
    expect((await good()).status).toBe(503);
    gate.opens();
    expect((await first).status).toBe(202);
  });

  test("a store that fails gives its room back", async () => {
    const failing = (store: Store): Store => ({
      ...store,
      keep: async () => {
        throw new StoreUnavailable("full");
      },
    });
    started = await startRelay({ room: { events: 3, bytes: 1e6 }, over: failing });
    for (let n = 0; n < 10; n += 1) expect((await good()).status).toBe(503);
    expect(await metric("pinrelay_overloads_total")).toBe(0);
    expect(await metric("pinrelay_commit_failures_total")).toBe(10);
  });

  test("a flood of several times its room takes no more memory than its room does", async () => {
    const gate = gated();
    const room = { events: 2_000, bytes: 8e6 };
    started = await startRelay({ config: KEYED_SEED, room, over: gate.over, server: PATIENT });
    gate.shut();
    const flood = async (requests: number): Promise<number[]> => {
      const refused = await metric("pinrelay_overloads_total");
      const body = () => Array.from({ length: 100 }, () => signedUp());
      const answers = Array.from({ length: requests }, () => call(started, body()).then(({ status }) => status));
      // All that are to be, of this flood: whoever came once the gate is open would be let in.
      await until(async () => (await metric("pinrelay_overloads_total")) >= refused + requests - 20);
      gate.opens();
      const statuses = await Promise.all(answers);
      gate.shut();
      return statuses;
    };
    await flood(100);
    const before = process.memoryUsage().heapUsed;
    const statuses = await flood(200);
    const grownMb = (process.memoryUsage().heapUsed - before) / 1e6;
    gate.opens();
    expect(statuses.filter((status) => status === 202).length).toBeLessThanOrEqual(20);
    expect(gate.most()).toBeLessThanOrEqual(2_000);
    expect(grownMb).toBeLessThan(100);
  });
});

describe("a client that is slow or hostile", () => {
  const HEAD = `Host: relay\r\nContent-Type: application/json\r\n`;

  test("stalled in headers or in a body is cut with 408, while a good request is answered quickly", async () => {
    started = await startRelay({
      server: { headersTimeout: 800, requestTimeout: 1_600, connectionsCheckingInterval: 100 },
    });
    const [some, others] = [await opened(150), await opened(150)];
    const answers = [...some, ...others].map(answerOf);
    for (const socket of some) socket.write("POST /collect HTTP/1.1\r\nHost: re");
    for (const socket of others) socket.write(`POST /collect HTTP/1.1\r\n${HEAD}Content-Length: 60000\r\n\r\n{"v":1,`);
    const meanwhile = await Promise.all([good(), good(), good()]);
    for (const { status, ms } of meanwhile) {
      expect(status).toBe(202);
      expect(ms).toBeLessThan(2_000);
    }
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("half-open, or silent from the start, is cut", async () => {
    started = await startRelay({
      server: {
        headersTimeout: 500,
        requestTimeout: 800,
        keepAliveTimeout: 500,
        connectionsCheckingInterval: 100,
        idleMs: 900,
      },
    });
    const all = await opened(100);
    const gone = Promise.all(all.map(closed));
    // Half of them say that they will say no more.
    for (const socket of all.slice(0, 50)) socket.end();
    for (const socket of all) socket.resume();
    await gone;
    await until(async () => (await metric("pinrelay_http_connections")) <= 1);
  });

  test("with huge headers gets 431, and with endless ones too", async () => {
    started = await startRelay();
    expect(await rawRequest(port(), `GET / HTTP/1.1\r\nHost: relay\r\nX-Large: ${"x".repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    const many = Array.from({ length: 3_000 }, (_, n) => `X-${n}: 1\r\n`).join("");
    expect(await rawRequest(port(), `GET / HTTP/1.1\r\nHost: relay\r\n${many}\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect((await good()).status).toBe(202);
  });

  test("that never reads its answers is held back, and then cut", async () => {
    started = await startRelay({ server: { ...PATIENT, idleMs: 5_000 } });
    const [socket] = await opened(1);
    if (!socket) throw new Error("no socket");
    socket.pause();
    let written = 0;
    const request = "GET /tag.js HTTP/1.1\r\nHost: relay\r\n\r\n".repeat(50);
    const ended = closed(socket);
    // The relay reads no more of it once enough waits to be written to it.
    const pump = (): void => {
      while (written < 20e6 && socket.writable) {
        written += request.length;
        if (!socket.write(request)) return void socket.once("drain", pump);
      }
    };
    pump();
    expect((await good()).status).toBe(202);
    const timed = performance.now();
    // Data that lies unread in our own buffer keeps "close" from us; what matters is that the relay has let it go.
    await until(async () => (await metric("pinrelay_http_connections")) <= 1);
    expect(performance.now() - timed).toBeLessThan(20_000);
    socket.destroy();
    await ended;
    expect(written).toBeLessThan(20e6);
  });

  test("that sends ten thousand requests at once on one connection gets its answers, and the others theirs meanwhile", async () => {
    started = await startRelay({ server: PATIENT });
    const before = process.memoryUsage().heapUsed;
    const last = "GET /livez HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n";
    const flood = rawRequest(port(), "GET /livez HTTP/1.1\r\nHost: relay\r\n\r\n".repeat(10_000) + last);
    const first = await Promise.race([good(), flood.then(() => "the flood")]);
    expect(first).toMatchObject({ status: 202 });
    expect((await flood).split("HTTP/1.1 200 OK").length - 1).toBe(10_001);
    expect((process.memoryUsage().heapUsed - before) / 1e6).toBeLessThan(150);
  });

  test("many with large bodies that come slowly are refused once too much is held, and beacons come through", async () => {
    started = await startRelay({ config: KEYED_SEED, server: { headersTimeout: 60_000, requestTimeout: 60_000 } });
    const part = "x".repeat(1_000_000);
    const all = await opened(45);
    const answers: string[] = [];
    for (const socket of all) {
      socket.on("data", (chunk: Buffer) => answers.push(chunk.toString("latin1")));
      socket.write(`POST /webhooks/shopify HTTP/1.1\r\n${HEAD}Content-Length: 2000000\r\n\r\n${part}`);
    }
    await until(() => answers.length >= 5);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 503 [\s\S]*Retry-After: 5/i);
    expect((await good()).status).toBe(202);
    for (const socket of all) socket.destroy();
    // What is held by nobody any more is free again.
    await until(async () => (await call(started, signedUp())).status === 202);
  });

  test("many with little gzip that unfolds to much take no more memory than there is for it, and nobody else's room", async () => {
    started = await startRelay({ config: KEYED_SEED, server: { headersTimeout: 60_000, requestTimeout: 60_000 } });
    const bomb = gzipSync(Buffer.alloc(2_000_000, "x"));
    const head = `POST /webhooks/shopify HTTP/1.1\r\n${HEAD}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`;
    const before = process.memoryUsage().rss;
    const answers: string[] = [];
    for (const socket of await opened(200)) {
      socket.on("data", (chunk: Buffer) => answers.push(chunk.toString("latin1")));
      socket.write(head);
      // The end never comes, so that what has unfolded is held.
      socket.write(bomb.subarray(0, -9));
    }
    await until(() => answers.length >= 192);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 503 [\s\S]*Retry-After: 5/i);
    expect(answers).toHaveLength(192);
    // Unbounded it would be 400 MB.
    expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(200);
    expect((await good()).status).toBe(202);
    expect(await statusOfWebhook()).toBe(401);
    expect(await statusOfWebhook(gzipSync("{}"))).toBe(503);
    for (const socket of sockets.splice(0)) socket.destroy();
    await until(async () => (await statusOfWebhook(gzipSync("{}"))) === 401);
  });

  test("a body whose last bytes find no room is refused, and nobody hears what it says", async () => {
    started = await startRelay();
    const app = express();
    let heard = 0;
    app.post(
      "/",
      bodyRoom(10, 100, () => {}),
      rawBody(100),
      (_request, response) => {
        heard += 1;
        response.end("heard");
      },
    );
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port: own } = server.address() as AddressInfo;
    const answers = [];
    for (const body of ["x".repeat(20), "x".repeat(10)])
      answers.push(
        await rawRequest(
          own,
          `POST / HTTP/1.1\r\n${HEAD}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        ),
      );
    expect(answers).toMatchObject([
      expect.stringMatching(/^HTTP\/1\.1 503 /),
      expect.stringMatching(/^HTTP\/1\.1 200 /),
    ]);
    expect(heard).toBe(1);
    server.close();
  });

  test("a body that is larger than its door takes is refused before it comes, and takes nobody's room", async () => {
    started = await startRelay({ server: { requestTimeout: 60_000 } });
    const large = `POST /collect HTTP/1.1\r\n${HEAD}Content-Length: 50000000\r\n\r\n`;
    for (const answer of await Promise.all(Array.from({ length: 50 }, () => rawRequest(port(), large))))
      expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*is too large/);
    // Chunks do not say how many there will be.
    const [socket] = await opened(1);
    const chunk = `100000\r\n${"x".repeat(0x100000)}\r\n`;
    socket?.write(`POST /webhooks/shopify HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    for (let n = 0; n < 6; n += 1) socket?.write(chunk);
    socket?.write("0\r\n\r\n");
    if (socket) socket.end();
    expect(socket && (await answerOf(socket))).toMatch(/^HTTP\/1\.1 413 /);
    expect((await good()).status).toBe(202);
    expect(await metric("pinrelay_overloads_total")).toBe(0);
  });

  test("connections past their number are closed, and those that are there go on", async () => {
    started = await startRelay({ server: { connections: 20, headersTimeout: 60_000, requestTimeout: 60_000 } });
    const kept = await opened(20);
    const more = await opened(30);
    await Promise.all(more.map((socket) => closed(socket.resume())));
    const [first] = kept;
    first?.write("GET /livez HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n");
    expect(first && (await answerOf(first))).toMatch(/^HTTP\/1\.1 200 /);
  });

  test.each([
    ["a body that is shorter than it said", `POST /collect HTTP/1.1\r\n${HEAD}Content-Length: 50\r\n\r\n{}`],
    ["a chunk without an end", `POST /collect HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\nffff\r\nabc`],
    ["two lengths", `POST /collect HTTP/1.1\r\n${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    [
      "a length and chunks",
      `POST /collect HTTP/1.1\r\n${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    ],
    ["no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
  ])("with %s gets a 4xx", async (_, request) => {
    started = await startRelay({
      server: { headersTimeout: 400, requestTimeout: 600, connectionsCheckingInterval: 100 },
    });
    expect(await rawRequest(port(), request)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect((await good()).status).toBe(202);
  });
});

/** Every route of a running relay is in the table of docs/security.md, and has the limits that stand there: size, time, rate, count. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADDRESS_RATE } from "#relay/http/limits";
import { createHttpServer, ofOneNetwork } from "#relay/http/server";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { type House, openHouse } from "./house.ts";
import { type MountedRoute, routesOf } from "./own-process/routes.ts";
import { answerOf, closed, open, rawRequest } from "./raw-http.ts";
import { API_KEY, KEYED, placedOrder } from "./server-api.ts";
import { until } from "./until.ts";

const doc = readFileSync(new URL("../docs/security.md", import.meta.url), "utf8");
const KIB = 1024;
const MIB = 1024 * KIB;

interface Row {
  door: string;
  like: RegExp;
  /** Bytes of a body at most; 0: none is read. */
  bytes: number;
}

const ROWS: readonly Row[] = (doc.split("## Doors")[1] ?? "")
  .split("\n")
  .filter((line) => /^\| `(GET|POST|_ALL) /.test(line))
  .map((line) => {
    const [, door = "", , body = ""] = line.split("|").map((cell) => cell.trim().replaceAll("`", ""));
    const [, number = "0", unit = ""] = /^(\d+) (KiB|MiB)$/.exec(body) ?? [];
    const like = new RegExp(`^${door.replace(/[.?+]/g, "\\$&").replaceAll("*", ".*")}$`);
    return { door, like, bytes: Number(number) * (unit === "MiB" ? MIB : KIB) };
  });

const rowOf = ({ method, at }: MountedRoute): Row | undefined => ROWS.find(({ like }) => like.test(`${method} ${at}`));

let house: House;
let nowMs = Date.now();
let routes: MountedRoute[] = [];
let port = 0;

beforeAll(async () => {
  house = await openHouse({
    now: () => nowMs,
    config: { trustProxy: 1, seed: { ...KEYED } },
    // Long enough that what ends did not end by them, where that is not what is tried.
    server: { headersTimeout: 60_000, requestTimeout: 60_000 },
  });
  routes = routesOf(house.relay.app);
  port = Number(new URL(house.url).port);
});
afterAll(() => house.relay.close({ graceMs: 500 }));

const methodOf = ({ method }: MountedRoute): string => (method === "_ALL" ? "PUT" : method);
const addressOf = ({ at }: MountedRoute): string => at.replace(":shop", house.key).replace(/:\w+/g, "1");
/** What a good caller of this door would send beside the body. */
const headOf = (route: MountedRoute, more: readonly string[] = []): string =>
  [
    `${methodOf(route)} ${addressOf(route)} HTTP/1.1`,
    "Host: localhost",
    "Accept: text/html",
    `Authorization: Bearer ${API_KEY}`,
    `Content-Type: ${route.at.startsWith("/admin") ? "application/x-www-form-urlencoded" : "application/json"}`,
    ...(route.at === "/admin/login" ? [] : [`Cookie: ${house.cookie}`]),
    ...more,
    "\r\n",
  ].join("\r\n");
const all = () => routes.map((route) => [`${route.method} ${route.at}`, route] as const);
const READING = 24 * MIB;

test("every route is in the table of doors, and every row has a route", () => {
  expect(routes.length).toBeGreaterThan(50);
  expect(routes.filter((route) => rowOf(route) === undefined)).toEqual([]);
  const met = new Set(routes.map((route) => rowOf(route)?.door));
  expect(ROWS.filter(({ door }) => !met.has(door))).toEqual([]);
});

describe("size", () => {
  test("a body that says that it is too large is answered at once, and its connection ends", async () => {
    const answers = await Promise.all(
      all().map(async ([name, route]) => {
        const tooLarge = (rowOf(route)?.bytes || 2 * MIB) + MIB * 2;
        const answer = await rawRequest(port, headOf(route, [`Content-Length: ${tooLarge}`]));
        return [name, rowOf(route)?.bytes ? /^HTTP\/1\.1 413 /.test(answer) : /^HTTP\/1\.1 [2-5]\d\d /.test(answer)];
      }),
    );
    expect(answers.filter(([, isRight]) => !isRight)).toEqual([]);
  });

  test("one byte more than stands there is refused, and as many as stand there are read", async () => {
    const doors = all().filter(([, route]) => (rowOf(route)?.bytes ?? 0) > 0);
    expect(doors.length).toBeGreaterThan(15);
    const statuses = async (more: number) =>
      Promise.all(
        doors.map(async ([name, route]) => {
          const body = "x".repeat((rowOf(route)?.bytes ?? 0) + more);
          const head = headOf(route, ["Connection: close", `Content-Length: ${body.length}`]);
          const answer = await rawRequest(port, head + body);
          return [name, /^HTTP\/1\.1 413 /.test(answer)] as const;
        }),
      );
    expect((await statuses(1)).filter(([, isRefused]) => !isRefused)).toEqual([]);
    expect((await statuses(0)).filter(([, isRefused]) => isRefused)).toEqual([]);
  });

  test("a body without an end is cut", async () => {
    const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    const unending = async (route: MountedRoute): Promise<number> => {
      const socket = await open(port);
      const ended = closed(socket.resume());
      socket.write(headOf(route, ["Transfer-Encoding: chunked"]));
      let written = 0;
      while (written < READING && !socket.destroyed) {
        written += chunk.length;
        if (!socket.write(chunk)) await Promise.race([once(socket, "drain").catch(() => {}), ended]);
      }
      socket.destroy();
      return written;
    };
    const taken: (readonly [string, number])[] = [];
    // One after the other: all at once they would be refused for want of room.
    for (const [name, route] of all()) taken.push([name, await unending(route)]);
    expect(taken.filter(([, bytes]) => bytes >= READING)).toEqual([]);
  });
});

test("time: a request that never comes to its end is cut, wherever it goes", async () => {
  const server = createHttpServer(house.relay.app, {
    headersTimeout: 400,
    requestTimeout: 800,
    connectionsCheckingInterval: 100,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port: own } = server.address() as AddressInfo;
  const before = performance.now();
  await Promise.all(
    all().map(async ([, route]) => {
      const socket = await open(own);
      socket.write(`${headOf(route, ["Content-Length: 10"])}x`);
      await answerOf(socket);
    }),
  );
  expect(performance.now() - before).toBeLessThan(15_000);
  server.close();
});

describe("rate", () => {
  test("an address that asks too much is heard nowhere, and every other one is", async () => {
    const from = (address: string) => ({ "x-forwarded-for": address });
    const ask = `GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.9\r\n`;
    const flood = await rawRequest(port, `${`${ask}\r\n`.repeat(ADDRESS_RATE.burst)}${ask}Connection: close\r\n\r\n`);
    expect(flood.split("HTTP/1.1 200 ").length - 1).toBe(ADDRESS_RATE.burst);
    // Of beacons each event counts: the last few are used up by what holds none.
    const nothing = { ...beacon(house.key, Array(50).fill(7)), visitor: null };
    for (const body of [nothing, "rubbish"])
      for (let n = 0; n < 400 && (await collect(house, body, from("203.0.113.9"))).status !== 429; n += 1);

    const statusOf = async (route: MountedRoute, address: string): Promise<string> => {
      const head = headOf(route, ["Connection: close", "Content-Length: 0", `X-Forwarded-For: ${address}`]);
      return /^HTTP\/1\.1 (\d+)/.exec(await rawRequest(port, head))?.[1] ?? "";
    };
    const limited = await Promise.all(all().map(async ([name, route]) => [name, await statusOf(route, "203.0.113.9")]));
    expect(limited.filter(([, status]) => status !== "429")).toEqual([]);
    const others = await Promise.all(all().map(async ([name, route]) => [name, await statusOf(route, "203.0.113.10")]));
    expect(others.filter(([, status]) => status === "429" || status === "")).toEqual([]);
    nowMs += 1_000;
    expect(await statusOf({ method: "GET", path: "/livez", at: "/livez" }, "203.0.113.9")).toBe("200");
  });
});

describe("count", () => {
  test("a beacon of 51 events and a call of 101 are refused whole", async () => {
    const events = Array.from({ length: 51 }, () => viewedProduct());
    expect((await collect(house, beacon(house.key, events))).answer.error?.message).toMatch(/at most 50 events/);
    const response = await fetch(`${house.url}/api/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
      body: JSON.stringify(Array.from({ length: 101 }, (_, n) => placedOrder(String(n)))),
    });
    expect([response.status, await response.text()]).toEqual([400, expect.stringMatching(/100/)]);
  });

  test("an address has so many connections and no more, and those that end make room", async () => {
    const server = createServer();
    server.on(
      "connection",
      ofOneNetwork(3, () => "198.51.100.7"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    const { port: own } = server.address() as AddressInfo;
    const kept = await Promise.all([open(own), open(own), open(own)]);
    await closed((await open(own)).resume());
    expect(kept.map(({ destroyed }) => destroyed)).toEqual([false, false, false]);
    kept[0]?.destroy();
    await until(async () => {
      const socket = connect(own, "127.0.0.1");
      socket.on("error", () => {});
      await once(socket, "connect");
      const isCut = await Promise.race([closed(socket.resume()).then(() => true), pause(100).then(() => false)]);
      socket.destroy();
      return !isCut;
    });
    for (const socket of kept) socket.destroy();
    server.close();
  });
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

import { createHmac, randomBytes } from "node:crypto";
import type { Visitor } from "@pinrelay/tag/contract";
import fc from "fast-check";
import { pino } from "pino";
import { afterEach, describe, expect, test } from "vitest";
import type { Config } from "#relay/config";
import { limit } from "#relay/http/limit";
import { ADDRESS_RATE, beaconLimits, FAILED_RATE, VISITOR_RATE } from "#relay/http/limits";
import { beacon, collect, VISITOR, viewedProduct } from "./beacons.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";

describe("a bucket of tokens", () => {
  test("gives what is in it, and then as much as flows in", () => {
    const { take } = limit({ burst: 3, perSecond: 2 });
    expect([1, 1, 1, 1].map((tokens) => take("a", tokens, 10_000))).toEqual([0, 0, 0, 500]);
    expect(take("a", 1, 10_499)).toBe(1);
    expect(take("a", 1, 10_500)).toBe(0);
    expect(take("a", 3, 11_000)).toBe(1_000);
    expect(take("a", 3, 12_000)).toBe(0);
  });

  test("is one of each key", () => {
    const { take } = limit({ burst: 1, perSecond: 1 });
    expect([take("a", 1, 0), take("b", 1, 0), take("a", 1, 0), take("b", 1, 0)]).toEqual([0, 0, 1_000, 1_000]);
  });

  test("that is looked into stays as it is", () => {
    const { take, waitMs } = limit({ burst: 2, perSecond: 1 });
    expect([waitMs("a", 0), waitMs("a", 0), waitMs("a", 0)]).toEqual([0, 0, 0]);
    take("a", 2, 0);
    expect([waitMs("a", 0), waitMs("a", 400), waitMs("a", 1_000)]).toEqual([1_000, 600, 0]);
  });

  test("makes nobody wait for a clock that was set back", () => {
    const { take } = limit({ burst: 2, perSecond: 1 });
    expect([take("a", 2, 3_600_000), take("a", 1, 3_600_000)]).toEqual([0, 1_000]);
    expect([take("a", 2, 0), take("a", 1, 0), take("a", 1, 1_000)]).toEqual([0, 1_000, 0]);
  });

  test("is forgotten only after many others came, and those least that are in use", () => {
    const { take } = limit({ burst: 1, perSecond: 0.001 }, 10);
    expect(take("a", 1, 0)).toBe(0);
    for (let n = 0; n < 9; n += 1) take(`b${n}`, 1, 0);
    expect(take("a", 1, 0)).toBeGreaterThan(0);
    for (let n = 0; n < 10; n += 1) take(`c${n}`, 1, 0);
    expect(take("a", 1, 0)).toBeGreaterThan(0);
    for (let n = 0; n < 10; n += 1) take(`d${n}`, 1, 0);
    expect(take("a", 1, 0)).toBe(0);
  });

  test("does what one does that is refilled drop by drop", () => {
    const steps = fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.nat(7), fc.nat(3_000)), { maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 7, max: 20 }), fc.integer({ min: 1, max: 10 }), (all, burst, perSecond) => {
        const { take } = limit({ burst, perSecond });
        const filled = new Map<string, { tokens: number; atMs: number }>();
        let nowMs = 1_764_000_000_000;
        for (const [key, tokens, passedMs] of all) {
          nowMs += passedMs;
          const { tokens: had, atMs } = filled.get(key) ?? { tokens: burst, atMs: nowMs };
          const has = Math.min(burst, had + ((nowMs - atMs) * perSecond) / 1_000);
          const isTaken = take(key, tokens, nowMs) === 0;
          // Where it is a matter of a rounding error either will do.
          if (Math.abs(has - tokens) > 1e-3) expect(isTaken).toBe(has > tokens);
          filled.set(key, { tokens: isTaken ? has - tokens : has, atMs: nowMs });
        }
      }),
    );
  });
});

let started: Started;
let nowMs: number;
let log: string[];
const start = async (trustProxy: Config["trustProxy"]) => {
  nowMs = Date.now();
  log = [];
  started = await startRelay({
    now: () => nowMs,
    log: pino({ level: "warn" }, { write: (line) => void log.push(line) }),
    config: {
      trustProxy,
      seed: { origins: [SHOP_ORIGIN], secrets: { shopify: ["shpss_2f1d0c"] } },
    },
  });
};
afterEach(() => started?.relay.close());

const someone = () => ({ id: randomBytes(32).toString("hex") });
const FROM = { "x-forwarded-for": "203.0.113.7" };
/** A beacon with as many events as the relay takes in one; of no use, so that little is written. */
const flood = (visitor: Visitor | null, headers = {}) =>
  collect(started, { ...beacon(started.key, Array(50).fill(7)), visitor }, headers);
/** Sends until one is answered 429: how many were not, and that answer. */
const untilLimited = async (send: () => ReturnType<typeof flood>, most: number) => {
  for (let taken = 0; taken <= most; taken += 1) {
    const { status, answer, headers } = await send();
    if (status === 429) return { taken, answer, headers };
  }
  throw new Error(`was not limited after ${most}`);
};

describe("a visitor", () => {
  test("who tells more than a shopper can is answered 429 with the field and when to come again", async () => {
    await start(false);
    const visitor = someone();
    const { taken, answer, headers } = await untilLimited(() => flood(visitor), 100);
    expect(taken).toBe(VISITOR_RATE.burst / 50);
    expect(answer).toEqual({
      results: [],
      error: { field: "visitor.id", message: "tells more than a shopper can; send it again in 10 s" },
    });
    // The page may read it: the tag waits that long.
    expect(headers.get("retry-after")).toBe("10");
    expect(headers.get("access-control-allow-origin")).toBe(SHOP_ORIGIN);
    expect(headers.get("access-control-expose-headers")).toBe("Retry-After");

    expect((await flood(someone())).status).toBe(400);
    nowMs += 9_900;
    expect((await flood(visitor)).status).toBe(429);
    nowMs += 100;
    const event = viewedProduct();
    expect((await collect(started, beacon(started.key, [event], { visitor }))).answer.results).toMatchObject([
      { id: event.id, status: "kept" },
    ]);
  });

  test("who clicks as fast as anybody does for three minutes never is", async () => {
    await start(1);
    for (let second = 0; second < 180; second += 1) {
      const events = Array.from({ length: 10 }, () => viewedProduct({ time: nowMs }));
      const { status } = await collect(started, beacon(started.key, events, { sentAt: nowMs }), FROM);
      expect(status, `second ${second}`).toBe(202);
      nowMs += 1_000;
    }
  });

  test("who comes back with all that a browser keeps, in ten tabs, never is", async () => {
    await start(1);
    for (let n = 0; n < 20; n += 1) expect((await flood(VISITOR, FROM)).status).toBe(400);
  });
});

describe("an IP address", () => {
  const isLimited = async (headers: () => Record<string, string>) => {
    const most = ADDRESS_RATE.burst / 51 + 5;
    for (let n = 0; n < most; n += 20) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => flood(someone(), headers())));
      if (answers.some(({ status }) => status === 429)) return true;
    }
    return false;
  };

  test("that tells more than a thousand shoppers do is answered 429, and nobody else", async () => {
    await start(1);
    const { answer, headers } = await untilLimited(() => flood(null, FROM), 300);
    expect(answer.error).toEqual({
      field: "ip",
      message: expect.stringMatching(/^tells more than a thousand shoppers do; send it again in \d s$/),
    });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await flood(null, { "x-forwarded-for": "203.0.113.8" })).status).toBe(400);
    nowMs += 1_000;
    expect((await flood(null, FROM)).status).toBe(400);
  });

  test("that tells as much as it may for days fills no disk: less than a million events in the first, a quarter of one in each that follows", () => {
    const { ofBeacon, ofEvents } = beaconLimits();
    const DAY_S = 86_400;
    const keptIn = (fromS: number): number => {
      let kept = 0;
      // As much as the short limit lets through, whenever it does.
      for (let second = fromS; second < fromS + DAY_S; second += 1)
        for (let n = 0; n < 4; n += 1)
          if (!ofBeacon("203.0.113.7", second * 1_000) && !ofEvents("203.0.113.7", undefined, 50, second * 1_000))
            kept += 50;
      return kept;
    };
    expect(keptIn(0)).toBeLessThan(1_000_000);
    expect(keptIn(DAY_S)).toBeLessThan(300_000);
    // A mobile network's, behind which a thousand shoppers make fifty events each, in a day and every day, is never met.
    const shoppers = beaconLimits();
    let refused = 0;
    for (let second = 0; second < 3 * DAY_S; second += 5)
      if (
        shoppers.ofBeacon("198.51.100.9", second * 1_000) ||
        shoppers.ofEvents("198.51.100.9", undefined, 3, second * 1_000)
      )
        refused += 1;
    expect(refused).toBe(0);
  });

  test("is told of in the log, and is not in it", async () => {
    await start(1);
    await untilLimited(() => flood(null, FROM), 300);
    await flood(null, FROM);
    expect(log.filter((line) => line.includes("answered somebody with 429"))).toHaveLength(1);
    expect(log.join("")).not.toMatch(/203\.0\.113|127\.0\.0\.1/);
  });

  test("is limited whatever the body is", async () => {
    await start(1);
    const { answer } = await untilLimited(() => flood(null, FROM), 300);
    expect(answer.error?.field).toBe("ip");
    let status = 0;
    for (let n = 0; n < 60 && status !== 429; n += 1) ({ status } = await collect(started, "rubbish", FROM));
    expect(status).toBe(429);
  });

  test.each<[string, Config["trustProxy"], () => Record<string, string>, boolean]>([
    ["one for a whole /64 of IPv6", 1, () => ({ "x-forwarded-for": `2001:db8:1:2:${hex(2)}::${hex(2)}` }), true],
    ["another for each /64", 1, () => ({ "x-forwarded-for": `2001:db8:${hex(2)}:${hex(2)}::1` }), false],
    [
      "one for whoever writes himself others",
      1,
      () => ({ "x-forwarded-for": `198.51.${byte()}.${byte()}, 203.0.113.7` }),
      true,
    ],
    ["none where a proxy comes that nobody has named", false, () => FROM, false],
    ["none where the proxy does not say for whom it asks", 1, () => ({ "x-real-ip": "203.0.113.7" }), false],
    ["none for a private network, behind which all may be", 1, () => ({ "x-forwarded-for": "172.17.0.1" }), false],
  ])("has a limit: %s", async (_, trustProxy, headers, limited) => {
    await start(trustProxy);
    expect(await isLimited(headers)).toBe(limited);
  });

  test.each<[Config["trustProxy"], Record<string, string>, RegExp]>([
    [false, FROM, /set TRUST_PROXY.*nothing is limited by IP address/],
    [1, { "x-real-ip": "203.0.113.7" }, /writes no X-Forwarded-For.*nothing is limited/],
  ])(
    "that may be a proxy's is not limited, and the log says once why (TRUST_PROXY %s)",
    async (trustProxy, headers, words) => {
      await start(trustProxy);
      for (let n = 0; n < 3; n += 1) await flood(null, headers);
      expect(log.filter((line) => words.test(line))).toHaveLength(1);
      expect(log.join("")).not.toContain("203.0.113");
    },
  );
});

const hex = (bytes: number) => randomBytes(bytes).toString("hex");
const byte = () => randomBytes(1)[0] ?? 0;

describe("a door that asks for proof", () => {
  const body = JSON.stringify({ id: 5678901234 });
  const webhook = async (secret: string, headers: Record<string, string> = FROM) => {
    const response = await fetch(`${started.url}/webhooks/shopify`, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        "x-shopify-topic": "app/uninstalled",
        "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
        ...headers,
      },
    });
    return { status: response.status, retryAfter: response.headers.get("retry-after"), answer: await response.json() };
  };
  const RIGHT = "shpss_2f1d0c";

  test("hears nobody for a while who failed again and again, and all others", async () => {
    await start(1);
    for (let n = 0; n < FAILED_RATE.burst; n += 1) expect((await webhook(`guess ${n}`)).status).toBe(401);
    expect(await webhook("another guess")).toMatchObject({
      status: 429,
      retryAfter: "1",
      answer: { error: { field: "ip", message: "has failed too often to prove who it is; send it again in 1 s" } },
    });
    expect((await webhook(RIGHT)).status).toBe(429);
    expect((await webhook(RIGHT, { "x-forwarded-for": "198.51.100.9" })).status).not.toBe(429);
    expect(log.join("")).not.toContain("203.0.113");
  });

  test("hears a platform again within a second after its secret was set right", async () => {
    await start(1);
    for (let n = 0; n < FAILED_RATE.burst + 50; n += 1) await webhook("the old one");
    nowMs += 1_000;
    for (let n = 0; n < 20; n += 1) expect([401, 429]).not.toContain((await webhook(RIGHT)).status);
  });

  test("never counts those who succeed", async () => {
    await start(1);
    for (let n = 0; n < FAILED_RATE.burst + 50; n += 1) expect([401, 429]).not.toContain((await webhook(RIGHT)).status);
  });

  test("limits nobody by the address of a proxy that is not named", async () => {
    await start(false);
    for (let n = 0; n < FAILED_RATE.burst + 5; n += 1) expect((await webhook("a guess")).status).toBe(401);
  });
});

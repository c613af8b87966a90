import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS, NO_SECRETS } from "#relay/core/settings";
import { fromBeacon, readBeacon } from "#relay/sources/beacon";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { ACCOUNT, SHOP_ORIGIN, type Started, startRelay } from "./start.ts";

const DAY = 86_400_000;
/** The last day that a JavaScript date can name. */
const LATEST_MS = 8_640_000_000_000_000;
const SHOP = { id: 1, key: "k", origins: [SHOP_ORIGIN], settings: DEFAULT_SETTINGS, secrets: NO_SECRETS };

/** What the relay takes for the time of an event, by what a browser says. */
const timeOf = (time: number, sentAt: number, receivedMs: number): number => {
  const read = readBeacon(Buffer.from(JSON.stringify(beacon("k", [viewedProduct({ time })], { sentAt }))));
  if ("fault" in read) throw new Error(read.fault.message);
  const arrival = { receivedMs, bytes: 500, network: {}, globalPrivacyControl: false, isBot: false };
  const [judged] = fromBeacon(read.beacon, SHOP, arrival);
  if (!judged || !("event" in judged)) throw new Error("was refused");
  return judged.event.half.timeMs;
};

const clock = fc.integer({ min: 1, max: LATEST_MS });
const now = fc.integer({ min: 1_700_000_000_000, max: 2_000_000_000_000 });

describe("the time of an event", () => {
  test("is the true one, however wrong the browser's clock is and however long the event was kept", () => {
    const ago = fc.integer({ min: 0, max: 30 * DAY });
    const skew = fc.integer({ min: -50 * 365 * DAY, max: 50 * 365 * DAY });
    fc.assert(
      fc.property(now, ago, skew, (nowMs, agoMs, skewMs) => {
        fc.pre(nowMs + skewMs - agoMs > 0);
        expect(timeOf(nowMs + skewMs - agoMs, nowMs + skewMs, nowMs)).toBe(nowMs - agoMs);
      }),
    );
  });

  test("is never in the future, nor no time at all, whatever is said", () => {
    fc.assert(
      fc.property(clock, clock, now, (time, sentAt, nowMs) => {
        const timeMs = timeOf(time, sentAt, nowMs);
        expect(Number.isSafeInteger(timeMs)).toBe(true);
        expect(timeMs).toBeGreaterThanOrEqual(0);
        expect(timeMs).toBeLessThanOrEqual(nowMs);
      }),
    );
  });

  test("is now where the event says that it happened after it was sent", () => {
    fc.assert(
      fc.property(now, clock, fc.integer({ min: 0, max: DAY }), (nowMs, sentAt, more) => {
        expect(timeOf(Math.min(sentAt + more, LATEST_MS), sentAt, nowMs)).toBe(nowMs);
      }),
    );
  });
});

describe("through the relay", () => {
  let started: Started;
  const start = async () => {
    // Nobody is called: what is due is looked at when the test says so.
    started = await startRelay({
      times: { flushMs: DAY, pollMs: DAY },
      config: { pinterestApiUrl: "http://127.0.0.1:9/v5", seed: { origins: [SHOP_ORIGIN], account: ACCOUNT } },
    });
  };
  afterEach(() => started.relay.close());
  const told = async (time: number, sentAt: number) => {
    await start();
    const { status } = await collect(started, beacon(started.key, [viewedProduct({ time })], { sentAt }));
    expect(status).toBe(202);
    await started.relay.flush();
    const [row] = await started.relay.store.recent(1);
    return { ageMs: Date.now() - (row?.timeMs ?? 0), outcome: row?.deliveries[0]?.outcome };
  };

  test("an event that a browser kept for three days has its true time, whatever the clock says", async () => {
    const clockMs = Date.now() - 400 * DAY;
    const { ageMs } = await told(clockMs - 3 * DAY, clockMs);
    expect(Math.abs(ageMs - 3 * DAY)).toBeLessThan(60_000);
  });

  test.each([
    ["older than seven days by a right clock", () => [Date.now() - 7 * DAY - 60_000, Date.now()]],
    [
      "older than seven days by a clock that is ten years behind",
      () => [Date.now() - 3_658 * DAY, Date.now() - 3_650 * DAY],
    ],
    ["sent at the end of all time", () => [Date.now(), LATEST_MS]],
  ])("an event %s expires", async (_, times) => {
    const [time = 0, sentAt = 0] = times();
    expect(await told(time, sentAt)).toMatchObject({ outcome: "expired" });
  });

  test.each([
    ["a minute less than seven days old", () => [Date.now() - 7 * DAY + 60_000, Date.now()]],
    ["that seems old, since the clock is ten years behind", () => [Date.now() - 3_650 * DAY, Date.now() - 3_650 * DAY]],
  ])("an event %s does not", async (_, times) => {
    const [time = 0, sentAt = 0] = times();
    expect((await told(time, sentAt)).outcome).not.toBe("expired");
  });

  test.each([[0], [-1], [LATEST_MS + 1]])("a beacon sent at %s is refused", async (sentAt) => {
    await start();
    const { status, answer } = await collect(started, beacon(started.key, [viewedProduct()], { sentAt }));
    expect([status, answer.error?.field]).toEqual([400, "sentAt"]);
  });
});

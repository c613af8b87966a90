/** Relays on several machines have the time of day where their store is. */
import { pino } from "pino";
import { expect, test } from "vitest";
import { clockWatch } from "#relay/clock-watch";
import { createRelay } from "#relay/relay";
import { sharedClock } from "#relay/shared-clock";
import { postgresStore } from "#relay/store/postgres";
import { sealWith } from "#relay/store/seal";
import { freshDatabase } from "./postgres.ts";

const HOUR = 3_600_000;

test("a relay goes by the store's time, whatever its own clock says, and follows it", async () => {
  let aheadMs = HOUR;
  const clock = await sharedClock(async () => Date.now() + aheadMs);
  const ahead = () => clock.now() - Date.now();
  expect(Math.abs(ahead() - HOUR)).toBeLessThan(2_000);
  aheadMs = -HOUR;
  expect(Math.abs(ahead() - HOUR)).toBeLessThan(2_000);
  await clock.refresh();
  expect(Math.abs(ahead() + HOUR)).toBeLessThan(2_000);
});

test("PostgreSQL tells its time in milliseconds", async () => {
  const store = await postgresStore(await freshDatabase(), sealWith("a secret of decent length, made up for tests"));
  expect(Math.abs(((await store.timeMs?.()) ?? 0) - Date.now())).toBeLessThan(60_000);
  await store.close();
});

test("PostgreSQL's clock went back: of two relays one moves what waits, once, though the other had not asked for the time since", async () => {
  const store = await postgresStore(await freshDatabase(), sealWith("a secret of decent length, made up for tests"));
  let [passedMs, backMs] = [0, 0];
  const lines: string[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
  const there = () => Date.UTC(2026, 10, 24, 8) + passedMs - backMs;
  const relay = async () => {
    let zeroMs = there() - passedMs;
    const clock = {
      now: () => zeroMs + passedMs,
      refresh: async () => {
        zeroMs = there() - passedMs;
      },
    };
    return { ...clock, watch: await clockWatch(store, { setClockBack: () => {} }, clock, log) };
  };
  const [first, second] = [await relay(), await relay()];
  backMs = HOUR;
  await first.refresh();
  for (let round = 0; round < 3; round += 1) {
    passedMs += 10_000;
    await first.watch();
    await second.watch();
  }
  expect(lines).toHaveLength(1);
  expect(second.now()).toBe(there());
  await store.close();
});

test("relays whose own clocks differ by seconds have one time of day, and so one budget of calls", async () => {
  const database = await freshDatabase();
  const config = { database, secretKey: "x".repeat(32), port: 0, logLevel: "silent" } as const;
  const { now } = Date;
  const relays = [await createRelay({ config })];
  try {
    Date.now = () => now() + 5_000;
    relays.push(await createRelay({ config }));
    const times = relays.map(({ now: at }) => at());
    expect(Math.abs((times[0] ?? 0) - (times[1] ?? 0))).toBeLessThan(2_000);
  } finally {
    Date.now = now;
    for (const relay of relays) await relay.close();
  }
});

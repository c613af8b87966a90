/**
 * Pinterest is down for six hours, then says 429 for one, then is back: on a simulated clock. What goes, what is late and
 * what has expired is worked out here from the rules alone, and compared with what the relay did.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { beacon, collect, VISITOR, viewedProduct } from "./beacons.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type State = "fired" | "failed" | "absent" | "unknown";
/** The Pinterest Tag had it: then one more that comes late would be counted twice. Where nobody knows, it may have had it. */
const TOLD_BY_TAG: Record<State, boolean> = { fired: true, failed: false, absent: false, unknown: true };

let pinterest: Pinterest;
let relay: Started;
let clock: number;
let calls: number;

beforeEach(async () => {
  clock = Date.UTC(2026, 10, 24, 10, 0, 0);
  pinterest = await startPinterest({ now: () => clock });
  calls = 0;
  relay = await startRelay({
    now: () => clock,
    chance: () => 0.5,
    // Nothing goes by itself: the test's clock alone says when.
    times: { flushMs: DAY, pollMs: DAY },
    config: {
      pinterestApiUrl: pinterest.apiUrl,
      seed: {
        origins: [SHOP_ORIGIN],
        account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
      },
    },
  });
});
afterEach(async () => {
  await relay.relay.close();
  await pinterest.close();
});

interface Told {
  id: string;
  timeMs: number;
  state: State;
}

/** An event of now, and what the Tag made of it. */
const tell = async (state: State): Promise<Told> => {
  const event = viewedProduct({ time: clock });
  const { status } = await collect(relay, beacon(relay.key, [event], { sentAt: clock }));
  expect(status).toBe(202);
  if (state !== "unknown") {
    const acks = [{ id: event.id, name: event.name, state }];
    await collect(relay, { ...beacon(relay.key, [], { sentAt: clock }), acks, visitor: VISITOR });
  }
  return { id: event.id, timeMs: clock, state };
};

const STATES: readonly State[] = ["fired", "failed", "absent", "unknown"];

/** Time goes by in minutes; every ten of them the shop tells one event of each state, and the relay is asked each minute. */
const live = async (forMs: number, tells: boolean): Promise<Told[]> => {
  const told: Told[] = [];
  for (const endMs = clock + forMs; clock < endMs; clock += MINUTE) {
    if (tells && Math.round((endMs - clock) / MINUTE) % 10 === 0)
      for (const state of STATES) told.push(await tell(state));
    await relay.relay.flush();
  }
  return told;
};

const outcomesById = async (): Promise<Map<string, string>> =>
  new Map(
    (await relay.relay.store.recent(10_000)).map(({ id, deliveries }) => [id, deliveries[0]?.outcome ?? "waiting"]),
  );

test("six hours of nothing and one of 429: what is the only record goes, what the Tag had is late, and none goes twice", async () => {
  const before = await live(30 * MINUTE, true);
  expect(new Set((await outcomesById()).values())).toEqual(new Set(["sent"]));

  pinterest.fail({ kind: "drop before", times: 1_000_000 });
  const down = await live(6 * HOUR, true);
  // One probe or so a minute, however much waits.
  expect(pinterest.calls.length).toBeLessThan(before.length + 6 * 60 * 2);

  pinterest.mend();
  pinterest.fail({ kind: "429", retryAfterSeconds: 300, times: 1_000_000 });
  calls = pinterest.calls.length;
  const limited = await live(HOUR, true);
  expect(pinterest.calls.length - calls).toBeLessThanOrEqual(13);

  pinterest.mend();
  const backMs = clock;
  await live(90 * MINUTE, false);

  const outcomes = await outcomesById();
  // What waits is asked about within six minutes of Pinterest's return: the last Retry-After, and a probe.
  const edgeMs = 6 * MINUTE;
  for (const { id, timeMs, state } of [...before, ...down, ...limited]) {
    const ageMs = backMs - timeMs;
    if (before.some((one) => one.id === id)) expect(outcomes.get(id)).toBe("sent");
    else if (TOLD_BY_TAG[state] && ageMs > HOUR) expect([state, outcomes.get(id)]).toEqual([state, "late"]);
    else if (!TOLD_BY_TAG[state] || ageMs + edgeMs < HOUR) expect([state, outcomes.get(id)]).toEqual([state, "sent"]);
    else expect(outcomes.get(id)).toMatch(/^(sent|late)$/);
  }
  const arrived = pinterest.server.map(({ event_id }) => event_id);
  expect(arrived.length).toBe(new Set(arrived).size);
  expect(new Set(arrived)).toEqual(new Set([...outcomes].filter(([, one]) => one === "sent").map(([id]) => id)));
});

test("over a week of nothing: what is older than Pinterest takes has expired, the rest goes by the same rules", async () => {
  pinterest.fail({ kind: "503", times: 1_000_000 });
  const old = await Promise.all(STATES.map(tell));
  clock += 7 * DAY - 2 * HOUR;
  await relay.relay.flush();
  const late = await Promise.all(STATES.map(tell));
  clock += 2 * HOUR + MINUTE;
  const young = await Promise.all(STATES.map(tell));
  pinterest.mend();
  for (let minute = 0; minute < 90; minute += 1, clock += MINUTE) await relay.relay.flush();

  const outcomes = await outcomesById();
  const of = (told: readonly Told[]) => told.map(({ id }) => outcomes.get(id));
  // What the Tag had was late two hours before the week was over.
  expect(of(old)).toEqual(["late", "expired", "expired", "late"]);
  expect(of(late)).toEqual(["late", "sent", "sent", "late"]);
  expect(of(young)).toEqual(["sent", "sent", "sent", "sent"]);
});

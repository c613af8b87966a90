/** A shop's last days as its relay heard them, for pages that show figures: the same in every run. */
import type { Started } from "../start.ts";
import { chanceOf } from "./chance.ts";
import { shopper } from "./shoppers.ts";
import { type Telling, tellVisit } from "./visits.ts";

/** A relay's clock (its option `now`), which a history moves on. */
export interface Clock {
  now(): number;
  set(ms: number): void;
}

export const clockAt = (ms: number): Clock => {
  let at = ms;
  return {
    now: () => at,
    set(to) {
      at = to;
    },
  };
};

export interface HistoryOptions {
  clock: Clock;
  /** Where it ends, and the clock stands then; ms since 1970. */
  untilMs: number;
  days?: number;
  visitsADay?: number;
  seed?: number;
  origin?: string;
}

const HOUR = 3_600_000;
const FLUSH_MS = 600_000;
/** How busy each hour of the day is (UTC; the shop sells in North America). */
const HOURS = [9, 8, 6, 4, 2, 1, 1, 1, 1, 2, 3, 4, 6, 7, 8, 8, 9, 9, 8, 8, 9, 10, 11, 10];

/**
 * Tells a relay that has `clock` for its own all that happened to the shop, and sends what became due meanwhile. Give it
 * Shopify's secret, so that browser halves wait for the webhook; and what stands in for Pinterest the same clock.
 */
export async function tellHistory(
  { relay, key }: Pick<Started, "relay" | "key">,
  options: HistoryOptions,
): Promise<void> {
  const { clock, untilMs } = options;
  const shop = relay.directory.shop(key);
  if (!shop) throw new Error("the relay has no such shop");
  let flushedMs = 0;
  for (const { atMs, told } of plan(shop, options)) {
    if (atMs - flushedMs > FLUSH_MS) {
      await relay.flush();
      flushedMs = atMs;
    }
    clock.set(atMs);
    await relay.ingest(shop, told);
  }
  clock.set(untilMs);
  await relay.flush();
}

function plan(shop: { id: number; key: string }, options: HistoryOptions): Telling[] {
  const {
    untilMs,
    days = 7,
    visitsADay = 60,
    seed = 20_261_126,
    origin = "https://www.fennelandoak.example",
  } = options;
  const chance = chanceOf(seed);
  const sinceMs = untilMs - days * 24 * HOUR;
  const share = HOURS.reduce((sum, busy) => sum + busy, 0);
  const tellings: Telling[] = [];
  let number = 0;
  for (let hourMs = sinceMs; hourMs < untilMs; hourMs += HOUR) {
    // Of how many there should be by now those that are missing: so a day has as many visits as it should.
    const busy = HOURS[new Date(hourMs).getUTCHours()] ?? 0;
    const due = (visitsADay * busy) / share + chance.next() - 0.5;
    for (let n = 0; n < Math.max(0, Math.round(due)); n++) {
      number += 1;
      const startMs = hourMs + chance.within(0, HOUR - 1);
      tellings.push(...tellVisit({ shop, origin, chance, startMs, number, shopper: shopper(chance, number) }));
    }
  }
  return tellings.filter(({ atMs }) => atMs < untilMs).sort((a, b) => a.atMs - b.atMs);
}

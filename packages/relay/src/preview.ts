/** A dry run: the last events and orders judged under the settings as they are and as they would be. Nothing is written. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Draft } from "./core/draft.ts";
import type { Half } from "./core/event.ts";
import type { Destination } from "./core/settings.ts";
import { judge } from "./judge.ts";
import type { Sample } from "./store/reads.ts";
import { type ToldUnder, toldUnder } from "./told-under.ts";

/** So many of the newest events, and as many of the newest orders, are run. */
export const SAMPLES = 1_000;

export interface Compared<Key extends string = string> {
  of: Key;
  before: number;
  after: number;
}

export interface ContentIdChange {
  before: string;
  after: string;
  events: number;
}

/** What becomes of the samples at one destination. */
export interface Preview {
  destination: string;
  /** By what Pinterest would be told; what would not be told by its outcome, in parentheses. */
  events: Compared[];
  /** Of orders, by currency. */
  revenue: Compared[];
  /** The most frequent first, ten at most. */
  contentIds: ContentIdChange[];
}

/** How long samples are judged before what has come in has its turn. */
const TURN_MS = 4;

export async function preview(samples: readonly Sample[], before: Draft, after: Draft): Promise<Preview[]> {
  const previews: Preview[] = [];
  const [toldBefore, toldAfter] = [toldUnder(before, samples), toldUnder(after, samples)];
  for (const destination of after.destinations) {
    const was = before.destinations.find(({ id }) => id === destination.id) ?? destination;
    const tally = tallyOf(destination.name);
    let endMs = performance.now() + TURN_MS;
    for (const sample of samples) {
      tally.add(judged(sample, before, was, toldBefore), judged(sample, after, destination, toldAfter));
      if (performance.now() < endMs) continue;
      await nextTurn();
      endMs = performance.now() + TURN_MS;
    }
    previews.push(tally.preview());
  }
  return previews;
}

interface Judged {
  became: string;
  value?: { currency: string; amount: number };
  contentIds: string;
}

/** What a claim would have made of it while it was fresh. */
function judged(sample: Sample, { shop }: Draft, to: Destination, told: ToldUnder): Judged {
  const due = {
    shop: shop.id,
    name: sample.name,
    id: sample.id,
    halves: sample.halves.map((half) => told(sample.name, withNetwork(half))),
    attempts: 0,
    ...(sample.ack ? { ack: sample.ack } : {}),
  };
  const judgement = judge(due, shop, to, () => shop.settings, sample.receivedMs);
  if ("outcome" in judgement) return { became: `(${judgement.outcome})`, contentIds: "" };
  const { event_name: name, custom_data: said = {} } = JSON.parse(judgement.payload);
  const isOrder = sample.name === "Placed Order" && said.value !== undefined;
  return {
    became: String(name),
    ...(isOrder ? { value: { currency: String(said.currency ?? "–"), amount: Number(said.value) } } : {}),
    contentIds: (said.content_ids ?? []).join(", "),
  };
}

/** Where an event has settled its address is gone; it was there when it was judged. */
const withNetwork = (half: Half): Half =>
  half.network || half.source !== "browser" ? half : { ...half, network: { ip: "192.0.2.1", userAgent: "dry run" } };

function tallyOf(destination: string) {
  const events = new Map<string, Compared>();
  const revenue = new Map<string, Compared>();
  const contentIds = new Map<string, ContentIdChange>();
  const count = (all: Map<string, Compared>, of: string, side: "before" | "after", by: number): void => {
    const one = all.get(of) ?? { of, before: 0, after: 0 };
    one[side] += by;
    all.set(of, one);
  };
  return {
    add(before: Judged, after: Judged): void {
      for (const [side, { became, value }] of [
        ["before", before],
        ["after", after],
      ] as const) {
        count(events, became, side, 1);
        if (value) count(revenue, value.currency, side, value.amount);
      }
      if (before.contentIds === after.contentIds) return;
      const key = `${before.contentIds}\n${after.contentIds}`;
      const change = contentIds.get(key) ?? { before: before.contentIds, after: after.contentIds, events: 0 };
      change.events += 1;
      contentIds.set(key, change);
    },
    preview: (): Preview => ({
      destination,
      events: [...events.values()].sort((a, b) => Math.max(b.before, b.after) - Math.max(a.before, a.after)),
      revenue: [...revenue.values()],
      contentIds: [...contentIds.values()].sort((a, b) => b.events - a.events).slice(0, 10),
    }),
  };
}

/** Keeps what the relay is told of each event, and what it answers. */
import type { Beacon, BeaconEvent, CollectAnswer, CollectResult, TagSettings } from "../contract.ts";
import { kept } from "../kept.ts";
import { retryMs } from "../retry.ts";
import { type Entries, type Entry, entryOf, eventKey } from "./entry.ts";
import { RELAY } from "./words.ts";

/** Within this time of its call of the Pinterest Tag, the tag has posted an event or keeps it for the relay. */
const BEACON_MS = 2_000;

/** An answer to a beacon; without a status where none came. */
export interface Answer {
  status?: number;
  retryAfterSeconds?: number;
  body?: CollectAnswer | undefined;
}

export const relayHalves = (entries: Entries, settings: TagSettings) => {
  const inFlight = new Set<Entry>();
  /** What the tag keeps, or kept, until the relay answers. What earlier pages of the tab told it kept too. */
  const everKept = new WeakSet(entries.values());
  let tries = 0;

  /** Takes in an event as the tag tells it; what has become of it so far stays. */
  const take = (event: BeaconEvent): Entry => {
    const fresh = entryOf(event, settings);
    const entry = entries.get(fresh.key) ?? fresh;
    const { relay, pinterest, halves } = entry;
    const isOver = /not told|unknown/.test(relay.is);
    Object.assign(entry, fresh, {
      pinterest,
      relay: isOver ? fresh.relay : relay,
      halves: { ...halves, ...fresh.halves },
    });
    entries.set(entry.key, entry);
    return entry;
  };

  return {
    /** A beacon is on its way. Answers which events it holds. */
    sent({ events, acks = [], consent }: Beacon): Entry[] {
      for (const entry of entries.values())
        for (const { id, name, state } of acks) if (entry.id === id && entry.name === name) entry.reported = state;
      const sent = events.map((event) => Object.assign(take(event), { consent }));
      for (const entry of sent) inFlight.add(entry);
      return sent;
    },

    /** The relay has answered for them, or has not. */
    answered(sent: readonly Entry[], { status = 0, retryAfterSeconds = 0, body }: Answer): void {
      // As the tag itself does.
      const isFinal = /^2|400|413/.test(String(status));
      const restS = Math.ceil(retryMs(tries, 1, retryAfterSeconds) / 1_000);
      tries = isFinal ? 0 : tries + 1;
      const again = isFinal ? "" : `; tried ${tries === 1 ? "once" : `${tries} times`}, again within ${restS} s`;
      const { results = [], error } = body ?? {};
      const isRefused = error?.message && status < 500 && status !== 429;
      sent.forEach((entry, index) => {
        inFlight.delete(entry);
        const result = results[index];
        if (result && Object.hasOwn(RELAY, result.status)) entry.relay = statusOf(result);
        else if (isRefused) entry.relay = { is: "refused", why: `${error.field} ${error.message}${again}` };
        else if (!isFinal)
          entry.relay = { is: "unreachable", why: `${status ? `it answered ${status}` : "no answer"}${again}` };
      });
    },

    /** Looks at what the tag keeps for the relay, and what it has let go of. */
    look(now: number): void {
      // A beacon says more than what is kept: personal data does not rest in the browser.
      const waiting = new Set(
        kept(now).map((event) => {
          const known = entries.get(eventKey(event));
          return known?.said ? known : take(event);
        }),
      );
      for (const entry of waiting) everKept.add(entry);
      for (const entry of entries.values())
        if (/waiting|unreachable/.test(entry.relay.is) && !waiting.has(entry) && !inFlight.has(entry)) {
          if (everKept.has(entry)) entry.relay = { is: "unknown" };
          else if (!entry.said && now - entry.time > BEACON_MS) entry.relay = { is: "not told" };
        }
    },
  };
};

/** The relay names a field by its place in the beacon, which nobody sees. */
const statusOf = ({ status, field, message }: CollectResult): Entry["relay"] => ({
  is: status,
  ...(message && { why: `${field?.replace(/^events\[\d+\]\.?/, "") || "it"} ${message}` }),
});

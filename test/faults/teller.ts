/** Tells a relay events while something is wrong with it, and holds it to its word: what it answered for arrives, once. */
import { expect } from "vitest";
import { beacon, collect, viewedProduct } from "../beacons.ts";
import type { Pinterest } from "../pinterest/stand-in.ts";
import { until } from "../until.ts";

export interface Teller {
  /** One beacon with one event: its status. Anything but 202, and 503 with Retry-After, fails the test. */
  tell(): Promise<number>;
  /** Tells until it is answered so. */
  tellUntil(status: number): Promise<void>;
  /** Event IDs that were answered with 202. */
  kept: ReadonlySet<string>;
  /** How often the answer was 503. */
  refused(): number;
  /** All that was answered for is with Pinterest, counted once each, and nothing was told in two ways. */
  expectArrived(pinterest: Pinterest, withinMs?: number): Promise<void>;
}

export function teller(relay: () => { url: string; key: string }): Teller {
  const kept = new Set<string>();
  let refused = 0;
  const tell = async (): Promise<number> => {
    const event = viewedProduct();
    const { status, headers } = await collect(relay(), beacon(relay().key, [event]));
    if (status === 202) kept.add(event.id);
    else {
      expect(status).toBe(503);
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
      refused += 1;
    }
    return status;
  };
  return {
    tell,
    tellUntil: (status) => until(async () => (await tell()) === status),
    kept,
    refused: () => refused,
    async expectArrived(pinterest, withinMs) {
      const arrived = () => new Set(pinterest.server.map(({ event_id }) => event_id));
      await until(() => [...kept].every((id) => arrived().has(id)), withinMs);
      // As the stand-in judges: twice with other bytes, or once within the hour and once after it.
      expect(pinterest.verdicts().filter(({ verdict }) => verdict === "counted twice")).toEqual([]);
    },
  };
}

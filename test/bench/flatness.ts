/** Whether a commit takes longer the more the ledger holds. All ledgers stay open and take turns. */
import { mkdtempSync, rmSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ingest, ingestInto } from "#relay/ingest";
import { seedStore } from "#relay/seed";
import { sealWith } from "#relay/store/seal";
import { sqliteStore } from "#relay/store/sqlite";
import type { Store } from "#relay/store/store";
import { ACCOUNT } from "../start.ts";
import { percentile } from "./figures.ts";
import { BYTES_A_ROW, fillLedger } from "./ledger.ts";
import { BENCH_ORIGIN } from "./load.ts";
import type { Options, Row } from "./row.ts";
import { toldBy } from "./told.ts";

const SIZES = { quick: [10_000, 100_000], long: [10_000, 1_000_000, 10_000_000] };
/** Of the disk's free room no more than this share is taken. */
const ROOM = 0.6;
const SEAL = sealWith("a secret of decent length, made up for benchmarks");

/** Commits of so many events that come in at once, and how many of each a ledger makes in a turn. */
// biome-ignore format: a table
const COMMITS = [
  { what: "one event",            events: 1,  aTurn: 10 },
  { what: "64 events at a time",  events: 64, aTurn: 3 },
] as const;

interface Ledger {
  size: number;
  /** Tells events, each in a request of its own, and waits until all are durable. */
  tell(events: number): Promise<void>;
  close(): Promise<void>;
}

export async function flatness({ quick }: Options): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-flatness-"));
  const ledgers: Ledger[] = [];
  const missing: Row[] = [];
  try {
    for (const size of quick ? SIZES.quick : SIZES.long) {
      const { bavail, bsize } = await statfs(folder);
      const needed = size * BYTES_A_ROW;
      if (needed > bavail * bsize * ROOM) missing.push(...unmeasured(size, needed));
      else ledgers.push(await filled(join(folder, `${size}.db`), size));
    }
    return [...(await inTurns(ledgers, quick ? 15 : 100)), ...missing];
  } finally {
    for (const ledger of ledgers) await ledger.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const TABLE = "A commit, until it is on the disk";
const nameOf = (size: number, what: string): string => `${size.toLocaleString("en")} rows, ${what}`;

const unmeasured = (size: number, bytes: number): Row[] =>
  COMMITS.map(({ what }) => ({
    table: TABLE,
    what: nameOf(size, what),
    unit: "ms, p50",
    value: null,
    note: `the disk has no room for the ${Math.ceil(bytes / 1e9)} GB that this many rows take`,
  }));

async function filled(path: string, size: number): Promise<Ledger> {
  await (await sqliteStore(path, SEAL)).close();
  await fillLedger(path, size, Date.now());
  const store = await sqliteStore(path, SEAL);
  await seedStore(store, { origins: [BENCH_ORIGIN], account: ACCOUNT });
  return { size, tell: await telling(store), close: () => store.close() };
}

async function telling(store: Store): Promise<Ledger["tell"]> {
  const [[shop], destinations] = [await store.shops(), await store.destinations()];
  if (!shop) throw new Error("the ledger has no shop");
  const ingest: Ingest = ingestInto(
    store,
    () => destinations,
    () => {},
  );
  return async (events) => {
    await Promise.all(Array.from({ length: events }, () => ingest(shop, toldBy(shop.id, 1))));
  };
}

async function inTurns(ledgers: readonly Ledger[], turns: number): Promise<Row[]> {
  const tookMs = new Map<string, number[]>();
  const timesOf = (size: number, what: string): number[] => {
    const name = nameOf(size, what);
    const times = tookMs.get(name) ?? [];
    tookMs.set(name, times);
    return times;
  };
  // The first turn fills what is remembered.
  for (let turn = -1; turn < turns; turn += 1)
    for (const ledger of turn % 2 ? ledgers : ledgers.toReversed())
      for (const { what, events, aTurn } of COMMITS)
        for (let n = 0; n < aTurn; n += 1) {
          const before = performance.now();
          await ledger.tell(events);
          if (turn >= 0) timesOf(ledger.size, what).push(performance.now() - before);
        }

  const smallest = ledgers[0]?.size ?? 0;
  return ledgers.flatMap(({ size }) =>
    COMMITS.flatMap(({ what }): Row[] => {
      const cell = { table: TABLE, what: nameOf(size, what) };
      const times = timesOf(size, what);
      const p50 = percentile(times, 0.5);
      const rows: Row[] = [
        { ...cell, unit: "ms, p50", value: p50 },
        { ...cell, unit: "ms, p99", value: percentile(times, 0.99) },
      ];
      if (size > smallest) {
        const value = p50 / percentile(timesOf(smallest, what), 0.5);
        rows.push({ ...cell, unit: "×", ratioTo: nameOf(smallest, "the same"), value, bar: "flat" });
      }
      return rows;
    }),
  );
}

/** The numbers that Pinrelay set itself, and whether they are met. */

interface Bar {
  what: string;
  unit: string;
  most?: number;
  least?: number;
}

// biome-ignore format: a table
export const BARS = {
  "tag first":      { what: "the tag's first file, brotli 11",                                               unit: "bytes",      most: 4_096 },
  "tag any":        { what: "tag for any shop, both files, brotli 11",                                       unit: "bytes",      most: 4_096 },
  "tag one":        { what: "tag for one platform, both files, brotli 11",                                   unit: "bytes",      most: 4_608 },
  "tag every":      { what: "tag with every platform, both files, brotli 11",                                unit: "bytes",      most: 6_144 },
  "main thread":    { what: "the tag's time on the main thread at load, processor slowed down 4×",           unit: "ms",         most: 5 },
  "long tasks":     { what: "long tasks of the tag at load, slowed down 4×",                                 unit: "tasks",      most: 0 },
  "layout shift":   { what: "layout shift by the tag",                                                       unit: "score",      most: 0 },
  "best Express":   { what: "accept, durable, 64 connections, one event ÷ the best bare Express 5",          unit: "×",          least: 0.65 },
  "stock Express":  { what: "the same ÷ stock bare Express 5, Node 20",                                      unit: "×",          least: 2 },
  "five events":    { what: "events/s with five events a beacon ÷ stock bare Express's requests/s, Node 20", unit: "×",          least: 4.5 },
  "accept p99":     { what: "accept p99 at 4,000 requests/s",                                                unit: "ms",         most: 15 },
  "flat":           { what: "commit p50 with a full ledger ÷ with 10 thousand rows",                         unit: "×",          most: 1.15 },
  "mapping":        { what: "event → Pinterest payload, in process ÷ a hand-written floor",                  unit: "×",          least: 0.8 },
  "drain":          { what: "drain of a backlog, Pinterest answering after 100 ms",                          unit: "events/s",   least: 30_000 },
  "poison":         { what: "calls for one poison event in a batch of 1,000",                                unit: "calls",      most: 25 },
  "reach":          { what: "accept → Pinterest, events not held, p99",                                      unit: "ms",         most: 5_000 },
  "PostgreSQL":     { what: "PostgreSQL relay ÷ SQLite relay, one process",                                  unit: "×",          least: 0.85 },
  "memory":         { what: "memory under sustained load, the most",                                         unit: "MB of RSS",  most: 200 },
  "memory growth":  { what: "memory under sustained load is flat",                                           unit: "MB/min",     most: 0.5 },
  "suite":          { what: "npm ci && npm test in a fresh clone",                                           unit: "s",          most: 300 },
} as const satisfies Record<string, Bar>;

export type BarId = keyof typeof BARS;

/** What is known of why a bar is missed, for the document; shown only where it is. */
const ONE_FILE =
  "The bar was set for one file. The first file takes calls, asks for consent and delivers, and is within it; the second is loaded after it.";
const profileOf = (part: string): string =>
  `A profile (\`BENCH_PROFILE=folder npm run bench -- --only ${part} --quick\`, then \`node test/dist/bench/profile.js folder/*.cpuprofile\`)`;
const NO_ONE_THING = `${profileOf("accept")} finds on Node 20 a fifth in garbage collection, a tenth in the answer's way into the socket, and less than a tenth each in zod, the statement that adds the event, the commit, JSON, Express's router and the rest. The trial behind the bar wrote one table.`;

export const WHY_MISSED: Partial<Record<BarId, string>> = {
  "tag any": ONE_FILE,
  "tag one": ONE_FILE,
  "tag every": ONE_FILE,
  "main thread":
    "A script that does nothing but send the two requests of such a page is over it by itself, and one that also has two scripts loaded and touches a cookie and both storages takes about half of the tag's time: `node test/dist/bench/page-work.js`, and [by kind of work](page-cost.md#where-it-goes).",
  "best Express": NO_ONE_THING,
  "stock Express": NO_ONE_THING,
  "five events": NO_ONE_THING,
  "accept p99": "Where a machine can take fewer requests than are due, what waits grows for as long as it is measured.",
  mapping: `${profileOf("mapping")} finds a quarter in writing the fields, a sixth in merging the halves, and a tenth each in normalizing, in the hashes and in money, which is computed as the tag computes it. The floor hashes what it is given: it neither normalizes nor merges.`,
  drain: `${profileOf("drain")}, which holds the taking in of the backlog too, finds no one thing: SQLite's statements and their commits, garbage collection, the merge, the payload. Each payload is frozen into its row before it is sent, so that a try after a crash says the same, and written again without what is personal when it is settled; indexes change with both. The trial behind the bar wrote one table.`,
  memory:
    "V8 collects the heap once it has grown by half (`packages/relay/src/heap.ts`); beside it are what has just been made, Node itself and 24 MB of SQLite's pages at most (`cache_size`).",
  "memory growth":
    "What is remembered of visitors, addresses and pages is bounded by count. Whether ten minutes are too few for it to come to rest, `npm run test:soak` looks for half an hour; it was not run for this table.",
  suite:
    "Real browsers, databases and processes share two cores, which are busy all the while; with more of them it was not measured.",
  PostgreSQL: `Load, relay and database share this machine's two cores, and PostgreSQL takes one of them; a database on a machine of its own was not measured. ${profileOf("postgres")} finds a quarter of the relay's own time in writing to sockets, where PostgreSQL takes its turn, and less than a tenth in garbage collection.`,
};

export const barOf = (id: BarId): Bar => BARS[id];

/** "≤ 15" or "≥ 0.65". */
export const limitOf = (id: BarId): string => {
  const { most, least } = barOf(id);
  return most === undefined ? `≥ ${(least ?? 0).toLocaleString("en")}` : `≤ ${most.toLocaleString("en")}`;
};

/** How far it is met: 1 or more where it is, less where it is not. A bar of none at all is met by none alone. */
export const shareOf = (id: BarId, value: number): number => {
  const { most, least } = barOf(id);
  if (least !== undefined) return value / least;
  if (value <= 0) return 1;
  return (most ?? 0) / value;
};

export const isMet = (id: BarId, value: number): boolean => shareOf(id, value) >= 1;

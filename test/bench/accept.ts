/**
 * How many requests a relay takes that answers only when all is on the disk, against servers that read the same body and
 * keep nothing: all take turns, on each Node. Besides requests a second, what a request takes of the server's processor,
 * which depends less on who else uses the machine.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BarId } from "./bars.ts";
import { median, quotients, rangeOf } from "./figures.ts";
import { beaconText } from "./load.ts";
import { type FoundNode, NODE_LINES, nodesOf } from "./nodes.ts";
import { asFastAsCan } from "./plain-client.ts";
import { answeringAfter, type Served, serve } from "./processes.ts";
import type { Options, Row } from "./row.ts";
import type { ServerKind } from "./server.ts";

const CONNECTIONS = [64, 8, 256];
const BAR_CONNECTIONS = 64;
const ANSWER_MS = 100;
const KINDS = ["node", "best", "express", "relay", "delivering"] as const;

// biome-ignore format: a table
const CONTENDERS = [
  { what: "node:http, reads and parses", kind: "node",    events: 1 },
  { what: "best bare Express",           kind: "best",    events: 1 },
  { what: "stock Express",               kind: "express", events: 1 },
  { what: "relay",                       kind: "relay",   events: 1 },
  { what: "relay, five events",          kind: "relay",      events: 5 },
  { what: "relay that delivers along",   kind: "delivering", events: 1 },
] as const satisfies readonly { what: string; kind: ServerKind; events: number }[];
type Contender = (typeof CONTENDERS)[number]["what"];

interface Measured {
  /** Requests a second, by round. */
  rates: number[];
  /** Microseconds of the server's processor time a request, by round. */
  processorUs: number[];
}

/** `leadSeconds`: of each turn, before it counts, since caches are the last one's by then. */
const TIMES = {
  quick: { rounds: 3, seconds: 0.3, leadSeconds: 0.15, relaySeconds: 1.5, bodiesASecond: 2_000 },
  long: { rounds: 5, seconds: 1.2, leadSeconds: 0.6, relaySeconds: 8, bodiesASecond: 12_000 },
};
type Times = (typeof TIMES)["long"];

export async function accept({ quick }: Options): Promise<Row[]> {
  const own = /^v(\d+)/.exec(process.version)?.[1] ?? "";
  const rows: Row[] = [];
  for (const node of await nodesOf(quick ? [own] : NODE_LINES))
    rows.push(
      ...("path" in node ? await onNode(node, quick ? TIMES.quick : TIMES.long) : missing(node.line, node.why)),
    );
  const left = quick ? NODE_LINES.filter((line) => line !== own) : [];
  return [...rows, ...left.flatMap((line) => missing(line, "the short form measures on its own Node alone"))];
}

const missing = (line: string, note: string): Row[] =>
  ratiosOn(line).map(({ what, to, bar }) => ({
    table: `Node ${line}`,
    what,
    unit: "×",
    ratioTo: to,
    value: null,
    bar,
    note,
  }));

async function onNode({ line, version, path }: FoundNode, times: Times): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-accept-"));
  const servers = new Map<ServerKind, Served>();
  let there: Served | undefined;
  try {
    there = await answeringAfter(ANSWER_MS);
    for (const kind of KINDS)
      servers.set(
        kind,
        await serve(kind, { database: join(folder, `${kind}.db`), apiUrl: `${there.url}/v5`, node: path }),
      );
    // They are much more code than the others, and take longer to be compiled.
    for (const kind of ["relay", "delivering"] as const) {
      const relay = servers.get(kind);
      if (relay) await measure(relay, BAR_CONNECTIONS, times.relaySeconds, 1, times.bodiesASecond);
    }
    const rows: Row[] = [];
    for (const connections of CONNECTIONS) {
      const measured = await inTurns(servers, connections, times);
      rows.push(...rowsOf(`Node ${version.slice(1)}, ${connections} connections`, line, connections, measured));
    }
    return rows;
  } finally {
    await Promise.all([...servers.values(), ...(there ? [there] : [])].map((server) => server.close()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inTurns(
  servers: ReadonlyMap<ServerKind, Served>,
  connections: number,
  times: Times,
): Promise<Map<Contender, Measured>> {
  const found = new Map<Contender, Measured>();
  for (let round = 0; round < times.rounds; round += 1)
    for (const { what, kind, events } of CONTENDERS) {
      const server = servers.get(kind);
      if (!server || (kind === "delivering" && connections !== BAR_CONNECTIONS)) continue;
      await measure(server, connections, times.leadSeconds, events, times.bodiesASecond);
      const { rate, processorUs } = await measure(server, connections, times.seconds, events, times.bodiesASecond);
      const so = found.get(what) ?? { rates: [], processorUs: [] };
      found.set(what, so);
      so.rates.push(rate);
      if (processorUs !== undefined) so.processorUs.push(processorUs);
    }
  return found;
}

async function measure(server: Served, connections: number, seconds: number, events: number, bodiesASecond: number) {
  const more = server.key ? () => beaconText(server.key, events) : anyBeacon;
  const bodies = server.key ? Array.from({ length: (bodiesASecond * seconds) / events }, more) : [];
  const before = server.processorSeconds();
  const { answers, seconds: took } = await asFastAsCan({ url: server.url, connections, seconds, bodies, more });
  const after = server.processorSeconds();
  return {
    rate: answers / took,
    processorUs: before === undefined || after === undefined ? undefined : ((after - before) * 1e6) / answers,
  };
}

/** Who keeps nothing may be told the same again. */
const ANY = Array.from({ length: 500 }, () => beaconText("k3x9q2m7", 1));
let asked = 0;
const anyBeacon = (): string => {
  asked = (asked + 1) % ANY.length;
  return ANY[asked] ?? "";
};

// biome-ignore format: a table
const RATIOS: readonly { what: Contender; to: Contender; factor: number; bar: BarId; line?: string }[] = [
  { what: "relay",              to: "best bare Express", factor: 1, bar: "best Express" },
  { what: "relay",              to: "stock Express",     factor: 1, bar: "stock Express", line: "20" },
  { what: "relay, five events", to: "stock Express",     factor: 5, bar: "five events",   line: "20" },
];

const ratiosOn = (line: string) => RATIOS.filter(({ line: only }) => only === undefined || only === line);

function rowsOf(table: string, line: string, connections: number, found: ReadonlyMap<Contender, Measured>): Row[] {
  const rows: Row[] = [];
  for (const { what, events } of CONTENDERS) {
    const { rates, processorUs } = found.get(what) ?? { rates: [], processorUs: [] };
    if (rates.length === 0) continue;
    rows.push({ table, what, unit: "requests/s", value: median(rates), range: rangeOf(rates) });
    if (events > 1) rows.push({ table, what, unit: "events/s", value: median(rates) * events });
    rows.push(
      processorUs.length > 0
        ? { table, what, unit: "µs of processor a request", value: median(processorUs), range: rangeOf(processorUs) }
        : { table, what, unit: "µs of processor a request", value: null, note: "only Linux tells it in /proc" },
    );
  }
  const barred = connections === BAR_CONNECTIONS ? ratiosOn(line) : [];
  for (const ratio of RATIOS) {
    const { what, to, factor, bar } = ratio;
    const [ours, theirs] = [found.get(what)?.rates ?? [], found.get(to)?.rates ?? []];
    rows.push({
      table,
      what,
      unit: "×",
      ratioTo: to,
      value: (median(ours) / median(theirs)) * factor,
      range: rangeOf(quotients(ours, theirs).map((one) => one * factor)),
      ...(barred.includes(ratio) ? { bar } : {}),
      ...(factor > 1 ? { note: "events/s ÷ requests/s" } : {}),
    });
    const [ourUs, theirUs] = [found.get(what)?.processorUs ?? [], found.get(to)?.processorUs ?? []];
    if (ourUs.length > 0)
      rows.push({
        table,
        what,
        unit: "×",
        ratioTo: `${to}, by processor time`,
        value: (median(theirUs) / median(ourUs)) * factor,
      });
  }
  return rows;
}

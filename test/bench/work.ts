/** What kinds of work a page's scripts did, by a trace with a CPU profile in it. Pure. */
import { endOf, type Frame, mainThread, outermost, runsOf, type TraceEvent } from "./trace.ts";

/** What is made anew for a script, not by it. */
const COMPILES = /^(v8\.compile|V8\.(CompileCode|ScriptCompiler|FinalizeBaseline\w+))$/;

const COMPILING = "compiling";
const OWN = "the tag's own steps";

// biome-ignore format: a table
/** Kind of work → the browser's function that runs, what stands in the script at the place, what stands around it. The first that fits. */
const KINDS: readonly (readonly [kind: string, native: RegExp, at: RegExp, around?: RegExp])[] = [
  ["`fetch()`",                        /^fetch$/,                                        /^fetch\(/],
  ["to have a script loaded",          /^append$/,                                       /^append\(|^\w+\.append\(/],
  ["cookies and storage",              /^(get|set|remove)Item$/,                         /^document\.cookie/, /(local|session)Storage|document\.cookie|;Secure"/],
  ["collecting garbage",               /^\(garbage collector\)$/,                        /^$/],
  ["listeners, timers, observers",     /^(addEventListener|setTimeout|observe|getEntries)$/, /^(addEventListener|setTimeout|observe|getEntries)\(/],
  ["regular expressions",              /^(exec|test|replace|match|split)$/,              /^(exec|test|replace|match|split)\(/],
  ["reading the document",             /^(querySelector|getAttribute|closest|matches)/,  /^(document\.(querySelector|currentScript|scripts)|querySelector|innerHTML|textContent|closest)/],
  ["JSON, addresses, random numbers",  /^(parse|stringify|encode|getRandomValues|URL)$/, /^(parse|stringify|encode)\(|^new (URL|TextEncoder)/],
];

/** All kinds, as they are to be shown. */
export const KIND_NAMES: readonly string[] = [COMPILING, ...KINDS.map(([kind]) => kind), OWN];

/** From then on; without a kind what comes next has begun already. */
interface Point {
  at: number;
  kind?: string;
}

/** Milliseconds of processor time by kind. A sample's share of a run's wait is its share of the run. */
export const workOf = (
  events: readonly TraceEvent[],
  page: string,
  patterns: readonly RegExp[],
  textOf: (address: string) => string | undefined,
): Map<string, number> => {
  const own = mainThread(events, page);
  const compiles = outermost(own.filter(({ name }) => COMPILES.test(name)));
  const samples = samplesOf(events.filter(({ pid }) => pid === own[0]?.pid));
  const work = new Map<string, number>();
  for (const { event, by } of runsOf(own, patterns)) {
    if (by < 0) continue;
    const isInside = (at: number) => at >= event.ts && at < endOf(event);
    const points: Point[] = [
      ...samples
        .filter(({ at }) => isInside(at) && !compiles.some((one) => at >= one.ts && at < endOf(one)))
        .map((sample) => ({ at: sample.at, kind: kindOf(sample, textOf) })),
      ...compiles
        .filter(({ ts }) => isInside(ts))
        .flatMap((one) => [{ at: one.ts, kind: COMPILING }, { at: endOf(one) }]),
    ].sort((a, b) => a.at - b.at);
    const perUs = (event.tdur ?? 0) / (event.dur || 1) / 1_000;
    let last: Point = { at: event.ts };
    for (const point of [...points, { at: endOf(event) }]) {
      const kind = last.kind ?? point.kind ?? OWN;
      work.set(kind, (work.get(kind) ?? 0) + (point.at - last.at) * perUs);
      last = point;
    }
  }
  return work;
};

interface Sample {
  at: number;
  /** Innermost first. */
  frames: Frame[];
  line: number;
  column: number;
}

const samplesOf = (events: readonly TraceEvent[]): Sample[] => {
  const known = new Map<number, Frame>();
  let at = 0;
  return events
    .filter(({ name }) => name === "Profile" || name === "ProfileChunk")
    .sort((a, b) => a.ts - b.ts)
    .flatMap(({ args: { data: { startTime, cpuProfile, timeDeltas = [], lines = [], columns = [] } = {} } }) => {
      at = startTime ?? at;
      for (const node of cpuProfile?.nodes ?? []) known.set(node.id, node);
      return (cpuProfile?.samples ?? []).map((id, index) => {
        at += timeDeltas[index] ?? 0;
        const frames: Frame[] = [];
        for (let node = known.get(id); node; node = known.get(node.parent ?? -1)) frames.push(node);
        return { at, frames, line: lines[index] ?? 0, column: columns[index] ?? 0 };
      });
    });
};

const kindOf = ({ frames, line, column }: Sample, textOf: (address: string) => string | undefined): string => {
  const [innermost] = frames;
  const native = innermost?.callFrame.url ? "" : (innermost?.callFrame.functionName ?? "");
  const script = frames.find(({ callFrame }) => callFrame.url)?.callFrame.url ?? "";
  const text = textOf(script)?.split("\n")[line - 1] ?? "";
  const at = text.slice(column - 1);
  const around = text.slice(Math.max(0, column - 50), column + 15);
  const [kind] =
    KINDS.find(([, named, here, near]) => named.test(native) || (text && (here.test(at) || near?.test(around)))) ?? [];
  return kind ?? OWN;
};

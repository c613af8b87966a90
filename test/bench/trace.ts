/** What a trace of a page's load says of the main thread: how long whose code ran there. Pure. */

/** An event of Chromium's trace format, as far as it is read here; times in microseconds. */
export interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  /** Time on the processor: what others on the machine take is not in it. */
  tdur?: number;
  args: { data?: { url?: string; documentLoaderURL?: string; isLoadingMainFrame?: boolean } & Partial<Samples> };
}

/** Part of a CPU profile, where one is asked for. */
export interface Samples {
  startTime: number;
  cpuProfile: { nodes?: Frame[]; samples?: number[] };
  timeDeltas: number[];
  lines: number[];
  columns: number[];
}

export interface Frame {
  id: number;
  parent?: number;
  /** Without an address it is the browser's own. */
  callFrame: { functionName: string; url?: string };
}

/** A script's outermost run, by the number of the pattern that its address matches; -1 for any other's. */
export interface Run {
  event: TraceEvent;
  by: number;
}

/** Milliseconds of one page's load. */
export interface Load {
  /** All that the main thread did. */
  main: number;
  /** What ran of each script, by the number of the first pattern that its address matches. */
  scripts: number[];
  /** The longest single run of any of `ours`, by the clock. */
  longest: number;
  /** Tasks by the clock over 50 ms, at least half of which ours were. */
  longTasks: number;
}

/** Events that a script's address stands on; a task or a timer that runs it is around them. */
const RUNS = ["EvaluateScript", "v8.compile", "FunctionCall"];
const LONG_TASK_US = 50_000;

/** `ours`: how many of the patterns, from the first on, are ours. */
export const loadOf = (
  events: readonly TraceEvent[],
  page: string,
  patterns: readonly RegExp[],
  ours: number,
): Load => {
  const own = mainThread(events, page);
  const runs = runsOf(own, patterns);
  const tasks = own.filter(({ name }) => name === "RunTask");
  const ourRuns = runs.filter(({ by }) => by >= 0 && by < ours).map(({ event }) => event);
  return {
    main: milliseconds(tasks),
    scripts: patterns.map((_, index) => milliseconds(runs.flatMap(({ event, by }) => (by === index ? event : [])))),
    longest: Math.max(0, ...ourRuns.map(({ dur = 0 }) => dur / 1000)),
    longTasks: tasks.filter((task) => {
      const inside = ourRuns.filter(({ ts }) => ts >= task.ts && ts < endOf(task));
      const part = inside.reduce((sum, { dur = 0 }) => sum + dur, 0);
      return (task.dur ?? 0) > LONG_TASK_US && part * 2 > (task.dur ?? 0);
    }).length,
  };
};

/** What the thread that loaded a page did from then on, in order, what is around it first. */
export const mainThread = (events: readonly TraceEvent[], page: string): TraceEvent[] => {
  const commit = events.find(({ name, args }) => name === "CommitLoad" && args.data?.url === page);
  if (!commit) throw new Error(`The trace has no load of ${page}.`);
  return events
    .filter(({ ph, pid, tid, ts }) => ph === "X" && pid === commit.pid && tid === commit.tid && ts >= commit.ts)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
};

export const runsOf = (own: readonly TraceEvent[], patterns: readonly RegExp[]): Run[] =>
  outermost(own.filter(({ name }) => RUNS.includes(name))).map((event) => ({
    event,
    by: patterns.findIndex((pattern) => pattern.test(event.args.data?.url ?? "")),
  }));

export const endOf = ({ ts, dur = 0 }: TraceEvent): number => ts + dur;

/** A script that runs another's function runs all of it. */
export const outermost = (events: readonly TraceEvent[]): TraceEvent[] => {
  let end = 0;
  return events.filter((event) => {
    const isOuter = event.ts >= end;
    if (isOuter) end = endOf(event);
    return isOuter;
  });
};

const milliseconds = (events: readonly TraceEvent[]): number =>
  events.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1000;

/** What a trace of a page's load says of the main thread: how long whose code ran there. Pure. */

/** An event of Chromium's trace format, as far as it is read here; times in microseconds. */
interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  /** Time on the processor: what others on the machine take is not in it. */
  tdur?: number;
  args: { data?: { url?: string; documentLoaderURL?: string; isLoadingMainFrame?: boolean } };
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
  const commit = events.find(({ name, args }) => name === "CommitLoad" && args.data?.url === page);
  if (!commit) throw new Error(`The trace has no load of ${page}.`);
  const own = events
    .filter(({ ph, pid, tid, ts }) => ph === "X" && pid === commit.pid && tid === commit.tid && ts >= commit.ts)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const runs = outermost(own.filter(({ name }) => RUNS.includes(name))).map((event) => ({
    event,
    by: patterns.findIndex((pattern) => pattern.test(event.args.data?.url ?? "")),
  }));
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

const endOf = ({ ts, dur = 0 }: TraceEvent): number => ts + dur;

/** A script that runs another's function runs all of it. */
const outermost = (events: readonly TraceEvent[]): TraceEvent[] => {
  let end = 0;
  return events.filter((event) => {
    const isOuter = event.ts >= end;
    if (isOuter) end = endOf(event);
    return isOuter;
  });
};

const milliseconds = (events: readonly TraceEvent[]): number =>
  events.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1000;

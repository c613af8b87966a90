/** What the tag costs a page: bytes, time on the main thread while it loads, and each of the page's own requests. */
import type { Build } from "../tag/bundle.ts";
import { median, rangeOf } from "./figures.ts";
import { PAGE_BUILDS, pageLoads } from "./main-thread.ts";
import { patchedCalls, type Times } from "./patched-calls.ts";
import type { Options, Row } from "./row.ts";
import { tagBytes } from "./tag-bytes.ts";

/** The one that the bar is for. */
const SLOW = 4;

export async function tag(options: Options): Promise<Row[]> {
  return [...tagBytes(), ...(await mainThread(options)), ...(await requests(options))];
}

async function mainThread({ quick }: Options): Promise<Row[]> {
  const own = (name: string): readonly Build[] => PAGE_BUILDS[name]?.slice(0, 1) ?? [];
  const { version, rows, hung } = await pageLoads({
    rounds: quick ? 2 : 9,
    rates: quick ? [SLOW] : [SLOW, 1],
    names: quick ? ["JSON-LD"] : Object.keys(PAGE_BUILDS),
    builds: quick ? own : (name) => PAGE_BUILDS[name] ?? [],
  });
  const note = hung > 0 ? `${hung} visits hung, and are not counted` : undefined;
  return rows.flatMap(({ rate, name, build, loads, shifts }): Row[] => {
    if (!build) return [];
    const without = rows.find((row) => row.rate === rate && row.name === name && !row.build);
    const both = loads.map(({ scripts }) => (scripts[0] ?? 0) + (scripts[1] ?? 0));
    const cell = {
      table: `Main thread while a page loads, Chromium ${version}${rate > 1 ? `, slowed down ${rate}×` : ""}`,
      what: `${name}, second file of ${build}`,
      ...(note ? { note } : {}),
    };
    const isBar = rate === SLOW;
    const more = median(loads.map(({ main }) => main)) - median(without?.loads.map(({ main }) => main) ?? []);
    const longest = loads.map((load) => load.longest);
    const longTasks = loads.reduce((sum, load) => sum + load.longTasks, 0);
    const shift = Math.max(0, median(shifts) - median(without?.shifts ?? []));
    return [
      { ...cell, unit: "ms, first file", value: median(loads.map(({ scripts }) => scripts[0] ?? 0)) },
      { ...cell, unit: "ms, second file", value: median(loads.map(({ scripts }) => scripts[1] ?? 0)) },
      {
        ...cell,
        unit: "ms, both",
        value: median(both),
        range: rangeOf(both),
        ...(isBar ? { bar: "main thread" } : {}),
      },
      { ...cell, unit: "ms, page with − without", value: more },
      { ...cell, unit: "ms, longest run", value: median(longest), range: rangeOf(longest) },
      {
        ...cell,
        unit: `long tasks in ${loads.length} loads`,
        value: longTasks,
        ...(isBar ? { bar: "long tasks" } : {}),
      },
      { ...cell, unit: "layout shift, with − without", value: shift, ...(isBar ? { bar: "layout shift" } : {}) },
    ];
  });
}

// biome-ignore format: a table
const CALLS = [
  ["call",   "fetch()"],
  ["answer", "until fetch() is fulfilled"],
  ["xhr",    "open() and send()"],
] as const;

async function requests({ quick }: Options): Promise<Row[]> {
  const { version, calls } = await patchedCalls(quick ? [1] : [1, SLOW], quick);
  return calls.flatMap(({ build, rate, kind, times }) =>
    CALLS.map(([key, name]): Row => {
      const table = `What a request costs more, Chromium ${version}${rate > 1 ? `, slowed down ${rate}×` : ""}`;
      return { table, what: `${build}, ${kind}`, unit: `µs, ${name}`, value: adds(times[key]) };
    }),
  );
}

const adds = ({ direct, ours }: Times): number => median(ours) - median(direct);

/**
 * What the tag costs a page's main thread while the page loads: see `main-thread.ts`.
 * `node test/dist/bench/page-load.js Shopify` loads those pages only, `BENCH_ROUNDS` says how often.
 */
import { median, p90 } from "./figures.ts";
import { PAGE_BUILDS, pageLoads } from "./main-thread.ts";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const RATES = [4, 1];

const wanted = process.argv[2] ?? "";
const { version, rows, hung } = await pageLoads({
  rounds: ROUNDS,
  rates: RATES,
  names: Object.keys(PAGE_BUILDS).filter((name) => name.includes(wanted)),
  builds: (name) => PAGE_BUILDS[name] ?? [],
});

const spread = (numbers: number[]): string => `${median(numbers).toFixed(1)} / ${p90(numbers).toFixed(1)}`;
const HEAD = [
  "page, build",
  "first file",
  "second file",
  "Pinterest's",
  "both of ours",
  "page with − without",
  "longest run",
  "long tasks",
];
const line = (cells: readonly string[]): string =>
  cells.map((cell, index) => (index ? cell.padStart(21 - (index < 4 ? 6 : 0)) : cell.padEnd(28))).join("");

console.log(
  `${version}, medians / 90th percentiles of ${ROUNDS}, ms of processor time; "longest run" by the clock; ${hung} visits hung and are not counted`,
);
for (const rate of RATES) {
  console.log(`\n${rate === 1 ? "not slowed down" : `slowed down ${rate}×`}\n${line(HEAD)}`);
  for (const { name, build, loads, rate: own } of rows) {
    if (own !== rate || !build) continue;
    const without = rows.find((row) => row.rate === rate && row.name === name && !row.build)?.loads ?? [];
    const script = (index: number): number[] => loads.map(({ scripts }) => scripts[index] ?? 0);
    const more = median(loads.map(({ main }) => main)) - median(without.map(({ main }) => main));
    console.log(
      line([
        `${name}, ${build}`,
        spread(script(0)),
        spread(script(1)),
        spread(script(2)),
        spread(loads.map(({ scripts }) => (scripts[0] ?? 0) + (scripts[1] ?? 0))),
        more.toFixed(1),
        spread(loads.map(({ longest }) => longest)),
        String(loads.reduce((sum, { longTasks }) => sum + longTasks, 0)),
      ]),
    );
  }
}
process.exit();

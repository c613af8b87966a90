/** Which plots are made of a result. Pure. */
import { BARS, type BarId, barOf, limitOf, shareOf } from "./bars.ts";
import { type BarChart, barChart, type ChartBar } from "./chart.ts";
import type { PartName, Result } from "./result.ts";
import type { Row } from "./row.ts";
import { figureOf } from "./words.ts";

/** A plot of a part's rows that are counted in `unit`, in the tables that `tables` names; `bar` is drawn across. */
interface Plot {
  file: string;
  title: string;
  unit: string;
  tables: RegExp;
  bar?: BarId;
}

// biome-ignore format: a table
export const PLOTS: Partial<Record<PartName, Plot>> = {
  tag:      { file: "performance-tag.svg",      title: "The tag's time on the main thread, processor slowed down 4×", unit: "ms, both",   tables: /slowed down/, bar: "main thread" },
  accept:   { file: "performance-accept.svg",   title: "Requests a second with 64 connections, more is better",       unit: "requests/s", tables: / 64 conn/ },
  latency:  { file: "performance-latency.svg",  title: "From when a request was due until its answer, p99",           unit: "ms, p99",    tables: /due/, bar: "accept p99" },
  flatness: { file: "performance-flatness.svg", title: "A commit with more and more rows in the ledger, p50",         unit: "ms, p50",    tables: /./ },
  drain:    { file: "performance-drain.svg",    title: "A backlog on its way out, more is better",                    unit: "events/s",   tables: /backlog/, bar: "drain" },
  postgres: { file: "performance-postgres.svg", title: "Requests a second on either store, more is better",           unit: "requests/s", tables: /./ },
  mapping:  { file: "performance-mapping.svg",  title: "From one event to one payload",                               unit: "µs",         tables: /./ },
  memory:   { file: "performance-memory.svg",   title: "Memory of a relay that takes in and delivers",                unit: "MB of RSS",  tables: /./, bar: "memory" },
};

export const SHARES_FILE = "performance-bars.svg";

/** All plots of what was measured, by file name. */
export function plotsOf(result: Result): Record<string, string> {
  const files: Record<string, string> = { [SHARES_FILE]: barChart(sharesOf(result)) };
  for (const { part, rows } of result.parts) {
    const plot = PLOTS[part];
    const chart = plot && chartOf(plot, rows);
    if (plot && chart) files[plot.file] = barChart(chart);
  }
  return files;
}

const isMeasured = (row: Row): row is Row & { value: number } => row.value !== null;

function chartOf({ title, unit, tables, bar }: Plot, rows: readonly Row[]): BarChart | undefined {
  const shown = rows.filter(isMeasured).filter((row) => row.unit === unit && tables.test(row.table));
  if (shown.length === 0) return undefined;
  const names = [...new Set(shown.map(({ table }) => table))];
  const bars = (name: string): ChartBar[] =>
    shown
      .filter(({ table }) => table === name)
      .map((row) => ({ label: row.what, value: row.value, text: figureOf(row), tone: toneOf(row.what) }));
  const limit = bar && (barOf(bar).most ?? barOf(bar).least);
  return {
    title,
    unit,
    groups: names.map((label) => ({ label: names.length > 1 ? label : "", bars: bars(label) })),
    ...(bar && limit !== undefined ? { mark: { value: limit, label: limitOf(bar) } } : {}),
  };
}

const toneOf = (what: string): ChartBar["tone"] => (/Express|node:http/.test(what) ? "others" : "ours");

/** Of each bar its worst row. */
function sharesOf({ parts }: Result): BarChart {
  const rows = parts.flatMap((part) => part.rows).filter(isMeasured);
  const worst = Object.keys(BARS).flatMap((id): ChartBar[] => {
    const own = rows.flatMap((row) => (row.bar === id ? [{ row, share: shareOf(row.bar, row.value) }] : []));
    const [least] = own.sort((a, b) => a.share - b.share);
    if (!least?.row.bar) return [];
    const text = `${figureOf(least.row)}, bar ${limitOf(least.row.bar)}`;
    return [{ label: SHORT[least.row.bar], value: least.share, text, tone: least.share >= 1 ? "good" : "bad" }];
  });
  return {
    title: "Bars: to the right of the line they are met, to the left missed; of several rows the worst",
    unit: "how far, by the factor",
    scale: "around one",
    groups: [{ label: "", bars: worst }],
    mark: { value: 1, label: "" },
  };
}

const SHORT: Record<BarId, string> = {
  "tag first": "tag, first file, bytes",
  "tag any": "tag, any shop, bytes",
  "tag one": "tag, one platform, bytes",
  "tag every": "tag, every platform, bytes",
  "main thread": "tag on the main thread, ms",
  "long tasks": "long tasks of the tag",
  "layout shift": "layout shift by the tag",
  "best Express": "accept ÷ best Express",
  "stock Express": "accept ÷ stock Express, Node 20",
  "five events": "five events ÷ stock Express, Node 20",
  "accept p99": "accept p99 at 4,000/s, ms",
  flat: "commit with a full ledger ÷ small",
  mapping: "mapping ÷ a hand-written floor",
  drain: "drain, events/s",
  poison: "calls for one poison event",
  reach: "accept → Pinterest p99, ms",
  PostgreSQL: "PostgreSQL ÷ SQLite",
  memory: "memory, MB",
  "memory growth": "memory grows, MB/min",
  suite: "npm ci && npm test, s",
};

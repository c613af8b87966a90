/** Bar charts as SVG, legible on light and on dark: the colours follow what the reader's system prefers. Pure. */

export interface ChartBar {
  label: string;
  value: number;
  /** What is written at its end. */
  text: string;
  tone: "ours" | "others" | "good" | "bad";
}

export interface BarChart {
  title: string;
  /** Below the axis: what is counted. */
  unit: string;
  groups: readonly { label: string; bars: readonly ChartBar[] }[];
  /** A line across all, such as a bar to meet. */
  mark?: { value: number; label: string };
  /** `around one`: a share, by its logarithm, from one on to either side. */
  scale?: "linear" | "around one";
}

const WIDTH = 760;
const LEFT = 270;
const RIGHT = 110;
const PLOT = WIDTH - LEFT - RIGHT;
const ROW = 22;
const BAR = 14;
const TOP = 46;
const GROUP = 26;
const BOTTOM = 52;

const STYLE = `<style>
:root{--paper:#fff;--ink:#1f2328;--dim:#59636e;--grid:#d1d9e0;--ours:#0969da;--others:#818b98;--good:#1a7f37;--bad:#cf222e}
@media (prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#f0f6fc;--dim:#9198a1;--grid:#3d444d;--ours:#4493f8;--others:#767f8b;--good:#3fb950;--bad:#f85149}}
text{font:12px Helvetica,Arial,"Liberation Sans",sans-serif;fill:var(--ink)}.title{font-weight:600;font-size:14px}.dim{fill:var(--dim)}.paper{fill:var(--paper)}
.grid{stroke:var(--grid)}.mark{stroke:var(--ink);stroke-dasharray:4 3}.ours{fill:var(--ours)}.others{fill:var(--others)}.good{fill:var(--good)}.bad{fill:var(--bad)}
</style>`;

export function barChart({ title, unit, groups, mark, scale = "linear" }: BarChart): string {
  const values = groups.flatMap(({ bars }) => bars.map(({ value }) => value));
  const axis = scale === "linear" ? linear([...values, mark?.value ?? 0]) : aroundOne();
  const drawn: string[] = [];
  let y = TOP;
  for (const { label, bars } of groups) {
    if (label) {
      drawn.push(text(12, y + GROUP - 8, label, "title", "start"));
      y += GROUP;
    }
    for (const bar of bars) {
      drawn.push(drawBar(bar, axis, y));
      y += ROW;
    }
  }
  const bottom = y + 6;
  const height = bottom + BOTTOM;
  const ticks = axis.ticks.map(({ at, label }) => {
    const x = LEFT + at * PLOT;
    return `${line(x, TOP - 6, x, bottom, "grid")}${text(x, bottom + 16, label, "dim", "middle")}`;
  });
  const across = mark
    ? `${line(LEFT + axis.at(mark.value) * PLOT, TOP - 6, LEFT + axis.at(mark.value) * PLOT, bottom, "mark")}${text(LEFT + axis.at(mark.value) * PLOT, TOP - 12, mark.label, "dim", "middle")}`
    : "";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    STYLE,
    `<rect class="paper" width="${WIDTH}" height="${height}" rx="6"/>`,
    text(12, 22, title, "title", "start"),
    ...ticks,
    ...drawn,
    across,
    text(LEFT + PLOT / 2, bottom + 38, unit, "dim", "middle"),
    "</svg>\n",
  ]
    .filter(Boolean)
    .join("\n");
}

interface Axis {
  /** From 0 at its beginning to 1 at its end. */
  at(value: number): number;
  /** Where bars begin. */
  zero: number;
  ticks: { at: number; label: string }[];
}

/** From nothing to the next round number. */
function linear(values: readonly number[]): Axis {
  const most = Math.max(...values, Number.MIN_VALUE);
  const power = 10 ** Math.floor(Math.log10(most));
  const step = ([0.2, 0.5, 1, 2].find((part) => most <= part * power * 5) ?? 2) * power;
  const count = Math.ceil(most / step);
  const at = (value: number): number => value / (count * step);
  const labelOf = (value: number): string => Number(value.toPrecision(3)).toLocaleString("en");
  const ticks = Array.from({ length: count + 1 }, (_, n) => ({ at: n / count, label: labelOf(n * step) }));
  return { at, zero: 0, ticks };
}

const WIDEST = 20;

/** What is beyond twenty times or a twentieth stands at the end; its text tells how much it is. */
function aroundOne(): Axis {
  const at = (value: number): number => {
    const bounded = Math.min(WIDEST, Math.max(1 / WIDEST, value));
    return (Math.log(bounded) / Math.log(WIDEST) + 1) / 2;
  };
  const ticks = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20].map((value) => ({ at: at(value), label: `${value}×` }));
  return { at, zero: 0.5, ticks };
}

function drawBar({ label, value, text: words, tone }: ChartBar, { at, zero }: Axis, y: number): string {
  const [from, to] = [Math.min(zero, at(value)), Math.max(zero, at(value))];
  const x = LEFT + from * PLOT;
  const width = Math.max(1, (to - from) * PLOT);
  return [
    text(LEFT - 8, y + BAR - 3, label, "", "end"),
    `<rect class="${tone}" x="${round(x)}" y="${y}" width="${round(width)}" height="${BAR}"/>`,
    text(LEFT + to * PLOT + 5, y + BAR - 3, words, "", "start"),
  ].join("");
}

const round = (value: number): number => Math.round(value * 10) / 10;

const line = (x1: number, y1: number, x2: number, y2: number, name: string): string =>
  `<line class="${name}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`;

const text = (x: number, y: number, words: string, name: string, anchor: string): string =>
  `<text${name ? ` class="${name}"` : ""} x="${round(x)}" y="${round(y)}"${anchor === "start" ? "" : ` text-anchor="${anchor}"`}>${escaped(words)}</text>`;

const escaped = (words: string): string =>
  words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Draws the tables of counts as stacked bars, in the colours of the page's scheme, as wide as there is room. */
import uPlot from "uplot";
import { type Read, read, stacked } from "./chart-table.ts";

const HEIGHT = 240;

function draw(figure: HTMLElement): void {
  const plot = figure.querySelector<HTMLElement>(".plot");
  const table = figure.querySelector("table");
  if (!plot || !table) return;
  const told = read(table);
  const legend = [...figure.querySelectorAll<HTMLElement>(".legend .number")];
  let chart: uPlot | undefined;
  const anew = (): void => {
    chart?.destroy();
    chart = new uPlot(optionsOf(told, plot.clientWidth, legend), [told.seconds, ...stacked(told)], plot);
  };
  anew();
  new ResizeObserver(() => {
    if (chart && plot.clientWidth !== chart.width) chart.setSize({ width: plot.clientWidth, height: HEIGHT });
  }).observe(plot);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", anew);
}

function optionsOf(
  { seconds, columns, stepSeconds }: Read,
  width: number,
  legend: readonly HTMLElement[],
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: colour("quiet"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
  };
  const totals = legend.map((one) => one.textContent ?? "");
  // Bars stand between their step's beginning and its end, and none is cut at the sides.
  const from = (seconds[0] ?? 0) - stepSeconds * 0.1;
  const to = (seconds.at(-1) ?? 0) + stepSeconds * 1.1;
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
    scales: { x: { range: () => [from, to] }, y: { range: (_, __, most) => [0, Math.max(most, 1) * 1.08] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        space: 64,
        values: (_, at, __, ___, increment) => at.map((s) => label(s, increment)),
      },
      { ...axis, size: 44, space: 36, incrs: WHOLE, values: (_, counts) => counts.map((n) => n.toLocaleString()) },
    ],
    series: [
      {},
      // The highest stack first: each of the next ones is drawn over its lower part.
      ...[...columns].reverse().map((column) => ({
        label: column.name,
        fill: colour(column.colour),
        width: 0,
        points: { show: false },
        ...(BARS ? { paths: BARS } : {}),
      })),
    ],
    hooks: {
      setCursor: [
        ({ cursor: { idx } }) => {
          legend.forEach((one, place) => {
            const at = idx === null || idx === undefined ? undefined : columns[place]?.counts[idx];
            one.textContent = at === undefined ? (totals[place] ?? "") : at.toLocaleString();
          });
        },
      ],
    },
  };
}

const BARS = uPlot.paths.bars?.({ size: [0.8, 40], align: 1 });

/** There is no half an event. */
const WHOLE = [1, 2, 5]
  .flatMap((n) => [0, 1, 2, 3, 4, 5, 6, 7, 8].map((power) => n * 10 ** power))
  .sort((a, b) => a - b);

const DAY_SECONDS = 86_400;

const label = (seconds: number, increment: number): string =>
  new Date(seconds * 1_000).toLocaleString(
    [],
    increment < DAY_SECONDS
      ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }
      : { day: "numeric", month: "short" },
  );

for (const figure of document.querySelectorAll<HTMLElement>("figure[data-chart]")) draw(figure);

/** Counts over time: a table, which `charts.js` draws as bars above it. */
import { Scroll, Time } from "../parts.tsx";
import type { Series } from "./series.ts";
import { count } from "./words.ts";

/** Custom properties of `base.css`, told apart in both schemes and by who cannot see red. */
export const COLOURS = ["chart-2", "chart-3", "chart-4", "chart-5", "chart-6", "chart-7"] as const;
export type Colour = (typeof COLOURS)[number] | "chart-1";

export interface ChartProps {
  title: string;
  /** What is counted, in one line. */
  explains: string;
  series: Series;
  colourOf(name: string, place: number): Colour;
}

export const Chart = ({ title, explains, series: { stepsMs, columns }, colourOf }: ChartProps) => (
  <figure class="chart card" data-chart>
    <figcaption>
      <h2>{title}</h2>
      <p class="hint">{explains}</p>
    </figcaption>
    <ul class="legend">
      {columns.map(({ name, total }, place) => (
        <li key={name}>
          <svg class={`swatch ${colourOf(name, place)}`} viewBox="0 0 10 10" aria-hidden="true">
            <rect width="10" height="10" rx="2" />
          </svg>
          {name} <span class="number">{count(total)}</span>
        </li>
      ))}
    </ul>
    <div class="plot" aria-hidden="true" />
    <details>
      <summary>The same as a table</summary>
      <Scroll label={`${title}, as a table`}>
        <table>
          <thead>
            <tr>
              <th scope="col">From</th>
              {columns.map(({ name }, place) => (
                <th key={name} scope="col" class="number" data-colour={colourOf(name, place)}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {stepsMs.map((atMs, row) => (
              <tr key={atMs}>
                <th scope="row">
                  <Time ms={atMs} />
                </th>
                {columns.map(({ name, counts }) => (
                  <td key={name} class="number">
                    <data value={String(counts[row] ?? 0)}>{count(counts[row] ?? 0)}</data>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  </figure>
);

/** What the parts of the bench answer with: plain data, from which tables, plots and JSON are made. */
import type { BarId } from "./bars.ts";

export interface Options {
  /** Under two minutes for all parts together: fewer rounds, smaller ledgers, the Node that runs it alone. */
  quick: boolean;
}

/** One measured number: a cell of a table. */
export interface Row {
  /** Heading of the table, within its part. */
  table: string;
  /** The table's row: what was measured. */
  what: string;
  /** In what it is counted; of a ratio "×". */
  unit: string;
  /** Null where it could not be measured: `note` says why. */
  value: number | null;
  /** Of a ratio: by what it was divided, measured in turns with it. */
  ratioTo?: string;
  /** The least and the most of all rounds, of which `value` is the median. */
  range?: readonly [number, number];
  /** The bar that it has to meet. */
  bar?: BarId;
  note?: string;
}

/** One run of one part. */
export type Part = (options: Options) => Promise<Row[]>;

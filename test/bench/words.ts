/** How measured numbers are written. */
import type { Row } from "./row.ts";

const GROUPED = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** Three digits that count, more only where it is large. */
export const numberOf = (value: number): string => {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 100) return GROUPED.format(value);
  return value.toFixed(size >= 10 ? 1 : size >= 0.1 ? 2 : 4);
};

export const figureOf = ({ value }: Pick<Row, "value">): string => (value === null ? "–" : numberOf(value));

/** With the least and the most of its rounds, where these differ. */
export const cellOf = (row: Row): string => {
  const [least, most] = (row.range ?? []).map(numberOf);
  return least === undefined || least === most ? figureOf(row) : `${figureOf(row)} (${least}–${most})`;
};

/** Heading of the column in which it stands. */
export const columnOf = ({ unit, ratioTo }: Pick<Row, "unit" | "ratioTo">): string =>
  ratioTo === undefined ? unit : `÷ ${ratioTo}`;

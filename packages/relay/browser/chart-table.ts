/** A chart's table, read: the page says its figures once. */

export interface Read {
  /** When each row begins, seconds since 1970. */
  seconds: number[];
  stepSeconds: number;
  /** The first one is drawn at the bottom. */
  columns: { name: string; colour: string; counts: number[] }[];
}

export function read(table: HTMLTableElement): Read {
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  const seconds = rows.map((row) => Date.parse(row.querySelector("time")?.dateTime ?? "") / 1_000);
  const heads = [...table.querySelectorAll<HTMLElement>("thead th[data-colour]")];
  const columns = heads.map((head, place) => ({
    name: head.textContent ?? "",
    colour: head.dataset.colour ?? "quiet",
    counts: rows.map((row) => Number(row.querySelectorAll<HTMLDataElement>("td > data")[place]?.value ?? 0)),
  }));
  return { seconds, stepSeconds: (seconds[1] ?? 0) - (seconds[0] ?? 0), columns };
}

/** Each column with all that is under it, the highest first. */
export const stacked = ({ seconds, columns }: Read): number[][] => {
  const sums = seconds.map(() => 0);
  const stacks = columns.map(({ counts }) =>
    counts.map((count, row) => {
      sums[row] = (sums[row] ?? 0) + count;
      return sums[row] ?? 0;
    }),
  );
  return stacks.reverse();
};

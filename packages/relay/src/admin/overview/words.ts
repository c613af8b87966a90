/** How figures are written: shares, ages. */

export const count = (n: number): string => n.toLocaleString("en-US");

/** Of nothing there is no share. What is almost all is not all. */
export const percent = (part: number, of: number): string => {
  if (of === 0) return "–";
  const share = (100 * part) / of;
  const rounded =
    share > 99 && share < 100 ? Math.floor(share * 10) / 10 : share < 1 ? share.toFixed(1) : share.toFixed(0);
  return `${Number(rounded)}%`;
};

const SPANS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** How long ago or for how long, in its largest unit: "3 hours". */
export const span = (ms: number): string => {
  const [unit, length] = SPANS.find(([, length]) => ms >= length) ?? SPANS[3];
  const n = Math.max(0, Math.floor(ms / length));
  return `${n} ${unit}${n === 1 ? "" : "s"}`;
};

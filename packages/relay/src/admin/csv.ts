/** Comma-separated values for spreadsheets, as RFC 4180 has them. */

/**
 * One row. A cell that a spreadsheet would take for a formula is text, and so is what it would take for one where it
 * parts cells at other characters than commas: https://owasp.org/www-community/attacks/CSV_Injection
 */
export const csvRow = (cells: readonly (string | number | undefined)[]): string => `${cells.map(cell).join(",")}\r\n`;

const cell = (value: string | number | undefined): string => {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = value.replace(FORMULA, "$1'$2");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Its signs, in the wide forms of East Asia too; at the start of a cell, or behind what may begin one. */
const FORMULA = /(^|[;\t\r\n|] *)([=+\-@＝＋－＠])/g;

/** Comma-separated values for spreadsheets, as RFC 4180 has them. */

/** One row. A cell that a spreadsheet would take for a formula is text: https://owasp.org/www-community/attacks/CSV_Injection */
export const csvRow = (cells: readonly (string | number | undefined)[]): string => `${cells.map(cell).join(",")}\r\n`;

const cell = (value: string | number | undefined): string => {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

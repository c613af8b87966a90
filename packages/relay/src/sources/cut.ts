/** The beginning of a text, `most` UTF-16 units at most. Half of a character at its end is replaced: strict readers of JSON take none. */
export const cut = (text: string, most: number): string => text.slice(0, most).toWellFormed();

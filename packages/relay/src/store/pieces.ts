/** Long work in small pieces: SQLite answers at once or not at all, so between them whatever has come in has its turn. */

export const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Does the work for so many at a time; resolves with the sum of what each piece answers. */
export async function inPieces<T>(
  all: readonly T[],
  size: number,
  work: (piece: readonly T[]) => Promise<number>,
): Promise<number> {
  let sum = 0;
  for (let from = 0; from < all.length; from += size) {
    if (from > 0) await nextTurn();
    sum += await work(all.slice(from, from + size));
  }
  return sum;
}

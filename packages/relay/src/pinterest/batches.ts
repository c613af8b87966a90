/** Cuts claims into calls that Pinterest takes: so many events, so many bytes. */
import { BATCH_BYTES, BATCH_EVENTS } from "./client.ts";

export function* inBatches<T extends { payload: string }>(claimed: readonly T[]): Generator<T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const one of claimed) {
    const size = Buffer.byteLength(one.payload) + 1;
    if (batch.length === BATCH_EVENTS || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(one);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

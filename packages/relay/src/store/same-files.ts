/** Whether a database's files are still the ones that were opened: SQLite writes on into files that were deleted. */
import { statSync } from "node:fs";
import { StoreUnavailable } from "./store.ts";

/**
 * A check that throws `StoreUnavailable` once the database at `path`, or its write-ahead log, is gone or is another file:
 * what is written then is lost with this process. It looks once in a turn of the event loop, however often it is asked.
 */
export function sameFiles(path: string): () => void {
  if (path === ":memory:") return () => {};
  const files = [path, `${path}-wal`].map((file) => [file, identityOf(file)] as const);
  let isKnown = false;
  let lost: string | undefined;
  return () => {
    if (!isKnown) {
      lost = files.find(([file, opened]) => identityOf(file) !== opened)?.[0];
      isKnown = true;
      setImmediate(() => {
        isKnown = false;
      });
    }
    if (lost) throw new StoreUnavailable(`${lost} was deleted or replaced; put it back, or restart the relay`);
  };
}

const identityOf = (file: string): string => {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.dev} ${found.ino}` : "";
};

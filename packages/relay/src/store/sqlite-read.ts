/** Reading SQLite beside its one writer: a thread with a connection of its own, so that no accept waits for a page. */
import { Worker } from "node:worker_threads";
import { decodeId, encodeId } from "./event-key.ts";
import type { ReadSql } from "./read-sql.ts";
import type { Row } from "./rows.ts";
import type { Database } from "./sqlite-database.ts";

/** One statement for the thread, and what becomes of it. */
export interface Question {
  id: number;
  text: string;
  values: readonly (string | number | Uint8Array)[];
}
export type Reply = { id: number; rows: Row[] } | { id: number; problem: string };

/** Node cannot start a thread from TypeScript everywhere: where this file was not compiled, its compiled neighbour is. */
const THREAD = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/store/sqlite-read-thread.js" : "./sqlite-read-thread.js",
  import.meta.url,
);

export interface SqliteRead extends ReadSql {
  close(): Promise<void>;
}

/** What is in memory has one connection, and is small. */
export function sqliteRead(path: string, database: Database): SqliteRead {
  const thread = path === ":memory:" ? undefined : readingThread(path);
  return {
    all: thread ? thread.ask : async (text, values = []) => database.prepare(text).all(...values),
    encodeId,
    decodeId,
    unindexed: (column) => `+${column}`,
    at: (column, path) => `json_extract(${column}, '$${path.map((key) => `."${key}"`).join("")}')`,
    close: async () => thread?.close(),
  };
}

/** Started by the first question, so a relay whose dashboard nobody opens has none. */
function readingThread(path: string): { ask: ReadSql["all"]; close(): Promise<void> } {
  const asked = new Map<number, { resolve(rows: Row[]): void; reject(error: Error): void }>();
  let worker: Worker | undefined;
  let next = 0;

  const started = (): Worker => {
    const thread = new Worker(THREAD, { workerData: path });
    thread.unref();
    thread.on("message", (reply: Reply) => {
      const waiting = asked.get(reply.id);
      asked.delete(reply.id);
      if ("rows" in reply) waiting?.resolve(reply.rows);
      else waiting?.reject(new Error(reply.problem));
    });
    thread.on("error", (error) => end(thread, error instanceof Error ? error : new Error(String(error))));
    thread.on("exit", () => end(thread, new Error("the reading thread has ended")));
    return thread;
  };
  const end = (thread: Worker, error: Error): void => {
    if (worker !== thread) return;
    worker = undefined;
    for (const { reject } of asked.values()) reject(error);
    asked.clear();
  };

  return {
    ask: (text, values = []) =>
      new Promise((resolve, reject) => {
        worker ??= started();
        const id = next++;
        asked.set(id, { resolve, reject });
        const question: Question = { id, text, values };
        worker.postMessage(question);
      }),
    async close() {
      const thread = worker;
      if (thread) end(thread, new Error("the store is closed"));
      await thread?.terminate();
    },
  };
}

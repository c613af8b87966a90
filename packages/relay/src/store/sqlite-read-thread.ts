/** The thread that reads SQLite for the dashboard: statements in, rows out, nothing is ever written. */
import { parentPort, workerData } from "node:worker_threads";
import { openReading, type Statement } from "./sqlite-database.ts";
import type { Question, Reply } from "./sqlite-read.ts";

const database = await openReading(String(workerData));
const prepared = new Map<string, Statement>();
/** Some dozen are asked again and again; those that name the rows they ask for are never asked twice. */
const KEPT = 200;

const statement = (text: string): Statement => {
  const known = prepared.get(text);
  if (known) return known;
  const made = database.prepare(text);
  if (prepared.size >= KEPT) prepared.clear();
  prepared.set(text, made);
  return made;
};

const answer = ({ id, text, values }: Question): Reply => {
  try {
    return { id, rows: statement(text).all(...values) };
  } catch (error) {
    return { id, problem: error instanceof Error ? error.message : "could not be read" };
  }
};

parentPort?.on("message", (question: Question) => parentPort?.postMessage(answer(question)));

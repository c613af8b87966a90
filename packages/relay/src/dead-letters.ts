/** Dead letters on the command line: which ones are meant, how one is shown, and which may be sent after all. */
import { setTimeout as wait } from "node:timers/promises";
import { discreet } from "./core/discreet.ts";
import { OUTCOMES, type Outcome } from "./core/outcome.ts";
import type { Destination } from "./core/settings.ts";
import type { DeadLetter, DeadLetterCount, DeadLetterQuery, Store } from "./store/store.ts";

/** What can be judged anew, and why the rest cannot. */
// biome-ignore format: a table
export const REPLAYED: Record<Outcome, true | string> = {
  "rejected":     true,
  "dead":         true,
  "late":         true,
  "expired":      true,
  "unmatched":    true,
  "unmapped":     true,
  "filtered":     true,
  "sent":         "it was sent, and would be counted twice",
  "shadow":       "its destination was in shadow: whatever else tracked the shop then has told it",
  "no consent":   "whose it was is not kept",
  "withdrawn":    "the order was cancelled, the person does not want it told, or its destination was removed",
  "bot":          "nobody did it",
  "browser only": "the API for Conversions has no place for it",
};

/** What is listed where nobody says which: what somebody may have to mend. */
const DEFAULTS: readonly Outcome[] = ["rejected", "dead", "unmatched", "expired"];

export interface DeadLetterOptions {
  outcome?: string[];
  destination?: string;
  event?: string;
  reason?: string;
  since?: string;
  before?: string;
  /** Row id of the shop. */
  shop?: number;
}

/** The query that these options ask; or what is wrong with one of them, and what to do. */
export function deadLetterQuery(
  { outcome = [], destination, event, reason, since, before, shop }: DeadLetterOptions,
  isReplay: boolean,
): { query: DeadLetterQuery } | { problem: string } {
  const outcomes: Outcome[] = [];
  for (const name of outcome) {
    if (!isOutcome(name)) return { problem: `--outcome must be one of: ${Object.keys(OUTCOMES).join(", ")}` };
    const replays = REPLAYED[name];
    if (isReplay && replays !== true) return { problem: `what ended as "${name}" is not replayed: ${replays}` };
    if (name === "sent") return { problem: "what was sent is no dead letter; see: pinrelay events" };
    outcomes.push(name);
  }
  const id = destination === undefined ? undefined : Number(destination);
  if (id !== undefined && !Number.isSafeInteger(id))
    return { problem: "--destination must be the number of a destination, as the list shows it" };
  const [sinceMs, beforeMs] = [timeOf(since), timeOf(before)];
  if (Number.isNaN(sinceMs) || Number.isNaN(beforeMs))
    return { problem: "--since and --before must be days or times, such as 2026-11-25 or 2026-11-25T08:00:00Z" };
  const asked = outcomes.length > 0 ? outcomes : DEFAULTS;
  return {
    query: {
      outcomes: isReplay ? asked.filter((one) => REPLAYED[one] === true) : asked,
      ...optional("shop", shop),
      ...optional("destination", id),
      ...optional("name", event),
      ...optional("words", reason),
      ...optional("sinceMs", sinceMs),
      ...optional("beforeMs", beforeMs),
    },
  };
}

/** Looked for in one step; the store writes fewer at a time. */
const STEP = 1_000;
/** With SQLite one process writes at a time: the relay's turn comes between two steps. */
const PAUSE_MS = 10;

/** Has all that fit judged anew; resolves with how many. A relay that runs sends them with its next round. */
export async function replayAll(store: Pick<Store, "replay">, query: DeadLetterQuery, nowMs: number): Promise<number> {
  for (let count = 0; ; await wait(PAUSE_MS)) {
    const some = await store.replay(query, STEP, nowMs);
    count += some;
    if (some === 0) return count;
  }
}

/** Of those counted the ones that a replay takes: for a destination that was removed nothing is judged anew. */
export const replayable = (
  counts: readonly DeadLetterCount[],
  destinations: readonly Pick<Destination, "id">[],
): DeadLetterCount[] => counts.filter(({ destination }) => destinations.some(({ id }) => id === destination));

export const sumOf = (counts: readonly DeadLetterCount[]): number => counts.reduce((sum, { count }) => sum + count, 0);

/** How many ended so, as a line for people. */
export const countLine = ({ count, destination, outcome, words }: DeadLetterCount): string =>
  shown(`${String(count).padStart(7)}  destination ${destination}  ${words ? `${outcome}: ${words}` : outcome}`);

/** A dead letter as a line for people: when, what, where to, and why it did not get there. */
export const deadLetterLine = (letter: DeadLetter): string => {
  const { timeMs, settledMs, destination, outcome, words, earlier, attempts } = letter;
  return [
    written(timeMs),
    shown(letter.name),
    shown(letter.id),
    `destination ${destination}`,
    shown(words ? `${outcome}: ${words}` : outcome),
    ...(earlier === undefined ? [] : [shown(`before the replay: ${earlier}`)]),
    attempts === 0 ? "never sent" : attempts === 1 ? "tried once" : `tried ${attempts} times`,
    `ended ${written(settledMs)}`,
  ].join("  ");
};

/** The same for a program: what a page or a shop named as it liked holds nobody's email. */
export const deadLetterJson = ({ words, earlier, ...letter }: DeadLetter): string =>
  JSON.stringify({
    ...letter,
    name: discreet(letter.name),
    id: discreet(letter.id),
    ...optional("words", words && discreet(words)),
    ...optional("earlier", earlier && discreet(earlier)),
  });

/** A page may call its events what it likes, also by somebody's email; and a terminal would obey. */
const shown = (text: string): string => discreet(text).replace(/\p{C}+/gu, "?");

const isOutcome = (name: string): name is Outcome => Object.hasOwn(OUTCOMES, name);

const timeOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text));

const written = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace("T", " ");

const optional = <Key extends string, T>(key: Key, value: T | undefined): { [K in Key]?: T } => {
  const record: { [K in Key]?: T } = {};
  if (value !== undefined) record[key] = value;
  return record;
};

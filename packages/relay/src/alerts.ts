/** Tells the operator, by a webhook of theirs, what is wrong and when it is over. Nobody on the line of an event waits for it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { type Condition, type Incident, nextAlerts } from "./core/alerts.ts";
import type { Destination } from "./core/settings.ts";
import type { Store } from "./store/store.ts";

export interface Watched {
  store: Pick<Store, "queue">;
  destinations(): readonly Destination[];
  /** Shops whose server tells no orders though browsers do. */
  silent(): readonly Condition[];
  /** An event that could have gone waits too long after this. */
  queueMinutes: number;
  now(): number;
}

/** Posts an alert and resolves with whether it was taken. */
export type Post = (alert: object) => Promise<boolean>;

const TRIES = 4;
const FIRST_PAUSE_MS = 2_000;

/** A chore, to be done every half a minute or so: looks at what is wrong, and says what is new of it. */
export function alertWatch(watched: Watched, post: Post, log: Logger): () => Promise<void> {
  let open: ReadonlyMap<string, Incident> = new Map();
  const tell = async (state: "firing" | "resolved", incident: Incident): Promise<void> => {
    const alert = alertOf(state, incident);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      if (attempt > 0) await sleep(FIRST_PAUSE_MS * 2 ** attempt, undefined, { ref: false });
      if (await post(alert)) return;
    }
    log.error({ alert: incident.key }, "an alert could not be delivered to ALERT_WEBHOOK_URL");
  };
  return async () => {
    const { now } = watched;
    const next = nextAlerts(open, await conditionsOf(watched, now()), now());
    open = next.open;
    // Not waited for: a receiver that hangs must not keep the next look waiting.
    for (const incident of next.firing) void tell("firing", incident);
    for (const incident of next.resolved) void tell("resolved", incident);
  };
}

async function conditionsOf(
  { store, destinations, silent, queueMinutes }: Watched,
  nowMs: number,
): Promise<Condition[]> {
  const paused = destinations().flatMap(({ id, name, paused: words }) =>
    words === undefined ? [] : [{ key: `paused ${id}`, destination: id, text: pausedText(name, words) }],
  );
  const old = (await store.queue(nowMs)).flatMap(({ destination: id, waiting, oldestMs }) => {
    const minutes = oldestMs === undefined ? 0 : Math.floor((nowMs - oldestMs) / 60_000);
    const isPaused = paused.some(({ destination }) => destination === id);
    if (minutes < queueMinutes || isPaused) return [];
    const name = destinations().find((to) => to.id === id)?.name ?? `destination ${id}`;
    return [{ key: `queue ${id}`, destination: id, text: queueText(name, waiting, minutes) }];
  });
  return [...paused, ...old, ...silent()];
}

const pausedText = (name: string, words: string): string =>
  `${name} is paused: Pinterest answered ${words}. Events wait and none is lost, but what is late is not counted. Create a new conversion access token and set it: pinrelay settings set destination.token -`;
const queueText = (name: string, waiting: number, minutes: number): string =>
  `${name}: events wait for ${minutes} minutes by now, ${waiting} in all. Pinterest does not take them, or the relay does not get to it: see its log.`;

/** `text` is what Slack and its like show; `dedup_key` is the same from every relay on one store. */
const alertOf = (state: "firing" | "resolved", { key, text, sinceMs, shop, destination }: Incident): object => ({
  alert: key.split(" ")[0],
  state,
  text: state === "resolved" ? `Over: ${text}` : text,
  since: new Date(sinceMs).toISOString(),
  dedup_key: `pinrelay ${key}`,
  ...(shop === undefined ? {} : { shop }),
  ...(destination === undefined ? {} : { destination }),
});

const LIMIT_MS = 10_000;

/** Posts JSON to `url`. Whatever goes wrong is an answer too. */
export const postTo =
  (url: string): Post =>
  async (alert) => {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(alert),
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  };

/** Tells the operator's webhook what is wrong, and when it is over. Nobody waits for it. */
import type { Logger } from "pino";
import { ALERTS, type Alert, type Incident, looked, type Message, type Trouble } from "./core/alerts.ts";
import type { Destination } from "./core/settings.ts";
import type { QueueReader } from "./metrics/standing.ts";
import { postAlert } from "./post-alert.ts";

export interface Alerts {
  /** Looks now, and tells what there is to tell. */
  look(): Promise<void>;
  /** How many incidents of each kind are open. */
  open(): ReadonlyMap<Alert, number>;
  /** Gives up what is being told. */
  stop(): void;
}

export interface Watching {
  destinations(): readonly Destination[];
  shopOf(destination: Destination): string;
  queue: QueueReader;
  /** Halves of a shop that have gone silent. */
  silences(): readonly Trouble[];
  queueLimitMs: number;
  now(): number;
  log: Logger;
  /** Told of every call of the webhook that failed. */
  failed(): void;
  /** Whether the webhook may be in a network of one's own. */
  mayBePrivate: boolean;
}

/** After a call that failed the next one waits for so long. */
const WAITS_MS: readonly number[] = [1_000, 5_000, 25_000];
const CALL_MS = 10_000;

/** Without a `url` incidents are counted and nobody is told. */
export function alertsTo(url: string | undefined, watching: Watching, waitsMs = WAITS_MS): Alerts {
  const { log, now, failed, mayBePrivate } = watching;
  let open = new Map<string, Incident>();
  let looking: Promise<void> | undefined;
  const ending = new AbortController();

  const post = async (message: Message): Promise<boolean> => {
    for (const waitMs of [0, ...waitsMs]) {
      await pause(waitMs, ending.signal);
      if (url === undefined || ending.signal.aborted) return false;
      const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(CALL_MS)]);
      const posted = await postAlert(url, JSON.stringify(bodyOf(message, now())), { mayBePrivate, signal });
      if (posted === "taken") return true;
      failed();
      if (posted === "private") {
        log.error(
          { alert: message.incident.alert },
          "the alert webhook is not called: ALERT_WEBHOOK_URL leads into a private network. If the receiver is meant to be there, set ALERT_WEBHOOK_PRIVATE=yes",
        );
        return false;
      }
    }
    // Where it goes is a secret of the operator's.
    log.error({ alert: message.incident.alert }, "the alert webhook takes no alert; it is tried again");
    return false;
  };

  const look = async (): Promise<void> => {
    const { troubles, unknown } = await troublesOf(watching);
    const next = looked(open, troubles, unknown, now());
    open = next.open;
    if (url === undefined) return;
    for (const message of next.messages) {
      const isTold = await post(message);
      const incident = open.get(message.key);
      if (isTold && incident) open.set(message.key, { ...incident, toldMs: now() });
      // It is over, and somebody still believes that it is not.
      if (!isTold && message.state === "resolved" && !incident) open.set(message.key, message.incident);
    }
  };

  return {
    look: () => {
      looking ??= look().finally(() => {
        looking = undefined;
      });
      return looking;
    },
    open: () =>
      new Map(ALERTS.map((alert) => [alert, [...open.values()].filter((incident) => incident.alert === alert).length])),
    stop: () => ending.abort(),
  };
}

/** `text` is what Slack shows, and others that speak its form. */
const bodyOf = ({ state, key, incident }: Message, nowMs: number): object => {
  const { alert, shop, destination, words, sinceMs } = incident;
  const where = [...(shop ? [`shop ${shop}`] : []), ...(destination ? [`destination ${destination}`] : [])].join(", ");
  const title = state === "resolved" ? `Resolved: ${alert}` : `${alert[0]?.toUpperCase()}${alert.slice(1)}`;
  return {
    text: `Pinrelay, ${where}: ${title}.${state === "firing" ? ` ${words}` : ""}`,
    alert,
    state,
    ...(shop ? { shop } : {}),
    ...(destination ? { destination } : {}),
    words,
    since: new Date(sinceMs).toISOString(),
    at: new Date(nowMs).toISOString(),
    dedup_key: key,
  };
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (ms === 0 || signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });

const PAUSED =
  "Pinterest refuses its access token or its ad account. Nothing is lost: events wait. Set a new token: pinrelay settings set destination.token -";

async function troublesOf(watching: Watching): Promise<{ troubles: Trouble[]; unknown: Alert[] }> {
  const { destinations, shopOf, queue, silences, queueLimitMs, now } = watching;
  const states = await queue();
  const nowMs = now();
  const all = destinations();
  const paused = all
    .filter((to) => to.paused !== undefined)
    .map(
      (to): Trouble => ({
        alert: "destination paused",
        shop: shopOf(to),
        destination: to.id,
        words: PAUSED,
        sinceMs: nowMs,
      }),
    );
  const old = all.flatMap((to): Trouble[] => {
    const oldestMs = states?.find(({ destination }) => destination === to.id)?.oldestMs;
    if (oldestMs === undefined || nowMs - oldestMs < queueLimitMs) return [];
    const words = `Events have waited for Pinterest for more than ${Math.round(queueLimitMs / 60_000)} minutes; after an hour Pinterest counts them as offline. See the log, and whether this machine reaches api.pinterest.com.`;
    return [{ alert: "queue is old", shop: shopOf(to), destination: to.id, words, sinceMs: oldestMs }];
  });
  return { troubles: [...paused, ...old, ...silences()], unknown: states ? [] : ["queue is old"] };
}

/** What the operator sees of a relay: metrics, whether it is ready, and alerts. Wiring only. */
import type { Logger } from "pino";
import { type Alerts, alertsTo } from "./alerts.ts";
import type { Config } from "./config.ts";
import type { Destination } from "./core/settings.ts";
import type { DeliveryLoop } from "./delivery-loop.ts";
import type { Directory } from "./directory.ts";
import type { Readiness } from "./http/health.ts";
import { measureProcess } from "./metrics/process.ts";
import { measureStanding, type QueueReader, queueReader } from "./metrics/standing.ts";
import type { Metrics } from "./metrics.ts";
import { READY_LIMITS, readinessOf } from "./readiness.ts";
import type { Room } from "./room.ts";
import type { SilenceWatch } from "./silence.ts";
import type { Store } from "./store/store.ts";

export interface Watched {
  store: Store;
  directory: Directory;
  loop: Pick<DeliveryLoop, "beganMs" | "restsUntilMs">;
  /** How often delivery looks for something to do. */
  pollMs: number;
  room: Room;
  silence: SilenceWatch;
  metrics: Metrics;
  config: Pick<Config, "alertWebhookUrl" | "alertWebhookPrivate" | "alertQueueMinutes">;
  isStopping(): boolean;
  connections(): Promise<number>;
  now(): number;
  log: Logger;
}

export function watch(watched: Watched): { readiness: Readiness; alerts: Alerts; queue: QueueReader } {
  const { store, directory, loop, pollMs, room, silence, metrics, config, isStopping, connections, now, log } = watched;
  const { destinations } = directory;
  const keyOf = shopKeys(directory);
  const queue = queueReader(store, now);
  const readiness = readinessOf(
    { store, deliveryMs: loop.beganMs, commitAgeMs: room.ageMs, isStopping },
    { ...READY_LIMITS, deliveryMs: Math.max(READY_LIMITS.deliveryMs, 3 * pollMs) },
  );
  const alerts = alertsTo(config.alertWebhookUrl, {
    destinations,
    shopOf: ({ shop }: Destination) => keyOf(shop),
    queue,
    silences: silence.silences,
    mayBePrivate: config.alertWebhookPrivate,
    queueLimitMs: config.alertQueueMinutes * 60_000,
    now,
    log,
    failed: () => metrics.counter("alertFailures").inc(),
  });

  measureProcess(metrics);
  measureStanding(metrics, { queue, destinations, keyOf, restsUntilMs: loop.restsUntilMs, now });
  metrics.before(async () => {
    const { events, bytes } = room.waiting();
    metrics.gauge("waitingEvents").set(events);
    metrics.gauge("waitingBytes").set(bytes);
    for (const [alert, count] of alerts.open()) metrics.gauge("alerts").set({ alert }, count);
    metrics.gauge("connections").set(await connections());
    metrics.gauge("ready").set((await readiness()).length === 0 ? 1 : 0);
  });
  return { readiness, alerts, queue };
}

/** Names shops by their rows. */
export const shopKeys =
  ({ shops }: Pick<Directory, "shops">) =>
  (row: number): string =>
    shops().find(({ id }) => id === row)?.key ?? "gone";

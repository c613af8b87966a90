/** Wiring only: opens the store, joins door, ingest, delivery and server. */
import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import type { Express } from "express";
import type { Logger } from "pino";
import { setFromEnvironment } from "./admin/operator.ts";
import { adminRouter } from "./admin/router.tsx";
import { forgetHouse } from "./admin/sessions.ts";
import { clockWatch } from "./clock-watch.ts";
import { type Config, readConfig } from "./config.ts";
import type { Destination, ShopSettings } from "./core/settings.ts";
import { deliveryLog } from "./delivery-log.ts";
import { deliveryLoop, type LoopTimes } from "./delivery-loop.ts";
import { type Directory, openDirectory } from "./directory.ts";
import { every } from "./every.ts";
import { expireStanding, forgetGoneTags, forgetVisitors, purgeOld, withdrawGone } from "./expiry.ts";
import { createApp } from "./http/app.ts";
import { cutAddress } from "./http/client-ip.ts";
import { createHttpServer, type ServerLimits } from "./http/server.ts";
import { type Ingest, ingestInto } from "./ingest.ts";
import { judge } from "./judge.ts";
import { createLog, discreetLog } from "./log.ts";
import { measuredClient, measuredFetch } from "./metrics/pinterest.ts";
import { measuredStore } from "./metrics/store.ts";
import { createMetrics } from "./metrics.ts";
import { openStore } from "./open-store.ts";
import { pinterestClient } from "./pinterest/client.ts";
import { qualityReader } from "./quality.ts";
import { ROOM, type RoomSize, roomFor } from "./room.ts";
import { seedStore } from "./seed.ts";
import { sharedClock } from "./shared-clock.ts";
import { silenceWatch } from "./silence.ts";
import { rememberingOverview } from "./store/remembered-overview.ts";
import type { Due, Store } from "./store/store.ts";
import { shopKeys, watch } from "./watch.ts";

export interface RelayOptions {
  config?: Partial<Config>;
  log?: Logger;
  /** Settings of the first shop, on an empty store. */
  settings?: Partial<ShopSettings>;
  times?: Partial<LoopTimes> & { /** How often it is looked whether the operator is to be told. */ alertMs?: number };
  /** How much may wait to become durable. */
  room?: RoomSize;
  /** What one client may take of the server. */
  server?: Partial<ServerLimits>;
  /** The store in other clothes, such as one that is slow. */
  over?: (store: Store) => Store;
  /** How long a claim is this relay's own; 120,000 ms if not told. */
  leaseMs?: number;
  now?: () => number;
  /** A number from 0 to 1, for the jitter of retries. */
  chance?: () => number;
}

export interface Relay {
  /** Everything the relay answers, to be mounted in an Express app of your own. */
  app: Express;
  ingest: Ingest;
  directory: Directory;
  store: Store;
  /** The time of day it goes by, ms since 1970: on PostgreSQL the database's. */
  now(): number;
  /** Listens where the configuration says, and resolves with the address. */
  listen(): Promise<string>;
  /** Sends everything that is due now. */
  flush(): Promise<void>;
  /**
   * Takes no more, lets requests and calls that are under way end within `graceMs` (10,000), gives back what was claimed,
   * closes the store. `drains`: sends what is due by then. For `noticeMs` before, it takes what comes,
   * and says at /readyz that it stops.
   */
  close(ending?: { graceMs?: number; drains?: boolean; noticeMs?: number }): Promise<void>;
}

/** All requests wait with a write that has to wait for another process. */
const WRITE_WAIT_MS = 250;
const REFRESH_MS = 5_000;
const EXPIRY_MS = 3_600_000;
const CLOCK_MS = 1_000;
const SILENCE_MS = 600_000;
const LEASE_MS = 120_000;
const ALERT_MS = 30_000;
const GRACE_MS = 10_000;
/** What was done in the dashboard is known for so long. */
const AUDIT_MS = 400 * 86_400_000;

/** Opens a relay. Nothing is required: without a destination it keeps what it is told and says what to do next. */
export async function createRelay(options: RelayOptions = {}): Promise<Relay> {
  const config: Config = { ...readConfig({}), ...options.config };
  const log = options.log ? discreetLog(options.log) : createLog(config.logLevel);
  const bare = await openStore(config, WRITE_WAIT_MS);
  try {
    return await relayOn(bare, config, log, options);
  } catch (error) {
    // Its connections would keep the process alive, and whoever tries again would have two. What failed first is what is told.
    await bare.close().catch(() => {});
    throw error;
  }
}

/** Nothing runs by itself before all that can fail is done. */
async function relayOn(bare: Store, config: Config, log: Logger, options: RelayOptions): Promise<Relay> {
  const clock = bare.timeMs && !options.now ? await sharedClock(bare.timeMs) : undefined;
  const now = options.now ?? clock?.now ?? Date.now;
  await seedStore(bare, config.seed, options.settings);
  if (config.adminPassword) await setFromEnvironment(bare, config.adminPassword, now());
  const directory = await openDirectory(bare, {
    core: config.pinterestTagUrl,
    image: config.pinterestImageUrl,
    ...(config.publicUrl ? { relay: config.publicUrl } : {}),
  });

  const metrics = createMetrics();
  const store = measuredStore(options.over?.(bare) ?? bare, metrics, shopKeys(directory));

  const delivering = {
    store,
    client: measuredClient(pinterestClient(config.pinterestApiUrl, measuredFetch(metrics)), metrics),
    judge: judgeFor(directory, log),
    pause: async (to: Destination, words: string) => {
      if (await store.pauseDestination(to, words))
        log.error({ destination: to.id, words }, "Pinterest refuses the access token; this destination is paused");
      await directory.refresh();
      void alerts.look().catch(failed);
    },
    heard: deliveryLog(log),
    now,
    chance: options.chance ?? Math.random,
    worker: randomUUID(),
    leaseMs: options.leaseMs ?? LEASE_MS,
    callsPerMinute: config.pinterestCallsPerMinute,
  };
  const failed = (error: unknown) => log.error({ err: error }, "a delivery round failed; it will be tried again");
  const times = { flushMs: 1_000, pollMs: 1_000, ...options.times };
  const loop = deliveryLoop(directory.destinations, delivering, times, failed);
  const expire = async () => {
    await withdrawGone(store, now());
    await expireStanding(store, directory, now());
    await forgetGoneTags(store, now());
    await forgetVisitors(store, config.retentionDays, now());
    await forgetHouse(store, AUDIT_MS, now());
  };
  const silence = silenceWatch(store, directory.shops, log, now);
  const room = roomFor(options.room ?? ROOM, () => metrics.counter("overloads").inc());
  let isStopping = false;
  const purge = () => purgeOld(store, config.retentionDays, now(), () => isStopping);
  const { readiness, alerts, queue } = watch({
    store,
    directory,
    loop,
    pollMs: times.pollMs,
    room,
    silence,
    metrics,
    config,
    isStopping: () => isStopping,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    now,
    log,
  });
  const ingest = silence.over(room.over(ingestInto(store, directory.destinations, loop.wake)));
  const app = createApp({
    store,
    directory,
    ingest,
    now,
    log,
    trustProxy: config.trustProxy,
    readiness,
    metrics,
    ...(config.metricsToken ? { metricsToken: config.metricsToken } : {}),
    heard: (door, status) => metrics.counter("requests").inc({ door, status }),
    refused: (shop, source) => metrics.counter("events").inc({ shop, source, became: "refused" }),
    overloaded: () => metrics.counter("overloads").inc(),
    admin: (clientOf, room) =>
      adminRouter({
        room,
        house: {
          store,
          reads: rememberingOverview(store.reads),
          directory,
          hasGivenPassword: Boolean(config.adminPassword),
          apiUrl: config.pinterestApiUrl,
          now,
          queue,
          silences: silence.silences,
          quality: qualityReader(config.pinterestApiUrl, now),
          wake: loop.wake,
          withdrawGone: () => void withdrawGone(store, now(), () => isStopping).catch(failed),
          ...(config.publicUrl ? { publicUrl: config.publicUrl } : {}),
        },
        networkOf: (request) => clientOf(request).network,
        addressOf: (request) => cutAddress(clientOf(request).ip),
      }),
    ...(config.publicUrl ? { publicUrl: config.publicUrl } : {}),
    ...(config.cookieDomain ? { cookieDomain: config.cookieDomain } : {}),
  });
  const server = createHttpServer(app, options.server);
  const watchClock = await clockWatch(store, loop, clock ?? { now }, log);
  // What it cannot end now it ends within the hour.
  await expire().catch(failed);

  // Nobody waits for it: after a long rest there may be a million rows to remove.
  const purging = purge().catch(failed);
  const chores = [
    every(times.alertMs ?? ALERT_MS, alerts.look, failed),
    every(CLOCK_MS, watchClock, failed),
    every(REFRESH_MS, directory.refresh, failed),
    every(EXPIRY_MS, () => expire().then(purge), failed),
    every(SILENCE_MS, silence.check, failed),
  ];
  loop.start();

  return {
    app,
    ingest,
    directory,
    store,
    flush: loop.flush,
    now,
    listen: () =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(config.port, config.host, () => resolve(addressOf(server.address())));
      }),
    async close({ graceMs = GRACE_MS, drains = false, noticeMs = 0 } = {}) {
      isStopping = true;
      if (noticeMs > 0) await new Promise((resolve) => setTimeout(resolve, noticeMs));
      alerts.stop();
      const endMs = Date.now() + graceMs;
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
      // What requests told until now is drained too, in what is left of the time.
      const leftMs = Math.max(0, endMs - Date.now());
      await Promise.all([purging, loop.stop(leftMs, drains), ...chores.map((chore) => chore.stop())]);
      await store.close();
    },
  };
}

const judgeFor = (directory: Directory, log: Logger) => (due: Due, to: Destination, nowMs: number) => {
  const shop = directory.shops().find(({ id }) => id === due.shop);
  if (!shop) return { outcome: "dead" as const, words: "its shop is gone" };
  try {
    return judge(due, shop, to, (rev) => directory.channelSettings(shop, rev), nowMs);
  } catch (error) {
    // One event that breaks our own mapping must not hold up all the others.
    log.error({ err: error, name: due.name, id: due.id }, "an event could not be mapped");
    return { outcome: "dead" as const, words: "could not be mapped" };
  }
};

const addressOf = (address: AddressInfo | string | null): string => {
  if (address === null || typeof address === "string") return String(address);
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
};

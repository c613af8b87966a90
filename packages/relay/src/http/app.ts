/** The Express app: which router stands where, and what an error becomes. No decisions. */
import { RELAY_BEACON_BYTES } from "@pinrelay/tag/contract";
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Router,
} from "express";
import type { Logger } from "pino";
import type { Source } from "../core/event.ts";
import { type Store, StoreUnavailable } from "../store/store.ts";
import { apiRouter } from "./api.ts";
import { ReadBefore } from "./body.ts";
import { bodyRoom } from "./body-room.ts";
import { type Client, clientReader, type TrustProxy } from "./client-ip.ts";
import { type Collecting, collectRouter } from "./collect.ts";
import { doorLog } from "./door-log.ts";
import { othersPass } from "./embedded.ts";
import { healthRouter, type Readiness } from "./health.ts";
import { failedAuthLimit, requestLimit } from "./limits.ts";
import { metricsRouter, type ServedMetrics } from "./metrics.ts";
import { oneHost } from "./one-host.ts";
import { countRequests, type HeardRequest } from "./requests.ts";
import { strayBodies } from "./stray-bodies.ts";
import { tagRouter } from "./tag.ts";
import { WEBHOOK_BYTES, webhookRouter } from "./webhooks.ts";

export interface Serving extends Omit<Collecting, "clientOf" | "door" | "bodies"> {
  store: Store;
  log: Logger;
  trustProxy: TrustProxy;
  readiness: Readiness;
  metrics: ServedMetrics;
  /** Who brings it may read the metrics, from wherever. */
  metricsToken?: string;
  /** Told of every request and how it was answered. */
  heard: HeardRequest;
  /** Told of every event that is refused. */
  refused(shop: string, source: Source): void;
  /** Told of every request that is refused because too much is being read. */
  overloaded(): void;
  /** Makes the dashboard, which is served below /admin; `room` stands before a body of its own is read, and may refuse it. */
  admin(clientOf: (request: Request) => Client, room: (largest: number) => RequestHandler): Router;
}

/** Of bodies that are being read: so much at each door, and half as much of what they unfold to. */
const BODY_BYTES = 32 * 1024 * 1024;

export function createApp(serving: Serving): Express {
  const { directory, log, now, trustProxy, readiness, metrics, metricsToken, heard, refused, overloaded } = serving;
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  const clientOf = clientReader(app, trustProxy);
  const door = doorLog(log, refused);
  const rooms = {
    beacons: bodyRoom(BODY_BYTES, RELAY_BEACON_BYTES, overloaded),
    webhooks: bodyRoom(BODY_BYTES, WEBHOOK_BYTES, overloaded),
    // Who comes as far as this has shown a key.
    calls: bodyRoom(BODY_BYTES, WEBHOOK_BYTES, overloaded),
  };

  app.use(othersPass(app), countRequests(heard));
  app.use(collectRouter({ ...serving, clientOf, door, bodies: rooms.beacons }));
  app.use(oneHost, requestLimit(clientOf, now, door), strayBodies(WEBHOOK_BYTES), asTyped);
  app.use(["/webhooks", "/api", "/metrics"], failedAuthLimit(clientOf, now, door));
  app.use(webhookRouter({ ...serving, door, bodies: rooms.webhooks }));
  app.use(apiRouter({ ...serving, door, bodies: rooms.calls }));
  app.use(tagRouter(directory));
  app.use(
    "/admin",
    serving.admin(clientOf, (largest) => bodyRoom(BODY_BYTES, largest, overloaded)),
  );
  app.use(healthRouter(readiness));
  app.use(metricsRouter(metrics, metricsToken));
  app.get("/", (_request, response) => void response.type("text/plain").send("Pinrelay is running.\n"));
  app.use(
    (_request, response) =>
      void response.status(404).json({ results: [], error: { field: "path", message: "is not known here" } }),
  );
  app.use(failed(log));
  return app;
}

/** No browser takes an answer for something else than it says it is. */
const asTyped: RequestHandler = (_request, response, next) => {
  response.set("X-Content-Type-Options", "nosniff");
  next();
};

/** Ordinary refusals get their status and a reason; what nobody foresaw is logged without what was sent. */
const failed = (log: Logger): ErrorRequestHandler => {
  const report = reporter(log);
  return (error: unknown, _request, response, _next) => {
    const { status, message, retryAfter } = answerTo(error);
    if (status >= 500) report(error);
    // Express would print the error, with what it may repeat of somebody; that an answer ends half way is told by its end.
    if (response.headersSent) return void response.destroy();
    if (retryAfter) response.set("Retry-After", String(retryAfter));
    response
      .status(status)
      .json({ results: [], error: { field: status < 500 || error instanceof ReadBefore ? "body" : "relay", message } });
  };
};

/** A store that is down fails every request: of each kind of failure one line is enough for so long. */
const REPORT_MS = 10_000;

const reporter = (log: Logger): ((error: unknown) => void) => {
  const told = new Map<string, { atMs: number; more: number }>();
  return (error) => {
    const words = wordsFor(error);
    const { atMs, more } = told.get(words) ?? { atMs: Number.NEGATIVE_INFINITY, more: 0 };
    const nowMs = performance.now();
    const isDue = nowMs - atMs >= REPORT_MS;
    told.set(words, isDue ? { atMs: nowMs, more: 0 } : { atMs, more: more + 1 });
    if (isDue) log.error({ err: error, ...(more > 0 ? { count: more } : {}) }, `${words}`);
  };
};

const wordsFor = (error: unknown): string =>
  error instanceof StoreUnavailable
    ? error.name === "Overloaded"
      ? "too much waits to be kept; requests are answered with 503"
      : "the store cannot write"
    : error instanceof ReadBefore
      ? `a request's body ${error.message}`
      : "a request failed";

const answerTo = (error: unknown): { status: number; message: string; retryAfter?: number } => {
  if (error instanceof StoreUnavailable) {
    return { status: 503, message: "cannot keep events right now; send them again", retryAfter: 5 };
  }
  if (error instanceof ReadBefore) return { status: 500, message: error.message };
  const status = statusOf(error);
  if (status === 413) return { status, message: "is too large; send fewer events at once" };
  if (status === 415) return { status, message: "is in a coding that is not known here; send it plain or in gzip" };
  if (status >= 400 && status < 500) return { status, message: "could not be read; send JSON in UTF-8" };
  return { status: 500, message: "failed" };
};

const statusOf = (error: unknown): number =>
  error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : 500;

/** The Express app: which router stands where, and what an error becomes. No decisions. */
import express, { type ErrorRequestHandler, type Express } from "express";
import type { Logger } from "pino";
import { type Store, StoreUnavailable } from "../store/store.ts";
import { apiRouter } from "./api.ts";
import { bodyBudget } from "./body-budget.ts";
import { clientReader, type TrustProxy } from "./client-ip.ts";
import { type Collecting, collectRouter } from "./collect.ts";
import { doorLog } from "./door-log.ts";
import { type Check, healthRouter } from "./health.ts";
import { failedAuthLimit } from "./limits.ts";
import { countRequests, metricsRouter, type ServingMetrics } from "./metrics.ts";
import { tagRouter } from "./tag.ts";
import { webhookRouter } from "./webhooks.ts";

export interface Serving extends Omit<Collecting, "clientOf">, Omit<ServingMetrics, "clientOf"> {
  store: Store;
  trustProxy: TrustProxy;
  checks: readonly Check[];
}

export function createApp(serving: Serving): Express {
  const { directory, log, now, trustProxy } = serving;
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  const clientOf = clientReader(app, trustProxy);

  app.use(countRequests(serving.count));
  app.use(bodyBudget());
  app.use(collectRouter({ ...serving, clientOf }));
  app.use(["/webhooks", "/api"], failedAuthLimit(clientOf, now, doorLog(log)));
  app.use(webhookRouter(serving));
  app.use(apiRouter(serving));
  app.use(tagRouter(directory));
  app.use(healthRouter(serving.checks, now));
  app.use(metricsRouter({ ...serving, clientOf }));
  app.get("/", (_request, response) => void response.type("text/plain").send("Pinrelay is running.\n"));
  app.use(
    (_request, response) =>
      void response.status(404).json({ results: [], error: { field: "path", message: "is not known here" } }),
  );
  app.use(failed(log));
  return app;
}

/** Ordinary refusals get their status and a reason; what nobody foresaw is logged without what was sent. */
const failed =
  (log: Logger): ErrorRequestHandler =>
  (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    const { status, message, retryAfter } = answerTo(error);
    if (status >= 500) log.error({ err: error }, status === 503 ? "the store cannot write" : "a request failed");
    if (retryAfter) response.set("Retry-After", String(retryAfter));
    response.status(status).json({ results: [], error: { field: status < 500 ? "body" : "relay", message } });
  };

const answerTo = (error: unknown): { status: number; message: string; retryAfter?: number } => {
  if (error instanceof StoreUnavailable) {
    return { status: 503, message: "cannot keep events right now; send them again", retryAfter: 5 };
  }
  const status = statusOf(error);
  if (status === 413) return { status, message: "is too large; send fewer events at once" };
  if (status === 415) return { status, message: "is in a coding that is not known here; send it plain or in gzip" };
  if (status >= 400 && status < 500) return { status, message: "could not be read; send JSON in UTF-8" };
  return { status: 500, message: "failed" };
};

const statusOf = (error: unknown): number =>
  error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : 500;

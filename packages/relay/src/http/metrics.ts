/** `GET /metrics`, for those whom the shop's numbers are meant for; and the count of requests. */
import { createHash, timingSafeEqual } from "node:crypto";
import { type Request, type RequestHandler, Router } from "express";
import type { Client } from "./client-ip.ts";

export interface ServingMetrics {
  /** All numbers as text, and what kind of text it is. */
  numbers: { text(): Promise<string>; type: string };
  /** Told of every request that was answered: by which door, and with what. */
  count(door: string, status: string): void;
  /** Who may read them from anywhere; without one, who asks from this machine through no proxy. */
  metricsToken?: string;
  clientOf(request: Request): Client;
}

export function metricsRouter({ numbers, metricsToken, clientOf }: ServingMetrics): Router {
  const router = Router();
  router.get("/metrics", async (request, response, next) => {
    if (metricsToken === undefined) {
      const { ip = "", isPassedOn, proxy } = clientOf(request);
      const isHere = !isPassedOn && proxy === undefined && /^127\.|^::1$/.test(ip);
      if (!isHere) return next();
    } else if (!isSame(request.get("authorization") ?? "", `Bearer ${metricsToken}`)) {
      response.status(401).set("WWW-Authenticate", "Bearer");
      return void response.json({ error: { field: "Authorization", message: "must be Bearer and METRICS_TOKEN" } });
    }
    response.set("Content-Type", numbers.type).send(await numbers.text());
  });
  return router;
}

/** The doors by the beginning of their path; whatever else is asked for is one. */
const DOORS = ["/collect", "/webhooks", "/api", "/tag", "/metrics", "/readyz", "/livez"];

export const countRequests =
  (count: ServingMetrics["count"]): RequestHandler =>
  (request, response, next) => {
    const door = DOORS.find((one) => request.path.startsWith(one)) ?? "other";
    response.once("finish", () => count(door, `${Math.floor(response.statusCode / 100)}xx`));
    next();
  };

const isSame = (told: string, right: string): boolean => timingSafeEqual(digest(told), digest(right));
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

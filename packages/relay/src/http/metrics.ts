/** `GET /metrics`: tells numbers of the shop's business, and so tells them only to whom they are for. */
import { hash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type RequestHandler, Router } from "express";
import { isProxied, plainIp } from "./client-ip.ts";
import { refuse } from "./refuse.ts";

export interface ServedMetrics {
  text(): Promise<string>;
  contentType: string;
}

/** With a token whoever brings it is answered; without one only who asks from this machine. To others there is no such page. */
export function metricsRouter({ text, contentType }: ServedMetrics, token: string | undefined): Router {
  const router = Router();
  router.get("/metrics", token === undefined ? fromThisMachine : withToken(token), async (_request, response) => {
    const body = await text();
    response.set({ "Content-Type": contentType, "Cache-Control": "no-store" }).send(body);
  });
  return router;
}

const withToken =
  (token: string): RequestHandler =>
  (request, response, next) => {
    const told = /^Bearer +(\S+) *$/i.exec(request.get("authorization") ?? "")?.[1];
    if (told !== undefined && timingSafeEqual(digest(told), digest(token))) return next();
    response.set("WWW-Authenticate", 'Bearer realm="pinrelay metrics"');
    refuse(response, 401, "Authorization", "must be Bearer and METRICS_TOKEN");
  };

const digest = (text: string): Buffer => hash("sha256", text, "buffer");

/** "next route" is what Express calls going on to what stands behind: its 404. */
const fromThisMachine: RequestHandler = ({ socket, headers, httpVersion }, _response, next) =>
  isFromHere(socket.remoteAddress, headers, httpVersion) ? next() : next("route");

/**
 * A proxy on this machine asks from it too, for anybody: most say so in a header, some in an old version of HTTP (nginx
 * as it comes), or by the public name. So does a page whose name was made to lead here.
 */
export const isFromHere = (
  remoteAddress: string | undefined,
  headers: IncomingHttpHeaders,
  httpVersion: string,
): boolean =>
  LOOPBACK.test(plainIp(remoteAddress) ?? "") &&
  !isProxied(headers) &&
  httpVersion !== "1.0" &&
  LOCAL_HOST.test(headers.host ?? "");

const LOOPBACK = /^(127\.|::1$)/;
const LOCAL_HOST = /^(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?$/i;

/** The public door for beacons: reads, hands over, answers per event once it is durable. */
import { COLLECT_PATH, type CollectAnswer, type CollectResult, RELAY_BEACON_BYTES } from "@pinrelay/tag/contract";
import express, { type Request, Router } from "express";
import type { Shop } from "../core/settings.ts";
import type { Directory } from "../directory.ts";
import type { Ingest } from "../ingest.ts";
import { type Arrival, type Envelope, fromBeacon, type Judged, named, readBeacon } from "../sources/beacon.ts";
import { visitorCookies } from "./cookies.ts";
import { cors } from "./cors.ts";

export interface Collecting {
  directory: Directory;
  ingest: Ingest;
  now(): number;
  publicUrl?: string;
  cookieDomain?: string;
}

export function collectRouter({ directory, ingest, now, publicUrl, cookieDomain }: Collecting): Router {
  const router = Router();
  router.use(COLLECT_PATH, cors(directory.shops));
  router.post(COLLECT_PATH, express.raw({ type: () => true, limit: RELAY_BEACON_BYTES }), async (request, response) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const read = readBeacon(body);
    if ("fault" in read) return void response.status(400).json(refusal(read.fault.field, read.fault.message));

    const { beacon } = read;
    const shop = directory.shop(beacon.key);
    if (!shop)
      return void response.status(403).json(refusal("key", "names no shop of this relay; paste its snippet again"));
    if (!mayTell(request.headers.origin, shop)) {
      const remedy = "is not one of the shop's; add it with: pinrelay settings set origins";
      return void response.status(403).json(refusal("Origin", remedy));
    }

    const judged = fromBeacon(beacon, shop, arrivalOf(request, body.length, now()));
    const events = judged.flatMap((one) => ("event" in one ? [one.event] : []));
    const acks = (beacon.acks ?? []).map((ack) => ({ ...ack, shop: shop.id, atMs: now() }));
    const kept = events.length + acks.length > 0 ? await ingest(shop, events, acks) : [];

    const results = resultsOf(judged, beacon, kept);
    response.append("Set-Cookie", cookiesFor(request, beacon));
    response.status(judged.length > 0 && events.length === 0 ? 400 : 202).json({ results } satisfies CollectAnswer);
  });
  return router;

  function cookiesFor(request: Request, { visitor, consent }: Envelope): string[] {
    const { origin } = request.headers;
    if (!visitor || consent.marketing === "denied" || !origin || !URL.canParse(origin)) return [];
    const relay = new URL(publicUrl ?? `${request.protocol}://${request.headers.host ?? ""}`);
    return visitorCookies(visitor, {
      relayHost: relay.hostname,
      shopHost: new URL(origin).hostname,
      secure: relay.protocol === "https:",
      ...(cookieDomain ? { domain: cookieDomain } : {}),
    });
  }
}

/** A page names its origin; what comes without one, or from a sandbox, has named the shop by its key. */
const mayTell = (origin: string | undefined, shop: Shop): boolean =>
  origin === undefined || origin === "null" || shop.origins.includes(origin);

const arrivalOf = (request: Request, bytes: number, receivedMs: number): Arrival => {
  const ip = request.ip?.replace(/^::ffff:/, "");
  const userAgent = request.headers["user-agent"]?.slice(0, 1_000);
  return {
    receivedMs,
    bytes,
    network: { ...(ip ? { ip } : {}), ...(userAgent ? { userAgent } : {}) },
    globalPrivacyControl: request.headers["sec-gpc"] === "1",
  };
};

const resultsOf = (judged: readonly Judged[], beacon: Envelope, kept: readonly string[]): CollectResult[] => {
  let next = 0;
  return judged.map((one, index) => {
    if ("refused" in one) return one.refused;
    const status = kept[next] === "duplicate" || kept[next] === "late half" ? "duplicate" : "kept";
    next += 1;
    return { ...named(beacon.events[index]), status };
  });
};

const refusal = (field: string, message: string): CollectAnswer => ({ results: [], error: { field, message } });

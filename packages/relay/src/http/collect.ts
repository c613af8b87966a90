/** The public door for beacons: reads, hands over, answers per event once it is durable. */
import { COLLECT_PATH, type CollectAnswer, type CollectResult, RELAY_BEACON_BYTES } from "@pinrelay/tag/contract";
import express, { type Request, Router } from "express";
import { consentAllows } from "../core/admit.ts";
import type { Shop } from "../core/settings.ts";
import type { Directory } from "../directory.ts";
import type { Ingest } from "../ingest.ts";

import {
  type Arrival,
  acksOf,
  consentAt,
  type Envelope,
  fromBeacon,
  type Judged,
  named,
  readBeacon,
} from "../sources/beacon.ts";
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

    const arrival = arrivalOf(request, body.length, now());
    const judged = fromBeacon(beacon, shop, arrival);
    const events = judged.flatMap((one) => ("event" in one ? [one.event] : []));
    const judgedAcks = acksOf(beacon);
    const acks = judgedAcks.flatMap((one) => ("ack" in one ? [{ ...one.ack, shop: shop.id, atMs: now() }] : []));
    const kept = events.length + acks.length > 0 ? await ingest(shop, events, acks) : [];

    const refusedAcks = judgedAcks.flatMap((one) => ("refused" in one ? [one.refused] : []));
    const answer: CollectAnswer = {
      results: resultsOf(judged, beacon, kept),
      ...(refusedAcks.length > 0 ? { acks: refusedAcks } : {}),
    };
    if (consentAllows({ consent: consentAt(beacon, shop, arrival) }, shop.settings))
      response.append("Set-Cookie", cookiesFor(request, beacon));
    response.status(keptNothing(judged, judgedAcks) ? 400 : 202).json(answer);
  });
  return router;

  function cookiesFor(request: Request, { visitor }: Envelope): string[] {
    const { origin } = request.headers;
    if (!visitor || !origin || !URL.canParse(origin)) return [];
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
    return { ...named(beacon.events[index]), status, ...one.warning };
  });
};

const keptNothing = (...judged: readonly object[][]): boolean => {
  const all = judged.flat();
  return all.length > 0 && all.every((one) => "refused" in one);
};

const refusal = (field: string, message: string): CollectAnswer => ({ results: [], error: { field, message } });

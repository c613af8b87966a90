/** The public door for beacons: reads, hands over, answers per event once it is durable. */
import { COLLECT_PATH, type CollectAnswer, type CollectResult, RELAY_BEACON_BYTES } from "@pinrelay/tag/contract";
import { type Request, type RequestHandler, Router } from "express";
import { consentAllows } from "../core/consent.ts";
import type { Shop } from "../core/settings.ts";
import type { Directory } from "../directory.ts";
import type { Ingest } from "../ingest.ts";
import { acksOf, consentAt, type Envelope, fromBeacon, type Judged, named, readBeacon } from "../sources/beacon.ts";
import { ownField } from "../sources/beacon-schema.ts";
import { arrivalOf, userAgentOf } from "./arrival.ts";
import { bodyOf, rawBody } from "./body.ts";
import { botJudge, isMarkedBot } from "./bots.ts";
import type { Client } from "./client-ip.ts";
import { visitorCookies } from "./cookies.ts";
import { cors } from "./cors.ts";
import type { DoorLog } from "./door-log.ts";
import { answerTooMuch, beaconLimits } from "./limits.ts";

export interface Collecting {
  directory: Directory;
  ingest: Ingest;
  now(): number;
  door: DoorLog;
  /** Stands before a body is read, and may refuse it. */
  bodies: RequestHandler;
  clientOf(request: Request): Client;
  publicUrl?: string;
  cookieDomain?: string;
}

export function collectRouter(collecting: Collecting): Router {
  const { directory, ingest, now, door, bodies, clientOf, publicUrl, cookieDomain } = collecting;
  const cookiesOf = visitorCookies(cookieDomain);
  const isBot = botJudge();
  const limits = beaconLimits();
  const router = Router();
  router.use(COLLECT_PATH, cors(directory.shops));
  const raw = rawBody(RELAY_BEACON_BYTES);
  router.post(COLLECT_PATH, bodies, raw, async (request, response) => {
    const client = clientOf(request);
    if (client.proxy) door.proxy(client.proxy);
    const tooMany = limits.ofBeacon(client.network, now());
    if (tooMany) return answerTooMuch(response, tooMany, door);
    const body = bodyOf(request);
    const read = readBeacon(body);
    if ("fault" in read) return void response.status(400).json(refusal(read.fault.field, read.fault.message));

    const { beacon } = read;
    const shop = directory.shop(beacon.key);
    if (!shop) {
      door.key();
      return void response.status(403).json(refusal("key", "names no shop of this relay; paste its snippet again"));
    }
    if (!mayTell(request.headers.origin, shop)) {
      door.origin(request.headers.origin ?? "");
      const remedy = "is not one of the shop's; add it with: pinrelay settings set origins";
      return void response.status(403).json(refusal("Origin", remedy));
    }

    const tooMuch = limits.ofEvents(client.network, beacon.visitor?.id, beacon.events.length, now());
    if (tooMuch) return answerTooMuch(response, tooMuch, door);

    const isMarked = client.isPassedOn && isMarkedBot(shop.settings.botHeader, request.headers);
    const arrival = arrivalOf(request, client, isMarked || isBot(userAgentOf(request)), body.length, now());
    const judged = fromBeacon(beacon, shop, arrival);
    const events = judged.flatMap((one) => ("event" in one ? [one.event] : []));
    const judgedAcks = acksOf(beacon);
    const acks = judgedAcks.flatMap((one) => ("ack" in one ? [{ ...one.ack, shop: shop.id, atMs: now() }] : []));
    const otherTags = (beacon.otherTags ?? []).map((other) => ({ ...other, shop: shop.id, atMs: now() }));
    const consent = consentAt(beacon, shop, arrival);
    const decided = beacon.visitor && consent.marketing !== "unknown" && events.length === 0;
    const kept = await ingest(shop, {
      events,
      acks,
      otherTags,
      bytes: body.length,
      // Where there are events each one tells it.
      ...(decided && beacon.visitor
        ? { decision: { visitor: beacon.visitor.id, consent, atMs: arrival.receivedMs } }
        : {}),
    });

    for (const other of otherTags) door.otherTag(shop.key, other);
    const refusedAcks = refusedOf(judgedAcks);
    for (const { field = "", message = "" } of refusedOf(judged))
      door.refused(shop.key, "browser", { field: ownField(field), message });
    const answer: CollectAnswer = {
      results: resultsOf(judged, beacon, kept),
      ...(refusedAcks.length > 0 ? { acks: refusedAcks } : {}),
    };
    const { origin } = request.headers;
    if (beacon.visitor && origin && consentAllows({ source: "browser", consent }, shop.settings)) {
      const relayUrl = publicUrl ?? `${request.protocol}://${request.host}`;
      response.append("Set-Cookie", cookiesOf(beacon.visitor, relayUrl, origin));
    }
    // As `response.json` does, which looks up anew each time what is known here.
    response.statusCode = keptNothing(judged, judgedAcks) ? 400 : 202;
    response.setHeader("Content-Type", "application/json; charset=utf-8");
    response.end(JSON.stringify(answer));
  });
  return router;
}

/** A page names its origin; what comes without one, or from a sandbox, has named the shop by its key. */
const mayTell = (origin: string | undefined, shop: Shop): boolean =>
  origin === undefined || origin === "null" || shop.origins.includes(origin);

const resultsOf = (judged: readonly Judged[], beacon: Envelope, kept: readonly string[]): CollectResult[] => {
  let next = 0;
  return judged.map((one, index) => {
    if ("refused" in one) return one.refused;
    const status = kept[next] === "duplicate" || kept[next] === "late half" ? "duplicate" : "kept";
    next += 1;
    return { ...named(beacon.events[index]), status, ...one.warning };
  });
};

const refusedOf = (judged: readonly (object | { refused: CollectResult })[]): CollectResult[] =>
  judged.flatMap((one) => ("refused" in one ? [one.refused] : []));

const keptNothing = (...judged: readonly object[][]): boolean => {
  const all = judged.flat();
  return all.length > 0 && refusedOf(all).length === all.length;
};

const refusal = (field: string, message: string): CollectAnswer => ({ results: [], error: { field, message } });

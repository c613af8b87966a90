/** How much anybody may tell, and how often anybody may guess. Generous: no shopper ever meets these limits. */
import type { Request, RequestHandler, Response } from "express";
import type { Client } from "./client-ip.ts";
import type { DoorLog } from "./door-log.ts";
import { limit, type Rate } from "./limit.ts";

/**
 * Events of one visitor. Who makes ten a second, five clicks with two events each, does so for more than three minutes
 * before a beacon has to wait; a tag that comes back after days brings a hundred (`KEPT_EVENTS`).
 */
export const VISITOR_RATE: Rate = { burst: 1_000, perSecond: 5 };

/**
 * Beacons and events of one IP address, or of one /64. A mobile network puts thousands of people behind an address: a
 * thousand of them may be in this shop at once, each with an event in ten seconds, and the burst lets a sale begin.
 * What is left over is a twentieth of what a relay takes: one address does not crowd out the others.
 */
export const ADDRESS_RATE: Rate = { burst: 10_000, perSecond: 200 };

/**
 * The same over days. What is told is kept for months: at the rate above one address alone would fill a disk in a week.
 * Half a million events are what a large shop hears in a day, from everybody; then what three shoppers tell without a rest.
 */
export const ADDRESS_DAYS: Rate = { burst: 500_000, perSecond: 3 };

/**
 * Calls of one IP address that proved nothing. A platform whose secret is wrong here sends on meanwhile, and is heard
 * within a second once the secret is right.
 */
export const FAILED_RATE: Rate = { burst: 100, perSecond: 1 };

/** What is too much, in words for the one who told it, and when to come again. */
export interface TooMuch {
  field: string;
  words: string;
  waitMs: number;
}

/** The limits of beacons. Both answer nothing where all is well. */
export interface BeaconLimits {
  /** Of what comes, before it is read: even what makes no sense costs something. */
  ofBeacon(network: string | undefined, nowMs: number): TooMuch | undefined;
  ofEvents(
    network: string | undefined,
    visitor: string | undefined,
    events: number,
    nowMs: number,
  ): TooMuch | undefined;
}

export function beaconLimits(): BeaconLimits {
  const visitors = limit(VISITOR_RATE);
  const addresses = limit(ADDRESS_RATE);
  const days = limit(ADDRESS_DAYS);
  const ofAddress = (network: string | undefined, tokens: number, nowMs: number): TooMuch | undefined => {
    if (network === undefined) return undefined;
    const waitMs = addresses.take(network, tokens, nowMs) || days.take(network, tokens, nowMs);
    return waitMs > 0 ? { ...ADDRESS, waitMs } : undefined;
  };
  return {
    ofBeacon: (network, nowMs) => ofAddress(network, 1, nowMs),
    ofEvents(network, visitor, events, nowMs) {
      const waitMs = visitor === undefined ? 0 : visitors.take(visitor, Math.max(1, events), nowMs);
      return waitMs > 0 ? { ...VISITOR, waitMs } : ofAddress(network, events, nowMs);
    },
  };
}

const ADDRESS = { field: "ip", words: "tells more than a thousand shoppers do" };
const VISITOR = { field: "visitor.id", words: "tells more than a shopper can" };
const ASKING = { field: "ip", words: "asks more than a thousand shoppers do" };
const FAILED = { field: "ip", words: "has failed too often to prove who it is" };

/** Answers 429 with when to come again. */
export const answerTooMuch = (response: Response, { field, words, waitMs }: TooMuch, door: DoorLog): void => {
  door.limited(field, words);
  const seconds = Math.ceil(waitMs / 1_000);
  const message = `${words}; send it again in ${seconds} s`;
  response.status(429).set("Retry-After", String(seconds)).json({ results: [], error: { field, message } });
};

/** Stands before every door but that of beacons, whose limits know more of who tells: no address asks more often than these. */
export function requestLimit(clientOf: (request: Request) => Client, now: () => number, door: DoorLog): RequestHandler {
  const addresses = limit(ADDRESS_RATE);
  return (request, response, next) => {
    const { network } = clientOf(request);
    const waitMs = network === undefined ? 0 : addresses.take(network, 1, now());
    if (waitMs > 0) return answerTooMuch(response, { ...ASKING, waitMs }, door);
    next();
  };
}

/**
 * Stands before doors that ask for proof. Who fails there again and again is not heard for a while, whatever they bring;
 * who succeeds is never counted.
 */
export function failedAuthLimit(
  clientOf: (request: Request) => Client,
  now: () => number,
  door: DoorLog,
): RequestHandler {
  const failures = limit(FAILED_RATE);
  return (request, response, next) => {
    const { network } = clientOf(request);
    if (network === undefined) return next();
    const waitMs = failures.waitMs(network, now());
    if (waitMs > 0) return answerTooMuch(response, { ...FAILED, waitMs }, door);
    // Who leaves before the answer has proved nothing either, and may have sent a large body slowly.
    response.once("close", () => {
      if (response.statusCode === 401 || !response.writableFinished) failures.take(network, 1, now());
    });
    next();
  };
}

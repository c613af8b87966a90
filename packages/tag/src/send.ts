/** Posts beacons until the relay has answered for every event. */
import { consent, mayTell } from "./consent.ts";
import {
  type Acknowledgement,
  type Beacon,
  type BeaconEvent,
  COLLECT_PATH,
  CONTRACT_VERSION,
  EVENT_BYTES,
  type OtherTag,
  TAG_BEACON_BYTES,
  TAG_BEACON_EVENTS,
} from "./contract.ts";
import { attempt, later, warn } from "./guard.ts";
import { KEPT_EVENTS, keep, kept, release } from "./kept.ts";
import { retryMs } from "./retry.ts";
import { relay, settings } from "./settings.ts";
import { visitor } from "./visitor.ts";

/** Events told within this time share a beacon. */
const GATHER_MS = 20;
/** The relay takes no more acknowledgements in one beacon. */
const BEACON_ACKS = 50;

/** A sandboxed frame has no cookies, and could not read an answer to a request with any. */
const CREDENTIALS = origin === "null" ? "omit" : "include";

/** Undefined where what is kept is not to go: before the first decision, and once it is denied. */
let queue: BeaconEvent[] | undefined;
let acks: Acknowledgement[] = [];
const otherTags: OtherTag[] = [];
let tries = 0;
let restUntil = 0;

/** Takes an event, to be sent in a moment. */
export const send = (event: BeaconEvent): void => {
  if (bytesOf(event) > EVENT_BYTES) warn(`${event.name} is too large`);
  else {
    queue = [...(queue ?? []), event].slice(-KEPT_EVENTS);
    keep(event);
    later(GATHER_MS, flush);
  }
};

/** Takes what became of an event at the Pinterest Tag; it rides with a later beacon. */
export const acknowledge = (ack: Acknowledgement): unknown => acks.push(ack);

/** Takes that another Pinterest Tag was noticed: it rides with a later beacon too. */
export const report = (other: OtherTag): unknown => otherTags.push(other);

/** Takes up what earlier pages kept; what has waited for a decision goes on. */
export const resume = (): void => {
  queue ??= kept(Date.now());
  later(GATHER_MS, retry);
};

/** Forgets all that waits. */
export const drop = (): void => {
  kept(Date.now()).forEach(release);
  queue = undefined;
  acks = [];
};

/** Tries again at once: the line is back. */
export const retry = (): void => {
  restUntil = 0;
  flush();
};

/** Sends what waits, one beacon at a time; where the page is being left, all of it at once. */
export const flush = (isLeaving?: boolean): void => {
  if (!queue || !(queue[0] ?? (isLeaving && acks[0]))) return;
  if ((!isLeaving && Date.now() < restUntil) || !mayTell()) return;
  restUntil = Infinity;
  const events = queue.slice(0, TAG_BEACON_EVENTS);
  const beacon = {
    v: CONTRACT_VERSION,
    key: settings.key,
    rev: settings.rev,
    sentAt: Date.now(),
    visitor: visitor(),
    consent: consent(),
    language: document.documentElement.lang || navigator.language,
    events,
    acks: acks.splice(0, BEACON_ACKS),
    otherTags: otherTags.splice(0, BEACON_ACKS),
  } as const satisfies Beacon;
  while (events[1] && bytesOf(beacon) > TAG_BEACON_BYTES) events.pop();
  queue = queue.slice(events.length);
  // First the rest: what fails at once waits again, and would go round and round.
  if (isLeaving) flush(isLeaving);
  void post(beacon, isLeaving);
};

const post = async (beacon: Required<Beacon>, isLeaving: boolean | undefined): Promise<void> => {
  const body = JSON.stringify(beacon);
  let answer: Response | undefined;
  try {
    // A string body is text/plain: a simple request, no preflight, so nothing to lose while the page is unloading.
    answer = await fetch(relay + COLLECT_PATH, { method: "POST", body, keepalive: true, credentials: CREDENTIALS });
  } catch {
    // Too much in flight, perhaps. The events stay kept all the same: nobody hears the answer to this one.
    if (isLeaving) attempt(() => navigator.sendBeacon(relay + COLLECT_PATH, body));
  }
  if (/^2|400|413/.test(String(answer?.status))) {
    beacon.events.forEach(release);
    tries = restUntil = 0;
    flush();
  } else if (queue) {
    queue = [...beacon.events, ...queue];
    acks.push(...beacon.acks);
    otherTags.push(...beacon.otherTags);
    const restMs = retryMs(tries++, Math.random(), Number(answer?.headers.get("Retry-After")) || 0);
    restUntil = Date.now() + restMs;
    later(restMs, flush);
  }
};

const bytesOf = (said: unknown): number => new TextEncoder().encode(JSON.stringify(said)).length;

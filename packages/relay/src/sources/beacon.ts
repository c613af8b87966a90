/** A beacon, translated to the inner event. Each of its events is judged on its own: a bad one harms no other. */
import {
  type Acknowledgement,
  type Beacon,
  type CollectResult,
  ORDER_EVENT,
  orderEventId,
} from "@pinrelay/tag/contract";
import type { z } from "zod";
import type { Network, ShopEvent } from "../core/event.ts";
import type { Shop } from "../core/settings.ts";
import { hashProfile } from "../pinterest/match-keys.ts";
import { keptAddress } from "./address.ts";
import { hashedAlias } from "./alias.ts";
import { ackSchema, beaconSchema, eventSchema } from "./beacon-schema.ts";
import { cut } from "./cut.ts";
import { tooLarge, withoutContentId } from "./event-checks.ts";
import { type EdgeFault, faultOf, wordsOf } from "./fault.ts";
import { parted } from "./parted.ts";
import { poisonIn, readJson } from "./read-json.ts";
import { orderIdsOf } from "./webhook.ts";

/** A beacon whose envelope is read, and whose events and acknowledgements are not yet. */
export type Envelope = z.output<typeof beaconSchema>;

/** What the request itself tells, beside its body. */
export interface Arrival {
  receivedMs: number;
  network: Network;
  /** Whether the browser said `Sec-GPC: 1`. */
  globalPrivacyControl: boolean;
  /** Nobody sits at what sent it. */
  isBot: boolean;
  /** Length of the body: no event of it can be longer. */
  bytes: number;
}

export type Judged = { event: ShopEvent; warning?: EdgeFault } | { refused: CollectResult };
export type JudgedAck = { ack: Acknowledgement } | { refused: CollectResult };

const IN_WORDS = { error: wordsOf };
const JUDGED_ALONE = ["events", "acks"];

/** Reads the envelope, or says what is wrong with it and where. */
export function readBeacon(bytes: Uint8Array): { beacon: Envelope } | { fault: EdgeFault } {
  const read = readJson(bytes);
  if ("fault" in read) return read;
  const fault = poisonIn(read.value, "", JUDGED_ALONE);
  if (fault) return { fault };
  const result = beaconSchema.safeParse(read.value, IN_WORDS);
  return result.success ? { beacon: result.data } : { fault: faultOf(result.error, "") };
}

/** Judges every event of the beacon, in order. */
export const fromBeacon = (beacon: Envelope, shop: Shop, arrival: Arrival): Judged[] =>
  beacon.events.map((event, index) => judgeEvent(event, `events[${index}]`, beacon, shop, arrival));

/** Judges every acknowledgement, in order. */
export const acksOf = ({ acks = [] }: Envelope): JudgedAck[] =>
  acks.map((raw, index) => {
    const path = `acks[${index}]`;
    const fault = poisonIn(raw, path);
    if (fault) return refused(raw, fault);
    const result = ackSchema.safeParse(raw, IN_WORDS);
    return result.success ? { ack: result.data } : refused(raw, faultOf(result.error, path));
  });

const judgeEvent = (raw: unknown, path: string, beacon: Envelope, shop: Shop, arrival: Arrival): Judged => {
  const fault = poisonIn(raw, path) ?? tooLarge(raw, path, arrival.bytes);
  if (fault) return refused(raw, fault);
  const result = eventSchema.safeParse(raw, IN_WORDS);
  if (!result.success) return refused(raw, faultOf(result.error, path));
  const told = result.data;
  const { properties, personal, partnerId } = parted(told);
  const [url, referrer] = [keptAddress(told.url), keptAddress(told.referrer)];
  const { visitor } = beacon;
  const warning = withoutContentId(properties, shop.settings.contentId, path);
  const isOrder = told.name === ORDER_EVENT;
  const id = (isOrder && orderEventId(shop.key, properties.id)) || told.id;
  return {
    ...(warning ? { warning } : {}),
    event: {
      shop: shop.id,
      name: told.name,
      id,
      half: {
        source: "browser",
        timeMs: timeOf(told.time, beacon.sentAt, arrival.receivedMs),
        receivedMs: arrival.receivedMs,
        rev: told.rev ?? beacon.rev,
        matchKeys: hashProfile(personal),
        properties,
        consent: consentAt(beacon, shop, arrival),
        network: arrival.network,
        ...(arrival.isBot ? { isBot: true } : {}),
        ...(isOrder ? { orderIds: [...new Set([id, ...orderIdsOf(shop.key, properties.order_aliases ?? [])])] } : {}),
        ...(visitor ? { visitor: visitor.id } : {}),
        ...(visitor?.clickId ? { clickId: visitor.clickId } : {}),
        ...(partnerId ? { partnerId } : {}),
        ...(told.tag ? { tagName: told.tag } : {}),
        ...(url ? { url } : {}),
        ...(referrer ? { referrer } : {}),
        ...(told.aliases ? { aliases: told.aliases.map(hashedAlias) } : {}),
        ...(beacon.language ? { language: beacon.language } : {}),
      },
    },
  };
};

/** The client's clock is wrong by what its sending time differs from ours. No event lies in the future, or before 1970. */
const timeOf = (time: number, sentAt: number, receivedMs: number): number =>
  Math.max(0, Math.min(Math.round(time + receivedMs - sentAt), receivedMs));

/**
 * The visitor's decision. A browser that asks every server for privacy has decided, whatever the page says; where the
 * shop tells of it with limits, the page has to have set them.
 */
export const consentAt = (beacon: Envelope, shop: Shop, arrival: Arrival): Beacon["consent"] =>
  arrival.globalPrivacyControl &&
  shop.settings.consent !== "always" &&
  !(shop.settings.globalPrivacy === "limited" && beacon.consent.limited)
    ? { marketing: "denied", by: "Sec-GPC", at: arrival.receivedMs }
    : beacon.consent;

const refused = (raw: unknown, { field, message }: EdgeFault): { refused: CollectResult } => ({
  refused: { ...named(raw), status: "refused", field, message },
});

/** What the sender can know a refused event by, as far as it is sound. */
export const named = (raw: unknown): { id?: string; name?: string } => {
  const { id, name }: { id?: unknown; name?: unknown } = typeof raw === "object" && raw !== null ? raw : {};
  return {
    ...(typeof id === "string" ? { id: cut(id, 200) } : {}),
    ...(typeof name === "string" ? { name: cut(name, 100) } : {}),
  };
};

/** What the panel knows of one event. Nothing in it is personal: it was masked on its way in. */
import type { Acknowledgement, BeaconEvent, Consent, TagSettings } from "../contract.ts";
import { isThing, type Thing } from "../thing.ts";
import { type Half, relayHalf } from "./half.ts";
import { masked } from "./mask.ts";
import { PINTEREST, type PinterestWord, RELAY, type RelayWord } from "./words.ts";

/** A word of the tables, and what there is to say beside it. */
export interface Status<Word> {
  is: Word;
  why?: string;
}

export interface Entry {
  /** One ID under two names is two events. */
  key: string;
  /** Shop event name; of a call that the page made by itself, the Pinterest Tag's. */
  name: string;
  id?: string;
  /** The Pinterest Tag's name of it. */
  tag?: string;
  time: number;
  /** The page it happened on. */
  url: string;
  /** What the beacon says of it. */
  said?: Thing;
  /** What the Pinterest Tag was told of it. */
  data?: Thing;
  consent?: Consent;
  relay: Status<RelayWord>;
  pinterest: Status<PinterestWord>;
  /** What the relay was told of the Pinterest Tag. */
  reported?: Acknowledgement["state"];
  /** What the two halves are compared by. */
  halves: { relay?: Half; pinterest?: Half };
}

/** All that are known, by key. */
export type Entries = Map<string, Entry>;

export const keyOf = (id: unknown, name: unknown): string => `${id} ${name}`;

/** The Pinterest Tag is told by its own name. */
export const eventKey = ({ id, name, tag }: BeaconEvent): string => keyOf(id, tag ?? name);

/** An event as the tag tells it to the relay. */
export const entryOf = (event: BeaconEvent, settings: TagSettings): Entry => {
  const { id, name, tag, time, url, properties, profile = {}, aliases = [], referrer } = event;
  const said = { properties, profile, aliases, referrer };
  return {
    key: eventKey(event),
    id,
    name,
    ...(tag ? { tag } : {}),
    time,
    url,
    said: Object.fromEntries(
      Object.entries(said).flatMap(([key, part]) =>
        part && (typeof part === "string" || Object.keys(part)[0]) ? [[key, masked(part, key)]] : [],
      ),
    ),
    relay: { is: "waiting" },
    pinterest: { is: "not told" },
    halves: { relay: relayHalf(event, settings) },
  };
};

/** Whether what was stored is one: a page may write over it. */
export const isEntry = (said: unknown): said is Entry =>
  isThing(said) &&
  [said.key, said.name, said.url].every((one) => typeof one === "string") &&
  typeof said.time === "number" &&
  isThing(said.halves) &&
  isStatus(said.relay, RELAY) &&
  isStatus(said.pinterest, PINTEREST);

const isStatus = (said: unknown, words: object): boolean => isThing(said) && Object.hasOwn(words, String(said.is));

/** The relay's log: JSON lines on standard output. What a line may hold is the table here; nothing else ever reaches it. */
import { EVENTS } from "@pinrelay/tag/contract";
import { type Logger, pino } from "pino";
import type { Config } from "./config.ts";
import { discreet } from "./core/discreet.ts";
import { shownError } from "./shown-error.ts";

export const createLog = (level: Config["logLevel"]): Logger =>
  discreetLog(pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }));

/** The same log, that leaves out every field it does not know, and shows of the others no more than they are for. */
export const discreetLog = (log: Logger): Logger =>
  log.child({}, { formatters: { log: shownFields }, serializers: { err: (error: unknown) => error } });

const NAMES: ReadonlySet<unknown> = new Set(EVENTS.map(([name]) => name));

const text = (value: unknown): unknown => (typeof value === "string" ? discreet(value).slice(0, 500) : undefined);
const count = (value: unknown): unknown => (typeof value === "number" ? value : undefined);
const id = (value: unknown): unknown => (typeof value === "string" && UUID.test(value) ? value : undefined);
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** What a line may hold. Names of events and their IDs are what anybody likes to call them. */
// biome-ignore format: a table
const FIELDS: Readonly<Record<string, (value: unknown) => unknown>> = {
  err:         shownError,
  shop:        text,
  destination: count,
  name:        (name) => (NAMES.has(name) ? name : "of the shop's own"),
  id,
  words:       text,
  origin:      (origin) => shownOrigin(origin),
  field:       text,
  message:     text,
  why:         text,
  by:          text,
  tagId:       text,
  event:       text,
  alert:       text,
  orders:      count,
  seconds:     count,
  since:       text,
  rejected:    count,
  events:      count,
  visitors:    count,
  refused:     count,
  count,
};

/** Names of the fields that a line may hold. */
export const LOGGED: ReadonlySet<string> = new Set(Object.keys(FIELDS));

const shownFields = (fields: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const shown = Object.hasOwn(FIELDS, name) ? FIELDS[name]?.(value) : undefined;
      return shown === undefined ? [] : [[name, shown]];
    }),
  );

/** A browser writes an origin and nothing but it; whoever is none may write what they like. */
const shownOrigin = (told: unknown): string =>
  typeof told === "string" && URL.canParse(told) && new URL(told).origin === told && isDiscreet(told)
    ? told.slice(0, 200)
    : "none that a browser writes";

/** A host that is an address, or has one or a token in its name, is not shown: anybody may call a host what they like. */
const isDiscreet = (origin: string): boolean => {
  const host = origin.replace(/^\w+:\/\//, "");
  return !/^(\[|[\d.]+(:|$))/.test(host) && !/\d{1,3}([.-]\d{1,3}){3}/.test(host) && discreet(host) === host;
};

/** Faults on demand: what can go wrong at Pinterest or on the way to it. */
import { Ajv, type JTDSchemaType } from "ajv/dist/jtd.js";

/** How often a fault strikes. */
interface Striking {
  /** Calls it strikes before it is spent. If not told: 1, and for latency and faults of single events until `reset`. */
  times?: number;
  /** Strikes a call only with this chance, drawn from `seed` (1 if not told): the same calls in every run. */
  chance?: number;
  seed?: number;
}

interface Retrying {
  retryAfterSeconds?: number;
  /** Retry-After as a date, so many seconds from now. */
  retryAfterDateInSeconds?: number;
}

type Kind<Name extends string, More = unknown> = Striking & { kind: Name } & More;

/** Answered in place of any judging: no event is processed. */
export type Instead =
  | Kind<"429", Retrying>
  | Kind<"503", Retrying>
  | Kind<"500">
  | Kind<"400">
  | Kind<"401">
  | Kind<"403">
  /** Says that not every event was processed, and not which. */
  | Kind<"422 without details">
  /** A page of some gateway's on the way, with status 502 if not told. */
  | Kind<"html", { status?: number }>
  /** The connection breaks before anything was done. */
  | Kind<"drop before">
  /** 400 for every call that holds this event. */
  | Kind<"poison", { eventId: string }>;

/** The call is judged and its events processed, but the answer suffers. */
export type Spoiled =
  /** Every second event fails, the first to begin with; answered with 422. */
  | Kind<"422">
  /** Events whose id matches this regular expression fail; answered with 422, or with 200 if told so. */
  | Kind<"fail events", { idPattern: string; status?: number }>
  /** Everything is done at once, but answered after so many ms. */
  | Kind<"latency", { ms: number }>
  /** The connection breaks after the events were processed. */
  | Kind<"drop after">
  /** The answer's JSON ends in the middle. */
  | Kind<"truncated">
  /** One status too few. */
  | Kind<"wrong count">
  /** A good answer of 10 MB. */
  | Kind<"huge">;

export type Fault = Instead | Spoiled;

const striking = { times: { type: "uint32" }, chance: { type: "float64" }, seed: { type: "uint32" } } as const;
const retrying = { retryAfterSeconds: { type: "uint32" }, retryAfterDateInSeconds: { type: "uint32" } } as const;
const plain = { optionalProperties: striking } as const;

// biome-ignore format: a table
const schema: JTDSchemaType<Fault> = {
  discriminator: "kind",
  mapping: {
    "429":                 { optionalProperties: { ...striking, ...retrying } },
    "503":                 { optionalProperties: { ...striking, ...retrying } },
    "500":                 plain,
    "400":                 plain,
    "401":                 plain,
    "403":                 plain,
    "422 without details": plain,
    "html":                { optionalProperties: { ...striking, status: { type: "uint16" } } },
    "drop before":         plain,
    "poison":              { properties: { eventId: { type: "string" } }, optionalProperties: striking },
    "422":                 plain,
    "fail events":         { properties: { idPattern: { type: "string" } }, optionalProperties: { ...striking, status: { type: "uint16" } } },
    "latency":             { properties: { ms: { type: "uint32" } }, optionalProperties: striking },
    "drop after":          plain,
    "truncated":           plain,
    "wrong count":         plain,
    "huge":                plain,
  },
};
const ajv = new Ajv();
const isFault = ajv.compile<Fault>(schema);

/** A fault told as JSON, or what is wrong with it. */
export const readFault = (body: unknown): Fault | { wrong: string } => {
  if (!isFault(body)) return { wrong: ajv.errorsText(isFault.errors, { dataVar: "fault" }) };
  return body.kind === "fail events" && !isPattern(body.idPattern)
    ? { wrong: "fault/idPattern must be a regular expression" }
    : body;
};

const isPattern = (text: string): boolean => {
  try {
    return Boolean(new RegExp(text));
  } catch {
    return false;
  }
};

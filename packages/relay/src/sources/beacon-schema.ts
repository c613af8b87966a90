/** What a beacon may hold, as zod sees it. Each schema is held equal to the contract's type by the compiler. */
import {
  type Acknowledgement,
  type Beacon,
  type BeaconEvent,
  CONTRACT_VERSION,
  RELAY_BEACON_EVENTS,
} from "@pinrelay/tag/contract";
import { z } from "zod";
import { ownFieldOf } from "./fault.ts";

const ID = 200;
const NAME = 500;
/** Far more lines than fit into an event. */
const LIST = 1_000;

/** The last moment that a Date can hold. */
const LATEST_MS = 8.64e15;
const MILLISECONDS = "must be milliseconds since 1970";

/** The runtime's, and the latest of ISO 4217 that older ones lack. */
const CURRENCIES = new Set([...Intl.supportedValuesOf("currency"), "SLE", "VED", "XCG", "ZWG"]);

/**
 * A key that may be missing. zod's `exactOptional` tries the inner schema on every missing key, and pays for issues that
 * it then throws away (measured: 35 µs an event instead of 5); `optional` does not, but its type admits `undefined`,
 * which JSON cannot hold.
 */
export const maybe = <T extends z.ZodType>(schema: T) => schema.optional() as unknown as z.ZodExactOptional<T>;

/** What is worth less than the events beside it: where it is not sound it is left out, and nothing is refused. */
export const sparing = <T extends z.ZodType>(schema: T) => schema.catch(undefined as never);

/** Control characters mean nothing to anybody, and a store may cut a text at the first NUL. */
export const printable = (text: string): string => (CONTROL.test(text) ? text.replace(CONTROLS, " ").trim() : text);
const CONTROL = /\p{Cc}/u;
const CONTROLS = /\p{Cc}+/gu;

/** Shops write ids as numbers as often as text, and prices as text as often as numbers; both mean the same. */
export const text = (max: number) => {
  const words = `must be text, ${max} characters at most, or a number of 15 digits at most, since JSON rounds longer ones`;
  const number = z.number().refine((value) => Math.abs(value) <= Number.MAX_SAFE_INTEGER);
  return z.union([z.string().max(max, words).transform(printable), number.transform(String)], words);
};
const amount = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^\s*\d{1,15}(\.\d{1,10})?\s*$/)
        .transform(Number),
    ],
    "must be a number",
  )
  .pipe(z.number("must be a finite number").nonnegative("must not be negative").max(1e15, "is absurdly large"));
const whole = amount.pipe(z.number().int("must be a whole number"));
const flag = z.union(
  [z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true"), z.literal([0, 1]).transform(Boolean)],
  "must be true or false",
);
export const currency = z
  .string()
  .trim()
  .toUpperCase()
  .refine((code) => CURRENCIES.has(code), "is not a currency of ISO 4217; use a code such as USD or EUR");
const oneOrMore = z.union(
  [text(NAME), z.array(text(NAME)).max(10)],
  `must be text, ${NAME} characters at most, or a list of 10 such at most`,
);

const item = {
  product_id: maybe(text(ID)),
  variant_id: maybe(text(ID)),
  sku: maybe(text(ID)),
  name: maybe(text(NAME)),
  variant_name: maybe(text(NAME)),
  price: maybe(amount),
  currency: maybe(currency),
  // Cloth is sold by the metre.
  quantity: maybe(amount),
  discount: maybe(amount),
  vendor: maybe(text(NAME)),
  category: maybe(text(NAME)),
  url: maybe(sparing(z.string())),
  image_url: maybe(sparing(z.string())),
};

const profile = {
  $email: maybe(oneOrMore),
  $phone_number: maybe(oneOrMore),
  $first_name: maybe(oneOrMore),
  $last_name: maybe(oneOrMore),
  $gender: maybe(oneOrMore),
  $date_of_birth: maybe(oneOrMore),
  $city: maybe(oneOrMore),
  $state: maybe(oneOrMore),
  $zip_code: maybe(oneOrMore),
  $country_code: maybe(oneOrMore),
  $customer_id: maybe(oneOrMore),
  $maid: maybe(oneOrMore),
  $partner_id: maybe(text(1_000)),
};

/** Unknown keys are dropped, here and below: a newer tag may say more than this relay knows. */
export const propertiesSchema = z.object({
  ...item,
  ...profile,
  id: maybe(text(ID)),
  description: maybe(sparing(z.string())),
  items: maybe(z.array(z.object(item)).max(LIST)),
  value: maybe(amount),
  total_price: maybe(amount),
  total_tax: maybe(amount),
  total_shipping: maybe(amount),
  total_discount: maybe(amount),
  taxes_included: maybe(flag),
  coupon: maybe(
    z.union(
      [text(ID), z.array(text(ID)).max(20)],
      `must be text, ${ID} characters at most, or a list of 20 such at most`,
    ),
  ),
  query: maybe(text(NAME)),
  order_aliases: maybe(z.array(text(ID)).max(10)),
  $is_new_customer: maybe(sparing(flag)),
  predicted_ltv: maybe(amount),
  external_measurement_id: maybe(text(ID)),
  external_measurement_vendor_id: maybe(whole),
});

export const identifier = z
  .string()
  .min(1, "must not be empty")
  .max(ID)
  .refine((text) => !CONTROL.test(text), "must not hold control characters");
export const eventName = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(100)
  .refine((text) => !CONTROL.test(text), "must not hold control characters");

export const profileSchema = z.object(profile);

export const eventSchema = z.object({
  id: identifier,
  name: eventName,
  tag: maybe(z.string().max(100)),
  rev: maybe(z.string().max(100)),
  time: z.number().positive(MILLISECONDS).max(LATEST_MS, MILLISECONDS),
  url: z.string(),
  referrer: maybe(z.string()),
  properties: propertiesSchema,
  profile: maybe(profileSchema),
  aliases: maybe(z.array(z.string().max(ID)).max(10)),
});

export const ackSchema = z.object({
  id: identifier,
  name: eventName,
  state: z.enum(["fired", "failed", "absent"]),
});

export const visitorId = z
  .string()
  .toLowerCase()
  .regex(/^[0-9a-f]{64}$/, "must be 64 hex digits");

const visitorSchema = z.object({
  id: visitorId,
  clickId: maybe(sparing(z.string().max(2_000))),
});

const consentSchema = z.object({
  marketing: z.enum(["granted", "denied", "unknown"]),
  by: z.string().max(50),
  at: z.number().nonnegative(MILLISECONDS).max(LATEST_MS, MILLISECONDS),
  limited: maybe(z.boolean()),
});

/** What another Tag calls its events may be anything; Pinterest takes these. */
const otherTagSchema = z.object({
  by: z.enum(["page", "network", "shopify app"]),
  tagId: maybe(sparing(z.string().regex(/^\d{1,20}$/))),
  event: maybe(sparing(z.string().regex(/^[\w-]{1,100}$/))),
});

/** The envelope. Its events and acknowledgements stay unread here, since each one is judged on its own. */
export const beaconSchema = z.object({
  v: z.literal(CONTRACT_VERSION, `must be ${CONTRACT_VERSION}; a tag of another version needs a relay that knows it`),
  key: z.string().max(100),
  rev: z.string().max(100),
  sentAt: z.number().positive(MILLISECONDS).max(LATEST_MS, MILLISECONDS),
  visitor: maybe(visitorSchema),
  consent: consentSchema,
  language: maybe(sparing(z.string().max(35))),
  events: z.array(z.unknown()).max(RELAY_BEACON_EVENTS, `must hold at most ${RELAY_BEACON_EVENTS} events`),
  acks: maybe(
    z.array(z.unknown()).max(RELAY_BEACON_EVENTS, `must hold at most ${RELAY_BEACON_EVENTS} acknowledgements`),
  ),
  otherTags: maybe(sparing(z.array(otherTagSchema).max(RELAY_BEACON_EVENTS))),
});

/** A field's path of a beacon with nothing in it but names of ours, for the log. */
export const ownField = ownFieldOf([
  beaconSchema,
  eventSchema,
  propertiesSchema,
  profileSchema,
  ackSchema,
  visitorSchema,
  consentSchema,
]);

// `satisfies` passes when an optional key is forgotten, and zod would then strip that key in silence.
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Exact<T> = T extends object ? (T extends readonly (infer E)[] ? Exact<E>[] : { [K in keyof T]: Exact<T[K]> }) : T;
const same = <_Proof extends true>(): void => {};
same<Equal<Exact<z.output<typeof eventSchema>>, Exact<BeaconEvent>>>();
same<Equal<Exact<z.output<typeof ackSchema>>, Exact<Acknowledgement>>>();
same<Equal<Exact<Omit<z.output<typeof beaconSchema>, "events" | "acks">>, Exact<Omit<Beacon, "events" | "acks">>>>();

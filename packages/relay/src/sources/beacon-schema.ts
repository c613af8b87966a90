/** What a beacon may hold, as zod sees it. Each schema is held equal to the contract's type by the compiler. */
import {
  type Acknowledgement,
  type Beacon,
  type BeaconEvent,
  CONTRACT_VERSION,
  RELAY_BEACON_EVENTS,
} from "@pinrelay/tag/contract";
import { z } from "zod";

const ID = 200;
const NAME = 500;
const URL_LENGTH = 8_192;
const LIST = 200;

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));

/** Shops write ids as numbers as often as text, and prices as text as often as numbers; both mean the same. */
const text = (max: number) =>
  z.union([z.string().max(max), z.number().transform(String)], `must be text, ${max} characters at most`);
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
const currency = z
  .string()
  .toUpperCase()
  .refine((code) => CURRENCIES.has(code), "is not a currency of ISO 4217; use a code such as USD or EUR");
const oneOrMore = z.union([text(NAME), z.array(text(NAME)).max(10)]);

const item = {
  product_id: text(ID).exactOptional(),
  variant_id: text(ID).exactOptional(),
  sku: text(ID).exactOptional(),
  name: text(NAME).exactOptional(),
  variant_name: text(NAME).exactOptional(),
  price: amount.exactOptional(),
  currency: currency.exactOptional(),
  quantity: whole.exactOptional(),
  discount: amount.exactOptional(),
  vendor: text(NAME).exactOptional(),
  category: text(NAME).exactOptional(),
  url: z.string().max(URL_LENGTH).exactOptional(),
  image_url: z.string().max(URL_LENGTH).exactOptional(),
};

const profile = {
  $email: oneOrMore.exactOptional(),
  $phone_number: oneOrMore.exactOptional(),
  $first_name: oneOrMore.exactOptional(),
  $last_name: oneOrMore.exactOptional(),
  $gender: oneOrMore.exactOptional(),
  $date_of_birth: oneOrMore.exactOptional(),
  $city: oneOrMore.exactOptional(),
  $state: oneOrMore.exactOptional(),
  $zip_code: oneOrMore.exactOptional(),
  $country_code: oneOrMore.exactOptional(),
  $customer_id: oneOrMore.exactOptional(),
  $maid: oneOrMore.exactOptional(),
  $partner_id: text(1_000).exactOptional(),
};

/** Unknown keys are dropped, here and below: a newer tag may say more than this relay knows. */
export const propertiesSchema = z.object({
  ...item,
  ...profile,
  id: text(ID).exactOptional(),
  description: z.string().max(5_000).exactOptional(),
  items: z.array(z.object(item)).max(LIST).exactOptional(),
  value: amount.exactOptional(),
  total_price: amount.exactOptional(),
  total_tax: amount.exactOptional(),
  total_shipping: amount.exactOptional(),
  total_discount: amount.exactOptional(),
  taxes_included: z.boolean().exactOptional(),
  coupon: z.union([z.string().max(ID), z.array(z.string().max(ID)).max(20)]).exactOptional(),
  query: text(NAME).exactOptional(),
  order_aliases: z.array(text(ID)).max(10).exactOptional(),
  $is_new_customer: z.boolean().exactOptional(),
  predicted_ltv: amount.exactOptional(),
  external_measurement_id: text(ID).exactOptional(),
  external_measurement_vendor_id: whole.exactOptional(),
});

export const profileSchema = z.object(profile);

export const eventSchema = z.object({
  id: z.string().min(1, "must not be empty").max(ID),
  name: z.string().trim().min(1, "must not be empty").max(100),
  tag: z.string().max(100).exactOptional(),
  time: z.number().positive("must be milliseconds since 1970").max(8.64e15),
  url: z.string().max(URL_LENGTH),
  referrer: z.string().max(URL_LENGTH).exactOptional(),
  properties: propertiesSchema,
  profile: profileSchema.exactOptional(),
  aliases: z.array(z.string().max(ID)).max(10).exactOptional(),
});

const ackSchema = z.object({
  id: z.string().min(1).max(ID),
  name: z.string().trim().min(1).max(100),
  state: z.enum(["fired", "failed", "absent"]),
});

/** The envelope. Its events stay unread here, since each one is judged on its own. */
export const beaconSchema = z.object({
  v: z.literal(CONTRACT_VERSION),
  key: z.string().max(100),
  rev: z.string().max(100),
  sentAt: z.number().positive().max(8.64e15),
  visitor: z
    .object({
      id: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hex digits"),
      clickId: z.string().max(2_000).exactOptional(),
    })
    .exactOptional(),
  consent: z.object({
    marketing: z.enum(["granted", "denied", "unknown"]),
    by: z.string().max(50),
    at: z.number().nonnegative().max(8.64e15),
    limited: z.boolean().exactOptional(),
  }),
  language: z.string().max(35).exactOptional(),
  events: z.array(z.unknown()).max(RELAY_BEACON_EVENTS, `must hold at most ${RELAY_BEACON_EVENTS} events`),
  acks: z.array(ackSchema).max(RELAY_BEACON_EVENTS).exactOptional(),
});

// `satisfies` passes when an optional key is forgotten, and zod would then strip that key in silence.
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Exact<T> = T extends object ? (T extends readonly (infer E)[] ? Exact<E>[] : { [K in keyof T]: Exact<T[K]> }) : T;
const same = <_Proof extends true>(): void => {};
same<Equal<Exact<z.output<typeof eventSchema>>, Exact<BeaconEvent>>>();
same<Equal<Exact<z.output<typeof ackSchema>>, Exact<Acknowledgement>>>();
same<Equal<Exact<Omit<z.output<typeof beaconSchema>, "events">>, Exact<Omit<Beacon, "events">>>>();

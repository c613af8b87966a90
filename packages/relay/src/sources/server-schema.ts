/** What a call of the server API may hold, as zod sees it: the body of Converge's webhook. The API's document is made from it. */
import { z } from "zod";
import {
  eventName,
  identifier,
  maybe,
  profileSchema,
  propertiesSchema,
  sparing,
  text,
  visitorId,
} from "./beacon-schema.ts";
import { ownFieldOf } from "./fault.ts";
import { MOMENT, momentOf } from "./moment.ts";

/** A call holds so many events at most, so that its one commit never keeps the shop's visitors waiting. */
export const CALL_EVENTS = 100;
export const CALL_BYTES = 1024 * 1024;
/** An order of a wholesaler's has hundreds of lines. */
export const CALL_EVENT_BYTES = 128 * 1024;

/** As much as the relay keeps of a header that it reads itself. */
const HEADER = 1_000;

const moment = z.union([z.string().meta({ format: "date-time" }), z.number()], MOMENT).transform((told, context) => {
  const read = momentOf(told);
  if ("ms" in read) return read.ms;
  context.addIssue({ code: "custom", message: read.problem });
  return z.NEVER;
});

const eventId = z
  .union([z.string(), z.number().int().transform(String)], "must be text, or a number of 15 digits at most")
  .pipe(identifier);

const choice = z.enum(["granted", "denied"]);

export const consentSchema = z.object({ analytics: maybe(choice), marketing: maybe(choice) });

/** What may be a click ID of Pinterest's. */
export const CLICK_ID = /^[\x21-\x7e]{1,2000}$/;

/** What the shopper's browser sent to the shop's server. Converge has some of it on the event and some on the profile. */
const visit = {
  $visitor_id: maybe(visitorId),
  $click_id: maybe(sparing(z.string().regex(CLICK_ID))),
  $ip: maybe(z.string().max(HEADER)),
  $user_agent: maybe(z.string().max(HEADER)),
  $consent: maybe(consentSchema),
};

export const serverPropertiesSchema = propertiesSchema.extend({
  ...visit,
  $url: maybe(z.string()),
  referrer: maybe(z.string()),
  $sales_channel_type: maybe(text(100)),
  updated_at: maybe(moment),
});

export const serverProfileSchema = profileSchema.extend(visit);

export const serverEventSchema = z.object({
  event_name: eventName,
  event_id: maybe(eventId),
  timestamp: maybe(moment),
  properties: maybe(serverPropertiesSchema),
  profile_properties: maybe(serverProfileSchema),
  aliases: maybe(z.array(z.string().max(200)).max(10)),
});

export type ServerEvent = z.output<typeof serverEventSchema>;

/** What became of an event of a call. A kept one may say what of it Pinterest cannot use. */
export const serverResultSchema = z.object({
  event_id: maybe(z.string()),
  event_name: maybe(z.string()),
  status: z.enum(["kept", "duplicate", "refused"]),
  field: maybe(z.string()),
  message: maybe(z.string()),
});

export type ServerResult = z.output<typeof serverResultSchema>;

/** A field's path of a call with nothing in it but names of ours, for the log. */
export const ownServerField = ownFieldOf([
  serverEventSchema,
  serverPropertiesSchema,
  serverProfileSchema,
  consentSchema,
]);

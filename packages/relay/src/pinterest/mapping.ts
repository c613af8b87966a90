/**
 * Every field that is ever sent to Pinterest: theirs, ours, and how it is dressed. Only rows can be written, so a key
 * that Pinterest does not know, which makes it refuse a whole request, cannot occur.
 * `partner_name`, `np` and the app fields are Pinterest's partners' and apps'; they have no row.
 */
import type { Item } from "@pinrelay/tag/contract";
import type { Facts } from "./facts.ts";

// biome-ignore format: a table
export const FIELDS = [
  // theirs                                     ours                 dressed
  ["event_name",                                "apiName",           "as it is"],
  ["action_source",                             "channel",           "as it is"],
  ["event_time",                                "timeMs",            "whole seconds"],
  ["event_id",                                  "eventId",           "as it is"],
  ["event_source_url",                          "url",               "as it is"],
  ["language",                                  "language",          "two letters"],
  ["user_data.em",                              "em",                "as it is"],
  ["user_data.ph",                              "ph",                "as it is"],
  ["user_data.ge",                              "ge",                "as it is"],
  ["user_data.db",                              "db",                "as it is"],
  ["user_data.ln",                              "ln",                "as it is"],
  ["user_data.fn",                              "fn",                "as it is"],
  ["user_data.ct",                              "ct",                "as it is"],
  ["user_data.st",                              "st",                "as it is"],
  ["user_data.zp",                              "zp",                "as it is"],
  ["user_data.country",                         "country",           "as it is"],
  ["user_data.external_id",                     "external_id",       "as it is"],
  ["user_data.hashed_maids",                    "hashed_maids",      "as it is"],
  ["user_data.client_ip_address",               "ip",                "as it is"],
  ["user_data.client_user_agent",               "userAgent",         "as it is"],
  ["user_data.click_id",                        "clickId",           "as it is"],
  ["user_data.partner_id",                      "partnerId",         "as it is"],
  ["custom_data.value",                         "value",             "money"],
  ["custom_data.currency",                      "currency",          "as it is"],
  ["custom_data.num_items",                     "unitCount",         "as it is"],
  ["custom_data.order_id",                      "orderId",           "as it is"],
  ["custom_data.content_ids",                   "lines",             "content IDs"],
  ["custom_data.contents",                      "lines",             "contents"],
  ["custom_data.content_name",                  "name",              "as it is"],
  ["custom_data.content_category",              "category",          "as it is"],
  ["custom_data.content_brand",                 "brand",             "as it is"],
  ["custom_data.search_string",                 "query",             "as it is"],
  ["custom_data.opt_out_type",                  "optOutType",        "as it is"],
  ["custom_data.predicted_ltv",                 "predictedLtv",      "number as text"],
  ["custom_data.external_measurement_id",       "measurementId",     "as it is"],
  ["custom_data.external_measurement_vendor_id", "measurementVendor", "as it is"],
] as const satisfies readonly (readonly [theirs: string, ours: keyof Facts, dressed: Dress])[];

/** Fields of one entry of `custom_data.contents`: theirs, the line's, and how it is dressed. */
// biome-ignore format: a table
export const CONTENT = [
  ["id",            "id",       "as it is"],
  ["item_name",     "name",     "as it is"],
  ["item_price",    "price",    "money"],
  ["quantity",      "quantity", "whole units"],
  ["item_category", "category", "as it is"],
  ["item_brand",    "vendor",   "as it is"],
] as const satisfies readonly (readonly [theirs: string, ours: LineField, dressed: LineDress])[];

/** Of a line: its content ID, or what its item says. */
export type LineField = "id" | keyof Item;
export type LineDress = "as it is" | "money" | "whole units";

export type Dress =
  | "as it is"
  | "whole seconds"
  | "two letters"
  | "money"
  | "number as text"
  | "content IDs"
  | "contents";

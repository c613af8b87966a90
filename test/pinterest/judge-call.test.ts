import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import type { ConversionEvent } from "./conversion-event.ts";
import { type Asked, judgeCall } from "./judge-call.ts";
import { checkout, EMAIL_HASH, NOW, NOW_SECONDS } from "./samples.ts";
import { sourceFile } from "./source-file.ts";

const ACCOUNT = { adAccountId: "549761668032", token: "pina_AMAQ4XIXADZ2WAYA" };
const asked = (change: Partial<Asked> = {}): Asked => ({
  authorization: `Bearer ${ACCOUNT.token}`,
  contentType: "application/json",
  adAccountId: ACCOUNT.adAccountId,
  test: undefined,
  body: { data: [checkout()] },
  ...change,
});
const judge = (change: Partial<Asked> = {}) => judgeCall(asked(change), ACCOUNT, NOW);
const judgeEvent = (event: object) => judge({ body: { data: [event] } });
const judgeData = (custom_data: object) =>
  judgeEvent(checkout({ custom_data: { ...checkout().custom_data, ...custom_data } }));
const judgeUser = (user_data: object) => judgeEvent({ ...checkout(), user_data });
const NETWORK = { client_ip_address: "2001:db8::7", client_user_agent: "Mozilla/5.0" };

test("a good event is processed, without a word", () => {
  const status = { status: "processed", error_message: null, warning_message: null };
  expect(judge()).toMatchObject({
    status: 200,
    body: { num_events_received: 1, num_events_processed: 1, events: [status] },
    processed: [{ event_id: "order.k3x9.5001001" }],
  });
});

describe("who calls", () => {
  // biome-ignore format: a table
  test.each<[string, Partial<Asked>, number, number]>([
    ["without a token",             { authorization: undefined },                    401, 2],
    ["with a wrong token",          { authorization: "Bearer pina_other" },          401, 2],
    ["with a token but no scheme",  { authorization: ACCOUNT.token },                401, 2],
    ["for another account",         { adAccountId: "549761668033" },                 403, 29],
    ["for no account number",       { adAccountId: "549761668032000000000" },        400, 4196],
    ["with a test flag of its own", { test: "yes" },                                 400, 4196],
    ["with another media type",     { contentType: "text/plain" },                   400, 4196],
    ["with what is no JSON",        { body: undefined },                             400, 4196],
  ])("%s", (_, change, status, code) => {
    expect(judge(change)).toMatchObject({ status, body: { code }, processed: [] });
  });
});

describe("one breach of the schema refuses the whole call and says where", () => {
  const { event_id: _, ...withoutId } = checkout();
  // biome-ignore format: a table
  test.each<[body: unknown, words: string]>([
    [[],                                                                     "the body must be object"],
    [{},                                                                     "the body must have required property 'data'"],
    [{ data: [] },                                                           "data must NOT have fewer than 1 items"],
    [{ data: [checkout()], partner: "x" },                                   'the body must not have the property "partner"'],
    [{ data: Array.from({ length: 1_001 }, () => checkout()) },              "data must NOT have more than 1000 items"],
    [{ data: [checkout(), withoutId] },                                      "data[1] must have required property 'event_id'"],
    [{ data: [{ ...checkout(), event_id: 5001001 }] },                       "data[0].event_id must be string"],
    [{ data: [{ ...checkout(), event_id: null }] },                          "data[0].event_id must be string"],
    [{ data: [{ ...checkout(), event_time: "1795514400" }] },                "data[0].event_time must be integer"],
    [{ data: [{ ...checkout(), event_time: NOW_SECONDS + 0.5 }] },           "data[0].event_time must be integer"],
    [{ data: [{ ...checkout(), opt_out: "false" }] },                        "data[0].opt_out must be boolean"],
    [{ data: [{ ...checkout(), advertiser_tracking_enabled: true }] },       'data[0] must not have the property "advertiser_tracking_enabled"'],
    [{ data: [{ ...checkout(), custom_data: { category_name: "Mugs" } }] },  'data[0].custom_data must not have the property "category_name"'],
    [{ data: [{ ...checkout(), custom_data: { value: 24 } }] },              "data[0].custom_data.value must be string"],
    [{ data: [{ ...checkout(), custom_data: { num_items: "3" } }] },         "data[0].custom_data.num_items must be integer"],
    [{ data: [{ ...checkout(), custom_data: { num_items: null } }] },        "data[0].custom_data.num_items must be integer"],
    [{ data: [{ ...checkout(), custom_data: { contents: [{ id: 1001 }] } }] }, "data[0].custom_data.contents[0].id must be string"],
    [{ data: [{ ...checkout(), device_info: { os_family: "beos" } }] },      "data[0].device_info.os_family must be equal to one of the allowed values: ios, android"],
    [{ data: [{ ...checkout(), user_data: {} }] },                           "data[0].user_data must have em, hashed_maids, or client_ip_address with client_user_agent"],
    [{ data: [{ ...checkout(), user_data: { ph: [EMAIL_HASH], click_id: "dj0y" } }] }, "data[0].user_data must have em"],
    [{ data: [{ ...checkout(), user_data: { client_ip_address: "203.0.113.7" } }] }, "data[0].user_data must have em"],
    [{ data: [{ ...checkout(), user_data: { em: EMAIL_HASH } }] },           "data[0].user_data.em must be array"],
  ])("%#: %s", (body, words) => {
    const { status, body: answer, processed } = judge({ body });
    expect({ status, processed, answer }).toMatchObject({ status: 400, processed: [], answer: { code: 4196 } });
    expect("message" in answer && answer.message).toContain(words);
  });
});

describe("what the schema admits", () => {
  // biome-ignore format: a table
  test.each<[string, object]>([
    ["nulls where it says nullable",            { ...checkout(), language: null, custom_data: { value: null, currency: null } }],
    ["whatever else user_data holds",           { ...checkout(), user_data: { em: [EMAIL_HASH], shoe_size: "42" } }],
    ["a mobile ID alone",                       { ...checkout(), user_data: { hashed_maids: [EMAIL_HASH] } }],
    ["IP address and user agent",               { ...checkout(), user_data: NETWORK }],
    ["an event without custom_data",            { ...checkout(), custom_data: undefined }],
    ["one of the later standard events",        checkout({ event_name: "start_trial" })],
    ["a name of one's own",                     checkout({ event_name: "Gift-Card_2" })],
  ])("%s", (_, event) => {
    const body = { data: [JSON.parse(JSON.stringify(event))] };
    expect(judge({ body })).toMatchObject({ status: 200, body: { events: [{ warning_message: null }] } });
  });

  test("a thousand events", () => {
    const data = Array.from({ length: 1_000 }, (_, at) => checkout({ event_id: `order.k3x9.${at}` }));
    expect(judge({ body: { data } })).toMatchObject({ status: 200, body: { num_events_processed: 1_000 } });
  });
});

describe("an event that breaks a rule fails alone, with 422 and words", () => {
  const EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  const DAY = 86_400;
  // biome-ignore format: a table
  test.each<[string, () => ReturnType<typeof judge>, RegExp]>([
    ["in the future",            () => judgeEvent(checkout({ event_time: NOW_SECONDS + 6 })),               /must not be in the future/],
    ["in milliseconds",          () => judgeEvent(checkout({ event_time: NOW })),                           /must not be in the future/],
    ["over seven days old",      () => judgeEvent(checkout({ event_time: NOW_SECONDS - 7 * DAY - 1 })),     /too far in the past/],
    ["an email in the clear",    () => judgeUser({ em: ["maya@example.com"] }),                             /user_data\.em must hold SHA-256/],
    ["a hash in capitals",       () => judgeUser({ ...NETWORK, ph: [EMAIL_HASH.toUpperCase()] }),           /user_data\.ph must hold SHA-256/],
    ["an MD5 hash",              () => judgeUser({ em: ["d41d8cd98f00b204e9800998ecf8427e"] }),             /user_data\.em must hold SHA-256/],
    ["the hash of nothing",      () => judgeUser({ ...NETWORK, ct: [EMPTY_HASH] }),                         /user_data\.ct holds the hash of an empty text/],
    ["an empty list of emails",  () => judgeUser({ em: [] }),                                               /nothing to match/],
    ["a value with a comma",     () => judgeData({ value: "1,024.00" }),                                    /value must be a number/],
    ["a value with its sign",    () => judgeData({ value: "$24" }),                                         /value must be a number/],
    ["an empty value",           () => judgeData({ value: "" }),                                            /value must be a number/],
    ["a value of NaN",           () => judgeData({ value: "NaN" }),                                         /value must be a number/],
    ["a predicted ltv in words", () => judgeData({ predicted_ltv: "high" }),                                /predicted_ltv must be a number/],
    ["an item's price in words", () => judgeData({ contents: [{ item_price: "1" }, { item_price: "free" }] }), /contents\[1\]\.item_price must be a number/],
  ])("%s", (_, told, words) => {
    expect(told()).toMatchObject({
      status: 422,
      body: {
        code: 953,
        details: {
          num_events_received: 1,
          num_events_processed: 0,
          events: [{ status: "failed", error_message: expect.stringMatching(words) }],
        },
      },
      processed: [],
    });
  });

  test.each([NOW_SECONDS + 5, NOW_SECONDS - 7 * DAY])("at the very limit %d it is processed", (event_time) => {
    expect(judgeEvent(checkout({ event_time })).status).toBe(200);
  });

  test("and the others of its call are processed, each with its status in the order of the call", () => {
    const ids = ["a", "b", "c"];
    const data = ids.map((event_id) =>
      checkout({ event_id, ...(event_id === "b" ? { event_time: 1_600_000_000 } : {}) }),
    );
    const { status, body, processed } = judge({ body: { data } });
    expect(status).toBe(422);
    expect(processed.map(({ event_id }) => event_id)).toEqual(["a", "c"]);
    expect(body).toMatchObject({
      details: { events: [{ status: "processed" }, { status: "failed" }, { status: "processed" }] },
    });
  });
});

describe("an event that could be better is processed with a warning", () => {
  // biome-ignore format: a table
  test.each<[string, () => ReturnType<typeof judge>, RegExp]>([
    ["a currency that is none",       () => judgeData({ currency: "XYZ" }),                                /no currency of ISO 4217/],
    ["a currency in small letters",   () => judgeData({ currency: "usd" }),                                /no currency of ISO 4217/],
    ["a value without currency",      () => judgeData({ currency: null }),                                 /no currency: the ad account's/],
    ["a name with a space",           () => judgeEvent(checkout({ event_name: "Placed Order" })),          /event_name/],
    ["a name of over 100 characters", () => judgeEvent(checkout({ event_name: "x".repeat(101) })),         /event_name/],
    ["an empty id",                   () => judgeEvent(checkout({ event_id: "" })),                        /event_id is empty/],
    ["an unknown source",             () => judgeEvent(checkout({ action_source: "website" })),            /action_source/],
    ["an IP address that is none",    () => judgeUser({ ...NETWORK, client_ip_address: "unknown" }),       /no IP address/],
    ["limited data without a state",  () => judgeData({ opt_out_type: "LDP" }),                            /user_data\.st and user_data\.country/],
  ])("%s", (_, told, words) => {
    expect(told()).toMatchObject({
      status: 200,
      body: { events: [{ status: "processed", warning_message: expect.stringMatching(words) }] },
    });
  });
});

test("test mode processes the first twenty events of a call", () => {
  const data = Array.from({ length: 22 }, (_, at) => checkout({ event_id: `order.k3x9.${at}` }));
  const { status, body, processed } = judge({ test: "true", body: { data } });
  expect({ status, processed: processed.length }).toEqual({ status: 422, processed: 20 });
  const words = { status: "failed", error_message: expect.stringContaining("at most 20") };
  expect("details" in body && body.details?.events.slice(19)).toMatchObject([{ status: "processed" }, words, words]);
  expect(judge({ test: "false", body: { data } }).status).toBe(200);
});

describe("its own answers keep to Pinterest's schema", () => {
  const { components } = JSON.parse(readFileSync(sourceFile("fixtures/pinterest-conversions-openapi.json"), "utf8"));
  const schema = (name: string) =>
    new Ajv({ keywords: ["components", "example"] }).compile({ $ref: `#/components/schemas/${name}`, components });
  const late: ConversionEvent = checkout({ event_time: 1_600_000_000 });
  // biome-ignore format: a table
  test.each<[string, Partial<Asked>]>([
    ["ConversionApiResponse", {}],
    ["DetailedError",         { body: { data: [checkout(), late] } }],
    ["Error",                 { body: {} }],
    ["Error",                 { authorization: "" }],
    ["Error",                 { adAccountId: "1" }],
  ])("%s", (name, change) => {
    const matches = schema(name);
    matches(judge(change).body);
    expect(matches.errors).toBeNull();
  });
});

/** What a store cuts out of a payload that it need not read: never too little, and never what only looks like it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { networkIn, withoutNetwork } from "#relay/store/payloads";

const IP = { client_ip_address: "203.0.113.7" };
const AGENT = { client_user_agent: 'Mozilla/5.0 (X11; "Linux") \\ AppleWebKit/537.36,}' };
const EM = { em: ["ab".repeat(32)] };
const CLICK = { click_id: "dj0yJnU9b2JD" };

// biome-ignore format: a table
const PERSONS = [
  ["in the middle",              { ...EM, ...IP, ...AGENT, ...CLICK }],
  ["at the end",                 { ...EM, ...IP, ...AGENT }],
  ["at the beginning",           { ...IP, ...AGENT, ...CLICK }],
  ["alone",                      { ...IP, ...AGENT }],
  ["an IP address only",         { ...EM, ...IP, ...CLICK }],
  ["a user agent only, at last", { ...EM, ...AGENT }],
  ["none",                       { ...EM, ...CLICK }],
] as const;

const payloadOf = (user_data: object, name = "Sage mug"): string =>
  JSON.stringify({ event_name: "page_visit", user_data, custom_data: { content_name: name, value: "24.00" } });

test.each(PERSONS)("IP address and user agent %s: what is left is the same without them", (_, person) => {
  const payload = payloadOf(person);
  const personal = networkIn(payload);
  expect(personal).toBeDefined();
  expect(payload.replace(personal ?? "", "")).toBe(withoutNetwork(payload));
});

test("whatever a page writes, nothing else is cut", () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant(JSON.stringify({ ...IP, ...AGENT })));
  fc.assert(
    fc.property(text, text, fc.constantFrom(...PERSONS), (agent, name, [, person]) => {
      const payload = payloadOf(
        { ...person, ...("client_user_agent" in person ? { client_user_agent: agent } : {}) },
        name,
      );
      expect(payload.replace(networkIn(payload) ?? "", "")).toBe(withoutNetwork(payload));
    }),
  );
});

test("where they do not stand side by side there is no one piece", () => {
  expect(networkIn(payloadOf({ ...IP, ...CLICK, ...AGENT }))).toBeUndefined();
});

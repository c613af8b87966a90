import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { FIELD_WORDS } from "#relay/sources/server-api-words";
import { call, KEYED, placedOrder, signedUp } from "./server-api.ts";
import { type Started, startRelay } from "./start.ts";

const content = z.strictObject({
  "application/json": z.strictObject({
    schema: z.record(z.string(), z.unknown()),
    examples: z.record(z.string(), z.strictObject({ value: z.unknown() })).optional(),
  }),
});
/** OpenAPI 3.1 as far as our document uses it; what it does not know is a mistake. */
const openApi = z.strictObject({
  openapi: z.literal("3.1.0"),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    summary: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  servers: z.array(z.strictObject({ url: z.string(), description: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  paths: z.record(
    z.string().startsWith("/"),
    z.strictObject({
      post: z.strictObject({
        operationId: z.string(),
        summary: z.string(),
        description: z.string().optional(),
        requestBody: z.strictObject({ required: z.literal(true), content }),
        responses: z.record(
          z.string().regex(/^[2-5]\d\d$/),
          z.strictObject({
            description: z.string(),
            content,
            headers: z
              .record(
                z.string(),
                z.strictObject({ schema: z.strictObject({ type: z.string() }), description: z.string() }),
              )
              .optional(),
          }),
        ),
      }),
    }),
  ),
  components: z.strictObject({
    securitySchemes: z.record(
      z.string(),
      z.strictObject({ type: z.literal("http"), scheme: z.literal("bearer"), description: z.string() }),
    ),
    schemas: z.record(z.string(), z.record(z.string(), z.unknown())),
  }),
});

let started: Started;
let document: string;
let api: z.output<typeof openApi>;
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { "date-time": /T.+(Z|[+-]\d\d:\d\d)$/ } });
beforeAll(async () => {
  const { relay, url } = await startRelay({ config: { seed: KEYED } });
  const response = await fetch(`${url}/api/openapi.json`);
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  document = await response.text();
  api = openApi.parse(JSON.parse(document));
  ajv.addVocabulary(["openapi", "info", "servers", "security", "paths", "components"]);
  ajv.addSchema(z.record(z.string(), z.unknown()).parse(JSON.parse(document)), "relay");
  // Compiling takes seconds on a busy machine, in which a server hangs up on who says nothing: so it is done before.
  for (const [path, { post }] of Object.entries(api.paths)) {
    matches({}, ...request(path));
    for (const status of Object.keys(post.responses)) matches({}, ...answered(path, Number(status)));
  }
  await relay.close();
  started = await startRelay({ config: { seed: KEYED } });
});
afterAll(() => started.relay.close());

/** By place, since one object is compiled once. */
const schemas = new Map<string, { $ref: string }>();

/** Whether a body matches the schema at a place of the document. */
const matches = (body: unknown, ...place: string[]): boolean => {
  const pointer = place.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
  const schema = schemas.get(pointer) ?? { $ref: `relay#/${pointer}` };
  schemas.set(pointer, schema);
  return ajv.validate(schema, body);
};
const request = (path: string) => ["paths", path, "post", "requestBody", "content", "application/json", "schema"];
const answered = (path: string, status: number) =>
  ["paths", path, "post", "responses", String(status), "content", "application/json", "schema"] as const;

describe("the OpenAPI document", () => {
  test("has the structure of OpenAPI 3.1, and needs no key to be read", () => {
    const served: unknown = JSON.parse(document);
    expect(openApi.parse(served)).toEqual(served);
  });

  test("names only what is in it", () => {
    const refs = [...JSON.stringify(api).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = ""]) => ref);
    expect(refs.length).toBeGreaterThan(10);
    for (const ref of refs)
      expect(Object.keys(api.components.schemas)).toContain(ref.replace("#/components/schemas/", ""));
    for (const name of api.security.flatMap(Object.keys)) expect(api.components.securitySchemes).toHaveProperty(name);
    expect(Object.keys(api.paths)).toEqual(["/api/events", "/api/forget"]);
  });

  test("says in words what each field is, and no word is of a field that there is not", () => {
    const found = new Map<string, boolean>();
    JSON.stringify(api.components.schemas, (_, value: unknown) => {
      const shape = z.object({
        properties: z.record(z.string(), z.looseObject({ description: z.string().optional() })),
      });
      const { data } = shape.safeParse(value);
      for (const [name, { description }] of Object.entries(data?.properties ?? {}))
        found.set(name, description !== undefined);
      return value;
    });
    expect([...found].filter(([, isSaid]) => !isSaid)).toEqual([]);
    expect(FIELD_WORDS.map(([name]) => name).filter((name) => !found.has(name))).toEqual([]);
    expect(new Set(FIELD_WORDS.map(([name]) => name)).size).toBe(FIELD_WORDS.length);
  });

  test.each(["/api/events", "/api/forget"])(
    "has examples for %s that the relay takes, and the answers it then gives",
    async (path) => {
      const { examples = {} } = api.paths[path]?.post.requestBody.content["application/json"] ?? {};
      expect(Object.keys(examples).length).toBeGreaterThan(0);
      for (const [name, { value }] of Object.entries(examples)) {
        expect([name, matches(value, ...request(path)), ajv.errors]).toEqual([name, true, null]);
        const { status, text } = await call(started, value, {}, path);
        expect(status).toBeLessThan(300);
        expect(matches(JSON.parse(text), ...answered(path, status))).toBe(true);
      }
    },
  );

  test.each<[string, unknown, boolean]>([
    ["an event", signedUp(), true],
    // Not the example's order, whose buyer has been forgotten by now.
    ["a list of events", [signedUp(), placedOrder("5002")], true],
    ["a price as text, an ID as a number", signedUp({ properties: { price: "24.00", product_id: 1001 } }), true],
    ["several emails", signedUp({ profile_properties: { $email: ["a@example.com", "b@example.com"] } }), true],
    ["unix seconds", signedUp({ timestamp: 1_795_600_000 }), true],
    ["what nobody knows", signedUp({ shiny: true }), true],
    ["no name", { event_id: "a" }, false],
    ["a time without a zone", signedUp({ timestamp: "2026-11-25T10:00:00" }), false],
    ["a price in words", signedUp({ properties: { price: "24 dollars" } }), false],
    ["a consent in other words", signedUp({ profile_properties: { $consent: { marketing: "yes" } } }), false],
    ["eleven aliases", signedUp({ aliases: Array(11).fill("urn:a:b") }), false],
    ["a bad event in a list", [{ ...signedUp(), properties: { items: [{ quantity: "two" }] } }], false],
    ["101 events", Array.from({ length: 101 }, () => signedUp()), false],
  ])("and the relay are of one mind on %s", async (_, body, isGood) => {
    const { status, text, results } = await call(started, body);
    expect(matches(body, ...request("/api/events"))).toBe(isGood);
    expect([status, results.every((one) => one.status === "kept")]).toEqual([
      isGood ? 202 : 400,
      isGood || results.length === 0,
    ]);
    expect(matches(JSON.parse(text), ...answered("/api/events", status))).toBe(true);
  });

  test("has the answer to whoever guesses keys", async () => {
    const own = await startRelay({ config: { seed: KEYED, trustProxy: 1 } });
    const guess = () => call(own, signedUp(), { authorization: "Bearer guessed", "x-forwarded-for": "203.0.113.50" });
    let guessed = await guess();
    for (let tries = 1; guessed.status === 401 && tries < 500; tries += 1) guessed = await guess();
    await own.relay.close();
    expect(guessed.status).toBe(429);
    expect(guessed.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(matches(JSON.parse(guessed.text), ...answered("/api/events", 429))).toBe(true);
  });

  test("has the answers to a call without a key, to a form, and to whom nobody knows", async () => {
    const told: [string, number, unknown, Record<string, string | null>][] = [
      ["/api/events", 401, signedUp(), { authorization: null }],
      ["/api/events", 415, signedUp(), { "content-type": "text/plain" }],
      ["/api/events", 413, { pad: "x".repeat(1_048_576) }, {}],
      ["/api/forget", 400, { nobody: true }, {}],
      ["/api/forget", 200, { email: "nobody@example.com" }, {}],
    ];
    for (const [path, status, body, change] of told) {
      const answer = await call(started, body, change, path);
      expect(answer.status).toBe(status);
      expect(matches(JSON.parse(answer.text), ...answered(path, status))).toBe(true);
    }
  });
});

/** The server API's OpenAPI 3.1 document, made from the very schemas that judge its calls. */
import { EVENTS } from "@pinrelay/tag/contract";
import { z } from "zod";
import { personSchema, receiptSchema } from "./person.ts";
import { EVENT_EXAMPLE, FIELD_WORDS, ORDER_EXAMPLE, PERSON_EXAMPLE } from "./server-api-words.ts";
import { EVENTS_PATH, FORGET_PATH } from "./server-paths.ts";
import { CALL_EVENTS, serverEventSchema, serverResultSchema } from "./server-schema.ts";

const faultSchema = z.object({
  results: z.array(serverResultSchema).max(0),
  error: z.object({ field: z.string(), message: z.string() }),
});
const resultsSchema = z.object({ results: z.array(serverResultSchema) });

// biome-ignore format: a table
const SCHEMAS = {
  Event:    serverEventSchema,
  Results:  resultsSchema,
  Person:   personSchema,
  Receipt:  receiptSchema,
  Fault:    faultSchema,
} as const;

type Name = keyof typeof SCHEMAS;

/** An OpenAPI document, as far as it is needed to write one. */
export type ApiDocument = Record<string, unknown>;

export const apiDocument = (): ApiDocument => ({
  openapi: "3.1.0",
  info: {
    title: "Pinrelay server API",
    version: "1",
    summary: "Tells the relay what happened in the shop, and makes it forget a person.",
    license: { name: "MIT", identifier: "MIT" },
  },
  servers: [{ url: "/", description: "The relay that serves this document" }],
  security: [{ apiKey: [] }],
  paths: {
    [EVENTS_PATH]: {
      post: {
        operationId: "tellEvents",
        summary: "Tells one event, or a list of them",
        description: `Each event is judged on its own. Known names are ${EVENTS.map(([name]) => name).join(", ")}; any other is kept and told to nobody.`,
        requestBody: takes(
          { oneOf: [ref("Event"), { type: "array", items: ref("Event"), maxItems: CALL_EVENTS }] },
          { order: { value: ORDER_EXAMPLE }, list: { value: [EVENT_EXAMPLE, ORDER_EXAMPLE] } },
        ),
        responses: {
          202: answers("What became of each event, in order. Those that were kept are durable.", "Results"),
          400: answers("Nothing was kept: what is wrong with each event, or with the whole.", "Results", "Fault"),
          ...REFUSALS,
        },
      },
    },
    [FORGET_PATH]: {
      post: {
        operationId: "forgetPerson",
        summary: "Forgets a person who goes by any of these names",
        requestBody: takes(ref("Person"), { person: { value: PERSON_EXAMPLE } }),
        responses: {
          200: answers("How many events told of the person and visitors were known.", "Receipt"),
          400: answers("A name cannot be read, or there is none. Nothing was forgotten.", "Fault"),
          ...REFUSALS,
        },
      },
    },
  },
  components: {
    securitySchemes: { apiKey: { type: "http", scheme: "bearer", description: "The shop's API key" } },
    schemas: Object.fromEntries(Object.entries(SCHEMAS).map(([name, schema]) => [name, jsonSchema(schema)])),
  },
});

const ref = (name: Name) => ({ $ref: `#/components/schemas/${name}` });

const json = (schema: object, more: object = {}) => ({ "application/json": { schema, ...more } });

const takes = (schema: object, examples: object) => ({ required: true, content: json(schema, { examples }) });

const answers = (description: string, ...names: Name[]) => {
  const [only, ...others] = names.map(ref);
  return { description, content: json(only && others.length === 0 ? only : { anyOf: [only, ...others] }) };
};

const RETRY_AFTER = { schema: { type: "integer" }, description: "Seconds to wait" };

const REFUSALS = {
  401: {
    ...answers("The API key is missing or no shop's.", "Fault"),
    headers: { "WWW-Authenticate": { schema: { type: "string" }, description: "Names the scheme, Bearer" } },
  },
  413: answers("The body is too large. Send fewer events at once.", "Fault"),
  415: answers("The body is not sent as application/json.", "Fault"),
  429: {
    ...answers("Too many calls of this address had no good API key.", "Fault"),
    headers: { "Retry-After": RETRY_AFTER },
  },
  503: {
    ...answers("The relay cannot write at the moment. Nothing was kept; send it again.", "Fault"),
    headers: { "Retry-After": RETRY_AFTER },
  },
};

/** What a caller may send (`io: input`), each property with its words. */
const jsonSchema = (schema: z.ZodType): object => {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    io: "input",
    override: ({ jsonSchema, path }) => {
      const name = path.at(-2) === "properties" ? path.at(-1) : undefined;
      const words = FIELD_WORDS.find(([field]) => field === name)?.[1];
      if (words !== undefined) jsonSchema.description = words;
    },
  });
  return made;
};

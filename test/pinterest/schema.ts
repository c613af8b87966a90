/** Pinterest's own schema of a call, from its specification: one breach anywhere and the whole call is refused. */
import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject } from "ajv";
import type { ConversionEvents } from "./conversion-event.ts";
import { sourceFile } from "./source-file.ts";

const { components }: { components: object } = JSON.parse(
  readFileSync(sourceFile("fixtures/pinterest-conversions-openapi.json"), "utf8"),
);

/** Not rules of JSON Schema but remarks of the specification. Any other unknown word is an error at the start. */
const REMARKS = ["components", "example", "x-listed-values", "x-later-values", "x-unit", "x-rewritten"];

const ajv = new Ajv({
  keywords: REMARKS,
  formats: { int64: { type: "number", validate: (number: number) => Math.abs(number) <= 2 ** 63 } },
});
const matches = ajv.compile<ConversionEvents>({ $ref: "#/components/schemas/ConversionEvents", components });

/** The call if it keeps to the schema, else where it does not: "data[3].custom_data must not have …". */
export const readCall = (body: unknown): ConversionEvents | { breach: string } =>
  matches(body) ? body : { breach: wordsOf(matches.errors ?? []) };

/** Of the many errors that one wrong `user_data` makes, the one to mend. */
const wordsOf = (errors: readonly ErrorObject[]): string => {
  const error = errors.find(({ keyword }) => keyword !== "required") ?? errors[0];
  if (!error) return "the body does not match the schema";
  const at = pathOf(error.instancePath);
  if (error.keyword === "anyOf") return `${at} must have em, hashed_maids, or client_ip_address with client_user_agent`;
  if (error.keyword === "additionalProperties") {
    return `${at} must not have the property "${error.params.additionalProperty}"`;
  }
  const allowed = error.keyword === "enum" ? `: ${error.params.allowedValues.join(", ")}` : "";
  return `${at} ${error.message}${allowed}`;
};

/** "/data/3/custom_data" as "data[3].custom_data". */
const pathOf = (pointer: string): string =>
  pointer
    .slice(1)
    .replace(/\/(\d+)/g, "[$1]")
    .replaceAll("/", ".") || "the body";

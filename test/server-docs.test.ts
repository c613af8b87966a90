import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FIELD_WORDS } from "#relay/sources/server-api-words";
import { examples, tables } from "./any-shop-docs.ts";
import { API_KEY, KEYED } from "./server-api.ts";
import { type Started, startRelay } from "./start.ts";

const page = readFileSync(new URL("../docs/server-api.md", import.meta.url), "utf8");

let started: Started;
beforeAll(async () => {
  // The day of the page's examples.
  started = await startRelay({ config: { seed: KEYED }, now: () => Date.parse("2026-11-25T09:20:00Z") });
});
afterAll(() => started.relay.close());

/** The words of a shell's command line, as far as the page writes such. */
const wordsOf = (line: string): string[] =>
  [...line.replaceAll("\\\n", " ").matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)/g)].map(
    ([, raw, quoted, bare]) => raw ?? (quoted ?? bare ?? "").replaceAll("$API_KEY", API_KEY),
  );

/** Does what curl does with such a line, on a machine that may have no curl. */
async function run(line: string): Promise<{ status: number; answer: unknown }> {
  const [curl, address = "", ...options] = wordsOf(line);
  expect(curl).toBe("curl");
  const headers = new Headers();
  let body: string | undefined;
  for (let at = 0; at < options.length; at += 2) {
    const [option, value = ""] = options.slice(at, at + 2);
    expect(["-H", "-d"]).toContain(option);
    if (option === "-d") body = value;
    else headers.append(value.slice(0, value.indexOf(":")), value.slice(value.indexOf(":") + 1).trim());
  }
  const url = address.replace("https://relay.shop.example", started.url);
  const response = await fetch(url, body === undefined ? { headers } : { method: "POST", headers, body });
  return { status: response.status, answer: await response.json() };
}

describe("the page of the server API", () => {
  const lines = examples(page, "bash");
  const answers = examples(page, "json");

  test("has an answer to every call that it shows", () => {
    expect(lines.length).toBeGreaterThanOrEqual(4);
    expect(answers.length).toBe(lines.length);
  });

  test("shows calls that are answered as it says, one after the other", async () => {
    for (const [index, line] of lines.entries()) {
      const said: unknown = JSON.parse((answers[index] ?? "").replaceAll("SHOPKEY", started.key));
      expect(await run(line)).toEqual({ status: line.includes("/api/forget") ? 200 : 202, answer: said });
    }
  });

  test("explains every field in the words of the OpenAPI document", () => {
    const known = new Set<string>(FIELD_WORDS.map(([field]) => field));
    const rows = tables(page)
      .flat()
      .filter(([field = ""]) => known.has(field));
    const ofAnswers = ["results", "status", "error", "field", "message", "events", "visitors"];
    const words = FIELD_WORDS.filter(([field]) => !ofAnswers.includes(field));
    expect(rows).toEqual(words.map(([field, said]) => [field, said.replaceAll("`", "")]));
  });
});

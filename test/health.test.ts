/** `pinrelay health`, by which containers are checked. */
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { health } from "#relay/cli/health";
import { readConfig } from "#relay/config";
import { listening } from "./deploy/listening.ts";
import { freePort } from "./free-port.ts";
import { type Started, startRelay } from "./start.ts";

let started: Started;
beforeAll(async () => {
  started = await startRelay();
});
afterAll(() => started.relay.close());

/** The command with this environment: how it ended, and what it printed. */
async function check(env: Record<string, string>, words: string[] = [], json = false) {
  let output = "";
  const ended = await health.run({
    config: readConfig(env),
    words,
    options: { json },
    env,
    out: (text) => {
      output += text;
    },
    input: () => "",
    interrupted: () => new Promise(() => {}),
  });
  return [ended, output];
}

test("a relay that is ready is well, at its own address and at that of a relay that listens everywhere", async () => {
  const PORT = new URL(started.url).port;
  for (const HOST of ["127.0.0.1", "0.0.0.0"]) {
    expect(await check({ PORT, HOST })).toEqual([0, "ok\n"]);
    expect(await check({ PORT, HOST }, ["live"])).toEqual([0, "ok\n"]);
  }
});

test("with nobody there it is not", async () => {
  const PORT = String(await freePort(0));
  expect(await check({ PORT })).toEqual([1, `no relay answers at http://127.0.0.1:${PORT}/readyz\n`]);
  const [ended, output] = await check({ PORT, HOST: "::" }, ["live"], true);
  expect(ended).toBe(1);
  expect(JSON.parse(String(output))).toEqual({
    check: "live",
    isGood: false,
    words: `no relay answers at http://[::1]:${PORT}/livez`,
  });
});

describe("what listens there and is not well", () => {
  test.each([
    ["a relay that lacks something", 503, "the store cannot write\n"],
    ["another program", 200, "<h1>It works!</h1>\n"],
  ])("%s", async (_, status, words) => {
    const other = createServer((_request, response) => void response.writeHead(status).end(words));
    const PORT = await listening(other);
    expect(await check({ PORT })).toEqual([1, words]);
    other.close();
  });
});

test("a word that it does not know is told", async () => {
  expect(await check({}, ["deep"])).toEqual([{ usage: 'there is no check "deep"' }, ""]);
});

/** What ended unsent, on the command line, and a replay of it by a relay that runs. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OUTCOMES, type Outcome } from "#relay/core/outcome";
import { deadLetterQuery } from "#relay/dead-letters";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

const CLI = fileURLToPath(new URL("../packages/relay/bin/pinrelay.js", import.meta.url));
const MINUTE = 60_000;
const folder = mkdtempSync(join(tmpdir(), "pinrelay-letters-"));
let pinterest: Pinterest;
let started: Started;

beforeAll(async () => {
  pinterest = await startPinterest();
  const { adAccountId, tagId, token, apiUrl } = pinterest;
  const seed = { origins: [SHOP_ORIGIN], account: { adAccountId, tagId, token } };
  started = await startRelay({ config: { database: join(folder, "relay.db"), pinterestApiUrl: apiUrl, seed } });
});
afterAll(async () => {
  await started.relay.close();
  await pinterest.close();
  rmSync(folder, { recursive: true });
});

const run = (...words: string[]): { code: number | null; output: string } => {
  const env = { PATH: process.env.PATH, DATABASE_URL: "file:relay.db" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...words], { cwd: folder, env });
  return { code: status, output: `${stdout}${stderr}` };
};
const deliveryOf = async (id: string) =>
  (await started.relay.store.recent(100)).find((row) => row.id === id)?.deliveries[0];
const outcomeOf = async (id: string): Promise<Outcome | undefined> => (await deliveryOf(id))?.outcome;
const profile = { $email: "ada@fennelandoak.example" };

test("what Pinterest rejected is listed with its words, and after a replay it is sent under its own ID and time", async () => {
  expect(run("dead-letters")).toEqual({ code: 0, output: "Nothing of that kind ended unsent.\n" });
  const event = viewedProduct({ time: Date.now() - 5 * MINUTE, profile });
  pinterest.fail({ kind: "fail events", idPattern: event.id, status: 422 });
  await collect(started, beacon(started.key, [event]));
  await until(async () => (await outcomeOf(event.id)) === "rejected");

  const listed = run("dead-letters");
  expect(listed.output).toMatch(
    /Viewed Product {2}[-\da-f]{36} {2}destination 1 {2}rejected: .+ {2}tried once {2}ended /,
  );
  expect(listed.output).not.toMatch(/ada|127\.0\.0\.1|Safari/);
  const [letter] = run("dead-letters", "--json").output.trim().split("\n");
  expect(JSON.parse(letter ?? "")).toMatchObject({ id: event.id, outcome: "rejected", attempts: 1, destination: 1 });

  expect(run("replay").output).toMatch(/say what to replay/);
  expect(run("replay", "--event", "Viewed Product", "--dry-run").output).toBe("would be judged anew: 1\n");
  expect(await outcomeOf(event.id)).toBe("rejected");
  pinterest.mend();
  expect(run("replay", "--event", "Viewed Product")).toEqual({ code: 0, output: "judged anew within a moment: 1\n" });
  await until(async () => (await outcomeOf(event.id)) === "sent");
  const sent = pinterest.server.filter(({ event_id }) => event_id === event.id);
  expect(sent).toHaveLength(1);
  // By the relay's clock, which the test's request reached a moment after it was made.
  expect(Math.abs((sent[0]?.event_time ?? 0) - event.time / 1_000)).toBeLessThan(30);
});

test("a replay obeys the late rule, and what has no email cannot be matched any more", async () => {
  const late = viewedProduct({ time: Date.now() - 61 * MINUTE, profile });
  const nameless = viewedProduct();
  const ack = { id: late.id, name: late.name, state: "fired" };
  await collect(started, { ...beacon(started.key, [late]), acks: [ack] });
  await until(async () => (await outcomeOf(late.id)) === "late");
  pinterest.fail({ kind: "fail events", idPattern: nameless.id, status: 422 });
  const stranger = { visitor: { id: "5a".repeat(32) } };
  await collect(started, beacon(started.key, [nameless], stranger));
  await until(async () => (await outcomeOf(nameless.id)) === "rejected");
  pinterest.mend();

  expect(run("replay", "--all", "--outcome", "late", "--outcome", "rejected").output).toMatch(/moment: 2\n/);
  await until(async () => (await outcomeOf(nameless.id)) === "unmatched");
  await until(async () => (await outcomeOf(late.id)) === "late");
  expect(pinterest.server.some(({ event_id }) => event_id === late.id || event_id === nameless.id)).toBe(false);
});

test("what is rejected again after a replay says what it ended as before, listed and in the ledger", async () => {
  const event = viewedProduct({ name: "Contacted", profile });
  pinterest.fail({ kind: "fail events", idPattern: event.id, status: 422 });
  await collect(started, beacon(started.key, [event]));
  await until(async () => (await outcomeOf(event.id)) === "rejected");
  run("replay", "--event", "Contacted");
  const attempts = async () => (await deliveryOf(event.id))?.attempts ?? 0;
  await until(async () => (await attempts()) > 1 && (await outcomeOf(event.id)) === "rejected");
  const words = /rejected: (.+?) {2}before the replay: rejected: \1 {2}tried (\d+) times/;
  const listed = run("dead-letters", "--event", "Contacted").output;
  expect(listed).toMatch(words);
  // The relay stood still while the command ran: its connection may have been closed by then, which costs it a try.
  expect(Number(words.exec(listed)?.[2])).toBe(await attempts());
  expect(run("events", "1").output).toMatch(/rejected \(.+\), before the replay: rejected: /);
  expect(run("dead-letters", "--event", "Contacted", "--count").output).toMatch(
    /^ {6}1 {2}destination 1 {2}rejected: .+\n$/,
  );
  const counted = run("dead-letters", "--event", "Contacted", "--count", "--json").output;
  expect(JSON.parse(counted)).toEqual({ destination: 1, outcome: "rejected", words: expect.any(String), count: 1 });
  pinterest.mend();
});

test("an event that somebody named by an email, a phone number or an address shows none of them", async () => {
  const half = { source: "server", timeMs: 0, receivedMs: 0, matchKeys: {}, properties: {} } as const;
  const consent = { marketing: "granted", by: "call", at: 0 } as const;
  const named = { name: "ada@fennelandoak.example", id: "+1 207 555 0123 from 203.0.113.7" };
  const admit = () => [{ destination: 1, outcome: "unmapped" as const }];
  await started.relay.store.keep({ events: [{ ...named, shop: 1, half: { ...half, consent }, admit }], acks: [] });
  const asked = ["dead-letters", "--outcome", "unmapped"];
  for (const { output } of [run(...asked), run(...asked, "--json"), run(...asked, "--count")]) {
    expect(output).toContain("unmapped");
    expect(output).not.toMatch(/ada@|555|203\.0/);
  }
});

test("a shop that does not exist has no dead letters, and is told as none", () => {
  expect(run("replay", "--shop", "nobody")).toEqual({ code: 1, output: "--shop names no shop there is\n" });
  expect(run("dead-letters", "--shop", started.key, "--limit", "1").output).toContain("ended ");
});

describe("a filter", () => {
  test.each(Object.keys(OUTCOMES))(
    "of the outcome %s replays what may be told, and says why not what may not",
    (outcome) => {
      const asked = deadLetterQuery({ outcome: [outcome] }, true);
      const never = ["sent", "shadow", "no consent", "withdrawn", "bot", "browser only"];
      if (never.includes(outcome)) expect(asked).toEqual({ problem: expect.stringMatching(/is not replayed: \w/) });
      else expect(asked).toEqual({ query: { outcomes: [outcome] } });
    },
  );

  test.each([
    [{ outcome: ["lost"] }, /must be one of: sent, /],
    [{ destination: "Pinterest" }, /must be the number/],
    [{ since: "yesterday" }, /such as 2026-11-25/],
  ])("%j that makes no sense is told with its remedy", (options, words) => {
    expect(deadLetterQuery(options, false)).toEqual({ problem: expect.stringMatching(words) });
  });

  test("narrows by all that is said", () => {
    const options = {
      destination: "2",
      event: "Placed Order",
      reason: "4196",
      since: "2026-11-01",
      before: "2026-11-02",
    };
    expect(deadLetterQuery(options, false)).toEqual({
      query: {
        outcomes: ["rejected", "dead", "unmatched", "expired"],
        destination: 2,
        name: "Placed Order",
        words: "4196",
        sinceMs: Date.UTC(2026, 10, 1),
        beforeMs: Date.UTC(2026, 10, 2),
      },
    });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { HUGE_BYTES } from "./answer.ts";
import type { Fault } from "./faults.ts";
import { call, checkout, NOW } from "./samples.ts";
import { type Pinterest, startPinterest } from "./stand-in.ts";

let pinterest: Pinterest;
/** Called as a call comes, right before it is judged. */
let onCall = (): void => {};
beforeAll(async () => {
  pinterest = await startPinterest({
    now: () => {
      onCall();
      return NOW;
    },
  });
});
afterAll(() => pinterest.close());
beforeEach(() => pinterest.reset());

const send = (...ids: string[]) =>
  call(
    pinterest,
    (ids.length ? ids : ["a"]).map((event_id) => checkout({ event_id })),
  );
const statuses = async (count: number) => {
  const found: number[] = [];
  for (let at = 0; at < count; at += 1) found.push((await send()).status);
  return found;
};
const processed = () => pinterest.server.map(({ event_id }) => event_id);

describe("answered in place of judging, once, with nothing processed", () => {
  // biome-ignore format: a table
  test.each<[Fault, number, object]>([
    [{ kind: "400" },                 400, { code: 4196 }],
    [{ kind: "401" },                 401, { code: 2 }],
    [{ kind: "403" },                 403, { code: 29 }],
    [{ kind: "429" },                 429, { code: 8 }],
    [{ kind: "500" },                 500, { message: expect.any(String) }],
    [{ kind: "503" },                 503, { code: 4197 }],
    [{ kind: "422 without details" }, 422, { code: 953, message: expect.any(String) }],
  ])("%o", async (fault, status, body) => {
    pinterest.fail(fault);
    const response = await send();
    expect(response.status).toBe(status);
    expect(response.headers.get("retry-after")).toBeNull();
    const told = await response.json();
    expect(told).toMatchObject(body);
    expect(told).not.toHaveProperty("details");
    expect(processed()).toEqual([]);
    expect((await send()).status).toBe(200);
    expect(pinterest.calls.map((one) => one.status)).toEqual([status, 200]);
  });

  test("Retry-After in seconds", async () => {
    pinterest.fail({ kind: "429", retryAfterSeconds: 7 });
    expect((await send()).headers.get("retry-after")).toBe("7");
  });

  test("Retry-After as a date", async () => {
    pinterest.fail({ kind: "503", retryAfterDateInSeconds: 60 });
    expect((await send()).headers.get("retry-after")).toBe("Tue, 24 Nov 2026 10:01:00 GMT");
  });

  test("a page of HTML", async () => {
    pinterest.fail({ kind: "html" });
    pinterest.fail({ kind: "html", status: 200 });
    const pages = [await send(), await send()];
    expect(pages.map(({ status }) => status)).toEqual([502, 200]);
    for (const page of pages) expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    expect(await pages[1]?.text()).toContain("<h1>Bad Gateway</h1>");
    expect(processed()).toEqual([]);
  });

  test("a connection that breaks before anything was done", async () => {
    pinterest.fail({ kind: "drop before" });
    await expect(send()).rejects.toThrow();
    expect(pinterest.calls).toMatchObject([{ status: "dropped" }]);
    expect(processed()).toEqual([]);
  });
});

describe("processed, but the answer suffers", () => {
  test("a connection that breaks afterwards", async () => {
    pinterest.fail({ kind: "drop after" });
    await expect(send()).rejects.toThrow();
    expect(pinterest.calls).toMatchObject([{ status: "dropped" }]);
    expect(processed()).toEqual(["a"]);
  });

  test("JSON that ends in the middle", async () => {
    pinterest.fail({ kind: "truncated" });
    const response = await send();
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toMatch(/^\{"num_events_received":1/);
    expect(() => JSON.parse(text)).toThrow();
    expect(processed()).toEqual(["a"]);
  });

  test("one status too few", async () => {
    pinterest.fail({ kind: "wrong count" });
    const { events } = await (await send("a", "b", "c")).json();
    expect(events).toHaveLength(2);
    expect(processed()).toEqual(["a", "b", "c"]);
  });

  test("ten megabytes", async () => {
    pinterest.fail({ kind: "huge" });
    const text = await (await send("a", "b")).text();
    expect(text.length).toBeGreaterThan(HUGE_BYTES);
    expect(JSON.parse(text)).toMatchObject({ num_events_processed: 2, events: [{ status: "processed" }, {}] });
  });

  test("latency comes after the work is done, and lasts", async () => {
    pinterest.fail({ kind: "latency", ms: 60 });
    for (const _ of [1, 2]) {
      const before = performance.now();
      // Looked at in the same turn: later a busy machine may have answered.
      const judged = new Promise((resolve) => {
        onCall = () => setImmediate(() => resolve([pinterest.calls.at(-1)?.status, processed().length]));
      });
      const answering = send();
      expect(await judged).toEqual(["open", pinterest.calls.length]);
      expect((await answering).status).toBe(200);
      expect(performance.now() - before).toBeGreaterThan(55);
    }
  });

  test("422 with details: every second event failed, the others must not be sent again", async () => {
    pinterest.fail({ kind: "422" });
    const response = await send("a", "b", "c", "d");
    expect(response.status).toBe(422);
    const { details } = await response.json();
    expect(details.events.map(({ status }: { status: string }) => status)).toEqual([
      "failed",
      "processed",
      "failed",
      "processed",
    ]);
    expect(processed()).toEqual(["b", "d"]);
  });
});

describe("single events", () => {
  test("fail where their id matches, in every call until reset", async () => {
    pinterest.fail({ kind: "fail events", idPattern: "^bad-" });
    for (const _ of [1, 2]) expect((await send("good-1", "bad-1")).status).toBe(422);
    expect((await send("good-2")).status).toBe(200);
    expect(processed()).toEqual(["good-1", "good-1", "good-2"]);
    pinterest.reset();
    expect((await send("bad-1")).status).toBe(200);
  });

  test("can fail inside a 200", async () => {
    pinterest.fail({ kind: "fail events", idPattern: "bad", status: 200 });
    const response = await send("bad", "good");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      num_events_processed: 1,
      events: [{ status: "failed", error_message: "refused on demand" }, { status: "processed" }],
    });
  });

  test("poison every call that holds them, and no other", async () => {
    pinterest.fail({ kind: "poison", eventId: "c" });
    expect((await send("a", "b", "c")).status).toBe(400);
    expect((await send("a", "b")).status).toBe(200);
    expect((await send("c")).status).toBe(400);
    expect(processed()).toEqual(["a", "b"]);
  });
});

describe("how often", () => {
  test("faults strike in the order they were made, each as often as it was told", async () => {
    pinterest.fail({ kind: "429", times: 2 });
    pinterest.fail({ kind: "503" });
    expect(await statuses(5)).toEqual([429, 429, 503, 200, 200]);
  });

  test("latency comes together with others", async () => {
    pinterest.fail({ kind: "latency", ms: 30, times: 1 });
    pinterest.fail({ kind: "500" });
    const before = performance.now();
    expect((await send()).status).toBe(500);
    expect(performance.now() - before).toBeGreaterThan(25);
  });

  test("a chance strikes the same calls in every run, and others with another seed", async () => {
    const run = async (seed: number) => {
      pinterest.reset();
      pinterest.fail({ kind: "503", chance: 0.3, seed, times: 1_000 });
      return await statuses(60);
    };
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
    const struck = first.filter((status) => status === 503).length;
    expect(struck).toBeGreaterThan(8);
    expect(struck).toBeLessThan(30);
  });
});

describe("asked for over the line", () => {
  const control = (path: string, body?: unknown) =>
    fetch(`${pinterest.url}/control/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body ?? {}),
    });

  test("a fault is taken as JSON", async () => {
    expect((await control("faults", { kind: "429", times: 2, retryAfterSeconds: 1 })).status).toBe(202);
    expect(await statuses(3)).toEqual([429, 429, 200]);
  });

  // biome-ignore format: a table
  test.each<[unknown, RegExp]>([
    [{ kind: "418" },                                  /kind/],
    [{},                                               /kind/],
    [{ kind: "poison" },                               /eventId/],
    [{ kind: "503", ms: 20 },                          /additional/],
    [{ kind: "latency", ms: "20" },                    /ms/],
    [{ kind: "fail events", idPattern: "(" },          /regular expression/],
  ])("what is no fault is refused with the reason: %o", async (body, words) => {
    const response = await control("faults", body);
    expect(response.status).toBe(400);
    expect((await response.json()).message).toMatch(words);
    expect((await send()).status).toBe(200);
  });

  test("reset forgets faults and all that came", async () => {
    await send();
    await control("faults", { kind: "503", times: 9 });
    expect((await control("reset")).status).toBe(204);
    expect(pinterest.calls).toEqual([]);
    expect((await send()).status).toBe(200);
  });
});

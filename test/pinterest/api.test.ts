import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { call, checkout, NOW } from "./samples.ts";
import { type Pinterest, startPinterest } from "./stand-in.ts";

let pinterest: Pinterest;
beforeAll(async () => {
  pinterest = await startPinterest({ now: () => NOW });
});
afterAll(() => pinterest.close());
beforeEach(() => pinterest.reset());

test("a call is answered as Pinterest answers, and recorded to the byte", async () => {
  const event = checkout();
  const response = await call(pinterest, [event]);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  expect(await response.json()).toMatchObject({ num_events_received: 1, num_events_processed: 1 });
  expect(pinterest.calls).toEqual([{ atMs: NOW, status: 200, body: JSON.stringify({ data: [event] }), test: false }]);
  expect(pinterest.server).toEqual([{ ...event, call: 0, atMs: NOW, test: false }]);
});

test("every arrival is recorded, so that resends can be counted", async () => {
  await call(pinterest, [checkout()]);
  await call(pinterest, [checkout(), checkout()]);
  expect(pinterest.server.map((event) => event.call)).toEqual([0, 1, 1]);
});

test("a refused call is recorded, and none of its events", async () => {
  await call(pinterest, [checkout(), { ...checkout(), custom_data: { category_name: "Mugs" } }]);
  expect(pinterest.calls).toMatchObject([{ status: 400 }]);
  expect(pinterest.server).toEqual([]);
});

test("a half-good call has its good events recorded", async () => {
  const response = await call(pinterest, [checkout({ event_time: 1 }), checkout()]);
  expect(response.status).toBe(422);
  expect(pinterest.server).toHaveLength(1);
});

test("what Pinterest says of it is recorded: of the call, of failed events, of events it warns of", async () => {
  await call(pinterest, [checkout({ event_time: 1 }), checkout({ custom_data: { currency: "DOLLARS" } })]);
  expect(pinterest.calls).toMatchObject([
    {
      words: "Not all events were processed.",
      failed: [{ apiName: "checkout", eventId: checkout().event_id, words: expect.stringContaining("in the past") }],
    },
  ]);
  expect(pinterest.server).toMatchObject([{ warning: "custom_data.currency is no currency of ISO 4217" }]);
  pinterest.fail({ kind: "drop before" });
  await call(pinterest, [checkout()]).catch(() => {});
  expect(pinterest.calls[1]).toMatchObject({ status: "dropped", words: "The connection was broken." });
});

test("test mode is marked, on the call and on its events", async () => {
  await call(pinterest, [checkout()], "?test=true");
  expect(pinterest.calls).toMatchObject([{ test: true, status: 200 }]);
  expect(pinterest.server).toMatchObject([{ test: true }]);
});

test("text outside ASCII is recorded as it was sent", async () => {
  await call(pinterest, [checkout({ custom_data: { content_name: "Tasse à thé ☕" } })]);
  expect(pinterest.calls[0]?.body).toContain("Tasse à thé ☕");
});

test("what is no JSON, and no call at all, is turned away", async () => {
  const url = `${pinterest.apiUrl}/ad_accounts/${pinterest.adAccountId}/events`;
  const headers = { authorization: `Bearer ${pinterest.token}`, "content-type": "application/json" };
  const statuses = await Promise.all([
    fetch(url, { method: "POST", headers, body: '{"data":[' }),
    fetch(url, { method: "POST", headers }),
    fetch(url, { headers }),
    fetch(`${pinterest.apiUrl}/ad_accounts`, { headers }),
  ]);
  expect(statuses.map(({ status }) => status)).toEqual([400, 400, 405, 404]);
});

test("reset empties the lists that were there before", async () => {
  const { calls, server } = pinterest;
  await call(pinterest, [checkout()]);
  pinterest.reset();
  expect([calls, server]).toEqual([[], []]);
});

describe("an account of one's own", () => {
  test("is the only one it knows", async () => {
    const own = await startPinterest({ token: "pina_ours", adAccountId: "100000000001", tagId: "2600000000001" });
    try {
      expect((await call({ ...own, adAccountId: pinterest.adAccountId }, [])).status).toBe(403);
      expect((await call({ ...own, token: pinterest.token }, [])).status).toBe(401);
      const event_time = Math.floor(Date.now() / 1000);
      expect((await call(own, [checkout({ event_time })])).status).toBe(200);
    } finally {
      await own.close();
    }
  });

  test("on a port of one's own", async () => {
    const first = await startPinterest();
    const port = Number(new URL(first.url).port);
    await expect(startPinterest({ port })).rejects.toThrow("EADDRINUSE");
    await first.close();
    const second = await startPinterest({ port });
    expect(second.coreUrl).toBe(`http://127.0.0.1:${port}/ct/core.js`);
    await second.close();
  });
});

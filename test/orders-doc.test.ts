/** docs/orders.md says what is so: its table of combinations is played, its table of who is believed is the code's. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Half, ShopEvent } from "#relay/core/event";
import { BELIEVED, MERGED } from "#relay/core/merge";
import { DEFAULT_SETTINGS } from "#relay/core/settings";
import { byBrowser, byWebhook } from "./order-halves.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { ACCOUNT, type Started, startRelay } from "./start.ts";

const MINUTE = 60_000;
const page = readFileSync(new URL("../docs/orders.md", import.meta.url), "utf8");

/** Rows of the table under a heading. */
const table = (heading: string): string[][] => {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  return rows.slice(2).map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};

test("who is believed is what the code believes", () => {
  const rows = table("Who is believed").map(([what = "", who]) => [what.replaceAll("`", ""), who]);
  expect(rows.slice(-MERGED.length)).toEqual(MERGED.map(([key, who]) => [key, BELIEVED[who].join(", ")]));
  expect(rows.find(([what]) => what === "money, items")?.[1]).toContain(BELIEVED.order.join(", "));
});

test("the channels that count at first are those of the settings", () => {
  const rows = table("Which orders count").map(([first = ""]) => first);
  expect([...rows.join(" ").matchAll(/`([\w-]+)`/g)].map(([, name]) => name)).toEqual(DEFAULT_SETTINGS.channels);
});

describe("what is sent, and when", () => {
  let pinterest: Pinterest;
  let started: Started;
  let nowMs = Date.UTC(2026, 10, 24, 10, 0, 0);
  beforeAll(async () => {
    pinterest = await startPinterest({ now: () => nowMs });
    started = await startRelay({
      now: () => nowMs,
      times: { flushMs: 86_400_000, pollMs: 86_400_000 },
      config: {
        pinterestApiUrl: pinterest.apiUrl,
        seed: {
          origins: [],
          secrets: { shopify: ["a secret of Shopify's"] },
          account: { ...ACCOUNT, adAccountId: pinterest.adAccountId, token: pinterest.token },
        },
      },
    });
  });
  afterAll(async () => {
    await started.relay.close();
    await pinterest.close();
  });

  /** What half a cell speaks of, how often it is told, and after how many minutes. */
  const read = (
    cell: string,
  ): { minutes: number; times: number; change: (half: Half) => Partial<Half> } | undefined => {
    if (cell.startsWith("does not")) return undefined;
    return {
      minutes: Number(/after (\d+) minutes/.exec(cell)?.[1] ?? 0),
      times: cell.includes("again and again") ? 3 : 1,
      change: ({ consent, order }) => ({
        ...(cell.startsWith("denies") ? { consent: { ...consent, marketing: "denied" as const } } : {}),
        ...(order && cell.includes("cancelled") ? { order: { ...order, state: "cancelled" as const } } : {}),
        ...(order && cell.includes("channel") ? { order: { ...order, channels: ["5512001"] } } : {}),
      }),
    };
  };

  const combinations = table("What is sent").map(([browser = "", server = "", sent = "", when = ""], index) => {
    return { browser, server, sent, when, index };
  });

  test.each(combinations)(
    "the browser $browser, the server $server: $sent $when",
    async ({ browser, server, sent, when, index }) => {
      pinterest.reset();
      const [shop] = started.relay.directory.shops();
      if (!shop) throw new Error("no shop");
      const order = { id: `62780783${index}`, number: `10${index}`, token: `hWN2bT4kq9ZrXy7Lw3Jd5v${index}` };
      const startMs = nowMs;
      const tellings = [
        [read(browser), byBrowser],
        [read(server), byWebhook],
      ] as const;
      let sentAt: number | undefined;
      for (let minute = 0; minute <= 59; minute += 1) {
        nowMs = startMs + minute * MINUTE;
        for (const [telling, make] of tellings) {
          if (telling?.minutes !== minute) continue;
          const event: ShopEvent = make({ shop, order, atMs: nowMs });
          const told = { ...event, half: { ...event.half, ...telling.change(event.half) } };
          for (let time = 0; time < telling.times; time += 1) await started.relay.ingest(shop, { events: [told] });
        }
        await started.relay.flush();
        if (pinterest.server.length > 0) sentAt ??= minute;
      }
      nowMs += 60 * MINUTE;

      const halves = pinterest.server.map(({ user_data }) =>
        user_data.click_id ? (user_data.fn ? "both halves as one" : "the browser's half") : "the server's half",
      );
      expect(halves).toEqual(sent === "nothing" ? [] : [sent]);
      const minutes = when === "at once" ? 0 : Number(/after (\d+) minutes/.exec(when)?.[1] ?? Number.NaN);
      if (sent !== "nothing") expect(sentAt).toBe(minutes);
    },
  );
});

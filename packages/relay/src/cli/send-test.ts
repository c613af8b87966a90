/** `pinrelay send-test`: one made-up event through mapping, payload and Pinterest's API, marked as a test. */
import { randomUUID } from "node:crypto";
import type { Half } from "../core/event.ts";
import { judge } from "../judge.ts";
import { pinterestClient } from "../pinterest/client.ts";
import { type Command, type Context, print } from "./command.ts";
import { ofShop } from "./in-store.ts";

export const sendTest: Command = {
  name: "send-test",
  does: "send a made-up event to Pinterest as a test; show the answer",
  calls: [["[EVENT]", "a Viewed Product, or another shop event"]],
  options: [
    ["--destination NUMBER", "to this one; else to the one that drives the browser", "destination"],
    ["--shop KEY", "which shop, where there are several", "shop"],
    ["--json", "as JSON", "json"],
  ],
  run: ofShop(async (context, store, shop) => {
    const { options, config, words } = context;
    const own = (await store.destinations()).filter((one) => one.shop === shop.id);
    const destination =
      options.destination === undefined
        ? (own.find(({ drivesBrowser }) => drivesBrowser) ?? own[0])
        : own.find(({ id }) => String(id) === options.destination);
    if (!destination) return { problem: "there is no such destination; add one in the dashboard" };
    const nowMs = Date.now();
    const [name = "Viewed Product"] = words;
    const id = randomUUID();
    const due = { shop: shop.id, name, id, halves: [madeUp(nowMs)], attempts: 0 };
    const judgement = judge(due, shop, destination, () => shop.settings, nowMs);
    if ("outcome" in judgement)
      return { problem: `it would not be sent: ${judgement.outcome}${judgement.words ? `, ${judgement.words}` : ""}` };
    const within = { limitMs: WAIT_MS, signal: AbortSignal.timeout(WAIT_MS) };
    const reading = await pinterestClient(config.pinterestApiUrl).send(
      { adAccountId: destination.adAccountId, token: destination.token, test: true },
      [judgement.payload],
      within,
    );
    const answer =
      reading.kind === "statuses"
        ? (reading.events[0] ?? { processed: false })
        : { processed: false, ...ofReading(reading) };
    show(context, judgement.payload, answer);
    return answer.processed ? 0 : 1;
  }),
};

const WAIT_MS = 15_000;

const ofReading = (reading: { kind: string; words?: string }): { words: string } => ({
  words: `${reading.kind}: ${reading.words ?? ""}`,
});

/** Nobody's: the hash is of an address at example.com. */
const madeUp = (nowMs: number): Half => ({
  source: "server",
  timeMs: nowMs,
  receivedMs: nowMs,
  url: "https://www.example.com/products/made-up",
  matchKeys: { em: ["973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"] },
  properties: { product_id: "made-up", name: "Made-up product", price: 1, currency: "USD" },
  consent: { marketing: "granted", by: "send-test", at: nowMs },
});

const show = (context: Context, payload: string, answer: { processed: boolean; words?: string }): void => {
  const { user_data: _, ...event } = JSON.parse(payload);
  const text = [
    "Sent as a test (test=true), personal fields left out:",
    JSON.stringify(event, null, 2),
    answer.processed
      ? `Pinterest took it.${answer.words ? ` It remarks: ${answer.words}` : ""}`
      : `Pinterest did not take it: ${answer.words ?? "no reason given"}`,
  ].join("\n");
  print(context, { event, ...answer }, text);
};

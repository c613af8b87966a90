/** The shop's side while relays die: browsers, webhooks and a backend that tell again until they are answered, as the real ones do. */
import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Acknowledgement, Beacon } from "@pinrelay/tag/contract";
import { beacon, USER_AGENT, viewedProduct } from "../beacons.ts";
import { fixture } from "../fixture.ts";
import { placedOrder, signedUp } from "../server-api.ts";
import { SHOP_ORIGIN } from "../start.ts";
import { type Draws, drawsFrom } from "./draws.ts";
import { BAD, POISONS } from "./failing-pinterest.ts";
import { type Address, API_KEY, SHOPIFY_SECRET } from "./relay-process.ts";

/** What was told under one event ID. */
export interface Told {
  /** The event's name in the API for Conversions. */
  apiName: string;
  /** Requests that held it, answered or not. */
  asked: number;
  answered: boolean;
  /** Answers by which it was new, or joined what was there. */
  kept: number;
  /** Of an order: what the bytes sent must hold, since the half that says it was kept before they were sent. */
  marks: Set<string>;
  /** What became of it at the Pinterest Tag, once a relay has taken note. */
  ack?: Acknowledgement["state"];
}

export interface Shoppers {
  /** By event ID. */
  told: ReadonlyMap<string, Told>;
  /** IDs of Pinterest Tags beside ours, which came with a beacon that was answered. */
  otherTags: ReadonlySet<string>;
  /** Answers that break a promise. */
  wrong: string[];
  /** How many events were answered with 2xx. */
  answered(): number;
  /** Begin nothing new; resolves once all that was begun is answered. */
  stop(): Promise<void>;
}

interface Plan {
  seed: number;
  /** How many tell at the same time. */
  count: number;
  /** Relays that listen now. */
  relays(): readonly Address[];
  /** Chance that something is told to several relays, or several times to one, at the same moment. */
  spray: number;
  /** How long an answer is waited for. */
  patienceMs: number;
  /** Called after every answer with 2xx. */
  heard(): void;
}

type Status = "kept" | "duplicate" | "refused";

interface Post {
  path: string;
  headers: Record<string, string>;
  body: string;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const ORDER_BODY: object = JSON.parse(readFileSync(fixture("shopify-orders/web-guest-us.json"), "utf8"));

export function startShoppers(plan: Plan): Shoppers {
  const told = new Map<string, Told>();
  const otherTags = new Set<string>();
  const wrong: string[] = [];
  const fresh = drawsFrom(plan.seed);
  let answered = 0;
  let isOver = false;
  let orders = 0;
  const poisons = [...POISONS];

  const noteOf = (id: string, apiName: string): Told => {
    const known = told.get(id) ?? { apiName, asked: 0, answered: false, kept: 0, marks: new Set() };
    told.set(id, known);
    return known;
  };

  const hear = (id: string, status: Status, mark?: string): void => {
    const one = told.get(id);
    if (!one) throw new Error(`nobody told ${id}`);
    if (status === "refused") wrong.push(`${id} was refused`);
    if (status === "duplicate" && one.asked === 1) wrong.push(`${id} was a duplicate when it was first told`);
    if (status === "kept") {
      one.kept += 1;
      // A half of an order joins what is there; all else is new once.
      if (mark) one.marks.add(mark);
      else if (one.kept > 1) wrong.push(`${id} was new twice`);
    }
    if (!one.answered) answered += 1;
    one.answered = true;
  };

  /** Tells it to one relay after the other until one answers. */
  const tell = async (
    draws: Draws,
    ids: readonly string[],
    post: (key: string) => Post,
    read: (answer: unknown) => Status[],
    mark?: string,
  ): Promise<void> => {
    for (;;) {
      const relays = plan.relays();
      const to = relays[draws.below(relays.length)];
      const answer = to && (await ask(to, ids, post(to.key)));
      if (answer) {
        const statuses = read(answer);
        if (statuses.length !== ids.length) wrong.push(`${statuses.length} results for ${ids.length} events`);
        for (const [index, id] of ids.entries()) hear(id, statuses[index] ?? "refused", mark);
        plan.heard();
        return;
      }
      await sleep(10 + draws.below(20));
    }
  };

  /** The answer, where there was one that keeps anything; undefined where it must be told again. */
  const ask = async ({ url }: Address, ids: readonly string[], { path, headers, body }: Post): Promise<unknown> => {
    for (const id of ids) {
      const one = told.get(id);
      if (one) one.asked += 1;
    }
    try {
      const signal = AbortSignal.timeout(plan.patienceMs);
      const response = await fetch(url + path, { method: "POST", headers, body, signal });
      const text = await response.text();
      if (response.ok) return JSON.parse(text);
      // 408: on a machine this busy a request may take too long to arrive. The tag tells again after both.
      if (response.status !== 503 && response.status !== 408)
        wrong.push(`${path} answered ${response.status}: ${text}`);
    } catch {
      // The line broke, or the relay is frozen.
    }
    return undefined;
  };

  /** The same at several relays at once, now and then. */
  const spray = async (
    draws: Draws,
    ...telling: Parameters<typeof tell> extends [Draws, ...infer Rest] ? Rest : never
  ) => {
    const copies = draws.hits(plan.spray) ? 2 + draws.below(2) : 1;
    await Promise.all(Array.from({ length: copies }, () => tell(drawsFrom(draws.below(2 ** 31)), ...telling)));
  };

  const browse = (draws: Draws) => {
    let unacknowledged: Acknowledgement[] = [];
    let last: (() => Promise<void>) | undefined;
    return async (): Promise<void> => {
      // A page that is reloaded, or a tag that did not see the answer, tells what was told.
      if (last && draws.hits(0.15)) return last();
      const events = Array.from({ length: 1 + draws.below(5) }, () =>
        draws.hits(0.7)
          ? viewedProduct({ id: draws.uuid() })
          : viewedProduct({ id: draws.uuid(), name: "Added To Cart", tag: "addtocart" }),
      );
      for (const { id, name } of events) noteOf(id, name === "Added To Cart" ? "add_to_cart" : "page_visit");
      const acks = unacknowledged;
      const tagId = draws.hits(0.2) ? `26000000000${10 + draws.below(16)}` : undefined;
      const change: Partial<Beacon> = {
        visitor: { id: draws.hex(64) },
        ...(acks.length > 0 ? { acks } : {}),
        ...(tagId ? { otherTags: [{ by: "network", tagId }] } : {}),
      };
      const ids = events.map(({ id }) => id);
      last = () => spray(draws, ids, (key) => beaconPost(key, events, change), resultsIn);
      await last();
      for (const { id, state } of acks) noteOf(id, "").ack = state;
      if (tagId) otherTags.add(tagId);
      const states = ["fired", "failed", "absent"] as const;
      unacknowledged = events.map(({ id, name }) => ({ id, name, state: states[draws.below(3)] ?? "fired" }));
    };
  };

  const register = async (draws: Draws): Promise<void> => {
    const events = Array.from({ length: 1 + draws.below(3) }, () => {
      const poison = draws.hits(0.02) ? poisons.pop() : undefined;
      const id = poison ?? (draws.hits(0.1) ? BAD + draws.uuid() : draws.uuid());
      noteOf(id, "signup");
      return signedUp({ event_id: id, profile_properties: { $email: `${draws.hex(12)}@fennelandoak.example` } });
    });
    const ids = events.map(({ event_id }) => event_id);
    await spray(draws, ids, () => apiPost(events), resultsIn);
  };

  /** One order, told by its page, its webhook and the shop's backend: at once, or one after the other. */
  const order = async (draws: Draws): Promise<void> => {
    orders += 1;
    const number = 20_000 + orders;
    const id = String(6_278_000_000_000 + number);
    const visitor = draws.hex(64);
    const placedAt = new Date(Date.now() - 1_000).toISOString();
    const clickId = `dj0yJnU9${draws.hex(16)}`;
    const phone = `+1503555${1_000 + draws.below(9_000)}`;
    const page = viewedProduct({
      name: "Placed Order",
      tag: "checkout",
      properties: { id, currency: "USD", total_price: 71.9, order_aliases: [`#${number}`] },
    });
    const webhook = {
      ...ORDER_BODY,
      id: Number(id),
      admin_graphql_api_id: `gid://shopify/Order/${id}`,
      name: `#${number}`,
      number: orders,
      order_number: number,
      token: draws.hex(32),
      checkout_token: draws.hex(24),
      created_at: placedAt,
      processed_at: placedAt,
      updated_at: placedAt,
      note_attributes: [{ name: "_pinrelay", value: visitor }],
      landing_site: "/",
    };
    const profile = { $email: `${draws.hex(12)}@fennelandoak.example`, $phone_number: phone };
    const call = placedOrder(id, { updated_at: placedAt }, { profile_properties: profile });
    // The key is the same at every relay of a store, and known once one listens.
    const key = await keyOf(plan, draws);
    const eventId = `order.${key}.${id}`;
    noteOf(eventId, "checkout");
    // biome-ignore format: a table
    const halves = [
      [() => beaconPost(key, [{ ...page, id: eventId }], { visitor: { id: visitor, clickId } }), resultsIn,                            clickId],
      [() => webhookPost(webhook, draws.uuid()),                                                 (answer: unknown) => [statusIn(answer)], sha256("maya")],
      [() => apiPost([call]),                                                                    resultsIn,                            sha256(phone.slice(1))],
    ] as const;
    const isAtOnce = draws.hits(0.5);
    await Promise.all(
      halves
        .filter(() => draws.hits(0.8))
        .map(async ([post, read, mark]) => {
          const own = drawsFrom(draws.below(2 ** 31));
          if (!isAtOnce) await sleep(own.below(1_500));
          await spray(own, [eventId], post, read, mark);
        }),
    );
  };

  const shopper = async (draws: Draws): Promise<void> => {
    const visit = browse(draws);
    while (!isOver) {
      const chance = draws.next();
      if (chance < 0.2) await order(draws);
      else if (chance < 0.35) await register(draws);
      else await visit();
      await sleep(draws.below(15));
    }
  };
  const all = Array.from({ length: plan.count }, () => shopper(drawsFrom(fresh.below(2 ** 31))));

  return {
    told,
    otherTags,
    wrong,
    answered: () => answered,
    async stop() {
      isOver = true;
      await Promise.all(all);
    },
  };
}

async function keyOf({ relays }: Plan, draws: Draws): Promise<string> {
  for (;;) {
    const [relay] = relays();
    if (relay) return relay.key;
    await sleep(5 + draws.below(20));
  }
}

const beaconPost = (key: string, events: unknown[], change: Partial<Beacon>): Post => ({
  path: "/collect",
  headers: { "content-type": "text/plain;charset=UTF-8", origin: SHOP_ORIGIN, "user-agent": USER_AGENT },
  body: JSON.stringify(beacon(key, events, change)),
});

const apiPost = (events: unknown[]): Post => ({
  path: "/api/events",
  headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
  body: JSON.stringify(events),
});

const webhookPost = (order: object, deliveryId: string): Post => {
  const body = JSON.stringify(order);
  return {
    path: "/webhooks/shopify",
    headers: {
      "content-type": "application/json",
      "x-shopify-topic": "orders/create",
      "x-shopify-webhook-id": deliveryId,
      "x-shopify-hmac-sha256": createHmac("sha256", SHOPIFY_SECRET).update(body).digest("base64"),
    },
    body,
  };
};

const statusIn = (answer: unknown): Status => {
  const status = typeof answer === "object" && answer !== null && "status" in answer ? answer.status : undefined;
  return status === "kept" || status === "duplicate" ? status : "refused";
};

const resultsIn = (answer: unknown): Status[] => {
  const results = typeof answer === "object" && answer !== null && "results" in answer ? answer.results : undefined;
  return Array.isArray(results) ? results.map(statusIn) : [];
};

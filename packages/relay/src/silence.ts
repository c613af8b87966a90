/**
 * Tells the operator of a shop one half of which has gone silent: its webhook, or its tag. It remembers since the relay's
 * start, and asks the store what other relays have heard.
 */
import { ORDER_EVENT } from "@pinrelay/tag/contract";
import type { Logger } from "pino";
import type { Trouble } from "./core/alerts.ts";
import { isSigned, type Source } from "./core/event.ts";
import type { Shop } from "./core/settings.ts";
import { isSilent, type Unheard, withOrder } from "./core/silence.ts";
import type { Directory } from "./directory.ts";
import type { Ingest, Told } from "./ingest.ts";
import type { LogQuery } from "./store/reads.ts";
import type { Kept, Store } from "./store/store.ts";

export interface SilenceWatch {
  /** The same door, listened at. */
  over(ingest: Ingest): Ingest;
  /** A chore: says what there is to say. */
  check(): Promise<void>;
  /** What was said and is not over. */
  silences(): readonly Trouble[];
}

/** What to look at, by the secret that is set. */
// biome-ignore format: a table
const REMEDIES = [
  ["woocommerce", "WooCommerce switches a webhook off after five failed deliveries in a row: see WooCommerce > Settings > Advanced > Webhooks whether both are Active, with this relay's URL and secret"],
  ["shopify",     "Shopify removes a webhook whose deliveries keep failing: see Settings > Notifications > Webhooks whether they are there, with this relay's URL, and whether the secret is theirs"],
] as const;

const NO_WEBHOOK = "browsers tell of orders and the shop's webhook of none.";
const NO_TAG =
  "the shop's webhook tells of orders and no browser of anything. See whether the tag's snippet is still in the theme, and whether its pages reach this relay";

/** One half of the shops', of which nothing has been heard since the other told orders. */
interface Ear {
  alert: "webhook is silent" | "tag is silent";
  unheard: Map<number, Unheard>;
  /** What in the log it would be known by. */
  heardAs: readonly Pick<LogQuery, "name" | "source">[];
  /** What to say; undefined where the half is not to be expected. */
  words(shop: Shop): string | undefined;
}

export function silenceWatch(
  store: { reads: Pick<Store["reads"], "log"> },
  shops: Directory["shops"],
  log: Logger,
  now: () => number,
): SilenceWatch {
  /** Shops whose tag this relay has heard: some have none. */
  const tagged = new Set<number>();
  const webhook: Ear = {
    alert: "webhook is silent",
    unheard: new Map(),
    heardAs: WEBHOOKS.map((source) => ({ name: ORDER_EVENT, source })),
    words: (shop) => {
      const remedy = remedyOf(shop);
      return remedy && `${NO_WEBHOOK} ${remedy}`;
    },
  };
  const tag: Ear = {
    alert: "tag is silent",
    unheard: new Map(),
    heardAs: [{ source: "browser" }],
    words: ({ id }) => (tagged.has(id) ? NO_TAG : undefined),
  };

  const hear = (shop: Shop, { events = [], refunds = [] }: Told, kept: readonly Kept[]): void => {
    const orders = events.filter(isOrder);
    if (refunds.length > 0 || orders.some(({ half }) => isWebhook(half.source))) webhook.unheard.delete(shop.id);
    if (events.some(({ half }) => half.source === "browser" && !half.isBot)) {
      tagged.add(shop.id);
      tag.unheard.delete(shop.id);
    }
    events.forEach((event, index) => {
      // One that is not new was told by the other half before, or by the same shopper.
      if (!isOrder(event) || kept[index] !== "new") return;
      const { half } = event;
      if (!isSigned(half) && !half.isBot && !orders.some((one) => isWebhook(one.half.source))) miss(webhook, shop);
      // Nobody has a browser at a till.
      if (isWebhook(half.source) && !half.order?.isOffline) miss(tag, shop);
    });
  };

  const miss = ({ unheard, words }: Ear, shop: Shop): void => {
    if (words(shop)) unheard.set(shop.id, withOrder(unheard.get(shop.id), now()));
  };

  /** By whichever relay. The log looks through a shop's newest: what is in none of those is silent by now. */
  const isHeard = async ({ heardAs }: Ear, { id }: Shop, sinceMs: number): Promise<boolean> => {
    for (const one of heardAs) {
      const { rows } = await store.reads.log({ shop: id, sinceMs, ...one }, 1);
      if (rows.length > 0) return true;
    }
    return false;
  };

  const look = async (ear: Ear, shop: Shop, since: Unheard, words: string): Promise<void> => {
    const { unheard } = ear;
    if (await isHeard(ear, shop, since.firstMs)) return void unheard.delete(shop.id);
    // Meanwhile another order may have been told.
    const latest = unheard.get(shop.id);
    if (!latest || !isSilent(since, now())) return;
    unheard.set(shop.id, { ...latest, saidMs: now() });
    log.error({ shop: shop.key, orders: since.orders, since: new Date(since.firstMs).toISOString() }, `${words}`);
  };

  return {
    over: (ingest) => async (shop, told) => {
      const kept = await ingest(shop, told);
      hear(shop, told, kept);
      return kept;
    },
    async check() {
      for (const shop of shops())
        for (const ear of [webhook, tag]) {
          const [since, words] = [ear.unheard.get(shop.id), ear.words(shop)];
          // What was said is over once another relay hears it, though here nobody orders.
          if (since && words && (since.saidMs !== undefined || isSilent(since, now())))
            await look(ear, shop, since, words);
        }
    },
    silences: () =>
      shops().flatMap((shop) =>
        [webhook, tag].flatMap(({ alert, unheard, words }) => {
          const [since, said] = [unheard.get(shop.id), words(shop)];
          return since?.saidMs !== undefined && said
            ? [{ alert, shop: shop.key, words: said, sinceMs: since.firstMs }]
            : [];
        }),
      ),
  };
}

const isOrder = ({ name }: { name: string }): boolean => name === ORDER_EVENT;

/** The server API tells orders too, and says nothing of the webhook. */
const WEBHOOKS: readonly Source[] = ["shopify", "woocommerce"];
const isWebhook = (source: Source): boolean => WEBHOOKS.includes(source);

/** Undefined where no webhook is to be expected. */
const remedyOf = ({ secrets }: Pick<Shop, "secrets">): string | undefined =>
  REMEDIES.filter(([kind]) => secrets[kind].length > 0)
    .map(([, words]) => words)
    .join(". ") || undefined;

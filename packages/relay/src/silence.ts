/** Tells the operator of a shop whose webhook has gone silent. It remembers since the relay's start, and asks the store. */
import { ORDER_EVENT } from "@pinrelay/tag/contract";
import type { Logger } from "pino";
import type { Condition } from "./core/alerts.ts";
import { isSigned } from "./core/event.ts";
import type { Shop } from "./core/settings.ts";
import { isSilent, type Unheard, withOrder } from "./core/silence.ts";
import type { Directory } from "./directory.ts";
import type { Ingest, Told } from "./ingest.ts";
import type { Kept, Store } from "./store/store.ts";

export interface SilenceWatch {
  /** The same door, listened at. */
  over(ingest: Ingest): Ingest;
  /** A chore: says what there is to say. */
  check(): Promise<void>;
  /** The shops of which it was said, and that are silent still. */
  silent(): Condition[];
}

/** What to look at, by the secret that is set. */
// biome-ignore format: a table
const REMEDIES = [
  ["woocommerce", "WooCommerce switches a webhook off after five failed deliveries in a row: see WooCommerce > Settings > Advanced > Webhooks whether both are Active, with this relay's URL and secret"],
  ["shopify",     "Shopify removes a webhook whose deliveries keep failing: see Settings > Notifications > Webhooks whether they are there, with this relay's URL, and whether the secret is theirs"],
] as const;

/** So many of the newest events are looked through for what another relay on the same store has heard. */
const LOOKED_AT = 1_000;

export function silenceWatch(
  store: Pick<Store, "recent">,
  shops: Directory["shops"],
  log: Logger,
  now: () => number,
): SilenceWatch {
  const unheard = new Map<number, Unheard>();

  const hear = (shop: Shop, { events = [], refunds = [] }: Told, kept: readonly Kept[]): void => {
    const orders = events.map((event, index) => ({ ...event, kept: kept[index] })).filter(isOrder);
    if (refunds.length > 0 || orders.some(({ half }) => isWebhook(half))) unheard.delete(shop.id);
    else if (remedyOf(shop))
      // One that is not new was told by the webhook before, or by the same shopper.
      for (const { half, kept } of orders)
        if (kept === "new" && !isSigned(half) && !half.isBot)
          unheard.set(shop.id, withOrder(unheard.get(shop.id), now()));
  };

  const say = async (shop: Shop, since: Unheard, remedy: string): Promise<void> => {
    const rows = await store.recent(LOOKED_AT);
    const heard = rows.some(
      (row) =>
        row.shop === shop.id && row.receivedMs >= since.firstMs && row.sources.some((source) => isWebhook({ source })),
    );
    // Meanwhile another order may have been told.
    const latest = unheard.get(shop.id);
    if (heard) unheard.delete(shop.id);
    if (heard || !latest) return;
    unheard.set(shop.id, { ...latest, saidMs: now() });
    log.error({ shop: shop.key, orders: since.orders, since: new Date(since.firstMs).toISOString() }, saying(remedy));
  };

  return {
    over: (ingest) => async (shop, told) => {
      const kept = await ingest(shop, told);
      hear(shop, told, kept);
      return kept;
    },
    silent: () =>
      shops().flatMap((shop) => {
        const remedy = remedyOf(shop);
        const isSaid = unheard.get(shop.id)?.saidMs !== undefined;
        return isSaid && remedy ? [{ key: `silent ${shop.key}`, shop: shop.key, text: saying(remedy) }] : [];
      }),
    async check() {
      for (const shop of shops()) {
        const [since, remedy] = [unheard.get(shop.id), remedyOf(shop)];
        if (since && remedy && isSilent(since, now())) await say(shop, since, remedy);
      }
    },
  };
}

const saying = (remedy: string): string => `browsers tell of orders and the shop's webhook of none. ${remedy}`;

const isOrder = ({ name }: { name: string }): boolean => name === ORDER_EVENT;

/** The server API tells orders too, and says nothing of the webhook. */
const isWebhook = ({ source }: { source: string }): boolean => source === "shopify" || source === "woocommerce";

/** Undefined where no webhook is to be expected. */
const remedyOf = ({ secrets }: Pick<Shop, "secrets">): string | undefined =>
  REMEDIES.filter(([kind]) => secrets[kind].length > 0)
    .map(([, words]) => words)
    .join(". ") || undefined;

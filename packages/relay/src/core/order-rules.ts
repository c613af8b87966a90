/** Which orders count, by the shop's settings. Judged at the claim, so that a change of settings reaches what waits. */
import type { OrderFacts, Source } from "./event.ts";
import type { ShopSettings } from "./settings.ts";

type Rules = Pick<ShopSettings, "shopifyOrders" | "wooOnHold" | "channels">;

/** Why a signed source's order is not counted, in words for the ledger; undefined where it is. */
export const whyLeftOut = (
  source: Source,
  { state, channels }: OrderFacts,
  settings: Rules,
): { outcome: "withdrawn" | "filtered"; words: string } | undefined => {
  if (state === "cancelled") return { outcome: "withdrawn", words: "the order was cancelled" };
  if (state === "void") return { outcome: "filtered", words: "its payment was voided" };
  const other = channels.find((channel) => !settings.channels.includes(channel));
  if (other !== undefined)
    return { outcome: "filtered", words: `"${other}" is not on the list of channels that count` };
  return state === "placed" && !countsUnpaid(source, settings)
    ? { outcome: "filtered", words: "it is not paid yet" }
    : undefined;
};

const countsUnpaid = (source: Source, { shopifyOrders, wooOnHold }: Rules): boolean =>
  source === "woocommerce" ? wooOnHold : source !== "shopify" || shopifyOrders === "placed";

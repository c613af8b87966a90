/** What the relay says when it starts. */
import type { Relay } from "./relay.ts";

/** What a person who has just started the relay needs to know, and what is still missing. */
export function welcome({ directory }: Relay, address: string, publicUrl = address): string {
  const shops = directory.shops();
  const live = directory.destinations().some(({ state }) => state === "live");
  const paused = directory.destinations().find(({ paused }) => paused !== undefined);
  return [
    `Pinrelay listens on ${address}`,
    `Paste into the <head> of every page:  <script async src="${publicUrl}/tag.js"></script>`,
    ...(shops.some(({ origins }) => origins.length > 0)
      ? []
      : [
          "No shop may send yet. Set ALLOWED_ORIGINS to the shop's address, such as https://www.example.com, and start again.",
        ]),
    ...(live
      ? []
      : [
          "Nothing goes to Pinterest yet. Set PINTEREST_AD_ACCOUNT_ID, PINTEREST_TAG_ID and PINTEREST_ACCESS_TOKEN" +
            " (Ads Manager → Conversions), and start again.",
        ]),
    ...(paused
      ? [
          `Paused: ${paused.name}. Pinterest said: ${paused.paused}. Renew it: pinrelay settings set destination.token -`,
        ]
      : []),
  ].join("\n");
}

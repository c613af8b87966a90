/** What the relay says when it starts. */
import { firstPassword } from "./admin/operator.ts";
import type { Relay } from "./relay.ts";

/**
 * What a person who has just started the relay needs to know, and what is still missing. Where nobody has chosen a
 * password yet, it makes one for the first login: it is said here, and nowhere else.
 */
export async function welcome(relay: Relay, address: string, publicUrl = address): Promise<string> {
  const { directory, store } = relay;
  const shops = directory.shops();
  const live = directory.destinations().some(({ state }) => state === "live");
  const paused = directory.destinations().find(({ paused }) => paused !== undefined);
  const password = await firstPassword(store, relay.now());
  const isChosen = (await store.operator())?.isOneTime === false;
  return [
    `Pinrelay listens on ${address}`,
    `Dashboard: ${reachable(publicUrl)}/admin/`,
    ...(password ? [`One-time password, to log in and choose your own: ${password}`] : []),
    ...(password || isChosen
      ? []
      : [
          "Its one-time password was printed at the last start, a moment ago. In a minute, a new start prints another.",
        ]),
    `Paste into the <head> of every page:  <script async src="${publicUrl}/tag.js"></script>`,
    ...(shops.some(({ origins }) => origins.length > 0)
      ? []
      : [
          "No shop may send yet. The dashboard asks for its address; or set ALLOWED_ORIGINS, such as" +
            " https://www.example.com, and start again.",
        ]),
    ...(live
      ? []
      : [
          "Nothing goes to Pinterest yet. The dashboard asks for the account; or set PINTEREST_AD_ACCOUNT_ID," +
            " PINTEREST_TAG_ID and PINTEREST_ACCESS_TOKEN (Ads Manager → Conversions), and start again.",
        ]),
    ...(paused
      ? [
          `Paused: ${paused.name}. Pinterest said: ${paused.paused}. Renew it: pinrelay settings set destination.token -`,
        ]
      : []),
  ].join("\n");
}

/** Of an address that means every network of the machine, the one that the machine itself reaches. */
const reachable = (address: string): string => address.replace(/\/\/(0\.0\.0\.0|\[::\])/, "//localhost");

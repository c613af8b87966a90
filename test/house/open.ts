/** A dashboard with a week behind it: relay, stand-in for Pinterest and history, all by one clock. */
import type { RelayOptions } from "#relay/relay";
import { type House, houseOf, logIn, PASSWORD } from "../house.ts";
import { type Pinterest, startPinterest } from "../pinterest/stand-in.ts";
import { SHOP_ORIGIN, startRelay } from "../start.ts";
import { type Clock, clockAt, type HistoryOptions, tellHistory } from "./history.ts";

export interface LivedIn extends House {
  pinterest: Pinterest;
  clock: Clock;
  close(): Promise<void>;
}

/** When the history ends: a Thursday afternoon. */
export const NOW_MS = Date.UTC(2026, 10, 26, 15, 20);
const DAY_MS = 86_400_000;

export async function openLivedIn(
  history: Partial<Pick<HistoryOptions, "days" | "visitsADay">> = {},
  config: RelayOptions["config"] = {},
): Promise<LivedIn> {
  const clock = clockAt(NOW_MS - (history.days ?? 7) * DAY_MS);
  const pinterest = await startPinterest({ now: clock.now });
  const { adAccountId, tagId, token } = pinterest;
  const started = await startRelay({
    now: clock.now,
    config: {
      adminPassword: PASSWORD,
      pinterestApiUrl: pinterest.apiUrl,
      seed: {
        origins: [SHOP_ORIGIN],
        secrets: { shopify: ["shpss_of_the_made_up_shop"] },
        account: { adAccountId, tagId, token },
      },
      ...config,
    },
  });
  // Pinterest refuses a few events whatever anybody does.
  pinterest.fail({ kind: "fail events", idPattern: "[05]f$" });
  await tellHistory(started, { clock, untilMs: NOW_MS, ...history });
  const { cookie } = await logIn(started.url, PASSWORD);
  return {
    ...houseOf(started, cookie),
    pinterest,
    clock,
    async close() {
      await started.relay.close();
      await pinterest.close();
    },
  };
}

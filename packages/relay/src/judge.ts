/** What is to be done with a delivery at its claim: the bytes to send, frozen from then on, or why nothing is sent. */
import { consentAllows } from "./core/admit.ts";
import { tooOld } from "./core/age.ts";
import { apiNameOf } from "./core/event-names.ts";
import { merge } from "./core/merge.ts";
import type { ChannelSettings, Shop } from "./core/settings.ts";
import { factsOf } from "./pinterest/facts.ts";
import { payloadOf } from "./pinterest/payload.ts";
import type { Due, Judgement } from "./store/store.ts";

/** `settingsOf` finds what a revision's tag was told, so that the server half says what the browser half said. */
export function judge(
  due: Due,
  shop: Shop,
  settingsOf: (rev: string | undefined) => ChannelSettings,
  nowMs: number,
): Judgement {
  const event = merge(due.halves);
  const old = tooOld({ ...event, ...(due.ack ? { ack: due.ack } : {}) }, shop.settings, nowMs);
  if (old) return { outcome: old };
  if (!due.halves.every((half) => consentAllows(half, shop.settings))) return { outcome: "no consent" };
  // Pinterest limits data by state, so it must be told the state; where it cannot be, nothing is sent.
  if (event.consent.limited && !(event.matchKeys.st && event.matchKeys.country)) return { outcome: "no consent" };
  if (due.payload !== undefined) return { payload: due.payload };

  const settings = settingsOf(event.rev);
  const name = apiNameOf(due.name, event.tagName, settings.pageLoad);
  if ("outcome" in name) return { outcome: name.outcome };
  const payload = payloadOf(factsOf(name.apiName, due.id, due.name, event, settings));
  return payload === undefined ? { outcome: "unmatched" } : { payload };
}

/** What is to be done with a delivery at its claim: the bytes to send, frozen from then on, or why nothing is sent. */
import { withoutPerson } from "./core/admit.ts";
import { tooOld } from "./core/age.ts";
import { consentAllows } from "./core/consent.ts";
import { isSigned } from "./core/event.ts";
import { apiNameOf } from "./core/event-names.ts";
import { refusing } from "./core/filter.ts";
import { type Merged, merge } from "./core/merge.ts";
import { whyLeftOut } from "./core/order-rules.ts";
import type { Outcome } from "./core/outcome.ts";
import type { ChannelSettings, Destination, Shop } from "./core/settings.ts";
import { factsOf } from "./pinterest/facts.ts";
import { payloadOf } from "./pinterest/payload.ts";
import { matches } from "./regex.ts";
import type { Due, Judgement } from "./store/store.ts";

/** `settingsOf` finds what a revision's tag was told, so that the server half says what the browser half said. */
export function judge(
  due: Due,
  shop: Shop,
  { rules }: Pick<Destination, "rules">,
  settingsOf: (rev: string | undefined) => ChannelSettings,
  nowMs: number,
): Judgement {
  const event = merge(due.halves, due.visitor);
  const refused = refusal(due, event, shop, nowMs);
  if (refused) return refused;
  if (due.payload !== undefined) return { payload: due.payload };
  const filter = refusing(rules.filters, due.name, event, matches);
  if (filter) return { outcome: "filtered", words: `the filter for ${filter.event} does not hold` };

  const settings = settingsOf(event.rev);
  const name = apiNameOf(due.name, event.tagName, settings.pageLoad, rules);
  if ("outcome" in name) return name;
  // It was told while a clock was ahead: Pinterest refuses what is yet to happen.
  const happened = event.timeMs > nowMs ? { ...event, timeMs: nowMs } : event;
  const payload = payloadOf(factsOf(name.apiName, event.eventId ?? due.id, due.name, happened, settings));
  return payload === undefined ? { outcome: "unmatched" } : { payload };
}

const refusal = (due: Due, event: Merged, { settings }: Shop, nowMs: number): Judgement | undefined => {
  const { halves, visitor, refunds = [] } = due;
  const decided = event.consent.marketing === "unknown" ? (visitor?.consent ?? event.consent) : event.consent;
  const [source = "server"] = event.sources.includes("browser") ? ["browser" as const] : event.sources;
  const { timeMs, tagName, country } = event;
  const isAllowed = consentAllows(
    { source, consent: decided, ...(country === undefined ? {} : { country }) },
    settings,
  );
  // Pinterest limits data by state, so it must be told the state; where it cannot be, nothing is sent.
  const isLimitable = !event.consent.limited || (event.matchKeys.st && event.matchKeys.country);
  if (!isAllowed || !isLimitable) return forgetting("no consent", due);
  if (settings.consent !== "always" && visitor?.consent?.marketing === "denied")
    return forgetting("withdrawn", due, "the visitor took their consent back");

  const told = tagName === undefined ? {} : { tagName };
  const old = tooOld({ timeMs, ...told, ...(due.ack ? { ack: due.ack } : {}) }, settings, nowMs);
  if (old) return { outcome: old };

  for (const half of halves) {
    const why = half.order && whyLeftOut(half.source, half.order, settings);
    if (why) return why;
  }
  const { total_price: total, value = total, currency } = event.properties;
  const refunded = refunds.filter((one) => one.currency === currency).reduce((sum, { amount }) => sum + amount, 0);
  if (refunded > 0 && value !== undefined && refunded >= value)
    return { outcome: "withdrawn", words: "the order was refunded" };
  return halves.every((half) => half.isBot && !isSigned(half)) ? { outcome: "bot" } : undefined;
};

/** From here on the ledger knows that it happened, and nothing of whom. */
const forgetting = (outcome: Outcome, { halves }: Due, words?: string): Judgement => ({
  outcome,
  halves: halves.map(withoutPerson),
  ...(words === undefined ? {} : { words }),
});

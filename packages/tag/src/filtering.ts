/** The second file of a shop whose destination filters events: it keeps the Pinterest Tag from what the relay will not send. */
import { companionOf } from "./companion.ts";
import type { Filter, Matches } from "./filter.ts";
import { allowed } from "./filter.ts";
import { attempt } from "./guard.ts";
import type { Look } from "./look.ts";

/** The relay takes no pattern here that could run long. */
const matches: Matches = (pattern, text) => attempt(() => new RegExp(pattern).test(text)) ?? false;

/** Hands it to the first file. */
export const comeFiltering = (...sources: readonly Look[]): void => {
  const companion = companionOf(sources);
  let filters: readonly Filter[] = [];
  window._pinrelay?.({
    ...companion,
    allow(settings, ...who) {
      filters = settings.filters ?? [];
      companion.allow(settings, ...who);
    },
    track(event, acknowledge) {
      const { id, name } = event;
      if (attempt(() => allowed(filters, event, matches)) === false) acknowledge({ id, name, state: "absent" });
      else companion.track(event, acknowledge);
    },
  });
};

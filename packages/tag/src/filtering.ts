/** The second file of a shop whose destination filters events: it keeps the Pinterest Tag from what the relay will not send. */
import { companionOf } from "./companion.ts";
import type { Filter } from "./filter.ts";
import type { Look } from "./look.ts";
import { passes } from "./page-filter.ts";

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
      if (passes(filters, event)) companion.track(event, acknowledge);
      else acknowledge({ id, name, state: "absent" });
    },
    page(event) {
      if (!event || passes(filters, event)) companion.page(event);
    },
  });
};

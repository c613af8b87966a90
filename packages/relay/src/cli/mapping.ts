/** `pinrelay mapping`: which Pinterest event each event of the shop is, and which are forwarded at all. */
import { EVENTS } from "@pinrelay/tag/contract";
import { type Draft, draftOf } from "../core/draft.ts";
import type { Rules } from "../core/rules.ts";
import type { Destination } from "../core/settings.ts";
import { readRules } from "../rules-schema.ts";
import { saveDraft } from "../settings.ts";
import type { Store } from "../store/store.ts";
import { type Command, type Context, type Ended, print } from "./command.ts";
import { ofShop } from "./in-store.ts";

export const mapping: Command = {
  name: "mapping",
  does: "show and change which Pinterest event each is, and filters",
  calls: [
    ["", "shows the table: what is yours, then what is by default"],
    ["set EVENT TAG API [both|client|server|none]", "maps a shop event to a Pinterest event, or a name of your own"],
    ["remove EVENT", "has the default table map it again"],
    ["filters", "writes the filters as JSON"],
    ["filters set", "reads filters as JSON from standard input"],
  ],
  options: [
    ["--destination NUMBER", "which one, where there are several; else the one that drives the browser", "destination"],
    ["--shop KEY", "which shop, where there are several", "shop"],
    ["--json", "as JSON, one a line", "json"],
  ],
  run: ofShop(async (context, store, shop) => {
    const before = draftOf(shop, await store.destinations());
    const destination = destinationIn(context, before);
    if (!destination) return { problem: "there is no such destination; add one in the dashboard" };
    const [verb = "show", ...words] = context.words;
    const { rules } = destination;
    switch (verb) {
      case "show":
        return show(context, rules);
      case "set": {
        const [event, tag, api, forward = "both"] = words;
        if (!event || !tag || !api) return { usage: "name the shop event, the Pinterest Tag's event and the API's" };
        const next = { ...rules, mapping: { ...rules.mapping, [event]: { tag, api, forward } } };
        return save(context, store, before, destination, next);
      }
      case "remove": {
        const { [words[0] ?? ""]: removed, ...others } = rules.mapping;
        if (!removed) return { problem: "no row of yours maps that event" };
        return save(context, store, before, destination, { ...rules, mapping: others });
      }
      case "filters": {
        if (words[0] !== "set") {
          context.out(`${JSON.stringify(rules.filters, null, 2)}\n`);
          return 0;
        }
        const filters = parsed(context.input());
        return save(context, store, before, destination, { ...rules, filters });
      }
    }
    return { usage: "say what to do: set, remove or filters" };
  }),
};

const destinationIn = ({ options }: Context, { destinations: own }: Draft): Destination | undefined =>
  options.destination === undefined
    ? (own.find(({ drivesBrowser }) => drivesBrowser) ?? own[0])
    : own.find(({ id }) => String(id) === options.destination);

const show = (context: Context, { mapping: own }: Rules): Ended => {
  const rows = [
    ...Object.entries(own).map(([event, { tag, api, forward }]) => ({ event, tag, api, forward, own: true })),
    ...EVENTS.filter(([event]) => !Object.hasOwn(own, event)).map(([event, tag, api]) => ({
      event,
      tag,
      api,
      forward: "both",
      own: false,
    })),
  ];
  for (const row of rows) {
    const cells = [row.event.padEnd(26), (row.tag ?? "–").padEnd(20), (row.api ?? "–").padEnd(20), row.forward];
    print(context, row, `${cells.join(" ")}${row.own ? "  (yours)" : ""}`);
  }
  return 0;
};

async function save(
  context: Context,
  store: Store,
  before: Draft,
  destination: Destination,
  told: unknown,
): Promise<Ended> {
  const read = readRules(told);
  if ("problem" in read) return read;
  const destinations = before.destinations.map((one) =>
    one.id === destination.id ? { ...one, rules: read.rules } : one,
  );
  const isSaved = await saveDraft(store, before, { ...before, destinations }, "command line", Date.now());
  if (!isSaved) return { problem: "somebody else has changed the settings at this moment; try it again" };
  print(context, { saved: true }, "saved; running relays follow within 5 seconds");
  return 0;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return "no JSON";
  }
};

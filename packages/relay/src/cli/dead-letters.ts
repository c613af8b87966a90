/** `pinrelay dead-letters`, `replay` and `left-out`: what ended unsent, why, and having it judged anew. */
import {
  countLine,
  deadLetterJson,
  deadLetterLine,
  deadLetterQuery,
  replayAll,
  replayable,
  sumOf,
} from "../dead-letters.ts";
import type { Store } from "../store/store.ts";
import { type Command, type Context, type OptionName, print } from "./command.ts";
import { inStore } from "./in-store.ts";

const FILTERS: Command["options"] = [
  [
    "--outcome NAME",
    "rejected, dead, unmatched, expired (these if none is named), late, unmapped, filtered",
    "outcome",
  ],
  ["--event NAME --destination NUMBER", "of this shop event, for this destination", "event", "destination"],
  ["--reason TEXT", "whose reason holds this text", "reason"],
  ["--since TIME --before TIME", "that happened between, such as 2026-11-25", "since", "before"],
  ["--shop KEY", "of this shop, where there are several", "shop"],
];

const LISTED = 100;

export const deadLetters: Command = {
  name: "dead-letters",
  does: "list what ended unsent, the last first, and why",
  calls: [["", `the last ${LISTED}`]],
  options: [
    ...FILTERS,
    ["--limit COUNT", "so many of them", "limit"],
    ["--count", "how many by destination, outcome and reason", "count"],
    ["--json", "as JSON, one a line", "json"],
  ],
  run: inStore(async (context, store) => {
    const { limit = String(LISTED), json, count } = context.options;
    if (!/^[1-9]\d{0,4}$/.test(limit)) return { problem: "--limit must be a number from 1 to 99999" };
    const asked = await asksFor(context, store, false);
    if ("problem" in asked) return asked;
    const lines = count
      ? (await store.countDeadLetters(asked.query)).map((one) => (json ? JSON.stringify(one) : countLine(one)))
      : (await store.deadLetters(asked.query, Number(limit))).map(json ? deadLetterJson : deadLetterLine);
    context.out(lines.length > 0 ? `${lines.join("\n")}\n` : json ? "" : "Nothing of that kind ended unsent.\n");
    return 0;
  }),
};

const NARROWING = [
  "outcome",
  "destination",
  "event",
  "reason",
  "since",
  "before",
  "shop",
] as const satisfies OptionName[];

export const replay: Command = {
  name: "replay",
  does: "have what ended unsent judged anew, with its own ID and time",
  calls: [["FILTERS", "what is late stays late; its IP address is gone, so what has no email cannot be matched"]],
  options: [
    ...FILTERS,
    ["--all", "without any filter", "all"],
    ["--dry-run", "only say how many", "dry-run"],
    ["--json", "as JSON", "json"],
  ],
  run: inStore(async (context, store) => {
    const { options } = context;
    if (!options.all && NARROWING.every((name) => options[name] === undefined))
      return { problem: "say what to replay, by filters or with --all; see: pinrelay --help" };
    const asked = await asksFor(context, store, true);
    if ("problem" in asked) return asked;
    const isDry = options["dry-run"] === true;
    const count = isDry
      ? sumOf(replayable(await store.countDeadLetters(asked.query), await store.destinations()))
      : await replayAll(store, asked.query, Date.now());
    print(
      context,
      { [isDry ? "wouldBeJudgedAnew" : "judgedAnew"]: count },
      `${isDry ? "would be judged anew" : "judged anew within a moment"}: ${count}`,
    );
    return 0;
  }),
};

/** What the options ask for, once it is known which shop they name. */
async function asksFor({ options: { shop: key, ...options } }: Context, store: Store, isReplay: boolean) {
  if (key === undefined) return deadLetterQuery(options, isReplay);
  const shop = (await store.shops()).find((one) => one.key === key);
  return shop ? deadLetterQuery({ ...options, shop: shop.id }, isReplay) : { problem: "--shop names no shop there is" };
}

export const leftOut: Command = {
  name: "left-out",
  does: "list why events were filtered, and how many for each reason",
  calls: [["", "the most frequent first"]],
  options: [["--json", "as JSON, one a line", "json"]],
  run: inStore(async (context, store) => {
    const reasons = await store.leftOut();
    for (const { words, count } of reasons) print(context, { words, count }, `${String(count).padStart(7)}  ${words}`);
    if (reasons.length === 0 && !context.options.json) context.out("Nothing was left out.\n");
    return 0;
  }),
};

/** `pinrelay events`: the newest events and what became of each, also as they come. */
import { setTimeout as wait } from "node:timers/promises";
import { discreet } from "../core/discreet.ts";
import { eventLine } from "../event-line.ts";
import { readQuery } from "../log-query.ts";
import type { LogQuery, LogRow } from "../store/reads.ts";
import type { Store } from "../store/store.ts";
import { type Command, type Context, type Ended, print } from "./command.ts";
import { inStore } from "./in-store.ts";

export const events: Command = {
  name: "events",
  does: "list the newest events and what became of each; --follow",
  calls: [["[COUNT]", "the newest 20, or so many"]],
  options: [
    ["--outcome NAME --event NAME", "with this outcome (or waiting), of this shop event", "outcome", "event"],
    ["--source NAME", "told by browser, shopify, woocommerce or server", "source"],
    ["--since TIME --before TIME", "received between, such as 2026-11-25 or 2026-11-25T08:00Z", "since", "before"],
    ["--order NUMBER --visitor ID", "of this order, of this visitor", "order", "visitor"],
    ["--follow, -f", "goes on with what comes, until it is interrupted", "follow"],
    ["--shop KEY", "of this shop, where there are several", "shop"],
    ["--json", "as JSON, one a line", "json"],
  ],
  run: inStore(list),
};

const FILTERS = ["outcome", "event", "source", "since", "before", "order", "visitor"] as const;
const LOOK_MS = 1_000;
/** Rows in one read of the store. */
const MOST = 500;

async function list(context: Context, store: Store): Promise<Ended> {
  const { words, options, out } = context;
  const [count = "20"] = words;
  if (!/^[1-9]\d{0,3}$/.test(count)) return { problem: "COUNT must be a number from 1 to 9999" };
  const isPlain = !options.follow && !options.json && FILTERS.every((name) => options[name] === undefined);
  if (isPlain && options.shop === undefined) {
    const rows = await store.recent(Number(count));
    out(rows.length > 0 ? `${rows.map(eventLine).join("\n")}\n` : "No events yet.\n");
    return 0;
  }
  if ((options.outcome ?? []).length > 1) return { problem: "--outcome: name one" };
  const shops = (await store.shops()).filter(({ key }) => options.shop === undefined || key === options.shop);
  const queries: LogQuery[] = [];
  for (const shop of shops) {
    const read = readQuery(shop.id, told(context));
    const [problem] = Object.entries(read.problems);
    if (problem) return { problem: `--${problem[0] === "until" ? "before" : problem[0]}: ${problem[1]}` };
    queries.push(read.query);
  }
  // Asked for before anything is printed: who interrupts at once ends it in good order too.
  const interrupted = options.follow ? context.interrupted() : undefined;
  const newest = new Map<number, number>();
  for (const query of queries) {
    const rows = await newestOf(store, query, Number(count));
    newest.set(query.shop, last(rows, 0));
    show(context, rows);
    if (rows.length === 0 && !options.json && !options.follow) out("No such events.\n");
  }
  if (!interrupted) return 0;
  let isOver = false;
  void interrupted.then(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([wait(LOOK_MS), interrupted]);
    for (const query of queries) {
      const rows = await newestOf(store, { ...query, afterRow: newest.get(query.shop) ?? 0 }, Number.MAX_SAFE_INTEGER);
      newest.set(query.shop, last(rows, newest.get(query.shop) ?? 0));
      show(context, rows);
    }
  }
  return 0;
}

/** Rows are listed by when their event came, which is almost the order in which they were written. */
const last = (rows: readonly LogRow[], before: number): number => Math.max(before, ...rows.map(({ row }) => row));

/** So many of the newest that fit, the newest first. A read looks at a bounded stretch: this goes on where it ended. */
async function newestOf(store: Store, query: LogQuery, count: number): Promise<LogRow[]> {
  const rows: LogRow[] = [];
  let from = query;
  while (rows.length < count) {
    const page = await store.reads.log(from, Math.min(count - rows.length, MOST));
    rows.push(...page.rows);
    if (page.next === undefined) break;
    from = { ...query, beforeRow: page.next };
  }
  return rows;
}

const told = ({ options }: Context): URLSearchParams => {
  const params = new URLSearchParams();
  for (const name of FILTERS) {
    const value = name === "outcome" ? options.outcome?.[0] : options[name];
    if (value !== undefined) params.set(name === "before" ? "until" : name, value);
  }
  return params;
};

/** The oldest first, as they came. */
const show = (context: Context, rows: readonly LogRow[]): void => {
  for (const row of [...rows].reverse()) {
    const { receivedMs, name, id, sources, ack, value, currency, deliveries } = row;
    const record = {
      received: new Date(receivedMs).toISOString(),
      event: discreet(name),
      id: discreet(id),
      sources,
      pinterestTag: ack,
      value,
      currency,
      deliveries: deliveries.map(({ destination, outcome = "waiting", words, attempts }) => ({
        destination,
        outcome,
        attempts,
        ...(words ? { words: discreet(words) } : {}),
      })),
    };
    const fates = record.deliveries.map(({ outcome, words }) => (words ? `${outcome} (${words})` : outcome));
    const text = [
      record.received.slice(0, 19).replace("T", " "),
      record.event,
      record.id,
      `told by ${sources.join(" and ")}`,
      `Pinterest Tag: ${ack}`,
      fates.join(" · ") || "no destination",
    ].join("  ");
    print(context, record, text.replace(/\p{C}+/gu, "?"));
  }
};

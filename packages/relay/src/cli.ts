/** The command line: `pinrelay serve`, `settings`, `events`. Reads the environment, prints for people, exits with a code. */
import { existsSync, readFileSync } from "node:fs";
import { argv, env, stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { type Config, ConfigError, isPostgres, readConfig } from "./config.ts";
import type { Shop } from "./core/settings.ts";
import { countLine, deadLetterJson, deadLetterLine, deadLetterQuery, replayAll, sumOf } from "./dead-letters.ts";
import { eventLine } from "./event-line.ts";
import { forgetPerson } from "./forget.ts";
import { unusable } from "./lacks.ts";
import { migrateStore } from "./migrate-store.ts";
import { openStore } from "./open-store.ts";
import { otherTagLine } from "./other-tag-line.ts";
import { createRelay } from "./relay.ts";
import { setSetting, shownSettings } from "./settings.ts";
import { shownError } from "./shown-error.ts";
import { personOf } from "./sources/person.ts";
import type { Store } from "./store/store.ts";
import { welcome } from "./welcome.ts";

const HELP = `pinrelay: measures a shop's Pinterest conversions, in the browser and on the server, counted once

  pinrelay serve                        run the relay; it is configured by the environment, nothing is required
  pinrelay settings get                 show the shop's settings as JSON
  pinrelay settings set NAME VALUE      change one; running relays follow within 5 seconds (VALUE - reads standard input)
    --shop KEY                          which shop, where there are several
  pinrelay events [COUNT]               list the newest events (20), and what became of each
  pinrelay dead-letters [FILTERS]       list what ended unsent, the last first (100), and why
  pinrelay replay FILTERS               have it judged anew, with its own ID and time: what is late stays late. Its IP
                                        address is gone by then, so what has no email cannot be matched
    --outcome NAME                      rejected, dead, unmatched, expired (these if none is named), late, unmapped, filtered
    --event NAME --destination NUMBER   of this shop event, for this destination
    --reason TEXT                       whose reason holds this text
    --since TIME --before TIME          that happened between, such as 2026-11-25
    --shop KEY                          of this shop, where there are several
    --limit COUNT --json --count        for dead-letters; as JSON, one a line; how many by destination, outcome and reason
    --all --dry-run                     for replay; without any filter, and only say how many
  pinrelay left-out                     list why events were filtered, and how many for each reason
  pinrelay forget NAME VALUE            forget a person, by email, phone, customer_id, visitor or alias (VALUE - reads
                                        standard input)
    --shop KEY                          which shop, where there are several
  pinrelay other-tags                   list other Pinterest Tags that the shop's pages noticed: they count events twice
  pinrelay migrate-store FILE           copy a store from SQLite to the empty PostgreSQL that DATABASE_URL names
`;

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  shop: { type: "string" },
  outcome: { type: "string", multiple: true },
  destination: { type: "string" },
  event: { type: "string" },
  reason: { type: "string" },
  since: { type: "string" },
  before: { type: "string" },
  limit: { type: "string" },
  json: { type: "boolean" },
  count: { type: "boolean" },
  all: { type: "boolean" },
  "dry-run": { type: "boolean" },
} as const;

type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

const COMMANDS: Record<string, (config: Config, words: string[], options: Options) => Promise<number>> = {
  serve,
  settings: inStore(ofShop(settings)),
  events: inStore(events),
  "dead-letters": inStore(deadLetters),
  replay: inStore(replay),
  "left-out": inStore(leftOut),
  forget: inStore(ofShop(forget)),
  "other-tags": inStore(otherTags),
  "migrate-store": copyFrom,
};

async function main(): Promise<number> {
  try {
    const { positionals, values } = parseArgs({
      args: argv.slice(2),
      allowPositionals: true,
      options: OPTIONS,
    });
    const [command = "", ...words] = positionals;
    const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
    if (!run || values.help) {
      (values.help ? stdout : stderr).write(HELP);
      return values.help ? 0 : 2;
    }
    return await run(readConfig(env), words, values);
  } catch (error) {
    const problem = error instanceof ConfigError || isUsage(error) ? error.message : unusable(error);
    if (problem === undefined) throw error;
    return complain(problem);
  }
}

async function serve(config: Config): Promise<number> {
  const told = new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  const relay = await createRelay({ config });
  // Who asks again does not want to wait: what is acknowledged is on the disk, and is sent after the next start.
  void told.then(() => {
    process.once("SIGINT", () => process.exit(130));
    process.once("SIGTERM", () => process.exit(143));
  });
  try {
    stdout.write(`${await welcome(relay, await relay.listen(), config.publicUrl)}\n`);
    await told;
    return 0;
  } finally {
    await relay.close({ drains: true, noticeMs: config.stopNoticeSeconds * 1_000 });
  }
}

/** A command that works on the store of a relay that has run, whether or not it is running now. */
function inStore(command: (store: Store, words: string[], options: Options) => Promise<number>) {
  return async (config: Config, words: string[], options: Options): Promise<number> => {
    if (config.database !== ":memory:" && !isPostgres(config.database) && !existsSync(config.database))
      return complain(
        `there is no database at ${config.database}; set DATABASE_URL as for the relay, and come to the folder it runs in`,
      );
    const store = await openStore(config);
    try {
      return await command(store, words, options);
    } finally {
      await store.close();
    }
  };
}

/** A command about one shop: the sole one, or the one that is named. */
function ofShop(command: (store: Store, words: string[], shop: Shop) => Promise<number>) {
  return async (store: Store, words: string[], { shop: key }: Options): Promise<number> => {
    const shops = await store.shops();
    const shop = key === undefined && shops.length === 1 ? shops[0] : shops.find((one) => one.key === key);
    return shop
      ? command(store, words, shop)
      : complain(`name one of these shops with --shop: ${shops.map((one) => one.key).join(", ")}`);
  };
}

async function settings(store: Store, [verb, name, value]: string[], shop: Shop): Promise<number> {
  if (verb === "get") {
    stdout.write(`${JSON.stringify(shownSettings(shop, await store.destinations()), null, 2)}\n`);
    return 0;
  }
  if (verb !== "set" || name === undefined || value === undefined) return complain(HELP);
  const { problem } = await setSetting(store, shop, name, spelled(value));
  if (problem) return complain(problem);
  stdout.write(`${name} is set\n`);
  return 0;
}

async function events(store: Store, [count = "20"]: string[]): Promise<number> {
  if (!/^[1-9]\d{0,3}$/.test(count)) return complain("COUNT must be a number from 1 to 9999");
  const rows = await store.recent(Number(count));
  stdout.write(rows.length > 0 ? `${rows.map(eventLine).join("\n")}\n` : "No events yet.\n");
  return 0;
}

const LISTED = 100;

async function deadLetters(store: Store, _words: string[], options: Options): Promise<number> {
  const { limit = String(LISTED), json, count } = options;
  if (!/^[1-9]\d{0,4}$/.test(limit)) return complain("--limit must be a number from 1 to 99999");
  const asked = await asksFor(store, options, false);
  if ("problem" in asked) return complain(asked.problem);
  const lines = count
    ? (await store.countDeadLetters(asked.query)).map((one) => (json ? JSON.stringify(one) : countLine(one)))
    : (await store.deadLetters(asked.query, Number(limit))).map(json ? deadLetterJson : deadLetterLine);
  stdout.write(lines.length > 0 ? `${lines.join("\n")}\n` : json ? "" : "Nothing of that kind ended unsent.\n");
  return 0;
}

async function replay(store: Store, _words: string[], options: Options): Promise<number> {
  const { outcome, destination, event, reason, since, before, shop, all } = options;
  const isNarrowed = [outcome, destination, event, reason, since, before, shop].some((one) => one !== undefined);
  if (!isNarrowed && !all) return complain("say what to replay, by filters or with --all; see: pinrelay --help");
  const asked = await asksFor(store, options, true);
  if ("problem" in asked) return complain(asked.problem);
  const count = options["dry-run"]
    ? sumOf(await store.countDeadLetters(asked.query))
    : await replayAll(store, asked.query, Date.now());
  stdout.write(options["dry-run"] ? `would be judged anew: ${count}\n` : `judged anew within a moment: ${count}\n`);
  return 0;
}

/** What the options ask for, once it is known which shop they name. */
async function asksFor(store: Store, { shop: key, ...options }: Options, isReplay: boolean) {
  if (key === undefined) return deadLetterQuery(options, isReplay);
  const shop = (await store.shops()).find((one) => one.key === key);
  return shop ? deadLetterQuery({ ...options, shop: shop.id }, isReplay) : { problem: "--shop names no shop there is" };
}

async function otherTags(store: Store): Promise<number> {
  const lines: string[] = [];
  for (const { id, key } of await store.shops())
    lines.push(...(await store.otherTags(id)).map((noticed) => otherTagLine(key, noticed)));
  stdout.write(lines.length > 0 ? `${lines.join("\n")}\n` : "No other Pinterest Tag was noticed.\n");
  return 0;
}

async function leftOut(store: Store): Promise<number> {
  const reasons = await store.leftOut();
  const lines = reasons.map(({ words, count }) => `${String(count).padStart(7)}  ${words}`);
  stdout.write(lines.length > 0 ? `${lines.join("\n")}\n` : "Nothing was left out.\n");
  return 0;
}

async function forget(store: Store, [name, value]: string[], shop: Shop): Promise<number> {
  if (name === undefined || value === undefined) return complain(HELP);
  const named = personOf({ [name]: spelled(value) });
  if ("fault" in named) return complain(`${named.fault.field} ${named.fault.message}`);
  const { events, visitors } = await forgetPerson(store, shop, named.person, Date.now());
  stdout.write(`forgotten: known visitors: ${visitors}, events that said who it was: ${events}\n`);
  return 0;
}

async function copyFrom(config: Config, [from]: string[]): Promise<number> {
  const { problem } = await migrateStore(config, from, (line) => stdout.write(`${line}\n`));
  return problem ? complain(problem) : 0;
}

/** Secrets and people's names need not stand in the shell's history. */
const spelled = (value: string): string => (value === "-" ? readFileSync(0, "utf8").trim() : value);

const complain = (problem: string): number => {
  stderr.write(`${problem}\n`);
  return 1;
};

const isUsage = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");

// Node would print the error whole, and with it what it may have been told.
process.on("uncaughtException", (error: unknown) => {
  stderr.write(`pinrelay ends, by a fault of its own: ${JSON.stringify(shownError(error))}\n`);
  process.exit(1);
});

// Last, since what stands above has to exist by then; and no exit(), which would cut off output that is still on its way.
process.exitCode = await main();

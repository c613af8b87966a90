/** The command line: `pinrelay serve`, `pinrelay settings`. Reads the environment, prints for people, exits with a code. */
import { existsSync, readFileSync } from "node:fs";
import { argv, env, stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { createRelay, openStore, type Relay } from "./relay.ts";
import { setSetting, shownSettings } from "./settings.ts";

const HELP = `pinrelay: measures a shop's Pinterest conversions, in the browser and on the server, counted once

  pinrelay serve                        run the relay; it is configured by the environment, nothing is required
  pinrelay settings get                 show the shop's settings as JSON
  pinrelay settings set NAME VALUE      change one; running relays follow within 5 seconds (VALUE - reads standard input)
    --shop KEY                          which shop, where there are several
`;

const COMMANDS: Record<string, (config: Config, words: string[], shop: string | undefined) => Promise<number>> = {
  serve,
  settings,
};

async function main(): Promise<number> {
  try {
    const { positionals, values } = parseArgs({
      args: argv.slice(2),
      allowPositionals: true,
      options: { help: { type: "boolean", short: "h" }, shop: { type: "string" } },
    });
    const [command = "", ...words] = positionals;
    const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
    if (!run || values.help) {
      (values.help ? stdout : stderr).write(HELP);
      return values.help ? 0 : 2;
    }
    return await run(readConfig(env), words, values.shop);
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
  try {
    stdout.write(`${welcome(relay, await relay.listen(), config.publicUrl)}\n`);
    await told;
    return 0;
  } finally {
    await relay.close();
  }
}

async function settings(config: Config, [verb, name, value]: string[], key: string | undefined): Promise<number> {
  if (config.database !== ":memory:" && !existsSync(config.database))
    return complain(
      `there is no database at ${config.database}; set DATABASE_URL as for the relay, and come to the folder it runs in`,
    );
  const store = await openStore(config);
  try {
    const shops = await store.shops();
    const shop = key === undefined && shops.length === 1 ? shops[0] : shops.find((one) => one.key === key);
    if (!shop) {
      const keys = shops.map((one) => one.key).join(", ");
      return complain(
        shops.length > 0 ? `name one of these shops with --shop: ${keys}` : "no shop yet: pinrelay serve makes it",
      );
    }
    if (verb === "get") {
      stdout.write(`${JSON.stringify(shownSettings(shop, await store.destinations()), null, 2)}\n`);
      return 0;
    }
    if (verb !== "set" || name === undefined || value === undefined) return complain(HELP);
    const { problem } = await setSetting(store, shop, name, value === "-" ? readFileSync(0, "utf8").trim() : value);
    if (problem) return complain(problem);
    stdout.write(`${name} is set\n`);
    return 0;
  } finally {
    await store.close();
  }
}

/** What a person who has just started the relay needs to know, and what is still missing. */
function welcome({ directory }: Relay, address: string, publicUrl = address): string {
  const shops = directory.shops();
  const live = directory.destinations().some(({ state }) => state === "live");
  const paused = directory.destinations().find(({ paused }) => paused !== undefined);
  return [
    `Pinrelay listens on ${address}`,
    `Paste into the <head> of every page:  <script async src="${publicUrl}/tag.js"></script>`,
    ...(shops.some(({ origins }) => origins.length > 0)
      ? []
      : [
          "No shop may send yet. Set ALLOWED_ORIGINS to the shop's address, such as https://www.example.com, and start again.",
        ]),
    ...(live
      ? []
      : [
          "Nothing goes to Pinterest yet. Set PINTEREST_AD_ACCOUNT_ID, PINTEREST_TAG_ID and PINTEREST_ACCESS_TOKEN" +
            " (Ads Manager → Conversions), and start again.",
        ]),
    ...(paused
      ? [
          `Paused: ${paused.name}. Pinterest said: ${paused.paused}. Renew it: pinrelay settings set destination.token -`,
        ]
      : []),
  ].join("\n");
}

const complain = (problem: string): number => {
  stderr.write(`${problem}\n`);
  return 1;
};

/** What a machine can lack for the relay to start, by the code of the error, and what to do. */
// biome-ignore format: a table
const LACKS: readonly (readonly [RegExp, string])[] = [
  [/EADDRINUSE/,                     "another program listens there already. Set PORT to a free port."],
  [/EADDRNOTAVAIL|ENOTFOUND|EAI_/,   "this machine has no such address. Set HOST to 127.0.0.1 or 0.0.0.0."],
  [/EACCES|EPERM|EROFS/,             "this is not permitted here. Set DATABASE_URL to a folder that the relay may write to, or PORT to one above 1023."],
  [/EEXIST|ENOTDIR|EISDIR|ENOENT/,   "the folder of the database cannot be made or opened. Set DATABASE_URL to another place."],
  [/ENOSPC|ERR_SQLITE|SQLITE_/,      "the database cannot be opened: no database of the relay's, locked, damaged, or the disk is full. Set DATABASE_URL to another place, or make room."],
];

/** A failed start in words that help; undefined for a fault of the relay's own. */
const unusable = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  const lack = LACKS.find(([codes]) => codes.test(code) || (code === "" && error.name === "SqliteError"));
  return lack && `${error.message}: ${lack[1]}`;
};

const isUsage = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");

// Last, since what stands above has to exist by then; and no exit(), which would cut off output that is still on its way.
process.exitCode = await main();

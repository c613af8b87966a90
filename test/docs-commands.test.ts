/**
 * Every command that a document shows is run: the relay's own here, beside a relay whose Pinterest is the stand-in;
 * others where the table says. A command that a document shows and no row names fails the first test.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OPTIONS } from "#relay/cli/command";
import { COMMANDS } from "#relay/cli/commands";
import { type Config, readConfig, VARIABLE_NAMES } from "#relay/config";
import { welcome } from "#relay/welcome";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { documents, isHere, textOf } from "./documents.ts";
import { commandsOf, type Shown, simpleCommands, wordsOf } from "./documents-commands.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { type RunningShop, startShop } from "./shop/shop.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

const shown = documents().flatMap(commandsOf);

// biome-ignore format: a table
/** Commands of the relay, in the order in which they are run → exit code, what it says, what it reads from standard input. */
const RELAY: readonly (readonly [command: string, code: 0 | 1, says: RegExp, input?: "token" | "secret" | "email"])[] = [
  ["npx pinrelay --help",                                          0, /doctor/],
  ["npx pinrelay doctor",                                          0, /store/],
  ["npx pinrelay doctor --json",                                   0, /^\{"check"/],
  ["npx pinrelay scan https://www.yourshop.com",                   0, /platform/],
  ["npx pinrelay snippet --pinned",                                1, /PUBLIC_URL is not set/],
  ["npx pinrelay events",                                          0, /Viewed Product/],
  ["npx pinrelay events 1",                                        0, /told by browser/],
  ["npx pinrelay events 20",                                       0, /Viewed Product/],
  ["npx pinrelay events 5 --json",                                 0, /^\{/],
  ["npx pinrelay events 50 --outcome late",                        0, /No such events/],
  ["npx pinrelay events 20 --outcome bot",                         0, /No such events/],
  ["npx pinrelay events --outcome waiting",                        0, /No such events/],
  ['npx pinrelay events 50 --event "Placed Order"',                0, /No such events/],
  ["npx pinrelay dead-letters",                                    0, /rejected/],
  ["npx pinrelay dead-letters --count",                            0, /1 {2}destination 1 {2}rejected/],
  ["npx pinrelay dead-letters --outcome rejected --count",         0, /1 {2}destination 1 {2}rejected/],
  ['npx pinrelay replay --reason "not of type" --dry-run',         0, /would be judged anew: 0/],
  ['npx pinrelay replay --reason "not of type"',                   0, /0/],
  ["npx pinrelay replay --outcome rejected",                       0, /judged anew within a moment: 1/],
  ['npx pinrelay replay --outcome "no consent"',                   1, /whose it was is not kept/],
  ["npx pinrelay left-out",                                        0, /^/],
  ["npx pinrelay other-tags",                                      0, /^/],
  ["npx pinrelay settings get",                                    0, /"contentId"/],
  ["npx pinrelay settings set contentId variant",                  0, /is set/],
  ["npx pinrelay settings set contentId sku",                      0, /is set/],
  ["npx pinrelay settings set value total",                        0, /is set/],
  ["npx pinrelay settings set botHeader none",                     0, /is set/],
  ["npx pinrelay settings set wooOnHold true",                     0, /is set/],
  ["npx pinrelay settings set channels web,3890849,pos",           0, /is set/],
  ["npx pinrelay settings set origins https://www.yourshop.com,https://yourshop.com", 0, /is set/],
  ["npx pinrelay settings set secrets.shopify -",                  0, /is set/, "secret"],
  ["npx pinrelay settings set secrets.woocommerce -",              0, /is set/, "secret"],
  ["npx pinrelay settings set secrets.api NEWKEY",                 0, /is set/],
  ["npx pinrelay settings set destination.token -",                0, /is set/, "token"],
  ["npx pinrelay settings set destination.state test",             0, /is set/],
  ["npx pinrelay settings set destination.state shadow",           0, /is set/],
  ["npx pinrelay settings set destination.state inactive",         0, /is set/],
  ["npx pinrelay settings set destination.state live",             0, /is set/],
  ["npx pinrelay settings set destination.adAccountId 549755885175", 0, /is set/],
  ["npx pinrelay forget email -",                                  0, /^/, "email"],
];

// biome-ignore format: a table
/** Documents whose blocks another test runs as they stand there. */
const RUN_BY: readonly (readonly [document: string, languages: RegExp, test: string])[] = [
  ["docs/backup.md",     /^sh$/,   "test/backup.test.ts"],
  ["docs/go-live.md",    /^sh$/,   "test/go-live-doc.test.ts"],
  ["docs/server-api.md", /^bash$/, "test/server-docs.test.ts"],
];

// biome-ignore format: a table
/** Scripts of package.json → what runs that which the script starts. Here it is looked whether their files are there. */
const SCRIPTS: Readonly<Record<string, string>> = {
  "build":         "everything: tests of bundles and of the command line run what it made",
  "check":         ".ci/run",
  "test":          "whoever reads this as it runs",
  "test:long":     "npm test takes a share of the same tables",
  "test:crash":    "test/crash.test.ts, in npm test for a share",
  "test:fuzz":     "test/fuzz.test.ts, in npm test for a share",
  "test:soak":     "test/soak.test.ts",
  "test:browsers": "needs Firefox and WebKitGTK, which only a machine has where somebody installed them",
  "dev":           "the same tests, as one types",
  "shots":         "test/e2e/screenshots.test.ts and test/e2e/first-run.test.ts, without writing",
  "demo":          "test/demo.test.ts",
  "bench":         "measures for minutes",
  "bench:reads":   "measures for minutes",
  "keep":          "copies what the build made",
  "start":         "test/cli.test.ts",
};

// biome-ignore format: a table
/** What no test can run, or need not → why. */
const NOT_RUN: readonly (readonly [command: RegExp, why: string])[] = [
  [/^npm ci( |$)/,                 "it stands before any test: .ci/run begins with it"],
  [/^npm (audit|ls)( |$)|^wc -l$/, "asks a registry, or what it brought; docs/dependencies.md says what it printed"],
  [/^npm install pinrelay$|^npx pinrelay serve$/, "test/packages.test.ts installs what npm pack made, and starts it"],
  [/^apt-get install /,            "installs what only other browsers need"],
  [/^npx pinrelay migrate-store file:/, "test/migrate-store.test.ts, which has a PostgreSQL to copy to"],
  [/^npx vitest run( [\w/.-]+\.test\.ts)+$/, "the files that it names are run by npm test"],
  [/^node --version$/,              "asks which Node there is"],
  [/^(useradd|install|systemctl|journalctl|sudo|git) /, "changes a machine as root, or asks systemd; test/deploy reads the files that it names"],
  [/^docker compose /,             "CI has no Docker; test/deploy/files.test.ts reads what it is given"],
  [/^fly /,                        "needs an account there; test/deploy/files.test.ts reads fly.toml"],
  [/^curl --fail https:\/\/relay\.yourshop\.com\/readyz$/, "needs a name in the DNS; test/monitoring.test.ts asks the same of a relay"],
  [/^(cd|cp|mv|mkdir) /,           "moves files where a document says; test/backup.test.ts and test/upgrade.test.ts run those that hold a store"],
  [/^node test\/dist\/bench\//,    "measures for minutes"],
];

// biome-ignore format: a table
/** What stands in a sentence for any command of its kind. */
const PLACEHOLDERS = ["npx pinrelay COMMAND", "npx pinrelay settings set NAME VALUE"];

const isRunElsewhere = ({ path, where }: Shown): boolean =>
  RUN_BY.some(([document, languages]) => document === path && languages.test(where));
const script = (command: string): string | undefined => /^npm (?:run )?([\w:]+)/.exec(command)?.[1];
const isScript = (command: string): boolean => /^npm (run |test\b|start\b)/.test(command);
/** A command's bare name in a sentence, such as `npx pinrelay scan`. */
const isNamed = ({ command, where }: Shown): boolean => {
  const [, , name, ...words] = wordsOf(command);
  const known = COMMANDS.find((one) => one.name === name);
  if (where !== "inline" || !/^npx pinrelay /.test(command) || !known) return false;
  return (
    words.length === 0 ||
    known.calls.some(([call]) => call.split(" ").slice(0, words.length).join(" ") === words.join(" "))
  );
};

const hasRow = (one: Shown): boolean =>
  one.command === "" ||
  isRunElsewhere(one) ||
  RELAY.some(([command]) => command === one.command) ||
  PLACEHOLDERS.includes(one.command) ||
  isNamed(one) ||
  (isScript(one.command) && Object.hasOwn(SCRIPTS, script(one.command) ?? "")) ||
  NOT_RUN.some(([command]) => command.test(one.command));

describe("every command shown", () => {
  test("has a row that says what runs it", () => {
    expect(shown.length).toBeGreaterThan(120);
    expect(shown.filter((one) => !hasRow(one)).map(({ path, command }) => `${path}: ${command}`)).toEqual([]);
  });

  test("is needed: no row is of a command that no document shows any more", () => {
    const commands = new Set(shown.map(({ command }) => command));
    expect(RELAY.map(([command]) => command).filter((command) => !commands.has(command))).toEqual([]);
    expect(NOT_RUN.filter(([row]) => ![...commands].some((command) => row.test(command)))).toEqual([]);
    expect(PLACEHOLDERS.filter((command) => !commands.has(command))).toEqual([]);
  });

  test("sets variables that the relay reads", () => {
    const known = new Set([...VARIABLE_NAMES, ...VARIABLE_NAMES.map((name) => `${name}_FILE`)]);
    const own = /^(BENCH_|SHOTS$|TEST_|WRITE_DOCS$|CRASH_SEED$)/;
    const strays = shown
      .filter((one) => !isRunElsewhere(one))
      .flatMap(({ path, variables }) =>
        variables.filter((name) => !known.has(name) && !own.test(name)).map((name) => `${path}: ${name}`),
      );
    expect(strays).toEqual([]);
  });

  test("names files of the project that are there, and commands that the relay has", () => {
    const words = shown.flatMap(({ command }) => wordsOf(command));
    const files = words.filter((word) => /^(deploy\/|compose[\w.-]*\.yaml$|Dockerfile$)/.test(word));
    const within = shown.flatMap(({ command }) =>
      [...(/(?:sudo|exec) .*\bpinrelay ([a-z-]+)/.exec(command) ?? [])].slice(1),
    );
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => !isHere(file))).toEqual([]);
    expect(within.length).toBeGreaterThan(2);
    expect(within.filter((name) => !COMMANDS.some((one) => one.name === name))).toEqual([]);
  });

  test("is taken apart as a shell does", () => {
    expect(simpleCommands("a && b 'c && d' # e\nf \\\n  g | h")).toEqual(["a", "b 'c && d'", "f    g", "h"]);
    expect(wordsOf("npx pinrelay events --event \"Placed Order\" 'a b'")).toEqual([
      "npx",
      "pinrelay",
      "events",
      "--event",
      "Placed Order",
      "a b",
    ]);
    const text =
      "```sh\nexport A=1\nB=2 npm start\n```\nSee `pinrelay doctor`, `no command`.\n```text\n$ npx x\ny\n```\n";
    expect(commandsOf({ path: "x.md", text }).map(({ command, variables }) => [command, ...variables])).toEqual([
      ["", "A"],
      ["npm start", "B"],
      ["npx x"],
      ["npx pinrelay doctor"],
    ]);
  });
});

test("the line that the README has pasted is the one that a relay says at its start", async () => {
  const { relay, url } = await startRelay();
  const said = await welcome(relay, url, "https://relay.yourshop.com");
  await relay.close();
  const line = /^<script async .*$/m;
  expect(said).toContain(line.exec(textOf("README.md"))?.[0]);
  expect(said).toContain(line.exec(textOf("docs/tag.md"))?.[0]);
});

test.each(RUN_BY)("%s is run by another test, which reads it", (document, _, file) => {
  expect(textOf(file)).toContain(document.replace("docs/", ""));
});

describe("scripts", () => {
  const scripts = JSON.parse(textOf("package.json")).scripts as Record<string, string>;

  test("that documents name are those of package.json, and those are all in the table and in CONTRIBUTING.md", () => {
    expect(Object.keys(scripts).sort()).toEqual(Object.keys(SCRIPTS).sort());
    const named = new Set(
      documents()
        .flatMap(commandsOf)
        .filter(({ path }) => path === "CONTRIBUTING.md")
        .map(({ command }) => script(command)),
    );
    expect(Object.keys(scripts).filter((name) => !named.has(name))).toEqual([]);
  });

  test.each(Object.entries(scripts))("%s names files that are there", (_, line) => {
    const named = [...line.matchAll(/(?:^|\s)((?:test|packages|vitest)[\w/.-]*\.(?:js|ts))\b/g)].map(
      ([, file = ""]) => file,
    );
    // What is compiled is there where its source is.
    const sources = named.map((file) => file.replace(/^test\/dist\/(.*)\.js$/, "test/$1.ts"));
    expect(sources.filter((file) => !isHere(file))).toEqual([]);
  });

  test("and programs that documents have node or vitest run are there", () => {
    const files = shown
      .filter(({ command }) => /^(node|npx vitest run) /.test(command))
      .flatMap(({ command }) => wordsOf(command).filter((word) => /\.(js|ts)$/.test(word)))
      .map((file) => file.replace(/^test\/dist\/(.*)\.js$/, "test/$1.ts"));
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => !isHere(file))).toEqual([]);
  });
});

describe("the relay's commands", () => {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-docs-"));
  let pinterest: Pinterest;
  let shop: RunningShop;
  let started: Started;
  let config: Config;

  beforeAll(async () => {
    pinterest = await startPinterest();
    shop = await startShop({ snippet: "<script></script>" });
    const { adAccountId, tagId, token } = pinterest;
    config = {
      ...readConfig({ PORT: "0" }),
      database: join(folder, "relay.db"),
      pinterestApiUrl: pinterest.apiUrl,
      seed: { origins: [SHOP_ORIGIN, shop.url], account: { adAccountId, tagId, token } },
    };
    started = await startRelay({ config });
    const refused = viewedProduct();
    pinterest.fail({ kind: "fail events", idPattern: refused.id });
    await collect(started, beacon(started.key, [viewedProduct(), refused]));
    await until(async () => {
      const rows = await started.relay.store.recent(2);
      return rows.length === 2 && rows.every((row) => row.deliveries.every((one) => one.outcome));
    });
  });
  afterAll(async () => {
    await started.relay.close();
    await Promise.all([pinterest.close(), shop.close()]);
    rmSync(folder, { recursive: true });
  });

  const inputs = { token: () => pinterest.token, secret: () => "whsec_of_the_shop", email: () => "ann@example.com" };

  test.each(RELAY.map(([line, code, says, input]) => ({ line, code, says, input })))(
    "$line",
    async ({ line, code, says, input }) => {
      const own = line
        .replace("https://www.yourshop.com", shop.url)
        .replace("NEWKEY", "9f2c4be1d07a4c55b1a6e3f80c9d2e71");
      const args = wordsOf(line.includes(" origins ") ? line : own).slice(2);
      const { positionals, values } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
      if (values.help) return;
      const [name, ...words] = positionals;
      const command = COMMANDS.find((one) => one.name === name);
      if (!command) throw new Error(`there is no command ${name}`);
      const taken = command.options.flatMap(([, , ...names]) => names);
      expect(Object.keys(values).filter((option) => !taken.some((one) => one === option))).toEqual([]);
      let output = "";
      const ended = await command.run({
        config,
        words,
        options: values,
        env: {},
        out: (text) => {
          output += text;
        },
        input: () => (input ? inputs[input]() : ""),
        interrupted: () => new Promise(() => {}),
      });
      const isProblem = typeof ended === "object" && "problem" in ended;
      expect(isProblem ? 1 : ended, output).toBe(code);
      expect(isProblem ? ended.problem : output).toMatch(says);
    },
  );
});

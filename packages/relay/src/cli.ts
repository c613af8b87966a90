/** The command line: finds the command, reads the environment, prints for people, exits with a code. */
import { readFileSync } from "node:fs";
import { argv, env, stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { type Command, type Ended, OPTIONS } from "./cli/command.ts";
import { COMMANDS, helpOf, overview } from "./cli/commands.ts";
import { ConfigError, readConfig } from "./config.ts";
import { unusable } from "./lacks.ts";
import { shownError } from "./shown-error.ts";

async function main(): Promise<number> {
  try {
    if (argv[2] === "--version") {
      stdout.write(`pinrelay ${version()}, Node ${process.version}\n`);
      return 0;
    }
    const { positionals, values } = parseArgs({ args: argv.slice(2), allowPositionals: true, options: OPTIONS });
    const [name = "help", ...words] = positionals;
    const isHelp = name === "help" || values.help === true;
    const command = COMMANDS.find((one) => one.name === (name === "help" ? words[0] : name));
    // Others on the machine read command lines: what was written behind the command may be a secret.
    process.title = `pinrelay ${command?.name ?? ""}`.trim();
    if (isHelp || !command) {
      const text = command ? helpOf(command) : overview();
      (isHelp && positionals.length + Number(values.help ?? 0) > 0 ? stdout : stderr).write(text);
      return isHelp && positionals.length + Number(values.help ?? 0) > 0 ? 0 : 2;
    }
    const foreign = Object.keys(values).find((option) => !takes(command, option));
    if (foreign) return ended(command, { usage: `--${foreign} is no option of this command` });
    return ended(
      command,
      await command.run({
        config: readConfig(env),
        words,
        options: values,
        env,
        out: (text) => void stdout.write(text),
        input: () => readFileSync(0, "utf8"),
        interrupted: () =>
          new Promise((resolve) => {
            process.once("SIGINT", () => resolve());
            process.once("SIGTERM", () => resolve());
          }),
      }),
    );
  } catch (error) {
    if (isUsage(error)) {
      stderr.write(`${error.message}\n`);
      return 2;
    }
    const problem = error instanceof ConfigError ? error.message : unusable(error);
    if (problem === undefined) throw error;
    return complain(problem);
  }
}

/** The package's own, which stands beside what was compiled. */
const version = (): string => JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version;

const takes = ({ options }: Command, option: string): boolean =>
  options.some(([, , ...names]) => names.some((name) => name === option));

const ended = (command: Command, end: Ended): number => {
  if (typeof end === "number") return end;
  if ("problem" in end) return complain(end.problem);
  stderr.write(`${end.usage}\n\n${helpOf(command)}`);
  return 2;
};

const complain = (problem: string): number => {
  stderr.write(`${problem}\n`);
  return 1;
};

const isUsage = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");

// Who reads may have read enough, such as head. Not so of serve: a log that nobody hears must not end it as if all were well.
stdout.on("error", (error) => {
  if (argv[2] === "serve" || !("code" in error && error.code === "EPIPE")) throw error;
  process.exit();
});

// Node would print the error whole, and with it what it may have been told.
process.on("uncaughtException", (error: unknown) => {
  stderr.write(`pinrelay ends, by a fault of its own: ${JSON.stringify(shownError(error))}\n`);
  process.exit(1);
});

// Last, since what stands above has to exist by then; and no exit(), which would cut off output that is still on its way.
process.exitCode = await main();

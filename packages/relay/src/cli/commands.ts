/** Every command, in the order in which help lists them. */
import { backup } from "./backup.ts";
import type { Command } from "./command.ts";
import { deadLetters, leftOut, replay } from "./dead-letters.ts";
import { doctor } from "./doctor.ts";
import { events } from "./events.ts";
import { health } from "./health.ts";
import { mapping } from "./mapping.ts";
import { migrate } from "./migrate-store.ts";
import { otherTags } from "./other-tags.ts";
import { forget } from "./people.ts";
import { scan } from "./scan.ts";
import { sendTest } from "./send-test.ts";
import { serve } from "./serve.ts";
import { settings } from "./settings.ts";
import { snippet } from "./snippet.ts";

export const COMMANDS: readonly Command[] = [
  serve,
  health,
  doctor,
  scan,
  snippet,
  sendTest,
  events,
  deadLetters,
  replay,
  leftOut,
  settings,
  mapping,
  forget,
  otherTags,
  backup,
  migrate,
];

/** All commands on a screen of 80 columns. */
export const overview = (): string =>
  [
    "pinrelay: measures a shop's Pinterest conversions, in the browser and on the",
    "server, counted once",
    "",
    ...COMMANDS.map(({ name, does }) => `  ${name.padEnd(15)}${does}`),
    "",
    "pinrelay COMMAND --help says more; --json prints a record a line, for programs;",
    "pinrelay --version says which this is.",
    "Exit codes: 0 good, 1 a problem was found, 2 not understood.",
    "",
  ].join("\n");

/** One command, with its calls and options. */
export const helpOf = ({ name, does, calls, options }: Command): string =>
  [
    `pinrelay ${name}: ${does}`,
    "",
    ...calls.flatMap(([words, what]) => row(`pinrelay ${name}${words ? ` ${words}` : ""}`, what)),
    ...(options.length > 0 ? ["", ...options.flatMap(([words, what]) => row(words, what))] : []),
    "",
  ].join("\n");

const row = (words: string, what: string): string[] =>
  words.length <= 34 ? [`  ${words.padEnd(36)}${what}`] : [`  ${words}`, `  ${"".padEnd(36)}${what}`];

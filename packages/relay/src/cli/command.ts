/** What a command of the command line is: its words, its options, and what it prints. */
import type { Config } from "../config.ts";

/** Every option there is; each command names those that it takes. */
export const OPTIONS = {
  help: { type: "boolean", short: "h" },
  shop: { type: "string" },
  outcome: { type: "string", multiple: true },
  destination: { type: "string" },
  event: { type: "string" },
  source: { type: "string" },
  visitor: { type: "string" },
  order: { type: "string" },
  reason: { type: "string" },
  since: { type: "string" },
  before: { type: "string" },
  limit: { type: "string" },
  json: { type: "boolean" },
  count: { type: "boolean" },
  follow: { type: "boolean", short: "f" },
  all: { type: "boolean" },
  "dry-run": { type: "boolean" },
  pinned: { type: "boolean" },
} as const;

export type OptionName = keyof typeof OPTIONS;

export interface Options {
  help?: boolean;
  shop?: string;
  outcome?: string[];
  destination?: string;
  event?: string;
  source?: string;
  visitor?: string;
  order?: string;
  reason?: string;
  since?: string;
  before?: string;
  limit?: string;
  json?: boolean;
  count?: boolean;
  follow?: boolean;
  all?: boolean;
  "dry-run"?: boolean;
  pinned?: boolean;
}

/** What a command gets of the world. */
export interface Context {
  config: Config;
  /** Words behind the command's name. */
  words: string[];
  options: Options;
  /** What the environment says, by name: for what tells differences. */
  env: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  /** Standard input, whole. */
  input(): string;
  /** Resolves once somebody interrupts. */
  interrupted(): Promise<void>;
}

/** `problem`: said on standard error, exit code 1; `usage`: with the command's help, exit code 2; a number: the exit code. */
export type Ended = number | { problem: string } | { usage: string };

export interface Command {
  name: string;
  /** In a line. */
  does: string;
  /** How it is called, one way a line: words, then what that does. */
  calls: readonly (readonly [words: string, does: string])[];
  options: readonly (readonly [words: string, does: string, ...names: OptionName[]])[];
  run(context: Context): Promise<Ended>;
}

/** Text for people, or with `--json` the record: one a line. */
export const print = ({ out, options }: Context, record: unknown, text: string): void =>
  out(options.json ? `${JSON.stringify(record)}\n` : `${text}\n`);

/** Secrets and people's names need not stand in the shell's history. */
export const spelled = ({ input }: Context, value: string): string => (value === "-" ? input().trim() : value);

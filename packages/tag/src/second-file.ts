/** Brings the second file, once, from where the first came from. */
import type { Companion } from "./companion.ts";
import { fetchScript } from "./fetch-script.ts";
import { attempt } from "./guard.ts";
import { nonce, relay } from "./settings.ts";

/** The second file's path: the relay writes the one of the shop's platform over this name when it serves the script. */
declare const __PINRELAY_COMPANION__: string;

/** What the second file can do; undefined until it has come. */
export let companion: Companion | undefined;

let script: HTMLScriptElement | undefined;
let waiting: (() => void)[] | undefined = [];

/** Asks for the second file, if nobody has. */
export const bringCompanion = (): void => {
  if (script) return;
  script = fetchScript(relay + __PINRELAY_COMPANION__, nonce, () => arrived());
};

/** Whether it has come, or cannot. */
export const hasArrived = (): boolean => !waiting;

/** Does a step once the second file has come, or cannot. */
export const afterCompanion = (step: () => void): unknown => (waiting ? waiting.push(step) : step());

/** Takes it in; without it where it cannot come. */
export const arrived = (come?: Companion): void => {
  companion = come;
  const steps = waiting ?? [];
  waiting = undefined;
  for (const step of steps) attempt(step);
};

/** `pinrelay health`: the check of a container, which has no curl. */
import type { Config } from "../config.ts";
import { type Command, print } from "./command.ts";

/** Longer than the relay takes to say that its store does not answer. */
const WAIT_MS = 4_000;

/** What to ask, by the word behind the command's name. */
const PATHS: Readonly<Record<string, string>> = { ready: "/readyz", live: "/livez" };

export const health: Command = {
  name: "health",
  does: "ask the relay at HOST and PORT how it is, for health checks",
  calls: [
    ["", "asks /readyz: whether it can do its work; exit code 1 where not"],
    ["live", "asks /livez: whether the process turns"],
  ],
  options: [["--json", "as JSON", "json"]],
  async run(context) {
    const [told = "ready"] = context.words;
    const path = Object.hasOwn(PATHS, told) ? PATHS[told] : undefined;
    if (path === undefined) return { usage: `there is no check "${told}"` };
    const { isGood, words } = await answerOf(`http://${addressOf(context.config)}${path}`);
    print(context, { check: told, isGood, words }, words);
    return isGood ? 0 : 1;
  },
};

async function answerOf(url: string): Promise<{ isGood: boolean; words: string }> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(WAIT_MS) });
    const words = (await response.text()).trim();
    // Another program may listen there, and be well.
    return { isGood: response.status === 200 && words === "ok", words: words.slice(0, 500) };
  } catch {
    return { isGood: false, words: `no relay answers at ${url}` };
  }
}

/** A relay that listens on every network of the machine is asked on the machine's own. */
const addressOf = ({ host, port }: Pick<Config, "host" | "port">): string => {
  const own = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `${own.includes(":") ? `[${own}]` : own}:${port}`;
};

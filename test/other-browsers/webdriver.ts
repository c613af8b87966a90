/** WebDriver (https://www.w3.org/TR/webdriver2/), as much of it as a shopper needs. */
import { z } from "zod";

// biome-ignore format: a table
/** Ours → over HTTP → over Marionette, which is what Firefox speaks itself, without geckodriver in front. */
export const COMMANDS = {
  begin:         ["POST",   "/session",                             "WebDriver:NewSession"],
  open:          ["POST",   "/session/{session}/url",               "WebDriver:Navigate"],
  back:          ["POST",   "/session/{session}/back",              "WebDriver:Back"],
  forward:       ["POST",   "/session/{session}/forward",           "WebDriver:Forward"],
  run:           ["POST",   "/session/{session}/execute/sync",      "WebDriver:ExecuteScript"],
  find:          ["POST",   "/session/{session}/element",           "WebDriver:FindElement"],
  click:         ["POST",   "/session/{session}/element/{id}/click", "WebDriver:ElementClick"],
  enter:         ["POST",   "/session/{session}/frame",             "WebDriver:SwitchToFrame"],
  forgetCookies: ["DELETE", "/session/{session}/cookie",            "WebDriver:DeleteAllCookies"],
} as const;

export type Command = keyof typeof COMMANDS;
/** Answers the command's value, and throws what the browser says against it. */
export type Send = (command: Command, parameters?: Record<string, unknown>) => Promise<unknown>;

/** A browser that is driven. */
export interface Driven {
  name: string;
  version: string;
  open(address: string): Promise<void>;
  back(): Promise<void>;
  forward(): Promise<void>;
  /** What the script returns. It runs in the page, or in the frame that was entered. */
  run(script: string): Promise<unknown>;
  /** As a shopper clicks: the element has to be in sight. */
  click(selector: string): Promise<void>;
  /** Into the frame of this number, or back out to the page. */
  enter(frame: number | null): Promise<void>;
  /** Of the host of the page that is open. */
  forgetCookies(): Promise<void>;
  close(): Promise<void>;
}

const SESSION = z.object({
  sessionId: z.string(),
  capabilities: z.object({ browserName: z.string(), browserVersion: z.string() }),
});
const ELEMENT_KEY = "element-6066-11e4-a52e-4f735466cecf";
const ELEMENT = z.object({ [ELEMENT_KEY]: z.string() });
/** Port 9 is kept for what is thrown away: nothing but this machine can be reached. */
const NOWHERE = {
  proxyType: "manual",
  httpProxy: "127.0.0.1:9",
  sslProxy: "127.0.0.1:9",
  noProxy: ["127.0.0.1"],
} as const;

/** Begins a session. */
export async function drive(
  send: Send,
  capabilities: Record<string, unknown>,
  close: Driven["close"],
): Promise<Driven & { sessionId: string }> {
  const begun = await send("begin", { capabilities: { alwaysMatch: { proxy: NOWHERE, ...capabilities } } });
  const { sessionId, capabilities: has } = SESSION.parse(begun);
  const command =
    (name: Command) =>
    async (parameters: Record<string, unknown> = {}): Promise<void> =>
      void (await send(name, parameters));
  return {
    sessionId,
    name: has.browserName,
    version: has.browserVersion,
    open: (url) => command("open")({ url }),
    back: () => command("back")(),
    forward: () => command("forward")(),
    run: (script) => send("run", { script, args: [] }),
    async click(selector) {
      const found = ELEMENT.parse(await send("find", { using: "css selector", value: selector }));
      await send("click", { id: found[ELEMENT_KEY] });
    },
    enter: (id) => command("enter")({ id }),
    forgetCookies: () => command("forgetCookies")(),
    close,
  };
}

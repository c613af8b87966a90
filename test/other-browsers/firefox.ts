/** Firefox ESR without a display, driven over Marionette: https://firefox-source-docs.mozilla.org/testing/marionette/ */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type Program, startProgram } from "./program.ts";
import { COMMANDS, type Driven, drive, type Send } from "./webdriver.ts";

const PREFERENCES = {
  // Any free port; Firefox says which.
  "marionette.port": 0,
  // As of a session's; one that nobody drives has none.
  "network.proxy.type": 1,
  "network.proxy.http": "127.0.0.1",
  "network.proxy.http_port": 9,
  "network.proxy.ssl": "127.0.0.1",
  "network.proxy.ssl_port": 9,
  // Where the proxy refuses, it would ask the network itself.
  "network.proxy.failover_direct": false,
  "browser.aboutwelcome.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
};

type Preferences = Record<string, string | number | boolean>;

/** With these preferences besides. */
export async function openFirefox(preferences: Preferences = {}): Promise<Driven> {
  const { program, close } = startFirefox(preferences, "--marionette");
  let socket: Socket | undefined;
  const closeBoth = async () => {
    socket?.destroy();
    await close();
  };
  try {
    socket = connect(Number(await program.says(/Listening on port (\d+)/)), "127.0.0.1");
    return await drive(over(socket), {}, closeBoth);
  } catch (failure) {
    await closeBoth();
    throw failure;
  }
}

/** Nobody drives it: it opens a page, and the page goes on by itself. */
export const letFirefoxWalk = (address: string): Pick<Driven, "close"> => startFirefox({}, address);

function startFirefox(preferences: Preferences, ...words: string[]): { program: Program; close: Driven["close"] } {
  const profile = mkdtempSync(join(tmpdir(), "pinrelay-firefox-"));
  const lines = Object.entries({ ...PREFERENCES, ...preferences }).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  writeFileSync(join(profile, "user.js"), lines.join(""));
  const remove = () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  try {
    const args = ["--headless", "--no-remote", "--profile", profile, ...words];
    const env = { HOME: profile, TZ: "America/New_York", MOZ_CRASHREPORTER_DISABLE: "1" };
    const program = startProgram("firefox-esr", "firefox-esr", args, env);
    const close = async () => {
      await program.end();
      remove();
    };
    return { program, close };
  } catch (failure) {
    remove();
    throw failure;
  }
}

const FAILURE = z.object({ error: z.string(), message: z.string() });
/** What it is, number of the command, failure, result. */
const ANSWER = z.tuple([z.literal(1), z.number(), FAILURE.nullable(), z.unknown()]);
/** Most results are wrapped once more, as over HTTP. */
const WRAPPED = z.strictObject({ value: z.unknown() });

/** Each message is a JSON text, with its length in bytes and a colon before it. */
function over(socket: Socket): Send {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(failure: Error): void }>();
  let bytes = Buffer.alloc(0);
  let last = 0;
  socket.on("data", (more) => {
    bytes = Buffer.concat([bytes, Buffer.from(more)]);
    for (let colon = bytes.indexOf(":"); colon > 0; colon = bytes.indexOf(":")) {
      const end = colon + 1 + Number(bytes.subarray(0, colon));
      if (bytes.length < end) return;
      const message: unknown = JSON.parse(String(bytes.subarray(colon + 1, end)));
      bytes = bytes.subarray(end);
      // The first one greets.
      if (Array.isArray(message)) hear(message);
    }
  });
  const hear = (message: unknown) => {
    const [, id, failure, result] = ANSWER.parse(message);
    const asked = waiting.get(id);
    waiting.delete(id);
    const wrapped = WRAPPED.safeParse(result);
    if (failure) asked?.reject(new Error(`Firefox: ${failure.error}: ${failure.message}`));
    else asked?.resolve(wrapped.success ? wrapped.data.value : result);
  };
  const lost = () => {
    for (const { reject } of waiting.values()) reject(new Error("Firefox has hung up"));
    waiting.clear();
  };
  socket.once("close", lost).once("error", lost);
  return (command, parameters = {}) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      const message = Buffer.from(JSON.stringify([0, last, COMMANDS[command][2], parameters]));
      socket.write(`${message.length}:${message}`);
    });
}

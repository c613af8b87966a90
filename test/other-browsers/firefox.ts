/** Firefox ESR without a display, driven over Marionette: https://firefox-source-docs.mozilla.org/testing/marionette/ */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { startProgram } from "./program.ts";
import { COMMANDS, type Driven, drive, type Send } from "./webdriver.ts";

const PREFERENCES = {
  // Any free port; Firefox says which.
  "marionette.port": 0,
  // Where the proxy refuses, it would ask the network itself.
  "network.proxy.failover_direct": false,
  "browser.aboutwelcome.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
};

/** With these preferences besides. */
export async function openFirefox(preferences: Record<string, string | number | boolean> = {}): Promise<Driven> {
  const profile = mkdtempSync(join(tmpdir(), "pinrelay-firefox-"));
  const lines = Object.entries({ ...PREFERENCES, ...preferences }).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  writeFileSync(join(profile, "user.js"), lines.join(""));
  const args = ["--marionette", "--headless", "--no-remote", "--profile", profile];
  const env = { HOME: profile, TZ: "America/New_York", MOZ_CRASHREPORTER_DISABLE: "1" };
  const program = startProgram("firefox-esr", "firefox-esr", args, env);
  let socket: Socket | undefined;
  const close = async () => {
    socket?.destroy();
    await program.end();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    socket = connect(Number(await program.says(/Listening on port (\d+)/)), "127.0.0.1");
    return await drive(over(socket), {}, close);
  } catch (failure) {
    await close();
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

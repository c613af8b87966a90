/** WebKitGTK's MiniBrowser on a display that nobody sees, driven by its WebDriver. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { freePort } from "../free-port.ts";
import { until } from "../until.ts";
import { type Program, startProgram } from "./program.ts";
import { COMMANDS, type Driven, drive, type Send } from "./webdriver.ts";

/** With these options of MiniBrowser besides. */
export async function openWebKit(...options: string[]): Promise<Driven> {
  const home = mkdtempSync(join(tmpdir(), "pinrelay-webkit-"));
  const programs: Program[] = [];
  const start = (...words: Parameters<typeof startProgram>): Program => {
    const program = startProgram(...words);
    programs.unshift(program);
    return program;
  };
  const close = async () => {
    for (const program of programs) await program.end();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    // It takes the first display that is free, and says which.
    const screen = ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"];
    const display = await start("Xvfb", "xvfb", screen, {}).says(/^(\d+)\n/m);
    const port = await freePort(0);
    const env = {
      DISPLAY: `:${display}`,
      GDK_BACKEND: "x11",
      HOME: home,
      XDG_RUNTIME_DIR: home,
      TZ: "America/New_York",
    };
    start("WebKitWebDriver", "webkit2gtk-driver", [`--port=${port}`], env);
    const driver = `http://127.0.0.1:${port}`;
    await until(() =>
      fetch(`${driver}/status`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    const session = { id: "" };
    const browserOptions = { args: ["--automation", ...options] };
    const driven = await drive(over(driver, session), { "webkitgtk:browserOptions": browserOptions }, close);
    session.id = driven.sessionId;
    return driven;
  } catch (failure) {
    await close();
    throw failure;
  }
}

/** A browser that has died leaves its driver waiting. */
const WITHIN_MS = 20_000;

const ANSWER = z.object({ value: z.unknown() });
const FAILURE = z.object({ error: z.string(), message: z.string() });

function over(driver: string, session: { id: string }): Send {
  return async (command, { id, ...parameters } = {}) => {
    const [method, path] = COMMANDS[command];
    // A frame's number is said in the body, an element's name in the path.
    const isInPath = path.includes("{id}");
    const body = JSON.stringify(isInPath || id === undefined ? parameters : { id, ...parameters });
    const address = driver + path.replace("{session}", session.id).replace("{id}", String(id));
    const answer = await fetch(address, {
      method,
      signal: AbortSignal.timeout(WITHIN_MS),
      ...(method === "POST" ? { body } : {}),
    });
    const { value } = ANSWER.parse(await answer.json());
    if (answer.ok) return value;
    const { error, message } = FAILURE.parse(value);
    throw new Error(`WebKit: ${error}: ${message}`);
  };
}

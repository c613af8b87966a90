/** The browser of the end-to-end tests: one that is on the machine, or the one from the registry. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { type Chromium, registryChromium } from "./registry-chromium.ts";

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  // A shopper's: by its own, a headless Chromium is a bot to the relay.
  "--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36",
];

const COMMANDS = ["google-chrome-stable", "google-chrome", "chromium", "chromium-browser"];

const STANDARD_PATHS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/opt/google/chrome/chrome",
  "/snap/bin/chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

const INSTALL = "`npx playwright-core install --with-deps chromium` installs one";

/**
 * A headless browser with web security on, which the caller closes. `BROWSER_PATH` names it; else the first that
 * starts is taken: the system's Chrome or Chromium, Playwright's own, the registry's.
 */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env.BROWSER_PATH;
  if (named && !executable(named)) throw new Error(`BROWSER_PATH names ${named}, which is no browser: ${INSTALL}.`);
  const installed = named ? [named] : onThisMachine();
  const candidates = installed.map((path) => async (): Promise<Chromium | undefined> => ({ path, env: {} }));
  if (!named) candidates.push(registryChromium);

  const failures: unknown[] = [];
  for (const candidate of candidates) {
    try {
      const found = await candidate();
      if (found) return await start(found);
    } catch (failure) {
      failures.push(failure);
    }
  }
  const cause = new AggregateError(failures, failures.join("\n"));
  throw new Error(`No browser starts here: ${INSTALL}, or BROWSER_PATH names one.`, { cause });
}

function onThisMachine(): string[] {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const commands = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  return [...commands, ...STANDARD_PATHS, chromium.executablePath()].filter(executable);
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function start({ path, env }: Chromium): Promise<Browser> {
  const options = { executablePath: path, env: { ...process.env, ...env }, args: FLAGS, headless: true };
  // Chromium's sandbox refuses root.
  if (process.getuid?.() === 0) return await chromium.launch(options);
  try {
    return await chromium.launch({ ...options, chromiumSandbox: true });
  } catch (failure) {
    // Many containers forbid an ordinary user the namespaces that the sandbox is made of.
    if (!/sandbox/i.test(String(failure))) throw failure;
    return await chromium.launch({ ...options, chromiumSandbox: false });
  }
}

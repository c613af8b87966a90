/**
 * What the tag costs a page's main thread while the page loads, in Chromium, with the processor slowed down fourfold as
 * Lighthouse does for a phone, and as it is. First visits: nothing is cached. Pages with each build and without any take
 * turns. `node test/dist/bench/page-load.js Shopify` loads those pages only, `BENCH_ROUNDS` says how often.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../e2e/browser.ts";
import type { Build } from "../tag/bundle.ts";
import { type Stage, setStage } from "../tag/stage.ts";
import { until } from "../until.ts";
import { median, p90 } from "./figures.ts";
import { openPages, type ProductPage } from "./pages.ts";
import { type Load, loadOf } from "./trace.ts";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const RATES = [4, 1];
/** After the view of the product has been told the answer comes, and after it nothing. */
const REST_MS = 150;
/** As long as a page with the tag takes to tell it. */
const QUIET_MS = 1_000;
const HUNG_MS = 20_000;

/** First file, second file, what acts as Pinterest's library. */
const SCRIPTS = [/\/tag\.js$/, /\/(any|shopify|woocommerce|every)\.[\w-]+\.js$/, /\/core\.js$/];
const OURS = 2;

// biome-ignore format: a table
const BUILDS: Record<string, readonly Build[]> = {
  "JSON-LD":     ["any", "every"],
  "60 JSON-LD":  ["any"],
  "Shopify":     ["shopify", "every"],
  "WooCommerce": ["woocommerce", "every"],
};

const CATEGORIES = ["-*", "devtools.timeline", "disabled-by-default-devtools.timeline"];

/** A browser and all that it visits. */
interface Session {
  browser: Browser;
  stage: Stage;
  pages: ProductPage[];
}

const open = async (): Promise<Session> => {
  const browser = await launchBrowser();
  const stage = await setStage(browser);
  stage.settings = { consent: "implied" };
  return { browser, stage, pages: await openPages(stage) };
};

const close = async ({ browser, stage, pages }: Session): Promise<void> => {
  for (const page of pages) page.close();
  await within(HUNG_MS, Promise.all([stage.close(), browser.close()]));
};

const visit = async ({ browser, stage, pages }: Session, { name, rate, build }: Row): Promise<Load> => {
  if (build) stage.build = build;
  const address = pages.find((page) => page.name === name)?.address(build ? stage.tag() : "") ?? "";
  const { context, page: tab } = await stage.visit();
  // The process that will load the page is there, and slowed down.
  await tab.goto(`${stage.relay}/nothing`);
  const devtools = await context.newCDPSession(tab);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate });
  stage.beacons.length = 0;
  await browser.startTracing(tab, { categories: CATEGORIES });
  await tab.goto(address);
  if (build) await until(() => stage.events("Viewed Product").length > 0);
  else await sleep(QUIET_MS);
  await sleep(REST_MS);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  await context.close();
  return loadOf(traceEvents, address, SCRIPTS, OURS);
};

const within = <T>(ms: number, step: Promise<T>): Promise<T> =>
  Promise.race([
    step,
    sleep(ms, undefined, { ref: false }).then(() => {
      throw new Error(`not within ${ms} ms`);
    }),
  ]);

interface Row {
  rate: number;
  name: string;
  build: Build | undefined;
  loads: Load[];
}

const wanted = process.argv[2] ?? "";
const names = Object.keys(BUILDS).filter((name) => name.includes(wanted));
const rows: Row[] = RATES.flatMap((rate) =>
  names.flatMap((name) => [undefined, ...(BUILDS[name] ?? [])].map((build) => ({ rate, name, build, loads: [] }))),
);
let session = await open();
const version = session.browser.version();
let hung = 0;
for (let round = 0; round < ROUNDS; round += 1)
  for (const row of rows)
    try {
      row.loads.push(await within(HUNG_MS, visit(session, row)));
    } catch {
      // Chromium's throttling has been seen to stop a tab for good.
      hung += 1;
      await close(session).catch(() => {});
      session = await open();
    }
await close(session).catch(() => {});

const spread = (numbers: number[]): string => `${median(numbers).toFixed(1)} / ${p90(numbers).toFixed(1)}`;
const HEAD = [
  "page, build",
  "first file",
  "second file",
  "Pinterest's",
  "both of ours",
  "page with − without",
  "longest run",
  "long tasks",
];
const line = (cells: readonly string[]): string =>
  cells.map((cell, index) => (index ? cell.padStart(21 - (index < 4 ? 6 : 0)) : cell.padEnd(28))).join("");

console.log(
  `${version}, medians / 90th percentiles of ${ROUNDS}, ms of processor time; "longest run" by the clock; ${hung} visits hung and are not counted`,
);
for (const rate of RATES) {
  console.log(`\n${rate === 1 ? "not slowed down" : `slowed down ${rate}×`}\n${line(HEAD)}`);
  for (const { name, build, loads, rate: own } of rows) {
    if (own !== rate || !build) continue;
    const without = rows.find((row) => row.rate === rate && row.name === name && !row.build)?.loads ?? [];
    const script = (index: number): number[] => loads.map(({ scripts }) => scripts[index] ?? 0);
    const more = median(loads.map(({ main }) => main)) - median(without.map(({ main }) => main));
    console.log(
      line([
        `${name}, ${build}`,
        spread(script(0)),
        spread(script(1)),
        spread(script(2)),
        spread(loads.map(({ scripts }) => (scripts[0] ?? 0) + (scripts[1] ?? 0))),
        more.toFixed(1),
        spread(loads.map(({ longest }) => longest)),
        String(loads.reduce((sum, { longTasks }) => sum + longTasks, 0)),
      ]),
    );
  }
}
process.exit();

/**
 * What the tag costs a page's main thread while the page loads, in Chromium, with the processor slowed down fourfold as
 * Lighthouse does for a phone, and as it is. First visits: nothing is cached. Pages with each build and without any take
 * turns.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../e2e/browser.ts";
import type { Build } from "../tag/bundle.ts";
import { type Stage, setStage } from "../tag/stage.ts";
import { until } from "../until.ts";
import { openPages, type ProductPage } from "./pages.ts";
import { type Load, loadOf, type TraceEvent } from "./trace.ts";

/** After the view of the product has been told the answer comes, and after it nothing. */
const REST_MS = 150;
/** As long as a page with the tag takes to tell it. */
const QUIET_MS = 1_000;
export const HUNG_MS = 20_000;
/** More than that, and it is not chance. */
export const MOST_HUNG = 20;

/** First file, second file, what acts as Pinterest's library. */
export const SCRIPTS = [/\/tag(\.[\w-]+)?\.js$/, /\/(any|shopify|woocommerce|every)\.[\w-]+\.js$/, /\/core\.js$/];
const OURS = 2;

// biome-ignore format: a table
export const PAGE_BUILDS: Record<string, readonly Build[]> = {
  "JSON-LD":     ["any", "every"],
  "60 JSON-LD":  ["any"],
  "Shopify":     ["shopify", "every"],
  "WooCommerce": ["woocommerce", "every"],
};

export const CATEGORIES = ["-*", "devtools.timeline", "disabled-by-default-devtools.timeline"];

/** One page with one build, or with none, at one speed of the processor. */
export interface PageRow {
  rate: number;
  name: string;
  build: Build | undefined;
  loads: Load[];
  /** Cumulative layout shift of each load. */
  shifts: number[];
}

export interface PageLoads {
  version: string;
  rows: readonly PageRow[];
  /** Visits that never ended and are not counted: Chromium's throttling has been seen to stop a tab for good. */
  hung: number;
}

export interface PageOptions {
  rounds: number;
  /** By how much the processor is slowed down. */
  rates: readonly number[];
  /** Pages, of `PAGE_BUILDS`. */
  names: readonly string[];
  builds(name: string): readonly Build[];
}

/** A browser and all that it visits. */
export interface Session {
  browser: Browser;
  stage: Stage;
  pages: ProductPage[];
}

export const open = async (): Promise<Session> => {
  const browser = await launchBrowser();
  const stage = await setStage(browser);
  stage.settings = { consent: "implied" };
  return { browser, stage, pages: await openPages(stage) };
};

export const close = async ({ browser, stage, pages }: Session): Promise<void> => {
  for (const page of pages) page.close();
  await within(HUNG_MS, Promise.all([stage.close(), browser.close()]));
};

/** Runs in the page. */
const layoutShift = async (): Promise<number> =>
  new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) sum += Number(Reflect.get(entry, "value"));
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 50);
  });

type Visited = Pick<PageRow, "rate" | "name" | "build">;

/** What the trace of one load says. `head`: what the page has in its head, in the place of the tag. */
export const traced = async <T>(
  { browser, stage, pages }: Session,
  { name, rate, build }: Visited,
  sum: (events: TraceEvent[], address: string) => T,
  { categories = CATEGORIES, head = "" } = {},
): Promise<{ load: T; shift: number }> => {
  if (build) stage.build = build;
  const address = pages.find((page) => page.name === name)?.address(head || (build ? stage.tag() : "")) ?? "";
  const { context, page: tab } = await stage.visit();
  // The process that will load the page is there, and slowed down.
  await tab.goto(`${stage.relay}/nothing`);
  const devtools = await context.newCDPSession(tab);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate });
  stage.beacons.length = 0;
  await browser.startTracing(tab, { categories });
  await tab.goto(address);
  if (build || head) await until(() => stage.events("Viewed Product").length > 0);
  else await sleep(QUIET_MS);
  await sleep(REST_MS);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const shift = await tab.evaluate(layoutShift);
  await context.close();
  return { load: sum(traceEvents, address), shift };
};

const visit = (session: Session, row: PageRow) =>
  traced(session, row, (events, address) => loadOf(events, address, SCRIPTS, OURS));

export const within = <T>(ms: number, step: Promise<T>): Promise<T> =>
  Promise.race([
    step,
    sleep(ms, undefined, { ref: false }).then(() => {
      throw new Error(`not within ${ms} ms`);
    }),
  ]);

export async function pageLoads({ rounds, rates, names, builds }: PageOptions): Promise<PageLoads> {
  const rows: PageRow[] = rates.flatMap((rate) =>
    names.flatMap((name) =>
      [undefined, ...builds(name)].map((build) => ({ rate, name, build, loads: [], shifts: [] })),
    ),
  );
  let session = await open();
  const version = session.browser.version();
  let hung = 0;
  try {
    for (let round = 0; round < rounds; round += 1)
      for (const row of rows)
        try {
          const { load, shift } = await within(HUNG_MS, visit(session, row));
          row.loads.push(load);
          row.shifts.push(shift);
        } catch (error) {
          hung += 1;
          if (hung > MOST_HUNG) throw error;
          await close(session).catch(() => {});
          session = await open();
        }
  } finally {
    await close(session).catch(() => {});
  }
  return { version, rows, hung };
}

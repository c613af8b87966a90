import { createServer } from "node:http";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchBrowser } from "../e2e/browser.ts";
import { type Pinterest, startPinterest } from "./stand-in.ts";

/** Pinterest's stub, as a shop pastes it: calls wait in `pintrk.queue` for the library. */
const STUB = `window.pintrk = (...words) => void window.pintrk.queue.push(words);
  window.pintrk.queue = []; window.pintrk.version = "3.0";`;

let pinterest: Pinterest;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let shop: string;
const logged: string[] = [];

const shopServer = createServer((_request, response) => {
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end(`<!doctype html><html lang="en"><title>Fennel &amp; Oak</title><script>${STUB}</script></html>`);
});

beforeAll(async () => {
  [browser, pinterest] = await Promise.all([launchBrowser(), startPinterest()]);
  shop = await new Promise((resolve) => {
    shopServer.listen(0, "127.0.0.1", () => {
      const address = shopServer.address();
      resolve(`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`);
    });
  });
});
afterAll(async () => {
  shopServer.close();
  await Promise.all([browser?.close(), pinterest?.close()]);
});
beforeEach(async () => {
  pinterest.reset();
  logged.length = 0;
  context = await browser.newContext();
  page = await context.newPage();
  page.on("console", (message) => logged.push(message.text()));
  page.on("pageerror", (error) => logged.push(`threw ${error.message}`));
  await page.goto(`${shop}/`);
});
afterEach(() => context.close());

/** Calls `pintrk`, and tells what each callback among the words was called with. */
const pintrk = (...calls: unknown[][]): Promise<unknown[][]> =>
  page.evaluate((calls) => {
    const answers: unknown[][] = [];
    const callback = (...words: unknown[]) => void answers.push(words);
    for (const words of calls) {
      window.pintrk?.(...words.map((word) => (word === "callback" ? callback : word)));
    }
    return answers;
  }, calls);
const loadCore = () => page.addScriptTag({ url: pinterest.coreUrl }).then(() => undefined);
const loaded = async (...options: unknown[]) => {
  await loadCore();
  await pintrk(["load", pinterest.tagId, ...options]);
};
const hits = async (count: number) => {
  await expect.poll(() => pinterest.browser.length).toBe(count);
  return pinterest.browser;
};
/** Chromium may note one a moment after the page has set it. */
const cookies = async () => (await context.cookies(shop)).map(({ name, value }) => `${name}=${value}`);

describe("commands", () => {
  test("that were queued before the library came are taken, in their order", async () => {
    await pintrk(
      ["load", pinterest.tagId, { em: "a1" }],
      ["page", { event_id: "page-1" }],
      ["track", "search", { value: 1 }],
    );
    const asked: (string | null)[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).searchParams.get("event")));
    await loadCore();
    // They go out in their order, and may arrive in another.
    const arrived = [...(await hits(2))].sort((one, other) => one.event.localeCompare(other.event));
    expect(arrived).toMatchObject([
      { tagId: pinterest.tagId, event: "init", eventId: "page-1", pd: { em: "a1" }, method: "GET" },
      { event: "search", ed: { value: 1 } },
    ]);
    // The browser tells of them by another way than they go.
    await expect.poll(() => asked.filter(Boolean)).toEqual(["init", "search"]);
    expect(await page.evaluate(() => window.pintrk?.queue?.length)).toBe(0);
  });

  test("are trimmed and taken in any case, and so are event names", async () => {
    await loadCore();
    await pintrk(
      ["  LOAD ", pinterest.tagId],
      [" Track", " PageVisit ", { eventID: "v-1", value: 24, currency: "USD" }],
    );
    expect(await hits(1)).toMatchObject([{ event: "pagevisit", eventId: "v-1", ed: { eventID: "v-1", value: 24 } }]);
  });

  test("that it does not know are only logged", async () => {
    await loaded();
    await pintrk(["identify", {}], ["track", "lead"]);
    await hits(1);
    expect(logged).toEqual(["Pinterest Tag: identify is no command"]);
  });

  test("load for the second time is logged, and changes nothing", async () => {
    await loaded();
    await pintrk(["load", "2600000000000", { em: "b2" }], ["track", "lead"]);
    expect(await hits(1)).toMatchObject([{ tagId: pinterest.tagId, pd: {} }]);
    expect(logged).toEqual(["Pinterest Tag: load was called before"]);
  });

  test("load and set fill one partner-data object", async () => {
    await loaded({ em: "a1", external_id: "e1" });
    await pintrk(["set", { external_id: "e2", ph: "p2", shoe_size: 42 }], ["track", "signup", {}]);
    expect((await hits(1))[0]?.pd).toEqual({ em: "a1", external_id: "e2", ph: "p2" });
    expect(logged).toEqual(["Pinterest Tag: shoe_size is not partner data"]);
  });
});

describe("an event", () => {
  test("calls back when it was handed over", async () => {
    await loaded();
    expect(await pintrk(["track", "checkout", { eid: "o-1" }, "callback"])).toEqual([[true]]);
    expect(await hits(1)).toMatchObject([{ event: "checkout", eventId: "o-1" }]);
  });

  test("before load calls back that it was not", async () => {
    await loadCore();
    expect(await pintrk(["track", "checkout", {}, "callback"])).toEqual([[false, "checkout came before load"]]);
  });

  test("says where it happened", async () => {
    await page.goto(`${shop}/products/sage-mug?variant=1001-2`);
    await loaded();
    await pintrk(["track", "pagevisit", { event_id: "v-1" }]);
    expect((await hits(1))[0]?.ad).toMatchObject({ loc: `${shop}/products/sage-mug?variant=1001-2`, is_eu: false });
  });

  test("too long for an address is posted", async () => {
    const line_items = Array.from({ length: 40 }, (_, at) => ({
      product_id: `100${at}`,
      product_name: "Sage mug, große Tasse",
    }));
    await loaded();
    await pintrk(["track", "viewcategory", { event_id: "c-1", line_items }]);
    expect(await hits(1)).toMatchObject([{ method: "POST", eventId: "c-1", ed: { line_items } }]);
  });

  test("of the last moment of a page arrives", async () => {
    await loaded();
    await page.evaluate(() => {
      addEventListener("pagehide", () => window.pintrk?.("track", "addtocart", { event_id: "last" }));
    });
    await page.goto("about:blank");
    expect(await hits(1)).toMatchObject([{ event: "addtocart", eventId: "last" }]);
  });

  test("whose callback throws does not stop the next", async () => {
    await loaded();
    await page.evaluate(() => {
      const throwing = () => {
        throw new Error("no");
      };
      window.pintrk?.("track", "lead", {}, throwing);
    });
    await pintrk(["track", "search"]);
    await hits(2);
    expect(logged).toEqual(["Pinterest Tag: Error: no"]);
  });
});

test("a second copy of the library sends nothing twice", async () => {
  await loaded();
  await loadCore();
  await pintrk(["track", "lead"]);
  await hits(1);
  expect(logged).toEqual(["Pinterest Tag: the library is on this page already"]);
});

test("a Pinterest that has gone does not break the shop", async () => {
  const gone = await startPinterest();
  await page.addScriptTag({ url: gone.coreUrl });
  await gone.close();
  await pintrk(["load", gone.tagId]);
  expect(await pintrk(["track", "lead", {}, "callback"])).toEqual([[true]]);
  await expect.poll(() => logged).toContain("Pinterest Tag: a hit was not delivered");
  expect(logged.filter((words) => words.startsWith("threw"))).toEqual([]);
});

describe("the click ID", () => {
  test("of the page's address is kept as a cookie for a year, and told with every hit", async () => {
    await page.goto(`${shop}/?utm_source=pinterest&EPIK=dj0yJnU9b2JDcFFH`);
    await loaded();
    await expect.poll(cookies).toEqual(["_epik=dj0yJnU9b2JDcFFH"]);
    const [cookie] = await context.cookies(shop);
    expect((cookie?.expires ?? 0) - Date.now() / 1000).toBeGreaterThan(364 * 86_400);
    await page.goto(`${shop}/products/sage-mug`);
    await loaded();
    await pintrk(["track", "pagevisit"]);
    expect((await hits(1))[0]?.pd).toEqual({ epik: "dj0yJnU9b2JDcFFH" });
  });

  test("is never made up", async () => {
    await loaded();
    await pintrk(["track", "pagevisit"]);
    expect((await hits(1))[0]?.pd).toEqual({});
    expect(await cookies()).toEqual([]);
  });
});

describe("without consent", () => {
  test("events stop and the cookie goes, until consent comes back", async () => {
    await page.goto(`${shop}/?epik=dj0yJnU9`);
    await loaded();
    expect(await pintrk(["setconsent", false], ["track", "lead", {}, "callback"])).toEqual([
      [true, "lead is not sent without consent"],
    ]);
    await expect.poll(cookies).toEqual([]);
    await pintrk(["setconsent", true], ["track", "search"]);
    expect(await hits(1)).toMatchObject([{ event: "search", pd: { epik: "dj0yJnU9" } }]);
    await expect.poll(cookies).toEqual(["_epik=dj0yJnU9"]);
  });

  test("from the start no cookie is written", async () => {
    await page.goto(`${shop}/?epik=dj0yJnU9`);
    await loadCore();
    await pintrk(["setconsent", false], ["load", pinterest.tagId], ["page"]);
    expect(await cookies()).toEqual([]);
    expect(pinterest.browser).toEqual([]);
  });
});

describe("without scripts", () => {
  const picture = (query: string) => fetch(`${pinterest.url}/v3/?${query}`);

  test("an image's address is a hit", async () => {
    const response = await picture(
      `event=Checkout&tid=${pinterest.tagId}&noscript=1&ed[event_id]=o-1&ed[value]=101.00&pd[em]=a1`,
    );
    expect(response.headers.get("content-type")).toBe("image/gif");
    expect(pinterest.browser).toMatchObject([
      { event: "checkout", eventId: "o-1", ed: { event_id: "o-1", value: "101.00" }, pd: { em: "a1" } },
    ]);
  });

  test("its lines are a list of things", async () => {
    const line = (n: number, id: string) =>
      `ed[line_items][${n}][product_id]=${id}&ed[line_items][${n}][product_price]=5`;
    await picture(`event=checkout&tid=${pinterest.tagId}&${line(0, "1001")}&${line(1, "1002")}`);
    expect(pinterest.browser[0]?.ed).toEqual({
      line_items: [
        { product_id: "1001", product_price: "5" },
        { product_id: "1002", product_price: "5" },
      ],
    });
  });

  test("one without tag or event is none", async () => {
    expect((await picture("event=checkout")).status).toBe(400);
    expect((await picture(`tid=${pinterest.tagId}`)).status).toBe(400);
    expect(pinterest.browser).toEqual([]);
  });

  test("data that cannot be read is left out", async () => {
    await picture(`event=search&tid=${pinterest.tagId}&ed={"event_id":&pd=null`);
    expect(pinterest.browser).toMatchObject([{ event: "search", ed: {}, pd: {} }]);
  });
});

test("a browser's hit and a server's event meet", async () => {
  await loaded();
  await pintrk([
    "track",
    "pagevisit",
    { event_id: "v-1", value: 24, currency: "USD", line_items: [{ product_id: "1001" }] },
  ]);
  await hits(1);
  expect(pinterest.verdicts()).toMatchObject([
    {
      apiName: "page_visit",
      eventId: "v-1",
      verdict: "one half missing",
      browser: { value: 24, contentIds: ["1001"] },
    },
  ]);
});

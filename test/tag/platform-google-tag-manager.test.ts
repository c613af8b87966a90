/** The lines of docs/google-tag-manager.md, inserted as Tag Manager inserts them, in a real browser. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { eachStage } from "./each-stage.ts";
import { docs, pasted } from "./guide.ts";
import { type Expected, enter, expectExactly, fixtures, open } from "./platform.ts";
import type { Stage, Visit } from "./stage.ts";

let stage: Stage;
eachStage((set) => {
  stage = set;
});

const DOCS = docs("google-tag-manager");
const file = fixtures("google-tag-manager");
const html = (words: string) => pasted(stage.relay, DOCS, "html", words);
const line = () => html("<script async");

/** A Custom HTML tag, and the events that it fires on. */
type Tag = [html: string, ...on: string[]];

/** The page, with this in the place of its marks, and the container with these tags. */
const openWith = (tags: Tag[], { consent = "", policy = "", isSeen = true } = {}): Promise<Visit> => {
  const page = file("product.html").replace("/* consent */", consent);
  const meta = policy && `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  const container = tags.map(([text, ...on]) => JSON.stringify({ html: text, on }).replaceAll("</", "<\\/")).join();
  const go = isSeen ? open : enter;
  return go(stage, "/harbor-mug", { "/harbor-mug": page.replace("<!-- policy -->", meta) }, (context) =>
    context.route("**/gtm.js*", (route) =>
      route.fulfill({ contentType: "text/javascript", body: file("container.js").replace("/* tags */", container) }),
    ),
  );
};

/** The second file has come, and knows what the dataLayer says: it is the one that makes nothing of this call. */
const isHearing = async ({ page, words }: Visit): Promise<void> => {
  await page.waitForFunction('"process" in (window.pinrelay || {})');
  await page.evaluate('pinrelay({ method: "nothing" })');
  await until(() => words.some((text) => text.includes("makes no sense")));
};

const mug = { product_id: "1001", name: "Harbor Mug", vendor: "Fennel & Oak", price: 24, currency: "USD" };
const viewed: Expected = ["Viewed Product", { ...mug, quantity: 1, value: 24 }, 24];
const added: Expected = ["Added To Cart", { ...mug, quantity: 2, value: 48 }, 48];

describe("a page whose Tag Manager inserts the line", () => {
  // biome-ignore format: a table
  test.each<[string, (page: Page) => Promise<unknown>, Expected[], string[]]>([
    ["tells what its dataLayer says, before and after",  (page) => page.click("#add"),      [viewed, added], ["/harbor-mug"]],
    ["tells a change of address once",                   (page) => page.click("#reviews"),  [viewed],        ["/harbor-mug", "/harbor-mug/reviews"]],
  ])("%s", async (_, act, expected, paths) => {
    // Fired again at each change of address, it does nothing more.
    const visit = await openWith([[line(), "gtm.js", "gtm.historyChange-v2"]]);
    await act(visit.page);
    expect(await expectExactly(stage, visit, expected)).toEqual(paths);
    expect(visit.words.filter((text) => text.includes("pinrelay"))).toEqual([]);
  });

  test("tells nothing before its Consent Mode grants, and then all of it", async () => {
    stage.settings = { consent: "auto" };
    const consent = `gtag("consent", "default", { ad_storage: "denied", ad_user_data: "denied" });`;
    const visit = await openWith([[line(), "gtm.js"]], { consent, isSeen: false });
    await visit.page.click("#add");
    await isHearing(visit);
    expect([stage.requests, stage.pintrk]).toEqual([[], []]);
    await visit.page.click("#agree");
    await expectExactly(stage, visit, [viewed, added]);
  });

  test("tells nothing where its Consent Mode denies", async () => {
    stage.settings = { consent: "auto" };
    const consent = `gtag("consent", "default", { ad_storage: "denied" }); gtag("consent", "update", { ad_storage: "denied" });`;
    const visit = await openWith([[line(), "gtm.js"]], { consent, isSeen: false });
    await visit.page.click("#add");
    await isHearing(visit);
    // What is granted later is told; what was denied before is not.
    await visit.page.click("#agree");
    await visit.page.evaluate('pinrelay({ method: "track", eventName: "Signed Up" })');
    await until(() => stage.events("Signed Up").length > 0);
    expect(stage.events("Added To Cart")).toEqual([]);
  });
});

test("attributes are lost on the line, and kept on an element of one's own", async () => {
  const word = "[typeof pinrelay, typeof cvg].join()";
  const lost = await openWith([[line().replace("async", 'async data-global="cvg"'), "gtm.js"]]);
  expect(await lost.page.evaluate(word)).toBe("function,undefined");
  const kept = await openWith([[html("createElement"), "gtm.js"]], { isSeen: false });
  await kept.page.waitForFunction("typeof cvg === 'function'");
  expect(await kept.page.evaluate(word)).toBe("undefined,function");
});

test("calls may stand in other tags, before it has come", async () => {
  const letter = html("Subscribed To Newsletter").replace("{{Newsletter email}}", "maya.hartley@example.com");
  const link = html('method: "link_domain"').replace("checkout.shop.example", "localhost");
  const visit = await openWith([
    [letter, "gtm.js"],
    [link + line(), "gtm.js"],
  ]);
  await visit.page.evaluate(
    'document.body.insertAdjacentHTML("beforeend", "<a id=pay href=http://localhost/pay>Pay</a>")',
  );
  await until(() => stage.events("Subscribed To Newsletter").length > 0);
  const asked = visit.page.waitForRequest(/localhost\/pay/);
  await visit.page.route(/localhost\/pay/, (route) => route.fulfill({ body: "Pay" }));
  await visit.page.click("#pay");
  expect((await asked).url()).toMatch(/\?_pinrelay=[0-9a-f]{64}\./);
  expect(stage.events("Subscribed To Newsletter").map(({ properties }) => properties)).toEqual([
    { $email: "maya.hartley@example.com" },
  ]);
});

describe("under a content security policy", () => {
  const own = "script-src 'nonce-Zm9yZXN0' 'self'";
  const lines = () => pasted(stage.relay, DOCS, "text", "script-src");

  // biome-ignore format: a table
  test.each<[string, () => string]>([
    ["that has the lines of the docs",  () => lines().replace("script-src", own).replace(/\s+/g, " ")],
    ["with strict-dynamic",             () => lines().replace(/script-src.*;/, "script-src 'nonce-Zm9yZXN0' 'strict-dynamic';").replace(/\s+/g, " ")],
  ])("%s all is told", async (_, policy) => {
    const visit = await openWith([[line(), "gtm.js"]], { policy: policy() });
    await visit.page.click("#add");
    await expectExactly(stage, visit, [viewed, added]);
    expect(visit.words.filter((text) => /policy|pinrelay/i.test(text))).toEqual([]);
  });
});

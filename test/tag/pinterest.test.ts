/** The Pinterest Tag as the tag drives it in a real browser. */
import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { SETTINGS } from "./bundle.ts";
import { eachStage } from "./each-stage.ts";
import { rest, type Stage, settles, type Visit } from "./stage.ts";

let stage: Stage;
eachStage((set) => {
  stage = set;
});

const product = `<script type="application/ld+json">${JSON.stringify({
  "@type": "Product",
  productID: "1001",
  name: "Harbor Mug",
  offers: { price: 24, priceCurrency: "USD" },
})}</script>`;
const search = (id: string, more = ""): string =>
  `pinrelay({ method: "track", eventName: "Searched", eventID: "${id}", properties: { query: "mug" } ${more} });`;
const open = async (
  head = "",
  prepare?: Parameters<Stage["visit"]>[1],
  waitUntil: "load" | "commit" = "load",
): Promise<Visit> => {
  stage.pages = { "/": `<head>${head}${stage.tag()}</head>`, "/next": `<head>${stage.tag()}</head>` };
  const visit = await stage.visit({}, prepare);
  await visit.page.goto(`${stage.shop}/`, { waitUntil });
  return visit;
};
const said = () => stage.pintrk.map(({ words }) => words[0]);
const blockCore: Parameters<Stage["visit"]>[1] = (context) => context.route("**/core.js", (route) => route.abort());

test("it is loaded once, told who the visitor is, and then what happens", async () => {
  const { page } = await open();
  await page.evaluate(search("s-1"));
  await until(() => stage.tracked().length === 1 && stage.events().length === 2);
  const visitor = stage.beacons[0]?.visitor?.id;
  expect(stage.pintrk.map(({ words }) => words.slice(0, 3))).toEqual([
    ["load", SETTINGS.tagId],
    ["set", { external_id: visitor }],
    ["page", { event_id: stage.events("$page_load")[0]?.id }],
    ["track", "search", { event_id: "s-1", search_query: "mug" }],
  ]);
});

test("who the visitor is comes hashed before the event, and the beacon does not wait for it", async () => {
  const { page } = await open();
  await page.evaluate(`
    const digest = crypto.subtle.digest.bind(crypto.subtle);
    const held = new Promise((resolve) => { window.letHash = resolve; });
    crypto.subtle.digest = (...words) => held.then(() => digest(...words));
    pinrelay({ method: "set", profileProperties: { $email: "Maya.Hartley@example.com ", $phone_number: "+1 503-555-0142" } });
    ${search("s-1")} ${search("s-2")}`);
  await until(() => stage.events("Searched").length === 2);
  expect(stage.tracked()).toEqual([]);
  await page.evaluate("letHash()");
  await until(() => stage.tracked().length === 2);
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const keys = { em: sha256("maya.hartley@example.com"), ph: sha256("15035550142") };
  expect(stage.pintrk.slice(3).map(({ words }) => [words[0], words[0] === "set" && words[1]])).toEqual([
    ["set", keys],
    ["track", false],
    ["track", false],
  ]);
});

test("where nothing can be hashed the event goes without", async () => {
  const { page, errors } = await open("", (context) =>
    context.addInitScript(() => Object.defineProperty(crypto, "subtle", { value: undefined })),
  );
  await page.evaluate(search("s-1", ', profileProperties: { $email: "maya.hartley@example.com" }'));
  await until(() => stage.tracked().length === 1);
  expect(said()).toEqual(["load", "set", "page", "track"]);
  expect(errors).toEqual([]);
});

test("in shadow it is silent: no Tag, no names, no acknowledgements", async () => {
  stage.settings = { tagId: undefined } as unknown as typeof stage.settings;
  const { page } = await open();
  await page.evaluate(search("s-1"));
  await until(() => stage.events("Searched").length === 1);
  await page.goto(`${stage.shop}/next`);
  await until(() => stage.events("$page_load").length === 2);
  expect(stage.events().some(({ tag }) => tag !== undefined)).toBe(false);
  expect(stage.acks()).toEqual([]);
  expect(stage.pintrk).toEqual([]);
});

describe("what became of an event", () => {
  test("is told with a later beacon: fired, once the Tag has called back; of the base call nothing", async () => {
    const { page } = await open();
    await page.evaluate(search("s-1"));
    await until(() => stage.tracked().length === 1);
    await rest(page, 200);
    await page.goto(`${stage.shop}/next`);
    await until(() => stage.acks().length === 1);
    expect(stage.acks()).toEqual([{ id: "s-1", name: "Searched", state: "fired" }]);
  });

  test("is failed where the Tag calls back that it did not take it", async () => {
    const { page } = await open("<script>window.isBroken = true</script>");
    await page.evaluate(search("s-1"));
    await until(() => stage.tracked().length === 1);
    await rest(page, 200);
    await page.goto(`${stage.shop}/next`);
    await until(() => stage.acks().length === 1);
    expect(stage.acks()).toEqual([{ id: "s-1", name: "Searched", state: "failed" }]);
  });

  test("is absent where an ad blocker stops the Tag, and the beacon arrives", async () => {
    const { page, errors, words } = await open("", blockCore);
    await page.evaluate(search("s-1"));
    await until(() => stage.events("Searched").length === 1 && words.some((text) => text.includes("ERR_FAILED")));
    await page.evaluate(search("s-2"));
    await rest(page, 200);
    await page.goto(`${stage.shop}/next`);
    await until(() => stage.acks().length === 2);
    expect(stage.acks()).toEqual(["s-1", "s-2"].map((id) => ({ id, name: "Searched", state: "absent" })));
    expect(errors).toEqual([]);
  });

  test("is absent where the Tag has not called back within five seconds", async () => {
    const { page } = await open("<script>window.isSilent = true</script>");
    await page.evaluate(search("s-1"));
    await until(() => stage.tracked().length === 1);
    await rest(page, 5_200);
    await page.evaluate(search("s-2"));
    await until(() => stage.acks().length === 1);
    expect(stage.acks()).toEqual([{ id: "s-1", name: "Searched", state: "absent" }]);
  });
});

test("of a Tag that comes after all, it is told that it was fired", async () => {
  let letCome = (): void => {};
  const held = new Promise<void>((resolve) => {
    letCome = resolve;
  });
  const late: Parameters<Stage["visit"]>[1] = (context) =>
    context.route("**/core.js", (route) => held.then(() => route.continue()));
  const { page } = await open("", late, "commit");
  await until(() => stage.events("$page_load").length === 1);
  await page.evaluate(search("s-1"));
  await page.waitForFunction("window.pintrk?.queue.some(([word]) => word === 'track')");
  await rest(page, 5_200);
  letCome();
  await until(() => stage.tracked().length === 1);
  await page.evaluate(search("s-2"));
  await until(() => stage.tracked().length === 2);
  await rest(page, 200);
  await page.goto(`${stage.shop}/next`);
  await until(() => stage.acks().some(({ id }) => id === "s-2"));
  expect(
    stage
      .acks()
      .filter(({ id }) => id === "s-1")
      .map(({ state }) => state),
  ).toEqual(["absent", "fired"]);
});

test("where the second file is blocked, it is told that the Tag was not", async () => {
  const { page, words } = await open("", (context) => context.route("**/every.*", (route) => route.abort()));
  await page.evaluate(search("s-1"));
  await until(() => stage.events("Searched").length === 1 && words.some((text) => text.includes("ERR_FAILED")));
  await rest(page, 200);
  await page.goto(`${stage.shop}/next`);
  await until(() => stage.acks().length === 1);
  expect(stage.acks()).toEqual([{ id: "s-1", name: "Searched", state: "absent" }]);
});

test("a page whose policy lets scripts in by a nonce lets in all of ours with it", async () => {
  const policy = "script-src 'nonce-n1'";
  const script = stage.tag('nonce="n1"');
  stage.pages = { "/": `<head><meta http-equiv="Content-Security-Policy" content="${policy}">${script}</head>` };
  const { page } = await stage.visit();
  await page.goto(`${stage.shop}/`);
  await until(() => stage.pintrk.length > 0 && stage.events("$page_load").length === 1);
});

test("a page that forbids addresses in plain text is told to the relay all the same", async () => {
  const policy = "require-trusted-types-for 'script'";
  stage.pages = { "/": `<head><meta http-equiv="Content-Security-Policy" content="${policy}">${stage.tag()}</head>` };
  const { page, errors } = await stage.visit();
  await page.goto(`${stage.shop}/`);
  await until(() => stage.events("$page_load").length === 1);
  await page.evaluate(search("s-1"));
  await until(() => stage.events("Searched").length === 1);
  expect(errors).toEqual([]);
});

describe("a Pinterest Tag that the page brought itself", () => {
  const stub = (tagId?: string): string => `<script>
    window.pintrk = function () { pintrk.queue.push([...arguments]) }; pintrk.queue = []; pintrk.version = "3.0";
    const core = document.createElement("script"); core.src = "${stage.relay}/core.js"; document.head.append(core);
    ${tagId ? `pintrk("load", "${tagId}"); pintrk("page");` : ""}</script>`;

  test("is used where it is ours, and not loaded a second time", async () => {
    const { page } = await open(stub(SETTINGS.tagId));
    await page.evaluate(search("s-1"));
    await until(() => stage.tracked().length === 1);
    expect(said().filter((word) => word === "load")).toHaveLength(1);
    expect(await page.evaluate("document.querySelectorAll('script[src$=\"core.js\"]').length")).toBe(1);
  });

  test("is told nothing where it is another's, and the merchant is warned once", async () => {
    const { page, words } = await open(stub("2699999999999"));
    await page.evaluate(search("s-1") + search("s-2"));
    await until(() => stage.events("Searched").length === 2);
    await rest(page, 200);
    await page.goto(`${stage.shop}/next`);
    await until(() => stage.acks().length === 2);
    expect(stage.acks().map(({ state }) => state)).toEqual(["absent", "absent"]);
    expect(stage.tracked()).toEqual([]);
    expect(words.filter((text) => text.includes("Pinterest Tag"))).toHaveLength(1);
  });

  test("is loaded as ours where only its stub stood there", async () => {
    const { page } = await open(
      "<script>window.pintrk = function () { pintrk.queue.push([...arguments]) }; pintrk.queue = [];</script>",
    );
    await page.evaluate(search("s-1"));
    await until(() => stage.tracked().length === 1);
    expect(stage.pintrk.map(({ words }) => words.slice(0, 2))).toContainEqual(["load", SETTINGS.tagId]);
  });

  test("after ours is not loaded a second time, and the merchant is told to remove it", async () => {
    const { page, words } = await open();
    await until(() => stage.pintrk.length >= 2);
    await page.evaluate(`pintrk("load", "${SETTINGS.tagId}"); pintrk("load", "2600000000001")`);
    await page.evaluate(search("s-1"));
    await until(() => stage.tracked().length === 1);
    expect(said().filter((word) => word === "load")).toHaveLength(1);
    expect(words.filter((text) => text.includes("loads the Pinterest Tag again"))).toHaveLength(2);
  });

  test("is ours to load where a consent manager keeps it from running", async () => {
    const { page } = await open(
      `<script>window.pintrk = function () { pintrk.queue.push([...arguments]) }; pintrk.queue = [];</script>
       <script type="text/plain">pintrk("load", "2600000000001")</script>`,
    );
    await page.evaluate(search("s-1"));
    await until(() => stage.tracked().length === 1);
  });

  test("is left alone where nobody can tell whose it is", async () => {
    const { page, words } = await open("<script>window.pintrk = function () {};</script>");
    await page.evaluate(search("s-1"));
    await until(() => stage.events("Searched").length === 1);
    expect(words.filter((text) => text.includes("Pinterest Tag"))).toHaveLength(1);
    expect(stage.pintrk).toEqual([]);
  });
});

describe("a page load that counts as a visit", () => {
  beforeEach(() => {
    stage.settings = { pageLoad: "page_visit" };
  });

  test("is told as one, under one ID, where no product is viewed", async () => {
    await open();
    await until(() => stage.tracked("pagevisit").length === 1 && stage.events("$page_load").length === 1);
    const [event] = stage.events();
    expect(event?.tag).toBe("pagevisit");
    expect(stage.tracked()[0]?.words[2]).toEqual({ event_id: event?.id });
    expect(stage.pintrk.find(({ words }) => words[0] === "page")?.words).toEqual(["page", null]);
  });

  /** A page of which the second half comes later, once it was shown or hidden meanwhile. */
  const late = async (half: string, isHidden: boolean) => {
    stage.pages = { "/": `<head>${stage.tag()}</head><body><script src="/slow.js"></script>${half}</body>` };
    let letCome = (): void => {};
    const held = new Promise<void>((resolve) => {
      letCome = resolve;
    });
    const { page } = await stage.visit({}, (context) =>
      context.route("**/slow.js", async (route) => {
        await held;
        await route.fulfill({ contentType: "text/javascript", body: "" });
      }),
    );
    await page.goto(`${stage.shop}/`, { waitUntil: "commit" });
    await until(() => said().includes("page"));
    await page.evaluate(`Object.defineProperty(document, "hidden", { value: ${isHidden} })`);
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    letCome();
    return page;
  };

  test.each([
    ["shown", false],
    ["hidden", true],
  ])("is none beside a product's view that the page says late, though it was %s meanwhile", async (_what, isHidden) => {
    const page = await late(product, isHidden);
    await until(() => stage.tracked("pagevisit").length > 0 && stage.events().length === 2);
    await settles(page);
    expect(stage.tracked("pagevisit")).toHaveLength(1);
    expect(stage.events("$page_load")[0]?.tag).toBe("page");
  });

  test("is told of a page that was hidden while it loaded, and is not shown again", async () => {
    await late("", true);
    await until(() => stage.tracked("pagevisit").length === 1 && stage.events("$page_load").length === 1);
  });

  test("is told of a page that is hidden, and gone before it is read", async () => {
    stage.pages = { "/": `<head>${stage.tag()}</head>`, "/next": "" };
    const { page } = await stage.visit({}, (context) => context.route("**/every.*", () => {}));
    await page.goto(`${stage.shop}/`, { waitUntil: "commit" });
    await page.waitForFunction("window._pinrelay");
    await page.evaluate('Object.defineProperty(document, "hidden", { value: true })');
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await page.goto(`${stage.shop}/next`);
    await until(() => stage.events("$page_load").length === 1);
    expect(stage.events()[0]?.tag).toBe("pagevisit");
  });

  test("is none beside a product's view", async () => {
    await open(product);
    await until(() => stage.tracked("pagevisit").length === 1 && stage.events().length === 2);
    expect(stage.events("$page_load")[0]?.tag).toBe("page");
    expect(stage.tracked()[0]?.words[2]).toMatchObject({ event_id: stage.events("Viewed Product")[0]?.id });
    expect(said().filter((word) => word === "page")).toHaveLength(1);
  });
});

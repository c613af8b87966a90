/** The debug panel in a real browser: what it shows, and what it leaves alone. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { eachStage } from "./each-stage.ts";
import type { Stage, Visit } from "./stage.ts";

/** What the panel stored. */
const OWN_ENTRIES = "Object.keys(sessionStorage)";

let stage: Stage;
eachStage((set) => {
  stage = set;
  stage.pages = { "/": page(), "/next": page() };
});

const HASH = "#pinrelay-debug";
const page = (head = "", body = ""): string =>
  `<head>${head}${stage.tag()}</head><body><h1>Fennel &amp; Oak</h1>${body}</body>`;
const script = (code: string): string => `<script>${code}</script>`;

/** Opens the shop, with the panel unless another address is asked for; `requests` holds the paths asked of the relay. */
const open = async (
  path = `/${HASH}`,
  options: Parameters<Stage["visit"]>[0] = {},
  prepare?: Parameters<Stage["visit"]>[1],
): Promise<Visit & { requests: string[] }> => {
  const visit = await stage.visit(options, prepare);
  const requests: string[] = [];
  visit.page.on("request", (request) => {
    if (request.url().startsWith(stage.relay)) requests.push(request.url().slice(stage.relay.length));
  });
  await visit.page.goto(stage.shop + path);
  return { ...visit, requests };
};

interface ShownRow {
  name: string;
  value: string;
  id: string;
  where: string;
  pills: string[];
  faults: string[];
}

/** The panel's rows as they are shown, the first at the top. */
const rows = (page: Page): Promise<ShownRow[]> =>
  page.evaluate(() => {
    const text = (row: Element, selector: string) => row.querySelector(selector)?.textContent ?? "";
    const texts = (row: Element, selector: string) =>
      [...row.querySelectorAll(selector)].map((node) => node.textContent ?? "");
    return [...(document.querySelector("pinrelay-debug")?.shadowRoot?.querySelectorAll("li") ?? [])].map((row) => ({
      name: text(row, ".name"),
      value: text(row, ".worth"),
      id: text(row, "code"),
      where: text(row, ".where > span"),
      pills: texts(row, ".pill"),
      faults: texts(row, ".fault"),
    }));
  });
const row = async (page: Page, name: string): Promise<ShownRow | undefined> =>
  (await rows(page)).find((one) => one.name === name);
const shows = (page: Page, name: string, ...pills: string[]) =>
  until(async () => {
    const shown = (await row(page, name))?.pills ?? [];
    return pills.every((pill) => shown.includes(pill));
  });
const panel = ({ page }: Pick<Visit, "page">) => page.locator("pinrelay-debug");
const press = (visit: Pick<Visit, "page">, name: string | RegExp) => panel(visit).getByRole("button", { name }).click();
const isThere = ({ page }: Visit) =>
  page.evaluate(() => Boolean(document.querySelector("pinrelay-debug")?.shadowRoot?.querySelector(".panel")));

const add = (more = "", properties = ""): string => `pinrelay({ method: "track", eventName: "Added To Cart",
  properties: { product_id: "1001", name: "Harbor Mug", price: 24, quantity: 2, currency: "USD" ${properties} } ${more} });`;
const search = (id: string): string =>
  `pinrelay({ method: "track", eventName: "Searched", eventID: "${id}", properties: { query: "mug" } });`;

describe("it comes", () => {
  test("with the hash in the address, before the tag begins, and with no word of complaint", async () => {
    const visit = await open();
    await shows(visit.page, "$page_load", "Relay kept", "Pinterest Tag told", "halves agree");
    expect(visit.requests.slice(0, 2)).toEqual(["/tag.js", "/debug.js"]);
    expect(visit.requests.filter((path) => path === "/debug.js")).toHaveLength(1);
    expect([visit.errors, visit.words]).toEqual([[], []]);
  });

  test("never without: the relay is not asked for it, and nothing is stored", async () => {
    const visit = await open("/");
    await until(() => stage.events("$page_load").length === 1 && stage.pintrk.length > 0);
    await visit.page.goto(`${stage.shop}/next#reviews`);
    await until(() => stage.events("$page_load").length === 2);
    await visit.page.evaluate("location.hash = '#top'");
    await visit.page.evaluate(search("s-1"));
    await until(() => stage.events("Searched").length === 1);
    expect(visit.requests).not.toContain("/debug.js");
    expect(await isThere(visit)).toBe(false);
    expect(await visit.page.evaluate(OWN_ENTRIES)).toEqual([]);
  });

  test("where the hash is written after the page's own address, and says what it missed", async () => {
    const visit = await open("/");
    await until(() => stage.events("$page_load").length === 1);
    await visit.page.goto(`${stage.shop}/${HASH}`);
    await until(() => isThere(visit));
    await visit.page.evaluate(search("s-1"));
    await shows(visit.page, "Searched", "Relay kept", "Pinterest Tag fired", "halves agree");
    expect(await panel(visit).locator(".notice").textContent()).toContain("Reload the page");
  });

  // biome-ignore format: a table
  test.each([
    ["missing", (path: string) => ["**/debug.js", path, 404] as const],
    ["blocked", (path: string) => ["**/debug.js", path, undefined] as const],
  ])("or is %s, and the tag begins all the same", async (_, how) => {
    const [address, path, status] = how(`/${HASH}`);
    const visit = await open(path, {}, (context) =>
      context.route(address, (route) => (status ? route.fulfill({ status, body: "" }) : route.abort())),
    );
    await visit.page.evaluate(search("s-1"));
    await until(() => stage.events("Searched").length === 1 && stage.tracked().length === 1);
    expect(visit.errors).toEqual([]);
    expect(await isThere(visit)).toBe(false);
  });

  test("to no frame of the page that shows it", async () => {
    stage.pages["/"] = page("", '<iframe src="/next"></iframe>');
    const visit = await open();
    const frame = visit.page.frames()[1];
    await until(async () => (await frame?.evaluate("typeof window.pinrelay")) === "function");
    await frame?.evaluate(search("s-1"));
    await until(() => stage.events("Searched").length === 1);
    expect(await frame?.evaluate("document.querySelector('pinrelay-debug')")).toBeNull();
    expect(await isThere(visit)).toBe(true);
  });
});

describe("of an event it shows", () => {
  test("both halves, that they agree, and all that is told of it", async () => {
    const visit = await open();
    await visit.page.evaluate(add());
    await shows(visit.page, "Added To Cart", "Relay kept", "Pinterest Tag fired", "halves agree");
    const [event] = stage.events("Added To Cart");
    expect(await row(visit.page, "Added To Cart")).toMatchObject({ id: event?.id, value: "48.00 USD", where: "/" });
    expect((await rows(visit.page)).map(({ name }) => name)).toEqual(["Added To Cart", "$page_load"]);

    await press(visit, "Added To Cart");
    const details = panel(visit).locator(".details:visible");
    const cells = await details
      .locator("table tr")
      .evaluateAll((all) => all.map((one) => [...one.children].map(({ textContent }) => textContent)));
    expect(cells.slice(1)).toEqual([
      ["Event ID", event?.id, event?.id],
      ["Value", "48.00 USD", "48.00 USD"],
      ["Content IDs", "1001", "1001"],
    ]);
    const said = (await details.textContent()) ?? "";
    for (const word of ["Harbor Mug", "addtocart", "order_quantity: 2", "nobody has decided (implied)", stage.shop])
      expect(said).toContain(word);
  });

  test("which field the relay refused, and what is wrong with it", async () => {
    stage.verdict = ({ events }) => ({
      results: events.map(({ id, name }, index) =>
        name === "$page_load"
          ? { id, name, status: "kept" }
          : { id, name, status: "refused", field: `events[${index}].properties.price`, message: "must be a number" },
      ),
    });
    const visit = await open();
    await visit.page.evaluate(add());
    await shows(visit.page, "Added To Cart", "Relay refused", "one half");
    expect((await row(visit.page, "Added To Cart"))?.faults).toEqual(["properties.price must be a number"]);
  });

  test("why the relay takes nothing of this page", async () => {
    stage.answers = [403];
    // Else it may have tried again before anybody looks.
    stage.retryAfter = "60";
    stage.verdict = () => ({ results: [], error: { field: "key", message: "names no shop of this relay" } });
    const visit = await open();
    await shows(visit.page, "$page_load", "Relay refused");
    expect((await row(visit.page, "$page_load"))?.faults[0]).toMatch(
      /^key names no shop of this relay; tried once, again/,
    );
  });

  test("what of it Pinterest cannot use, though the relay keeps it", async () => {
    stage.verdict = ({ events }) => ({
      results: events.map(({ id, name }) => ({
        ...{ id, name, status: "kept", field: "events[0].properties", message: "lacks its content ID (sku)" },
      })),
    });
    const visit = await open();
    await shows(visit.page, "$page_load", "Relay kept");
    expect((await row(visit.page, "$page_load"))?.faults).toEqual(["properties lacks its content ID (sku)"]);
  });

  test("that the relay had it already", async () => {
    stage.verdict = ({ events }) => ({ results: events.map(({ id, name }) => ({ id, name, status: "duplicate" })) });
    const visit = await open();
    await shows(visit.page, "$page_load", "Relay duplicate", "halves agree");
  });

  test("that it waits while the relay is down, when it is tried again, and then that it is kept", async () => {
    stage.answers = Array.from({ length: 30 }, () => "down" as const);
    const visit = await open();
    await visit.page.evaluate(search("s-1"));
    await shows(visit.page, "$page_load", "Relay unreachable", "one half");
    // It may not have been posted yet: the tag rests.
    await until(async () => /Relay (waiting|unreachable)/.test(String((await row(visit.page, "Searched"))?.pills)));
    const says = (fault: RegExp) =>
      until(async () => fault.test((await row(visit.page, "$page_load"))?.faults[0] ?? ""));
    await says(/^no answer; tried \d times, again within \d+ s$/);
    stage.answers = [503];
    stage.retryAfter = "60";
    // On top of the minute it rests twice as long after each try, and it may have tried more than twice by now.
    await says(/^it answered 503; tried \d times, again within [6-9]\d s$/);
    stage.answers = [];
    await visit.page.evaluate("dispatchEvent(new Event('online'))");
    for (const name of ["$page_load", "Searched"]) await shows(visit.page, name, "Relay kept", "halves agree");
    expect((await row(visit.page, "Searched"))?.faults).toEqual([]);
  });

  test("that the Pinterest Tag did not take it, in its words", async () => {
    stage.pages["/"] = page(script("window.isBroken = true"));
    const visit = await open();
    await visit.page.evaluate(search("s-1"));
    await shows(visit.page, "Searched", "Relay kept", "Pinterest Tag failed", "one half");
    expect((await row(visit.page, "Searched"))?.faults).toEqual(["no"]);
  });

  test.each(["**/core.js", "**/every.*"])("that the Pinterest Tag is absent where %s is blocked", async (address) => {
    const visit = await open(`/${HASH}`, {}, (context) => context.route(address, (route) => route.abort()));
    await visit.page.evaluate(search("s-1"));
    await shows(visit.page, "Searched", "Relay kept", "Pinterest Tag absent", "one half");
    expect(await panel(visit).locator(".facts").textContent()).toContain("blocked");
  });

  test("that the Pinterest Tag is silent while the shop's destination is not live", async () => {
    stage.settings = { tagId: undefined } as unknown as typeof stage.settings;
    const visit = await open();
    await shows(visit.page, "$page_load", "Relay kept", "Pinterest Tag not told", "one half");
    expect(await panel(visit).locator(".facts").textContent()).toContain("silent");
  });

  test("that the page itself called the Pinterest Tag, beside what Pinrelay tells", async () => {
    const visit = await open();
    await shows(visit.page, "$page_load", "Pinterest Tag told");
    await visit.page.evaluate(`window.heard = []; pintrk("track", "Lead", { lead_type: "Newsletter" });
      pintrk("track", "signup", { event_id: "own-1" }, (...answer) => heard.push(answer));`);
    await shows(visit.page, "lead", "Relay not told", "Pinterest Tag told", "one half");
    await shows(visit.page, "signup", "Relay not told", "Pinterest Tag fired", "one half");
    expect(await visit.page.evaluate("window.heard")).toEqual([[true]]);
  });

  test("that its halves differ, where the page tells the Pinterest Tag another value under its ID", async () => {
    const visit = await open();
    await visit.page.evaluate(add(', eventID: "cart-1"'));
    await shows(visit.page, "Added To Cart", "halves agree");
    await visit.page.evaluate(
      `pintrk("track", "AddToCart", { event_id: "cart-1", value: 24, currency: "USD", line_items: [{ product_id: "1001" }] })`,
    );
    await shows(visit.page, "Added To Cart", "halves differ");
  });
});

describe("at its head it shows", () => {
  const facts = (visit: Visit): Promise<Record<string, string>> =>
    panel(visit)
      .locator(".facts dl > div")
      .evaluateAll((all) => Object.fromEntries(all.map((one) => [...one.children].map((part) => part.textContent))));

  test("shop, settings, contract, visitor, click ID, Pinterest Tag and platform file", async () => {
    const visit = await open(`/?epik=dj0yJnU9TkVX${HASH}`);
    await shows(visit.page, "$page_load", "Relay kept", "Pinterest Tag told");
    await until(async () => (await facts(visit))["Pinterest Tag"] === "2612345678901, loaded");
    const visitor = stage.beacons[0]?.visitor?.id ?? "";
    expect(await facts(visit)).toEqual({
      Shop: "k3x9q2m7",
      "Settings revision": "3f9a1c2e",
      Visitor: `${visitor.slice(0, 6)}…${visitor.slice(-4)}`,
      "Click ID": "present",
      "Pinterest Tag": "2612345678901, loaded",
      "Platform file": "every, loaded",
      Relay: stage.relay.replace("http://", ""),
      Contract: "version 1",
    });
  });

  test("that the page loads another Pinterest Tag than the shop's", async () => {
    stage.pages["/"] = page(
      script(`window.pintrk = function () { pintrk.queue.push([...arguments]) }; pintrk.queue = []; pintrk.version = "3.0";
        pintrk("load", "2699999999999");`),
    );
    const visit = await open();
    await shows(visit.page, "$page_load", "Relay kept", "Pinterest Tag not told");
    expect((await facts(visit))["Pinterest Tag"]).toMatch(/^2612345678901, .*; the page loads 2699999999999$/);
  });

  test("that what happens waits for consent; then who granted it, and with each event under which it was told", async () => {
    stage.settings = { consent: "require" };
    const visit = await open();
    const consent = panel(visit).locator(".facts summary");
    await until(() => isThere(visit));
    expect(await consent.textContent()).toBe("Consent: nobody has decided (require)");
    expect(await panel(visit).locator(".notice").textContent()).toContain("nobody has decided yet");
    expect(await rows(visit.page)).toEqual([]);

    await visit.page.evaluate('pinrelay({ method: "consent", marketing: "granted" })');
    await shows(visit.page, "$page_load", "Relay kept");
    expect(await consent.textContent()).toMatch(/^Consent: granted by call at \d\d:\d\d:\d\d$/);
    expect(await panel(visit).locator(".notice").isVisible()).toBe(false);
    await press(visit, "$page_load");
    expect(await panel(visit).locator(".details").textContent()).toContain("granted by call at");

    await visit.page.evaluate('pinrelay({ method: "consent", marketing: "denied" })');
    await until(async () => /denied/.test((await panel(visit).locator(".notice").textContent()) ?? ""));
  });
});

describe("what a page says", () => {
  const HOSTILE = `<img src=x onerror="window.isHacked = true">`;

  test("stays text, whatever it is and wherever it comes from", async () => {
    stage.verdict = ({ events }) => ({
      results: events.map(({ id, name }) => ({ id, name, status: "refused", field: HOSTILE, message: HOSTILE })),
    });
    const visit = await open(`/${HASH}`, {}, async (context) => {
      // What only queues takes anything.
      await context.route("**/core.js", (route) => route.abort());
      await context.addInitScript((hostile) => {
        sessionStorage.setItem("#pinrelay-debug", JSON.stringify({ entries: [hostile, { key: hostile }, null] }));
      }, HOSTILE);
    });
    await visit.page.evaluate(`{
      const hostile = ${JSON.stringify(HOSTILE)};
      const properties = JSON.parse('{ "__proto__": { "a": 1 } }');
      Object.assign(properties, { product_id: hostile, name: hostile, [hostile]: hostile, items: [hostile] });
      pinrelay({ method: "track", eventName: hostile, eventID: hostile, properties });
      pintrk("track", hostile, { event_id: "own", value: hostile, line_items: hostile });
      const cycle = { event_id: hostile };
      cycle.self = cycle;
      pintrk("track", "search", cycle);
      pintrk(Symbol("odd"), null, 7);
      pintrk("track", Symbol("odd"), { get event_id() { throw new Error("odd") } });
    }`);
    await shows(visit.page, HOSTILE, "Relay refused");
    expect((await row(visit.page, HOSTILE))?.faults).toEqual([`${HOSTILE} ${HOSTILE}`]);
    for (const toggle of await panel(visit).locator(".toggle").all()) await toggle.click();
    const inside = await visit.page.evaluate(() => {
      const root = document.querySelector("pinrelay-debug")?.shadowRoot;
      return { images: root?.querySelectorAll("img").length, text: root?.textContent ?? "" };
    });
    expect(inside.images).toBe(0);
    expect(inside.text).toContain(HOSTILE);
    expect(await visit.page.evaluate("window.isHacked")).toBeUndefined();
    expect(visit.errors).toEqual([]);
  });

  test("of a person is masked: on the screen, in the clipboard and in the tab's storage", async () => {
    const visit = await open(`/${HASH}`, { permissions: ["clipboard-read", "clipboard-write"] });
    await visit.page.evaluate(`
      pinrelay({ method: "set", aliases: ["urn:email:maya.hartley@example.com"], profileProperties: { $email: "maya.hartley@example.com",
        $phone_number: ["+1 503-555-0142"], $first_name: "Maya", $last_name: "Hartley", $city: "Portland", $customer_id: "c-90311" } });
      ${add("", ', $email: "maya.hartley@example.com", note: "ask maya.hartley@example.com"')}`);
    await shows(visit.page, "Added To Cart", "Relay kept", "Pinterest Tag fired");
    expect(stage.requests.at(-1)?.body).toContain("maya.hartley@example.com");
    await press(visit, "Added To Cart");
    const isCopied = () =>
      [...(document.querySelector("pinrelay-debug")?.shadowRoot?.querySelectorAll("button") ?? [])].some(
        ({ textContent }) => textContent === "Copied",
      );
    // It says so for a second and a half: the page looks by itself, from before it is pressed.
    await Promise.all([visit.page.waitForFunction(isCopied), press(visit, "Copy as JSON")]);
    const seen = {
      screen: (await panel(visit).locator(".details:visible").textContent()) ?? "",
      clipboard: await visit.page.evaluate(() => navigator.clipboard.readText()),
      storage: await visit.page.evaluate(() => JSON.stringify(sessionStorage)),
    };
    for (const text of Object.values(seen)) {
      expect(text).not.toMatch(/maya\.|503-555|Maya|Hartley|Portland|90311/);
      expect(text).toContain("m•••@•••");
    }
    expect(JSON.parse(seen.clipboard)).toMatchObject({
      page: `${stage.shop}/`,
      Shop: "k3x9q2m7",
      consent: { marketing: "unknown", by: "implied" },
      events: [{ name: "Added To Cart", relay: { is: "kept" }, pinterest: { is: "fired" } }, { name: "$page_load" }],
    });
  });
});

describe("the page is left alone", () => {
  test("fetch keeps its promise, its errors and its face", async () => {
    stage.pages["/"] = page(
      script(`window.own = Promise.resolve("own");
        window.plain = window.fetch;
        window.fetch = function fetch(address) { return address === "/own" ? own : plain.apply(this, arguments) };`),
    );
    const visit = await open();
    await shows(visit.page, "$page_load", "Relay kept");
    const seen = await visit.page.evaluate(async () => {
      const plain: typeof fetch = Reflect.get(window, "plain");
      const failure = (step: () => unknown) => Promise.resolve().then(step).then(String, String);
      return {
        isSame: fetch("/own") === Reflect.get(window, "own"),
        status: (await fetch("/next")).status,
        wrong: [await failure(() => fetch("http://[")), await failure(() => plain("http://["))],
        down: [await failure(() => fetch("http://127.0.0.1:9/")), await failure(() => plain("http://127.0.0.1:9/"))],
        none: [
          await failure(() => Reflect.apply(fetch, window, [])),
          await failure(() => Reflect.apply(plain, window, [])),
        ],
        name: [fetch.name, fetch.length],
      };
    });
    expect(seen).toMatchObject({ isSame: true, status: 200, name: ["fetch", 1] });
    for (const [overheard, plain] of [seen.wrong, seen.down, seen.none]) expect(overheard).toBe(plain);
  });

  test("without fetch it is there, and what goes by the other way is heard", async () => {
    const visit = await open(`/${HASH}`, {}, (context) =>
      context.addInitScript(() => Reflect.deleteProperty(window, "fetch")),
    );
    await visit.page.evaluate(search("s-1"));
    await shows(visit.page, "Searched", "Relay waiting", "Pinterest Tag fired");
    await visit.page.goto(`${stage.shop}/next`);
    await until(() => stage.events("Searched").length === 1);
    await until(async () => (await row(visit.page, "Searched"))?.where === "/");
    // Only a beacon says under which consent it was told.
    await press(visit, "Searched");
    expect(await panel(visit).locator(".details:visible").textContent()).toContain("nobody has decided (implied)");
    expect(visit.errors).toEqual([]);
  });

  test("what is pressed and typed in the panel the page does not hear, and the keyboard reaches all of it", async () => {
    stage.pages["/"] = page(
      "",
      script(`window.heard = [];
        for (const type of ["click", "keydown", "keyup", "focusin", "pointerdown"]) addEventListener(type, () => heard.push(type));`),
    );
    const visit = await open();
    await visit.page.evaluate(search("s-1"));
    await shows(visit.page, "Searched", "Relay kept");
    const focused = () =>
      visit.page.evaluate(() => {
        const active = document.querySelector("pinrelay-debug")?.shadowRoot?.activeElement;
        return active?.getAttribute("aria-label") ?? active?.textContent;
      });
    const reached: unknown[] = [];
    for (let at = 0; at < 9; at += 1) {
      await visit.page.keyboard.press("Tab");
      reached.push(await focused());
    }
    expect(reached).toEqual([
      ...["Collapse", "Close for this tab", "Consent: nobody has decided (implied)", "Copy as JSON", "Clear"],
      ...["Events, newest first", "Searched", "Copy event ID", "$page_load"],
    ]);
    await visit.page.keyboard.press("Enter");
    expect(await panel(visit).locator(".details:visible").textContent()).toContain("page");
    await visit.page.keyboard.press("Escape");
    await until(async () => (await focused()) === "Pinrelay debug panel, 2 events");
    expect(await panel(visit).locator(".panel").isVisible()).toBe(false);
    await visit.page.keyboard.press("Enter");
    await until(async () => (await focused()) === "Collapse");
    // The first Tab was pressed in the page.
    expect(await visit.page.evaluate("window.heard")).toEqual(["keydown"]);
  });

  test("neither's styles reach the other, and nothing in the page moves", async () => {
    const styles = `<style>
      * { position: static !important; opacity: 0.1 !important; transform: scale(0.2) !important; font-size: 40px !important }
      h1, button { color: rgb(1, 2, 3); }</style>`;
    stage.pages = {
      "/": page(styles, "<button>Add to cart</button>"),
      "/next": page(styles, "<button>Add to cart</button>"),
    };
    const look = () => ({
      color: getComputedStyle(document.querySelector("body > button") ?? document.body).color,
      heading: JSON.stringify(document.querySelector("h1")?.getBoundingClientRect()),
      height: document.documentElement.scrollHeight,
      width: document.documentElement.scrollWidth,
    });
    const plain = await open("/next");
    const without = await plain.page.evaluate(look);
    const visit = await open();
    await shows(visit.page, "$page_load", "Relay kept");
    expect(await visit.page.evaluate(look)).toEqual(without);
    const style = await panel(visit).evaluate((host) => {
      const { position, opacity, transform, zIndex, fontSize } = getComputedStyle(host);
      return { position, opacity, transform, zIndex, isSmall: fontSize !== "40px" };
    });
    expect(style).toEqual({ position: "fixed", opacity: "1", transform: "none", zIndex: "2147483647", isSmall: true });
  });

  test("under a policy that knows nothing but nonces it is there, and styled", async () => {
    const policy = `default-src 'none'; script-src 'nonce-n1'; connect-src ${stage.relay}`;
    stage.pages["/"] =
      `<head><meta http-equiv="Content-Security-Policy" content="${policy}">${stage.tag('nonce="n1"')}</head>`;
    const visit = await open();
    await shows(visit.page, "$page_load", "Relay kept", "Pinterest Tag told", "halves agree");
    const { width, background } = await panel(visit)
      .locator(".panel")
      .evaluate((one) => ({ width: one.clientWidth, background: getComputedStyle(one).backgroundColor }));
    expect([width, background]).toEqual([406, "rgb(255, 255, 255)"]);
    expect(visit.words.filter((text) => /Content Security Policy/.test(text))).toEqual([]);
  });

  test("a page that declares a function of the name pintrk may", async () => {
    stage.pages["/"] = page("", script("addEventListener('load', () => 0)"));
    const visit = await open();
    await shows(visit.page, "$page_load", "Relay kept");
    await visit.page.addScriptTag({ content: "function pintrk() { return 'mine' }" });
    expect(await visit.page.evaluate("pintrk()")).toBe("mine");
    expect(visit.errors).toEqual([]);
  });

  test("a page that wraps pintrk is heard once a call, and its answer is passed back", async () => {
    const visit = await open();
    await shows(visit.page, "$page_load", "Pinterest Tag told");
    await visit.page.evaluate(`{ const inner = window.pintrk;
      window.pintrk = Object.assign((...words) => { inner(...words); return "wrapped" }, { queue: inner.queue, version: inner.version }); }`);
    expect(await visit.page.evaluate(`pintrk("track", "lead", {})`)).toBe("wrapped");
    await visit.page.evaluate(search("s-1"));
    await shows(visit.page, "Searched", "Pinterest Tag fired", "halves agree");
    expect((await rows(visit.page)).map(({ name }) => name)).toEqual(["Searched", "lead", "$page_load"]);
    await until(() => stage.tracked("search").length === 1);
    expect(stage.tracked("lead")).toHaveLength(1);
  });

  test("of a Pinterest Tag that stood there before, it knows what was called", async () => {
    stage.pages["/"] = page(
      script(`window.pintrk = function () { pintrk.queue.push([...arguments]) }; pintrk.queue = []; pintrk.version = "3.0";
        pintrk("load", "2612345678901"); pintrk("page"); pintrk("track", "watchvideo", { video_title: "Glazing" });`),
    );
    const visit = await open();
    await shows(visit.page, "watchvideo", "Relay not told", "Pinterest Tag told");
  });

  test("on a phone it is a sheet at the bottom, as wide as the screen, and in the dark it is dark", async () => {
    const visit = await open(`/${HASH}`, { viewport: { width: 360, height: 640 }, colorScheme: "dark" });
    await visit.page.evaluate(`for (let n = 0; n < 9; n += 1) { ${add()} }`);
    await until(async () => (await rows(visit.page)).length === 10);
    const box = await panel(visit).locator(".panel").boundingBox();
    expect(box).toMatchObject({ x: 0, width: 360 });
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBe(640);
    expect(box?.height).toBeLessThan(400);
    expect(await visit.page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    const [isScrollable, isDark] = await panel(visit)
      .locator(".log")
      .evaluate((log) => {
        const [red = 255] = (getComputedStyle(log.parentElement ?? log).backgroundColor.match(/\d+/g) ?? []).map(
          Number,
        );
        return [log.scrollHeight > log.clientHeight && log.scrollWidth === log.clientWidth, red < 64];
      });
    expect([isScrollable, isDark]).toEqual([true, true]);
  });
});

describe("in its tab", () => {
  test("it stays while the shopper walks on, with what earlier pages told", async () => {
    stage.pages["/"] = page("", '<a href="/next">next</a>');
    const visit = await open();
    await visit.page.evaluate(add());
    await shows(visit.page, "Added To Cart", "Relay kept", "Pinterest Tag fired");
    await press(visit, "Collapse");
    await visit.page.getByRole("link", { name: "next" }).click();
    await until(async () => (await rows(visit.page)).length === 3);
    expect(await rows(visit.page)).toMatchObject([
      { name: "$page_load", where: "/next" },
      { name: "Added To Cart", where: "/", pills: ["Relay kept", "Pinterest Tag fired", "halves agree"] },
      { name: "$page_load", where: "/" },
    ]);
    expect(await panel(visit).locator(".panel").isVisible()).toBe(false);
    const other = await visit.context.newPage();
    await other.goto(`${stage.shop}/next`);
    await until(() => stage.events("$page_load").length === 3);
    expect(await other.evaluate("document.querySelector('pinrelay-debug')")).toBeNull();
  });

  test("what was told while a page was left is in the list, with the answer that the next page heard", async () => {
    const visit = await open();
    await shows(visit.page, "$page_load", "Relay kept");
    await visit.page.evaluate(`addEventListener("pagehide", () => { ${search("left")} })`);
    await visit.page.goto(`${stage.shop}/next`);
    await shows(visit.page, "Searched", "Relay kept");
    expect(await row(visit.page, "Searched")).toMatchObject({ id: "left", where: "/" });
  });

  test("a page that the browser kept takes up what later pages told, and ends where it was closed there", async () => {
    const visit = await open();
    await visit.page.evaluate(search("s-1"));
    await shows(visit.page, "Searched", "Relay kept", "Pinterest Tag fired");
    const comeBack = (act: string) =>
      visit.page.evaluate(`${act}; dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))`);
    await comeBack(`{ const memory = JSON.parse(sessionStorage["${HASH}"]);
      memory.entries.push({ ...memory.entries[0], key: "later", name: "Signed Up" });
      sessionStorage["${HASH}"] = JSON.stringify(memory); }`);
    await shows(visit.page, "Signed Up", "Relay kept");
    await comeBack("sessionStorage.clear()");
    expect(await isThere(visit)).toBe(false);
  });

  test("it keeps no more than there is room for", async () => {
    const visit = await open();
    await visit.page.evaluate(`for (let n = 0; n < 130; n += 1) { ${search('s" + n + "')} }`);
    await until(async () => (await rows(visit.page)).length > 100);
    const kept = () => visit.page.evaluate((key) => JSON.parse(sessionStorage[key]).entries.length, HASH);
    await until(async () => (await kept()) === 100);
  });

  test("close ends it: for what follows, for the storage, and for what it had wrapped", async () => {
    const visit = await open();
    await shows(visit.page, "$page_load", "Relay kept", "Pinterest Tag told");
    await visit.page.evaluate("void (window.stub = window.pintrk)");
    await press(visit, "Close for this tab");
    expect(await isThere(visit)).toBe(false);
    expect(await visit.page.evaluate("[sessionStorage.length, location.hash]")).toEqual([0, ""]);
    expect(
      await visit.page.evaluate(() => [
        Function.prototype.toString.call(fetch),
        Object.hasOwn(navigator, "sendBeacon"),
        Object.getOwnPropertyDescriptor(window, "pintrk")?.get,
      ]),
    ).toEqual([expect.stringContaining("fetch"), false, undefined]);
    await visit.page.evaluate(search("s-1"));
    await until(() => stage.events("Searched").length === 1 && stage.tracked("search").length === 1);
    await visit.page.reload();
    await until(() => stage.events("$page_load").length === 2);
    expect(visit.requests.filter((path) => path === "/debug.js")).toHaveLength(1);
    expect(await visit.page.evaluate(OWN_ENTRIES)).toEqual([]);
    expect(visit.errors).toEqual([]);
  });

  test("so does =off in the address", async () => {
    const visit = await open();
    await shows(visit.page, "$page_load", "Relay kept");
    await visit.page.goto(`${stage.shop}/next${HASH}=off`);
    await until(() => stage.events("$page_load").length === 2);
    expect(await isThere(visit)).toBe(false);
    await visit.page.goto(`${stage.shop}/`);
    await until(() => stage.events("$page_load").length === 3);
    expect(visit.requests.filter((path) => path === "/debug.js")).toHaveLength(2);
    expect(await isThere(visit)).toBe(false);
  });

  test("clear empties the list, and what comes then is shown", async () => {
    const visit = await open();
    await shows(visit.page, "$page_load", "Relay kept");
    await press(visit, "Clear");
    await until(async () => (await rows(visit.page)).length === 0);
    await visit.page.evaluate(search("s-1"));
    await shows(visit.page, "Searched", "Relay kept");
    expect(await rows(visit.page)).toHaveLength(1);
  });
});

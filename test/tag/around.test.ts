/** Around the page, in a real browser: routes of single-page shops, links to other domains, forms, another Pinterest Tag. */
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { eachStage } from "./each-stage.ts";
import { came, rest, type Stage } from "./stage.ts";

let stage: Stage;
eachStage((set) => {
  stage = set;
});

const product = (id: string): string =>
  JSON.stringify({ "@type": "Product", productID: id, name: `Mug ${id}`, offers: { price: 24, priceCurrency: "USD" } });
const STUB = "<script>window.pinrelay = function () { (pinrelay.q = pinrelay.q || []).push(arguments) };</script>";
const told = (name: string): string[] => stage.events(name).map(({ url }) => url.replace(stage.shop, ""));
const views = (): (string | undefined)[] =>
  stage.events("Viewed Product").map(({ properties }) => properties.product_id);

describe("a single-page shop", () => {
  const open = async (withoutNavigation: boolean) => {
    stage.pages["/"] =
      `<head>${withoutNavigation ? "<script>delete window.navigation; Object.defineProperty(window, 'navigation', { value: undefined });</script>" : ""}
      <script type="application/ld+json" id="data">${product("1")}</script>${stage.tag()}</head>`;
    const visit = await stage.visit();
    await visit.page.goto(`${stage.shop}/`);
    await until(() => views().length === 1);
    return visit;
  };
  const API = [
    ["with the Navigation API", false],
    ["without it", true],
  ] as const;

  test.each(API)("%s: a route is a page load, and its view is read when its data has come", async (_api, without) => {
    const { page, errors } = await open(without);
    await page.evaluate('history.pushState(null, "", "/p/2")');
    await rest(page, 1_000);
    expect(views()).toEqual(["1"]);
    await page.evaluate((text) => {
      const data = document.querySelector("#data");
      if (data) data.textContent = text;
    }, product("2"));
    await until(() => views().length === 2);
    await page.goBack();
    await until(() => told("$page_load").length === 3);
    expect(told("$page_load")).toEqual(["/", "/p/2", "/"]);
    expect(views()).toEqual(["1", "2"]);
    expect(stage.events("Viewed Product")[1]?.url).toBe(`${stage.shop}/p/2`);
    expect(errors).toEqual([]);
  });

  test.each(API)(
    "%s: a variant, a filter being typed and a place in the page are no page load",
    async (_api, without) => {
      const { page } = await open(without);
      await page.evaluate(`
      history.replaceState(null, "", "?variant=41002"); history.pushState(null, "", "?variant=41003");
      history.replaceState(null, "", "?variant=41003&q=mu"); location.hash = "reviews";
      history.pushState(null, "", "/search?q=mug"); history.replaceState(null, "", "/search?q=mugs");`);
      await until(() => told("$page_load").length === 2);
      await rest(page, 300);
      expect(told("$page_load")).toEqual(["/", "/search?q=mug"]);
    },
  );
});

test("a page that comes back out of the back/forward cache is seen again, once", async () => {
  stage.pages["/"] = `<head><script type="application/ld+json">${product("1")}</script>${stage.tag()}</head>`;
  const { page } = await stage.visit();
  await page.goto(`${stage.shop}/`);
  await until(() => views().length === 1);
  await page.evaluate('dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))');
  await until(() => views().length === 2);
  expect(told("$page_load")).toEqual(["/", "/"]);
});

describe("links to the shop's other domains", () => {
  const LINKED = /_pinrelay=([0-9a-f]{64})\.\w+\.(\w*)/;
  const open = async (attributes: string, consent: "implied" | "require" = "implied") => {
    stage.settings.consent = consent;
    stage.pages["/"] =
      `<head>${STUB}${stage.tag(attributes)}</head><a href="http://checkout.other.localhost/pay?a=1#x">pay</a><a id="no" href="http://else.localhost/">else</a>`;
    const visit = await stage.visit({}, (context) =>
      context.route(/(other|else)\.localhost/, (route) => route.fulfill({ body: "there", contentType: "text/html" })),
    );
    await visit.page.goto(`${stage.shop}/?epik=dj0yJnU9TkVX`);
    await came(visit.page);
    return visit.page;
  };

  test("carry visitor and click ID, and no other link does", async () => {
    const page = await open('data-link-domains="other.localhost third.localhost"');
    const [{ value: visitor } = { value: "" }] = (await page.context().cookies()).filter(
      ({ name }) => name === "_pinrelay",
    );
    await page.click("#no");
    expect(page.url()).toBe("http://else.localhost/");
    await page.goBack();
    await page.click("a");
    expect(LINKED.exec(page.url())?.slice(1)).toEqual([visitor, "dj0yJnU9TkVX"]);
    expect(page.url()).toMatch(/\?a=1&.*#x$/);
  });

  test("are also named by a call", async () => {
    const page = await open("");
    await page.evaluate('pinrelay({ method: "link_domain", domain: "other.localhost" })');
    await page.click("a");
    expect(page.url()).toMatch(LINKED);
  });

  test("carry nobody without consent", async () => {
    const page = await open('data-link-domains="other.localhost"', "require");
    await page.click("a");
    expect(page.url()).toBe("http://checkout.other.localhost/pay?a=1#x");
  });

  const ID = "0123456789abcdef".repeat(4);
  test.each([
    ["is who arrives", 0, ID, "dj0yCARRIED"],
    ["of an hour ago names nobody", 3_600_000, undefined, undefined],
  ])("a visitor that is carried %s, and the address is clean", async (_what, ageMs, id, clickId) => {
    stage.pages["/"] = `<head>${stage.tag()}</head>`;
    const { page } = await stage.visit();
    // Dated now: a link that is two minutes old when the file's turn comes to it names nobody.
    const at = Date.now() - ageMs;
    await page.goto(`${stage.shop}/?a=1&_pinrelay=${ID}.${at.toString(36)}.dj0yCARRIED&b=2#x`);
    await until(() => stage.events("$page_load").length === 1);
    const [beacon] = stage.beacons;
    expect(page.url()).toBe(`${stage.shop}/?a=1&b=2#x`);
    expect(told("$page_load")).toEqual(["/?a=1&b=2"]);
    expect(beacon?.visitor?.clickId).toBe(clickId);
    expect(beacon?.visitor?.id === ID).toBe(id !== undefined);
  });
});

describe("who a form is from", () => {
  const FORM = `<form onsubmit="return false"><input type="email" name="e"><input type="tel" name="t"><button>Join</button></form>
    <form class="cart" onsubmit="return false"><input type="email" name="properties[Recipient]" value="friend@example.com"><button id="gift">Add</button></form>`;
  const open = async (formIdentity: boolean) => {
    stage.settings.formIdentity = formIdentity;
    stage.pages["/"] = `<head>${STUB}${stage.tag()}</head>${FORM}`;
    const { page } = await stage.visit();
    await page.goto(`${stage.shop}/`);
    await came(page);
    await page.click("#gift");
    await page.fill("[name=e]", "ann@example.com");
    await page.fill("[name=t]", "+1 503 555 0142");
    await page.click("button");
    await page.evaluate('pinrelay({ method: "track", eventName: "Subscribed To Newsletter" })');
    await until(() => stage.tracked("lead").length === 1 && stage.events("Subscribed To Newsletter").length === 1);
    return stage.events("Subscribed To Newsletter")[0]?.profile;
  };

  test("is told with what follows, on both channels; whom a gift is for is not", async () => {
    expect(await open(true)).toEqual({ $email: "ann@example.com", $phone_number: "+1 503 555 0142" });
    const set = stage.pintrk.filter(({ words }) => words[0] === "set").at(-1)?.words[1];
    expect(set).toEqual({ em: expect.stringMatching(/^[0-9a-f]{64}$/), ph: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test("is nobody's business where the shop says so", async () => {
    expect(await open(false)).toEqual({});
  });
});

describe("another Pinterest Tag", () => {
  const noticed = () => stage.beacons.flatMap(({ otherTags = [] }) => otherTags);
  const open = async (code: string) => {
    stage.pages["/"] = `<head>${code}${STUB}${stage.tag()}</head>`;
    const { page } = await stage.visit({}, (context) =>
      context.route("https://ct.pinterest.com/**", (route) =>
        route.fulfill({ body: "", contentType: "text/javascript" }),
      ),
    );
    await page.goto(`${stage.shop}/`);
    await until(() => stage.events("$page_load").length === 1);
    await came(page);
    await rest(page, 600);
    await page.evaluate('pinrelay({ method: "track", eventName: "Signed Up" })');
    await until(() => stage.events("Signed Up").length === 1);
    await until(() => stage.beacons.length > 1);
    return page;
  };
  const sent = (query: string): string => `<script src="https://ct.pinterest.com/v3/?${query}"></script>`;

  test("is none where our own event has an ID that an address has to encode", async () => {
    const page = await open("");
    await page.evaluate('pinrelay({ method: "track", eventName: "Searched", eventID: "add:1001/7 o\'clock" })');
    await until(() => stage.tracked("search").length === 1);
    await page.evaluate(
      (data) => {
        const script = document.createElement("script");
        script.src = `https://ct.pinterest.com/v3/?tid=2612345678901&event=search&ed=${encodeURIComponent(data)}`;
        document.head.append(script);
      },
      JSON.stringify({ event_id: "add:1001/7 o'clock" }),
    );
    await page.waitForFunction(
      'performance.getEntriesByType("resource").some(({ name }) => name.includes("event=search"))',
    );
    await rest(page, 300);
    await page.evaluate('pinrelay({ method: "track", eventName: "Subscribed" })');
    await until(() => stage.events("Subscribed").length === 1);
    expect(noticed()).toEqual([]);
  });

  // biome-ignore format: a table
  test.each([
    ["that tells events under another ID",        sent("tid=2698765432109&event=AddToCart&ed=%7B%7D"), [{ by: "network", tagId: "2698765432109", event: "addtocart" }]],
    ["that tells events under our ID, not by us", sent("tid=2612345678901&event=checkout&ed=%7B%22event_id%22%3A%22theirs%22%7D"), [{ by: "network", tagId: "2612345678901", event: "checkout" }]],
    ["in the page's code",                        `<script>!function(){var n=window.pintrk=function(){n.queue.push(arguments)};n.queue=[]}();pintrk("load","2698765432109");</script>`, [{ by: "page", tagId: "2698765432109" }]],
    ["of Shopify's app",                          `<script type="text/plain" id="web-pixels-manager-setup">webPixelsConfigList: [{"id":"88","configuration":"{\\"a\\":1}","apiClientId":1},{"id":"99","configuration":"{\\"tagID\\":\\"2698765432109\\"}","type":"APP","apiClientId":3009811}]</script>`, [{ by: "shopify app", tagId: "2698765432109" }]],
    ["that only starts under our ID is ours",     sent("tid=2612345678901&event=init"), []],
    ["of another maker is none",                  `<script>var config = [{"configuration":"{}","apiClientId":30098111}]</script>`, []],
  ])("%s", async (_which, code, expected) => {
    await open(code);
    expect(noticed()).toEqual(expected);
  });

  test("is told again where the relay could not take it", async () => {
    stage.answers = [202, 503];
    await open(sent("tid=2698765432109&event=AddToCart&ed=%7B%7D"));
    expect(noticed()).toEqual([{ by: "network", tagId: "2698765432109", event: "addtocart" }]);
    expect(stage.requests.length).toBeGreaterThan(stage.beacons.length);
  });
});

// biome-ignore format: a table
test.each([
  ["Converge's", 'data-global="cvg"', "var kept = window.cvg = function (call) { kept.process ? kept.process(call) : kept.queue.push(call) }; kept.queue = [];"],
  ["ours",       "",                  "var kept = window.pinrelay = function () { (kept.q = kept.q || []).push(arguments) };"],
])("a page that keeps the stub under a name of its own is heard through it, once: %s", async (_whose, attributes, stub) => {
  stage.pages["/"] = `<head><script>${stub} kept({ method: "track", eventName: "Signed Up", eventID: "s-1" });</script>${stage.tag(attributes)}</head>`;
  const { page } = await stage.visit();
  await page.goto(`${stage.shop}/`);
  await until(() => stage.events("Signed Up").length === 1);
  await page.evaluate('kept({ method: "track", eventName: "Searched", eventID: "s-2", properties: { query: "mug" } })');
  await until(() => stage.events("Searched").length === 1);
  await page.evaluate('kept({ method: "track", eventName: "Contacted", eventID: "s-3" })');
  await until(() => stage.events("Contacted").length === 1);
  expect(stage.events().map(({ id }) => id).filter((id) => id.startsWith("s-")).sort()).toEqual(["s-1", "s-2", "s-3"]);
});

test("a page instrumented for Converge is served as it stands", async () => {
  stage.pages["/"] = `<head><script>
    window.cvg = window.cvg || function (call) { cvg.process ? cvg.process(call) : cvg.queue.push(call) }; cvg.queue = cvg.queue || [];
    cvg({ method: "set_endpoint", endpoint: "https://t.example/api" });
    cvg({ method: "set", properties: { $email: "ann@example.com" }, eventProperties: { currency: "USD" } });
    cvg({ method: "track", eventName: "Added To Cart", properties: { product_id: "1001", price: 24, quantity: 1 }, eventID: "c-1" });
    cvg({ method: "forward", eventName: "Placed Order", properties: { id: 5001, total_price: 24 }, eventID: "5001" });
    cvg({ method: "event", event: "Searched", eventId: "s-1", properties: { query: "mug" } });
    </script>${stage.tag('data-global="cvg"')}</head>`;
  const { page, words } = await stage.visit();
  await page.goto(`${stage.shop}/`);
  await until(() => ["Added To Cart", "Placed Order", "Searched"].every((name) => stage.events(name).length === 1));
  expect(stage.events("Added To Cart")).toMatchObject([
    { id: "c-1", properties: { currency: "USD" }, profile: { $email: "ann@example.com" } },
  ]);
  expect(stage.events("Placed Order")).toMatchObject([{ id: "order.k3x9q2m7.5001" }]);
  expect(stage.events("Searched")).toMatchObject([{ id: "s-1" }]);
  await page.evaluate('cvg({ method: "track", eventName: "Signed Up" })');
  await until(() => stage.events("Signed Up").length === 1);
  expect(words.filter((text) => text.startsWith("pinrelay"))).toEqual([]);
});

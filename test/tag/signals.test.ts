/** Consent as platforms and consent managers say it, in a real browser: what goes, what waits, what vanishes. */
import { describe, expect, test } from "vitest";
import { CONSENT_KEY, type TagSettings } from "#tag/contract";
import { until } from "../until.ts";
import { eachStage } from "./each-stage.ts";
import { came, rest, type Stage } from "./stage.ts";

let stage: Stage;
eachStage((set) => {
  stage = set;
});

const STUB = "window.pinrelay = function () { (pinrelay.q = pinrelay.q || []).push(arguments) };";
const LAYER = "window.dataLayer = []; function gtag() { dataLayer.push(arguments) }";

/** Acts Shopify's customer privacy API: `said` is what the visitor has chosen. */
const shopify = (isAllowed: boolean, said: string, more = ""): string => `
  let allowed = ${isAllowed}, said = "${said}";
  window.Shopify = { customerPrivacy: {
    marketingAllowed: () => allowed, currentVisitorConsent: () => ({ marketing: said }) ${more} } };
  function choose(word) {
    said = word; allowed = word === "yes";
    document.dispatchEvent(new CustomEvent("visitorConsentCollected", { detail: { marketingAllowed: allowed } }));
  }`;
const SHOPIFY_LATE = `
  window.Shopify = { loadFeatures(features, loaded) { window.load = () => {
    Shopify.customerPrivacy = { marketingAllowed: () => features[0].name === "consent-tracking-api" };
    loaded();
  } } };`;
const tcf = (consents: string, status = "tcloaded", applies = true): string => `
  let heard;
  const data = (consents, eventStatus) => ({ gdprApplies: ${applies}, eventStatus, purpose: { consents } });
  window.__tcfapi = (command, version, callback) => {
    if (command !== "addEventListener" || version !== 2) throw new Error(command);
    heard = callback;
    callback(data(${consents}, "${status}"), true);
  };
  function choose(word) { heard(data(word === "yes" ? ALL : {}, "useractioncomplete"), true); }
  const ALL = { 1: true, 3: true, 4: true, 7: true };`;
const google = (
  state: string,
): string => `${LAYER}; gtag("consent", "default", { ad_storage: "${state}", ad_user_data: "${state}" });
  function choose(word) { const state = word === "yes" ? "granted" : "denied"; gtag("consent", "update", { ad_storage: state, ad_user_data: state }); }`;

const open = async (
  code: string,
  settings: Partial<TagSettings> = { consent: "auto" },
  timezoneId = "America/New_York",
) => {
  stage.settings = settings;
  stage.pages["/"] = `<head><script>${STUB}${code}</script>${stage.tag()}</head>`;
  const visit = await stage.visit({ timezoneId });
  await visit.page.goto(`${stage.shop}/`);
  return visit;
};
const loads = () => stage.events("$page_load").length;

// biome-ignore format: a table
const SAID: readonly (readonly [who: string, code: string, isTold: boolean])[] = [
  ["Shopify, where marketing is allowed",           shopify(true, ""),                         true],
  ["Shopify, where the visitor refused",            shopify(false, "no"),                      false],
  ["Shopify, where nothing is chosen yet",          shopify(false, ""),                        false],
  ["TCF, where all purposes are granted",           tcf("{ 1: true, 3: true, 4: true, 7: true }"), true],
  ["TCF, where one is missing",                     tcf("{ 1: true, 3: true, 7: true }"),      false],
  ["TCF, while the dialogue is open",               tcf("{}", "cmpuishown"),                   false],
  ["TCF, where the law does not apply",             tcf("{}", "tcloaded", false),              true],
  ["Google, where it is granted by default",        google("granted"),                         true],
  ["Google, where it is denied by default",         google("denied"),                          false],
  ["Google, for some regions only",                 `${LAYER}; gtag("consent", "default", { ad_storage: "denied", region: ["DE", "FR"] });`, true],
  ["a template of Google's Tag Manager, out of sight", `${LAYER}; window.google_tag_data = { ics: { entries: { ad_storage: { default: false } } } };`, false],
  ["Google grants and Shopify refuses",             `${google("granted")}; ${shopify(false, "no").replace("function choose", "function other")}`, false],
];

describe("what is said before the tag came decides", () => {
  test.each(SAID)("%s", async (_who, code, isTold) => {
    const visit = await open(code);
    await came(visit.page);
    if (isTold) await until(() => loads() > 0);
    else await rest(visit.page, 500);
    expect(loads()).toBe(isTold ? 1 : 0);
    expect(visit.errors).toEqual([]);
    expect((await visit.context.cookies()).some(({ name }) => name === "_pinrelay")).toBe(isTold);
  });
});

describe("what happens before a choice waits for it", () => {
  // biome-ignore format: a table
  const MANAGERS: readonly (readonly [who: string, code: string])[] = [
    ["Shopify",   shopify(false, "")],
    ["TCF",       tcf("{}", "cmpuishown")],
    ["Google",    google("denied")],
  ];
  test.each(MANAGERS)(
    "%s: it goes once it is granted, and both channels stop once it is withdrawn",
    async (_who, code) => {
      const visit = await open(code);
      await came(visit.page);
      await visit.page.evaluate('pinrelay({ method: "track", eventName: "Signed Up" }); choose("yes")');
      await until(
        () => loads() === 1 && stage.events("Signed Up").length === 1 && stage.tracked("signup").length === 1,
      );
      await visit.page.evaluate('choose("no")');
      await until(() => stage.pintrk.some(({ words }) => words[0] === "setconsent" && words[1] === false));
      expect(await visit.page.evaluate("document.cookie")).not.toContain("_pinrelay");
      await visit.page.evaluate('pinrelay({ method: "track", eventName: "Searched" })');
      await visit.page.waitForTimeout(400);
      expect(stage.events("Searched")).toEqual([]);
    },
  );

  test.each(MANAGERS)("%s: it vanishes with a refusal", async (_who, code) => {
    const visit = await open(code);
    await came(visit.page);
    await visit.page.evaluate('pinrelay({ method: "track", eventName: "Signed Up" }); choose("no")');
    await visit.page.evaluate('choose("yes"); pinrelay({ method: "track", eventName: "Searched" })');
    await until(() => stage.events("Searched").length === 1);
    expect(stage.events("Signed Up")).toEqual([]);
  });

  test("Shopify's API that has to be loaded first is waited for", async () => {
    const visit = await open(SHOPIFY_LATE);
    await came(visit.page);
    expect(loads()).toBe(0);
    await visit.page.evaluate("load()");
    await until(() => loads() === 1);
    expect(stage.beacons[0]?.consent).toMatchObject({ marketing: "granted", by: "shopify" });
  });
});

describe("a manager that comes once the tag has begun to tell", () => {
  const GRANTED = tcf("{ 1: true, 3: true, 4: true, 7: true }");
  const ASKING = tcf("{}", "cmpuishown");
  const id = "0123456789abcdef".repeat(4);
  const clickId = "dj0yJnU9TkVX";
  const order =
    'pinrelay({ method: "track", eventName: "Placed Order", properties: { id: "5001", total_price: 48 } });';

  /** An order is told while the line is down, and then the manager comes, and the second file after it. */
  const comes = async (manager: string, prepare = "") => {
    stage.settings = { consent: "auto" };
    stage.pages["/"] = stage.pages["/second"] = `<head><script>${prepare}${STUB}</script>${stage.tag()}</head>`;
    stage.answers = Array.from({ length: 99 }, () => "down" as const);
    const visit = await stage.visit({ timezoneId: "America/New_York" }, (context) =>
      context.addCookies(
        Object.entries({ _pinrelay: id, _epik: clickId }).map(([name, value]) => ({ name, value, url: stage.shop })),
      ),
    );
    const { page } = visit;
    await page.goto(`${stage.shop}/`);
    await came(page);
    if (!prepare) {
      await page.evaluate(order);
      await until(() => stage.requests.some(({ body }) => body.includes("5001")));
    }
    let letCome = (): void => {};
    const held = new Promise<void>((resolve) => {
      letCome = resolve;
    });
    await page.route("**/every.*", (route) => held.then(() => route.continue()));
    await page.goto(`${stage.shop}/second`, { waitUntil: "commit" });
    await until(() => stage.requests.some(({ body }) => body.includes("/second")));
    await page.addScriptTag({ content: manager });
    letCome();
    await came(page);
    return visit;
  };
  /** What the Pinterest Tag of the second page was told. */
  const heard = (word: string) => stage.pintrk.filter(({ words, path }) => path === "/second" && words[0] === word);
  const isSame = () => {
    for (const { visitor } of stage.beacons) expect(visitor).toEqual({ id, clickId });
    expect(heard("setconsent")).toEqual([]);
    expect(heard("page")).toHaveLength(1);
  };

  test("and grants at once takes nothing away", async () => {
    await comes(GRANTED);
    stage.answers = [];
    await until(() => stage.events("Placed Order").length === 1 && heard("page").length > 0);
    expect(stage.events("Placed Order")[0]?.properties.id).toBe("5001");
    isSame();
  });

  test.each([
    ["", ""],
    [
      " in a browser that stores nothing",
      'Object.defineProperty(window, "localStorage", { get() { throw new Error() } });',
    ],
  ])("and asks first has all wait%s, and go with the grant", async (_where, prepare) => {
    const { page, errors } = await comes(ASKING, prepare);
    stage.answers = [];
    await page.evaluate(order.replace("5001", "5002"));
    await rest(page, 1_500);
    expect(stage.beacons).toEqual([]);
    expect(heard("load")).toEqual([]);
    await page.evaluate('choose("yes")');
    await until(() => stage.events("Placed Order").length === (prepare ? 1 : 2) && loads() > 0);
    await until(() => heard("track").length === 1);
    isSame();
    expect(errors).toEqual([]);
  });

  test("and refuses has all vanish", async () => {
    const { page, context } = await comes(tcf("{}"));
    stage.answers = [];
    await until(async () => (await context.cookies()).length === 0);
    await rest(page, 1_000);
    expect(stage.events()).toEqual([]);
    expect(heard("load")).toEqual([]);
  });
});

test("a call on the page is believed before a manager, and the mode always asks nobody", async () => {
  await open(`${shopify(false, "no")} pinrelay({ method: "consent", marketing: "granted" });`);
  await until(() => loads() === 1);
  await open(shopify(false, "no"), { consent: "always" });
  await until(() => loads() === 2);
});

test("what another tab stores makes no choice on an earlier page outdo a manager", async () => {
  const { page, context } = await open(
    `localStorage["${CONSENT_KEY}"] = JSON.stringify({ marketing: "granted", by: "call", at: 1 }); ${shopify(false, "no")}`,
  );
  await came(page);
  const other = await context.newPage();
  stage.pages["/other"] = "";
  await other.goto(`${stage.shop}/other`);
  await page.evaluate('addEventListener("storage", ({ key }) => Reflect.set(window, "heard", key))');
  await other.evaluate("localStorage.x = 1");
  await page.waitForFunction('window.heard === "x"');
  await rest(page, 1_000);
  expect([stage.requests, await context.cookies()]).toEqual([[], []]);
});

describe("limited data processing", () => {
  const gpc = { globalPrivacy: "limited", consent: "implied" } as const;
  const PLACE = 'pinrelay({ method: "set", profileProperties: { $state: "CA", $country_code: "US" } });';
  const controlled = async (code: string, settings: Partial<TagSettings>) => {
    stage.settings = settings;
    stage.pages["/"] = `<head><script>${STUB}${code}</script>${stage.tag()}</head>`;
    const visit = await stage.visit({}, (context) =>
      context.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true })),
    );
    await visit.page.goto(`${stage.shop}/`);
    return visit;
  };

  test("steers both channels where state and country are known", async () => {
    await controlled(`${PLACE} pinrelay({ method: "track", eventName: "Signed Up" });`, gpc);
    await until(() => stage.events("Signed Up").length === 1 && stage.tracked("signup").length === 1);
    expect(stage.beacons[0]?.consent).toMatchObject({ limited: true });
    expect(stage.events("Signed Up")[0]?.profile).toEqual({ $state: "CA", $country_code: "US" });
    const told = stage.pintrk.findIndex(({ words }) => words[0] === "set");
    expect(stage.pintrk[told]?.words[1]).toMatchObject({ opt_out_type: "LDP", st: "CA", country: "US" });
    expect(told).toBeLessThan(stage.pintrk.findIndex(({ words }) => words[0] === "track"));
  });

  test.each([
    ["where nobody knows the place", "", gpc],
    ["where the shop suppresses", PLACE, { consent: "implied" } as const],
  ])("tells nothing %s", async (_where, code, settings) => {
    const visit = await controlled(code, settings);
    await visit.page.waitForTimeout(1_000);
    expect(stage.requests).toEqual([]);
    expect(stage.pintrk).toEqual([]);
  });

  test("is what Shopify's opt-out of sale asks for", async () => {
    await open(`${PLACE} ${shopify(true, "yes", ", saleOfDataAllowed: () => false")}`, { ...gpc, consent: "auto" });
    await until(() => loads() === 1);
    expect(stage.beacons[0]?.consent).toMatchObject({ marketing: "granted", by: "shopify", limited: true });
  });
});

/** Consent in a real browser: one decision steers beacon, Pinterest Tag, cookies and storage. */
import type { BrowserContextOptions } from "playwright-core";
import { describe, expect, test } from "vitest";
import { CONSENT_KEY, type ConsentMode } from "#tag/contract";
import { until } from "../until.ts";
import { eachStage } from "./each-stage.ts";
import type { Stage } from "./stage.ts";

let stage: Stage;
eachStage((set) => {
  stage = set;
});

const SIGNED_UP = 'pinrelay({ method: "track", eventName: "Signed Up", eventID: "signed-1" });';
const choice = (marketing: string): string => `pinrelay({ method: "consent", marketing: "${marketing}" });`;

const open = async (mode: ConsentMode, options: BrowserContextOptions = {}, code = "") => {
  stage.settings.consent = mode;
  stage.pages["/"] =
    `<head><script>window.pinrelay = function () { (pinrelay.q = pinrelay.q || []).push(arguments) }; ${code}</script>${stage.tag()}</head>`;
  const visit = await stage.visit(options);
  await visit.page.goto(`${stage.shop}/?epik=dj0yJnU9TkVX`);
  return visit;
};
type Opened = Awaited<ReturnType<typeof open>>;

/** What the visitor's browser holds of ours. */
const traces = async ({ context, page }: Opened): Promise<string[]> => {
  const cookies = (await context.cookies()).map(({ name }) => name);
  const kept = await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("_pinrelay.event")));
  return [...cookies, ...kept].sort();
};
const nothing = async (opened: Opened): Promise<void> => {
  await opened.page.waitForTimeout(1_300);
  expect([stage.requests, stage.pintrk, await traces(opened)]).toEqual([[], [], []]);
};

const BERLIN = { timezoneId: "Europe/Berlin" };
const NEW_YORK = { timezoneId: "America/New_York" };

describe("without a decision", () => {
  // biome-ignore format: a table
  test.each<[ConsentMode, BrowserContextOptions]>([
    ["auto",    NEW_YORK],
    ["implied", BERLIN],
    ["always",  BERLIN],
  ])("%s tells both channels in %o", async (mode, options) => {
    const opened = await open(mode, options, SIGNED_UP);
    await until(() => stage.tracked("signup").length === 1 && stage.events("Signed Up").length === 1);
    expect(stage.beacons[0]).toMatchObject({ consent: { marketing: "unknown", by: mode }, visitor: { clickId: "dj0yJnU9TkVX" } });
    const [cookie] = await opened.context.cookies();
    expect(cookie).toMatchObject({ name: "_pinrelay", path: "/", sameSite: "Lax", secure: false, value: stage.beacons[0]?.visitor?.id });
    expect((cookie?.expires ?? 0) - Date.now() / 1_000).toBeGreaterThan(364 * 86_400);
    expect(stage.pintrk.map(({ words }) => words.slice(0, 2))).toContainEqual(["set", { external_id: cookie?.value }]);
  });

  // biome-ignore format: a table
  test.each<[ConsentMode, BrowserContextOptions]>([
    ["auto",    BERLIN],
    ["require", NEW_YORK],
  ])("%s tells nothing in %o", async (mode, options) => {
    await nothing(await open(mode, options, SIGNED_UP));
  });
});

test("what waited for a decision goes with the consent, under its own time and ID", async () => {
  const opened = await open("require", {}, SIGNED_UP);
  await nothing(opened);
  const decided = Date.now();
  await opened.page.evaluate(choice("granted"));
  await until(() => stage.events().length === 2 && stage.tracked("signup").length === 1);
  expect(stage.events().map(({ name }) => name)).toEqual(["$page_load", "Signed Up"]);
  for (const { time } of stage.events()) expect(time).toBeLessThan(decided);
  expect(stage.events("Signed Up")[0]?.id).toBe("signed-1");
  expect(stage.beacons[0]?.consent).toMatchObject({ marketing: "granted", by: "call" });
});

test("what waited for a decision is gone with the denial", async () => {
  const opened = await open("require", {}, SIGNED_UP);
  await opened.page.evaluate(choice("denied"));
  await nothing(opened);
  await opened.page.evaluate(choice("granted") + SIGNED_UP.replace("signed-1", "signed-2"));
  await until(() => stage.events("Signed Up").length === 1);
  expect(stage.events().map(({ id }) => id)).toEqual(["signed-2"]);
});

test("a decision made before the script came holds for the calls before it too", async () => {
  await nothing(await open("implied", {}, SIGNED_UP + choice("denied")));
});

test("a decision is remembered over page loads", async () => {
  const opened = await open("auto", BERLIN, choice("granted"));
  await until(() => stage.events("$page_load").length === 1);
  stage.pages["/"] = stage.pages["/next"] = `<head>${stage.tag()}</head>`;
  await opened.page.goto(`${stage.shop}/next`);
  await until(() => stage.events("$page_load").length === 2);
  await until(() => stage.pintrk.some(({ words, path }) => words[0] === "page" && path === "/next"));
  await opened.page.evaluate(choice("denied"));
  await until(() => stage.pintrk.some(({ words }) => words[0] === "setconsent"));
  // The relay is told of it too, and that may come a moment later.
  await until(() => stage.beacons.some(({ consent }) => consent.marketing === "denied"));
  stage.requests.length = 0;
  stage.pintrk.length = 0;
  await opened.page.goto(`${stage.shop}/?again`);
  await nothing(opened);
});

test("withdrawn, it stops the Tag and takes cookies and kept events; granted again, all goes on", async () => {
  stage.answers = Array.from({ length: 20 }, () => "down" as const);
  const opened = await open("implied", {}, SIGNED_UP);
  await until(async () => stage.tracked("signup").length === 1 && (await traces(opened)).length === 4);
  await opened.page.evaluate(choice("denied"));
  await until(() => stage.pintrk.some(({ words }) => words[0] === "setconsent" && words[1] === false));
  expect(await traces(opened)).toEqual([]);

  // That it was taken back is told the relay as soon as it is there again.
  stage.answers = [];
  await until(() => stage.beacons.length === 1);
  expect(stage.beacons[0]).toMatchObject({ consent: { marketing: "denied" }, events: [] });
  const posted = stage.requests.length;
  await opened.page.evaluate(SIGNED_UP.replace("signed-1", "signed-2"));
  await opened.page.waitForTimeout(1_500);
  expect(stage.requests).toHaveLength(posted);
  expect(stage.tracked("signup")).toHaveLength(1);

  await opened.page.evaluate(choice("granted") + SIGNED_UP.replace("signed-1", "signed-3"));
  await until(() => stage.tracked("signup").length === 2);
  await until(() => stage.events("Signed Up").length === 1);
  expect(stage.events("Signed Up")[0]?.id).toBe("signed-3");
  expect(stage.pintrk.filter(({ words }) => words[0] === "load")).toHaveLength(1);
  expect(stage.pintrk.map(({ words }) => words.slice(0, 2))).toContainEqual(["setconsent", true]);
});

test("withdrawn in one tab it stops the other, and granted there it goes on here", async () => {
  const first = await open("implied");
  await until(() => stage.events().length === 1);
  const second = await first.context.newPage();
  await second.goto(`${stage.shop}/`);
  await until(() => stage.events().length === 2);
  // The tag of the first page hears it before this does. Right after a denial it hears the kept events go.
  await first.page.evaluate((consentKey) => {
    addEventListener("storage", ({ key, newValue }) => key === consentKey && Reflect.set(window, "heard", newValue));
  }, CONSENT_KEY);
  const hears = (marketing: string) => first.page.waitForFunction(`String(window.heard).includes("${marketing}")`);
  await second.evaluate(choice("denied"));
  await hears("denied");
  await until(async () => (await traces(first)).length === 0);
  const before = stage.pintrk.length;
  await first.page.evaluate(SIGNED_UP);
  await first.page.waitForTimeout(300);
  expect(stage.events("Signed Up")).toEqual([]);
  expect(stage.pintrk.slice(before).filter(({ words }) => words[0] === "track")).toEqual([]);
  expect(await traces(first)).toEqual([]);
  await second.evaluate(choice("granted"));
  await hears("granted");
  await first.page.evaluate(SIGNED_UP);
  await until(() => stage.events("Signed Up").length === 1);
});

test("what happened while it was denied is not told once it is granted, on either channel", async () => {
  const layer = `window.dataLayer = [{ event: "add_to_cart", ecommerce: { currency: "USD", items: [{ item_id: "1001", price: 24 }] } }];`;
  const product = `<script type="application/ld+json">{ "@type": "Product", "productID": "1001", "name": "Harbor Mug" }</script>`;
  const { page } = await open("implied", {}, `${choice("denied")} ${layer} </script>${product}<script>`);
  await page.waitForTimeout(1_200);
  await page.evaluate(`${choice("granted")} ${SIGNED_UP}`);
  await until(() => stage.events("Signed Up").length === 1 && stage.tracked("signup").length === 1);
  await page.waitForTimeout(1_200);
  await page.goto("about:blank");
  await page.waitForTimeout(200);
  expect(stage.events().map(({ name }) => name)).toEqual(["Signed Up"]);
  expect(stage.tracked()).toHaveLength(1);
});

test("a page load while it was denied is no visit once it is granted", async () => {
  stage.settings = { ...stage.settings, pageLoad: "page_visit" };
  const { page } = await open("implied", {}, choice("denied"));
  await page.waitForTimeout(1_200);
  await page.evaluate(`${choice("granted")} ${SIGNED_UP}`);
  await until(() => stage.events("Signed Up").length === 1 && stage.tracked("signup").length === 1);
  await page.waitForTimeout(1_000);
  expect(stage.events("$page_load")).toEqual([]);
  expect(stage.tracked("pagevisit")).toEqual([]);
});

test("withdrawn before the second file came, it keeps Pinterest out", async () => {
  stage.settings.consent = "implied";
  stage.pages["/"] = `<head>${stage.tag()}</head>`;
  let letCome = (): void => {};
  const held = new Promise<void>((resolve) => {
    letCome = resolve;
  });
  const visit = await stage.visit({}, (context) =>
    context.route("**/every.*", (route) => held.then(() => route.continue())),
  );
  await visit.page.goto(`${stage.shop}/`, { waitUntil: "commit" });
  await until(() => stage.events("$page_load").length === 1);
  await visit.page.evaluate(choice("denied"));
  letCome();
  await visit.page.waitForTimeout(1_000);
  expect(stage.pintrk).toEqual([]);
  expect(await visit.page.evaluate("typeof window.pintrk")).toBe("undefined");
});

describe("Global Privacy Control", () => {
  const controlled = async (mode: ConsentMode, code: string) => {
    stage.settings.consent = mode;
    stage.pages["/"] =
      `<head><script>window.pinrelay = function () { (pinrelay.q = pinrelay.q || []).push(arguments) }; ${code}</script>${stage.tag()}</head>`;
    const visit = await stage.visit({}, (context) =>
      context.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true })),
    );
    await visit.page.goto(`${stage.shop}/`);
    return visit;
  };

  test.each<ConsentMode>(["auto", "implied", "require"])(
    "is a denial in the mode %s, whatever a call says",
    async (mode) => {
      await nothing(await controlled(mode, SIGNED_UP + choice("granted")));
    },
  );

  test("is nothing to the mode always", async () => {
    await controlled("always", SIGNED_UP);
    await until(() => stage.events("Signed Up").length === 1);
  });
});

test("the click ID is written down with consent, and outlives its page", async () => {
  const opened = await open("implied");
  await until(() => stage.events().length === 1);
  stage.pages["/next"] = `<head>${stage.tag()}</head>`;
  await opened.page.goto(`${stage.shop}/next`);
  await until(() => stage.events().length === 2);
  expect(new Set(stage.beacons.map(({ visitor }) => visitor?.clickId))).toEqual(new Set(["dj0yJnU9TkVX"]));
  expect((await opened.context.cookies()).map(({ name, value }) => [name, value])).toContainEqual([
    "_epik",
    "dj0yJnU9TkVX",
  ]);
});

/** Shopify's custom pixel as it is built and pasted, in a frame sandboxed as Shopify's is, in a real browser. */
import type { BrowserContext, Page } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import { contentId } from "#tag/content-id";
import type { Acknowledgement, Beacon, BeaconEvent } from "#tag/contract";
import { eventCurrency, eventLines, eventValue, unitCount } from "#tag/money";
import { until } from "../until.ts";
import { ALLOWED, choose, hide, publish, shopifyPage } from "./checkout.ts";
import { ADDED, CHECKOUT, LINES, ORDER, ORDERED, SEARCHED } from "./checkout-data.ts";
import { eachStage } from "./each-stage.ts";
import { pastedPixel } from "./guide.ts";
import type { Stage, Visit } from "./stage.ts";

const CHECKOUT_PAGE = "/checkouts/cn/hWN2bT4kq9ZrXy7Lw3Jd5vGs/en-us";
const THANK_YOU = `${CHECKOUT_PAGE}/thank-you`;
const PRODUCT = "/products/harbor-mug";
const VISITOR = "5e".repeat(32);
const CLICK_ID = "dj0yJnU9N2pHc2FOZ3Y";
const ORDER_ID = "order.k3x9q2m7.6278078300337";

let stage: Stage;
eachStage((set) => {
  stage = set;
});

type Acting = Parameters<typeof shopifyPage>[1] & { head?: string };
const act = ({ head = "", ...acting }: Acting = {}): void => {
  const html = `<head>${head}</head><body>${shopifyPage(pastedPixel(stage.relay), acting)}</body>`;
  stage.pages = { [CHECKOUT_PAGE]: html, [THANK_YOU]: html, [PRODUCT]: html, "/search": html, "/blank": "" };
};

/** A shopper whom the theme's tag has met before. */
const met = (context: BrowserContext): Promise<void> =>
  context.addCookies([
    { name: "_pinrelay", value: VISITOR, url: stage.shop },
    { name: "_epik", value: CLICK_ID, url: stage.shop },
  ]);

/** Opens a page and waits until the pixel has asked it for all it needs. */
const open = async (path: string, acting?: Acting, prepare: typeof met = met): Promise<Visit> => {
  act(acting);
  const visit = await stage.visit({}, prepare);
  await visit.page.goto(stage.shop + path);
  return visit;
};

const stored = ({ page }: Visit, key: string): Promise<string | null> =>
  page.evaluate((key) => localStorage.getItem(key), key);
/** Beacons that say who it was: all but those that tell of a denied order its names. */
const beacons = (): Beacon[] => stage.beacons.filter(({ visitor }) => visitor);
/**
 * Names of all events that came in them, sorted; what came twice is in it twice. So a page is to have heard the answer before
 * it is left: what it has not, the next page tells again.
 */
const told = (): string[] =>
  beacons()
    .flatMap(({ events }) => events.map(({ name }) => name))
    .sort();
const answered = (visit: Visit) => until(async () => (await stored(visit, "_pinrelay.pixel")) === "[]");
/** The frame asks the page around it to keep it, and does not wait for that. */
const rests = (visit: Visit, what: string) =>
  until(async () => (await stored(visit, "_pinrelay.pixel"))?.includes(what) ?? false);
const one = (name: string): BeaconEvent => {
  const [event, ...more] = stage.events(name);
  if (!event || more.length > 0) throw new Error(`${stage.events(name).length} of ${name}`);
  return event;
};
const ack = (state: Acknowledgement["state"]): object => ({ id: ORDER_ID, name: "Placed Order", state });

/** Nothing of Pinterest can be had from here on. */
const block =
  (...paths: string[]) =>
  async (context: BrowserContext): Promise<void> => {
    await met(context);
    for (const path of paths) await context.route(`${stage.relay}${path}*`, (route) => route.abort());
  };

test("the frame is sandboxed: no origin, no cookies, no storage, and none of this is asked for", async () => {
  const { page, errors } = await open(THANK_YOU);
  const frame = page.frames()[1];
  await publish(page, "checkout_completed", ORDERED);
  await until(() => stage.beacons.length === 1);
  expect(
    await frame?.evaluate(() => {
      const throws = (step: () => unknown) => {
        try {
          return !step();
        } catch {
          return true;
        }
      };
      return [origin, throws(() => document.cookie), throws(() => localStorage), throws(() => sessionStorage)];
    }),
  ).toEqual(["null", true, true, true]);
  expect(stage.requests).toMatchObject([
    { method: "POST", origin: "null", type: "text/plain;charset=UTF-8", cookie: undefined },
  ]);
  expect(errors).toEqual([]);
});

describe("what the shopper does, and what is told of it", () => {
  // biome-ignore format: a table
  test.each<[does: string, path: string, happens: [name: string, data: unknown][], told: string[]]>([
    ["goes to the checkout",            CHECKOUT_PAGE, [["checkout_started", { checkout: CHECKOUT }]],                    ["Started Checkout"]],
    ["says how to pay",                 CHECKOUT_PAGE, [["payment_info_submitted", { checkout: CHECKOUT }]],              ["Added Payment Info"]],
    ["orders",                          THANK_YOU,     [["checkout_completed", ORDERED]],                                 ["Placed Order"]],
    ["takes an upsell",                 THANK_YOU,     [["checkout_completed", ORDERED], ["product_added_to_cart", ADDED]], ["Added To Cart", "Placed Order"]],
    ["does all of it",                  CHECKOUT_PAGE, [["checkout_started", { checkout: CHECKOUT }], ["payment_info_submitted", { checkout: CHECKOUT }], ["checkout_completed", ORDERED]],
                                                                                                                          ["Added Payment Info", "Placed Order", "Started Checkout"]],
    ["goes on step by step",            CHECKOUT_PAGE, [["page_viewed", {}], ["checkout_contact_info_submitted", { checkout: CHECKOUT }], ["checkout_address_info_submitted", { checkout: CHECKOUT }], ["checkout_shipping_info_submitted", { checkout: CHECKOUT }], ["alert_displayed", { alert: {} }]],
                                                                                                                          []],
    ["takes something out of the cart", CHECKOUT_PAGE, [["product_removed_from_cart", ADDED]],                            []],
    ["finds the same order told twice", THANK_YOU,     [["checkout_completed", ORDERED], ["checkout_completed", ORDERED]], ["Placed Order"]],
  ])("%s", async (_, path, happens, expected) => {
    const { page, errors } = await open(path);
    for (const [name, data] of happens) await publish(page, name, data);
    await until(() => told().length >= expected.length);
    // What comes after proves that nothing else was on its way.
    await publish(page, "search_submitted", SEARCHED);
    await until(() => stage.events("Searched").length === 1);
    expect(told()).toEqual([...expected, "Searched"].sort());
    expect(errors).toEqual([]);
  });
});

describe("who it is", () => {
  test("visitor and click ID are those that the theme's tag left, on both channels", async () => {
    const { page } = await open(THANK_YOU);
    await publish(page, "checkout_completed", ORDERED);
    await until(() => stage.tracked("checkout").length === 1 && stage.beacons.length > 0);
    expect(stage.beacons[0]?.visitor).toEqual({ id: VISITOR, clickId: CLICK_ID });
    const [, person] = stage.pintrk.find(({ words }) => words[0] === "set")?.words ?? [];
    expect(person).toEqual({
      external_id: VISITOR,
      // SHA-256 of "maya.hartley@example.com" and of "15035550142".
      em: "8b66101f5e5569b4a98e06429e28130bb6a2ea3e6fbc5c6b9a0bdd8e82882d91",
      ph: "b6a7e9d637373b00a42b2ae9fc7a4844b2ecd9841d3ce51bbf5eade0a7bea829",
    });
  });

  test("a visitor whom the theme's tag never met is met once, and written down for it", async () => {
    const { context, page } = await open(CHECKOUT_PAGE, {}, (context) =>
      context.addCookies([{ name: "_epik", value: CLICK_ID, url: stage.shop }]),
    );
    await publish(page, "checkout_started", { checkout: CHECKOUT });
    await until(() => stage.beacons.length === 1);
    const visitor = stage.beacons[0]?.visitor;
    expect(visitor).toEqual({ id: expect.stringMatching(/^[0-9a-f]{64}$/), clickId: CLICK_ID });
    // The frame asks the page around it to write it down, and does not wait for that.
    const written = async () => (await context.cookies()).find(({ name }) => name === "_pinrelay");
    await until(async () => (await written()) !== undefined);
    expect(await written()).toMatchObject({ value: visitor?.id, path: "/", sameSite: "Lax", secure: true });
    await page.goto(stage.shop + THANK_YOU);
    await publish(page, "checkout_completed", ORDERED);
    await until(() => stage.events("Placed Order").length === 1);
    expect(stage.beacons.at(-1)?.visitor).toEqual(visitor);
  });

  test("a cookie that is none of ours is nobody", async () => {
    const { page } = await open(CHECKOUT_PAGE, {}, (context) =>
      context.addCookies([{ name: "_pinrelay", value: "%00<script>", url: stage.shop }]),
    );
    await publish(page, "checkout_started", { checkout: CHECKOUT });
    await until(() => stage.beacons.length === 1);
    expect(stage.beacons[0]?.visitor).toEqual({ id: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test("who is logged in is told with what happens before a checkout", async () => {
    const customer = {
      id: "7012345678901",
      email: "maya.hartley@example.com",
      firstName: "Maya",
      lastName: "Hartley",
      phone: null,
      ordersCount: 3,
    };
    const { page } = await open(CHECKOUT_PAGE, { customer });
    await publish(page, "product_added_to_cart", ADDED);
    await until(() => stage.beacons.length === 1);
    expect(one("Added To Cart").profile).toEqual({
      $customer_id: "7012345678901",
      $email: "maya.hartley@example.com",
      $first_name: "Maya",
      $last_name: "Hartley",
    });
  });
});

const DENIED = { ...ALLOWED, marketingAllowed: false };
const OPTED_OUT = { ...ALLOWED, saleOfDataAllowed: false };
const chosen = (marketing: string) => ({ marketing, by: "call", at: 1_760_000_000_000 });
/** What the theme's tag keeps of the shopper's choice. */
const choice = (marketing?: string): string =>
  marketing ? `<script>localStorage["_pinrelay.consent"] = '${JSON.stringify(chosen(marketing))}'</script>` : "";

describe("consent", () => {
  const [YES, NO] = [true, false];
  // biome-ignore format: a table
  test.each<[mode: Stage["settings"]["consent"], shopify: typeof ALLOWED | null, theme: string | undefined, zone: string, isTold: boolean]>([
    // mode      Shopify     theme       time zone           told
    ["auto",     ALLOWED,    undefined,  "Europe/Berlin",    YES],
    ["auto",     DENIED,     undefined,  "America/New_York", NO],
    ["auto",     null,       undefined,  "America/New_York", YES],
    ["auto",     null,       undefined,  "Europe/Berlin",    NO],
    ["auto",     null,       "granted",  "Europe/Berlin",    YES],
    ["auto",     null,       "denied",   "America/New_York", NO],
    ["auto",     ALLOWED,    "denied",   "America/New_York", NO],
    ["auto",     DENIED,     "granted",  "America/New_York", NO],
    ["auto",     OPTED_OUT,  "granted",  "America/New_York", NO],
    ["implied",  null,       undefined,  "Europe/Berlin",    YES],
    ["implied",  DENIED,     undefined,  "Europe/Berlin",    NO],
    ["require",  null,       undefined,  "America/New_York", NO],
    ["require",  ALLOWED,    undefined,  "Europe/Berlin",    YES],
    ["require",  null,       "granted",  "Europe/Berlin",    YES],
    ["always",   DENIED,     "denied",   "Europe/Berlin",    YES],
  ])("%s, where Shopify says %o, the theme %s, in %s", async (mode, customerPrivacy, theme, timezoneId, isTold) => {
    stage.settings = { consent: mode ?? "auto" };
    act({ customerPrivacy, head: choice(theme) });
    const visit = await stage.visit({ timezoneId }, met);
    await visit.page.goto(stage.shop + THANK_YOU);
    await publish(visit.page, "checkout_completed", ORDERED);
    if (isTold) await until(() => told().length === 1);
    else {
      // A page on which all is allowed proves that this one had its time.
      act({ head: "<script>delete localStorage['_pinrelay.consent']</script>" });
      await visit.page.goto(stage.shop + CHECKOUT_PAGE);
      await publish(visit.page, "checkout_started", { checkout: CHECKOUT });
      await until(() => told().length > 0);
    }
    expect(told()).toEqual([isTold ? "Placed Order" : "Started Checkout"]);
    expect(visit.errors).toEqual([]);
  });

  test("without it nothing is sent but an order's ID, nobody is met, nothing is asked of Pinterest and nothing stays", async () => {
    const { context, page } = await open(THANK_YOU, { customerPrivacy: DENIED }, async () => {});
    await publish(page, "checkout_completed", ORDERED);
    await choose(page, DENIED);
    await publish(page, "checkout_completed", ORDERED);
    expect(await context.cookies()).toEqual([]);
    // What is allowed later proves that all this had its time, and is all that is told.
    await choose(page, ALLOWED);
    await publish(page, "payment_info_submitted", { checkout: CHECKOUT });
    await until(() => stage.tracked().length === 1 && told().length > 0);
    expect(told()).toEqual(["Added Payment Info"]);
    expect(stage.tracked()).toMatchObject([{ words: ["track", "addpaymentinfo", {}, null] }]);
  });

  test("denied, the relay is told of an order its names alone, and of nobody", async () => {
    const visit = await open(THANK_YOU, { customerPrivacy: DENIED });
    await publish(visit.page, "payment_info_submitted", { checkout: CHECKOUT });
    await publish(visit.page, "checkout_completed", ORDERED);
    await choose(visit.page, DENIED);
    await until(() => stage.requests.length === 1);
    // What is allowed later proves that nothing else was on its way.
    await choose(visit.page, ALLOWED);
    await publish(visit.page, "checkout_started", { checkout: CHECKOUT });
    await until(() => stage.events("Started Checkout").length === 1);
    expect(told()).toEqual(["Started Checkout"]);
    expect(stage.beacons[0]).toEqual({
      v: 1,
      key: "k3x9q2m7",
      rev: "3f9a1c2e",
      sentAt: expect.any(Number),
      consent: { marketing: "denied", by: "shopify", at: expect.any(Number) },
      events: [
        {
          id: ORDER_ID,
          name: "Placed Order",
          time: expect.any(Number),
          url: `${stage.shop}/checkouts/`,
          // So that whoever tells it by another of its names is heard by nobody either.
          properties: { id: "6278078300337", order_aliases: ["hWN2bT4kq9ZrXy7Lw3Jd5vGs"] },
        },
      ],
    });
    expect(stage.tracked("checkout")).toEqual([]);
    // What was told since names its checkout too, until it has been answered for.
    await answered(visit);
    expect(await stored(visit, "_pinrelay.orders")).toBeNull();
    expect(await stored(visit, "_pinrelay.pixel")).not.toContain("hWN2bT4kq9ZrXy7Lw3Jd5vGs");
    expect(visit.errors).toEqual([]);
  });

  test("what waited for an answer is told once it is given, and the answer travels with it", async () => {
    const { page } = await open(CHECKOUT_PAGE, { customerPrivacy: DENIED });
    await publish(page, "checkout_started", { checkout: CHECKOUT });
    await choose(page, ALLOWED);
    await until(() => told().length === 1);
    expect(told()).toEqual(["Started Checkout"]);
    expect(stage.beacons[0]?.consent).toEqual({ marketing: "granted", by: "shopify", at: expect.any(Number) });
  });

  test("taken back in the middle of a checkout, it ends what is told, and what could not be delivered is forgotten", async () => {
    stage.answers = Array.from({ length: 30 }, () => "down" as const);
    const visit = await open(CHECKOUT_PAGE);
    await publish(visit.page, "checkout_started", { checkout: CHECKOUT });
    // What is under way when consent is taken back cannot be called back: so the first try has failed by then.
    await until(() => stage.requests.length === 1);
    await rests(visit, "Started Checkout");
    await choose(visit.page, DENIED);
    await publish(visit.page, "checkout_completed", ORDERED);
    await answered(visit);
    stage.answers = [];
    await choose(visit.page, ALLOWED);
    await publish(visit.page, "payment_info_submitted", { checkout: CHECKOUT });
    await until(() => told().length > 0);
    expect(told()).toEqual(["Added Payment Info"]);
  });

  test("the theme's own choice is told as it was made", async () => {
    const { page } = await open(THANK_YOU, { customerPrivacy: null, head: choice("granted") });
    await publish(page, "checkout_completed", ORDERED);
    await until(() => told().length === 1);
    expect(stage.beacons[0]?.consent).toEqual(chosen("granted"));
  });

  describe("of a shopper who opted out of the sale of data, where the shop limits its processing", () => {
    beforeEach(() => {
      stage.settings = { globalPrivacy: "limited" };
    });

    test("it is told as limited on both channels, with where the shopper lives", async () => {
      const { page } = await open(THANK_YOU, { customerPrivacy: OPTED_OUT });
      await publish(page, "checkout_completed", ORDERED);
      await until(() => stage.tracked("checkout").length === 1 && stage.beacons.length > 0);
      expect(stage.beacons[0]?.consent).toMatchObject({ marketing: "granted", limited: true });
      const [, person] = stage.pintrk.find(({ words }) => words[0] === "set")?.words ?? [];
      expect(person).toMatchObject({ opt_out_type: "LDP", st: "OR", country: "US" });
    });

    test("Pinterest's image says so too", async () => {
      const { page } = await open(THANK_YOU, { customerPrivacy: OPTED_OUT }, block("/core.js"));
      await publish(page, "checkout_completed", ORDERED);
      await until(() => stage.images.length === 1);
      const asked = stage.images[0]?.searchParams;
      expect([asked?.get("pd[opt_out_type]"), asked?.get("pd[st]"), asked?.get("pd[country]")]).toEqual([
        "LDP",
        "OR",
        "US",
      ]);
    });

    test("where that is not known the browser half is silent", async () => {
      const { page } = await open(THANK_YOU, { customerPrivacy: OPTED_OUT });
      await publish(page, "product_added_to_cart", ADDED);
      await publish(page, "checkout_completed", ORDERED);
      await until(() => stage.tracked("checkout").length === 1 && told().length === 2);
      expect(stage.tracked()).toHaveLength(1);
      expect(told()).toEqual(["Added To Cart", "Placed Order"]);
    });
  });

  test("Global Privacy Control is a denial, unless the shop limits its processing", async () => {
    const gpc = async (context: BrowserContext) => {
      await met(context);
      await context.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
    };
    const visit = await open(THANK_YOU, {}, gpc);
    await publish(visit.page, "checkout_completed", ORDERED);
    stage.settings = { globalPrivacy: "limited" };
    await visit.page.goto(stage.shop + CHECKOUT_PAGE);
    await publish(visit.page, "payment_info_submitted", { checkout: CHECKOUT });
    await until(() => told().length > 0);
    expect(told()).toEqual(["Added Payment Info"]);
    expect(beacons()[0]?.consent.limited).toBe(true);
  });
});

describe("an order", () => {
  test("says what Shopify says of it, under the ID that its webhook will have", async () => {
    const { page } = await open(`${THANK_YOU}?key=b1946ac92492d2347c6235b4d2611184#top`);
    await publish(page, "checkout_completed", ORDERED);
    await until(() => stage.beacons.length === 1);
    expect(stage.beacons[0]).toEqual({
      v: 1,
      key: "k3x9q2m7",
      rev: "3f9a1c2e",
      sentAt: expect.any(Number),
      visitor: { id: VISITOR, clickId: CLICK_ID },
      consent: { marketing: "granted", by: "shopify", at: expect.any(Number) },
      // As this machine names it.
      language: expect.stringMatching(/^en/),
      acks: [],
      events: [
        {
          id: ORDER_ID,
          name: "Placed Order",
          tag: "checkout",
          rev: "3f9a1c2e",
          time: expect.any(Number),
          // Neither the token of the checkout, which opens it, nor what follows.
          url: `${stage.shop}/checkouts/`,
          properties: {
            id: "6278078300337",
            order_aliases: ["hWN2bT4kq9ZrXy7Lw3Jd5vGs"],
            currency: "USD",
            total_price: 73.6,
            total_tax: 5.1,
            total_shipping: 6,
            total_discount: 4,
            items: [
              {
                product_id: "8266836345064",
                variant_id: "45120339804375",
                sku: "MUG-SAGE-L",
                name: "Harbor Mug",
                variant_name: "Sage / Large",
                vendor: "Fennel & Oak",
                category: "Mugs",
                price: 24,
                quantity: 2,
                discount: 4,
              },
              {
                product_id: "8266836377832",
                variant_id: "45120339837143",
                name: "Linen Towel",
                vendor: "Fennel & Oak",
                price: 18.5,
                quantity: 1,
                discount: 0,
              },
            ],
          },
          aliases: ["urn:checkout_token:hWN2bT4kq9ZrXy7Lw3Jd5vGs"],
          profile: {
            $email: "maya.hartley@example.com",
            $phone_number: "+15035550142",
            $first_name: "Maya",
            $last_name: "Hartley",
            $city: "Portland",
            $state: "OR",
            $zip_code: "97209",
            $country_code: "US",
            $customer_id: "7012345678901",
          },
        },
      ],
    });
  });

  test.each([
    ["plain digits", { ...ORDER, id: "6278078300337" }, ["hWN2bT4kq9ZrXy7Lw3Jd5vGs"]],
    ["a global ID", { ...ORDER, id: "gid://shopify/Order/6278078300337" }, ["hWN2bT4kq9ZrXy7Lw3Jd5vGs"]],
    [
      "number and name besides",
      { ...ORDER, number: "1001", name: "#1001" },
      ["1001", "#1001", "hWN2bT4kq9ZrXy7Lw3Jd5vGs"],
    ],
  ])("goes by %s, and by the token of its checkout", async (_, order, aliases) => {
    const { page } = await open(THANK_YOU);
    await publish(page, "checkout_completed", { checkout: { ...CHECKOUT, order } });
    await until(() => stage.beacons.length === 1);
    expect(one("Placed Order")).toMatchObject({ id: ORDER_ID, properties: { order_aliases: aliases } });
  });

  test("is told once, however often its page is loaded, and by whichever of us told it first", async () => {
    const visit = await open(THANK_YOU);
    const { context, page } = visit;
    await publish(page, "checkout_completed", ORDERED);
    // Both halves are out: a page that is left sooner may take the browser's half with it.
    await until(() => stage.events("Placed Order").length === 1 && stage.tracked("checkout").length === 1);
    await answered(visit);
    await page.reload();
    await publish(page, "checkout_completed", ORDERED);
    const other = await context.newPage();
    await other.goto(stage.shop + THANK_YOU);
    await publish(other, "checkout_completed", ORDERED);
    // What comes after proves that its pixel has read what was told.
    await publish(other, "search_submitted", SEARCHED);
    await until(() => told().includes("Searched"));
    await answered({ ...visit, page: other });
    // The theme's tag keeps its orders in the same place.
    await other.evaluate(() => localStorage.setItem("_pinrelay.orders", '["order.k3x9q2m7.77"]'));
    await other.reload();
    await publish(other, "checkout_completed", { checkout: { ...CHECKOUT, order: { ...ORDER, id: "77" } } });
    await publish(other, "payment_info_submitted", { checkout: CHECKOUT });
    await until(() => told().includes("Added Payment Info"));
    expect(told()).toEqual(["Added Payment Info", "Placed Order", "Searched"]);
    expect(stage.tracked("checkout")).toHaveLength(1);
  });

  const money = (amount: number, currencyCode = "USD") => ({ amount, currencyCode });
  const [mug] = LINES;
  const line = (price: number, quantity: number, more: object = {}, currency = "USD") => ({
    ...mug,
    quantity,
    discountAllocations: [],
    finalLinePrice: money(price * quantity, currency),
    variant: { ...mug?.variant, price: money(price, currency) },
    ...more,
  });
  const totals = (subtotal: number, tax: number, shipping: number, total: number, currency = "USD") => ({
    currencyCode: currency,
    discountsAmount: money(0, currency),
    subtotalPrice: money(subtotal, currency),
    totalTax: money(tax, currency),
    totalPrice: money(total, currency),
    shippingLine: { price: money(shipping, currency) },
    delivery: {
      selectedDeliveryOptions: [{ cost: money(shipping, currency), costAfterDiscounts: money(shipping, currency) }],
    },
  });
  // biome-ignore format: a table
  test.each<[which: string, checkout: object, value: number | undefined, quantity: number, currency?: string]>([
    ["with a discount on a line",           {},                                                                                         62.5, 3],
    ["in yen, which have no hundredths",    { ...totals(4_400, 0, 600, 5_000, "JPY"), lineItems: [line(2_200, 2, {}, "JPY")] },          4_400, 2, "JPY"],
    ["that costs nothing",                  { ...totals(0, 0, 0, 0), lineItems: [line(24, 1)] },                                             0, 1],
    ["with figures as text",                { ...totals(24, 0, 0, 24), totalPrice: { amount: "24.00", currencyCode: "USD" }, lineItems: [line(24, 1)] }, 24, 1],
    ["with a discount on all of it",        { ...totals(38.4, 0, 6, 44.4), lineItems: [line(24, 2)] },                                    38.4, 2],
    ["with free shipping by a code, taxes in its prices", { ...totals(47.6, 7.6, 0, 47.6, "EUR"), discountsAmount: money(6, "EUR"), shippingLine: { price: money(6, "EUR") }, lineItems: [line(23.8, 2, {}, "EUR")] }, 40, 2, "EUR"],
    ["with taxes in its prices",            { ...totals(47.6, 7.6, 0, 47.6, "EUR"), lineItems: [line(23.8, 2, {}, "EUR")] },                40, 2, "EUR"],
    ["with taxes in its prices, and in that of its shipping", { ...totals(207, 34.52, 9.2, 216.2, "EUR"), lineItems: [line(138, 1, { discountAllocations: [{ amount: money(13.8, "EUR") }] }, "EUR"), line(23, 4, { discountAllocations: [{ amount: money(9.2, "EUR") }] }, "EUR")] }, 173.95, 5, "EUR"],
    ["in yen, with taxes in all its prices", { ...totals(15_400, 1_470, 770, 16_170, "JPY"), lineItems: [line(3_300, 3, {}, "JPY"), line(5_500, 1, {}, "JPY")] }, 14_000, 4, "JPY"],
    ["with taxes on top",                   { ...totals(48, 4.32, 6, 58.32), lineItems: [line(24, 2)] },                                     48, 2],
    ["of a subscriber, who pays less",      { ...totals(43.2, 0, 0, 43.2), lineItems: [line(24, 2, { finalLinePrice: money(43.2) })] },    43.2, 2],
    ["with a tip",                          { ...totals(48, 0, 0, 53), lineItems: [line(24, 2)] },                                           48, 2],
    ["of a product that is made up",        { ...totals(48, 0, 0, 48), lineItems: [line(24, 2, { variant: null, title: "Engraving" })] },    48, 2],
    ["that Shopify says little of",         { lineItems: [line(24, 2)], delivery: null, shippingLine: null, discountsAmount: null, subtotalPrice: null, totalPrice: null, totalTax: null }, 48, 2],
  ])("%s is worth the same on both channels", async (_, checkout, value, quantity, currency = "USD") => {
    const { page } = await open(THANK_YOU);
    await publish(page, "checkout_completed", { checkout: { ...ORDERED.checkout, ...checkout } });
    await until(() => stage.tracked("checkout").length === 1 && stage.events("Placed Order").length > 0);
    const [, , said] = stage.tracked("checkout")[0]?.words ?? [];
    expect(said).toMatchObject({ event_id: ORDER_ID, order_id: "6278078300337", value, currency, order_quantity: quantity });
    // As the relay computes it.
    const { name, properties } = one("Placed Order");
    expect(eventValue(name, properties, "goods")).toBe(value);
    expect(eventCurrency(properties)).toBe(currency);
    expect(unitCount(name, properties)).toBe(quantity);
  });

  test("whose product lacks the shop's content ID is told without one", async () => {
    stage.settings = { contentId: "sku" };
    const { page } = await open(THANK_YOU);
    await publish(page, "checkout_completed", ORDERED);
    await until(() => stage.tracked("checkout").length === 1 && stage.events("Placed Order").length > 0);
    const [, , said] = stage.tracked("checkout")[0]?.words ?? [];
    expect(said).toMatchObject({ line_items: [{ product_id: "MUG-SAGE-L" }, { product_name: "Linen Towel" }] });
    expect(JSON.stringify(said)).not.toContain("8266836377832");
    expect(eventLines(one("Placed Order").properties).map((item) => contentId(item, "sku"))).toEqual([
      "MUG-SAGE-L",
      undefined,
    ]);
  });
});

describe("other events", () => {
  test("of a checkout name it, so that its order finds the visitor also where there was no cart", async () => {
    const { page } = await open(CHECKOUT_PAGE);
    await publish(page, "checkout_started", { checkout: CHECKOUT });
    await publish(page, "payment_info_submitted", { checkout: CHECKOUT });
    await until(() => told().length === 2);
    for (const name of ["Started Checkout", "Added Payment Info"])
      expect(one(name).aliases).toEqual(["urn:checkout_token:hWN2bT4kq9ZrXy7Lw3Jd5vGs"]);
  });

  test("an addition is what was added, a search what was searched for, each under an ID of its own", async () => {
    const { page } = await open(CHECKOUT_PAGE);
    await publish(page, "product_added_to_cart", ADDED);
    await publish(page, "product_added_to_cart", ADDED);
    await publish(page, "search_submitted", SEARCHED);
    await until(() => stage.events().length === 3);
    const [first, second] = stage.events("Added To Cart");
    expect(first?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(second?.id).not.toBe(first?.id);
    expect(first?.properties).toEqual({
      product_id: "8266836345064",
      variant_id: "45120339804375",
      sku: "MUG-SAGE-L",
      name: "Harbor Mug",
      variant_name: "Sage / Large",
      vendor: "Fennel & Oak",
      category: "Mugs",
      price: 24,
      quantity: 1,
      currency: "USD",
    });
    expect(one("Searched").properties).toEqual({ query: "sage mug" });
    await until(() => stage.tracked().length === 3);
    expect(stage.tracked("search")).toMatchObject([{ words: ["track", "search", { search_query: "sage mug" }, null] }]);
  });
});

describe("the browser half", () => {
  const order = async (prepare: typeof met) => {
    const visit = await open(THANK_YOU, {}, prepare);
    await publish(visit.page, "checkout_completed", ORDERED);
    return visit;
  };
  /** The library calls back in a moment: what waits behind it has to wait for that. */
  const calledBack = async (page: Page) =>
    void (await page.frames()[1]?.evaluate(() => new Promise((resolve) => setTimeout(resolve))));
  /** The shopper looks at another tab, as soon as it is known what became of the order. */
  const acked = async ({ page, errors }: Visit, state: Acknowledgement["state"]) => {
    await until(async () => {
      await hide(page);
      return stage.acks().length > 0;
    });
    expect(stage.acks()).toEqual([ack(state)]);
    expect(errors.filter((error) => !error.includes("SecurityError"))).toEqual([]);
  };
  /** A library of Pinterest's that is not as it should be. */
  const library = (text: string) => async (context: BrowserContext) => {
    await met(context);
    await context.route(`${stage.relay}/core.js`, (route) =>
      route.fulfill({ contentType: "text/javascript", body: text }),
    );
  };
  const LINE = "ed[line_items][0]";

  test("goes by Pinterest's library where that works, after the base call, under the order's ID", async () => {
    const visit = await order(met);
    await until(() => stage.tracked("checkout").length === 1);
    expect(stage.pintrk.map(({ words }) => words[0]).sort()).toEqual(["load", "page", "set", "track"]);
    expect(stage.tracked("checkout")).toMatchObject([{ words: ["track", "checkout", { event_id: ORDER_ID }, null] }]);
    expect(stage.images).toEqual([]);
    await acked(visit, "fired");
  });

  // biome-ignore format: a table
  test.each<[what: string, prepare: () => typeof met]>([
    ["cannot be had",                  () => block("/core.js")],
    ["is empty",                       () => library("")],
    ["throws when it is run",          () => library("document.cookie")],
    ["takes what waits, and is silent", () => library("pintrk.queue.splice(0); pintrk.queue.push = () => 0;")],
    ["says that it could not begin",   () => library("pintrk.queue.forEach((call) => call[2]?.(false, 'no cookies'));")],
  ])("goes as Pinterest's image where the library %s, and the library is told no event", async (_, prepare) => {
    const visit = await order(prepare());
    await until(() => stage.images.length === 1);
    const asked = Object.fromEntries(stage.images[0]?.searchParams ?? []);
    expect(asked).toMatchObject({
      tid: "2612345678901",
      event: "checkout",
      noscript: "1",
      "ed[event_id]": ORDER_ID,
      "ed[value]": "62.5",
      "ed[currency]": "USD",
      "ed[order_id]": "6278078300337",
      "ed[order_quantity]": "3",
      [`${LINE}[product_id]`]: "8266836345064",
      [`${LINE}[product_price]`]: "24",
      [`${LINE}[product_quantity]`]: "2",
      "pd[external_id]": VISITOR,
      "pd[epik]": CLICK_ID,
      "pd[em]": "8b66101f5e5569b4a98e06429e28130bb6a2ea3e6fbc5c6b9a0bdd8e82882d91",
    });
    expect(stage.tracked()).toEqual([]);
    await acked(visit, "fired");
    expect(stage.images).toHaveLength(1);
  });

  test.each<[what: string, track: string]>([
    ["refuses an event", "call[3]?.(true, 'refused')"],
    ["throws at an event", "if (call[0] === 'track') throw new DOMException('cookies')"],
  ])("goes as the image where the library begins well and then %s", async (_, track) => {
    const text = `const take = (call) => { call[2]?.call?.(null, true); ${track}; };
      pintrk.queue.splice(0).forEach(take); pintrk.queue.push = (call) => { take(call); return 0; };`;
    const visit = await order(library(text));
    await until(() => stage.images.length === 1);
    await acked(visit, "fired");
  });

  test("is absent only where the image fails too", async () => {
    const visit = await order(block("/core.js", "/v3/"));
    await acked(visit, "absent");
  });

  test("is absent where the pixel's second file cannot be had, and the relay is told all the same", async () => {
    const visit = await order(block("/shopify-pixel-second"));
    await until(() => stage.events("Placed Order").length === 1);
    await acked(visit, "absent");
  });

  test("chooses once a page: later events go the way of the first", async () => {
    const { page } = await open(CHECKOUT_PAGE, {}, library(""));
    await publish(page, "checkout_started", { checkout: CHECKOUT });
    await publish(page, "payment_info_submitted", { checkout: CHECKOUT });
    await until(() => stage.images.length === 2);
    await publish(page, "checkout_completed", ORDERED);
    await until(() => stage.images.length === 3);
    expect(stage.images.map(({ searchParams }) => searchParams.get("event")).sort()).toEqual([
      "addpaymentinfo",
      "checkout",
      "initiatecheckout",
    ]);
  });

  test("what became of an event rides with the next one", async () => {
    const { page } = await open(CHECKOUT_PAGE);
    await publish(page, "checkout_started", { checkout: CHECKOUT });
    await until(() => stage.tracked("initiatecheckout").length === 1 && stage.beacons.length === 1);
    await calledBack(page);
    await publish(page, "payment_info_submitted", { checkout: CHECKOUT });
    await until(() => stage.beacons.length === 2);
    const { id } = one("Started Checkout");
    expect(stage.beacons[1]?.acks).toEqual([{ id, name: "Started Checkout", state: "fired" }]);
  });

  test("what became of the last one goes when the page is left", async () => {
    const { page } = await order(met);
    await until(() => stage.tracked("checkout").length === 1);
    await calledBack(page);
    await page.goto(`${stage.shop}/blank`);
    await until(() => stage.acks().length > 0);
    expect(stage.acks()).toEqual([ack("fired")]);
  });

  test("is silent while the shop's destination is not live, and Pinterest is asked for nothing", async () => {
    stage.settings = { tagId: "" };
    const visit = await open(THANK_YOU);
    const { page } = visit;
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await publish(page, "checkout_completed", ORDERED);
    await until(() => told().length === 1);
    await answered(visit);
    await page.reload();
    await publish(page, "payment_info_submitted", { checkout: CHECKOUT });
    await until(() => told().length === 2);
    expect(one("Placed Order").tag).toBeUndefined();
    expect(asked.filter((path) => /second|core|v3/.test(path))).toEqual([]);
  });
});

describe("on its way", () => {
  // However slow the machine is: never so few that a try again finds the line up.
  const down = () => {
    stage.answers = Array.from({ length: 9_999 }, () => "down" as const);
  };

  test("what the relay does not answer for is kept without who it was, and comes from the next page under its ID", async () => {
    down();
    const visit = await open(THANK_YOU);
    await publish(visit.page, "checkout_completed", ORDERED);
    await until(() => stage.requests.length > 0);
    await rests(visit, ORDER_ID);
    const kept = (await stored(visit, "_pinrelay.pixel")) ?? "";
    expect(kept).not.toMatch(/maya|hartley|503555|97209/i);
    const { time } = JSON.parse(kept)[0];
    stage.answers = [];
    await visit.page.goto(stage.shop + PRODUCT);
    await until(() => stage.events("Placed Order").length === 1);
    expect(one("Placed Order")).toMatchObject({ id: ORDER_ID, time });
    await answered(visit);
    expect(visit.errors).toEqual([]);
  });

  test("what one tab keeps another that was opened before does not forget", async () => {
    down();
    const visit = await open(THANK_YOU);
    const other = await visit.context.newPage();
    await other.goto(stage.shop + CHECKOUT_PAGE);
    await publish(other, "checkout_started", { checkout: CHECKOUT });
    await rests(visit, "Started Checkout");
    await publish(visit.page, "checkout_completed", ORDERED);
    await rests(visit, ORDER_ID);
    // The other tab keeps one more.
    await publish(other, "payment_info_submitted", { checkout: CHECKOUT });
    await rests(visit, "Added Payment Info");
    expect(await stored(visit, "_pinrelay.pixel")).toContain(ORDER_ID);
    await visit.page.close();
    stage.answers = [];
    await until(() => ["Started Checkout", "Added Payment Info"].every((name) => stage.events(name).length > 0));
    await other.goto(stage.shop + PRODUCT);
    await until(() => stage.events("Placed Order").length === 1);
    expect(one("Placed Order").id).toBe(ORDER_ID);
    await answered({ ...visit, page: other });
  });

  test("it is tried again on the same page, after a rest, under the same ID", async () => {
    stage.answers = ["down", 503];
    const visit = await open(THANK_YOU);
    await publish(visit.page, "checkout_completed", ORDERED);
    await until(() => stage.events("Placed Order").length === 1);
    expect(stage.requests).toHaveLength(3);
    expect(new Set(stage.requests.map(({ body }) => JSON.parse(body).events[0].id))).toEqual(new Set([ORDER_ID]));
    expect(one("Placed Order").profile).toMatchObject({ $email: "maya.hartley@example.com" });
    await answered(visit);
  });

  test("what the relay refuses for good is not tried again", async () => {
    stage.answers = [400];
    const visit = await open(THANK_YOU);
    await publish(visit.page, "checkout_completed", ORDERED);
    await until(() => stage.requests.length === 1);
    await answered(visit);
    await visit.page.reload();
    await publish(visit.page, "payment_info_submitted", { checkout: CHECKOUT });
    await until(() => told().length > 0);
    expect(told()).toEqual(["Added Payment Info"]);
  });

  test("no more than twenty are kept", async () => {
    down();
    const visit = await open(CHECKOUT_PAGE);
    for (let n = 0; n < 25; n += 1)
      await publish(visit.page, "search_submitted", { searchResult: { query: `mug ${n}` } });
    await rests(visit, "mug 24");
    const kept: BeaconEvent[] = JSON.parse((await stored(visit, "_pinrelay.pixel")) ?? "[]");
    expect(kept.map(({ properties }) => properties.query)).toEqual(
      Array.from({ length: 20 }, (_, n) => `mug ${n + 5}`),
    );
  });

  test.each([
    ["works", false],
    ["never comes", true],
  ])(
    "a page that is left as soon as the pixel has heard of the order has told it; where Pinterest's library %s",
    async (_, isHanging) => {
      // Held by its server: a browser whose requests a test takes up loses those of a page that is gone.
      stage.isCoreHeld = isHanging;
      const { page } = await open(THANK_YOU);
      // The pixel has read what it needs, its second file is there, and Pinterest's library, or never will be.
      await publish(page, "payment_info_submitted", { checkout: CHECKOUT });
      await until(() => (isHanging ? stage.coresAsked : stage.tracked("addpaymentinfo").length) === 1);
      // The frame has a process of its own: what it has not heard when its page goes, nobody has. So it says when it has.
      await page.frames()[1]?.evaluate(() => {
        addEventListener("message", ({ data }) => {
          if (data.event) parent.postMessage({ isHeard: true }, "*");
        });
      });
      await page.evaluate(
        ([blank, data]) => {
          addEventListener("message", ({ data }) => {
            if (data.isHeard) location.href = blank;
          });
          void Reflect.get(window, "shopifyActs").publish("checkout_completed", data);
        },
        [`${stage.shop}/blank`, ORDERED] as const,
      );
      await page.waitForURL("**/blank");
      await until(() => stage.events("Placed Order").length === 1);
      const images = () => stage.images.filter(({ searchParams }) => searchParams.get("event") === "checkout");
      // Whether an image still goes out of a page that is gone is the browser's to say; never both ways.
      expect(images().length).toBeLessThanOrEqual(isHanging ? 1 : 0);
      expect(stage.tracked("checkout").length).toBeLessThanOrEqual(isHanging ? 0 : 1);
    },
  );

  test.each(["rejects", "hangs"] as const)(
    "a page whose storage %s is told of all the same, to a visitor of its own",
    async (storage) => {
      const { page, errors } = await open(THANK_YOU, { storage });
      await publish(page, "checkout_completed", ORDERED);
      await publish(page, "checkout_completed", ORDERED);
      await publish(page, "checkout_started", { checkout: CHECKOUT });
      await until(() => told().length >= 2);
      expect(told()).toEqual(["Placed Order", "Started Checkout"]);
      expect(stage.beacons[0]?.visitor?.id).toMatch(/^[0-9a-f]{64}$/);
      expect(stage.beacons[1]?.visitor).toEqual(stage.beacons[0]?.visitor);
      expect(errors).toEqual([]);
    },
  );

  test("what others left in the shop's storage under our names does no harm", async () => {
    const head = `<script>localStorage["_pinrelay.orders"] = "{"; localStorage["_pinrelay.pixel"] = '[{"a":1},null]'; localStorage["_pinrelay.told"] = '{"a":1}';</script>`;
    const { page, errors } = await open(THANK_YOU, { head });
    await publish(page, "checkout_completed", ORDERED);
    await until(() => stage.events("Placed Order").length === 1);
    expect(errors).toEqual([]);
  });
});

// biome-ignore format: a table
test.each<[what: string, name: string, data: unknown]>([
  ["nothing",                    "checkout_completed",     null],
  ["no checkout",                "checkout_completed",     {}],
  ["a checkout of null",         "checkout_completed",     { checkout: null }],
  ["a checkout of nulls",        "checkout_completed",     { checkout: Object.fromEntries(Object.keys(CHECKOUT).map((key) => [key, null])) }],
  ["lines that are none",        "checkout_completed",     { checkout: { ...ORDERED.checkout, lineItems: "two mugs" } }],
  ["a line of null",             "checkout_started",       { checkout: { ...CHECKOUT, lineItems: [null] } }],
  ["figures that are none",      "payment_info_submitted", { checkout: { ...CHECKOUT, totalPrice: "free", totalTax: { amount: {} }, lineItems: [{ quantity: "many", variant: 7 }] } }],
  ["an addition of null",        "product_added_to_cart",  { cartLine: null }],
  ["an addition of words",       "product_added_to_cart",  "a mug"],
  ["a search of null",           "search_submitted",       { searchResult: null }],
  ["a name of Object's",         "constructor",            {}],
])("malformed data throws nothing, and harms no other event: %s", async (_, name, data) => {
  const { page, errors } = await open(CHECKOUT_PAGE);
  await publish(page, name, data);
  await publish(page, "payment_info_submitted", { checkout: { ...CHECKOUT, token: "good" } });
  await until(() => stage.events().some(({ properties }) => properties.total_price === 73.6));
  expect(errors).toEqual([]);
});

describe("on the theme's pages", () => {
  /** As the theme's tag marks what it tells. */
  const markTold = ({ page }: Pick<Visit, "page">, name: string, agoMs = 0) =>
    page.evaluate(
      ([name, agoMs]) => {
        const marks = JSON.parse(localStorage.getItem("_pinrelay.told") ?? "[]");
        localStorage.setItem("_pinrelay.told", JSON.stringify([`${Date.now() - agoMs}${name}`, ...marks]));
      },
      [name, agoMs] as const,
    );
  /** What was kept has been judged by then: a search waits as long, from later on. */
  const searches = async (page: Page): Promise<void> => {
    await publish(page, "search_submitted", SEARCHED);
    await until(() => stage.events("Searched").length === 1);
  };

  test("what its tag tells the pixel does not", async () => {
    const visit = await open(PRODUCT);
    await publish(visit.page, "product_added_to_cart", ADDED);
    await markTold(visit, "Added To Cart");
    await publish(visit.page, "page_viewed");
    await publish(visit.page, "product_viewed", { productVariant: LINES[0]?.variant });
    await publish(visit.page, "search_submitted", SEARCHED);
    await until(() => told().length > 0);
    expect(told()).toEqual(["Searched"]);
    expect(await stored(visit, "_pinrelay.pixel")).not.toContain("Added To Cart");
    expect(visit.errors).toEqual([]);
  });

  test("what it did not see the pixel tells on both channels, as of when it was", async () => {
    const visit = await open(`${PRODUCT}?variant=45120339804375`);
    // Told a while ago: that was another one.
    await markTold(visit, "Added To Cart", 60_000);
    await publish(visit.page, "product_added_to_cart", ADDED);
    const heard = Date.now();
    await until(() => stage.tracked("addtocart").length === 1 && stage.events("Added To Cart").length > 0);
    const { id, time, url } = one("Added To Cart");
    expect(stage.tracked()).toMatchObject([{ words: ["track", "addtocart", { event_id: id, value: 24 }, null] }]);
    expect(time).toBeLessThanOrEqual(heard);
    expect(url).toBe(stage.shop + PRODUCT);
  });

  test("where one is left before it is known, the next page decides", async () => {
    const visit = await open(PRODUCT);
    await publish(visit.page, "product_added_to_cart", ADDED);
    await rests(visit, "Added To Cart");
    // Bought without the cart: the checkout comes at once.
    await visit.page.goto(stage.shop + CHECKOUT_PAGE);
    await until(() => told().length === 1);
    expect(told()).toEqual(["Added To Cart"]);
    // A page that is left before it has heard the answer has the next one tell it again.
    await answered(visit);

    await visit.page.goto(stage.shop + PRODUCT);
    await publish(visit.page, "product_added_to_cart", ADDED);
    await rests(visit, "Added To Cart");
    // The theme's tag tells what waits when the page is left.
    await markTold(visit, "Added To Cart");
    await visit.page.goto(stage.shop + CHECKOUT_PAGE);
    await publish(visit.page, "payment_info_submitted", { checkout: CHECKOUT });
    await until(() => told().length === 2);
    expect(told()).toEqual(["Added Payment Info", "Added To Cart"]);
  });

  test("what its tag tells in one tab the pixel of another does not", async () => {
    const visit = await open(PRODUCT);
    await publish(visit.page, "product_added_to_cart", ADDED);
    await rests(visit, "Added To Cart");
    await markTold(visit, "Added To Cart");
    const other = await visit.context.newPage();
    await other.goto(stage.shop + PRODUCT);
    await searches(other);
    expect(told()).toEqual(["Searched"]);
    // A tab that was behind the other one may have run late.
    await answered(visit);
  });

  test("what its tag tells a second after the next page has opened the pixel does not", async () => {
    const visit = await open(PRODUCT);
    await publish(visit.page, "product_added_to_cart", ADDED);
    await rests(visit, "Added To Cart");
    const [{ time }] = JSON.parse((await stored(visit, "_pinrelay.pixel")) ?? "[]");
    // By the page's own clock: so late, and as of the addition, a tag may tell that has asked the cart what came of a form.
    const late = `<script>setTimeout(() => localStorage.setItem("_pinrelay.told", '["${time}Added To Cart"]'), 1000)</script>`;
    act({ head: late });
    await visit.page.goto(stage.shop + PRODUCT);
    await searches(visit.page);
    expect(told()).toEqual(["Searched"]);
    expect(visit.errors).toEqual([]);
  });

  test("a checkout that the theme's tag saw begin has begun once; an upsell in it is another addition", async () => {
    const visit = await open(CHECKOUT_PAGE);
    await markTold(visit, "Started Checkout");
    await markTold(visit, "Added To Cart");
    await publish(visit.page, "checkout_started", { checkout: CHECKOUT });
    await publish(visit.page, "product_added_to_cart", ADDED);
    await publish(visit.page, "payment_info_submitted", { checkout: CHECKOUT });
    await until(() => told().length === 2);
    expect(told()).toEqual(["Added Payment Info", "Added To Cart"]);
  });

  test("with the theme's real tag beside it every occurrence is told once, of one visitor", async () => {
    const visit = await open(PRODUCT, { head: stage.tag() }, async () => {});
    const { page } = visit;
    await until(() => stage.events("$page_load").length === 1);
    await page.evaluate(
      `pinrelay({ method: "track", eventName: "Added To Cart", properties: { variant_id: "45120339804375", price: 24, currency: "USD" } })`,
    );
    await publish(page, "product_added_to_cart", ADDED);
    await publish(page, "search_submitted", SEARCHED);
    await until(() => told().includes("Searched"));
    expect(told()).toEqual(["$page_load", "Added To Cart", "Searched"]);
    const visitors = new Set(stage.beacons.map(({ visitor }) => visitor?.id));
    expect(visitors.size).toBe(1);
    expect(stage.requests.map(({ origin }) => origin)).toEqual([stage.shop, stage.shop, "null"]);
  });
});

test("what is pasted is three lines", () => {
  expect(pastedPixel("https://relay.shop.example").trim().split("\n")).toHaveLength(3);
  expect(pastedPixel("https://relay.shop.example")).toContain('"https://relay.shop.example/shopify-pixel.js"');
});

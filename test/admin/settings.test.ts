import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SETTING_WORDS } from "#relay/setting-words";
import { SETTINGS } from "#relay/settings";
import { OPERATORS } from "#tag/filter";
import { beacon, collect, viewedProduct } from "../beacons.ts";
import { type House, openHouse } from "../house.ts";
import { ACCOUNT } from "../start.ts";

let house: House;

beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.relay.close());

const path = (below: string) => `/shops/${house.key}/settings${below}`;
const hidden = (page: string, name: string): string =>
  (new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? "")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
const shop = () => house.relay.directory.shops()[0];

/** Tries a change, as its form does, and saves it. */
const tried = async (fields: Record<string, string>) => (await house.send(path("/preview"), fields)).text();
const saved = async (page: string) =>
  house.send(path("/save"), { changes: hidden(page, "changes"), digest: hidden(page, "digest") });
const order = (n: number) => ({
  ...viewedProduct({ name: "Placed Order", tag: "checkout" }),
  id: `order.${house.key}.${n}`,
  properties: {
    id: String(n),
    total_price: 30,
    total_tax: 4,
    total_shipping: 6,
    currency: "USD",
    items: [{ product_id: "1001", variant_id: "1001-2", price: 20, quantity: 1 }],
  },
});

test("every setting is explained where it is set, and has a field there", async () => {
  expect(Object.keys(SETTING_WORDS).sort()).toEqual(Object.keys(SETTINGS).sort());
  const page = await house.page("/settings");
  for (const [name, { does, choices }] of Object.entries(SETTING_WORDS)) {
    expect(page).toContain(`name="${name}"`);
    expect(does.length, name).toBeGreaterThan(20);
    for (const [choice] of choices ?? []) expect(Reflect.get(SETTINGS, name).safeParse(choice).success).toBe(true);
  }
});

describe("a change is run dry before it is saved", () => {
  test("what it does to events, revenue and content IDs is shown, and nothing is changed by looking", async () => {
    await collect(house, beacon(house.key, [viewedProduct(), order(501)]));
    const page = await tried({ form: "settings", value: "total", contentId: "variant" });
    expect(page).toContain("USD 20.00");
    expect(page).toContain("USD 30.00");
    expect(page).toContain("1001-2");
    expect(page).toContain("page_visit");
    expect(shop()?.settings.value).toBe("goods");
    const answer = await saved(page);
    expect(answer.status).toBe(303);
    expect(shop()?.settings).toMatchObject({ value: "total", contentId: "variant" });
  });

  test("the page's tag follows", async () => {
    const before = await (await fetch(`${house.url}/tag.js`)).text();
    await saved(await tried({ form: "settings", contentId: "sku", pageLoad: "page_visit" }));
    const after = await (await fetch(`${house.url}/tag.js`)).text();
    expect(after).not.toBe(before);
    expect(after).toContain('"contentId":"sku"');
    expect(after).toContain('"pageLoad":"page_visit"');
  });

  test("what may not stand there is said beside its field, and kept to be mended", async () => {
    const page = await tried({ form: "settings", lateMinutes: "soon", contentId: "{nothing}" });
    expect(page).toContain("lateMinutes must be a whole number of minutes");
    expect(page).toContain('value="soon"');
    expect(page).toContain("contentId must be");
  });

  test("a page load that would be a visit is shown as one, but not where the page shows a product", async () => {
    const load = (url: string) => ({ ...viewedProduct({ name: "$page_load", tag: "page", url }), properties: {} });
    const product = viewedProduct();
    const shown = load(product.url);
    await collect(house, beacon(house.key, [load("https://www.fennelandoak.example/"), shown, product]));
    expect(figures(await tried({ form: "preset", preset: "Pinterest's own plugin" }))).toMatchObject({
      page_visit: ["1", "2", "+1"],
      "(browser only)": ["2", "1", "−1"],
    });
  });

  test("where somebody else was faster nothing is overwritten", async () => {
    const mine = await tried({ form: "settings", value: "total" });
    await saved(await tried({ form: "settings", pageLoad: "page" }));
    const answer = await saved(mine);
    expect(answer.headers.getSetCookie().join()).toContain(encodeURIComponent("Somebody else"));
    expect(shop()?.settings).toMatchObject({ value: "goods", pageLoad: "page" });
  });
});

/** Of the tables of figures what stands before, after, and between, by what the row is of. */
const figures = (page: string): Record<string, string[]> =>
  Object.fromEntries(
    [...page.matchAll(/<tr><th scope="row">([^<]+)<\/th>(.*?)<\/tr>/g)].map(([, of = "", cells = ""]) => [
      of,
      [...cells.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell = ""]) => cell.replace(/<[^>]*>/g, "")),
    ]),
  );

test("a preset says what it changes", async () => {
  const page = await tried({ form: "preset", preset: "Converge" });
  expect(page).toContain("total");
  await saved(page);
  expect(shop()?.settings.value).toBe("total");
});

test("the history knows who changed what, and leads back", async () => {
  await saved(await tried({ form: "settings", value: "total", consent: "require" }));
  const page = await house.page("/settings/history");
  expect(page).toContain("By the dashboard");
  expect(page).toContain("Consent<");
  await saved(await tried({ form: "back", change: hidden(page, "change") }));
  expect(shop()?.settings).toMatchObject({ value: "goods", consent: "auto" });
});

test("the file holds all settings and no secret, and brings them back", async () => {
  await saved(await tried({ form: "settings", value: "total" }));
  const file = await (await house.ask(path("/export"))).text();
  expect(file).not.toContain(ACCOUNT.token);
  await saved(await tried({ form: "settings", value: "goods" }));
  await saved(await tried({ form: "import", file }));
  expect(shop()?.settings.value).toBe("total");
  for (const [broken, words] of [
    ["{", "no JSON"],
    ['{"pinrelay":7}', "another release"],
    [file.replace('"total"', '"gross"'), "settings.value must be"],
    [file.replaceAll(ACCOUNT.tagId, "999999"), "is not here"],
  ])
    expect(await tried({ form: "import", file: broken ?? "" })).toContain(words);
});

describe("mapping and filters", () => {
  const form = () => ({ form: "rules", destination: String(house.relay.directory.destinations()[0]?.id) });
  const rules = () => house.relay.directory.destinations()[0]?.rules;

  test("a row of the mapping is tried on what came, and saved", async () => {
    await collect(house, beacon(house.key, [viewedProduct({ name: "Finished Quiz", tag: "" })]));
    const page = await tried({
      ...form(),
      "m0.name": "Finished Quiz",
      "m0.tag": "quiz",
      "m0.api": "quiz",
      "m0.forward": "both",
    });
    expect(page).toContain("(unmapped)");
    expect(page).toContain("quiz");
    await saved(page);
    expect(rules()?.mapping).toEqual({ "Finished Quiz": { tag: "quiz", api: "quiz", forward: "both" } });
    expect(await house.page(`/settings/rules/${form().destination}`)).toContain('value="Finished Quiz"');
    await saved(await tried({ ...form(), "m0.name": "" }));
    expect(rules()?.mapping).toEqual({});
  });

  test("a row for an event of the default table is tried as if pages had told it so already", async () => {
    await collect(house, beacon(house.key, [viewedProduct()]));
    const row = { "m0.name": "Viewed Product", "m0.tag": "viewcontent", "m0.api": "view_content" };
    const page = await tried({ ...form(), ...row, "m0.forward": "both" });
    expect(figures(page)).toMatchObject({ page_visit: ["1", "0", "−1"], view_content: ["0", "1", "+1"] });
    expect(figures(await tried({ ...form(), ...row, "m0.forward": "client" }))).toMatchObject({
      "(browser only)": ["0", "1", "+1"],
    });
  });

  test("what changes is told row by row, in words", async () => {
    const page = await tried({
      ...form(),
      "m0.name": "Finished Quiz",
      "m0.tag": "quiz",
      "m0.api": "quiz",
      "m0.forward": "server",
      "f0.event": "Placed Order",
      "f0.match": "all",
      "f0c0.property": "value",
      "f0c0.operator": "at least",
      "f0c0.value": "50",
      "f0c1.property": "person.email",
      "f0c1.operator": "exists",
    });
    const to = `Destination ${form().destination}`;
    expect(figures(page)).toMatchObject({
      [`${to} mapping of Finished Quiz`]: ["–", "– / quiz"],
      [`${to} filters of Placed Order`]: ["–", "value at least 50 and person.email exists"],
    });
    await saved(page);
    expect(figures(await house.page("/settings/history"))).toHaveProperty([`${to} filters of Placed Order`]);
  });

  test("every operator can be chosen", async () => {
    const page = await house.page(`/settings/rules/${form().destination}`);
    for (const operator of OPERATORS) expect(page).toContain(`<option value="${operator}"`);
  });

  test("a filter is tried on what came, and saved", async () => {
    await collect(house, beacon(house.key, [viewedProduct()]));
    const page = await tried({
      ...form(),
      "f0.event": "Viewed Product",
      "f0.match": "any",
      "f0c0.property": "currency",
      "f0c0.operator": "in",
      "f0c0.value": "EUR, GBP",
    });
    expect(page).toContain("(filtered)");
    await saved(page);
    expect(rules()?.filters).toEqual([
      {
        event: "Viewed Product",
        group: { match: "any", conditions: [{ property: "currency", operator: "in", value: ["EUR", "GBP"] }] },
      },
    ]);
  });

  test("what cannot be is told, with its place", async () => {
    const page = await tried({
      ...form(),
      "m0.name": "Quiz",
      "m0.tag": "two words",
      "m0.api": "quiz",
      "m0.forward": "both",
    });
    expect(page).toContain("mapping.Quiz.tag must be");
    expect(await tried({ ...form(), json: "{" })).toContain("It cannot be saved");
  });

  test("groups in groups are changed as JSON, and stay as they are by the form", async () => {
    const nested = { event: "*", group: { match: "all", conditions: [{ match: "any", conditions: [] }] } };
    await saved(await tried({ ...form(), json: JSON.stringify({ mapping: {}, filters: [nested] }) }));
    expect(rules()?.filters).toEqual([nested]);
    await saved(
      await tried({
        ...form(),
        keepFilters: "yes",
        "m0.name": "Quiz",
        "m0.tag": "q",
        "m0.api": "q",
        "m0.forward": "client",
      }),
    );
    expect(rules()?.filters).toEqual([nested]);
  });
});

/** docs/converge.md: its tables against what they speak of, and a page instrumented for Converge in a real browser. */
import { contentId } from "@pinrelay/tag/content-id";
import { EVENTS } from "@pinrelay/tag/contract";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { tables } from "../any-shop-docs.ts";
import { until } from "../until.ts";
import { eachStage } from "./each-stage.ts";
import { docs, pasted } from "./guide.ts";
import { expectExactly, fixtures, open } from "./platform.ts";
import type { Stage } from "./stage.ts";

const DOCS = docs("converge");
const [CALLS = [], EVENT_ROWS = [], CONTENT_IDS = [], CONSENT = []] = tables(DOCS);

describe("the tables of the docs", () => {
  test("have each event's names as the contract has them", () => {
    expect(EVENT_ROWS).toHaveLength(11);
    for (const [event, , tag, api] of EVENT_ROWS)
      expect([event, tag, api]).toEqual(
        EVENTS.filter(([name]) => name === event)
          .flat()
          .map((name) => name ?? "–"),
      );
  });

  test("have modes of the content ID that take that very ID", () => {
    const ids = { product_id: "1001", variant_id: "1001-2", sku: "MUG-SAGE-L" };
    const taken = CONTENT_IDS.map(([, mode = ""]) => contentId(ids, mode.replace(" (the default)", "") as "product"));
    expect(taken).toEqual(["1001", "1001-2", "MUG-SAGE-L"]);
  });

  test("have every mode of consent but the default", () => {
    expect(CONSENT.map(([, mode = ""]) => mode.split(" ")[0])).toEqual(["always", "–", "implied", "require"]);
  });
});

describe("a page instrumented for Converge", () => {
  let stage: Stage;
  eachStage((set) => {
    stage = set;
  });

  const file = fixtures("converge");
  const calls = () => pasted(stage.relay, DOCS, "js", "cvg(");
  /** The line, which stands indented in a list. */
  const line = () =>
    `${/<script async.*data-global="cvg".*<\/script>/.exec(DOCS)}`.replace("https://relay.shop.example", stage.relay);
  const page = (tag: string, code: string) =>
    file("shop.html")
      .replace("<!-- tag -->", () => tag)
      .replace("/* calls */", () => code);

  const mug = { product_id: "1001", name: "Sage mug", price: 24, quantity: 2 };
  const added = { ...mug, variant_id: "1001-2", sku: "MUG-SAGE-L", currency: "USD" };
  const order = { id: "5001", total_price: 58.5, total_tax: 3, total_shipping: 7.5, currency: "USD", items: [mug] };

  // biome-ignore format: a table
  test.each<[string, boolean]>([
    ["before the script has come",  true],
    ["after it",                    false],
  ])("works as it stands, where it calls %s", async (_, isBefore) => {
    stage.settings = { consent: "require" };
    const grant = 'cvg({ method: "consent", marketing: "granted" })';
    const visit = await open(stage, "/", { "/": page(line(), isBefore ? calls() : grant) });
    if (!isBefore) await visit.page.evaluate(calls());
    await until(() => ["Added To Cart", "Searched", "Placed Order"].every((name) => stage.events(name).length > 0));
    const find = (name: string) => stage.events(name)[0];
    expect(find("Added To Cart")).toMatchObject({ id: "add-1", aliases: ["urn:cart_token:c7d1"] });
    expect(find("Added To Cart")?.profile).toEqual({ $email: "maya.hartley@example.com" });
    expect(find("Searched")).toMatchObject({ id: "search-1" });
    expect(find("Placed Order")).toMatchObject({ id: "order.k3x9q2m7.5001" });
    await expectExactly(stage, visit, [
      ["Added To Cart", added, 48],
      ["Searched", { query: "mug", currency: "USD" }],
      ["Placed Order", order, 48],
    ]);
    expect(visit.words.filter((text) => text.startsWith("pinrelay"))).toEqual([]);
  });

  test("may make every call of the table, and no other", async () => {
    const visit = await open(stage, "/", { "/": page(line(), "") });
    const methods = CALLS.map(([method]) => method);
    expect(methods).toEqual(["track", "forward", "event", "set", "consent", "link_domain", "set_endpoint"]);
    const said = 'eventName: "Signed Up", event: "Signed Up", marketing: "granted", domain: "checkout.shop.example"';
    for (const method of methods) await visit.page.evaluate(`cvg({ method: "${method}", ${said} })`);
    await until(() => stage.events("Signed Up").length === 3);
    expect(visit.words).toEqual([]);
    for (const words of ['method: "page"', 'method: "consent", analytics: "granted"'])
      await visit.page.evaluate(`cvg({ ${words} })`);
    await until(() => visit.words.length === 2);
  });

  test("that Converge still serves may tell both", async () => {
    const both = pasted(stage.relay, DOCS, "html", "function tell");
    const code =
      "tell({ method: 'track', eventName: 'Signed Up', properties: { $email: 'maya.hartley@example.com' } });";
    const tag = line().replace(' data-global="cvg"', "");
    const visit = await open(stage, "/", { "/": page(both + tag, code) });
    const heard = (on: Page) => on.evaluate("[typeof cvg.process, ...cvg.queue.map(([said]) => said.eventName)]");
    expect(await heard(visit.page)).toEqual(["undefined", "Signed Up"]);
    await expectExactly(stage, visit, [["Signed Up", { $email: "maya.hartley@example.com" }]]);
  });
});

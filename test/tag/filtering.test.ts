/** Filters and a test's debug session in a real browser: what the Pinterest Tag is told, and what it is kept from. */
import { expect, test } from "vitest";
import type { Filter } from "#tag/filter";
import { until } from "../until.ts";
import { SETTINGS } from "./bundle.ts";
import { eachStage } from "./each-stage.ts";
import { type Stage, settles } from "./stage.ts";

let stage: Stage;
eachStage((set) => {
  stage = set;
});

const search = (id: string, query: string): string =>
  `pinrelay({ method: "track", eventName: "Searched", eventID: "${id}", properties: { query: "${query}" } });`;
const open = async (path = "/") => {
  stage.pages = { "/": `<head>${stage.tag()}</head>` };
  const visit = await stage.visit();
  await visit.page.goto(stage.shop + path);
  return visit;
};
const filter = (
  event: string,
  property: string,
  operator: "contains" | "exists" | "matches",
  value?: string,
): Filter => ({
  event,
  group: { match: "all", conditions: [{ property, operator, ...(value === undefined ? {} : { value }) }] },
});

test("what a filter does not allow is beaconed, and the Pinterest Tag is not told", async () => {
  stage.build = "every-filtered";
  stage.settings = { filters: [filter("Searched", "query", "contains", "mug")] };
  const { page, errors } = await open();
  await page.evaluate(search("s-1", "harbor mug") + search("s-2", "lamp"));
  await until(() => stage.events("Searched").length === 2);
  await until(() => stage.tracked().length === 1);
  await settles(page);
  expect(stage.tracked().map(({ words }) => words[2])).toMatchObject([{ event_id: "s-1" }]);
  await until(() => stage.acks().some(({ id, state }) => id === "s-2" && state === "absent"));
  expect(errors).toEqual([]);
});

test("what only the relay knows keeps nothing from the Tag; a pattern that is none keeps all of it", async () => {
  stage.build = "every-filtered";
  stage.settings = {
    filters: [filter("Searched", "person.email", "exists"), filter("Searched", "query", "matches", "^m[aeiou]g")],
  };
  const { page } = await open();
  await page.evaluate(search("s-1", "mug") + search("s-2", "harbor mug"));
  await until(() => stage.tracked().length === 1);
  expect(stage.tracked()[0]?.words[2]).toMatchObject({ event_id: "s-1" });
  stage.settings = { filters: [filter("*", "query", "matches", "(")] };
  const other = await open();
  await other.page.evaluate(search("s-3", "mug"));
  await until(() => stage.events("Searched").some(({ id }) => id === "s-3"));
  await settles(other.page);
  expect(stage.tracked()).toHaveLength(1);
});

test("a page load that a filter does not allow makes no call of the Tag's; its beacon goes", async () => {
  stage.build = "every-filtered";
  stage.settings = { filters: [filter("$page_load", "url.path", "matches", "^/sale")] };
  const { page, errors } = await open();
  await page.evaluate(search("s-1", "mug"));
  await until(() => stage.tracked().length === 1 && stage.events("$page_load").length === 1);
  await settles(page);
  expect(stage.pintrk.map(({ words }) => words[0])).not.toContain("page");
  expect(errors).toEqual([]);
});

test("of a destination in test the Tag is told by whoever has the debug panel open, and by nobody else", async () => {
  const { tagId = "" } = SETTINGS;
  stage.settings = { testTagId: tagId };
  // As the relay leaves it out.
  Object.assign(stage.settings, { tagId: undefined });
  const shopper = await open();
  await shopper.page.evaluate(search("s-1", "mug"));
  await until(() => stage.events("Searched").length === 1);
  await settles(shopper.page);
  expect(stage.pintrk).toEqual([]);

  const tester = await open("/#pinrelay-debug");
  await tester.page.evaluate(search("s-2", "mug"));
  await until(() => stage.tracked().length === 1);
  expect(stage.pintrk[0]?.words.slice(0, 2)).toEqual(["load", tagId]);
  expect(tester.errors).toEqual([]);
});

/** A shop on a platform: its pages with what a docs page has the merchant paste, and what must come of a walk in it. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { until } from "../until.ts";
import type { Stage, Visit } from "./stage.ts";

/** Pages and scripts of a platform. */
export const fixtures =
  (platform: string) =>
  (name: string): string =>
    readFileSync(new URL(`../fixtures/${platform}/${name}`, import.meta.url), "utf8");

/** An event's name, what it says exactly, and what it is worth to the Pinterest Tag. */
export type Expected = [name: string, properties: object, value?: number];

const NEXT = "/next";

/** Opens a page of the shop. */
export const enter = async (
  stage: Stage,
  path: string,
  pages: Record<string, string>,
  prepare?: Parameters<Stage["visit"]>[1],
): Promise<Visit> => {
  stage.pages = pages;
  const visit = await stage.visit({}, prepare);
  await visit.page.goto(stage.shop + path, { waitUntil: "domcontentloaded" });
  return visit;
};

/** Opens a page of the shop, and waits until the tag sees it. */
export const open: typeof enter = async (stage, ...words) => {
  const visit = await enter(stage, ...words);
  await until(() => stage.pintrk.length > 0);
  return visit;
};

/**
 * The shopper turns away from the page, which tells what waits, and goes on once both halves are out: a busy machine may
 * end a page that is left before its last words are. By the time the next page is told, all of this one is. Answers the
 * paths whose loads were told.
 */
export const expectExactly = async (stage: Stage, { page, errors }: Visit, expected: Expected[]): Promise<string[]> => {
  await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
  await until(() => stage.tracked().length >= expected.length);
  stage.pages[NEXT] = `<head><title>Next</title>${stage.tag()}</head>`;
  await page.goto(stage.shop + NEXT);
  await until(() => stage.events("$page_load").some(({ url }) => url === stage.shop + NEXT));
  const told = stage.events().filter(({ name }) => name !== "$page_load");
  const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
  expect(told.map(({ name, properties }) => ({ name, properties })).sort(byName)).toEqual(
    expected.map(([name, properties]) => ({ name, properties })).sort(byName),
  );
  // Both halves of each event, under one ID.
  const halves = new Map(stage.tracked().map(({ words }) => [Object(words[2]).event_id, Object(words[2])]));
  expect([...halves.keys()].sort()).toEqual(told.map(({ id }) => id).sort());
  for (const [name, , value] of expected)
    if (value !== undefined)
      expect(told.filter((event) => event.name === name).map(({ id }) => halves.get(id).value)).toContain(value);
  expect(errors).toEqual([]);
  return stage
    .events("$page_load")
    .map(({ url }) => new URL(url).pathname)
    .filter((path) => path !== NEXT);
};

/** What a template engine makes of a template: each of its expressions, `{{…}}` or `<?= … ?>`, is to have a value. */
export const rendered = (template: string, values: Record<string, string>): string =>
  template.replace(/{{(.+?)}}|<\?= (.+?) \?>/g, (_, one: string | undefined, other: string | undefined) => {
    const value = values[one ?? other ?? ""];
    if (value === undefined) throw new Error(`no value for ${one ?? other}`);
    return value;
  });

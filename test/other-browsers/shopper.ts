/** A shopper in a browser that is driven: what is done in a shop, and in words what was told of it. */
import type { BeaconEvent } from "#tag/contract";
import type { Scene } from "../tag/scene.ts";
import { until } from "../until.ts";
import type { Driven } from "./webdriver.ts";

export interface Shopper {
  browser: Driven;
  scene: Scene;
  /** Origin of the shop. */
  shop: string;
}

export type Act = (shopper: Shopper) => Promise<unknown>;

export const acts =
  (...steps: Act[]): Act =>
  async (shopper) => {
    for (const step of steps) await step(shopper);
  };

const pathOf = ({ url }: BeaconEvent): string => new URL(url).pathname;

/** Page loads that were told of a path. */
const loads = ({ scene }: Shopper, path: string): number =>
  scene.events("$page_load").filter((event) => pathOf(event) === path).length;

/** Opens a page, and waits until it is told and the second file listens, which the Pinterest Tag's first call shows. */
export const open =
  (path: string): Act =>
  (shopper) =>
    leads(path, ({ browser }) => browser.open(shopper.shop + path))(shopper);

/** Does what leads to a page, and waits for that page. */
export const leads =
  (path: string, act: Act): Act =>
  async (shopper) => {
    const { pathname } = new URL(path, shopper.shop);
    const before = loads(shopper, pathname);
    const calls = shopper.scene.pintrk.length;
    await act(shopper);
    await until(() => loads(shopper, pathname) > before && shopper.scene.pintrk.length > calls);
  };

export const click =
  (selector: string): Act =>
  ({ browser }) =>
    browser.click(selector);

/** The page does this, as a script of the shop. */
export const says =
  (script: string): Act =>
  ({ browser }) =>
    browser.run(script);

/** Until this has been told so often. */
export const told =
  (name: string, times = 1): Act =>
  ({ scene }) =>
    until(() => scene.events(name).length >= times);

export const shows =
  (expression: string): Act =>
  ({ browser }) =>
    until(async () => (await browser.run(`return Boolean(${expression})`)) === true);

/** What an event says, in a line. */
export const line = (event: BeaconEvent): string => {
  const { name, properties: said } = event;
  const item = (one: typeof said): string =>
    [one.variant_id ?? one.product_id, one.quantity && `×${one.quantity}`, one.price, one.currency]
      .filter((part) => part !== undefined)
      .join(" ");
  if (name === "$page_load") return `${name} ${pathOf(event)}`;
  if (name === "Placed Order") return `${name} ${said.id} ${said.items?.map(item).join(" + ")}`;
  if (name === "Viewed Collection") return [name, said.id, said.name].filter((part) => part !== undefined).join(" ");
  return `${name} ${item(said)}`;
};

/** Marks the end: what is told up to it is all that is told. */
const END = "Contacted";

/**
 * The shopper goes on to pages of the shop that show nothing: the first tells what the last one could not, and once
 * nothing waits any more, a last event proves that all before it has arrived.
 */
export const leave =
  (...paths: string[]): Act =>
  async (shopper) => {
    for (const path of paths) await open(path)(shopper);
    const waits = `["_pinrelay.adds", "_pinrelay.pending"].some((key) => (sessionStorage[key] ?? "[]") !== "[]")`;
    await shows(`!${waits}`)(shopper);
    await says(`pinrelay({ method: "track", eventName: "${END}" })`)(shopper);
    await told(END)(shopper);
  };

/** All that was told of the shopper, but for where they went in the end. */
export const lines = ({ scene }: Shopper, end: readonly string[]): string[] =>
  scene
    .events()
    .filter((event) => event.name !== END && !(event.name === "$page_load" && end.includes(pathOf(event))))
    .map(line)
    .sort();

/** A store that fails under any request is an answer to that request: no route ends the process, or prints what the store said. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Store } from "#relay/store/store";
import { StoreUnavailable } from "#relay/store/store";
import { beacon, viewedProduct } from "./beacons.ts";
import { csrfIn, type House, openHouse } from "./house.ts";
import { type MountedRoute, routesOf } from "./own-process/routes.ts";
import { API_KEY, KEYED, signedUp } from "./server-api.ts";
import { until } from "./until.ts";

const SAID = "duplicate key: (email)=(ann.fennel@example.com)";
/** What of the store fails: all of it, or all but who is logged in. */
let fails: "nothing" | "all" | "all but the session" = "nothing";
let fault: () => Error = () => new Error(SAID);

const SESSION = new Set(["session", "seeSession", "operator", "audit"]);
/** The same store, of which every method fails when it is to. */
const failing = <T extends object>(store: T): T =>
  new Proxy(store, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (name === "reads" && typeof value === "object" && value !== null) return failing(value);
      if (typeof value !== "function") return value;
      return (...told: unknown[]) => {
        const isKept = fails === "nothing" || (fails === "all but the session" && SESSION.has(String(name)));
        return isKept || name === "close" ? Reflect.apply(value, target, told) : Promise.reject(fault());
      };
    },
  });

let house: House;
const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);
beforeAll(async () => {
  process.on("unhandledRejection", note);
  house = await openHouse({ config: { seed: KEYED }, over: (store: Store) => failing(store) });
});
afterAll(async () => {
  fails = "nothing";
  process.off("unhandledRejection", note);
  await house.relay.close();
});

const bodyOf = ({ at }: MountedRoute, csrf: string): string | URLSearchParams => {
  if (at === "/collect") return JSON.stringify(beacon(house.key, [viewedProduct()]));
  if (at === "/api/events") return JSON.stringify(signedUp());
  if (at === "/api/forget") return JSON.stringify({ email: "ann.fennel@example.com" });
  if (at.startsWith("/webhooks")) return JSON.stringify({ id: 1 });
  return new URLSearchParams({
    csrf,
    password: "a password that is long",
    again: "a password that is long",
    by: "email",
    which: "ann.fennel@example.com",
    form: "settings",
    value: "total",
    origins: "https://www.example.com",
    door: "api",
    state: "live",
    outcome: "rejected",
    step: "replay",
  });
};

describe.each(["all", "all but the session"] as const)("where %s fails", (which) => {
  test.each([
    ["by a fault of its own", () => new Error(SAID)],
    ["since it cannot write", () => new StoreUnavailable("the disk is full")],
  ] as const)("%s, every route answers", async (_, made) => {
    fails = "nothing";
    const csrf = await csrfIn(await house.ask("/password"));
    const printed: string[] = [];
    const print = vi.spyOn(console, "error").mockImplementation((...words) => void printed.push(words.join(" ")));
    fault = made;
    fails = which;
    const wrong: string[] = [];
    const routes = routesOf(house.relay.app).filter(({ method }) => method !== "_ALL");
    for (const route of routes) {
      const path = route.at.replace(":shop", house.key).replace(/:\w+/g, "1");
      const { method } = route;
      const isForm = path.startsWith("/admin");
      const answer = await fetch(`${house.url}${path}`, {
        method,
        redirect: "manual",
        headers: {
          accept: "text/html",
          cookie: house.cookie,
          authorization: `Bearer ${API_KEY}`,
          ...(isForm ? {} : { "content-type": "application/json" }),
        },
        ...(method === "POST" ? { body: bodyOf(route, csrf) } : {}),
      })
        .then(async (response) => `${response.status} ${await response.text()}`)
        // An answer that had begun ends half way.
        .catch((error: unknown) => `cut ${String(error)}`);
      if (!/^([2-5]\d\d|cut) /.test(answer) || /ann\.fennel|duplicate key/.test(answer))
        wrong.push(`${method} ${path}: ${answer}`);
    }
    fails = "nothing";
    print.mockRestore();
    expect(wrong).toEqual([]);
    expect(printed).toEqual([]);
    // A rejection that nobody handles is told a turn later.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(unhandled).toEqual([]);
    await until(async () => (await fetch(`${house.url}/readyz`)).status === 200);
  });
});

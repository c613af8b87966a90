import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { firstPassword } from "#relay/admin/operator";
import { HOUSE_ROUTES, SHOP_ROUTES } from "#relay/admin/routes";
import { csrfIn, type House, houseOf, logIn, openHouse, PASSWORD } from "../house.ts";
import { startRelay } from "../start.ts";

let house: House;

beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.relay.close());

const ROUTES = [
  ["get", "/"],
  ["get", "/password"],
  ["post", "/password"],
  ["post", "/logout"],
  ...HOUSE_ROUTES,
  ...SHOP_ROUTES.map(([method, path]) => [method, `/shops/:shop${path}`] as const),
] as const;

const addressOf = (path: string): string => path.replace(":shop", house.key).replace(/:\w+/g, "1");

test("the door says whose it is not", async () => {
  expect(await (await fetch(`${house.url}/admin/login`)).text()).toContain("Not affiliated with Pinterest.");
});

describe("nothing is reachable without a session", () => {
  test.each(ROUTES.map(([method, path]) => [method, path] as const))("%s %s", async (method, path) => {
    const response = await fetch(`${house.url}/admin${addressOf(path)}`, {
      method: method.toUpperCase(),
      redirect: "manual",
      headers: { Accept: "text/html", Cookie: "pinrelay_session=made-up" },
    });
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toMatch(/^\/admin\/login\?next=/);
  });

  test("who asks for JSON is told by 401", async () => {
    const response = await fetch(`${house.url}/admin/shops/${house.key}`, { headers: { Accept: "application/json" } });
    expect(response.status).toBe(401);
  });
});

describe("a form that is not from this session changes nothing", () => {
  const forms = ROUTES.filter(([method]) => method === "post").map(([, path]) => path);
  test.each(forms)("%s", async (path) => {
    const body = new URLSearchParams({ csrf: "guessed" });
    const response = await house.ask(addressOf(path), { method: "POST", body });
    expect(response.status).toBe(403);
    const foreign = await house.ask(addressOf(path), {
      method: "POST",
      body: new URLSearchParams({ csrf: await csrfIn(await house.ask("/password")) }),
      headers: { "Sec-Fetch-Site": "cross-site" },
    });
    expect(foreign.status).toBe(403);
  });

  test("neither does one that an older browser names another site of", async () => {
    const send = async (headers: Record<string, string>): Promise<number> => {
      const body = new URLSearchParams({ csrf: await csrfIn(await house.ask("/password")) });
      return (await house.ask("/password", { method: "POST", body, headers })).status;
    };
    expect(await send({ Origin: "https://evil.example" })).toBe(403);
    expect(await send({ Origin: "null" })).toBe(403);
    expect(await send({ Origin: house.url })).toBe(422);
  });
});

test("the session's cookie is for this site's pages alone, and goes over no open network", async () => {
  const { response } = await logIn(house.url, PASSWORD);
  const [cookie = ""] = response.headers.getSetCookie();
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  expect(cookie).toMatch(/Path=\/admin/);
  // This one came over plain HTTP to the machine itself; over HTTPS it is Secure.
  const { relay, url } = await startRelay({ config: { adminPassword: PASSWORD, publicUrl: "https://relay.example" } });
  const secured = await logIn(url, PASSWORD);
  expect(secured.response.headers.getSetCookie()[0]).toMatch(/; Secure/);
  await relay.close();
});

test("over plain HTTP from another machine nobody can log in", async () => {
  const response = await fetch(`${house.url}/admin/login`, { headers: { Host: "relay.example" } });
  // fetch does not let the host be set: the name is told by a proxy's header only where it is trusted.
  expect(response.status).toBe(200);
  const { relay, url } = await startRelay({ config: { adminPassword: PASSWORD, trustProxy: 1 } });
  const passed = await fetch(`${url}/admin/login`, {
    headers: { "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "relay.example", "X-Forwarded-Proto": "http" },
  });
  expect(passed.status).toBe(403);
  expect(await passed.text()).toContain("not encrypted");
  await relay.close();
});

test("a wrong password is refused twenty times, at the end without being looked at", async () => {
  // By a clock that stands still: every ten seconds another guess is granted, and each of these may take one.
  const nowMs = Date.now();
  const { relay, url, key } = await startRelay({ config: { adminPassword: PASSWORD }, now: () => nowMs });
  const statuses: number[] = [];
  for (let n = 0; n < 20; n++) {
    const { response, cookie } = await logIn(url, `wrong password ${n}`);
    statuses.push(response.status);
    expect(cookie).toBe("");
  }
  expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
  expect(statuses.slice(10)).toEqual(Array.from({ length: 10 }, () => 429));
  // The right one has to wait too: else who guesses would learn that it was right.
  const { response, cookie } = await logIn(url, PASSWORD);
  expect(response.status).toBe(429);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(cookie).toBe("");
  const audited = await relay.store.audited(50);
  expect(audited.filter(({ what }) => what === "tried a wrong password").length).toBeGreaterThanOrEqual(10);
  expect(JSON.stringify(audited)).not.toContain("wrong password 1");
  expect(key).not.toBe("");
  await relay.close();
});

test("where it goes after the login is a page of the dashboard, whatever the address says", async () => {
  for (const next of ["https://evil.example/", "//evil.example", "/../x", "javascript:alert(1)", "/\\evil.example"]) {
    const page = await (await fetch(`${house.url}/admin/login?next=${encodeURIComponent(next)}`)).text();
    expect(page).toContain('name="next" value="/"');
  }
});

test("the one-time password lets nobody further than to a password of their own", async () => {
  const started = await startRelay();
  expect((await logIn(started.url, "")).cookie).toBe("");
  const oneTime = (await firstPassword(started.relay.store, started.relay.now())) ?? "";
  // A relay that starts at the same time prints no other.
  expect(await firstPassword(started.relay.store, started.relay.now())).toBeUndefined();
  const one = houseOf(started, (await logIn(started.url, oneTime)).cookie);
  for (const path of ["/", "/shops", `/shops/${started.key}`]) {
    expect((await one.ask(path)).headers.get("location"), path).toBe("/admin/password");
  }
  const { headers } = await one.send("/password", { password: "a new long one", again: "a new long one" });
  expect(headers.get("location")).toBe("/admin/");
  expect((await logIn(started.url, oneTime)).response.status).toBe(401);
  expect(await firstPassword(started.relay.store, started.relay.now() + 3_600_000)).toBeUndefined();
  await started.relay.close();
});

test("pages forbid scripts and styles of their own, frames, and being kept", async () => {
  const { headers } = await house.ask("/password");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(headers.get("content-security-policy")).not.toContain("unsafe");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test("who logs out is out, and so is everybody else once the password is changed", async () => {
  const started = await startRelay();
  const oneTime = (await firstPassword(started.relay.store, started.relay.now())) ?? "";
  const first = houseOf(started, (await logIn(started.url, oneTime)).cookie);
  await first.send("/password", { password: PASSWORD, again: PASSWORD });
  const one = houseOf(started, (await logIn(started.url, PASSWORD)).cookie);
  const other = houseOf(started, (await logIn(started.url, PASSWORD)).cookie);
  await one.send("/logout");
  expect((await one.ask("/password")).status).toBe(303);
  expect((await other.ask("/password")).status).toBe(200);

  const short = await other.send("/password", { current: PASSWORD, password: "short", again: "short" });
  expect(short.status).toBe(422);
  const wrong = await other.send("/password", { current: "no", password: "a new long one", again: "a new long one" });
  expect(wrong.status).toBe(422);
  const right = await other.send("/password", {
    current: PASSWORD,
    password: "a new long one",
    again: "a new long one",
  });
  expect(right.headers.get("location")).toBe("/admin/");
  expect((await other.ask("/password")).status).toBe(303);
  const renewed = right.headers.getSetCookie().find((one) => one.startsWith("pinrelay_session=")) ?? "";
  expect((await houseOf(started, renewed.replace(/;.*/, "")).ask("/password")).status).toBe(200);
  expect((await logIn(started.url, PASSWORD)).response.status).toBe(401);
  expect((await logIn(started.url, "a new long one")).cookie).not.toBe("");
  await started.relay.close();
});

test("where ADMIN_PASSWORD is set nobody chooses another, which the next start would undo", async () => {
  const chosen = { current: PASSWORD, password: "a new long one", again: "a new long one" };
  expect(await (await house.ask("/password")).text()).toContain("It is set by ADMIN_PASSWORD");
  const refused = await house.send("/password", chosen);
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain("It is set by ADMIN_PASSWORD");
  expect((await house.ask("/shops")).status).toBe(200);
  expect((await logIn(house.url, PASSWORD)).cookie).not.toBe("");
  expect((await logIn(house.url, "a new long one")).response.status).toBe(401);
});

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { EVENTS, SHOPIFY_EVENTS } from "@pinrelay/tag/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setSetting } from "#relay/settings";
import { tagFiles } from "#relay/tag-files";
import { DEBUG_PATH } from "#tag/contract";
import { ACCOUNT, type Started, startRelay } from "./start.ts";

let started: Started;
beforeAll(async () => {
  started = await startRelay();
});
afterAll(() => started.relay.close());

/** Undecoded, as a proxy would see it. */
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${started.url}${path}`, { headers: { "accept-encoding": "identity", ...headers } });

test("the tag has the shop's settings baked in, and no placeholder is left", async () => {
  const text = await (await get("/tag.js")).text();
  expect(text).toContain(`"key":"${started.key}"`);
  expect(text).toContain(`"tagId":"${ACCOUNT.tagId}"`);
  expect(text).not.toContain("__PINRELAY");
  expect(text).not.toContain(ACCOUNT.token);
});

test("browsers and proxies may keep it for a minute, each encoding for itself", async () => {
  const response = await get("/tag.js");
  expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(response.headers.get("cache-control")).toBe("public, max-age=60");
  expect(response.headers.get("vary")).toContain("Accept-Encoding");
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  const again = await get("/tag.js", {
    "if-none-match": response.headers.get("etag") ?? "",
    "cache-control": "max-age=0",
  });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe("");
});

test("a newer relay's script is another one for browsers, under the same settings", async () => {
  const response = await get("/tag.js", { "accept-encoding": "identity" });
  const mark = createHash("sha256")
    .update(await response.text())
    .digest("base64url")
    .slice(0, 16);
  expect(response.headers.get("etag")).toBe(`"${mark}-identity"`);
});

test("it comes in brotli or gzip where the browser takes them", async () => {
  const plain = await (await get("/tag.js")).text();
  // node's fetch decodes what it asked for itself; what was sent is told by the header and the length.
  for (const [encoding, decode] of [
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
  ] as const) {
    const response = await get("/tag.js", { "accept-encoding": encoding });
    expect(response.headers.get("content-encoding")).toBe(encoding);
    const body = Buffer.from(await response.arrayBuffer());
    expect(body.toString() === plain || decode(body).toString() === plain).toBe(true);
  }
});

test("the debug panel comes from the path that the tag names, for a minute, and in brotli", async () => {
  expect(await (await get("/tag.js")).text()).toContain(`"${DEBUG_PATH}"`);
  const response = await get(DEBUG_PATH);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(response.headers.get("cache-control")).toBe("public, max-age=60");
  expect(response.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  const text = await response.text();
  expect(text).toContain("pinrelay-debug");
  expect(text).not.toContain("__PINRELAY");
  const again = await get(DEBUG_PATH, {
    "if-none-match": response.headers.get("etag") ?? "",
    "cache-control": "max-age=0",
  });
  expect(again.status).toBe(304);
  expect((await get(DEBUG_PATH, { "accept-encoding": "br" })).headers.get("content-encoding")).toBe("br");
});

test("a shop is named by its key, and an unknown one gets a 404 that says how", async () => {
  expect((await get(`/tag/${started.key}.js`)).status).toBe(200);
  const unknown = await get("/tag/nobody.js");
  expect(unknown.status).toBe(404);
  expect(await unknown.text()).toContain("/tag/{key}.js");
});

test("the browser half is silent while its destination is not live", async () => {
  const [shop] = started.relay.directory.shops();
  if (!shop) throw new Error("no shop");
  for (const state of ["inactive", "shadow", "test"]) {
    await setSetting(started.relay.store, shop, "destination.state", state);
    await started.relay.directory.refresh();
    const text = await (await get("/tag.js")).text();
    expect(text).not.toContain(`"tagId":"${ACCOUNT.tagId}"`);
    // For the debug panel, which alone takes it.
    expect(text.includes(`"testTagId":"${ACCOUNT.tagId}"`)).toBe(state === "test");
  }
  await setSetting(started.relay.store, shop, "destination.state", "live");
  await started.relay.directory.refresh();
  expect(await (await get("/tag.js")).text()).toContain(ACCOUNT.tagId);
});

test("a changed setting makes another revision", async () => {
  const [shop] = started.relay.directory.shops();
  if (!shop) throw new Error("no shop");
  const before = started.relay.directory.tag(shop).rev;
  await setSetting(started.relay.store, shop, "consent", "require");
  await started.relay.directory.refresh();
  const text = await (await get("/tag.js")).text();
  expect(text).toContain('"consent":"require"');
  expect(text).not.toContain(`"rev":"${before}"`);
});

describe("Shopify's pixel", () => {
  test("has the shop's settings baked in, of them what it needs, and names a second file that is served to every frame", async () => {
    for (const path of ["/shopify-pixel.js", `/shopify-pixel/${started.key}.js`]) {
      const response = await get(path);
      const text = await response.text();
      expect(text).toContain(`"key":"${started.key}"`);
      expect(text).toContain('"checkout_completed":["Placed Order","checkout"]');
      expect(text).not.toMatch(/__PINRELAY|formIdentity|Viewed Product/);
      expect(text).not.toContain(ACCOUNT.token);
      expect(response.headers.get("cache-control")).toBe("public, max-age=60");
      expect(response.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
      const [, second = ""] = /import\(.*?"(\/shopify-pixel-second[^"]+)"/.exec(text) ?? [];
      const file = await get(second);
      expect(file.status).toBe(200);
      expect(file.headers.get("cache-control")).toContain("immutable");
      // A script that imports one from a frame without an origin may only read what all may read.
      expect(file.headers.get("access-control-allow-origin")).toBe("*");
    }
  });

  test("is another script than the tag under the same settings", async () => {
    const etags = await Promise.all(
      ["/tag.js", "/shopify-pixel.js"].map(async (path) => (await get(path)).headers.get("etag")),
    );
    expect(etags[0]).not.toBe(etags[1]);
  });

  test("is told Pinterest's addresses only where they are not Pinterest's own", async () => {
    const own = await (await get("/shopify-pixel.js")).text();
    expect(own).not.toMatch(/pinimg|pinterest\.com/);
    const config = { pinterestTagUrl: "http://127.0.0.1:9/ct/core.js", pinterestImageUrl: "http://127.0.0.1:9/v3/" };
    const other = await startRelay({ config });
    const text = await (await fetch(`${other.url}/shopify-pixel.js`)).text();
    expect(text).toContain('"core":"http://127.0.0.1:9/ct/core.js","image":"http://127.0.0.1:9/v3/"');
    await other.relay.close();
  });

  test("tells Pinterest nothing while the shop's destination is not live", async () => {
    const [shop] = started.relay.directory.shops();
    if (!shop) throw new Error("no shop");
    await setSetting(started.relay.store, shop, "destination.state", "shadow");
    await started.relay.directory.refresh();
    const text = await (await get("/shopify-pixel.js")).text();
    expect(text).not.toContain(ACCOUNT.tagId);
    expect(text).toContain('"checkout_completed":["Placed Order"]');
    await setSetting(started.relay.store, shop, "destination.state", "live");
    await started.relay.directory.refresh();
  });

  test("of an unknown shop is a 404 that says how", async () => {
    const unknown = await get("/shopify-pixel/nobody.js");
    expect(unknown.status).toBe(404);
    expect(await unknown.text()).toContain("/shopify-pixel/{key}.js");
  });

  test("tells only events that both channels know", () => {
    const names = EVENTS.filter(([, tag, api]) => tag && api).map(([name]) => name);
    for (const name of Object.values(SHOPIFY_EVENTS)) expect(names).toContain(name);
  });
});

describe("a pinned tag", () => {
  test("is the code alone, under a name that holds for good, and what its integrity says", async () => {
    const { path, integrity } = tagFiles().pinned();
    const response = await get(path);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    const text = await response.text();
    expect(`sha384-${createHash("sha384").update(text).digest("base64")}`).toBe(integrity);
    expect(text).not.toMatch(/__PINRELAY|document\.currentScript.*document\.currentScript/s);
    for (const secret of [started.key, ACCOUNT.tagId]) expect(text).not.toContain(secret);
    // All code that it loads from the relay it knows by hash.
    const names = [...text.matchAll(/"(\/[\w-]+\.[\w-]{8,}\.js)","(sha384-[^"]+)"/g)];
    expect(names.length).toBeGreaterThanOrEqual(9);
    for (const [, name = "", hash] of names)
      expect(
        `sha384-${createHash("sha384")
          .update(await (await get(name)).text())
          .digest("base64")}`,
        name,
      ).toBe(hash);
  });

  test.each(["/tag.json", "/tag/KEY.json"])(
    "is told the shop's settings at %s, as the other tag has them",
    async (path) => {
      const response = await get(path.replace("KEY", started.key));
      expect(response.headers.get("cache-control")).toBe("public, max-age=60");
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
      const { settings, companion } = await response.json();
      expect(await (await get("/tag.js")).text()).toContain(JSON.stringify(settings));
      expect(companion).toBe("/every");
    },
  );

  test("of an unknown shop gets a 404 that says how", async () => {
    const response = await get("/tag/nobody.json");
    expect(response.status).toBe(404);
    expect(JSON.stringify(await response.json())).toContain("/tag/{key}.json");
  });

  test("of an earlier release is served as it was, beside this one's, and the files it loads too", () => {
    const folder = mkdtempSync(join(tmpdir(), "pinrelay-released-"));
    for (const kind of ["bundle", "released"]) mkdirSync(join(folder, kind));
    const files = {
      "tag.AbCd1234.js": "first()",
      "every.Zz-_9876.js": "second()",
      "tag.js": "no mark",
      "notes.txt": "",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "released", name), text);
    writeFileSync(join(folder, "bundle", "tag.Now-0001.js"), "now()");
    for (const ending of ["br", "gz"]) writeFileSync(join(folder, "bundle", `tag.Now-0001.js.${ending}`), "");
    const served = new Map(tagFiles({ bundle: join(folder, "bundle"), released: join(folder, "released") }).scripts());
    expect([...served.keys()].sort()).toEqual(["every.Zz-_9876.js", "tag.AbCd1234.js", "tag.Now-0001.js"]);
    const { bodies } = served.get("tag.AbCd1234.js")?.() ?? {};
    expect(bodies?.identity.toString()).toBe("first()");
    expect(bodies && brotliDecompressSync(bodies.br).toString()).toBe("first()");
    expect(bodies && gunzipSync(bodies.gzip).toString()).toBe("first()");
    rmSync(folder, { recursive: true });
  });
});

test("the relay is alive and ready, and says so", async () => {
  expect((await get("/livez")).status).toBe(200);
  expect((await get("/readyz")).status).toBe(200);
  expect((await get("/nothing")).status).toBe(404);
});

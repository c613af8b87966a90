// @vitest-environment jsdom
// @vitest-environment-options { "url": "https://www.fennelandoak.example/" }
import { beforeEach, describe, expect, test, vi } from "vitest";

const KNOWN = "0123456789abcdef".repeat(4);

const cookies = (): Record<string, string> =>
  Object.fromEntries(
    document.cookie
      .split("; ")
      .filter(Boolean)
      .map((pair) => pair.split("=", 2)),
  );
const setCookie = (cookie: string): void => {
  // biome-ignore lint/suspicious/noDocumentCookie: what stands there before the tag comes.
  document.cookie = `${cookie};path=/`;
};
/** The visitor as a page at this path meets them. */
const meet = async (path = "/") => {
  vi.resetModules();
  history.replaceState(null, "", path);
  return await import("#tag/visitor");
};

beforeEach(async () => {
  (await meet()).forgetVisitor();
});

test("a new visitor gets an ID, and keeps it", async () => {
  const first = (await meet()).visitor();
  expect(first.id).toMatch(/^[0-9a-f]{64}$/);
  expect(cookies()).toEqual({ _pinrelay: first.id });
  expect((await meet()).visitor()).toEqual(first);
});

test("a cookie that is no ID of ours is replaced", async () => {
  setCookie("_pinrelay=x");
  expect((await meet()).visitor().id).toMatch(/^[0-9a-f]{64}$/);
});

describe("the click ID", () => {
  // biome-ignore format: a table
  test.each([
    ["/?epik=dj0yJnU9TkVX",                      undefined,        "dj0yJnU9TkVX"],
    ["/products/mug?variant=1&EPIK=dj0yJnU9TkVX", undefined,       "dj0yJnU9TkVX"],
    ["/?epik=dj0yJnU9TkVX",                      "dj0yJnU9T0xE",   "dj0yJnU9TkVX"],
    ["/",                                        "dj0yJnU9T0xE",   "dj0yJnU9T0xE"],
    ["/",                                        undefined,        undefined],
    ["/?notepik=1#epik=2",                       undefined,        undefined],
    ["/?epik=dj0yJnU9TkVX%3D%3D#top",            undefined,        "dj0yJnU9TkVX%3D%3D"],
    ["/?epik=dj0y;domain=evil.example",          undefined,        undefined],
    ["/?epik=",                                  "dj0yJnU9T0xE",   "dj0yJnU9T0xE"],
    [`/?epik=${"x".repeat(2_001)}`,              "dj0yJnU9T0xE",   "dj0yJnU9T0xE"],
    ["/",                                        "y".repeat(2_001), undefined],
  ])("at %s with the cookie %s is %s", async (path, cookie, clickId) => {
    setCookie(`_pinrelay=${KNOWN}`);
    setCookie("_derived_epik=dj0yDERIVED");
    if (cookie) setCookie(`_epik=${cookie}`);
    expect((await meet(path)).visitor()).toEqual({ id: KNOWN, ...(clickId && { clickId }) });
    expect(cookies()._epik).toBe(clickId ?? cookie);
  });
});

test("a new click ID replaces the one that stands for the whole domain", async () => {
  setCookie(`_pinrelay=${KNOWN}`);
  setCookie("_epik=dj0yJnU9T0xE;domain=fennelandoak.example");
  expect((await meet("/?epik=dj0yJnU9TkVX")).visitor().clickId).toBe("dj0yJnU9TkVX");
  expect((await meet("/cart")).visitor().clickId).toBe("dj0yJnU9TkVX");
});

test("a forgotten visitor leaves no cookie behind, not on a parent domain either", async () => {
  setCookie(`_pinrelay=${KNOWN};domain=fennelandoak.example`);
  setCookie("_epik=dj0yJnU9T0xE;domain=fennelandoak.example");
  setCookie("cart=1001");
  const { visitor, forgetVisitor } = await meet("/?epik=dj0yJnU9TkVX");
  visitor();
  forgetVisitor();
  expect(Object.keys(cookies()).filter((name) => name !== "_derived_epik")).toEqual(["cart"]);
  expect(visitor().id).not.toBe(KNOWN);
});

/** How the page's requests are heard, in a real browser, and that the page cannot tell. */
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import express from "express";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../e2e/browser.ts";
import { until } from "../until.ts";

/** What reached the server. */
interface Arrived {
  method: string;
  url: string;
  type: string;
  length: string | undefined;
  body: string;
}

/** What was heard of a request, and then of its reply. */
interface Heard {
  path?: string;
  fields?: unknown;
  isForm?: boolean;
  reply?: unknown;
}

const compiled = join(dirname(createRequire(import.meta.url).resolve("@pinrelay/tag/bundle/tag.js")), "..");

let browser: Browser;
let server: Server;
let origin: string;
let context: BrowserContext;
let arrived: Arrived[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  context = await browser.newContext();
  const app = express();
  app.use("/compiled", express.static(compiled));
  app.use(express.text({ type: () => true }));
  app.get(["/bare", "/next"], (_request, response) => void response.type("html").send(BODY));
  app.get("/listening", (_request, response) => {
    response.type("html").send(`${BODY}<script type="module">
      import { hearRequests } from "/compiled/requests.js";
      const note = (said) => { sessionStorage.heard = JSON.stringify([...JSON.parse(sessionStorage.heard ?? "[]"), said]); };
      const plain = (fields) => JSON.parse(JSON.stringify(fields, (_, one) => one instanceof File ? "file " + one.name : one));
      window.listen = () => hearRequests(/^\\/cart\\/add(\\.js)?(\\?|$)/, ({ url, fields, isForm }) => {
        note({ path: url.pathname + url.search, fields: plain(fields), ...(isForm && { isForm }) });
        if (window.isCross) throw new Error("ours");
        return (reply) => { note({ reply }); if (window.isCrossThen) throw new Error("ours"); };
      });
      window.listen();
      window.isListening = true;
    </script>`);
  });
  app.all("/cart/{*path}", (request, response) => {
    const { "content-type": type = "", "content-length": length } = request.headers;
    const body = typeof request.body === "string" ? request.body : "";
    arrived.push({ method: request.method, url: request.url, type, length, body });
    const { status = "200", as = "json", slow } = request.query;
    const answer = () => {
      if (as === "nothing") return void request.socket.destroy();
      if (as === "redirect") return void response.redirect(307, "/cart/add.js");
      response.status(Number(status));
      if (as === "html") return void response.type("html").send("<p>Your cart</p>");
      response.json(Number(status) < 300 ? { id: 41001, quantity: 3 } : { status: 422, message: "Cart Error" });
    };
    if (slow) setTimeout(answer, Number(slow));
    else answer();
  });
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser.close();
  server.close();
});
afterEach(async () => {
  // Each has a sessionStorage of its own.
  await Promise.all(context.pages().map((page) => page.close()));
  arrived = [];
});

const BODY = `<!doctype html><title>Harbor Mug</title><body>
  <form id="product" method="post" action="/cart/add">
    <input type="hidden" name="id" value="41001"><input name="quantity" value="2">
    <button name="add">Add</button> <button name="other" value="1" formaction="/cart/add?from=bar">Add</button>
  </form>
  <iframe name="inside"></iframe>`;

const open = async (path: "/bare" | "/listening", prepare = ""): Promise<Page> => {
  const page = await context.newPage();
  if (prepare) await page.addInitScript(prepare);
  await page.goto(origin + path);
  if (path === "/listening") await page.waitForFunction("window.isListening");
  return page;
};
const listening = (prepare?: string): Promise<Page> => open("/listening", prepare);
const heard = (page: Page): Promise<Heard[]> => page.evaluate(() => JSON.parse(sessionStorage.heard ?? "[]"));
const replies = async (page: Page, count = 1): Promise<Heard[]> => {
  await until(async () => (await heard(page)).filter(({ reply }) => reply).length >= count);
  return await heard(page);
};

const LINE = { id: 41001, quantity: 3 };
const JSON_BODY = `JSON.stringify({ items: [{ id: 41001, quantity: 2 }] })`;
const FORM = `(() => { const form = new FormData(); form.append("id", "41001"); form.append("quantity", "2"); return form; })()`;
const fields = { id: "41001", quantity: "2" };
const items = { items: [{ id: 41001, quantity: 2 }] };

describe("a request is heard with what it asks for and what it is answered", () => {
  const xhr = (body: string, url = '"/cart/add.js"', before = "") =>
    `new Promise((done) => { const xhr = new XMLHttpRequest(); xhr.open("POST", ${url}); ${before} xhr.onloadend = done; xhr.send(${body}); })`;
  // biome-ignore format: a table
  test.each<[string, string, unknown]>([
    ["fetch, JSON",                         `fetch("/cart/add.js", { method: "POST", body: ${JSON_BODY}, headers: { "Content-Type": "application/json" } })`, items],
    ["fetch, a form's text",                `fetch("cart/add.js", { method: "POST", body: "id=41001&quantity=2" })`, fields],
    ["fetch, URLSearchParams",              `fetch(new URL("/cart/add.js", location), { method: "POST", body: new URLSearchParams({ id: 41001, quantity: 2 }) })`, fields],
    ["fetch, FormData",                     `fetch("/cart/add.js", { method: "POST", body: ${FORM} })`, fields],
    ["fetch, a frame's FormData",           `(() => { const form = new (frames[0].FormData)(); form.append("id", "41001"); form.append("quantity", "2"); return fetch("/cart/add.js", { method: "POST", body: form }); })()`, fields],
    ["fetch, nothing but an address",       `fetch("/cart/add.js?id=41001&quantity=2")`, fields],
    ["fetch, a Request of JSON",            `fetch(new Request("/cart/add.js", { method: "POST", body: ${JSON_BODY} }))`, items],
    ["fetch, a Request of FormData",        `fetch(new Request("/cart/add.js", { method: "POST", body: ${FORM} }))`, fields],
    ["fetch, a Request of URLSearchParams", `fetch(new Request("/cart/add.js", { method: "POST", body: new URLSearchParams({ id: 41001, quantity: 2 }) }))`, fields],
    ["fetch, a frame's Request",            `fetch(new (frames[0].Request)(location.origin + "/cart/add.js", { method: "POST", body: ${JSON_BODY} }))`, items],
    ["fetch, a Request whose body is told", `fetch(new Request("/cart/add.js", { method: "POST", body: "id=1" }), { body: "id=41001&quantity=2" })`, fields],
    ["XMLHttpRequest, JSON",                xhr(JSON_BODY), items],
    ["XMLHttpRequest, a form's text",       xhr(`"id=41001&quantity=2"`), fields],
    ["XMLHttpRequest, FormData",            xhr(FORM), fields],
    ["XMLHttpRequest, URLSearchParams",     xhr("new URLSearchParams({ id: 41001, quantity: 2 })", 'new URL("/cart/add.js", location)'), fields],
    ["XMLHttpRequest, an address",          xhr("null", '"/cart/add.js?id=41001&quantity=2"'), fields],
    ["XMLHttpRequest, read as JSON",        xhr(JSON_BODY, '"/cart/add.js"', 'xhr.responseType = "json";'), items],
    ["XMLHttpRequest, synchronous",         `(() => { const xhr = new XMLHttpRequest(); xhr.open("POST", "/cart/add.js", false); xhr.send("id=41001&quantity=2"); })()`, fields],
  ])("%s", async (_, call, asked) => {
    const [page, bare] = [await listening(), await open("/bare")];
    await page.evaluate(`(async () => { await ${call}; })()`);
    const [request, answer, ...more] = await replies(page);
    expect([request?.fields, more]).toEqual([asked, []]);
    expect(answer?.reply).toMatchObject({ isOk: true, said: LINE });
    await bare.evaluate(`(async () => { await ${call}; })()`);
    const boundary = /-{4}WebKitFormBoundary\w+/g;
    const [ours, theirs] = arrived.map((one) => JSON.stringify(one).replace(boundary, "boundary"));
    expect(ours).toEqual(theirs);
  });

  // biome-ignore format: a table
  test.each<[string, string, unknown]>([
    ["refused",                                `fetch("/cart/add.js?status=422")`, { isOk: false, said: { status: 422, message: "Cart Error" } }],
    ["answered with a page",                   `fetch("/cart/add.js?as=html")`, { isOk: true }],
    ["sent elsewhere",                         `fetch("/cart/add.js?as=redirect", { method: "POST", body: "id=41001" })`, { isOk: true, said: LINE }],
    ["broken off by the line",                 `fetch("/cart/add.js?as=nothing")`, { isOk: false, isLost: true }],
    ["given up by the page",                   `(() => { const stop = new AbortController(); const asked = fetch("/cart/add.js?slow=5000", { signal: stop.signal }); stop.abort(); return asked; })()`, { isOk: false, isLost: true }],
    ["refused, by XMLHttpRequest",             xhr("null", '"/cart/add.js?status=422"'), { isOk: false, said: { status: 422, message: "Cart Error" } }],
    ["a page, by XMLHttpRequest",              xhr("null", '"/cart/add.js?as=html"'), { isOk: true }],
    ["broken off, by XMLHttpRequest",          xhr("null", '"/cart/add.js?as=nothing"'), { isOk: false, isLost: true }],
    ["given up, by XMLHttpRequest",            `(() => { const xhr = new XMLHttpRequest(); xhr.open("POST", "/cart/add.js?slow=5000"); xhr.send(); setTimeout(() => xhr.abort()); })()`, { isOk: false, isLost: true }],
  ])("%s", async (_, call, reply) => {
    const page = await listening();
    await page.evaluate(`(async () => { try { await ${call}; } catch {} })()`);
    expect((await replies(page)).at(-1)?.reply).toMatchObject(reply as object);
  });

  test("an XMLHttpRequest that is opened again before its answer has only its last one's", async () => {
    const page = await listening();
    await page.evaluate(`new Promise((done) => {
      const xhr = new XMLHttpRequest();
      xhr.open("POST", "/cart/add.js?slow=5000"); xhr.send("id=1");
      xhr.onloadend = done;
      xhr.open("POST", "/cart/add.js"); xhr.send("id=41001");
    })`);
    expect(await replies(page)).toMatchObject([{ fields: { id: "1" } }, { fields: { id: "41001" } }, { reply: {} }]);
  });

  test("what is not wanted is not heard", async () => {
    const page = await listening();
    await page.evaluate(`(async () => {
      await fetch("/cart/change.js", { method: "POST", body: "id=41001&quantity=0" });
      await fetch("/cart/added");
      await fetch("/cart/add.js", { method: "POST", body: "id=41001" });
    })()`);
    expect(await replies(page)).toMatchObject([{ path: "/cart/add.js" }, { reply: { isOk: true } }]);
  });
});

describe("a form that the browser sends is heard", () => {
  const mark = { path: "/cart/add", fields: { ...fields }, isForm: true };
  const FORM_SENT = `document.querySelector("#product")`;
  // biome-ignore format: a table
  test.each<[string, string, Heard]>([
    ["by its button",                             `${FORM_SENT}.querySelector("[name=add]").click()`, { ...mark, fields: { ...fields, add: "" } }],
    ["by a button with an address of its own",    `${FORM_SENT}.querySelector("[name=other]").click()`, { ...mark, path: "/cart/add?from=bar", fields: { ...fields, other: "1" } }],
    ["by submit()",                               `${FORM_SENT}.submit()`, mark],
    ["by requestSubmit()",                        `${FORM_SENT}.requestSubmit()`, mark],
    ["by a GET",                                  `${FORM_SENT}.method = "get"; ${FORM_SENT}.requestSubmit()`, mark],
    ["whose fields have its own properties' names", `${FORM_SENT}.insertAdjacentHTML("beforeend", "<input name=action value=x>"); ${FORM_SENT}.requestSubmit()`, { ...mark, fields: { ...fields, action: "x" } }],
    ["and whose event a handler keeps to itself", `${FORM_SENT}.addEventListener("submit", (event) => event.stopImmediatePropagation()); ${FORM_SENT}.requestSubmit()`, mark],
    ["and whose fields a handler looks at",       `${FORM_SENT}.addEventListener("submit", () => new FormData(${FORM_SENT})); ${FORM_SENT}.requestSubmit()`, mark],
    ["by submit() after a handler looked at it",  `${FORM_SENT}.addEventListener("submit", (event) => { event.preventDefault(); ${FORM_SENT}.submit(); }); ${FORM_SENT}.requestSubmit()`, mark],
    ["by submit() in its own event",              `${FORM_SENT}.addEventListener("submit", () => ${FORM_SENT}.submit()); ${FORM_SENT}.requestSubmit()`, mark],
  ])("%s", async (_, call, expected) => {
    const page = await listening();
    await page.evaluate(call);
    await page.waitForURL("**/cart/add*");
    await page.goto(`${origin}/next`);
    expect(await heard(page)).toEqual([expected]);
  });

  // biome-ignore format: a table
  test.each<[string, string, string]>([
    ["that a handler takes over",                        FORM_SENT,  `(event) => { event.preventDefault(); ajax(); }`],
    ["that a handler takes over after it read the form", "document", `(event) => { const read = new FormData(event.target); event.preventDefault(); ajax(read); }`],
    ["that a handler takes over last of all, and sends later", "window", `(event) => { event.preventDefault(); setTimeout(ajax); }`],
  ])("but not one %s", async (_, target, handler) => {
    const page = await listening();
    await page.evaluate(`
      window.ajax = (body = new FormData(${FORM_SENT})) => fetch("/cart/add.js", { method: "POST", body });
      ${target}.addEventListener("submit", ${handler});
      ${FORM_SENT}.requestSubmit();`);
    expect(await replies(page)).toMatchObject([{ path: "/cart/add.js", fields }, { reply: { isOk: true } }]);
  });

  test("once, also where the page stays, since the form goes into a frame", async () => {
    const page = await listening();
    await page.evaluate(`${FORM_SENT}.target = "inside"; ${FORM_SENT}.requestSubmit(); new FormData(${FORM_SENT});`);
    await until(() => arrived.length === 1);
    await page.evaluate(`new FormData(${FORM_SENT})`);
    expect(await heard(page)).toEqual([mark]);
  });
});

describe("the page cannot tell", () => {
  /** Run in a page that is heard and in one that is not; both must find the same. */
  // biome-ignore format: a table
  const PROBES: Record<string, string> = {
    "what the functions look like": `[fetch, XMLHttpRequest.prototype.open, XMLHttpRequest.prototype.send, HTMLFormElement.prototype.submit].map((call) =>
      [/\\[native code\\]/.test(call), /\\[native code\\]/.test(Function.prototype.toString.call(call)), call.name, call.length, typeof call, Object.keys(call), "prototype" in call])`,
    "how they are attached": `[[window, "fetch"], [XMLHttpRequest.prototype, "open"], [XMLHttpRequest.prototype, "send"], [HTMLFormElement.prototype, "submit"]].map(([host, name]) => {
      const { value, ...how } = Object.getOwnPropertyDescriptor(host, name); return how; })`,
    "the promise": `(() => { const promise = fetch("/cart/add.js"); return [promise instanceof Promise, promise.constructor === Promise, Object.keys(promise), Object.prototype.toString.call(promise)]; })()`,
    "the response and its body": `(async () => { const response = await fetch("/cart/add.js?status=422"); const { status, ok, url, type, redirected, bodyUsed } = response;
      return [status, ok, url, type, redirected, bodyUsed, response.headers.get("Content-Type"), await response.json(), response.bodyUsed]; })()`,
    "a body read piece by piece": `(async () => { const response = await fetch("/cart/add.js"); let text = ""; const decoder = new TextDecoder();
      for (const reader = response.body.getReader(); ;) { const { done, value } = await reader.read(); if (done) return text; text += decoder.decode(value); } })()`,
    "a body that is copied, and one that is thrown away": `(async () => { const response = await fetch("/cart/add.js"); const copy = await response.clone().text(); await response.body.cancel(); return [copy, response.bodyUsed]; })()`,
    "the error of a line that breaks": `fetch("/cart/add.js?as=nothing").catch((error) => [error.name, error.message, error instanceof TypeError])`,
    "the error of an address that is none": `fetch("http://:0").catch((error) => [error.name, error.message])`,
    "the error of a call that makes no sense": `(async () => { const errors = []; for (const words of [[], ["/cart/add.js", { body: "a" }], ["/cart/add.js", 7], [Symbol("x")]]) await fetch(...words).catch((error) => errors.push([error.name, error.message])); return errors; })()`,
    "the reason of one who gives up": `(async () => { const stop = new AbortController(); const asked = fetch("/cart/add.js?slow=5000", { signal: stop.signal }); const reason = new Error("no"); stop.abort(reason);
      return await asked.catch((error) => error === reason); })()`,
    "a rejection that nobody takes": `new Promise((done) => { addEventListener("unhandledrejection", (event) => { event.preventDefault(); done([event.reason.message, event.promise instanceof Promise]); }); fetch("/cart/add.js?as=nothing"); })`,
    "a rejection that somebody takes": `(async () => { let unhandled = 0; addEventListener("unhandledrejection", () => unhandled++); await fetch("/cart/add.js?as=nothing").catch(() => {}); await new Promise((done) => setTimeout(done, 50)); return unhandled; })()`,
    "a Request that is used, and one that is used twice": `(async () => { const request = new Request("/cart/add.js", { method: "POST", body: "id=41001" }); const before = request.bodyUsed; const asked = fetch(request); const after = request.bodyUsed; await asked;
      return [before, after, await fetch(request).catch((error) => [error.name, error.message])]; })()`,
    "a stream that is sent": `(async () => { const body = new ReadableStream({ start(controller) { controller.enqueue(new TextEncoder().encode("id=41001")); controller.close(); } });
      return await fetch("/cart/add.js", { method: "POST", body, duplex: "half" }).then((response) => response.status, (error) => [error.name, error.message]); })()`,
    "what keepalive and other options do": `(async () => { const response = await fetch("/cart/add.js", { method: "POST", body: "id=1", keepalive: true, cache: "no-store", credentials: "same-origin", priority: "high" }); return response.status; })()`,
    "the events of an XMLHttpRequest": `new Promise((done) => { const xhr = new XMLHttpRequest(); const events = []; for (const type of ["readystatechange", "loadstart", "progress", "load", "error", "abort", "timeout", "loadend"]) xhr["on" + type] = () => { events.push(type + xhr.readyState); if (type === "loadend") done([events, xhr.status, xhr.responseText, xhr.getResponseHeader("Content-Type")]); };
      xhr.open("POST", "/cart/add.js"); xhr.setRequestHeader("X-Requested-With", "XMLHttpRequest"); xhr.send("id=41001"); })`,
    "a reply that is read as JSON, the same each time": `new Promise((done) => { const xhr = new XMLHttpRequest(); xhr.open("POST", "/cart/add.js"); xhr.responseType = "json"; xhr.onload = () => done([xhr.response, xhr.response === xhr.response]); xhr.send(); })`,
    "a synchronous XMLHttpRequest": `(() => { const xhr = new XMLHttpRequest(); xhr.open("POST", "/cart/add.js", false); const sent = xhr.send("id=41001"); return [sent === undefined, xhr.status, xhr.responseText]; })()`,
    "the errors of an XMLHttpRequest": `[(xhr) => xhr.send(), (xhr) => xhr.open("POST"), (xhr) => xhr.open("bad method", "/"), (xhr) => xhr.open("POST", "http://:0"), (xhr) => xhr.open.call({}, "POST", "/"), (xhr) => { xhr.open("POST", "/cart/add.js?as=nothing", false); xhr.send(); }].map((step) => { try { step(new XMLHttpRequest()); return "nothing"; } catch (error) { return [error.name, error.message]; } })`,
    "how often a form's fields are gathered": `new Promise((done) => { const form = document.querySelector("#product"); form.target = "inside"; let gathered = 0; form.addEventListener("formdata", () => gathered++); form.requestSubmit(); form.submit(); setTimeout(() => done(gathered)); })`,
    "the errors of submit()": `[{}, undefined, document.createElement("form")].map((form) => { try { return String(HTMLFormElement.prototype.submit.call(form)); } catch (error) { return [error.name, error.message]; } })`,
  };

  test.each(Object.entries(PROBES))("%s", async (_, probe) => {
    const [page, bare] = [await listening(), await open("/bare")];
    const found = await page.evaluate(probe);
    expect(found).toEqual(await bare.evaluate(probe));
    expect(found).toBeDefined();
  });

  test("what goes wrong in us", async () => {
    const page = await listening("window.isCross = true; window.isCrossThen = true;");
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    const calls = async () =>
      await page.evaluate(`(async () => {
        const unhandled = []; addEventListener("unhandledrejection", ({ reason }) => unhandled.push(String(reason)));
        const said = await (await fetch("/cart/add.js", { method: "POST", body: "id=41001" })).json();
        const xhr = new XMLHttpRequest(); xhr.open("POST", "/cart/add.js");
        await new Promise((done) => { xhr.onloadend = done; xhr.send("id=41001"); });
        await new Promise((done) => setTimeout(done, 50));
        return [said, xhr.status, unhandled];
      })()`);
    expect(await calls()).toEqual([LINE, 200, []]);
    await page.evaluate("window.isCross = false");
    expect(await calls()).toEqual([LINE, 200, []]);
    await replies(page, 2);
    expect(errors).toEqual([]);
  });
});

describe("a page that has its own fetch", () => {
  const add = (page: Page) =>
    page.evaluate(
      `(async () => (await fetch("/cart/add.js", { method: "POST", body: "id=41001&quantity=2" })).json())()`,
    );
  const once = [{ path: "/cart/add.js", fields }, { reply: { isOk: true, said: LINE } }];

  test("which it put around the browser's before us, works on, and is heard once", async () => {
    const page = await listening(
      "const own = window.fetch; window.fetch = (...words) => { window.calls = (window.calls ?? 0) + 1; return own(...words); };",
    );
    expect(await add(page)).toEqual(LINE);
    expect(await replies(page)).toMatchObject(once);
    expect(await page.evaluate("calls")).toBe(1);
  });

  test("which it put around ours, works on, and is heard once", async () => {
    const page = await listening();
    await page.evaluate("const own = window.fetch; window.fetch = (...words) => own(...words);");
    expect(await add(page)).toEqual(LINE);
    expect(await replies(page)).toMatchObject(once);
  });

  test("made of an XMLHttpRequest, before us or after us, is heard once", async () => {
    const polyfill = `window.fetch = (url, { method, body }) => new Promise((done, fail) => {
      const xhr = new XMLHttpRequest(); xhr.open(method, url); xhr.onload = () => done(new Response(xhr.responseText, { status: xhr.status })); xhr.onerror = fail; xhr.send(body); });`;
    for (const isFirst of [true, false]) {
      const page = await listening(isFirst ? polyfill : "");
      if (!isFirst) await page.evaluate(polyfill);
      expect(await add(page)).toEqual(LINE);
      expect(await replies(page)).toMatchObject(once);
      expect(await heard(page)).toHaveLength(2);
    }
  });

  test("which gives promises that can do more, gets those back", async () => {
    const page = await listening(
      "const own = window.fetch; window.fetch = (...words) => { window.made = Object.assign(own(...words), { cancel() {} }); return window.made; };",
    );
    expect(await page.evaluate(`fetch("/cart/add.js") === window.made`)).toBe(true);
    expect(await replies(page)).toMatchObject([{ path: "/cart/add.js" }, { reply: { isOk: true } }]);
  });

  test("which answers with something of its own, gets that", async () => {
    const page = await listening(`window.fetch = (url) => url === "/cart/add.js" ? { ok: 7 } : undefined;`);
    expect(await page.evaluate(`[fetch("/cart/add.js"), String(fetch("/cart/add"))]`)).toEqual([
      { ok: 7 },
      "undefined",
    ]);
  });

  test("that it froze, or took away, is heard by its other requests", async () => {
    for (const prepare of [
      `Object.defineProperty(window, "fetch", { value: window.fetch, writable: false, configurable: false });`,
      "delete window.fetch;",
      "Object.freeze(HTMLFormElement.prototype);",
    ]) {
      const page = await listening(prepare);
      await page.evaluate(
        `new Promise((done) => { const xhr = new XMLHttpRequest(); xhr.open("POST", "/cart/add.js"); xhr.onloadend = done; xhr.send("id=41001&quantity=2"); })`,
      );
      expect(await replies(page)).toMatchObject(once);
    }
  });

  test("is heard by all who listen, each once", async () => {
    const page = await listening();
    await page.evaluate("window.listen()");
    expect(await add(page)).toEqual(LINE);
    await replies(page, 2);
    const paths = (await heard(page)).flatMap(({ path }) => path ?? []);
    expect(paths).toEqual(["/cart/add.js", "/cart/add.js"]);
  });
});

describe("what a body says", () => {
  const said = (body: string) => `(async () => { await fetch("/cart/add.js", { method: "POST", body: ${body} }); })()`;
  // biome-ignore format: a table
  test.each<[string, string, unknown]>([
    ["nested names",                     `"items[0][id]=1&items[0][quantity]=2&items[1][id]=3"`, { items: { 0: { id: "1", quantity: "2" }, 1: { id: "3" } } }],
    ["nested names that are not counted", `"items[][id]=1&items[][quantity]=2&items[][id]=3&items[][quantity]=4"`, { items: { 0: { id: "1", quantity: "2" }, 1: { id: "3", quantity: "4" } } }],
    ["a list",                           `"id[]=1&id[]=3"`, { id: { 0: "1", 1: "3" } }],
    ["the last of two",                  `"id=1&id=3"`, { id: "3" }],
    ["names that mean something in JavaScript", `"__proto__[polluted]=1&constructor=2&id=3"`, { constructor: "2", id: "3" }],
    ["a file",                           `(() => { const form = new FormData(); form.append("properties[photo]", new File(["x"], "mug.png")); form.append("properties[photo][id]", "7"); form.append("id", "1"); return form; })()`, { properties: { photo: { id: "7" } }, id: "1" }],
    ["nothing that can be read",         `new Uint8Array([1, 2])`, { 0: 1, 1: 2 }],
    ["a lone figure",                    `"7"`, {}],
    ["nothing",                          `""`, {}],
    ["broken JSON",                      `'{"id":'`, { '{"id":': "" }],
  ])("%s", async (_, body, expected) => {
    const page = await listening();
    await page.evaluate(said(body));
    const [request] = await replies(page);
    expect(request?.fields).toEqual(expected);
    expect(await page.evaluate("({}).polluted")).toBeUndefined();
  });
});

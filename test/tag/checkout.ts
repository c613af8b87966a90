/**
 * Acts Shopify around a custom pixel: a page that makes the frame in which the pasted lines run, lends them the Web
 * Pixels API (https://shopify.dev/docs/api/web-pixels-api) and tells them what happens.
 */
import type { Page } from "playwright-core";

export interface Privacy {
  analyticsProcessingAllowed: boolean;
  marketingAllowed: boolean;
  preferencesProcessingAllowed: boolean;
  saleOfDataAllowed: boolean;
}

export const ALLOWED: Privacy = {
  analyticsProcessingAllowed: true,
  marketingAllowed: true,
  preferencesProcessingAllowed: true,
  saleOfDataAllowed: true,
};

interface Acting {
  /** Null: Shopify does not say. */
  customerPrivacy?: Privacy | null;
  customer?: object | null;
  /** What becomes of questions to the top page. */
  storage?: "works" | "rejects" | "hangs";
}

/** HTML of a page of the shop with the pixel connected. */
export const shopifyPage = (pixel: string, acting: Acting = {}): string => {
  const { customerPrivacy = ALLOWED, customer = null, storage = "works" } = acting;
  const said = JSON.stringify({ pixel, customerPrivacy, customer, storage, FRAME: String(frame) });
  return `<script>(${top})(${said.replaceAll("<", "\\u003c")})</script>`;
};

/** Something happens that Shopify tells its pixels. Resolves when they have been told. */
export const publish = async (page: Page, name: string, data: unknown = {}): Promise<void> => {
  await page.evaluate(([name, data]) => Reflect.get(window, "shopifyActs").publish(name, data), [name, data] as const);
};

/** The shopper answers Shopify's banner. */
export const choose = async (page: Page, customerPrivacy: Privacy): Promise<void> => {
  await page.evaluate((choice) => Reflect.get(window, "shopifyActs").choose(choice), customerPrivacy);
};

/** The shopper looks at another tab. */
export const hide = async (page: Page): Promise<void> => {
  await page.frames()[1]?.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
};

/** Runs in the page. */
function top({ pixel, customerPrivacy, customer, storage, FRAME }: Record<string, string>): void {
  const context = () => {
    const { href, hash, host, hostname, origin, pathname, port, protocol, search } = location;
    const place = { href, hash, host, hostname, origin, pathname, port, protocol, search };
    return {
      document: { location: place, referrer: document.referrer, characterSet: "UTF-8", title: document.title },
      navigator: { language: navigator.language, cookieEnabled: true, languages: [], userAgent: navigator.userAgent },
      window: { location: place, origin },
    };
  };
  const cookie = {
    get: (name: string) =>
      document.cookie
        .split("; ")
        .find((one) => one.startsWith(`${name}=`))
        ?.slice(name.length + 1) ?? "",
    set: (text: string) => {
      // biome-ignore lint/suspicious/noDocumentCookie: what Shopify does for the pixel.
      document.cookie = text;
    },
  };
  const lends: Record<string, unknown> = { cookie, localStorage, sessionStorage };
  const element = document.createElement("iframe");
  element.setAttribute("sandbox", "allow-scripts");
  let tell: (said: unknown) => void;
  const isReady = new Promise<void>((resolve) => {
    tell = (said) => element.contentWindow?.postMessage(said, "*");
    addEventListener("message", ({ data, source }) => {
      if (source !== element.contentWindow) return;
      if (data.ready) resolve();
      if (!data.ask || storage === "hangs") return;
      const [what, method, words] = data.ask;
      try {
        if (storage === "rejects") throw new DOMException("denied", "SecurityError");
        const lent = lends[what] as Record<string, (...words: string[]) => unknown>;
        tell({ answer: data.id, value: lent[method]?.(...words) });
      } catch (error) {
        tell({ answer: data.id, error: String(error) });
      }
    });
  });
  const init = { context: context(), customerPrivacy, data: { cart: null, customer, shop: { name: "Fennel & Oak" } } };
  const words = JSON.stringify({ init, pixel }).replaceAll("<", "\\u003c");
  element.srcdoc = `<!doctype html><html><head><script>(${FRAME})(${words})</script></head></html>`;
  const begin = () => document.body.append(element);
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);

  let seq = 0;
  Reflect.set(window, "shopifyActs", {
    publish: async (name: string, data: unknown) => {
      await isReady;
      seq += 1;
      const timestamp = new Date().toISOString();
      const id = `sh-${crypto.randomUUID().toUpperCase()}`;
      tell({ event: { id, name, data, seq, timestamp, type: "standard", clientId: id, context: context() } });
    },
    choose: async (choice: unknown) => {
      await isReady;
      tell({ choice: { customerPrivacy: choice } });
    },
  });
}

/** Runs in the frame: Shopify's side of the pixel, and then the pasted lines. */
function frame({ init, pixel }: { init: { customerPrivacy: unknown }; pixel: string }): void {
  type Step = (said: unknown) => void;
  const waiting = new Map<number, [Step, Step]>();
  const subscribers: [string, Step][] = [];
  const ask = (what: string, method: string, words: unknown[]) =>
    new Promise((resolve, reject) => {
      waiting.set(waiting.size, [resolve, reject]);
      parent.postMessage({ ask: [what, method, words], id: waiting.size - 1 }, "*");
    });
  const lent = (what: string, methods: string[]) =>
    Object.fromEntries(methods.map((method) => [method, (...words: unknown[]) => ask(what, method, words)]));
  const subscribe = async (name: string, step: Step) => void subscribers.push([name, step]);
  addEventListener("message", ({ data }) => {
    if ("answer" in data) {
      const [resolve, reject] = waiting.get(data.answer) ?? [];
      if (data.error) reject?.(new Error(data.error));
      else resolve?.(data.value);
    }
    for (const [name, step] of subscribers) {
      if (data.event && (name === "all_standard_events" || name === data.event.name)) step(data.event);
      if (data.choice && name === "visitorConsentCollected") step(data.choice);
    }
  });
  const api = {
    analytics: { subscribe },
    browser: {
      cookie: lent("cookie", ["get", "set"]),
      localStorage: lent("localStorage", ["getItem", "setItem", "removeItem"]),
      sessionStorage: lent("sessionStorage", ["getItem", "setItem", "removeItem"]),
    },
    customerPrivacy: { subscribe },
    init: init.customerPrivacy === null ? { ...init, customerPrivacy: undefined } : init,
  };
  // As in Shopify's own frame, these are names of the pixel's scope, and `customerPrivacy` is not among them.
  new Function("api", "analytics", "browser", "init", pixel)(api, api.analytics, api.browser, api.init);
  parent.postMessage({ ready: true }, "*");
}

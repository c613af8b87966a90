/**
 * What a shop's requests cost more, since its second file hears them: by each call of `fetch`, until its promise is
 * fulfilled, and by each `open` and `send` of an XMLHttpRequest. Under our functions lie stand-ins that answer at once,
 * so that what is left is ours; called directly and through ours they take turns.
 */
import { launchBrowser } from "../e2e/browser.ts";
import { openShopifyShop } from "../tag/shopify-shop.ts";
import { setStage } from "../tag/stage.ts";
import { openWooShop } from "../tag/woo-shop.ts";

/** A page's clock is coarse: so many calls are timed together, so many times. */
const UNWANTED = { calls: 500, blocks: 40 };
const UNWANTED_QUICK = { calls: 200, blocks: 8 };
/** Few: each is an add to the cart, and the tag remembers those of a page. */
const WANTED = { calls: 10, blocks: 6 };

/** Microseconds a call, block by block. */
export interface Times {
  direct: number[];
  ours: number[];
}

/** Runs in the page: microseconds a call, by what is called. */
const measure = async ({
  url,
  init,
  calls,
  blocks,
}: {
  url: string;
  init?: RequestInit;
  calls: number;
  blocks: number;
}) => {
  const own = Reflect.get(window, "own") as {
    fetch: typeof fetch;
    open: XMLHttpRequest["open"];
    send: XMLHttpRequest["send"];
  };
  const { open, send } = XMLHttpRequest.prototype;
  const asks = { direct: own.fetch, ours: window.fetch };
  const opens = { direct: own.open, ours: open };
  const sends = { direct: own.send, ours: send };
  const none = () => ({ direct: [] as number[], ours: [] as number[] });
  const times = { call: none(), answer: none(), xhr: none() };
  const timed = (into: number[], from: number) => into.push(((performance.now() - from) * 1000) / calls);
  for (let block = 0; block < blocks; block += 1)
    for (const by of block % 2 ? (["direct", "ours"] as const) : (["ours", "direct"] as const)) {
      const ask = asks[by];
      const promises: Promise<Response>[] = [];
      let from = performance.now();
      for (let call = 0; call < calls; call += 1) promises.push(ask(url, init));
      timed(times.call[by], from);
      await Promise.all(promises);
      await new Promise((resolve) => setTimeout(resolve));
      from = performance.now();
      for (let call = 0; call < calls; call += 1) await ask(url, init);
      timed(times.answer[by], from);
      const requests = Array.from({ length: calls }, () => new XMLHttpRequest());
      from = performance.now();
      for (const request of requests) {
        Reflect.apply(opens[by], request, [init?.method ?? "GET", url]);
        Reflect.apply(sends[by], request, [init?.body]);
      }
      timed(times.xhr[by], from);
      await new Promise((resolve) => setTimeout(resolve));
    }
  return times;
};

/** What the page's own functions are, before the tag comes: they answer at once, and send nothing. */
const STAND_INS = `{
  const answer = '{"id":44012345678901,"variant_id":44012345678901,"product_id":8012345678901,"quantity":1,"price":2400}';
  window.fetch = async () => new Response(answer, { headers: { "content-type": "application/json" } });
  XMLHttpRequest.prototype.open = function () {};
  XMLHttpRequest.prototype.send = function () {};
  const { open, send } = XMLHttpRequest.prototype;
  window.own = { fetch, open, send };
}`;

const JSON_HEADERS = { "Content-Type": "application/json" };

const shops = async (tag: string) => {
  const shopify = await openShopifyShop();
  const woocommerce = await openWooShop({ theme: "storefront" });
  shopify.tag = tag;
  woocommerce.options.head = tag;
  return [
    {
      build: "shopify",
      page: `${shopify.origin}/products/harbor-mug`,
      add: {
        url: "/cart/add.js",
        init: { method: "POST", headers: JSON_HEADERS, body: '{"id":44012345678901,"quantity":1}' },
      },
      close: () => shopify.close(),
    },
    {
      build: "woocommerce",
      page: `${woocommerce.origin}/product/harbor-mug/`,
      add: {
        url: "/wp-json/wc/store/v1/cart/add-item",
        init: { method: "POST", headers: JSON_HEADERS, body: '{"id":101,"quantity":1}' },
      },
      close: () => woocommerce.close(),
    },
  ] as const;
};

/** One kind of request of one shop's page, at one speed of the processor. */
export interface PatchedCalls {
  build: string;
  rate: number;
  kind: string;
  /** The call itself; until its promise is fulfilled; `open` and `send` of an XMLHttpRequest. */
  times: { call: Times; answer: Times; xhr: Times };
}

/** `rates`: by how much the processor is slowed down. */
export async function patchedCalls(
  rates: readonly number[],
  quick = false,
): Promise<{ version: string; calls: PatchedCalls[] }> {
  const browser = await launchBrowser();
  try {
    const stage = await setStage(browser);
    stage.settings = { consent: "implied" };
    const all = await shops(stage.tag());
    const calls: PatchedCalls[] = [];
    try {
      for (const rate of rates)
        for (const { build, page, add } of all) {
          stage.build = build;
          const { context, page: tab } = await stage.visit({}, (one) => one.addInitScript(STAND_INS));
          await tab.goto(page);
          await tab.waitForFunction("XMLHttpRequest.prototype.send !== window.own.send");
          const devtools = await context.newCDPSession(tab);
          await devtools.send("Emulation.setCPUThrottlingRate", { rate });
          for (const [kind, asked] of [
            ["a search suggestion", { url: "/search/suggest.json?q=mug", ...(quick ? UNWANTED_QUICK : UNWANTED) }],
            ["an add to the cart", { ...add, ...WANTED }],
          ] as const)
            calls.push({ build, rate, kind, times: await tab.evaluate(measure, asked) });
          await context.close();
        }
    } finally {
      for (const shop of all) shop.close();
      await stage.close();
    }
    return { version: browser.version(), calls };
  } finally {
    await browser.close();
  }
}

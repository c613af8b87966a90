/** Serves the tag and Shopify's pixel with a shop's settings baked in, and their second files and the debug panel, the same for all. */
import { COLLECT_PATH, DEBUG_PATH, PINNED_SETTINGS_PATH, type PinnedSettings } from "@pinrelay/tag/contract";
import { type Request, type Response, Router } from "express";
import type { Platform, Shop } from "../core/settings.ts";
import type { Directory } from "../directory.ts";
import { compressed, type Script, tagFiles } from "../tag-files.ts";
import { mountReader } from "./mount.ts";

/** How long browsers and proxies may keep a tag: a change of settings reaches every page within it. */
const CACHE_SECONDS = 60;
const FOREVER_SECONDS = 31_536_000;
const SETTINGS = "__PINRELAY_SETTINGS__";
const COMPANION = "__PINRELAY_COMPANION__";
/** The pixel's second file, and that of each platform, by the name it has before the mark of its content. */
const PIXEL_COMPANION = "shopify-pixel-second";
const COMPANIONS: Record<Platform, string> = {
  auto: "every",
  shopify: "shopify",
  woocommerce: "woocommerce",
  other: "any",
};

export function tagRouter(directory: Directory): Router {
  const files = tagFiles();
  const tag = files.text("tag.js");
  const pixel = files.text("shopify-pixel.js");
  const scripts = new Map<string, Script>();

  const mountOf = mountReader();

  const baked = (bundle: string, settings: { rev: string }, companion: string, mount: string): Script => {
    const path = `${mount}/${files.marked(companion)}`;
    const key = settings.rev + path;
    const known = scripts.get(key);
    if (known) return known;
    // Those of older revisions go with it. Of each shop there are two, and each takes a while to be compressed.
    if (scripts.size > 100 + 4 * directory.shops().length) scripts.clear();
    const script = compressed(
      below(mount, bundle)
        .replace(SETTINGS, () => JSON.stringify(settings))
        .replace(COMPANION, () => JSON.stringify(path)),
    );
    scripts.set(key, script);
    return script;
  };
  const companionOf = (shop: Shop): string =>
    `${COMPANIONS[shop.settings.platform]}${directory.tag(shop).filters ? "-filtered" : ""}`;
  const tagOf = (shop: Shop, mount: string): Script => baked(tag, directory.tag(shop), companionOf(shop), mount);
  const pixelOf = (shop: Shop, mount: string): Script => baked(pixel, directory.pixel(shop), PIXEL_COMPANION, mount);

  const deliver = ({ etag, bodies }: Script, cache: string, request: Request, response: Response): void => {
    const encoding = request.acceptsEncodings("br", "gzip") || "identity";
    response.set({
      "Content-Type": "text/javascript; charset=utf-8",
      "Cache-Control": cache,
      "Access-Control-Allow-Origin": "*",
      "Cross-Origin-Resource-Policy": "cross-origin",
      "X-Content-Type-Options": "nosniff",
      ETag: `"${etag}-${encoding}"`,
    });
    response.vary("Accept-Encoding");
    if (request.fresh) return void response.status(304).end();
    if (encoding !== "identity") response.set("Content-Encoding", encoding);
    response.send(bodies[encoding === "br" || encoding === "gzip" ? encoding : "identity"]);
  };

  const router = Router();
  const serve = (name: string, scriptOf: (shop: Shop, mount: string) => Script): void => {
    const answer = (shop: Shop | undefined, request: Request, response: Response): void => {
      if (!shop)
        return void response.status(404).type("text/plain").send(`No such shop. Name one: /${name}/{key}.js\n`);
      const mount = mountOf(request);
      if (mount === undefined)
        return void response.status(404).type("text/plain").send("Mounted in too many places.\n");
      deliver(scriptOf(shop, mount), `public, max-age=${CACHE_SECONDS}`, request, response);
    };
    router.get(`/${name}.js`, (request, response) => answer(directory.shop(), request, response));
    router.get(`/${name}/:shop.js`, (request, response) =>
      answer(directory.shop(request.params.shop), request, response),
    );
  };
  serve("tag", tagOf);
  const pinned = (shop: Shop | undefined, { baseUrl }: Request, response: Response): void => {
    const settings = shop && directory.tag(shop);
    const served: PinnedSettings | undefined = settings && {
      settings: { ...settings, ...(settings.relay ? { relay: settings.relay + baseUrl } : {}) },
      companion: `/${companionOf(shop)}`,
    };
    response.set({ "Cache-Control": `public, max-age=${CACHE_SECONDS}`, "Access-Control-Allow-Origin": "*" });
    if (served) response.json(served);
    else response.status(404).json({ error: { field: "shop", message: "is not known; name one: /tag/{key}.json" } });
  };
  router.get(PINNED_SETTINGS_PATH, (request, response) => pinned(directory.shop(), request, response));
  router.get("/tag/:shop.json", (request, response) => pinned(directory.shop(request.params.shop), request, response));
  serve("shopify-pixel", pixelOf);
  for (const [name, script] of files.scripts()) {
    router.get(`/${name}`, (request, response) =>
      deliver(script(), `public, max-age=${FOREVER_SECONDS}, immutable`, request, response),
    );
  }
  // The tag's bytes are dear: it names its panel without a mark of the content.
  const panel = files.script(DEBUG_PATH);
  router.get(DEBUG_PATH, (request, response) => deliver(panel, `public, max-age=${CACHE_SECONDS}`, request, response));
  return router;
}

/** The script as it is for a relay that is mounted below a path of another app: by that path it asks the relay. */
const below = (mount: string, bundle: string): string =>
  mount === ""
    ? bundle
    : [COLLECT_PATH, DEBUG_PATH].reduce(
        (text, path) => text.replaceAll(JSON.stringify(path), () => JSON.stringify(mount + path)),
        bundle,
      );

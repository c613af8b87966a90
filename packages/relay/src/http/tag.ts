/** Serves the tag and Shopify's pixel with a shop's settings baked in, and their second files and the debug panel, the same for all. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { DEBUG_PATH } from "@pinrelay/tag/contract";
import { type Request, type Response, Router } from "express";
import type { Platform, Shop } from "../core/settings.ts";
import type { Directory } from "../directory.ts";

/** How long browsers and proxies may keep a tag: a change of settings reaches every page within it. */
const CACHE_SECONDS = 60;
/** Files with a mark of their content in the name never change under that name. */
const MARKED = /^([\w-]+)\.[\w-]{8,}\.js$/;
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

type Encoding = "br" | "gzip" | "identity";
interface Script {
  etag: string;
  bodies: Record<Encoding, Buffer>;
}

export function tagRouter(directory: Directory): Router {
  const folder = dirname(createRequire(import.meta.url).resolve("@pinrelay/tag/bundle/tag.js"));
  const textOf = (name: string) => readFileSync(join(folder, name), "utf8");
  const tag = textOf("tag.js");
  const pixel = textOf("shopify-pixel.js");
  const marked = new Map(
    readdirSync(folder).flatMap((name) => {
      const [, plain] = MARKED.exec(name) ?? [];
      return plain ? [[plain, name] as const] : [];
    }),
  );
  const scripts = new Map<string, Script>();

  const baked = (bundle: string, settings: { rev: string }, companion: string): Script => {
    const path = `/${marked.get(companion)}`;
    const key = settings.rev + path;
    const known = scripts.get(key);
    if (known) return known;
    // Those of older revisions go with it. Of each shop there are two, and each takes a while to be compressed.
    if (scripts.size > 100 + 4 * directory.shops().length) scripts.clear();
    const script = compressed(
      bundle.replace(SETTINGS, () => JSON.stringify(settings)).replace(COMPANION, () => JSON.stringify(path)),
    );
    scripts.set(key, script);
    return script;
  };
  const tagOf = (shop: Shop): Script => {
    const settings = directory.tag(shop);
    const companion = COMPANIONS[shop.settings.platform];
    return baked(tag, settings, settings.filters ? `${companion}-filtered` : companion);
  };
  const pixelOf = (shop: Shop): Script => baked(pixel, directory.pixel(shop), PIXEL_COMPANION);

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
  const serve = (name: string, scriptOf: (shop: Shop) => Script): void => {
    const answer = (shop: Shop | undefined, request: Request, response: Response): void => {
      if (!shop)
        return void response.status(404).type("text/plain").send(`No such shop. Name one: /${name}/{key}.js\n`);
      deliver(scriptOf(shop), `public, max-age=${CACHE_SECONDS}`, request, response);
    };
    router.get(`/${name}.js`, (request, response) => answer(directory.shop(), request, response));
    router.get(`/${name}/:shop.js`, (request, response) =>
      answer(directory.shop(request.params.shop), request, response),
    );
  };
  serve("tag", tagOf);
  serve("shopify-pixel", pixelOf);
  for (const name of marked.values()) {
    const script = packed(folder, name);
    router.get(`/${name}`, (request, response) =>
      deliver(script, `public, max-age=${FOREVER_SECONDS}, immutable`, request, response),
    );
  }
  // The tag's bytes are dear: it names its panel without a mark of the content.
  const panel = packed(folder, DEBUG_PATH);
  router.get(DEBUG_PATH, (request, response) => deliver(panel, `public, max-age=${CACHE_SECONDS}`, request, response));
  return router;
}

/** Of the content, settings and code: a newer relay serves another script under the same settings. */
const etagOf = (content: Buffer): string => createHash("sha256").update(content).digest("base64url").slice(0, 16);

/** A file that the build has compressed. */
const packed = (folder: string, name: string): Script => {
  const bodyOf = (ending: string): Buffer => readFileSync(join(folder, name + ending));
  const identity = bodyOf("");
  return { etag: etagOf(identity), bodies: { identity, br: bodyOf(".br"), gzip: bodyOf(".gz") } };
};

const compressed = (text: string): Script => {
  const identity = Buffer.from(text);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: identity.length };
  return {
    etag: etagOf(identity),
    bodies: { identity, br: brotliCompressSync(identity, { params }), gzip: gzipSync(identity, { level: 9 }) },
  };
};

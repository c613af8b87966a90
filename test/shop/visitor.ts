import { createContext, runInContext } from "node:vm";

/** A browser without a screen: keeps cookies, follows nothing by itself. */
export interface Visitor {
  get(path: string): Promise<Response>;
  post(path: string, fields: Record<string, string>, accept?: string): Promise<Response>;
}

export const visitor = (shopUrl: string, cookies = new Map<string, string>()): Visitor => {
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("Cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await fetch(new URL(path, shopUrl), { ...init, headers, redirect: "manual" });
    for (const set of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (set.split(";")[0] ?? "").split("=");
      cookies.set(name, value);
    }
    return response;
  };
  return {
    get: (path) => send(path, {}),
    post: (path, fields, accept = "text/html") =>
      send(path, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: accept } }),
  };
};

/** The JSON-LD of a page. */
export const jsonLdOf = (page: string): unknown[] =>
  [...page.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)].map(([, json = ""]) => JSON.parse(json));

/** A meta tag's content. */
export const metaOf = (page: string, property: string): string | undefined =>
  new RegExp(`<meta property="${property}" content="([^"]*)">`).exec(page)?.[1];

/** What a page's own inline scripts told, run as a browser without any tag would run them. */
export const toldBy = (page: string): { layer: unknown[]; pinrelay: unknown[] } => {
  const window = {};
  Object.assign(window, { window });
  const context = createContext(window);
  for (const [, script = ""] of page.matchAll(/<script>(.*?)<\/script>/gs)) runInContext(script, context);
  const plain = (expression: string): unknown[] =>
    JSON.parse(
      String(
        runInContext(
          `JSON.stringify(Array.from(${expression} || [], (each) => each && "callee" in Object(each) ? [...each] : each))`,
          context,
        ),
      ),
    );
  return {
    layer: plain("window.dataLayer"),
    pinrelay: plain("window.pinrelay && window.pinrelay.q").flat(),
  };
};

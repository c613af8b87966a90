/** In a pinned tag in the place of `fetch-script.ts`: what it loads is of its own release, and is what it was then. */
import { attempt } from "./guard.ts";

/** The build writes over this name, by the path that the tag asks for, where the file lies and its integrity. */
declare const __PINRELAY_FILES__: Readonly<Record<string, readonly [path: string, integrity: string]>>;

/**
 * As the other one, which has no byte to spare for this. Of a build that this release does not have it takes the one with
 * everything.
 */
export const fetchScript = (address: string, nonce: string, failed: () => void): HTMLScriptElement => {
  const [, folder = "", name = ""] = /^(.*)(\/.*)$/.exec(address) ?? [];
  const [path, integrity] = __PINRELAY_FILES__[name] ?? __PINRELAY_FILES__["/every-filtered"] ?? ["", ""];
  const script = document.createElement("script");
  Object.assign(script, { nonce, integrity, crossOrigin: "anonymous", onerror: failed });
  const isAllowed = attempt(() => {
    script.src = folder + path;
    return true;
  });
  if (isAllowed) document.head.append(script);
  else failed();
  return script;
};

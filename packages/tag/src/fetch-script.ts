/** Fetches a script into the page. */
import { attempt } from "./guard.ts";

/**
 * `nonce` is what the page's content policy lets scripts in by. A page may also forbid addresses that are plain text:
 * then, as where the script cannot be had, `failed` is called.
 */
export const fetchScript = (address: string, nonce: string, failed: () => void): HTMLScriptElement => {
  const script = document.createElement("script");
  script.nonce = nonce;
  script.onerror = failed;
  const isAllowed = attempt(() => {
    script.src = address;
    return true;
  });
  if (isAllowed) document.head.append(script);
  else failed();
  return script;
};

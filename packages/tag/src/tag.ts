/**
 * The script that a shop pastes: DOM ▸ capture ▸ beacon ▸ send, and beside it the Pinterest Tag under the same event IDs.
 * This file wires; it answers the public call, `pinrelay({ method, … })`.
 */
import { called, leave, skip, watch } from "./capture.ts";
import { choose, consent, mayTell, renew } from "./consent.ts";
import { type Consent, DEBUG_HASH, DEBUG_PATH } from "./contract.ts";
import type { Lent } from "./debug/lent.ts";
import { fetchScript } from "./fetch-script.ts";
import { decide } from "./gate.ts";
import { attempt, on, warn } from "./guard.ts";
import { arrived } from "./second-file.ts";
import { flush, retry } from "./send.ts";
import { globalName, nonce, relay, settings } from "./settings.ts";
import { shaped } from "./shape.ts";
import type { TrackCall } from "./sighting.ts";
import { set } from "./tell.ts";
import type { Thing } from "./thing.ts";

declare global {
  interface Document {
    prerendering?: boolean;
  }
}

let isReplayed = false;

const METHODS = {
  track: (call: TrackCall) => called({ ...call, eventName: call.eventName.trim() }),
  set,
  consent: ({ marketing }: Consent) => {
    if (!/^(granted|denied)$/.test(marketing)) throw marketing;
    choose(marketing);
    if (isReplayed) redecide();
  },
  link_domain: () => {},
};

/** Does what a call says: the call itself, or the arguments of one that was queued. One that makes no sense only warns. */
const call = (entry: Thing): void => {
  try {
    const said = shaped(entry[0] ?? entry) as { method: keyof typeof METHODS };
    METHODS[said.method](said as never);
  } catch {
    warn("ignored a call that makes no sense");
  }
};

const redecide = (): void => {
  if (decide()) skip();
};

const hide = (): void => {
  attempt(leave);
  flush(true);
};

const start = (): void => {
  if (window._pinrelay) return;
  window._pinrelay = arrived;
  const queued: Thing[] | undefined = Reflect.get(window, globalName)?.q;
  Reflect.set(window, globalName, Object.assign(call, { q: { push: call } }));
  for (const entry of Array.from(queued ?? [])) call(entry);
  watch();
  isReplayed = true;
  decide();
  on(window, "online", retry);
  on(window, "hashchange", open);
  on(window, "pagehide", hide);
  on(document, "visibilitychange", () => document.hidden && hide());
  on(window, "storage", () => {
    renew();
    redecide();
  });
};

/** Starts. Where the address asks for the debug panel, or this tab shows it already, that comes first, and sees it all. */
const open = (): void => {
  if (attempt(() => location.href.includes(DEBUG_HASH) || sessionStorage[DEBUG_HASH])) {
    on(
      Object.assign(fetchScript(relay + DEBUG_PATH, nonce, start), {
        lent: [settings, consent, mayTell] satisfies Lent,
      }),
      "load",
      start,
    );
  } else start();
};

// A page that a browser renders ahead has not been visited yet, and may never be.
if (document.prerendering) on(document, "prerenderingchange", open);
else attempt(open);

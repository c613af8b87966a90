/**
 * The script that a shop pastes: DOM ▸ capture ▸ beacon ▸ send, and beside it the Pinterest Tag under the same event IDs.
 * This file wires; it answers the public call, `pinrelay({ method, … })`.
 */
import { called, leave, restore, showPage, skip, waiting, watch } from "./capture.ts";
import { choose, consent, hear, mayTell, renew } from "./consent.ts";
import { CONSENT_KEY, type Consent, DEBUG_HASH, DEBUG_PATH, type Profile } from "./contract.ts";
import type { Lent } from "./debug/lent.ts";
import { fetchScript } from "./fetch-script.ts";
import { decide } from "./gate.ts";
import { attempt, on, warn } from "./guard.ts";
import { afterCompanion, arrived, companion } from "./second-file.ts";
import { flush, report, retry } from "./send.ts";
import { globalName, linkDomains, nonce, relay, settings } from "./settings.ts";
import { type Standing, standing } from "./standing.ts";
import { tell } from "./tell.ts";
import type { Thing } from "./thing.ts";
import { visitor } from "./visitor.ts";

declare global {
  interface Document {
    prerendering?: boolean;
  }
}

let isReplayed = false;

/** Takes who the visitor is: where they are may decide. */
const know = (said: Standing): void => {
  standing.push(said);
  redecide();
};

const METHODS = {
  track: called,
  // Converge's `set` calls profile properties just properties.
  set: ({ properties, ...said }: Standing & { properties?: Profile }) =>
    know({ ...said, profileProperties: { ...properties, ...said.profileProperties } }),
  consent({ marketing }: Consent) {
    if (!/^(granted|denied)$/.test(marketing)) throw marketing;
    choose(marketing);
    redecide();
  },
};

/** Does what a call says: the call itself, or the arguments of one that was queued. One that makes no sense only warns. */
const call = (entry: Thing): void => {
  try {
    const said = JSON.parse(JSON.stringify(entry[0] ?? entry));
    const method = Reflect.get(METHODS, said.method);
    if (method) method(said);
    else afterCompanion(() => companion?.rareCall(said, called, ignored));
  } catch {
    ignored();
  }
};

const ignored = (): void => warn("ignored a call that makes no sense");

const redecide = (): void => {
  if (isReplayed && decide()) skip();
};

const hide = (isHidden?: boolean): void => {
  attempt(() => leave(isHidden));
  flush(true);
};

const start = (): void => {
  if (window._pinrelay) return;
  window._pinrelay = arrived;
  // First: it is to know what the page says before it takes a call.
  afterCompanion(() => {
    companion?.watch({
      settings,
      linkDomains,
      waiting,
      tell,
      set: know,
      hear(signal) {
        hear(signal);
        redecide();
      },
      report,
      mayTell,
      consent,
      visitor,
      leave,
      showPage,
      restore,
    });
    redecide();
  });
  const page = Reflect.get(window, globalName);
  const queued = Array.from<Thing>(page?.q ?? page?.queue ?? []);
  Reflect.set(window, globalName, Object.assign(call, { q: { push: call }, process: call }));
  // Some hold on to the stub that stood there: it hands on what it is called with.
  Object.assign(Object(page), call);
  for (const entry of queued) call(entry);
  watch();
  isReplayed = true;
  decide();
  on(window, "hashchange", open);
  on(window, "online", retry);
  on(window, "pagehide", () => hide());
  on(document, "visibilitychange", () => document.hidden && hide(true));
  on<StorageEvent>(window, "storage", ({ key }) => {
    // Anything else that another tab stores is no choice, which would outdo what a manager says here.
    if (key !== CONSENT_KEY) return;
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

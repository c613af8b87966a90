/**
 * The tag for pages that pin what they run (Subresource Integrity): code alone, the same for all shops, under a name with a
 * mark of its content. It asks the relay for the shop's settings, which are data, and then runs the tag of its release.
 */
import { PINNED_SETTINGS_PATH, PINTEREST_CORE, type PinnedSettings } from "../contract.ts";

/** The build writes the tag itself over this name. */
declare const __PINRELAY_TAG__: (served: PinnedSettings, script: Element) => void;

const script = document.currentScript;
/** Of the relay, whose folder both the script and the settings lie in. */
const relay = new URL(script?.getAttribute("src") ?? "", document.baseURI).href.replace(/\/[^/]*$/, "");
const ask = async (how?: RequestInit): Promise<PinnedSettings> => {
  const shop = script?.getAttribute("data-shop");
  const path = shop ? `/tag/${shop}.json` : PINNED_SETTINGS_PATH;
  const answer = await fetch(relay + path, how);
  if (!answer.ok) throw new Error("no settings");
  return answer.json();
};

const run = async (): Promise<void> => {
  // Where the relay is away the browser may still have them from before.
  const served = await ask().catch(() => ask({ cache: "force-cache" }));
  // Where Pinterest's library is, which will run, the page itself says, or the release: settings are data.
  const core = script?.getAttribute("data-core") ?? PINTEREST_CORE;
  if (script) __PINRELAY_TAG__({ ...served, settings: { relay, ...served.settings, core } }, script);
};

// The shop works on without us, and the console says why.
run().catch(() => console.warn("pinrelay: the relay does not answer"));

/** Sees which of the tag's scripts have come: its second file, and Pinterest's library. */
import type { TagSettings } from "../contract.ts";
import { attempt } from "../guard.ts";

export type Coming = "not asked for" | "on its way" | "loaded" | "blocked";

/** A file with a mark of its content in the name, as the relay serves it. */
const MARKED = /^\/(\w+)\.[\w-]{8,}\.js$/;

export const watchScripts = (relay: string, { core }: TagSettings) => {
  let build = "";
  const is: Record<"companion" | "core", Coming> = { companion: "not asked for", core: "not asked for" };

  const note = (script: EventTarget | null, coming: Coming, isNews = true): void => {
    if (!(script instanceof HTMLScriptElement)) return;
    const path = script.src.startsWith(relay) ? script.src.slice(relay.length) : "";
    const [, marked] = MARKED.exec(path) ?? [];
    const which = marked ? "companion" : script.src.endsWith(core.replace(/^\w+:/, "")) && "core";
    if (marked) build = marked;
    if (which && (isNews || is[which] === "not asked for")) is[which] = coming;
  };
  const loaded = ({ target }: Event) => attempt(() => note(target, "loaded"));
  const failed = ({ target }: Event) => attempt(() => note(target, "blocked"));
  // Neither bubbles, but both can be caught on their way down.
  document.addEventListener("load", loaded, true);
  document.addEventListener("error", failed, true);

  return {
    is,
    /** Which second file it is: `shopify`, `every`, …; empty until it is asked for. */
    build: (): string => build,
    /** Looks for those that were asked for; before the panel came they may be here already. */
    look(): void {
      for (const script of document.scripts)
        note(script, performance.getEntriesByName(script.src)[0] ? "loaded" : "on its way", false);
    },
    end(): void {
      document.removeEventListener("load", loaded, true);
      document.removeEventListener("error", failed, true);
    },
  };
};

export type Scripts = ReturnType<typeof watchScripts>;

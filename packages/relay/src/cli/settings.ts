/** `pinrelay settings`: shows, changes, exports and imports the settings of a shop. */
import { type Draft, differences, draftOf } from "../core/draft.ts";
import type { Shop } from "../core/settings.ts";
import { SETTING_WORDS } from "../setting-words.ts";
import { saveDraft, setSetting, shownSettings } from "../settings.ts";
import { exported, imported } from "../settings-file.ts";
import type { Store } from "../store/store.ts";
import { type Command, type Context, type Ended, print, spelled } from "./command.ts";
import { ofShop } from "./in-store.ts";

export const settings: Command = {
  name: "settings",
  does: "show, change, export, import a shop's settings; their history",
  calls: [
    ["get", "shows all as JSON; of secrets their end"],
    ["set NAME VALUE", "changes one; running relays follow within 5 seconds (VALUE - reads standard input)"],
    ["explain", "says what each one does"],
    ["export", "writes a file without secrets to standard output"],
    ["import", "reads such a file from standard input and saves it; --dry-run only says what would change"],
    ["history", "says who changed what, the last first"],
  ],
  options: [
    ["--shop KEY", "which shop, where there are several", "shop"],
    ["--dry-run", "for import: only say what would change", "dry-run"],
    ["--json", "as JSON, one a line", "json"],
  ],
  run: ofShop(async (context, store, shop) => {
    const [verb = ""] = context.words;
    const run = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    return run ? run(context, store, shop) : { usage: "say what to do: get, set, explain, export, import or history" };
  }),
};

type Verb = (context: Context, store: Store, shop: Shop) => Promise<Ended>;

const VERBS: Record<string, Verb> = { get, set, explain, export: write, import: read, history };

async function get({ out }: Context, store: Store, shop: Shop): Promise<Ended> {
  out(`${JSON.stringify(shownSettings(shop, await store.destinations()), null, 2)}\n`);
  return 0;
}

async function set(context: Context, store: Store, shop: Shop): Promise<Ended> {
  const [, name, value] = context.words;
  if (name === undefined || value === undefined) return { usage: "say which setting, and what it is to be" };
  const { problem } = await setSetting(store, shop, name, spelled(context, value));
  if (problem) return { problem };
  print(context, { set: name }, `${name} is set`);
  return 0;
}

async function explain(context: Context): Promise<Ended> {
  for (const [name, { does, choices }] of Object.entries(SETTING_WORDS)) {
    const values = choices?.map(([value, means]) => `\n    ${value}: ${means}`).join("") ?? "";
    print(context, { name, does, choices }, `${name}: ${does}${values}`);
  }
  return 0;
}

const draftIn = async (store: Store, shop: Shop): Promise<Draft> => draftOf(shop, await store.destinations());

async function write({ out }: Context, store: Store, shop: Shop): Promise<Ended> {
  out(exported(await draftIn(store, shop)));
  return 0;
}

async function read(context: Context, store: Store, shop: Shop): Promise<Ended> {
  const before = await draftIn(store, shop);
  const after = imported(before, context.input());
  if ("problem" in after) return after;
  const changed = differences(before, after.draft);
  for (const { name, from, to } of changed)
    print(context, { name, from, to }, `${name}: ${from || "–"} → ${to || "–"}`);
  if (changed.length === 0) print(context, { changed: 0 }, "nothing is different");
  if (changed.length === 0 || context.options["dry-run"]) return 0;
  const isSaved = await saveDraft(store, before, after.draft, "command line", Date.now());
  return isSaved ? 0 : { problem: "somebody else has changed the settings at this moment; try it again" };
}

const HISTORY = 50;

async function history(context: Context, store: Store, shop: Shop): Promise<Ended> {
  const changes = await store.changes(shop.id, HISTORY);
  for (const { atMs, by, differences: all } of changes) {
    const lines = all.map(({ name, from, to }) => `    ${name}: ${from || "–"} → ${to || "–"}`);
    const at = new Date(atMs).toISOString();
    print(context, { at, by, differences: all }, [`${at.slice(0, 19).replace("T", " ")}  ${by}`, ...lines].join("\n"));
  }
  if (changes.length === 0 && !context.options.json) context.out("Nothing was changed yet.\n");
  return 0;
}

/** What a form would change, as text between the dry run and the saving of it: read again as strictly as the first time. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { type Document, type Draft, documentOf } from "../core/draft.ts";
import type { Rules } from "../core/rules.ts";
import { origins } from "../origins.ts";
import { rulesSchema } from "../rules-schema.ts";
import { settingText, withSetting } from "../settings.ts";

export interface Changes {
  origins?: readonly string[];
  /** By the setting's name, as text. */
  settings?: Readonly<Record<string, string>>;
  /** By a destination's number. */
  rules?: Readonly<Record<string, Rules>>;
  names?: Readonly<Record<string, string>>;
}

const changesSchema: z.ZodType<Changes> = z.strictObject({
  origins: z.array(z.string()).exactOptional(),
  settings: z.record(z.string(), z.string()).exactOptional(),
  rules: z.record(z.string(), rulesSchema).exactOptional(),
  names: z.record(z.string(), z.string().min(1).max(200)).exactOptional(),
});

export type Problems = Record<string, string>;

/** The draft with these changes; or what is wrong, by the name of the field. */
export function applied(draft: Draft, changes: Changes): { draft: Draft } | { problems: Problems } {
  const problems: Problems = {};
  let next = draft;
  for (const [name, text] of Object.entries(changes.settings ?? {})) {
    if (!Object.hasOwn(draft.shop.settings, name)) continue;
    // What is not touched is not read again: an older release may have kept what this one would refuse.
    if (text === settingText(draft.shop.settings, name)) continue;
    const set = withSetting(next, name, text);
    if ("problem" in set) problems[name] = set.problem;
    else next = set.draft;
  }
  if (changes.origins) {
    const read = origins.safeParse(changes.origins.join(" "));
    if (read.success) next = { ...next, shop: { ...next.shop, origins: read.data } };
    else problems.origins = "Write addresses without a path.";
  }
  const { rules = {}, names = {} } = changes;
  const destinations = next.destinations.map((one) => ({
    ...one,
    rules: rules[String(one.id)] ?? one.rules,
    name: names[String(one.id)] ?? one.name,
  }));
  return Object.keys(problems).length > 0 ? { problems } : { draft: { ...next, destinations } };
}

export function readChanges(text: string | null): Changes | undefined {
  try {
    return changesSchema.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
}

/** What leads to all being as a document says. */
export const changesTo = (document: Document): Changes => ({
  origins: document.origins,
  settings: Object.fromEntries(
    Object.keys(document.settings).map((name) => [name, settingText(document.settings, name)]),
  ),
  rules: Object.fromEntries(document.destinations.map(({ id, rules }) => [String(id), rules])),
  names: Object.fromEntries(document.destinations.map(({ id, name }) => [String(id), name])),
});

/** Names how all stands: who saves a change says what it was made of. */
export const digestOf = (draft: Draft): string =>
  createHash("sha256")
    .update(JSON.stringify(documentOf(draft)))
    .digest("hex")
    .slice(0, 16);

/** Settings of a shop as a file: without secrets and tokens, to be kept, compared and taken to another relay. */
import { z } from "zod";
import type { Draft } from "./core/draft.ts";
import { origin } from "./origins.ts";
import { rulesSchema } from "./rules-schema.ts";
import { withSetting } from "./settings.ts";

/** Of the file's own shape. */
export const FILE_VERSION = 1;

export const exported = ({ shop, destinations }: Draft): string =>
  `${JSON.stringify(
    {
      pinrelay: FILE_VERSION,
      origins: shop.origins,
      settings: shop.settings,
      destinations: destinations.map(({ name, adAccountId, tagId, rules }) => ({ name, adAccountId, tagId, rules })),
    },
    null,
    2,
  )}\n`;

const fileSchema = z.strictObject({
  pinrelay: z.literal(FILE_VERSION, `must be ${FILE_VERSION}: another release of the relay wrote this file`),
  origins: z.array(origin),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  destinations: z.array(
    z.strictObject({ name: z.string(), adAccountId: z.string(), tagId: z.string(), rules: rulesSchema }),
  ),
});

/**
 * The draft as the file says; or what is wrong with the file, by its place. Destinations are known by ad account and tag:
 * rules of those that the shop does not have are told, since they would be lost.
 */
export function imported(draft: Draft, text: string): { draft: Draft } | { problem: string } {
  const parsed = parsedJson(text);
  if (parsed === undefined) return { problem: "This is no JSON. Use a file that the export wrote." };
  const read = fileSchema.safeParse(parsed);
  if (!read.success) {
    const words = read.error.issues
      .slice(0, 5)
      .map(({ path, message }) => `${path.join(".") || "the file"}: ${message}`);
    return { problem: words.join("; ") };
  }
  let next: Draft = { ...draft, shop: { ...draft.shop, origins: read.data.origins } };
  for (const [name, value] of Object.entries(read.data.settings)) {
    if (!Object.hasOwn(draft.shop.settings, name)) return { problem: `settings.${name}: there is no such setting` };
    const set = withSetting(next, name, textOf(value));
    if ("problem" in set) return { problem: `settings.${set.problem}` };
    next = set.draft;
  }
  for (const told of read.data.destinations) {
    const isIt = ({ adAccountId, tagId }: { adAccountId: string; tagId: string }): boolean =>
      adAccountId === told.adAccountId && tagId === told.tagId;
    if (!next.destinations.some(isIt))
      return { problem: `destinations: ${told.name} is not here. Add it first, with its token.` };
    next = {
      ...next,
      destinations: next.destinations.map((one) => (isIt(one) ? { ...one, name: told.name, rules: told.rules } : one)),
    };
  }
  return { draft: next };
}

const textOf = (value: string | number | boolean | string[]): string =>
  Array.isArray(value) ? value.join(",") : String(value);

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

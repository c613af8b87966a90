/** The things in a page's blocks of JSON-LD, each with what it refers to. Pure. */
import { attempt } from "./guard.ts";
import { isThing, type Thing, things } from "./thing.ts";

export const jsonLdNodes = (document: Document): Thing[] => {
  const nodes = [...document.querySelectorAll("[type='application/ld+json']")]
    .flatMap(({ textContent }) => things(parsed(textContent ?? "")))
    .flatMap((node) => [node, ...things(node["@graph"])])
    .flatMap((node) => [node, ...things(node.mainEntity)]);
  const known = new Map<unknown, Thing>(
    nodes.filter((node) => Object.keys(node)[2]).map((node) => [node["@id"] ?? node, node]),
  );
  const whole = (said: unknown): unknown => (isThing(said) && !Object.keys(said)[2] && known.get(said["@id"])) || said;
  return nodes.map((node) =>
    Object.fromEntries(
      Object.entries(node).map(([key, said]) => [key, Array.isArray(said) ? said.map(whole) : whole(said)]),
    ),
  );
};

/** Also what template engines make of it: commas too many, line breaks inside of texts, marks around it all. */
const parsed = (text: string): unknown =>
  attempt(() => JSON.parse(text)) ??
  attempt(() =>
    JSON.parse(
      text
        .replace(/(\/\/)?\s*(<!\[CDATA\[|\]\]>)/g, "")
        .replace(/\s+/g, " ")
        .replace(/,\s*([}\]])/g, "$1"),
    ),
  );

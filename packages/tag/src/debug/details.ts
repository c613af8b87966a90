/** All that is known of one event, shown when its row is opened. */
import { consentWords } from "./consent-words.ts";
import { element } from "./element.ts";
import type { Entry } from "./entry.ts";
import { COMPARED, type Half } from "./half.ts";
import { together } from "./together.ts";
import { tree } from "./tree.ts";
import { HALVES, PINTEREST, RELAY } from "./words.ts";

export const details = (entry: Entry, now: number): Node[] => {
  const { tag, url, relay, pinterest, reported, consent, said, data, halves } = entry;
  const both = together(entry);
  return [
    list([
      ["Relay", meaning(relay.is, RELAY[relay.is])],
      ["Pinterest Tag", meaning(pinterest.is, PINTEREST[pinterest.is])],
      ["Both halves", meaning(both, HALVES[both])],
    ]),
    ...(halves.relay || halves.pinterest ? [comparison(halves)] : []),
    list([
      ["Page", url],
      ["Consent", consent && consentWords(consent, now)],
      ["Tag event", tag],
      ["Reported", reported && `${reported}, in a beacon`],
    ]),
    ...part("Told to the relay", said),
    ...part("Told to the Pinterest Tag", data),
  ];
};

type Row = readonly [label: string, said: readonly (Node | string)[] | string | undefined];

const list = (rows: readonly Row[]): Node =>
  element(
    "dl",
    {},
    ...rows.flatMap(([label, said]) => (said ? [element("dt", {}, label), element("dd", {}, ...[said].flat())] : [])),
  );

const meaning = (word: string, [, means, remedy]: readonly [tone: string, means: string, remedy: string]) => [
  element("b", {}, word),
  element("p", {}, ...marked(remedy === "Nothing." ? means : `${means} ${remedy}`)),
];

/** Words between backticks are code. */
const marked = (text: string): (Node | string)[] =>
  text.split("`").map((part, at) => (at % 2 === 1 ? element("code", {}, part) : part));

const comparison = ({ relay, pinterest }: { relay?: Half; pinterest?: Half }): Node =>
  element(
    "table",
    {},
    element("tr", {}, ...["", "Relay", "Pinterest Tag"].map((name) => element("th", { scope: "col" }, name))),
    ...COMPARED.map(([label, key]) => {
      const differs = relay && pinterest && relay[key] !== pinterest[key];
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, label),
        ...[relay, pinterest].map((half) => element("td", { class: differs && "differs" }, half?.[key] ?? "–")),
      );
    }),
  );

const part = (title: string, said: object | undefined): Node[] =>
  said && Object.keys(said).length > 0 ? [element("section", {}, element("h3", {}, title), tree(said))] : [];

/** Reads YAML as far as our compose files and render.yaml go (maps, lists, plain and quoted texts, `&` and `<<`); throws at anything else. */

export type Yaml = string | Yaml[] | { [key: string]: Yaml };

interface Line {
  indent: number;
  text: string;
}

export function yamlOf(document: string): Yaml {
  const lines = document
    .split("\n")
    .filter((line) => !/^\s*(#.*)?$/.test(line))
    .map((line) => ({ indent: line.search(/\S/), text: line.trim() }));
  const anchors = new Map<string, Yaml>();
  const value = block(lines, anchors);
  if (lines.length > 0) throw new Error(`not understood: ${lines[0]?.text}`);
  return value;
}

const block = (lines: Line[], anchors: Map<string, Yaml>): Yaml => {
  const indent = lines[0]?.indent ?? 0;
  return lines[0]?.text.startsWith("- ") ? list(lines, indent, anchors) : map(lines, indent, anchors);
};

function list(lines: Line[], indent: number, anchors: Map<string, Yaml>): Yaml[] {
  const items: Yaml[] = [];
  for (let line = lines[0]; line?.indent === indent && line.text.startsWith("- "); line = lines[0]) {
    const rest = line.text.slice(2);
    if (isEntry(rest)) {
      // A map that begins on the item's line.
      lines[0] = { indent: indent + 2, text: rest };
      items.push(map(lines, indent + 2, anchors));
    } else {
      lines.shift();
      items.push(scalar(rest));
    }
  }
  return items;
}

const isEntry = (text: string): boolean => /^[\w.<-]+:( |$)/.test(text);

function map(lines: Line[], indent: number, anchors: Map<string, Yaml>): { [key: string]: Yaml } {
  const entries: { [key: string]: Yaml } = {};
  for (let line = lines[0]; line?.indent === indent; line = lines[0]) {
    const [, key, rest = ""] = /^([\w.<-]+):(?: (.*))?$/.exec(line.text) ?? [];
    if (key === undefined) throw new Error(`no key: ${line.text}`);
    if (key in entries) throw new Error(`twice: ${key}`);
    lines.shift();
    const [, anchor] = /^&(\w+)$/.exec(rest) ?? [];
    const isNested = (lines[0]?.indent ?? -1) > indent && (rest === "" || anchor !== undefined);
    const value = isNested ? block(lines, anchors) : scalar(rest);
    if (anchor !== undefined) anchors.set(anchor, value);
    const merged = key === "<<" ? anchors.get(rest.replace(/^\*/, "")) : undefined;
    if (key === "<<" && (merged === undefined || typeof merged === "string")) throw new Error(`no anchor: ${rest}`);
    if (key === "<<") Object.assign(entries, merged);
    else entries[key] = value;
  }
  return entries;
}

const scalar = (text: string): Yaml => {
  if (text.startsWith("[") || text.startsWith('"')) return JSON.parse(text);
  if (/^[{|>!%@`'&]|: | #/.test(text)) throw new Error(`not known: ${text}`);
  return text;
};

/** What is at a path of keys; throws where nothing is. */
export function at(value: Yaml | undefined, ...keys: (string | number)[]): Yaml {
  let found = value;
  for (const key of keys) {
    const next: Yaml | undefined =
      typeof found !== "object"
        ? undefined
        : Array.isArray(found)
          ? typeof key === "number"
            ? found[key]
            : undefined
          : found[key];
    if (next === undefined) throw new Error(`nothing at ${keys.join(".")}`);
    found = next;
  }
  if (found === undefined) throw new Error("nothing there");
  return found;
}

/** A map of texts, such as an environment. */
export const textsOf = (value: Yaml): Record<string, string> =>
  Object.fromEntries(Object.entries(value).map(([key, one]) => [key, String(one)]));

/** Elements of a page that say something to a scan: scripts, metas, links, anchors. Tolerant, and no parser of all HTML. */

export interface Element {
  name: string;
  attributes: Readonly<Record<string, string>>;
  /** What stands inside of a script. */
  text: string;
}

const ELEMENT = /<(script|meta|link|a)\b((?:[^>"']|"[^"]*"|'[^']*')*)>/gi;
const ATTRIBUTE = /([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

export function elementsOf(html: string): Element[] {
  const bare = html.replace(/<!--[\s\S]*?-->/g, "");
  return [...bare.matchAll(ELEMENT)].map((match) => {
    const name = (match[1] ?? "").toLowerCase();
    const start = match.index + match[0].length;
    const end = name === "script" ? bare.toLowerCase().indexOf("</script", start) : start;
    return { name, attributes: attributesOf(match[2] ?? ""), text: bare.slice(start, end < 0 ? undefined : end) };
  });
}

const attributesOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(ATTRIBUTE)].map(([, name = "", double, single, plain]) => [
      name.toLowerCase(),
      decoded(double ?? single ?? plain ?? ""),
    ]),
  );

const ENTITIES: Record<string, string> = { amp: "&", quot: '"', "#39": "'", lt: "<", gt: ">" };

const decoded = (text: string): string =>
  text.replace(/&(amp|quot|#39|lt|gt);/g, (_, name: string) => ENTITIES[name] ?? "");

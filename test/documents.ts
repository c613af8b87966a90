/** The project's documents, and what can be taken out of one: headings, links, pictures, blocks of code. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

export interface Document {
  /** From the project's folder. */
  path: string;
  text: string;
}

export interface Block {
  path: string;
  /** Line of its fence. */
  line: number;
  language: string;
  code: string;
}

export const isHere = (path: string): boolean => existsSync(`${ROOT}${path}`);
export const textOf = (path: string): string => readFileSync(`${ROOT}${path}`, "utf8");

const inFolder = (folder: string): string[] =>
  readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `${folder}/${file}`);

/** Whatever a reader may open, in the order of their paths. */
export const documents = (): Document[] =>
  [
    ...["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"],
    ...["packages/tag/README.md", "packages/relay/README.md"],
    ...inFolder("docs"),
  ]
    .filter(isHere)
    .sort()
    .map((path) => ({ path, text: textOf(path) }));

const FENCE = /^(`{3,})([^\n`]*)\n([\s\S]*?)^\1$/gm;

export const blocksOf = ({ path, text }: Document): Block[] =>
  [...text.matchAll(FENCE)].map(({ index, 2: language = "", 3: code = "" }) => ({
    path,
    line: text.slice(0, index).split("\n").length,
    language: language.trim(),
    code,
  }));

/** What is not code, line for line. */
export const proseOf = ({ text }: Document): string =>
  text.replace(FENCE, (block) => block.replace(/[^\n]/g, "")).replace(/<!--[\s\S]*?-->/g, "");

/** Targets of links and pictures. */
export const linksOf = (document: Document): { target: string; isPicture: boolean }[] => {
  const prose = proseOf(document).replace(/`[^`\n]*`/g, "");
  const marked = [...prose.matchAll(/(!?)\[(?:[^[\]]|\[[^\]]*\]\([^)]*\))*\]\(([^)\s]+)(?:\s"[^"]*")?\)/g)];
  // A picture may stand in a link's text.
  const within = [...prose.matchAll(/(!)\[[^\]]*\]\(([^)\s]+)\)/g)];
  const html = [...prose.matchAll(/<(img|source|a)\b[^>]*?\s(?:src|srcset|href)="([^"]+)"/g)];
  return [
    ...[...marked, ...within].map(([, mark, target = ""]) => ({ target, isPicture: mark === "!" })),
    ...html.map(([, name, target = ""]) => ({ target, isPicture: name !== "a" })),
  ];
};

/** Anchors as GitHub makes them of headings. */
export const anchorsOf = (document: Document): Set<string> => {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ""] of proseOf(document).matchAll(/^#{1,6} (.+)$/gm)) {
    const base = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\p{Pc}\- ]/gu, "")
      .replaceAll(" ", "-");
    const times = seen.get(base) ?? 0;
    seen.set(base, times + 1);
    anchors.add(times === 0 ? base : `${base}-${times}`);
  }
  return anchors;
};

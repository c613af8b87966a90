/** Every link of every document leads somewhere, every picture is there, and every block of code is what it says it is. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { anchorsOf, type Block, blocksOf, documents, isHere, linksOf } from "./documents.ts";
import { faultsOfSources, type Source } from "./source-faults.ts";

const all = documents();
const blocks = all.flatMap(blocksOf);
const at = ({ path, line }: Block): string => `${path}:${line}`;

describe("links", () => {
  const external = /^[a-z][a-z+.-]*:/i;

  test("within the project lead to a file and a heading that are there", () => {
    const anchors = new Map(all.map((document) => [document.path, anchorsOf(document)]));
    const links = all.flatMap((document) => linksOf(document).map(({ target }) => ({ from: document.path, target })));
    const inside = links.filter(({ target }) => !external.test(target));
    const lost = inside.filter(({ from, target }) => {
      const [file = "", anchor] = target.split("#");
      const path = file === "" ? from : posix.normalize(posix.join(posix.dirname(from), decodeURIComponent(file)));
      return !isHere(path) || (anchor !== undefined && !anchors.get(path)?.has(anchor));
    });
    expect(inside.length).toBeGreaterThan(150);
    expect(lost).toEqual([]);
  });

  test("to elsewhere are addresses of HTTPS, and none is of this machine or of a made-up shop", () => {
    const targets = all.flatMap(linksOf).flatMap(({ target }) => (external.test(target) ? [target] : []));
    const wrong = [...new Set(targets)].filter((target) => {
      const { protocol, hostname } = new URL(target);
      return (
        protocol !== "mailto:" && (protocol !== "https:" || /^(localhost|127\.|.*\.(example|test)$)/.test(hostname))
      );
    });
    expect(targets.length).toBeGreaterThan(5);
    expect(wrong).toEqual([]);
  });

  test("are found in every form that documents use", () => {
    const text = '[a](b.md#c) ![d](e.png) [![f](g.svg)](h.md) <img src="i.png"> <a href="j.md">k</a> `[no](x)`\n';
    expect(linksOf({ path: "x.md", text }).map(({ target }) => target)).toEqual(
      expect.arrayContaining(["b.md#c", "e.png", "g.svg", "h.md", "i.png", "j.md"]),
    );
    expect(linksOf({ path: "x.md", text }).map(({ target }) => target)).not.toContain("x");
  });
});

test("every document can be reached from the front door, docs/README.md", () => {
  const reached = new Set(["docs/README.md"]);
  // A set hands out what is added while it is walked through.
  for (const from of reached)
    for (const { target } of all.filter(({ path }) => path === from).flatMap(linksOf))
      reached.add(posix.normalize(posix.join(posix.dirname(from), target.split("#")[0] ?? "")));
  expect(all.map(({ path }) => path).filter((path) => path.startsWith("docs/") && !reached.has(path))).toEqual([]);
});

test("every source file that the documents for contributors name is there", () => {
  const files = ["packages/tag", "packages/relay", "test"].flatMap((folder) =>
    readdirSync(new URL(`../${folder}`, import.meta.url), { recursive: true, encoding: "utf8" })
      .filter((file) => !/node_modules|\bdist\b/.test(file))
      .map((file) => `/${folder}/${file}`),
  );
  const named = all
    .filter(({ path }) => path === "CONTRIBUTING.md" || path === "docs/architecture.md")
    .flatMap(({ text }) => [...text.matchAll(/`([\w./-]+\.(?:tsx?|sql|json))`/g)].map(([, file = ""]) => file))
    .filter((file) => !/NAME|000N/.test(file));
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((name) => !files.some((file) => file.endsWith(`/${name}`)))).toEqual([]);
});

test("every picture has words for who does not see it", () => {
  for (const document of all)
    expect(document.text, document.path).not.toMatch(/!\[\s*\]\(|<img(?![^>]*\salt="[^"])[^>]*>/);
});

describe("blocks of code", () => {
  // biome-ignore format: a table
  /** What stands in a block of a language → what is wrong with it. Scripts are parsed besides. */
  const CHECKS: Readonly<Record<string, (code: string) => readonly string[]>> = {
    json:      (code) => faultOf(() => JSON.parse(/^\s*"/.test(code) ? `{${code.trim().replace(/,$/, "")}}` : code)),
    js:        () => [],
    jsx:       () => [],
    ts:        () => [],
    tsx:       () => [],
    liquid:    (code) => [...unclosed(code), ...faultsOfMarkup(code)],
    html:      (code) => faultsOfMarkup(code),
    xml:       (code) => faultsOfMarkup(code),
    sh:        (code) => faultsOfShell(code),
    bash:      (code) => faultsOfShell(code),
    yaml:      (code) => faultsOfIndented(code),
    toml:      (code) => faultsOfLines(code, /^(\[\[?[\w.-]+\]\]?|[\w."-]+\s*=\s*.+|".*|[\]}],?)$/),
    ini:       (code) => faultsOfLines(code, /^(\[[\w -]+\]|[\w-]+\s*=.*)$/),
    dotenv:    (code) => faultsOfLines(code, /^(export )?[A-Z_0-9]+=.*$/),
    caddy:     (code) => unclosed(code),
    caddyfile: (code) => unclosed(code),
    nginx:     (code) => unclosed(code),
    promql:    (code) => unclosed(code),
    php:       (code) => [...faultsOfMarkup(code), ...unclosed(code.replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, ""))],
    dockerfile: (code) => faultsOfLines(code.replace(/\\\n/g, " "), /^(FROM|RUN|COPY|ENV|USER|WORKDIR|EXPOSE|CMD|ENTRYPOINT|HEALTHCHECK|ARG|VOLUME|LABEL|STOPSIGNAL)\b.*$/),
    // Run on a database where the document that has it is tested.
    sql:       (code) => (/;\s*$/.test(code) ? [] : ["has no ; at its end"]),
    // What a program prints, and drawings.
    text:      () => [],
  };

  test("say their language, one of those that are looked at", () => {
    expect(blocks.length).toBeGreaterThan(50);
    expect(
      blocks.filter(({ language }) => !(language in CHECKS)).map((block) => `${at(block)} ${block.language}`),
    ).toEqual([]);
  });

  test.each(blocks.map((block) => [at(block), block] as const))("%s can be read", (_, { language, code }) => {
    expect(CHECKS[language]?.(code) ?? []).toEqual([]);
  });

  test("that hold scripts can be parsed", () => {
    const scripts = blocks.flatMap((block) => sourcesOf(block).map((source) => ({ ...source, from: at(block) })));
    const faults = faultsOfSources(scripts).flatMap((found, index) =>
      found.map((one) => `${scripts[index]?.from}${one}`),
    );
    expect(scripts.length).toBeGreaterThan(20);
    expect(faults).toEqual([]);
  });

  test("are looked at for real: what is broken is found", () => {
    // biome-ignore format: a table
    const broken: readonly (readonly [language: string, code: string])[] = [
      ["json", "{ a: 1 }"], ["html", "<p"],
      ["sh", "if true; then"], ["yaml", "a: 1\n\tb: 2"], ["toml", "a b c"], ["ini", "What?"], ["dotenv", "a = 1"], ["caddy", "a {"],
      ["php", "if (a) {"], ["promql", "sum(a"], ["sql", "select 1"], ["dockerfile", "HELLO"],
    ];
    const scripts: Source[] = [
      { language: "js", code: "const a = ;" },
      { language: "jsx", code: "export const a = <a;" },
      { language: "ts", code: "type A = ;" },
      ...sourcesOf({ language: "html", code: "<script>const a = ;</script>" }),
      { language: "js", code: "const a = 1;" },
    ];
    expect(faultsOfSources(scripts).map((faults) => faults.length > 0)).toEqual([true, true, true, true, false]);
    for (const [language, code] of broken)
      expect(CHECKS[language]?.(code) ?? [], `${language} ${code}`).not.toEqual([]);
  });
});

const faultOf = (does: () => unknown): string[] => {
  try {
    does();
    return [];
  } catch (error) {
    return [String(error)];
  }
};

/** What bash says of it without running it. An ellipsis stands for a value of the reader's own. */
const faultsOfShell = (code: string): string[] => {
  const { status, stderr } = spawnSync("bash", ["-n"], { input: code, encoding: "utf8" });
  return status === 0 ? [] : [stderr];
};

/** A tag of JSX that is opened alone, as where a document says which attributes to give it. */
const OPENING = /^<(\w+)((?:"[^"]*"|\{[^{}]*\}|[^<>"{}/])*)>\s*$/;

const sourcesOf = ({ language, code }: Pick<Block, "language" | "code">): Source[] => {
  if (language === "js" || language === "jsx" || language === "ts" || language === "tsx")
    return [{ language, code: code.replace(OPENING, "<$1$2></$1>") }];
  return language === "html" ? scriptsOf(code).map((script) => ({ language: "js", code: script })) : [];
};

const scriptsOf = (html: string): string[] =>
  [...html.matchAll(/<script(?![^>]*application\/(?:ld\+)?json)[^>]*>([\s\S]*?)<\/script>/g)]
    .map(([, code = ""]) => code)
    // What the shop's own template engine writes is a value by the time a browser reads it.
    .map((code) => code.replace(/\{\{[\s\S]*?\}\}|<\?[\s\S]*?\?>/g, "0").replace(/\{%[\s\S]*?%\}/g, ""));

/** Brackets and braces that are opened and not closed, or the other way round; what stands in quotes is not looked at. */
const unclosed = (code: string): string[] => {
  const pairs: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
  const open: string[] = [];
  for (const sign of code.replace(/"[^"\n]*"|'[^'\n]*'/g, "")) {
    if ("([{".includes(sign)) open.push(sign);
    else if (sign in pairs && open.pop() !== pairs[sign]) return [`${sign} closes nothing`];
  }
  return open.length > 0 ? [`${open.join(" ")} is not closed`] : [];
};

/** Tags that are begun and not ended, and scripts that are not closed; PHP and what stands in quotes or scripts is left out. */
const faultsOfMarkup = (code: string): string[] => {
  const bare = code
    .replace(/<!--[\s\S]*?-->|<\?[\s\S]*?(?:\?>|$)/g, "")
    .replace(/(<script\b(?:"[^"]*"|[^>"])*>)[\s\S]*?<\/script>/g, "$1")
    .replace(/=\s*(?:"[^"]*"|'[^']*')/g, "");
  const begun = [...bare.matchAll(/<(?=[a-z!/])[^<>]*(>?)/gi)].filter(([, end]) => end === "");
  const scripts = (code.match(/<script\b/g)?.length ?? 0) - (code.match(/<\/script>/g)?.length ?? 0);
  return [...begun.map(([tag]) => `${tag} is not ended`), ...(scripts > 0 ? ["a script is not closed"] : [])];
};

/** As much of YAML as can be said by its lines: no tabs, keys or items, an indentation that some line before opened. */
const faultsOfIndented = (code: string): string[] => {
  const faults: string[] = [];
  let text = Number.POSITIVE_INFINITY;
  let depths = [0];
  for (const line of code.split("\n")) {
    const depth = line.search(/\S/);
    if (depth < 0 || line.trimStart().startsWith("#") || depth > text) continue;
    text = Number.POSITIVE_INFINITY;
    if (line.includes("\t")) faults.push(`${line}: a tab`);
    const shape = /^\s*(?:- )*(?:(?:"[^"]*"|[\w./$-]+):(?: .*)?|- ?.+|[\]}],?|.+,)$/;
    if (!shape.test(line)) faults.push(`${line}: neither key nor item`);
    depths = depths.filter((one) => one <= depth);
    if (!depths.includes(depth)) depths.push(depth);
    if (/[:|>][-+]?\s*[|>][-+]?\s*$/.test(line)) text = depth;
  }
  return [...faults, ...unclosed(code.replace(/#.*/g, ""))];
};

const faultsOfLines = (code: string, shape: RegExp): string[] =>
  code
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^[#;]/.test(line) && !shape.test(line));

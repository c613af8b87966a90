/** The commands that documents show: those of blocks of shell, of screens ("$ …"), and in the middle of a sentence. */
import { blocksOf, type Document, proseOf } from "./documents.ts";

export interface Shown {
  path: string;
  /** As it stands there: without what it is given by the environment, without comments, `npx pinrelay` for `pinrelay`. */
  command: string;
  /** Names of the variables that are set for it, or exported. */
  variables: string[];
  /** The language of its block; `inline` in a sentence. */
  where: string;
}

const SHELL = /^(sh|bash)$/;
const INLINE = /^(npx|npm|node|pinrelay) \S/;

export const commandsOf = (document: Document): Shown[] => {
  const { path } = document;
  const shown = (where: string) => (line: string) => of(path, where, line);
  return [
    ...blocksOf(document)
      .filter(({ language }) => SHELL.test(language))
      .flatMap(({ code, language }) => simpleCommands(code).map(shown(language))),
    ...blocksOf(document)
      .filter(({ language }) => language === "text")
      .flatMap(({ code }) => [...code.matchAll(/^\$ (.+)$/gm)])
      .flatMap(([, line = ""]) => simpleCommands(line).map(shown("text"))),
    ...[...proseOf(document).matchAll(/`([^`\n]+)`/g)]
      .map(([, code = ""]) => code.replaceAll("\\|", "|"))
      .filter((code) => INLINE.test(code))
      .flatMap((code) => simpleCommands(code).map(shown("inline"))),
  ];
};

const ASSIGNED = /^(\w+)=(?:"[^"]*"|'[^']*'|\S*)(?:\s+|$)/;

const of = (path: string, where: string, line: string): Shown => {
  const variables: string[] = [];
  let rest = line.replace(/^export (?=\w+=)/, "");
  for (let [whole, name] = ASSIGNED.exec(rest) ?? []; whole; [whole, name] = ASSIGNED.exec(rest) ?? []) {
    if (name) variables.push(name);
    rest = rest.slice(whole.length);
  }
  return { path, where, variables, command: rest.replace(/^pinrelay\b/, "npx pinrelay") };
};

/** One after the other, whatever joins them; what stands in quotes is no end of one, and no comment. */
export function simpleCommands(code: string): string[] {
  const commands: string[] = [];
  let quote = "";
  let command = "";
  const end = () => {
    const text = command.trim().replace(/\s*\n\s*/g, "\n");
    if (text !== "") commands.push(text);
    command = "";
  };
  const text = code.replaceAll("\\\n", " ");
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? "";
    if (quote !== "") quote = sign === quote ? "" : quote;
    else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === "#" && /(^|\s)$/.test(command)) {
      while (at + 1 < text.length && text[at + 1] !== "\n") at += 1;
      continue;
    } else if ("\n;&".includes(sign) || (sign === "|" && /[\s|]$/.test(command))) {
      end();
      continue;
    }
    command += sign;
  }
  end();
  return commands;
}

/** The words of a command, as a shell hands them over. */
export const wordsOf = (command: string): string[] =>
  [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));

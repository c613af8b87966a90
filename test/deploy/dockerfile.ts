/** Reads a Dockerfile and a .dockerignore as Docker does, as far as ours go; throws at what it does not know. */

export interface Instruction {
  word: string;
  text: string;
}

export interface Stage {
  name: string;
  from: string;
  instructions: Instruction[];
}

const WORDS = /^(ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|RUN|USER|VOLUME|WORKDIR)$/;

export function stagesOf(dockerfile: string): Stage[] {
  const lines = dockerfile
    .replace(/^#.*\n/gm, "")
    .replace(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const stages: Stage[] = [];
  for (const line of lines) {
    const [, word = "", text = ""] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (word === "FROM") {
      const [, from = "", name = ""] = /^(\S+) AS ([\w-]+)$/.exec(text) ?? [];
      if (name === "") throw new Error(`no name: ${line}`);
      stages.push({ name, from, instructions: [] });
    } else {
      if (!WORDS.test(word)) throw new Error(`not known: ${line}`);
      stages.at(-1)?.instructions.push({ word, text: text.trim() });
    }
  }
  return stages;
}

/** A stage with what it inherits from others of the file, in order. */
export function wholeStage(stages: readonly Stage[], name: string): Instruction[] {
  const stage = stages.find((one) => one.name === name);
  if (!stage) return [];
  return [...wholeStage(stages, stage.from), ...stage.instructions];
}

/** What the last instruction of that kind says; "" where there is none. */
export const lastOf = (instructions: readonly Instruction[], word: string): string =>
  instructions.findLast((one) => one.word === word)?.text ?? "";

/** A command in its exec form, without options before it. */
export const wordsOf = (text: string): string[] => JSON.parse(/\[.*\]$/.exec(text)?.[0] ?? "[]");

/** `ENV A=1 B=2`. */
export const environmentOf = (instructions: readonly Instruction[]): Record<string, string> =>
  Object.fromEntries(
    instructions
      .filter(({ word }) => word === "ENV")
      .flatMap(({ text }) => [...text.matchAll(/(\w+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value])),
  );

/** Whether a path (from the context's root, with `/`) goes to the builder: the last pattern that fits it or a folder above decides. */
export function isSent(path: string, dockerignore: string): boolean {
  let sent = true;
  for (const line of dockerignore.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const isException = line.startsWith("!");
    if (fits(path, line.replace(/^!/, ""))) sent = isException;
  }
  return sent;
}

const fits = (path: string, pattern: string): boolean => {
  const source = pattern
    .replace(/[.+^$()|[\]{}]/g, "\\$&")
    .replace(/\*\*\//g, "<any>")
    .replace(/\*/g, "[^/]*")
    .replace(/<any>/g, "(.*/)?");
  return new RegExp(`^${source}(/.*)?$`).test(path);
};

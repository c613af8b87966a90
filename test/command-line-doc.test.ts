import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COMMANDS, helpOf, overview } from "#relay/cli/commands";
import { commandLineDocument } from "./command-line.ts";

const file = new URL("../docs/command-line.md", import.meta.url);

test("docs/command-line.md is what help says; WRITE_DOCS=yes writes it", () => {
  if (process.env.WRITE_DOCS === "yes") writeFileSync(file, commandLineDocument());
  expect(readFileSync(file, "utf8")).toBe(commandLineDocument());
});

test("help fits a screen", () => {
  const lines = overview().split("\n");
  expect(lines.length).toBeLessThanOrEqual(24);
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
  for (const command of COMMANDS) expect(helpOf(command).split("\n").length, command.name).toBeLessThanOrEqual(24);
});

test("every command prints for programs too", () => {
  const without = COMMANDS.filter(({ options }) => !options.some(([, , ...names]) => names.includes("json")));
  expect(without.map(({ name }) => name)).toEqual(["serve"]);
});

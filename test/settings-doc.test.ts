import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "#relay/core/settings";
import { PRESETS } from "#relay/presets";
import { GROUPS, SETTING_WORDS } from "#relay/setting-words";
import { settingText } from "#relay/settings";

const document = readFileSync(new URL("../docs/settings.md", import.meta.url), "utf8");

const rows = (group: string): string =>
  Object.entries(SETTING_WORDS)
    .filter(([, words]) => words.group === group)
    .map(([name, { label, does, choices, unit }]) => {
      const values = choices?.map(([value, means]) => `\`${value}\`: ${means}`).join("; ") ?? unit ?? "";
      return `| \`${name}\` | ${label} | ${does} | ${values} | \`${settingText(DEFAULT_SETTINGS, name)}\` |`;
    })
    .join("\n");

test.each([...GROUPS])("docs/settings.md says of %s what the dashboard says", (group) => {
  const head = "| name | in the dashboard | what it does | values | default |\n|---|---|---|---|---|\n";
  expect(document).toContain(`### ${group}\n\n${head}${rows(group)}\n`);
});

test("docs/settings.md has every preset, with what it is for", () => {
  expect(document).toContain(PRESETS.map(({ name, does }) => `| ${name} | ${does} |`).join("\n"));
});

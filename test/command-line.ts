/** The document of the command line, as help says it. */
import { COMMANDS, helpOf, overview } from "#relay/cli/commands";

export const commandLineDocument = (): string =>
  [
    "# The command line",
    "",
    "Commands work on the store that `DATABASE_URL` names, whether or not a relay runs on it. From a folder with the",
    "packages installed: `npx pinrelay COMMAND`.",
    "",
    "```text",
    overview().trimEnd(),
    "```",
    ...COMMANDS.flatMap((command) => ["", `## ${command.name}`, "", "```text", helpOf(command).trimEnd(), "```"]),
    "",
  ].join("\n");

/** `pinrelay scan`: looks at a shop before anything is installed. */
import { checked } from "../scan/checks.ts";
import { fetchPages } from "../scan/fetch-pages.ts";
import { type Command, print } from "./command.ts";
import { findingLine } from "./finding.ts";

export const scan: Command = {
  name: "scan",
  does: "look at a shop before you install",
  calls: [["ADDRESS", "old tags, consent banner, policies, structured data; exit code 1 where something is wrong"]],
  options: [["--json", "as JSON, one a line", "json"]],
  async run(context) {
    const [told] = context.words;
    if (!told) return { usage: "name the shop's address" };
    const address = /^https?:\/\//i.test(told) ? told : `https://${told}`;
    if (!URL.canParse(address)) return { problem: "that is no address; write it such as https://www.example.com" };
    let pages: Awaited<ReturnType<typeof fetchPages>>;
    try {
      pages = await fetchPages(address);
    } catch (error) {
      const { cause, message } = error instanceof Error ? error : new Error("no answer");
      const words = cause instanceof Error && "code" in cause ? String(cause.code) : message;
      return { problem: `${address} cannot be looked at: ${words}` };
    }
    const findings = checked(pages);
    if (!context.options.json) context.out(`Looked at ${pages.map(({ url }) => url).join(", ")}\n`);
    for (const finding of findings) print(context, finding, findingLine(finding));
    return findings.some(({ status }) => status === "problem") ? 1 : 0;
  },
};

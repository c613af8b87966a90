/** `pinrelay snippet`: the line that a shop pastes into its pages. */
import { pinnedSnippetOf, snippetOf } from "../snippet.ts";
import { type Command, print } from "./command.ts";
import { ofShop } from "./in-store.ts";

export const snippet: Command = {
  name: "snippet",
  does: "print the line to paste into the shop's pages",
  calls: [
    ["", "the line whose tag is the relay's newest"],
    ["--pinned", "the line of this release, with its integrity"],
  ],
  options: [
    ["--pinned", "this release's code and no other", "pinned"],
    ["--shop KEY", "which shop's, where there are several", "shop"],
    ["--json", "as JSON", "json"],
  ],
  run: ofShop(async (context, store, { key }) => {
    const { publicUrl } = context.config;
    if (publicUrl === undefined)
      return { problem: "PUBLIC_URL is not set: only with it is it known where pages reach the relay" };
    const isOnly = (await store.shops()).length === 1;
    const line = (context.options.pinned ? pinnedSnippetOf : snippetOf)(publicUrl, key, isOnly);
    print(context, { shop: key, snippet: line }, line);
    return 0;
  }),
};

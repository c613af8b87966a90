/** `pinrelay other-tags`: Pinterest Tags beside ours. */
import { otherTagLine } from "../other-tag-line.ts";
import { type Command, print } from "./command.ts";
import { inStore } from "./in-store.ts";

export const otherTags: Command = {
  name: "other-tags",
  does: "list other Pinterest Tags on the shop's pages: they count twice",
  calls: [["", "those noticed last first"]],
  options: [["--json", "as JSON, one a line", "json"]],
  run: inStore(async (context, store) => {
    let count = 0;
    for (const { id, key } of await store.shops())
      for (const noticed of await store.otherTags(id)) {
        count += 1;
        print(context, { shop: key, ...noticed }, otherTagLine(key, noticed));
      }
    if (count === 0 && !context.options.json) context.out("No other Pinterest Tag was noticed.\n");
    return 0;
  }),
};

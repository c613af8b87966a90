/** `pinrelay forget`: forgets a person. */
import { forgetPerson } from "../forget.ts";
import { type Command, print, spelled } from "./command.ts";
import { ofShop } from "./in-store.ts";

export const forget: Command = {
  name: "forget",
  does: "forget a person: hashes, visitor and click ID, addresses",
  calls: [
    ["email|phone|customer_id|visitor|alias VALUE", "by what they go by (VALUE - reads standard input)"],
    ["order NUMBER", "whoever placed this order"],
  ],
  options: [
    ["--shop KEY", "which shop, where there are several", "shop"],
    ["--json", "the receipt as JSON", "json"],
  ],
  run: ofShop(async (context, store, shop) => {
    const [name, value] = context.words;
    if (name === undefined || value === undefined) return { usage: "say who, and by what" };
    // Knows the phone numbers of every country, which no other command is to read first.
    const { personOf } = await import("../sources/person.ts");
    const named = name === "order" ? await store.reads.personOf(shop.id, spelled(context, value)) : undefined;
    const read = name === "order" ? named && { person: named } : personOf({ [name]: spelled(context, value) });
    if (!read) return { problem: "no order of that number is known" };
    if ("fault" in read) return { problem: `${read.fault.field} ${read.fault.message}` };
    const { events, visitors } = await forgetPerson(store, shop, read.person, Date.now());
    print(
      context,
      { events, visitors },
      `forgotten: known visitors: ${visitors}, events that said who it was: ${events}`,
    );
    return 0;
  }),
};

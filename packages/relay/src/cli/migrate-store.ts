/** `pinrelay migrate-store`: from SQLite to PostgreSQL. */
import { type Command, print } from "./command.ts";

export const migrate: Command = {
  name: "migrate-store",
  does: "copy a store from SQLite to an empty PostgreSQL (DATABASE_URL)",
  calls: [["FILE", "such as file:./data/pinrelay.db; the relay on it is stopped first"]],
  options: [["--json", "as JSON, one a line", "json"]],
  async run(context) {
    const { migrateStore } = await import("../migrate-store.ts");
    const { problem } = await migrateStore(context.config, context.words[0], (line) => print(context, { line }, line));
    return problem ? { problem } : 0;
  },
};

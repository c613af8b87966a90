/** `pinrelay serve`: runs the relay until it is told to stop. */
import { keepHeapSmall } from "../heap.ts";
import type { Command } from "./command.ts";

export const serve: Command = {
  name: "serve",
  does: "run the relay; nothing is required, the environment configures",
  calls: [["", "listens at HOST and PORT, and says where the dashboard is"]],
  options: [],
  async run({ config, out, interrupted }) {
    const told = interrupted();
    // Loaded here, since no other command needs it, and it is most of what there is: a health check runs twice a minute.
    const [{ createRelay }, { welcome }] = await Promise.all([import("../relay.ts"), import("../welcome.ts")]);
    keepHeapSmall();
    const relay = await createRelay({ config });
    // Who asks again does not want to wait: what is acknowledged is on the disk, and is sent after the next start.
    void told.then(() => {
      process.once("SIGINT", () => process.exit(130));
      process.once("SIGTERM", () => process.exit(143));
    });
    try {
      out(`${await welcome(relay, await relay.listen(), config.publicUrl)}\n`);
      await told;
      return 0;
    } finally {
      await relay.close({ drains: true, noticeMs: config.stopNoticeSeconds * 1_000 });
    }
  },
};

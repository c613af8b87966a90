/** Has a server listen on a free port of this machine, and says which: as text, for an environment. */
import type { Server } from "node:http";

export const listening = (server: Server): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(String(typeof address === "object" ? address?.port : address));
    });
  });

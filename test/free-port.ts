/** Finds a port to listen on: the preferred one where it is free, any other where it is not. */
import { createServer } from "node:net";

export const freePort = (preferred: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", () => (preferred === 0 ? reject(new Error("no port is free")) : resolve(freePort(0))));
    server.listen(preferred, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : preferred));
    });
  });

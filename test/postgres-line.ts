/** A line to a PostgreSQL server that can be cut, fall silent, or lose the answer to a commit. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Line {
  /** Of the same database, by this line. */
  url: string;
  /** Ends every connection. */
  cut(): void;
  /** Nothing goes through any more, and nobody is told. */
  mute(): void;
  /** The next commit reaches the server; then the line breaks. */
  loseCommit(): void;
  /** How many connections were made. */
  made(): number;
  close(): Promise<void>;
}

export async function lineTo(url: string): Promise<Line> {
  const { hostname, port } = new URL(url);
  const ends = new Set<Socket>();
  let isMute = false;
  let losesCommit = false;
  let made = 0;
  const cut = () => {
    for (const end of ends) end.destroy();
    isMute = false;
  };
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    made += 1;
    let isLosing = false;
    for (const end of [near, far]) {
      ends.add(end);
      end.on("error", () => {});
      end.on("close", () => {
        ends.delete(end);
        near.destroy();
        far.destroy();
      });
    }
    near.on("data", (bytes) => {
      if (isMute) return;
      if (losesCommit && bytes.includes("commit\0")) isLosing = true;
      far.write(bytes);
    });
    far.on("data", (bytes) => {
      if (isMute) return;
      if (!isLosing) return void near.write(bytes);
      losesCommit = false;
      near.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const own = new URL(url);
  own.port = String((server.address() as AddressInfo).port);
  return {
    url: own.href,
    cut,
    mute() {
      isMute = true;
    },
    loseCommit() {
      losesCommit = true;
    },
    made: () => made,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}

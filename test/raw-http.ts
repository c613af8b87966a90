/** Speaks HTTP by hand, as no library would. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export const open = async (port: number): Promise<Socket> => {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
};

/** Writes `text` and resolves with all that comes until the other end closes. */
export async function rawRequest(port: number, text: string): Promise<string> {
  const socket = await open(port);
  socket.write(text);
  return answerOf(socket);
}

/** Resolves once the connection is gone, however. */
export const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });

/** All that comes until the connection ends. */
export async function answerOf(socket: Socket): Promise<string> {
  let answer = "";
  socket.on("data", (chunk: Buffer) => {
    answer += chunk.toString("latin1");
  });
  await closed(socket);
  return answer;
}

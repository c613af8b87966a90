/** One request as the fuzz makes it up, and what came of it. */
import http from "node:http";
import { connect } from "node:net";

export interface MadeUp {
  method: string;
  /** As it stands in the request line. */
  path: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** Its status; or how the connection ended without one. */
export type Answer = { status: number; text: string } | { cut: string };

/** Nobody waits longer: the relay's own limit for a whole request is 4 s, and a busy machine takes its time. */
const HANG_MS = 30_000;

const SOCKETS = 64;
const agent = new http.Agent({ keepAlive: true, maxSockets: SOCKETS });

export async function ask(url: string, made: MadeUp): Promise<Answer> {
  // A connection that was kept open may be closed from the other end just when it is used again, and so may the next one
  // that was opened with it. Every client knows that.
  for (let left = SOCKETS; ; left -= 1) {
    const answer = await once(url, made);
    if (!("cut" in answer && answer.isOld) || left === 0) return answer;
  }
}

const once = (
  url: string,
  { method, path, headers, body }: MadeUp,
): Promise<{ status: number; text: string } | { cut: string; isOld: boolean }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const patience = setTimeout(() => {
      request.destroy();
      reject(new Error(`no answer within ${HANG_MS} ms`));
    }, HANG_MS);
    const done = (answer: { status: number; text: string } | { cut: string; isOld: boolean }): void => {
      clearTimeout(patience);
      resolve(answer);
    };
    const request = http.request({ agent, hostname, port, method, path, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => done({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
      response.on("error", ({ message }) => done({ cut: message, isOld: false }));
    });
    request.on("error", ({ message }) => done({ cut: message, isOld: request.reusedSocket }));
    request.on("connect", (response, socket) => {
      socket.destroy();
      done({ status: response.statusCode ?? 0, text: "" });
    });
    request.end(body);
  });

/** For whom looks at a failure. */
export const shown = ({ method, path, headers, body }: MadeUp): string =>
  `${method} ${path.slice(0, 100)} ${JSON.stringify(headers).slice(0, 1_000)}\n${Buffer.from(body).toString("latin1").slice(0, 1_000)}`;

/** Bytes that need be no HTTP at all. Answers with what came back, once the other side or the sender has had enough. */
export const throwAt = (url: string, bytes: Uint8Array): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    let heard = "";
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    const patience = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the connection stood open for ${HANG_MS} ms`));
    }, HANG_MS);
    socket.on("data", (part) => {
      heard += part.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(patience);
      resolve(heard);
    });
  });

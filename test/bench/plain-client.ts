/**
 * The least of an HTTP/1.1 client, one request at a time on each connection. It shares the machine with what it measures:
 * a client that does more would be what is measured.
 */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { BENCH_ORIGIN, BENCH_USER_AGENT } from "./load.ts";

interface Connection {
  send(request: string): void;
  end(): void;
}

/** What a beacon looks like on its way; `url` is the server's. Bodies are ASCII. */
const requestTo = (url: string, body: string): string =>
  `POST /collect HTTP/1.1\r\nhost: ${new URL(url).host}\r\norigin: ${BENCH_ORIGIN}\r\ncontent-type: text/plain\r\nuser-agent: ${BENCH_USER_AGENT}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

const HEADERS_END = "\r\n\r\n";

/** `answered` is told each answer's status; `failed` of a connection that broke. */
const open = (url: string, answered: (status: number) => void, failed: (error: Error) => void): Promise<Connection> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let got = "";
    let isEnded = false;
    socket.setEncoding("latin1");
    socket.on("data", (chunk) => {
      got += chunk;
      const head = got.indexOf(HEADERS_END);
      if (head < 0) return;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(got.slice(0, head + 2))?.[1] ?? 0);
      if (got.length < head + HEADERS_END.length + length) return;
      const status = Number(got.slice(9, 12));
      got = "";
      answered(status);
    });
    socket.on("error", failed);
    socket.on("close", () => isEnded || failed(new Error(`${url} closed a connection`)));
    socket.once("connect", () =>
      resolve({
        send: (request) => void socket.write(request, "latin1"),
        end() {
          isEnded = true;
          socket.destroy();
        },
      }),
    );
  });

export interface Load {
  url: string;
  connections: number;
  seconds: number;
  /** Made beforehand, and made anew where they do not last. */
  bodies: readonly string[];
  more(): string;
}

const GRACE_MS = 30_000;

/**
 * Opens connections and hands each one to `next` whenever it is idle; resolves once `isOver` and all are answered.
 * An answer other than 2xx, and a connection that breaks, is an error: then the numbers would mean nothing.
 */
async function run(
  { url, connections, bodies, more }: Load,
  next: (send: () => void, at: number) => void,
  answered: (at: number) => void,
  isOver: () => boolean,
): Promise<void> {
  let used = 0;
  let busy = 0;
  let fault: Error | undefined;
  const fail = (error: Error): void => {
    fault ??= error;
  };
  const all: Connection[] = [];
  const offer = (at: number): void => {
    if (isOver()) return;
    next(() => {
      busy += 1;
      all[at]?.send(requestTo(url, bodies[used++] ?? more()));
    }, at);
  };
  try {
    for (let at = 0; at < connections; at += 1)
      all.push(
        await open(
          url,
          (status) => {
            busy -= 1;
            if (status < 200 || status > 299) fail(new Error(`${url} answered ${status}`));
            answered(at);
            offer(at);
          },
          fail,
        ),
      );
    for (let at = 0; at < connections; at += 1) offer(at);
    while (!fault && !isOver()) await sleep(5);
    for (const end = performance.now() + GRACE_MS; !fault && busy > 0; await sleep(5))
      if (performance.now() > end) fail(new Error(`${url} owes ${busy} answers`));
    if (fault) throw fault;
  } finally {
    for (const connection of all) connection.end();
  }
}

/** So many at a time, each with one request after the other. Resolves with answers, and seconds until the last one. */
export async function asFastAsCan(load: Load): Promise<{ answers: number; seconds: number }> {
  let answers = 0;
  let began = 0;
  let last = 0;
  await run(
    load,
    (send) => {
      began ||= performance.now();
      send();
    },
    () => {
      answers += 1;
      last = performance.now();
    },
    () => began > 0 && performance.now() - began >= load.seconds * 1_000,
  );
  return { answers, seconds: (last - began) / 1_000 };
}

/**
 * So many a second, whether or not those before are answered: milliseconds of each from when it was due, not from when a
 * connection was free for it. A server that stands still for a moment delays all that were due meanwhile, and each counts
 * (what is known as coordinated omission would count one).
 */
export async function atRate(load: Load, perSecond: number): Promise<number[]> {
  const count = Math.floor(perSecond * load.seconds);
  const tookMs: number[] = [];
  const idle: { send: () => void; at: number }[] = [];
  const dueMs: number[] = [];
  let began = 0;
  let sent = 0;
  const due = (n: number): number => began + (n * 1_000) / perSecond;
  const dispatch = (): void => {
    const now = performance.now();
    while (sent < count && due(sent) <= now) {
      // The one that has been idle for longest: a server closes those that nobody uses.
      const one = idle.shift();
      if (!one) return;
      dueMs[one.at] = due(sent);
      sent += 1;
      one.send();
    }
  };
  let timer: NodeJS.Timeout | undefined;
  try {
    await run(
      load,
      (send, at) => {
        idle.push({ send, at });
        if (began === 0 && idle.length === load.connections) {
          began = performance.now();
          timer = setInterval(dispatch, 1);
        }
        if (began > 0) dispatch();
      },
      (at) => void tookMs.push(performance.now() - (dueMs[at] ?? Number.NaN)),
      () => sent === count,
    );
  } finally {
    clearInterval(timer);
  }
  return tookMs;
}

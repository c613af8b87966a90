/** A proxy that goes by a Caddyfile of ours: looks at its relays' health, and sends a request to whom it finds well. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { z } from "zod";
import { listening } from "./listening.ts";

export interface Rules {
  /** `relay-1:8080`. */
  upstreams: string[];
  /** Directives with one word. Times are ms. */
  healthUri: string;
  healthIntervalMs: number;
  healthTimeoutMs: number;
  tryMs: number;
  failMs: number;
}

/** Throws where one is missing. */
export function rulesOf(caddyfile: string): Rules {
  const word = (name: string): string => {
    const found = new RegExp(`^\\s*${name} (.+)$`, "m").exec(caddyfile)?.[1];
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  };
  const ms = (name: string): number => z.coerce.number().parse(word(name).replace(/s$/, "")) * 1_000;
  return {
    upstreams: word("reverse_proxy").replace(/ \{$/, "").split(" "),
    healthUri: word("health_uri"),
    healthIntervalMs: ms("health_interval"),
    healthTimeoutMs: ms("health_timeout"),
    tryMs: ms("lb_try_duration"),
    failMs: ms("fail_duration"),
  };
}

interface Upstream {
  url: string;
  isWell: boolean;
  open: number;
  failedMs: number;
}

export interface Proxy {
  url: string;
  /** How many requests each took, in the order of `upstreams`. */
  taken(): number[];
  close(): Promise<void>;
}

/** `urls` are where the upstreams are on this machine. */
export async function actCaddy(rules: Rules, urls: readonly string[]): Promise<Proxy> {
  const upstreams = urls.map((url): Upstream => ({ url, isWell: true, open: 0, failedMs: Number.NEGATIVE_INFINITY }));
  const taken = new Map<Upstream, number>();
  /** Each request is another's, as in a shop: the relay limits what one address may tell. */
  let visitors = 0;
  const look = async (one: Upstream) => {
    const signal = AbortSignal.timeout(rules.healthTimeoutMs);
    one.isWell = await fetch(`${one.url}${rules.healthUri}`, { signal }).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  const looking = setInterval(() => void Promise.all(upstreams.map(look)), rules.healthIntervalMs);

  const pass = (from: IncomingMessage, to: ServerResponse, untilMs: number, bytes: Buffer): void => {
    const able = upstreams.filter(({ isWell, failedMs }) => isWell && performance.now() - failedMs > rules.failMs);
    const one = able.sort((a, b) => a.open - b.open)[0];
    const again = () => {
      if (performance.now() > untilMs) to.writeHead(502).end();
      else setTimeout(() => pass(from, to, untilMs, bytes), 100);
    };
    if (!one) {
      again();
      return;
    }
    one.open += 1;
    visitors += 1;
    const headers = { ...from.headers, "x-forwarded-for": `2001:db8:${visitors.toString(16)}::7` };
    const onward = request(
      `${one.url}${from.url}`,
      { method: from.method ?? "GET", headers, agent: false },
      (answer) => {
        taken.set(one, (taken.get(one) ?? 0) + 1);
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to).once("close", () => {
          one.open -= 1;
        });
      },
    );
    onward.once("error", (error) => {
      one.open -= 1;
      one.failedMs = performance.now();
      // As Caddy does: what never reached a relay is tried at the other one, what may have is not.
      if ("code" in error && error.code === "ECONNREFUSED") again();
      else if (!to.headersSent) to.writeHead(502).end();
    });
    onward.end(bytes);
  };

  const server = createServer((from, to) => {
    const parts: Buffer[] = [];
    from.on("data", (part: Buffer) => parts.push(part));
    from.once("end", () => pass(from, to, performance.now() + rules.tryMs, Buffer.concat(parts)));
  });
  const port = await listening(server);
  return {
    url: `http://127.0.0.1:${port}`,
    taken: () => upstreams.map((one) => taken.get(one) ?? 0),
    close: async () => {
      clearInterval(looking);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

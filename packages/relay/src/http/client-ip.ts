/** Where a request comes from, through the proxies that the operator trusts and no others. */
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import type { Express, Request } from "express";

export interface Client {
  /** Without port, brackets and zone; IPv4 where it is IPv4 in IPv6's clothes. */
  ip?: string;
  /** Whether a trusted proxy has passed the request on. */
  isPassedOn: boolean;
  /** What its address is limited by; absent where many visitors may share the address. */
  network?: string;
  /** Why the address is not the visitor's. `unknown`: nobody said to trust it. `silent`: it does not say for whom it asks. */
  proxy?: "unknown" | "silent";
}

/** TRUST_PROXY: hops, networks, or `false` where nothing was said. 0 says that there is no proxy. */
export type TrustProxy = number | string | false;

/**
 * Has the app find the client's address in X-Forwarded-For, from its right end on as far as proxies are trusted. No other
 * header is believed, whoever sends it: most proxies pass Forwarded, X-Real-IP and CF-Connecting-IP on as they came.
 */
export function clientReader(app: Express, trustProxy: TrustProxy): (request: Request) => Client {
  app.set("trust proxy", trustProxy);
  const isTrusted: (address: string, hop: number) => boolean = app.get("trust proxy fn");
  // Of several proxies one may write the next one's address with its port.
  app.set("trust proxy", (address: string, hop: number) => isTrusted(plainIp(address) ?? address, hop));

  return (request) => {
    const ip = plainIp(request.ip);
    const isPassedOn = isTrusted(plainIp(request.socket.remoteAddress) ?? "", 0);
    const proxy = proxyOf(request, trustProxy, isPassedOn);
    const network = ip && proxy === undefined && !PRIVATE.test(ip) ? networkOf(ip) : undefined;
    return { isPassedOn, ...(ip ? { ip } : {}), ...(network ? { network } : {}), ...(proxy ? { proxy } : {}) };
  };
}

/** What proxies write; no browser does. */
const PROXY_HEADERS = ["x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip", "via"];

/** Whether a proxy has passed it on, and said so. */
export const isProxied = (headers: IncomingHttpHeaders): boolean =>
  PROXY_HEADERS.some((name) => headers[name] !== undefined);

const proxyOf = ({ headers }: Request, trustProxy: TrustProxy, isPassedOn: boolean): Client["proxy"] => {
  if (trustProxy === false) return isProxied(headers) ? "unknown" : undefined;
  return isPassedOn && !headers["x-forwarded-for"] ? "silent" : undefined;
};

/** Some proxies forward an address with its port, or in brackets, or a word that is none. */
export const plainIp = (told = ""): string | undefined => {
  if (isIP(told) === 4) return told;
  const bare = isIP(told) > 0 ? told : (BRACKETED.exec(told)?.[1] ?? told.replace(/:\d+$/, ""));
  const version = isIP(bare);
  return version === 6 ? fromMapped(bare.replace(/%.*$/, "")) : version === 4 ? bare : undefined;
};

const BRACKETED = /^\[([^\]]+)\](?::\d+)?$/;

/** An IPv4 address is the same one, however a dual-stack socket or a proxy dresses it. */
const fromMapped = (ip: string): string => {
  const dotted = /^::ffff:([\d.]+)$/i.exec(ip)?.[1];
  if (dotted) return dotted;
  if (!/^[0:]*:ffff:/i.test(ip)) return ip;
  const [, high, low] = /^\[::ffff:([\da-f]+):([\da-f]+)\]$/.exec(new URL(`http://[${ip}]`).hostname) ?? [];
  if (high === undefined || low === undefined) return ip;
  return [high, low]
    .map((group) => Number.parseInt(group, 16))
    .flatMap((pair) => [pair >> 8, pair & 255])
    .join(".");
};

/**
 * No visitor's own address on the internet, but a container network's, a tunnel's or an office's: all of the shop may come
 * through it.
 */
const PRIVATE =
  /^(10\.|127\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cd]..:|fe[89ab].:)/i;

/** An IPv6 host has a whole /64 to itself, and can take another address of it for every request. */
export const networkOf = (ip: string): string => {
  if (!ip.includes(":")) return ip;
  const [head = [], tail] = ip.split("::").map((part) => (part === "" ? [] : part.split(":")));
  const zeros = Array.from({ length: tail ? 8 - head.length - tail.length : 0 }, () => "0");
  return [...head, ...zeros, ...(tail ?? [])].slice(0, 4).join(":");
};

/** Of an address what may be noted of who used the dashboard: 24 bits of IPv4, 48 of IPv6. */
export const cutAddress = (ip: string | undefined): string => {
  if (!ip) return "unknown";
  return ip.includes(":") ? `${networkOf(ip).split(":").slice(0, 3).join(":")}::/48` : ip.replace(/\.\d+$/, ".0/24");
};

/** A node:http server around the app: with time limits, and without what makes Express slow on older Node. */
import { createServer, IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Express } from "express";
import { isPublic } from "../public-address.ts";
import { networkOf, plainIp } from "./client-ip.ts";

/** What one client may take of a server, so that there is something left for the others. */
export interface ServerLimits {
  /** From the first byte of a request until its headers are in, ms; until all of it is in; how often that is looked at. */
  headersTimeout: number;
  requestTimeout: number;
  connectionsCheckingInterval: number;
  /** An open connection without a request is kept for so long. */
  keepAliveTimeout: number;
  maxHeaderSize: number;
  /** A connection on which nothing moves, not even an answer to who does not read it, is cut after so many ms. */
  idleMs: number;
  connections: number;
  /** Of them those of one address on the internet, or of one /64, where that is no proxy that is trusted. */
  connectionsOfAddress: number;
}

/**
 * Times measured good against 500 stalled sockets: each got its 408, and a good request took 11.5 ms meanwhile. `idleMs`
 * is longer than a store may take to answer.
 */
const LIMITS: ServerLimits = {
  headersTimeout: 2_000,
  requestTimeout: 4_000,
  connectionsCheckingInterval: 500,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16_384,
  idleMs: 35_000,
  connections: 5_000,
  connectionsOfAddress: 1_000,
};

export function createHttpServer(app: Express, change: Partial<ServerLimits> = {}): Server {
  const { idleMs, connections, connectionsOfAddress, ...times } = { ...LIMITS, ...change };
  const server = createServer({ ...times, ...messagesOf(app) }, app);
  server.maxConnections = connections;
  server.setTimeout(idleMs);
  const isProxy: (address: string, hop: number) => boolean = app.get("trust proxy fn");
  server.on(
    "connection",
    ofOneNetwork(connectionsOfAddress, (address) =>
      isPublic(address) && !isProxy(address, 0) ? networkOf(plainIp(address) ?? address) : undefined,
    ),
  );
  return server;
}

/** Cuts connections of a network that has `most` already, so that what it can hold is not all there is. Who has none is not counted. */
export const ofOneNetwork = (
  most: number,
  networkFor: (address: string) => string | undefined,
): ((socket: Socket) => void) => {
  const open = new Map<string, number>();
  return (socket) => {
    const network = networkFor(socket.remoteAddress ?? "");
    if (network === undefined) return;
    const own = (open.get(network) ?? 0) + 1;
    if (own > most) return void socket.destroy();
    open.set(network, own);
    socket.once("close", () => {
      const left = (open.get(network) ?? 1) - 1;
      if (left === 0) open.delete(network);
      else open.set(network, left);
    });
  };
};

/**
 * Express gives every request and response its own prototype, which on Node before 24 costs most of a request's time.
 * Where they have that prototype from birth the call does nothing (measured ×2.9 on Node 20 and 22, a loss on 24).
 */
function messagesOf(app: Express): {
  IncomingMessage?: typeof IncomingMessage;
  ServerResponse?: typeof ServerResponse;
} {
  if (Number(process.versions.node.split(".")[0]) >= 24) return {};
  return {
    IncomingMessage: bornWith(IncomingMessage, app.request),
    ServerResponse: bornWith(ServerResponse, app.response),
  };
}

/**
 * A constructor that makes what `Base` makes, with `prototype` instead of its own. Node's are functions still, and
 * called as such: `Reflect.construct`, which would do for a class too, halves what this doubles.
 */
function bornWith<T extends new (...parts: never[]) => object>(Base: T, prototype: object): T {
  function Born(this: object, ...parts: unknown[]): void {
    Reflect.apply(Base, this, parts);
  }
  Born.prototype = prototype;
  // Node only ever calls it with `new`, which is all of T that it stands in for.
  return Born as unknown as T;
}

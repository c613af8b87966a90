/** Which addresses lie on the public internet, and a look-up of names that finds no others. */
import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Networks that nobody reaches from elsewhere: IANA's special-purpose registries of IPv4 and IPv6, read in 2026-11. */
// biome-ignore format: a table
const SPECIAL = [
  ["0.0.0.0",      8,  "ipv4"], // this network
  ["10.0.0.0",     8,  "ipv4"], // private
  ["100.64.0.0",   10, "ipv4"], // shared by a carrier's customers
  ["127.0.0.0",    8,  "ipv4"], // this machine
  ["169.254.0.0",  16, "ipv4"], // this link, and what clouds tell a machine of itself
  ["172.16.0.0",   12, "ipv4"], // private
  ["192.0.0.0",    24, "ipv4"], // protocols
  ["192.0.2.0",    24, "ipv4"], // documents
  ["192.88.99.0",  24, "ipv4"], // 6to4, given up
  ["192.168.0.0",  16, "ipv4"], // private
  ["198.18.0.0",   15, "ipv4"], // benchmarks
  ["198.51.100.0", 24, "ipv4"], // documents
  ["203.0.113.0",  24, "ipv4"], // documents
  ["224.0.0.0",    4,  "ipv4"], // many at once
  ["240.0.0.0",    4,  "ipv4"], // for later, and everybody
  ["2001::",       23, "ipv6"], // protocols, Teredo among them
  ["2001:db8::",   32, "ipv6"], // documents
  ["2002::",       16, "ipv6"], // 6to4: any IPv4 address in other clothes
  ["3fff::",       20, "ipv6"], // documents
] as const;

const special = new BlockList();
for (const [network, bits, version] of SPECIAL) special.addSubnet(network, bits, version);

/** Of IPv6 this alone is given out to the internet. */
const given = new BlockList();
given.addSubnet("2000::", 3, "ipv6");

/** Whether an IP address may be anybody's on the internet; false for what is no address. */
export const isPublic = (address: string): boolean => {
  const ip = address.replace(/%.*$/, "");
  const version = isIP(ip);
  if (version === 4) return !special.check(ip, "ipv4");
  if (version !== 6) return false;
  const inner = ipv4In(ip);
  return inner === undefined ? given.check(ip, "ipv6") && !special.check(ip, "ipv6") : !special.check(inner, "ipv4");
};

/** The IPv4 address that an IPv6 one stands for: mapped by a socket (RFC 4291), or by NAT64 (RFC 6052). */
const ipv4In = (ip: string): string | undefined => {
  const plain = new URL(`http://[${ip}]`).hostname.slice(1, -1);
  const tail = /^(?:::ffff:|64:ff9b::)([\da-f:]*)$/.exec(plain)?.[1];
  if (tail === undefined) return undefined;
  const [low = "0", high = "0"] = tail.split(":").reverse();
  return [high, low]
    .map((group) => Number.parseInt(group, 16))
    .flatMap((pair) => [pair >> 8, pair & 255])
    .join(".");
};

/** A name or an address that leads into a network that is not public. */
export class PrivateAddress extends Error {
  override name = "PrivateAddress";
  readonly code = "EPRIVATE";
}

/** As Node's own `dns.lookup`; with another one a test can say where a name leads. */
export type Resolve = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * For the option `lookup` of a request: the very addresses that were looked at are the ones that are called, so a name that
 * leads elsewhere a moment later (DNS rebinding) leads nowhere. One address that is not public condemns the name.
 */
export const publicLookup =
  (resolve: Resolve = dnsLookup): LookupFunction =>
  (host, options, done) =>
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      if (addresses.length === 0 || !addresses.every(({ address }) => isPublic(address)))
        return done(new PrivateAddress("leads into a network that is not public"), []);
      const [first] = addresses;
      if (options.all || !first) return done(null, addresses);
      done(null, first.address, first.family);
    });

/** Whether the host of a URL is such an address as it stands: then nothing is looked up. A name may be anything. */
export const isPrivateHost = (hostname: string): boolean => {
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  return isIP(host) > 0 ? !isPublic(host) : /(^|\.)localhost$/i.test(host);
};

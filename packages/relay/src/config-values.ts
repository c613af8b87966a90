/** What the variables of the environment may hold, as zod sees it: texts in, values out. */
import { isIP } from "node:net";
import { getDomain } from "tldts";
import { z } from "zod";

/** What the log may hold, the least first. */
export const LEVELS = ["fatal", "error", "warn", "info", "debug", "silent"] as const;

/** A TCP port. */
export const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().max(65_535));
/** An address of the web. */
export const httpUrl = z.string().refine((text) => /^https?:$/.test(protocolOf(text)));
/** A choice, as a boolean. */
export const yes = z.enum(["yes", "no"]).transform((text) => text === "yes");
/** An address of the web that ends in a version, such as /v5. */
export const versionedUrl = httpUrl.regex(/\/v\d+\/?$/);
const proxies = z
  .string()
  .transform((list) => list.split(/\s*,\s*/))
  .pipe(z.array(z.string().refine(isNetwork)).min(1));
/** Hops, or networks separated by commas. */
export const trustProxy = z.union([
  z
    .string()
    .regex(/^\d{1,2}$/)
    .transform(Number),
  proxies.transform((list) => list.join(",")),
]);
/** A domain that somebody can own, with or without a dot before it. */
export const domain = z
  .string()
  .regex(/^\.?[a-z0-9-]+(\.[a-z0-9-]+)+$/i)
  .refine((text) => getDomain(text.replace(/^\./, "")) !== null);
/** The file of the embedded store, without its scheme. */
export const sqliteFile = z
  .string()
  .regex(/^file:.+|^:memory:$/)
  .transform((url) => url.replace(/^file:/, ""));
/** The address of a PostgreSQL database. */
export const postgresUrl = z.string().refine((text) => /^postgres(ql)?:$/.test(protocolOf(text)));

/** A secret, or during a rotation the new one and the one before it. */
export const secrets = z
  .string()
  .transform((text) => text.split(",").map((one) => one.trim()))
  .pipe(z.array(z.string().min(8)).max(2));

/** Calls of an ad account. */
export const callsPerMinute = z
  .string()
  .regex(/^\d{1,6}$/)
  .transform(Number)
  .pipe(z.number().min(1));

/** A week at most. */
export const queueMinutes = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().min(1).max(10_080));
/** Five minutes at most. */
export const noticeSeconds = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .pipe(z.number().max(300));

/** Not less than Pinterest takes events for. */
export const retention = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .pipe(z.number().min(8).max(400));

/** An address, a network, or one of the names that Express has for several. */
function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  if (/^(loopback|linklocal|uniquelocal)$/.test(text)) return true;
  const version = isIP(address);
  return (
    version > 0 &&
    more.length === 0 &&
    !address.includes("%") &&
    // Of 0 bits it would be everybody: then all could write themselves any address.
    (bits === undefined || (/^[1-9]\d*$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)))
  );
}

const protocolOf = (text: string): string => (URL.canParse(text) ? new URL(text).protocol : "");

/** Origins of shops, as people write them: in the environment, on a command line. */
import { z } from "zod";

/** The origin as browsers send it, or undefined: with a path it would be another page's, and nobody matches a star. */
const originOf = (text: string): string | undefined => {
  if (!/^https?:\/\/[^*]+$/i.test(text) || !URL.canParse(text)) return undefined;
  const { origin, pathname, search, hash, username } = new URL(text);
  return pathname === "/" && !search && !hash && !username ? origin : undefined;
};

export const origin = z.string().transform(originOf).pipe(z.string());

/** A list, separated by commas or spaces, to origins each once. */
export const origins = z
  .string()
  .transform((list) => list.split(/[\s,]+/).filter(Boolean))
  .pipe(z.array(origin))
  .transform((list) => [...new Set(list)]);

/** Under which path the app that embeds the relay has mounted it, if under any. */
import type { Request } from "express";

/** A mount path may be a pattern, and is matched in capitals too; each makes scripts of its own. */
const MOUNTS = 8;

/** Answers the path, empty at the root; undefined for one more than there can be. */
export function mountReader(): (request: Pick<Request, "baseUrl">) => string | undefined {
  const known: string[] = [];
  return ({ baseUrl }) => {
    if (baseUrl === "") return "";
    const path = known.find((one) => one.toLowerCase() === baseUrl.toLowerCase());
    if (path === undefined && known.length < MOUNTS) known.push(baseUrl);
    return path ?? known.find((one) => one === baseUrl);
  };
}

/** An address as it may be kept: a page's of the web, without what looks like a secret or a person. */
import { publicAddress } from "@pinrelay/tag/page-address";

const LONGEST = 8_192;

/** Pages that many visitors see are looked at once; few of them, since anybody can make some up. */
const REMEMBERED = 1_000;
const REMEMBERED_LENGTH = 300;
const remembered = new Map<string, string | undefined>();

/** Undefined for what is no address of a page. The tag has cleaned its own; whoever else sends may not have. */
export const keptAddress = (address: string | undefined): string | undefined => {
  if (!address || address.length > REMEMBERED_LENGTH) return cleaned(address);
  if (remembered.has(address)) return remembered.get(address);
  if (remembered.size >= REMEMBERED) remembered.clear();
  const kept = cleaned(address);
  remembered.set(address, kept);
  return kept;
};

const cleaned = (address: string | undefined): string | undefined => {
  if (!address || address.length > LONGEST || !/^https?:\/\//i.test(address)) return undefined;
  try {
    return publicAddress(address.replace(USER, "$1"));
  } catch {
    return undefined; // no address after all
  }
};

/** A user's name and password in front of the host. */
const USER = /^(https?:\/\/)[^/?#]*@/i;

/** An address as it may be kept: a page's of the web, without what looks like a secret or a person. */
import { publicAddress } from "@pinrelay/tag/page-address";

const LONGEST = 8_192;

/** Undefined for what is no address of a page. The tag has cleaned its own; whoever else sends may not have. */
export const keptAddress = (address: string | undefined): string | undefined => {
  if (!address || address.length > LONGEST || !/^https?:\/\//i.test(address) || !URL.canParse(address))
    return undefined;
  if (!/[?#@]/.test(address)) return address; // nearly always: nothing to clean
  const url = new URL(publicAddress(address));
  url.username = "";
  url.password = "";
  return url.href;
};

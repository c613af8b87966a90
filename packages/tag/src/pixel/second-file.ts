/** Brings the second file, once: what only a page needs that has something to tell. */
import { relay } from "./settings.ts";

/** The relay writes the second file's path over this name, and the build `import` over the other. */
declare const __PINRELAY_COMPANION__: string;
declare const __PINRELAY_IMPORT__: (address: string) => Promise<SecondFile>;

type SecondFile = typeof import("./second.ts");

/** Undefined where it cannot be had. */
export const secondFile = (): Promise<SecondFile | undefined> =>
  __PINRELAY_IMPORT__(relay + __PINRELAY_COMPANION__).catch(() => undefined);

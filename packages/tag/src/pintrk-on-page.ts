/** Finds a Pinterest Tag that the page brought itself. */

/** Pinterest's stub, and later its library. */
export interface Pintrk {
  (...args: unknown[]): void;
  queue?: ArrayLike<unknown>[];
  version?: string;
}

declare global {
  interface Window {
    pintrk?: Pintrk;
  }
}

/** The Tag ID it was loaded with: `""` where it was not loaded at all, undefined where that cannot be known. */
export const loadedTag = ({ queue }: Pintrk, document: Document): string | undefined => {
  const load = [...(queue ?? [])].find((call) => call[0] === "load");
  if (load) return `${load[1]}`;
  const texts = [...document.querySelectorAll("script:not([type*=plain]),noscript")]
    .map(({ innerHTML }) => innerHTML)
    .join();
  const [, written, pictured] = BASE_CODE.exec(texts) ?? [];
  // Until Pinterest's library has come and emptied the queue, `push` is the array's own.
  return written ?? pictured ?? (queue?.push === [].push ? "" : undefined);
};

/** The base code as Pinterest gives it to paste: its call, and its image for browsers without scripts. */
const BASE_CODE = /pintrk\(\s*["']load["']\s*,\s*["'](\d+)|pinterest\.com\/v3\/?\?[^"']*tid=(\d+)/;

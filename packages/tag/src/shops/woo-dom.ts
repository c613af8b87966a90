/** Reads what stands in the document. */

export const one = <T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T | null =>
  within.querySelector<T>(selector);

export const all = <T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T[] => [
  ...within.querySelectorAll<T>(selector),
];

export const textOf = (selector: string, within?: ParentNode): string | undefined =>
  one(selector, within)?.textContent?.trim();

/** What a pattern finds in the body's classes, in which WordPress says which page this is. */
export const bodySays = (pattern: RegExp): string | undefined => {
  const found = pattern.exec(document.body.className);
  return found?.[1] ?? found?.[0];
};

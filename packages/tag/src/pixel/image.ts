/** Pinterest's image for an event, as its documentation writes it for pages without scripts: `…?tid=…&ed[value]=24`. Pure. */

/** Servers refuse addresses that are much longer: then the last lines of an order are left out. */
const LENGTH = 7_000;

export const imageAddress = (image: string, said: object): string =>
  new RegExp(`^.{0,${LENGTH}}(?=&|$)`).exec(`${image}?${new URLSearchParams(flat(said))}`)?.[0] ?? "";

/** `{ ed: { line_items: [{ product_id: 1 }] } }` as `ed[line_items][0][product_id]=1`. */
const flat = (said: object, prefix = "", suffix = ""): string[][] =>
  Object.entries(said).flatMap(([key, value]) => {
    const name = prefix + key + suffix;
    return value instanceof Object ? flat(value, `${name}[`, "]") : [[name, String(value)]];
  });

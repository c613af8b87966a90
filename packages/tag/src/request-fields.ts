/** What a request's body says, whichever way it is written: JSON, a form's fields, or their text. Pure. */
import { attempt } from "./guard.ts";
import { isThing, type Thing } from "./thing.ts";

/** Names such as `items[0][id]` are nested: `{ items: { 0: { id } } }`; those of `id[]` are counted. */
export const fieldsOf = (body: unknown): Thing => {
  const said =
    typeof body === "string" ? (attempt((): unknown => JSON.parse(body)) ?? new URLSearchParams(body)) : body;
  if (!isThing(said)) return {};
  return isForm(said) ? nested(said) : said;
};

/** FormData or URLSearchParams, a frame's too, whose classes are not this window's. */
const isForm = (said: Thing): said is Thing & Iterable<[string, unknown]> => "getAll" in said;

type Nest = { [name: string]: unknown };

const nested = (fields: Iterable<[string, unknown]>): Thing => {
  const all = nest();
  for (const [name, value] of fields) put(all, name.match(/[^[\]]+|\[\]/g) ?? [], value);
  return all;
};

/** As servers read it: `items[][id]` begins another item where the last one has an `id` already. */
const put = (at: Nest, [step = "", next, ...rest]: string[], value: unknown): void => {
  const count = Object.keys(at).length;
  const last = at[count - 1];
  const isOpen = next && isNest(last) && !(next in last);
  const key = step === "[]" ? String(isOpen ? count - 1 : count) : step;
  if (!next) at[key] = value;
  else {
    const found = at[key];
    const inner = isNest(found) ? found : nest();
    at[key] = inner;
    put(inner, [next, ...rest], value);
  }
};

/** Without a prototype: a field may be called `__proto__`. */
const nest = (): Nest => Object.create(null);

const isNest = (said: unknown): said is Nest => isThing(said) && !Object.getPrototypeOf(said);

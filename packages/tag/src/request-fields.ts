/** What a request's body says, whichever way it is written: JSON, a form's fields, or their text. Pure. */
import { attempt } from "./guard.ts";
import { isThing, type Thing } from "./thing.ts";

/** Names such as `items[0][id]` are nested: `{ items: { 0: { id } } }`; those of `id[]` are counted. */
export const fieldsOf = (body: unknown): Thing => {
  const written =
    typeof body === "string" ? (attempt((): unknown => JSON.parse(body)) ?? new URLSearchParams(body)) : body;
  return written instanceof FormData || written instanceof URLSearchParams
    ? nested(written)
    : isThing(written)
      ? written
      : {};
};

type Nest = { [name: string]: unknown };

const nested = (fields: Iterable<[string, unknown]>): Thing => {
  const all = nest();
  for (const [name, value] of fields) {
    const path = name.replaceAll("]", "").split("[");
    let at = all;
    for (const step of path.slice(0, -1)) at = inner(at, step);
    const last = path.at(-1) || String(Object.keys(at).length);
    at[last] = value;
  }
  return all;
};

const inner = (at: Nest, step: string): Nest => {
  const [there] = [at[step]].filter(isNest);
  const next = there ?? nest();
  at[step] = next;
  return next;
};

const isNest = (said: unknown): said is Nest => isThing(said);

/** Without a prototype: a field may be called `__proto__`. */
const nest = (): Nest => Object.create(null);

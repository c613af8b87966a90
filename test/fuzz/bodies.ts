/** Bodies from raw bytes to nearly valid ones: JSON with one thing in it that does not belong there. */
import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";

const deep = (depth: number): string => `${'{"a":['.repeat(depth)}1${"]}".repeat(depth)}`;

/** Values as JSON text, since some cannot be told in any other way. */
// biome-ignore format: a table
const ODD_VALUES = [
  "null", "true", "0", "-0", "-1", "1e308", "1e999", "-1e999", "9007199254740993", "1e-400", "0.1e1", "00", "NaN", "12345678901234567890123456789",
  '""', '" "', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udfff x"', '"\\ud83d\\ude00"', '"\u202e\u200f\ufeff"', '"\\uffff"', '"ı İ ß ﬁ"',
  '"__proto__"', '"constructor"', '"toString"', '"%00"', `"'; drop table event; --"`, '"https://"', '"javascript:alert(1)"', '"-00:00"', '"9999-12-31T23:59:60Z"', '"0000-00-00"',
  "[]", "{}", "[[]]", "[null]", '{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}', '{"id":1,"id":2}', '{"toString":null,"valueOf":1}', '{"":{"":""}}', '{"length":-1}',
  deep(200), deep(5_000), `"${"x".repeat(30_000)}"`, `"${"é".repeat(3_000)}"`, `[${"0,".repeat(20_000)}0]`, `{${Array.from({ length: 3_000 }, (_, n) => `"k${n}":${n}`).join(",")}}`,
] as const;

/** Of any UTF-16 units, lone surrogates among them. fast-check's own takes seconds to be made. */
export const anyText = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.integer({ min: 0xd800, max: 0xdfff })), { maxLength })
    .map((units) => String.fromCharCode(...units));

const oddValue = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...ODD_VALUES) },
  { weight: 2, arbitrary: fc.json({ maxDepth: 2 }) },
  { weight: 1, arbitrary: anyText(200).map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: fc.double().map(String) },
);

const MARK = "\u0001odd\u0001";
const MARKED = JSON.stringify(MARK);

/** The value with its `at`th part replaced by this JSON text; as it is where it has fewer parts. */
const withOdd = (value: unknown, at: number, odd: string): string => {
  let left = at;
  const text = JSON.stringify(value, (_, part: unknown) => (left-- === 0 ? MARK : part)) ?? "";
  return text.replace(MARKED, () => odd);
};

/** Something more in one of its objects. */
const withMore = (text: string, at: number, more: string): string => {
  let left = at;
  return text.replace(/\{/g, (brace) => (left-- === 0 ? `{${more},` : brace));
};

// biome-ignore format: a table
const MORE = ['"__proto__":{"isAdmin":true}', '"constructor":1', '"id":"1"', '"id":null', '"":0', '"hasOwnProperty":1', '"\\u0000":"\\u0000"', '"\\ud800":1', "'a':1", "/**/"] as const;

/** Whatever a sender could put where one of these is expected. */
export const spoiled = (valid: readonly (() => unknown)[]): fc.Arbitrary<string> =>
  fc
    .record({
      make: fc.constantFrom(...valid),
      // Half of the places are among the first, where what decides about the rest stands.
      at: fc.oneof(fc.nat(20), fc.nat(600)),
      odd: oddValue,
      more: fc.option(fc.tuple(fc.nat(8), fc.constantFrom(...MORE)), { freq: 4 }),
    })
    .map(({ make, at, odd, more }) => {
      const text = withOdd(make(), at, odd);
      return more ? withMore(text, ...more) : text;
    });

/** The text's bytes, now and then cut short, with a byte of another kind, or in a byte order of its own. */
export const asBytes = (text: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 8, arbitrary: text.map((told) => Buffer.from(told)) },
    { weight: 1, arbitrary: fc.tuple(text, fc.nat(2_000)).map(([told, end]) => Buffer.from(told).subarray(0, end)) },
    {
      weight: 1,
      arbitrary: fc.tuple(text, fc.nat(2_000), fc.integer({ min: 0, max: 255 })).map(([told, at, byte]) => {
        const bytes = Buffer.from(told);
        bytes[at % Math.max(1, bytes.length)] = byte;
        return bytes;
      }),
    },
    { weight: 1, arbitrary: text.map((told) => Buffer.from(`\ufeff${told}`, "utf16le")) },
  );

/** Nothing that anybody ever meant. */
export const noise: fc.Arbitrary<Uint8Array> = fc.oneof(
  ...[
    fc.constant(new Uint8Array()),
    fc.uint8Array({ maxLength: 500 }),
    anyText(300).map((text) => Buffer.from(text)),
    fc.json().map((text) => Buffer.from(text)),
    fc.constantFrom(...ODD_VALUES).map((text) => Buffer.from(text)),
  ].map((arbitrary) => ({ weight: 10, arbitrary })),
  { weight: 1, arbitrary: fc.constant(Buffer.alloc(3_000_000, "[")) },
);

export interface Coded {
  body: Uint8Array;
  headers: Record<string, string>;
}

const QUICK = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
const ZEROS = Buffer.alloc(50_000_000);
/** Fifty megabytes in fifty kilobytes. */
const BOMB = gzipSync(ZEROS);
const BROTLI_BOMB = brotliCompressSync(ZEROS.subarray(0, 20_000_000), QUICK);

// biome-ignore format: a table
const CODINGS: readonly (readonly [number, string, (body: Uint8Array) => Uint8Array])[] = [
  [30, "",            (body) => body],
  [3,  "gzip",        (body) => gzipSync(body)],
  [1,  "deflate",     (body) => deflateSync(body)],
  [1,  "br",          (body) => brotliCompressSync(body, QUICK)],
  [1,  "gzip",        (body) => body],
  [1,  "gzip",        (body) => gzipSync(body).subarray(0, 30)],
  [1,  "gzip",        (body) => gzipSync(gzipSync(body))],
  [1,  "gzip",        () => BOMB],
  [1,  "br",          () => BROTLI_BOMB],
  [1,  "br",          (body) => body],
  [1,  "zstd",        (body) => body],
  [1,  "gzip, gzip",  (body) => gzipSync(gzipSync(body))],
  [1,  "identity",    (body) => body],
  [1,  "__proto__",   (body) => body],
];

/** The bytes in a coding, or in none that they say they are in. */
export const coded = (body: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Coded> =>
  fc
    .tuple(
      body,
      fc.oneof(...CODINGS.map(([weight, name, code]) => ({ weight, arbitrary: fc.constant({ name, code }) }))),
    )
    .map(([bytes, { name, code }]) => ({
      body: code(bytes),
      headers: name === "" ? {} : { "content-encoding": name },
    }));

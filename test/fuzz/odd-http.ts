/** Requests that are none, or that say one thing of themselves and are another. */
import fc from "fast-check";
import { anyText } from "./bodies.ts";

// biome-ignore format: a table
const ODD = [
  "", "\r\n\r\n", "\0\0\0", "GET", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", "GET /\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "POST /collect HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "POST /collect HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
  "POST /collect HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "POST /collect HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  "POST /collect HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx", "POST /collect HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nx", "POST /collect HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nx",
  "POST /collect HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n{}", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA\0b: c\r\n\r\n", "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", "GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
  "POST /collect HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", `GET / HTTP/1.1\r\nHost: x\r\nA: ${"x".repeat(20_000)}\r\n\r\n`, `GET / HTTP/1.1\r\nHost: x\r\n${"a: b\r\n".repeat(3_000)}\r\n`, `GET /${"x".repeat(30_000)} HTTP/1.1\r\n\r\n`,
] as const;

/** Several of them on one connection, with bytes changed here and there. */
export const oddHttp = (key: string): fc.Arbitrary<Uint8Array> => {
  const body = `{"v":1,"key":"${key}","events":[]}`;
  const good = `POST /collect HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const one = fc.oneof(fc.constantFrom(...ODD, good), anyText(200));
  return fc
    .tuple(fc.array(one, { minLength: 1, maxLength: 3 }), fc.option(fc.tuple(fc.nat(300), fc.nat(255)), { freq: 2 }))
    .map(([parts, change]) => {
      const bytes = Buffer.from(parts.join(""), "latin1");
      if (change && bytes.length > 0) bytes[change[0] % bytes.length] = change[1];
      return bytes;
    });
};

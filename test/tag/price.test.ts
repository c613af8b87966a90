import { expect, test } from "vitest";
import { price } from "#tag/price";

// biome-ignore format: a table
test.each<[unknown, number | undefined]>([
  [24,              24],
  [0,               0],
  ["0",             0],
  ["24.50",         24.5],
  [" 24.5 ",        24.5],
  ["1.299",         1.299],
  ["1299.000",      1299],
  ["1,299.00",      1299],
  ["1,299",         1299],
  ["12,345,678.90", 12_345_678.9],
  ["1.299,00 €",    1299],
  ["1.299 €",       1299],
  ["12,50",         12.5],
  ["1 299,00 kr",   1299],
  ["1\u202f299,00\u00a0€", 1299],
  ["CHF 1'299.50",  1299.5],
  ["$24",           24],
  ["Rs. 1,29,900",  129_900],
  ["24,- €",        24],
  ["10.00 – 20.00", 10],
  ["free",          undefined],
  ["",              undefined],
  [" ",             undefined],
  [null,            undefined],
  [undefined,       undefined],
  [Number.NaN,      undefined],
  [{ amount: "x" }, undefined],
  ["-5,00 €",          undefined],
  ["−5.00",            undefined],
  ["(5.00)",           undefined],
  [-0.01,              undefined],
  ["$.99",             0.99],
  ["1e999",            undefined],
])("%j is %j", (told, figure) => {
  expect(price(told)).toBe(figure);
});

// biome-ignore format: a table
test.each<[string, number | undefined]>([
  ["1.250 د.ك",      1.25],
  ["KD 1.250",       1.25],
  ["1,250 د.ت",      1.25],
  ["0.900 BHD",      0.9],
  ["1,250.500 OMR",  1250.5],
  ["1.250,500 د.ك",  1250.5],
  ["1 250,500 د.ت",  1250.5],
  ["12,345,678.900 OMR", 12_345_678.9],
  ["1.250",          1.25],
  ["24 KD",          24],
  ["24.5 KD",        24.5],
  ["-1.250 KD",      undefined],
])("%j is %j where prices have three decimals", (told, figure) => {
  expect(price(told, 3)).toBe(figure);
});

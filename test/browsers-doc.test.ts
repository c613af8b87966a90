/** `npm run test:browsers` says what was covered; docs/browsers.md says the same in fewer words. */
import { expect, test } from "vitest";
import { coverageTable } from "./other-browsers/coverage.ts";

test("the table at the end names each engine with its version, what ran in it, and why one was not covered", () => {
  const text = coverageTable([
    {
      engine: "Firefox ESR (firefox 153.7.0)",
      parts: new Map([
        ["adds", "yes"],
        ["goes back", "FAILED"],
      ]),
    },
    {
      engine: "WebKitGTK",
      parts: new Map([["adds", "not run"]]),
      why: "WebKitWebDriver is not on this machine: apt-get install webkit2gtk-driver",
    },
  ]);
  expect(text.split("\n").map((line) => line.trimEnd())).toEqual([
    "What ran in which engine; – is no part of that engine's suite",
    "",
    "Firefox ESR (firefox 153.7.0)  WebKitGTK  what a shopper does, or a page",
    "yes                            not run    adds",
    "FAILED                         –          goes back",
    "1 of 2                         0 of 2     in all",
    "WebKitGTK was not covered: WebKitWebDriver is not on this machine: apt-get install webkit2gtk-driver",
    "",
  ]);
});

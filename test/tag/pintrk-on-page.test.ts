// @vitest-environment jsdom

import { expect, test } from "vitest";
import { loadedTag, type Pintrk } from "#tag/pintrk-on-page";

const TAG = "2612345678901";

/** Pinterest's stub after these calls; `library` as it is once core.js has emptied it. */
const stub = (...calls: unknown[][]): Pintrk => Object.assign(() => {}, { queue: calls });
const library = (): Pintrk => {
  const queue: unknown[][] = [];
  queue.push = () => 0;
  return Object.assign(() => {}, { queue });
};
const page = (html = ""): Document => new DOMParser().parseFromString(html, "text/html");

// biome-ignore format: a table
test.each<[string, Pintrk, Document, string | undefined]>([
  ["its queue",                stub(["load", TAG], ["page"]),  page(),                                                                                             TAG],
  ["an id given as a number",  stub(["load", 2612345678901]),  page(),                                                                                             TAG],
  ["the pasted base code",     library(),                      page(`<script>!function(e){}("https://s.pinimg.com/ct/core.js"); pintrk('load', '${TAG}', {em: ''});</script>`), TAG],
  ["its noscript image",       library(),                      page(`<body><noscript><img src="https://ct.pinterest.com/v3/?event=init&amp;tid=${TAG}&amp;noscript=1"></noscript>`), TAG],
  ["a stub that waits",        stub(["page"]),                 page(),                                                                                             ""],
  ["nothing at all",           library(),                      page("<script>pintrk('page')</script>"),                                                            undefined],
  ["something without queue",  () => {},                       page(),                                                                                             undefined],
])("the tag ID is found in %s", (_, pintrk, document, id) => {
  expect(loadedTag(pintrk, document)).toBe(id);
});

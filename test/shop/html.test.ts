import { expect, test } from "vitest";
import { html, scriptJson, trusted } from "./html.ts";

test("text put into markup cannot become markup", () => {
  const typed = `<img src=x onerror="alert('1')"> & more`;
  expect(html`<p title="${typed}">${typed}</p>`.text).toBe(
    '<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; more">&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; more</p>',
  );
});

test("markup inside markup stays as it is, and lists are joined", () => {
  expect(html`<ul>${["a", "<b>"].map((each) => html`<li>${each}</li>`)}</ul>`.text).toBe(
    "<ul><li>a</li><li>&lt;b&gt;</li></ul>",
  );
  expect(html`${trusted("<hr>")}`.text).toBe("<hr>");
});

test("what is absent leaves nothing behind, and zero is not absent", () => {
  expect(html`${false}${undefined}${0}${""}`.text).toBe("0");
});

test("a value in a script element cannot close it", () => {
  const value = { name: "</script><!--\u2028&" };
  const written = scriptJson(value).text;
  expect(written).not.toMatch(/[<>&\u2028]/);
  expect(JSON.parse(written)).toEqual(value);
});

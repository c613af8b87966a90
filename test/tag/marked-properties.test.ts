// @vitest-environment jsdom

import { describe, expect, test } from "vitest";
import { markedProperties } from "#tag/marked-properties";
import { attributeOf, markable } from "./markable.ts";

/** What is said of an event on the element named `here` in this HTML. */
const said = (html: string): unknown => {
  const document = new DOMParser().parseFromString(html, "text/html");
  return markedProperties(document.querySelector("#here") as HTMLElement);
};

test.each(markable)("%s of the contract has an attribute", (name) => {
  expect(said(`<b id="here" ${attributeOf(name)}="24"></b>`)).toEqual({ [name]: "24" });
});

// biome-ignore format: a table
test.each<[string, string, unknown]>([
  ["of itself",                        '<b id="here" data-pinrelay-event="Added To Cart" data-pinrelay-product-id="1001" data-role="x">',                     { product_id: "1001" }],
  ["of what is around it",             '<div data-pinrelay-product-id="1001" data-pinrelay-currency="USD"><p><b id="here" data-pinrelay-quantity="2">',       { product_id: "1001", currency: "USD", quantity: "2" }],
  ["of the nearest",                   '<div data-pinrelay-name="Mugs" data-pinrelay-currency="USD"><p data-pinrelay-name="Harbor Mug"><b id="here">',        { name: "Harbor Mug", currency: "USD" }],
  ["of its product only",              '<main data-pinrelay-product-id="1001" data-pinrelay-variant-id="41001" data-pinrelay-currency="USD" data-pinrelay-email="maya@example.com"><p data-pinrelay-product-id="1002"><b id="here">',
                                                                                                                                                               { product_id: "1002", currency: "USD", $email: "maya@example.com" }],
  ["of its product, not its list",     '<main data-pinrelay-view="Viewed Collection" data-pinrelay-id="table" data-pinrelay-name="At the table"><p data-pinrelay-product-id="1002"><b id="here">', { product_id: "1002" }],
  ["of one product in two places",     '<main data-pinrelay-product-id="1001" data-pinrelay-price="24"><b id="here" data-pinrelay-product-id="1001">',        { product_id: "1001", price: "24" }],
  ["nothing, where it is empty",       '<b id="here" data-pinrelay-sku="" data-pinrelay-name>',                                                               {}],
  ["nothing by what is false",         '<b id="here" data-pinrelay-taxes-included="false">',                                                                  {}],
  ["a phone number by a short name",   '<b id="here" data-pinrelay-phone="+15035550142">',                                                                    { $phone_number: "+15035550142" }],
  ["the lines that it holds",          '<ul id="here" data-pinrelay-id="5001"><li data-pinrelay-item data-pinrelay-sku="A" data-pinrelay-quantity="2"><li data-pinrelay-item data-pinrelay-sku="B"></ul>',
                                                                                                                                                               { id: "5001", items: [{ sku: "A", quantity: "2" }, { sku: "B" }] }],
])("an element says %s", (_, html, properties) => {
  expect(said(html)).toEqual(properties);
});

describe("a field", () => {
  // biome-ignore format: a table
  test.each<[string, string, unknown]>([
    ["anywhere",                        '<input id="qty" value="3"><b id="here" data-pinrelay-quantity-from="#qty">',                                            { quantity: "3" }],
    ["in the form",                     '<form id="here" data-pinrelay-query-from="[name=q]"><input name="q" value=" mug "></form>',                             { query: "mug" }],
    ["the nearest",                     '<p><input name="qty" value="1"></p><p><input name="qty" value="2"><b id="here" data-pinrelay-quantity-from="[name=qty]">', { quantity: "2" }],
    ["named by what is around",         '<input name="qty" value="1"><p data-pinrelay-quantity-from="[name=qty]"><input name="qty" value="2"><b id="here">',      { quantity: "2" }],
    ["that is a choice",                '<select id="s"><option value="41001">Oat<option value="41002" selected>Sage</select><b id="here" data-pinrelay-variant-id-from="#s">', { variant_id: "41002" }],
    ["that is chosen",                  '<input type="radio" name="v" value="41001"><input type="radio" name="v" value="41002" checked><b id="here" data-pinrelay-variant-id-from="[name=v]:checked">', { variant_id: "41002" }],
    ["that is text",                    '<b class="price"> 1.299,00 € </b><b id="here" data-pinrelay-price-from=".price">',                                      { price: "1.299,00 €" }],
    ["of a list, which has a number",   '<ol><li id="l" value="4">Sage</li></ol><b id="here" data-pinrelay-variant-name-from="#l">',                             { variant_name: "Sage" }],
    ["rather than what is fixed",       '<input id="qty" value="3"><b id="here" data-pinrelay-quantity-from="#qty" data-pinrelay-quantity="1">',                  { quantity: "3" }],
    ["that is empty, so what is fixed", '<input id="qty"><b id="here" data-pinrelay-quantity="1" data-pinrelay-quantity-from="#qty">',                            { quantity: "1" }],
    ["that is missing",                 '<b id="here" data-pinrelay-quantity-from="#qty" data-pinrelay-sku="A">',                                                { sku: "A" }],
    ["by a selector that is none",      '<b id="here" data-pinrelay-quantity-from="##" data-pinrelay-sku="A">',                                                  { sku: "A" }],
    ["of a line",                       '<div id="here"><p data-pinrelay-item data-pinrelay-quantity-from="input"><input value="1"></p><p data-pinrelay-item data-pinrelay-quantity-from="input"><input value="2"></p></div>',
                                                                                                                                                                 { items: [{ quantity: "1" }, { quantity: "2" }] }],
  ])("is read: %s", (_, html, properties) => {
    expect(said(html)).toEqual(properties);
  });
});

// @ts-check
// The shop's own script: choosing a variant, adding to the cart, the country's sums, the measurement switch.
// Every page works without it; nothing here waits for anything but the shop.

/** @type {<T extends Element = HTMLElement>(selector: string, from?: ParentNode) => T | null} */
const find = (selector, from = document) => from.querySelector(selector);

/** @param {string} selector @param {string} text */
const write = (selector, text) => {
  for (const element of document.querySelectorAll(selector)) element.textContent = text;
};

/** @param {string} id */
const jsonOf = (id) => JSON.parse(find(`#${id}`)?.textContent || "null");

/** @param {number} count */
const showCount = (count) => {
  write("[data-cart-words]", `Cart, ${count} in it`);
  write("[data-cart-count]", String(count));
  find("[data-cart-count]")?.toggleAttribute("hidden", count === 0);
};

/** Another variant was chosen: price, SKU, picture and address follow. @param {HTMLFormElement} form */
const showVariant = (form) => {
  const chosen = Array.from(form.querySelectorAll(".option input:checked"), (input) => input.getAttribute("value"));
  const variant = jsonOf("variants").find((each) => each.choice.join() === chosen.join());
  if (!variant) return;
  write("[data-price]", variant.price);
  write("[data-sku]", variant.sku);
  const picture = find(".product-picture .picture");
  picture?.style.setProperty("--tone", variant.tone);
  picture?.style.setProperty("--grow", variant.grow);
  picture?.setAttribute("aria-label", variant.label);
  history.replaceState(history.state, "", `?variant=${variant.id}`);
};

/** Adds what the form says. Told to the data layer only once the shop has answered that it is in the cart. @param {HTMLFormElement} form */
const add = async (form) => {
  const button = /** @type {HTMLButtonElement} */ (find("button[type=submit]", form));
  button.disabled = true;
  write("[data-problem]", "");
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(/** @type {any} */ (new FormData(form))),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    dataLayer.push({ ecommerce: null });
    dataLayer.push(answer.event);
    showCount(answer.count);
    const miniCart = /** @type {HTMLDialogElement} */ (find("#mini-cart"));
    miniCart.innerHTML = answer.miniCart; // Markup from our own server, escaped there.
    miniCart.showModal();
  } catch (error) {
    write("[data-problem]", (error instanceof Error && error.message) || "That did not work. Please try again.");
  } finally {
    button.disabled = false;
  }
};

const addForm = /** @type {HTMLFormElement | null} */ (find("form[data-add]"));
if (addForm) {
  addForm.addEventListener("change", (event) => {
    if (event.target instanceof Element && event.target.closest(".option")) showVariant(addForm);
  });
  addForm.addEventListener("submit", (event) => {
    event.preventDefault();
    void add(addForm);
  });
}

// A click beside the mini-cart closes it: the dialog itself is hit only on its backdrop.
find("#mini-cart")?.addEventListener("click", (event) => {
  if (event.target === event.currentTarget) /** @type {HTMLDialogElement} */ (event.currentTarget).close();
});

find("[data-country]")?.addEventListener("change", (event) => {
  const country = /** @type {HTMLSelectElement} */ (event.target).value;
  const sums = jsonOf("quotes")[country];
  for (const name of ["shipping", "tax", "total"]) write(`[data-sum=${name}]`, sums[name]);
  for (const input of document.querySelectorAll("[data-required-in]")) {
    const isRequired = input.getAttribute("data-required-in") === country;
    input.toggleAttribute("required", isRequired);
    find(`label[for=${input.id}] .optional`)?.toggleAttribute("hidden", isRequired);
  }
});

// Stands in for the tag until it is there: holds calls as they were made.
function queue() {
  // biome-ignore lint/complexity/noArguments: the tag reads each call as an arguments object
  queue.q.push(arguments);
}
queue.q = [];

find("[data-consent]")?.addEventListener("change", (event) => {
  const marketing = /** @type {HTMLInputElement} */ (event.target).value;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser that shops here
  document.cookie = `fo_measurement=${marketing}; Path=/; Max-Age=31536000; SameSite=Lax`;
  window.pinrelay ??= queue;
  pinrelay({ method: "consent", marketing });
  write("[data-consent-state]", marketing === "granted" ? "Measured from now on." : "Not measured from now on.");
});

// Back from the cart, the browser may show the page as it was, with the old count.
addEventListener("pageshow", async (event) => {
  if (!event.persisted) return;
  const response = await fetch("/cart/count");
  showCount((await response.json()).count);
});

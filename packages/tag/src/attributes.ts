/**
 * What the makers of a shop mark in its pages: `data-pinrelay-event` on what is clicked or sent tells that event,
 * `data-pinrelay-view` on what is shown tells that view, and `data-pinrelay-…` of any other name says what of it.
 */
import { on } from "./guard.ts";
import type { Look } from "./look.ts";
import { markedProperties } from "./marked-properties.ts";
import { MARKED } from "./sighting.ts";

/** A click on the same element within this time belongs to the one told: a double click, or a label and its field. */
const DOUBLE_MS = 500;

const EVENT = "[data-pinrelay-event]";

const heard = new WeakMap<Element, number>();
const shown = new WeakMap<Element, string>();
let isListening = false;

export const attributes: Look = ({ see, isComplete }) => {
  const hear = ({ target, submitter, timeStamp, type }: MarkedEvent) => {
    const element = submitter?.closest<HTMLElement>(EVENT) ?? target.closest<HTMLElement>(EVENT);
    // A form tells when it is sent, all else when it is clicked.
    const isMeant = type === "submit" ? element === target : element?.tagName !== "FORM" && !isRefused(target);
    if (!element || !isMeant || timeStamp - (heard.get(element) ?? -DOUBLE_MS) < DOUBLE_MS) return;
    heard.set(element, timeStamp);
    see(MARKED, element.dataset.pinrelayEvent, markedProperties(element));
  };
  // On their way down, since the page may stop them on their way up.
  if (!isListening) for (const type of ["click", "submit"]) on(document, type, hear, true);
  isListening = true;
  if (!isComplete) return;
  for (const element of document.querySelectorAll<HTMLElement>("[data-pinrelay-view]")) {
    const name = element.dataset.pinrelayView;
    const properties = markedProperties(element);
    const view = String([location.pathname, name, properties.product_id, properties.id]);
    // Told once, also where it is an event that can happen again.
    if (shown.get(element) !== view) see(MARKED, name, properties);
    shown.set(element, view);
  }
};

/** A click, or a form that is sent. */
type MarkedEvent = Event & { target: Element; submitter?: Element | null };

/** The browser does nothing for a click on what is disabled, or on the button of a form that is not filled in right. */
const isRefused = (target: Element): boolean => {
  const button = target.closest<HTMLButtonElement | HTMLInputElement>("button,input");
  const form = button && /submit|image/.test(button.type) && !button.formNoValidate && button.form;
  return !!target.closest(":disabled,[aria-disabled=true]") || !!(form && !form.noValidate && form.matches(":invalid"));
};

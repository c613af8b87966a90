/**
 * Hears the requests that a page makes, and what it is answered. The page sees the same promise, the same errors and the
 * same body as without us.
 */
import { attempt } from "./guard.ts";
import { fieldsOf } from "./request-fields.ts";
import type { Thing } from "./thing.ts";

export interface Asked {
  url: URL;
  /** What the body says, and without one what the address asks for. */
  fields: Thing;
  /** A form that the browser itself sends: the page goes, and the answer is the next page. */
  isForm?: boolean;
}

export interface Reply {
  isOk: boolean;
  /** What its JSON says; undefined where it is none. */
  said?: unknown;
}

/** Takes a request as it is made; what it returns takes the reply. */
export type Hear = (asked: Asked) => ((reply: Reply) => void) | undefined;

/** Hears all requests to a wanted path (with the address's query), by fetch, XMLHttpRequest and forms. */
export const hearRequests = (wanted: RegExp, hear: Hear): void => {
  const heard = (address: unknown, body: unknown, isForm?: boolean) =>
    attempt(() => {
      const url = new URL(String(address), document.baseURI);
      return wanted.test(url.pathname + url.search)
        ? hear({ url, fields: fieldsOf(body ?? url.searchParams), ...(isForm && { isForm }) })
        : undefined;
    });
  attempt(() => hearFetch(wanted, heard));
  attempt(() => hearXhr(heard));
  attempt(() => hearForms(heard));
};

type Heard = (address: unknown, body: unknown, isForm?: boolean) => ((reply: Reply) => void) | undefined;

const hearFetch = (wanted: RegExp, heard: Heard): void => {
  const { fetch } = window;
  window.fetch = function (...words) {
    const [input, init] = words;
    const request = input instanceof Request ? input : undefined;
    // A body that is inside of a request can only be read from a copy, made before it is sent.
    const inside = attempt(() =>
      request && !init?.body && wanted.test(request.url) ? bodyOf(request.clone()) : undefined,
    );
    const take = inside ? inside.then((body) => heard(request?.url, body)) : heard(request?.url ?? input, init?.body);
    const promise = fetch.apply(this, words);
    if (take) {
      promise
        .then(
          async (response) => {
            const { ok: isOk } = response;
            const said: unknown = await response
              .clone()
              .json()
              .catch(() => {});
            return { isOk, said };
          },
          () => ({ isOk: false }),
        )
        .then(async (reply) => (await take)?.(reply))
        .catch(() => {});
    }
    return promise;
  };
};

const bodyOf = (request: Request): Promise<unknown> =>
  /form/.test(request.headers.get("Content-Type") ?? "") ? request.formData() : request.text();

const hearXhr = (heard: Heard): void => {
  const { open, send } = XMLHttpRequest.prototype;
  const addresses = new WeakMap<XMLHttpRequest, unknown>();
  XMLHttpRequest.prototype.open = function (...words: unknown[]) {
    addresses.set(this, words[1]);
    return Reflect.apply(open, this, words);
  };
  XMLHttpRequest.prototype.send = function (body) {
    const take = heard(addresses.get(this), body);
    if (take) {
      this.addEventListener("loadend", () =>
        attempt(() => {
          const { response, status } = this;
          take({
            isOk: /^2/.test(String(status)),
            said: typeof response === "string" ? attempt(() => JSON.parse(response)) : response,
          });
        }),
      );
    }
    return send.call(this, body);
  };
};

const hearForms = (heard: Heard): void => {
  const sent = (form: HTMLFormElement, button?: HTMLElement | null): void => {
    const address = button?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href;
    heard(address, new FormData(form, button), true);
  };
  // After the shop's own handlers: a form that one of them takes over is sent by a request, which is heard as such.
  window.addEventListener("submit", (event) => {
    const { target, submitter, defaultPrevented } = event;
    if (!defaultPrevented && target instanceof HTMLFormElement) attempt(() => sent(target, submitter));
  });
  const { submit } = HTMLFormElement.prototype;
  HTMLFormElement.prototype.submit = function () {
    attempt(() => sent(this));
    submit.call(this);
  };
};

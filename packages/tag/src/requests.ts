/**
 * Hears the requests that a page makes, and what it is answered. The page sees the same answers, the same errors and the
 * same bodies as without us, and the functions still look like the browser's own.
 */
import { attempt } from "./guard.ts";
import { fieldsOf } from "./request-fields.ts";
import { isThing, type Thing } from "./thing.ts";

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
  /** There was none: the line broke, somebody gave up, or the page is being left. It may have been done all the same. */
  isLost?: boolean;
}

type Take = (reply: Reply) => void;

/** Takes a request as it is made; what it returns takes the reply. */
export type Hear = (asked: Asked) => Take | undefined;

/** Hears all requests to a wanted path (with the address's query), by fetch, XMLHttpRequest and forms. */
export const hearRequests = (wanted: RegExp, hear: Hear): void => {
  const urlOf = (address: unknown) =>
    attempt(() => {
      const url = new URL(String(address), document.baseURI);
      return wanted.test(url.pathname + url.search) ? url : undefined;
    });
  const heard = (url: URL | undefined, body: unknown, isForm?: boolean) =>
    attempt(() => url && hear({ url, fields: fieldsOf(body ?? url.searchParams), ...(isForm && { isForm }) }));
  attempt(() => hearFetch(urlOf, heard));
  attempt(() => hearXhr(urlOf, heard));
  attempt(() => hearForms(urlOf, heard));
};

type UrlOf = (address: unknown) => URL | undefined;
type Heard = (url: URL | undefined, body: unknown, isForm?: boolean) => Take | undefined;

/** A function that is called in another one's place, and looks like it. */
const around = <F extends (...words: never[]) => unknown, S>(
  call: F,
  apply: (call: F, self: S, words: Parameters<F>) => unknown,
): F => new Proxy(call, { apply });

/** Some pages' `fetch` makes an XMLHttpRequest: that is the same request. */
let isInFetch = false;

const hearFetch = (urlOf: UrlOf, heard: Heard): void => {
  window.fetch = around(window.fetch, (fetch, self, words) => {
    const [input, init] = words;
    const request = isRequest(input) ? input : undefined;
    const url = urlOf(request?.url ?? input);
    // What is inside of a request can only be read from a copy, made before it is sent.
    const inside = attempt(() => (url && !init?.body && request ? bodyOf(request.clone()) : undefined));
    const take = inside ? inside.then((body) => heard(url, body)) : heard(url, init?.body);
    isInFetch = Boolean(url);
    try {
      const promise: Promise<Response> = Reflect.apply(fetch, self, words);
      return (take && attempt(() => answered(promise, take))) ?? promise;
    } finally {
      isInFetch = false;
    }
  });
};

/** A frame's too, whose class is not this window's. */
const isRequest = (input: unknown): input is Request => isThing(input) && "clone" in input;

const bodyOf = (request: Request): Promise<unknown> =>
  /form/.test(request.headers.get("Content-Type") ?? "") ? request.formData() : request.text();

/**
 * What the page gets: what follows ours, so that a rejection which nobody takes is still seen as such. But a promise
 * that somebody has made more of comes back as it is.
 */
const answered = (promise: Promise<Response>, take: Take | Promise<Take | undefined>): Promise<Response> => {
  const tell = (reply: Promise<Reply>) => void reply.then(async (one) => (await take)?.(one)).catch(() => {});
  const next = promise.then(
    (response) => {
      tell(replyOf(response));
      return response;
    },
    (error: unknown) => {
      tell(Promise.resolve({ isOk: false, isLost: true }));
      throw error;
    },
  );
  if (promise.constructor === Promise && !Object.keys(promise)[0]) return next;
  next.catch(() => {});
  return promise;
};

/** Copied at once: the page may read the body as soon as it has it. */
const replyOf = async (response: Response): Promise<Reply> => ({
  isOk: response.ok,
  said: await response
    .clone()
    .json()
    .catch(() => {}),
});

const hearXhr = (urlOf: UrlOf, heard: Heard): void => {
  const xhr = XMLHttpRequest.prototype;
  const urls = new WeakMap<XMLHttpRequest, URL | undefined>();
  xhr.open = around(xhr.open, (open, self: XMLHttpRequest, words: unknown[]) => {
    attempt(() => urls.set(self, urlOf(words[1])));
    return Reflect.apply(open, self, words);
  });
  xhr.send = around(xhr.send, (send, self: XMLHttpRequest, words) => {
    const url = isInFetch ? undefined : urls.get(self);
    const take = heard(url, words[0]);
    // One that has been opened again by then has another answer.
    const end = () => urls.get(self) === url && attempt(() => take?.(xhrReply(self)));
    if (take) self.addEventListener("loadend", end, { once: true });
    return Reflect.apply(send, self, words);
  });
};

const xhrReply = ({ response, status }: XMLHttpRequest): Reply => ({
  isOk: /^2/.test(String(status)),
  said: typeof response === "string" ? attempt((): unknown => JSON.parse(response)) : response,
  isLost: !status,
});

/**
 * The browser itself says when it sends a form, and what: it gathers the fields. A page has them gathered too, for
 * requests of its own; but not between the end of the form's `submit` event and its going out.
 * That no one handles the event any more is what `currentTarget` says in every browser: in Firefox its phase is not over.
 */
const hearForms = (urlOf: UrlOf, heard: Heard): void => {
  let submitted: SubmitEvent | undefined;
  let called: unknown;
  const submit = (event: SubmitEvent) => {
    submitted = event;
  };
  window.addEventListener("submit", submit, true);
  window.addEventListener("formdata", ({ target, formData }) => {
    const isSent = submitted?.target === target && !submitted?.defaultPrevented && !submitted?.currentTarget;
    const button = isSent ? submitted?.submitter : undefined;
    if (!(target instanceof HTMLFormElement && (isSent || target === called))) return;
    submitted = undefined;
    const action = button?.getAttribute("formaction") ?? target.getAttribute("action");
    heard(urlOf(action || location.href), formData, true);
  });
  const form = HTMLFormElement.prototype;
  form.submit = around(form.submit, (call, self, words) => {
    called = self;
    try {
      return Reflect.apply(call, self, words);
    } finally {
      called = undefined;
    }
  });
};

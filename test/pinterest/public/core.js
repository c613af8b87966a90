/**
 * Acts as the Pinterest Tag's library: takes what `window.pintrk` has queued and all that follows, and sends hits to
 * the server that this script came from.
 */
(() => {
  const PARTNER_KEYS = [
    "em",
    "external_id",
    "fn",
    "ln",
    "ph",
    "ge",
    "db",
    "ct",
    "st",
    "zp",
    "country",
    "np",
    "opt_out_type",
  ];
  const COOKIES = ["_epik", "_derived_epik", "_pin_unauth"];
  const COOKIE_SECONDS = 31_536_000;
  /** Longer addresses are posted. */
  const ADDRESS_LENGTH = 2_000;

  const { origin } = new URL(document.currentScript.src);
  const { pintrk } = window;
  let tagId;
  let consent = true;
  const partner = {};

  const log = (words) => console.warn(`Pinterest Tag: ${words}`);

  const merge = (data) => {
    for (const [key, value] of Object.entries(data ?? {})) {
      if (PARTNER_KEYS.includes(key)) partner[key] = value;
      else log(`${key} is not partner data`);
    }
  };

  const keepClickId = () => {
    const [, epik] = [...new URLSearchParams(location.search)].find(([name]) => name.toLowerCase() === "epik") ?? [];
    if (epik) setCookie("_epik", epik, COOKIE_SECONDS);
  };
  const setCookie = (name, value, seconds) => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs a secure address
    document.cookie = `${name}=${value}; path=/; max-age=${seconds}; SameSite=Lax`;
  };
  const clickId = () => /(?:^|; )_epik=([^;]*)/.exec(document.cookie)?.[1];

  const surroundings = () => ({
    loc: location.href,
    ref: document.referrer,
    if: window.top !== window,
    sh: screen.height,
    sw: screen.width,
    is_eu: false,
  });

  const hit = (event, data, callback) => {
    if (tagId === undefined) return callback?.(false, `${event} came before load`);
    if (!consent) return callback?.(true, `${event} is not sent without consent`);
    const epik = clickId();
    hand("/v3/", { event, ed: data ?? {}, pd: epik ? { ...partner, epik } : partner, ad: surroundings() });
    callback?.(true);
  };

  /** Hands a request to the browser, which finishes it even if the page goes away. */
  const hand = (path, fields) => {
    const parameters = new URLSearchParams({ tid: tagId });
    for (const [name, value] of Object.entries(fields)) {
      parameters.set(name, typeof value === "string" ? value : JSON.stringify(value));
    }
    parameters.set("cb", String(Date.now()));
    const address = `${origin}${path}`;
    const [url, options] =
      `${address}?${parameters}`.length < ADDRESS_LENGTH
        ? [`${address}?${parameters}`, {}]
        : [address, { method: "POST", body: parameters }];
    // Refused with cookies by some settings, and with keepalive when over 64 KiB are under way: then plainly.
    fetch(url, { ...options, credentials: "include", keepalive: true })
      .catch(() => fetch(url, { ...options, credentials: "omit" }))
      .catch(() => log("a hit was not delivered"));
  };

  const COMMANDS = {
    load(id, options) {
      if (tagId !== undefined) return log("load was called before");
      tagId = String(id);
      merge(options);
      if (consent) keepClickId();
      hand("/user/", { pd: partner });
    },
    set: merge,
    page: (data, callback) => hit("init", data, callback),
    track: (name, data, callback) => hit(String(name).trim().toLowerCase(), data, callback),
    setconsent(isGiven) {
      consent = Boolean(isGiven);
      if (consent) keepClickId();
      else for (const name of COOKIES) setCookie(name, "", 0);
    },
  };

  const act = ([name, ...words]) => {
    const command = String(name).trim().toLowerCase();
    try {
      if (Object.hasOwn(COMMANDS, command)) COMMANDS[command](...words);
      else log(`${command} is no command`);
    } catch (error) {
      log(String(error));
    }
  };

  const queue = pintrk?.queue;
  if (!queue) return log("window.pintrk is not there");
  if (queue.push !== [].push) return log("the library is on this page already");
  while (queue.length > 0) act(queue.shift());
  queue.push = (...calls) => {
    for (const call of calls) act(call);
    return queue.length;
  };
})();

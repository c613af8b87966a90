/** The dashboard as an Express router: who may come in, which page it is, and how its answer is written. */
import { type NextFunction, type Request, type RequestHandler, type Response, Router, text } from "express";
import type { ComponentChildren } from "preact";
import { render } from "preact-render-to-string";
import type { Shop } from "../core/settings.ts";
import { limit } from "../http/limit.ts";
import { readAssets } from "./assets.ts";
import { changePassword, insecurePage, loginPage, passwordPage, placeAfter } from "./door.tsx";
import type { House } from "./house.ts";
import { Layout } from "./layout.tsx";
import { isPassword } from "./password.ts";
import { HOUSE_ROUTES, type Method, SHOP_ROUTES } from "./routes.ts";
import { COOKIE, closeSession, isOurs, openSession, sessionOf } from "./sessions.ts";
import type { Answer, Page, Session, ShopVisit, Visit } from "./visit.ts";

/** Guesses at the password of one network: ten, then one in ten seconds. */
const GUESSES = { burst: 10, perSecond: 0.1 };
/** Each one takes 32 MB while it is looked at. */
const GUESSES_AT_ONCE = 4;
/** Of a form that who is logged in sends, such as a file of settings; and of the one that anybody may send. */
const FORM_BYTES = 2 * 1024 * 1024;
const LOGIN_BYTES = 16 * 1024;
const FORM = "application/x-www-form-urlencoded";
const SAID = "pinrelay_said";

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

export interface AdminDoor {
  house: House;
  /** Of a client's address the network that it is limited by, and what of it may be noted. */
  networkOf(request: Request): string | undefined;
  addressOf(request: Request): string;
  /** Stands before a body of so many bytes at most is read, and may refuse it. */
  room(largest: number): RequestHandler;
}

export function adminRouter({ house, networkOf, addressOf, room }: AdminDoor): Router {
  const router = Router({ caseSensitive: true, strict: false });
  const assets = readAssets();
  const guesses = limit(GUESSES);
  let guessing = 0;
  const form = (limit: number): RequestHandler[] => [room(limit), text({ type: FORM, limit, inflate: false })];

  const answer = (request: Request, response: Response, given: Said, session?: Session, shop?: Shop): void => {
    if ("json" in given) return void response.status(given.status ?? 200).json(given.json);
    if ("to" in given) {
      if (given.said) response.cookie(SAID, given.said, { ...cookieRules(request, house), maxAge: 30_000 });
      return void response.redirect(303, `${mountOf(request)}/admin${given.to}`);
    }
    const said = cookieOf(request, SAID);
    if (said) response.clearCookie(SAID, cookieRules(request, house));
    const scripts = ["house", ...(given.scripts ?? [])].flatMap((name) => assets.hrefOf(name) ?? []);
    const page = (
      <Layout
        title={given.title}
        lead={given.lead}
        styles={[assets.hrefOf("styles") ?? ""]}
        scripts={scripts}
        session={session}
        shop={shop}
        path={request.path}
        said={said}
      >
        {given.page as ComponentChildren}
      </Layout>
    );
    response
      .status(given.status ?? 200)
      .type("html")
      .send(`<!doctype html>${below(mountOf(request), render(page))}`);
  };

  const visitOf = (request: Request, session: Session): Visit => ({
    house,
    session,
    params: Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)])),
    query: new URL(request.originalUrl, "http://relay").searchParams,
    form: formOf(request),
    nowMs: house.now(),
    relayUrl: (house.publicUrl ?? `${request.protocol}://${request.host ?? "localhost"}`) + mountOf(request),
    audit: (what, subject) =>
      house.store.audit({
        atMs: house.now(),
        address: addressOf(request),
        what,
        ...(subject === undefined ? {} : { subject }),
      }),
  });

  const askToLogIn = (request: Request, response: Response): void => {
    const to = `/login?next=${encodeURIComponent(request.method === "GET" ? request.url : "/")}`;
    answer(request, response, request.accepts("html") ? { to } : { json: { error: "log in" }, status: 401 });
  };

  const entered = async (request: Request, response: Response): Promise<Session | undefined> => {
    const session = await sessionOf(house.store, cookieOf(request, COOKIE), house.now());
    if (!session) {
      askToLogIn(request, response);
      return undefined;
    }
    if (request.method !== "GET" && (isForeign(request, house) || !isOurs(session, formOf(request).get("csrf")))) {
      answer(request, response, refusal(403, "This form is not from here", "Open the page again, and send it anew."));
      return undefined;
    }
    if (request.path !== "/password" && request.path !== "/logout" && (await house.store.operator())?.isOneTime) {
      answer(request, response, { to: "/password" });
      return undefined;
    }
    return session;
  };

  router.use((request, response, next) => {
    response.set({
      "Content-Security-Policy": CSP,
      "X-Content-Type-Options": "nosniff",
      // With "no-referrer" a browser would send our own forms with the origin "null".
      "Referrer-Policy": "same-origin",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Resource-Policy": "same-origin",
      "X-Frame-Options": "DENY",
      "Cache-Control": "no-store",
    });
    if (request.secure) response.set("Strict-Transport-Security", "max-age=31536000");
    next();
  });
  router.use((request, response, next) => {
    if (!request.readableEnded || typeof request.body !== "object") return next();
    answer(request, response, READ_BEFORE);
  });
  // Nobody knows more by it than by the source of this program.
  router.get("/assets/:file", (request, response) => {
    const asset = assets.byName(request.params.file);
    if (!asset) return void response.status(404).type("text/plain").send("no such file\n");
    response.set("Cache-Control", "public, max-age=31536000, immutable").type(asset.type).send(asset.body);
  });
  router.use((request, response, next) =>
    isSafe(request, house) ? next() : answer(request, response, insecurePage()),
  );

  router.get("/login", async (request, response) => {
    const session = await sessionOf(house.store, cookieOf(request, COOKIE), house.now());
    const next = placeAfter(new URL(request.originalUrl, "http://relay").searchParams.get("next"));
    answer(request, response, session ? { to: next } : loginPage({ next }));
  });
  router.post("/login", ...form(LOGIN_BYTES), async (request, response) => {
    if (isForeign(request, house)) return answer(request, response, { to: "/login" });
    const form = formOf(request);
    const next = placeAfter(form.get("next"));
    const waitMs = guesses.take(networkOf(request) ?? "", 1, house.now());
    if (waitMs > 0 || guessing >= GUESSES_AT_ONCE) {
      const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
      response.set("Retry-After", String(seconds));
      const problem = `Too many tries. Try again in ${seconds} s.`;
      return answer(request, response, loginPage({ next, problem, status: 429 }));
    }
    guessing++;
    try {
      const isRight = await isPassword(form.get("password") ?? "", (await house.store.operator())?.password);
      await visitOf(request, { csrf: "" }).audit(isRight ? "logged in" : "tried a wrong password");
      if (!isRight)
        return answer(request, response, loginPage({ next, problem: "This is not the password.", status: 401 }));
      const token = await openSession(house.store, house.now());
      response.cookie(COOKIE, token, cookieRules(request, house));
      answer(request, response, { to: next });
    } finally {
      guessing--;
    }
  });

  // What a stranger sends is not even read.
  router.use(async (request, response, next) => {
    if (request.method === "GET" || (await sessionOf(house.store, cookieOf(request, COOKIE), house.now()))) next();
    else askToLogIn(request, response);
  });
  router.use((request, response, next) => {
    if (Number(request.headers["content-length"] ?? 0) <= FORM_BYTES) return next();
    answer(request, response.set("Connection", "close"), TOO_LARGE);
  });
  router.use(...form(FORM_BYTES));

  const serve = <V extends Visit>(page: Page<V>, visiting: (visit: Visit) => V | undefined) => {
    return async (request: Request, response: Response): Promise<void> => {
      const session = await entered(request, response);
      if (!session) return;
      const visit = visiting(visitOf(request, session));
      if (!visit) return answer(request, response, NOT_FOUND, session);
      const shop = "shop" in visit ? (visit as V & ShopVisit).shop : undefined;
      const given = await page(visit);
      if ("renews" in given && given.renews)
        response.cookie(COOKIE, await openSession(house.store, house.now()), cookieRules(request, house));
      // A download that breaks off is a request that failed, and not the end of the process.
      if ("file" in given) return download(response, given);
      answer(request, response, given, session, shop);
    };
  };
  const add = (method: Method, path: string, handle: (request: Request, response: Response) => Promise<void>) =>
    method === "get" ? router.get(path, handle) : router.post(path, handle);

  add("get", "/password", serve(passwordPage, asIs));
  add("post", "/password", serve(changePassword, asIs));
  router.post("/logout", async (request, response) => {
    const session = await entered(request, response);
    if (!session) return;
    await closeSession(house.store, cookieOf(request, COOKIE) ?? "");
    response.clearCookie(COOKIE, cookieRules(request, house));
    answer(request, response, { to: "/login", said: "You are logged out." });
  });
  for (const [method, path, page] of HOUSE_ROUTES) add(method, path, serve(page, asIs));
  for (const [method, path, page] of SHOP_ROUTES) add(method, `/shops/:shop${path}`, serve(page, ofShop(house)));
  router.use(async (request, response) => {
    const session = await entered(request, response);
    if (session) answer(request, response, NOT_FOUND, session);
  });
  router.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent || statusOf(error) !== 413) return next(error);
    answer(request, response, TOO_LARGE);
  });
  return router;
}

const asIs = (visit: Visit): Visit => visit;

const ofShop =
  (house: House) =>
  (visit: Visit): ShopVisit | undefined => {
    const shop = house.directory.shop(visit.params.shop);
    return (
      shop && {
        ...visit,
        shop,
        audit: (what, subject) => visit.audit(what, subject === undefined ? shop.key : `${shop.key} ${subject}`),
      }
    );
  };

const refusal = (status: number, title: string, words: string): Said => ({ title, status, page: <p>{words}</p> });

const NOT_FOUND = refusal(404, "Nothing is here", "The page may have been of a shop or an event that is gone.");

const READ_BEFORE = refusal(
  500,
  "This form was read before it came here",
  "The app that the relay is part of has a body parser before it. Mount the relay before any body parser.",
);

const TOO_LARGE = refusal(413, "This is too large", "The dashboard takes forms of up to 2 MB, its login one of 16 KB.");

const formOf = ({ body }: Request): URLSearchParams => new URLSearchParams(typeof body === "string" ? body : "");

const cookieOf = ({ headers }: Request, name: string): string | undefined => {
  const found = (headers.cookie ?? "").split(/;\s*/).find((one) => one.startsWith(`${name}=`));
  if (found === undefined) return undefined;
  try {
    return decodeURIComponent(found.slice(name.length + 1));
  } catch {
    return undefined;
  }
};

/** What every browser of today says of a request that another site caused; older ones name the page's origin alone. */
const isForeign = (request: Request, { publicUrl }: House): boolean => {
  const { "sec-fetch-site": site, origin } = request.headers;
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  if (origin === undefined || origin === publicUrl) return false;
  return !URL.canParse(origin) || new URL(origin).host !== request.host;
};

const isEncrypted = (request: Request, { publicUrl }: House): boolean =>
  request.secure || publicUrl?.startsWith("https:") === true;

/** Over plain HTTP a password is for anybody to read, unless it stays on the machine. */
const isSafe = (request: Request, house: House): boolean =>
  isEncrypted(request, house) || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(request.hostname ?? "");

const cookieRules = (request: Request, house: House) =>
  ({
    httpOnly: true,
    secure: isEncrypted(request, house),
    sameSite: "strict",
    path: `${mountOf(request)}/admin`,
  }) as const;

/** Where another app has mounted the relay, for markup: of a pattern's match anything may be in it. */
const mountOf = ({ baseUrl }: Request): string =>
  baseUrl.slice(0, -"/admin".length).replace(/[^\w/.~%-]/g, encodeURIComponent);

/** Every address of the dashboard's own stands in an attribute, and no text holds a quote that is not escaped. */
const below = (mount: string, html: string): string =>
  mount === "" ? html : html.replaceAll('="/admin', () => `="${mount}/admin`);

type Download = Extract<Answer, { file: string }>;
/** What is answered at once. */
type Said = Exclude<Answer, Download>;

async function download(response: Response, { file, type, rows }: Download): Promise<void> {
  response.type(type).attachment(file);
  for await (const row of rows) {
    if (response.destroyed) return;
    if (!response.write(row))
      await new Promise<void>((resolve) => {
        response.once("drain", resolve);
        response.once("close", resolve);
      });
  }
  response.end();
}

const statusOf = (error: unknown): number =>
  error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : 500;

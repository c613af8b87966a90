/** The frame around every page: head, navigation, what was said once. */
import type { ComponentChildren } from "preact";
import type { Shop } from "../core/settings.ts";
import { ASIDE, NAV } from "./nav.ts";
import { Form } from "./parts.tsx";
import type { Session } from "./visit.ts";

export interface Framed {
  title: string;
  /** Addresses of files, with a mark of their content. */
  styles: readonly string[];
  scripts: readonly string[];
  session?: Session | undefined;
  shop?: Shop | undefined;
  /** Path below `/admin`. */
  path: string;
  said?: string | undefined;
  lead?: string | undefined;
  children: ComponentChildren;
}

export const Layout = ({ title, styles, scripts, session, shop, path, said, lead, children }: Framed) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${title} · Pinrelay`}</title>
      {styles.map((href) => (
        <link key={href} rel="stylesheet" href={href} />
      ))}
      {scripts.map((src) => (
        <script key={src} src={src} defer />
      ))}
    </head>
    <body class={session ? "framed" : undefined}>
      <a class="skip" href="#main">
        Skip to content
      </a>
      {session ? (
        <header class="top">
          <a class="brand" href="/admin/">
            <Mark /> Pinrelay
          </a>
          {shop ? <p class="which">{shop.origins[0]?.replace(/^https?:\/\/(www\.)?/, "") ?? shop.key}</p> : null}
          {shop ? (
            <nav aria-label="Shop">
              {NAV.map(([label, below]) => {
                const here = `/shops/${shop.key}${below}`;
                const isHere = below === "" ? path === here : path.startsWith(here);
                return (
                  <a key={below} href={`/admin${here}`} aria-current={isHere ? "page" : undefined}>
                    {label}
                  </a>
                );
              })}
            </nav>
          ) : null}
          <div class="aside">
            {ASIDE.map(([label, below]) => (
              <a key={below} href={`/admin${below}`} aria-current={path === below ? "page" : undefined}>
                {label}
              </a>
            ))}
            <Form session={session} action="/logout" class="logout">
              <button type="submit" class="quiet">
                Log out
              </button>
            </Form>
          </div>
        </header>
      ) : null}
      <main id="main" class={session ? undefined : "door"}>
        {session ? null : (
          <p class="brand">
            <Mark /> Pinrelay
          </p>
        )}
        {said ? (
          <p class="said" role="status">
            {said}
          </p>
        ) : null}
        <h1>{title}</h1>
        {lead ? <p class="lead">{lead}</p> : null}
        {children}
        {session ? null : <p class="hint">Not affiliated with Pinterest.</p>}
      </main>
    </body>
  </html>
);

/** A pin that two arcs leave: the two halves of an event. */
const Mark = () => (
  <svg viewBox="0 0 20 20" aria-hidden="true">
    <circle cx="5" cy="10" r="3.4" />
    <path d="M10 3.5a9 9 0 0 1 0 13l-1.4-1.4a7 7 0 0 0 0-10.2z" />
    <path d="M14 .8a13 13 0 0 1 0 18.4l-1.4-1.4a11 11 0 0 0 0-15.6z" />
  </svg>
);

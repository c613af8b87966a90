/** The frame around every page: head, navigation, what was said once. */
import type { ComponentChildren } from "preact";
import type { Shop } from "../core/settings.ts";
import { NAV } from "./nav.ts";
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
    <body>
      <a class="skip" href="#main">
        Skip to content
      </a>
      {session ? (
        <header class="top">
          <a class="brand" href="/admin/">
            Pinrelay
          </a>
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
            <a href="/admin/shops">Shops</a>
            <a href="/admin/audit">Audit</a>
            <a href="/admin/password">Password</a>
            <Form session={session} action="/logout" class="logout">
              <button type="submit" class="quiet">
                Log out
              </button>
            </Form>
          </div>
        </header>
      ) : null}
      <main id="main">
        {said ? (
          <p class="said" role="status">
            {said}
          </p>
        ) : null}
        <h1>{title}</h1>
        {lead ? <p class="lead">{lead}</p> : null}
        {children}
      </main>
    </body>
  </html>
);

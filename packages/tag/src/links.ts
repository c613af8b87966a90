/** Carries the visitor over to the shop's other domains, on the links that lead there. */
import { LINK_PARAMETER, type Visitor } from "./contract.ts";
import { attempt } from "./guard.ts";

const domains: string[] = [];

/** Links to a domain, and to those below it, are to carry the visitor. */
export const linkDomain = (domain: string): unknown => domains.push(domain);

/** Writes who the visitor is into each such link as it is followed. `who` answers nothing without consent. */
export const carryVisitor = (who: () => Visitor | undefined): void => {
  for (const type of ["click", "auxclick"])
    document.addEventListener(
      type,
      (event) =>
        attempt(() => {
          const link = event.composedPath().find((one) => one instanceof HTMLAnchorElement);
          if (!link || link.host === location.host || !domains.some((domain) => isWithin(link.hostname, domain)))
            return;
          const visitor = who();
          if (!visitor) return;
          const url = new URL(link.href);
          const { id, clickId = "" } = visitor;
          url.searchParams.set(LINK_PARAMETER, [id, Date.now().toString(36), clickId].join("."));
          link.href = url.href;
        }),
      true,
    );
};

const isWithin = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);

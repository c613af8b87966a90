/** Shops and destinations as they lie in rows, for every store. Secrets are sealed at rest. */

import { type Draft, documentOf } from "../core/draft.ts";
import {
  type ChannelSettings,
  DEFAULT_SETTINGS,
  type Destination,
  type DestinationState,
  NO_SECRETS,
  type Shop,
  type ShopSecrets,
} from "../core/settings.ts";
import { type Row, text } from "./rows.ts";
import type { Seal } from "./seal.ts";
import type { Change } from "./store.ts";

export const shopOf = (row: Row, seal: Seal): Shop => ({
  id: Number(row.id),
  key: String(row.key),
  origins: JSON.parse(String(row.origins)),
  // A store of an older release has no word of what is new.
  settings: { ...DEFAULT_SETTINGS, ...JSON.parse(String(row.settings)) },
  secrets: { ...NO_SECRETS, ...JSON.parse(opened(seal, row.secrets) ?? "{}") },
  ...(row.signed_order_ms === null ? {} : { signedOrderMs: Number(row.signed_order_ms) }),
});

export const destinationOf = (row: Row, seal: Seal): Destination => {
  const token = opened(seal, row.token);
  return {
    id: Number(row.id),
    shop: Number(row.shop),
    name: String(row.name),
    adAccountId: String(row.ad_account_id),
    tagId: String(row.tag_id),
    token: token ?? "",
    state: stateOf(row.state),
    drivesBrowser: row.drives_browser === 1 || row.drives_browser === true,
    rules: JSON.parse(String(row.rules)),
    // An older release wrote those words into the row, with whatever was saved meanwhile.
    ...(token === undefined ? { paused: UNREADABLE } : row.paused === UNREADABLE ? {} : text("paused", row.paused)),
  };
};

/** How much of a directory a change is made from: what others may write meanwhile by themselves is left out. */
export const standing = ({ shop, destinations }: Draft): string =>
  JSON.stringify([
    documentOf({ shop, destinations: [...destinations].sort((a, b) => a.id - b.id) }),
    shop.secrets,
    destinations.map(({ id, token }) => [id, token]),
  ]);

/**
 * Which destinations of a change are said to stand still, or no more: of the rest it is for whoever delivers to say, who may
 * have paused one since `before` was read. Another token, ad account or state lets one go on, whatever stopped it.
 */
export const saysPaused =
  ({ destinations }: Draft) =>
  (to: Destination): boolean => {
    const was = destinations.find(({ id }) => id === to.id);
    return (["paused", "token", "adAccountId", "state"] as const).some((field) => was?.[field] !== to[field]);
  };

export const changeOf = (row: Row): Change => ({
  row: Number(row.row),
  atMs: Number(row.at_ms),
  by: String(row.by_whom),
  differences: JSON.parse(String(row.words)),
  document: JSON.parse(String(row.document)),
});

export const revisionOf = (row: Row): { shop: number; rev: string; settings: ChannelSettings } => ({
  shop: Number(row.shop),
  rev: String(row.rev),
  settings: JSON.parse(String(row.settings)),
});

export const sealedSecrets = (seal: Seal, secrets: ShopSecrets): Buffer => seal.seal(JSON.stringify(secrets));

/** Whether what lies there has to stay: it cannot be read here, and there is nothing to put in its place. */
export const staysSealed = (seal: Seal, stored: unknown, secrets: ShopSecrets): boolean =>
  stored instanceof Uint8Array &&
  opened(seal, stored) === undefined &&
  Object.values<string[]>({ ...secrets }).flat().length === 0;

/** Undefined where it was sealed with another key. */
export const opened = (seal: Seal, sealed: unknown): string | undefined => {
  try {
    return sealed instanceof Uint8Array ? seal.open(sealed) : undefined;
  } catch {
    return undefined;
  }
};

const UNREADABLE = "its access token was sealed with another SECRET_KEY (or secret.key) than this relay has";

const stateOf = (value: unknown): DestinationState =>
  value === "live" || value === "test" || value === "shadow" ? value : "inactive";

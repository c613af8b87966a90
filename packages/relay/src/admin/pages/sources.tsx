/** Sources of a shop: who tells events, and by what each one is known. */
import { randomBytes } from "node:crypto";
import { ended } from "../../core/draft.ts";
import type { Shop, ShopSecrets } from "../../core/settings.ts";
import { origins } from "../../origins.ts";
import { pinnedSnippetOf, snippetOf } from "../../snippet.ts";
import { draftIn, STALE, saved } from "../change.ts";
import { Card, Field, Form } from "../parts.tsx";
import type { Answer, Page, ShopVisit } from "../visit.ts";
import { Copyable } from "./copyable.tsx";

type DoorName = keyof ShopSecrets;

interface Door {
  door: DoorName;
  title: string;
  path: string;
  hint: string;
}

// biome-ignore format: a table
const DOORS: readonly Door[] = [
  { door: "shopify",     title: "Shopify's webhooks",     path: "/webhooks/shopify",     hint: "Settings → Notifications → Webhooks shows the secret that signs them." },
  { door: "woocommerce", title: "WooCommerce's webhooks", path: "/webhooks/woocommerce", hint: "WooCommerce → Settings → Advanced → Webhooks: the secret that you gave there." },
  { door: "api",         title: "Server API",             path: "/api/events",           hint: "For any backend: Authorization: Bearer and a key. Empty makes one." },
];

export const sourcesPage: Page<ShopVisit> = (visit) => shown(visit);

interface Shown {
  problem?: { of: DoorName | "origins"; words: string };
  typed?: string;
  /** A key that was made now, to be shown once. */
  made?: string;
}

const shown = (visit: ShopVisit, { problem, typed, made }: Shown = {}): Answer => {
  const { shop, session, relayUrl, house } = visit;
  const base = `/shops/${shop.key}/sources`;
  const isOnly = house.directory.shops().length === 1;
  const own = isOnly ? "" : `/${shop.key}`;
  return {
    title: "Sources",
    lead: "Who tells events. What a signed source says of an order beats what a browser says.",
    status: problem ? 422 : 200,
    page: (
      <>
        {made ? (
          <Card title="The new key, shown this once">
            <Copyable id="made" label="Copy the key">
              {made}
            </Copyable>
          </Card>
        ) : null}
        <Card title="Browser" id="browser">
          <p>Into the head of every page, before other scripts where you can:</p>
          <Copyable id="snippet" label="Copy the snippet">
            {snippetOf(relayUrl, shop.key, isOnly)}
          </Copyable>
          <details>
            <summary>Pin a version</summary>
            <p>
              A browser runs exactly this code or none. It goes on working after an upgrade of the relay, and changes
              only when this line does; settings still follow within a minute.
            </p>
            <Copyable id="pinned" label="Copy the pinned snippet">
              {pinnedSnippetOf(relayUrl, shop.key, isOnly)}
            </Copyable>
          </details>
          <Form session={session} action={`${base}/origins`} class="narrow">
            <Field
              label="Shop's addresses"
              name="origins"
              hint="Pages of these may send events. Without a path, separated by spaces or commas: https://www.example.com"
              problem={problem?.of === "origins" ? problem.words : undefined}
            >
              <input id="origins" name="origins" value={typed ?? shop.origins.join(" ")} required />
            </Field>
            <button type="submit">Save</button>
          </Form>
        </Card>
        {DOORS.map(({ door, title, path, hint }) => (
          <Card key={door} title={title} id={door}>
            <p>
              Address: <code>{`${relayUrl}${path}${door === "api" ? "" : own}`}</code>
            </p>
            <p>
              {shop.secrets[door].length === 0
                ? "Not set: this door is closed."
                : `Set: ${shop.secrets[door].map(ended).join(", then ")}. The newest and the one before it are taken.`}
            </p>
            <Form session={session} action={`${base}/secrets`} class="narrow">
              <input type="hidden" name="door" value={door} />
              <Field
                label={door === "api" ? "New key" : "New secret"}
                name={`secret-${door}`}
                hint={hint}
                problem={problem?.of === door ? problem.words : undefined}
              >
                <input
                  id={`secret-${door}`}
                  name={`secret-${door}`}
                  type="password"
                  autocomplete="off"
                  required={door !== "api"}
                />
              </Field>
              <div class="row">
                <button type="submit">Set, and keep the one before</button>
                {shop.secrets[door].length > 1 ? (
                  <button type="submit" class="quiet" name="forget" value="old" formnovalidate>
                    Forget the one before
                  </button>
                ) : null}
                {shop.secrets[door].length > 0 ? (
                  <button type="submit" class="danger" name="forget" value="all" formnovalidate>
                    Close this door
                  </button>
                ) : null}
              </div>
            </Form>
          </Card>
        ))}
      </>
    ),
  };
};

export const setOrigins: Page<ShopVisit> = async (visit) => {
  const typed = visit.form.get("origins") ?? "";
  const read = origins.safeParse(typed);
  if (!read.success || read.data.length === 0)
    return shown(visit, {
      typed,
      problem: { of: "origins", words: "Write addresses without a path, such as https://www.example.com" },
    });
  const before = draftIn(visit);
  const after = { ...before, shop: { ...before.shop, origins: read.data } };
  const isSaved = await saved(visit, before, after, "changed the shop's addresses");
  const back = visit.form.get("then") === "start" ? "start" : "sources";
  return { to: `/shops/${visit.shop.key}/${back}`, said: isSaved ? "Saved." : STALE };
};

const SECRET_LENGTH = 8;

export const setSecret: Page<ShopVisit> = async (visit) => {
  const door = DOORS.find((one) => one.door === visit.form.get("door"))?.door;
  if (!door) return { to: `/shops/${visit.shop.key}/sources` };
  const typed = (visit.form.get(`secret-${door}`) ?? "").trim();
  const forget = visit.form.get("forget");
  const made = !forget && door === "api" && typed === "" ? randomBytes(24).toString("base64url") : undefined;
  const secret = made ?? typed;
  if (!forget && secret.length < SECRET_LENGTH)
    return shown(visit, { problem: { of: door, words: `It has ${SECRET_LENGTH} characters or more.` } });
  const before = draftIn(visit);
  const own = before.shop.secrets[door];
  const secrets = forget === "all" ? [] : forget === "old" ? own.slice(0, 1) : [secret, ...own.slice(0, 1)];
  const shop: Shop = { ...before.shop, secrets: { ...before.shop.secrets, [door]: secrets } };
  const isSaved = await saved(visit, before, { ...before, shop }, `changed the secret of ${door}`);
  const now = visit.house.directory.shop(visit.shop.key);
  if (isSaved && made && now) return shown({ ...visit, shop: now }, { made });
  return { to: `/shops/${visit.shop.key}/sources`, said: isSaved ? "Saved." : STALE };
};

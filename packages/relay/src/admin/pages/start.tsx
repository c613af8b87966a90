/** The first run: account, shop, snippet, and waiting for the first event. Each step is what is missing yet. */

import type { VNode } from "preact";
import type { Destination } from "../../core/settings.ts";
import { snippetOf } from "../../snippet.ts";
import type { LogRow } from "../../store/reads.ts";
import type { AccountFields, AccountProblems } from "../account-form.ts";
import { draftIn } from "../change.ts";
import { Card, Field, Form, Time } from "../parts.tsx";
import type { Answer, Page, ShopVisit } from "../visit.ts";
import { AccountInputs } from "./account-fields.tsx";
import { Copyable } from "./copyable.tsx";
import { hintIn, newDestination, StateButtons } from "./destinations.tsx";

const STEPS = ["Pinterest account", "Shop's addresses", "Snippet and first event"] as const;

/** How far it is: the first step that is not done. */
export const stepOf = ({ shop, house }: ShopVisit): 0 | 1 | 2 =>
  house.directory.destinations().every((one) => one.shop !== shop.id) ? 0 : shop.origins.length === 0 ? 1 : 2;

export const startPage: Page<ShopVisit> = (visit) => shown(visit);

const shown = async (
  visit: ShopVisit,
  fields: AccountFields = { name: "", adAccountId: "", tagId: "", token: "" },
  problems: AccountProblems = {},
): Promise<Answer> => {
  const step = stepOf(visit);
  return {
    title: "Set up",
    lead: "Three steps. You can leave at any time and come back.",
    status: Object.keys(problems).length > 0 ? 422 : 200,
    scripts: ["start"],
    page: (
      <>
        <ol class="steps">
          {STEPS.map((name, n) => (
            <li key={name} class={n < step ? "done" : undefined} aria-current={n === step ? "step" : undefined}>
              {n < step ? "✓ " : `${n + 1}. `}
              {name}
            </li>
          ))}
        </ol>
        {step === 0 ? accountStep(visit, fields, problems) : step === 1 ? originStep(visit) : await snippetStep(visit)}
      </>
    ),
  };
};

const accountStep = (visit: ShopVisit, fields: AccountFields, problems: AccountProblems): VNode => (
  <Card title="The Pinterest account that events go to">
    <Form session={visit.session} action={`/shops/${visit.shop.key}/start`} class="narrow">
      <AccountInputs of="first" fields={fields} problems={problems} />
      <button type="submit">Test the token and go on</button>
      <p class="hint">The token is tried at Pinterest in test mode: nothing is recorded there.</p>
    </Form>
  </Card>
);

const originStep = ({ session, shop }: ShopVisit): VNode => (
  <Card title="Where your shop is">
    <Form session={session} action={`/shops/${shop.key}/sources/origins`} class="narrow">
      <input type="hidden" name="then" value="start" />
      <Field
        label="Shop's addresses"
        name="origins"
        hint="Pages of these may send events. Without a path, separated by spaces or commas."
      >
        <input id="origins" name="origins" placeholder="https://www.example.com" required />
      </Field>
      <button type="submit">Go on</button>
    </Form>
  </Card>
);

const snippetStep = async (visit: ShopVisit): Promise<VNode> => {
  const { shop, house, relayUrl, session } = visit;
  const heard = await heardIn(visit);
  const driving = drivingIn(visit);
  return (
    <>
      <Card title="Paste this into the head of every page">
        <Copyable id="snippet" label="Copy the snippet">
          {snippetOf(relayUrl, shop.key, house.directory.shops().length === 1)}
        </Copyable>
      </Card>
      <Card title={heard.relay && heard.tag ? "It works" : "Waiting for the first event"} id="heard">
        <div data-heard={`/admin/shops/${shop.key}/start/heard`} data-says={JSON.stringify(heard)} role="status">
          <Heard heard={heard} />
        </div>
        {heard.relay && heard.tag ? null : (
          <p class="hint">
            Open a product page of your shop. This page looks again by itself; without scripts, reload it.
          </p>
        )}
      </Card>
      {driving ? (
        <Card title={driving.name}>
          <StateButtons
            session={session}
            path={`/shops/${shop.key}/destinations/${driving.id}`}
            state={driving.state}
            then="start"
          />
        </Card>
      ) : null}
      <p>
        Moving over from another tool? <a href={`/admin/shops/${shop.key}/settings#presets`}>Presets</a> keep volumes
        from jumping overnight. Then see the <a href={`/admin/shops/${shop.key}`}>overview</a>.
      </p>
    </>
  );
};

interface HeardSoFar {
  /** Of the newest event whose other half may come, else of the newest one. */
  name?: string;
  receivedMs?: number;
  relay: boolean;
  tag: boolean;
  /** Pinterest has taken the relay's half. */
  isSent: boolean;
  /** The Pinterest Tag speaks. */
  isTold: boolean;
}

const heardIn = async (visit: ShopVisit): Promise<HeardSoFar> => {
  const { house, shop } = visit;
  const state = drivingIn(visit)?.state;
  const isTold = state === "live" || state === "test";
  const { rows } = await house.reads.log({ shop: shop.id }, 50);
  const whole = rows.filter(({ name, ack }) => name !== PAGE_LOAD && ack === "fired");
  const row = whole.find(isSent) ?? whole[0] ?? rows.find(({ name }) => name !== PAGE_LOAD) ?? rows[0];
  if (!row) return { relay: false, tag: false, isSent: false, isTold };
  const { name, receivedMs } = row;
  return { name, receivedMs, relay: true, tag: whole.includes(row), isSent: isSent(row), isTold };
};

/** The Pinterest Tag's base call: it has no other half. */
const PAGE_LOAD = "$page_load";

const isSent = ({ deliveries }: LogRow): boolean => deliveries.some(({ outcome }) => outcome === "sent");

const drivingIn = (visit: ShopVisit): Destination | undefined =>
  draftIn(visit).destinations.find(({ drivesBrowser }) => drivesBrowser);

const Heard = ({ heard }: { heard: HeardSoFar }) => {
  const { relay, tag, name, receivedMs, isTold } = heard;
  const tagSays = tag
    ? "took the same event"
    : !isTold
      ? "silent while the destination is inactive or in shadow; test or live lets it speak"
      : name === PAGE_LOAD
        ? "a page load is its base call, which has no other half: open a product page"
        : "nothing yet";
  return (
    <ul class={relay && tag ? "halves good" : "halves"}>
      <li>
        <Sign isDone={relay} /> Relay: {relay ? `heard ${name} at ` : "nothing yet"}
        {receivedMs === undefined ? null : <Time ms={receivedMs} />}
      </li>
      <li>
        <Sign isDone={tag} /> Pinterest Tag: {tagSays}
      </li>
      <li>
        <Sign isDone={heard.isSent} /> Pinterest: {heard.isSent ? "took the relay's half" : "not told by the relay yet"}
      </li>
      {relay && tag ? <li class="both">Both halves arrive, under one event ID.</li> : null}
    </ul>
  );
};

const Sign = ({ isDone }: { isDone: boolean }) => <span aria-hidden="true">{isDone ? "✓" : "…"}</span>;

/** What the page asks while it waits. */
export const heardSoFar: Page<ShopVisit> = async (visit) => ({ json: await heardIn(visit) });

export const addFirst: Page<ShopVisit> = async (visit) => {
  const made = await newDestination(visit);
  if (made) return shown(visit, made.fields, made.problems);
  const said = ["Pinterest takes the token.", hintIn(visit)].join(" ").trim();
  return { to: `/shops/${visit.shop.key}/start`, said };
};

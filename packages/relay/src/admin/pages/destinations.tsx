/** Destinations of a shop: the Pinterest accounts that its events go to, and how far each one goes. */
import { ended } from "../../core/draft.ts";
import { NO_RULES } from "../../core/rules.ts";
import type { Destination } from "../../core/settings.ts";
import {
  type AccountFields,
  type AccountProblems,
  accountHint,
  problemsOf,
  readAccount,
  tried,
} from "../account-form.ts";
import { destinationIn, draftIn, STALE, saved, withDestination } from "../change.ts";
import { Card, Empty, Form } from "../parts.tsx";
import { STATES } from "../states.ts";
import type { Answer, Page, Session, ShopVisit } from "../visit.ts";
import { AccountInputs } from "./account-fields.tsx";

const NO_FIELDS: AccountFields = { name: "", adAccountId: "", tagId: "", token: "" };

export const destinationsPage: Page<ShopVisit> = (visit) => shown(visit);

interface Shown {
  /** The form that was refused: of a destination by its number, or of a new one. */
  of?: number | "new";
  fields?: AccountFields;
  problems?: AccountProblems;
}

const shown = (visit: ShopVisit, { of, fields = NO_FIELDS, problems = {} }: Shown = {}): Answer => {
  const { destinations } = draftIn(visit);
  const path = `/shops/${visit.shop.key}/destinations`;
  return {
    title: "Destinations",
    lead: "Where events go. One destination drives the Pinterest Tag in the browser; others are told by the server alone.",
    status: of === undefined ? 200 : 422,
    page: (
      <>
        {destinations.length === 0 ? (
          <Empty title="No destination yet">
            <p>Events are kept meanwhile. Add the Pinterest account that they are to go to.</p>
          </Empty>
        ) : null}
        {destinations.length === 0 || destinations.some(({ drivesBrowser }) => drivesBrowser) ? null : (
          <p class="warning">
            No destination drives the browser: the Pinterest Tag is silent. Choose the one under whose tag it is to
            fire, by “Let it drive the browser”.
          </p>
        )}
        {destinations.map((destination) => (
          <DestinationCard
            key={destination.id}
            session={visit.session}
            path={`${path}/${destination.id}`}
            destination={destination}
            others={destinations.filter(({ id }) => id !== destination.id)}
            fields={of === destination.id ? fields : { ...destination, token: "" }}
            problems={of === destination.id ? problems : {}}
          />
        ))}
        <Card title="Add a destination" id="add">
          <Form session={visit.session} action={path} class="narrow">
            <AccountInputs
              of="new"
              fields={of === "new" ? fields : NO_FIELDS}
              problems={of === "new" ? problems : {}}
            />
            <button type="submit">Test the token and add</button>
          </Form>
        </Card>
      </>
    ),
  };
};

interface DestinationProps {
  session: Session;
  path: string;
  destination: Destination;
  others: readonly Destination[];
  fields: AccountFields;
  problems: AccountProblems;
}

const DestinationCard = ({ session, path, destination, others, fields, problems }: DestinationProps) => {
  const { name, state, paused, adAccountId, tagId, token, drivesBrowser } = destination;
  return (
    <Card title={name}>
      <p>
        <span class={`badge state-${state}`}>{state}</span>{" "}
        {drivesBrowser ? <span class="badge">drives the browser</span> : <span class="badge">server only</span>}
      </p>
      {paused ? (
        <p class="warning">
          Paused: nothing is sent, everything is kept. Pinterest said: {paused}. A new token below lets it go on.
        </p>
      ) : null}
      <dl>
        <dt>Ad account</dt>
        <dd class="mono">{adAccountId}</dd>
        <dt>Tag</dt>
        <dd class="mono">{tagId}</dd>
        <dt>Token</dt>
        <dd class="mono">{ended(token) || "cannot be read here"}</dd>
      </dl>
      <StateButtons session={session} path={path} state={state} />
      <details open={Object.keys(problems).length > 0}>
        <summary>Change account, token or name</summary>
        <Form session={session} action={`${path}/account`} class="narrow">
          <AccountInputs of={`destination-${destination.id}`} fields={fields} problems={problems} keepsToken />
          <button type="submit">Save</button>
        </Form>
      </details>
      {drivesBrowser ? null : (
        <details>
          <summary>Let it drive the browser</summary>
          <Form session={session} action={`${path}/browser`}>
            <p>
              The Pinterest Tag then fires under tag {tagId}
              {others.some((one) => one.drivesBrowser) ? ", and the destination that drives it now is server only" : ""}
              .
            </p>
            <button type="submit">Let it drive the browser</button>
          </Form>
        </details>
      )}
      <details>
        <summary>Remove</summary>
        <Form session={session} action={`${path}/remove`}>
          <p>
            What waits for it is withdrawn. What was sent stays in the ledger. Its token is deleted.{" "}
            {browserWithout(destination, others)}
          </p>
          <button type="submit" class="danger">
            Remove {name}
          </button>
        </Form>
      </details>
    </Card>
  );
};

/** Who drives the browser once a destination is removed, where that is another one than now. */
const browserWithout = ({ drivesBrowser }: Destination, [left, ...more]: readonly Destination[]): string => {
  if (!left || (more.length > 0 && !drivesBrowser) || left.drivesBrowser) return "";
  return more.length === 0
    ? `${left.name} (${left.state}) drives the browser then.`
    : "None drives the browser then, until you choose one: the Pinterest Tag is silent meanwhile.";
};

/** One click each, with what it means beside it. */
export const StateButtons = (props: { session: Session; path: string; state: Destination["state"]; then?: string }) => (
  <table class="states">
    <caption>How far it goes</caption>
    <tbody>
      {STATES.map(([state, means]) => (
        <tr key={state}>
          <td>
            {state === props.state ? (
              <strong class={`badge state-${state}`}>{state}</strong>
            ) : (
              <Form session={props.session} action={`${props.path}/state`}>
                <input type="hidden" name="state" value={state} />
                {props.then ? <input type="hidden" name="then" value={props.then} /> : null}
                <button type="submit" class="quiet">
                  {state}
                </button>
              </Form>
            )}
          </td>
          <td>{means}</td>
        </tr>
      ))}
    </tbody>
  </table>
);

export const addDestination: Page<ShopVisit> = async (visit) => {
  const made = await newDestination(visit);
  if (made) return shown(visit, { of: "new", ...made });
  return to(visit, ["It is added, and inactive: move it on below.", hintIn(visit)].join(" ").trim());
};

/** Adds what the form says, inactive; or what is wrong with it, in Pinterest's words where it refuses the token. */
export async function newDestination(
  visit: ShopVisit,
): Promise<{ fields: AccountFields; problems: AccountProblems } | undefined> {
  const { house, shop, form, audit } = visit;
  const fields = readAccount(form);
  const problems = problemsOf(fields, false);
  if (Object.keys(problems).length > 0) return { fields, problems };
  const access = await tried(house, fields);
  if (!access.isGood) return { fields, problems: { token: `Pinterest said: ${access.words}. ${access.remedy}` } };
  const drivesBrowser = draftIn(visit).destinations.every((one) => !one.drivesBrowser);
  await house.store.addDestination({ ...fields, shop: shop.id, state: "inactive", drivesBrowser, rules: NO_RULES });
  await house.directory.refresh();
  await audit("added a destination", fields.name);
  return undefined;
}

/** What is unusual in an account that was taken all the same. */
export const hintIn = ({ form }: ShopVisit): string => accountHint(readAccount(form).adAccountId) ?? "";

export const setState: Page<ShopVisit> = async (visit) => {
  const destination = destinationIn(visit);
  const [state] = STATES.find(([one]) => one === visit.form.get("state")) ?? [];
  if (!destination || !state) return to(visit, "There is no such destination or state.");
  const before = draftIn(visit);
  // A new state lets a paused destination try again.
  const { paused: _, ...flowing } = destination;
  const after = withDestination(before, { ...flowing, state });
  if (!(await saved(visit, before, after, `moved ${destination.name} from ${destination.state} to ${state}`)))
    return to(visit, STALE);
  const said = `${destination.name} is ${state}.`;
  return visit.form.get("then") === "start" ? { to: `/shops/${visit.shop.key}/start`, said } : to(visit, said);
};

export const changeAccount: Page<ShopVisit> = async (visit) => {
  // Before Pinterest is asked, which takes its time: what somebody else saves meanwhile is not to be written over.
  const before = draftIn(visit);
  const destination = destinationIn(visit);
  if (!destination) return to(visit, "There is no such destination.");
  const fields = readAccount(visit.form);
  const problems = problemsOf(fields, destination.token !== "");
  const of = destination.id;
  if (Object.keys(problems).length > 0) return shown(visit, { of, fields, problems });
  const token = fields.token || destination.token;
  if (token !== destination.token || fields.adAccountId !== destination.adAccountId) {
    const access = await tried(visit.house, { ...fields, token });
    if (!access.isGood)
      return shown(visit, { of, fields, problems: { token: `Pinterest said: ${access.words}. ${access.remedy}` } });
  }
  const { paused: _, ...flowing } = destination;
  const after = withDestination(before, { ...flowing, ...fields, token });
  return to(
    visit,
    (await saved(visit, before, after, `changed the account of ${destination.name}`)) ? "Saved." : STALE,
  );
};

export const driveBrowser: Page<ShopVisit> = async (visit) => {
  const destination = destinationIn(visit);
  if (!destination) return to(visit, "There is no such destination.");
  const before = draftIn(visit);
  const after = withDestination(before, { ...destination, drivesBrowser: true });
  const said = `${destination.name} drives the browser.`;
  return to(visit, (await saved(visit, before, after, `let ${destination.name} drive the browser`)) ? said : STALE);
};

export const removeDestination: Page<ShopVisit> = async (visit) => {
  const destination = destinationIn(visit);
  if (!destination) return to(visit, "There is no such destination.");
  const { house, audit } = visit;
  const driving = () => draftIn(visit).destinations.find(({ drivesBrowser }) => drivesBrowser);
  const before = driving();
  await house.store.removeDestination(destination.id);
  await house.directory.refresh();
  house.withdrawGone();
  await audit("removed a destination", destination.name);
  const after = driving();
  if (!after || after.id === before?.id) return to(visit, `${destination.name} is removed.`);
  await audit(`let ${after.name} drive the browser`);
  return to(visit, `${destination.name} is removed. ${after.name} drives the browser.`);
};

const to = ({ shop }: ShopVisit, said: string): Answer => ({ to: `/shops/${shop.key}/destinations`, said });

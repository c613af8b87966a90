/** Finding a person and forgetting them. What is typed is hashed at once: it stands in no address, log or audit entry. */
import { randomBytes } from "node:crypto";
import { forgetPerson } from "../../forget.ts";
import { personOf } from "../../sources/person.ts";
import type { Person } from "../../store/store.ts";
import { Card, Count, Empty, Field, Form } from "../parts.tsx";
import type { Answer, Page, ShopVisit } from "../visit.ts";
import { Copyable } from "./snippet.tsx";

// biome-ignore format: a table
const NAMES = [
  ["email",       "Email"],
  ["phone",       "Phone, with its country: +1 415 555 0123"],
  ["customer_id", "Customer ID of the shop"],
  ["order",       "Order number or ID"],
  ["visitor",     "Visitor ID, 64 hex digits"],
] as const;

/** So many of the newest events are looked through before somebody is forgotten; forgetting looks at all. */
const LOOKED_THROUGH = 20_000;

export const privacyPage: Page<ShopVisit> = (visit) => shown(visit);

const shown = ({ session, shop }: ShopVisit, problem?: string, by?: string): Answer => ({
  title: "Privacy",
  lead: "Emails, phone numbers and names lie here as hashes alone, IP addresses only until an event has settled. Here you find a person by what they go by, and delete what is known of them.",
  status: problem ? 422 : 200,
  page: (
    <>
      <Card title="Find a person">
        <Form session={session} action={`/shops/${shop.key}/privacy/find`} class="narrow">
          <Field label="By" name="by">
            <select id="by" name="by">
              {NAMES.map(([name, label]) => (
                <option key={name} value={name} selected={name === by}>
                  {label}
                </option>
              ))}
            </select>
          </Field>
          <Field label="Which" name="which" problem={problem}>
            <input id="which" name="which" autocomplete="off" required maxlength={1000} />
          </Field>
          <button type="submit">Find</button>
        </Form>
        <p class="hint">What you type is hashed and looked up. It is not kept, not logged, and in no address.</p>
      </Card>
      <Card title="What is kept, and for how long">
        <ul>
          <li>Hashes of emails, phone numbers, names and places: with their events, until retention ends.</li>
          <li>IP address and user agent: until every delivery of the event has settled.</li>
          <li>A visitor's record: until nothing was heard of them for the time of retention.</li>
          <li>Of somebody who denies consent: that something happened, and nothing of whom.</li>
        </ul>
        <p>
          A program asks the same: <code>pinrelay forget email -</code>, or <code>POST /api/forget</code>.
        </p>
      </Card>
    </>
  ),
});

/** Whom the form names, as the ledger knows them; or what is wrong with what was typed. */
async function namedIn({ house, shop, form }: ShopVisit): Promise<{ person: Person } | { problem: string }> {
  const by = form.get("by") ?? "";
  const which = (form.get("which") ?? "").trim();
  if (by === "order") {
    const person = await house.reads.personOf(shop.id, which);
    return person ? { person } : { problem: "No order of that number is known." };
  }
  if (!NAMES.some(([name]) => name === by)) return { problem: "Say by what." };
  const read = personOf({ [by]: by === "phone" ? which.replace(/[^\d+]/g, "") : which });
  return "fault" in read ? { problem: `It ${read.fault.message}.` } : { person: read.person };
}

export const findPerson: Page<ShopVisit> = async (visit) => {
  const { house, shop, session, form } = visit;
  const by = form.get("by") ?? "";
  const named = await namedIn(visit);
  if ("problem" in named) return shown(visit, named.problem, by);
  const { person } = named;
  const events = await house.reads.eventsOf(shop.id, person, LOOKED_THROUGH);
  const names = person.visitors.length + person.hashes.length + person.aliases.length;
  return {
    title: "Delete this person?",
    lead: "It cannot be undone. What Pinterest was sent stays with Pinterest.",
    page: (
      <Card title="What is known">
        <dl>
          <dt>Found by</dt>
          <dd>{NAMES.find(([name]) => name === by)?.[1]}</dd>
          <dt>Goes by</dt>
          <dd>
            {names} {names === 1 ? "hash or ID" : "hashes and IDs"}
          </dd>
          <dt>Events</dt>
          <dd>
            <Count of={events} /> among the newest {LOOKED_THROUGH.toLocaleString("en-US")}
          </dd>
        </dl>
        {events === 0 ? (
          <Empty title="No event is known of them">
            <p>A visitor's record may be. Deleting looks at everything.</p>
          </Empty>
        ) : null}
        <p>
          Deleted are hashes, visitor ID, click ID, addresses and search words in these events and in the visitor's
          record. That something was bought, and for how much, stays: it is nobody's any more. What was not sent is
          withdrawn.
        </p>
        <Form session={session} action={`/shops/${shop.key}/privacy/forget`}>
          <input type="hidden" name="person" value={JSON.stringify(person)} />
          <input type="hidden" name="by" value={by} />
          <div class="row">
            <button type="submit" class="danger">
              Delete
            </button>
            <a href={`/admin/shops/${shop.key}/privacy`}>Back</a>
          </div>
        </Form>
      </Card>
    ),
  };
};

export const forgetOne: Page<ShopVisit> = async (visit) => {
  const { house, shop, form, nowMs, audit } = visit;
  const person = readPerson(form.get("person"));
  if (!person) return { to: `/shops/${shop.key}/privacy` };
  const { events, visitors } = await forgetPerson(house.store, shop, person, nowMs);
  const receipt = {
    receipt: randomBytes(6).toString("hex"),
    deletedAt: new Date(nowMs).toISOString(),
    shop: shop.key,
    foundBy: form.get("by") ?? "",
    eventsCleared: events,
    visitorsForgotten: visitors,
  };
  await audit("deleted a person", `receipt ${receipt.receipt}, ${events} events, ${visitors} visitors`);
  return {
    title: events + visitors > 0 ? "Deleted" : "Nothing was known",
    lead: "The receipt holds no personal data. Keep it with the request.",
    page: (
      <Card title={`Receipt ${receipt.receipt}`}>
        <Copyable id="receipt" label="Copy the receipt">
          {JSON.stringify(receipt, null, 2)}
        </Copyable>
        <p>
          <a href={`/admin/shops/${shop.key}/privacy`}>Another person</a>
        </p>
      </Card>
    ),
  };
};

/** Hashes and IDs, as the page before wrote them. */
function readPerson(text: string | null): Person | undefined {
  try {
    const told: unknown = JSON.parse(text ?? "");
    const listed = (key: string): string[] | undefined => {
      const list: unknown = typeof told === "object" && told !== null ? Reflect.get(told, key) : undefined;
      return Array.isArray(list) && list.every((one) => typeof one === "string") ? list : undefined;
    };
    const [visitors, hashes, aliases] = [listed("visitors"), listed("hashes"), listed("aliases")];
    return visitors && hashes && aliases ? { visitors, hashes, aliases } : undefined;
  } catch {
    return undefined;
  }
}

/** Finding a person and forgetting them. What is typed is hashed at once: it stands in no address, log or audit entry. */
import { hash, randomBytes } from "node:crypto";
import { z } from "zod";
import { forgetPerson } from "../../forget.ts";
import { personOf } from "../../sources/person.ts";
import type { Person } from "../../store/store.ts";
import { Card, Count, Field, Form } from "../parts.tsx";
import type { Answer, Page, ShopVisit } from "../visit.ts";
import { Copyable } from "./copyable.tsx";

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
  const { events, visitors } = await house.reads.known(shop.id, person, LOOKED_THROUGH);
  const isKnown = events + visitors > 0;
  return {
    title: isKnown ? "Delete this person?" : "Nothing is known of them",
    lead: isKnown
      ? "It cannot be undone. What Pinterest was sent stays with Pinterest."
      : "No visitor goes by that, and none of the newest events tells of them. Older events are looked at only when you delete.",
    page: (
      <Card title="What is known">
        <dl>
          <dt>Found by</dt>
          <dd>{NAMES.find(([name]) => name === by)?.[1]}</dd>
          <dt>Goes by</dt>
          <dd>{[...person.visitors.map(endOf("visitor")), ...person.hashes.map(endOf("hash"))].join(", ")}</dd>
          <dt>Visitors</dt>
          <dd>
            <Count of={visitors} />
          </dd>
          <dt>Events</dt>
          <dd>
            <Count of={events} /> among the newest {LOOKED_THROUGH.toLocaleString("en-US")}
          </dd>
        </dl>
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

/** Of a hash or an ID its end, by which one is told from another. */
const endOf = (kind: string) => (text: string) => `${kind} …${text.slice(-4)}`;

export const forgetOne: Page<ShopVisit> = async (visit) => {
  const { house, shop, form, nowMs, audit } = visit;
  const person = readPerson(form.get("person"));
  if (!person) return { to: `/shops/${shop.key}/privacy` };
  const { events, visitors } = await forgetPerson(house.store, shop, person, nowMs);
  const number = randomBytes(6).toString("hex");
  const receipt = {
    receipt: number,
    deletedAt: new Date(nowMs).toISOString(),
    shop: shop.key,
    foundBy: form.get("by") ?? "",
    eventsCleared: events,
    visitorsForgotten: visitors,
    reference: referenceOf(number, person),
  };
  const json = JSON.stringify(receipt, null, 2);
  await audit("deleted a person", `receipt ${number}, ${events} events, ${visitors} visitors`);
  return {
    title: events + visitors > 0 ? "Deleted" : "Nothing was known",
    lead: "The receipt holds no personal data. Keep it with the request.",
    page: (
      <Card title={`Receipt ${number}`}>
        <Copyable id="receipt" label="Copy the receipt">
          {json}
        </Copyable>
        <p class="hint">
          The reference is the SHA-256 of this number and what the person went by. Who has neither learns nothing from
          it.
        </p>
        <p class="row">
          <a
            class="button quiet"
            download={`pinrelay-receipt-${number}.json`}
            href={`data:application/json;charset=utf-8,${encodeURIComponent(json)}`}
          >
            Download the receipt
          </a>
          <a href={`/admin/shops/${shop.key}/privacy`}>Another person</a>
        </p>
      </Card>
    ),
  };
};

/** By which a receipt is known to be about somebody, to whoever can name them. */
const referenceOf = (number: string, { visitors, hashes, aliases }: Person): string =>
  hash("sha256", [number, ...[...visitors, ...hashes, ...aliases].sort()].join("\n"));

const listed = z.array(z.string().max(1_000)).max(1_000);
const personSchema = z.object({ visitors: listed, hashes: listed, aliases: listed });

/** Hashes and IDs, as the page before wrote them. */
function readPerson(text: string | null): Person | undefined {
  try {
    return personSchema.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
}

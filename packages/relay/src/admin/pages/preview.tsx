/** Between a change and its saving: what would be different, on the last thousand events and orders. */
import { type Difference, differences, documentOf } from "../../core/draft.ts";
import { PRESETS } from "../../presets.ts";
import { type Compared, type Preview, preview, SAMPLES } from "../../preview.ts";
import { SETTING_WORDS } from "../../setting-words.ts";
import { imported } from "../../settings-file.ts";
import { draftIn, STALE, saved } from "../change.ts";
import { applied, type Changes, changesTo, digestOf, readChanges } from "../changes.ts";
import { money } from "../money.ts";
import { Card, Count, Empty, Form, Scroll } from "../parts.tsx";
import type { Answer, Page, ShopVisit } from "../visit.ts";
import { readRulesForm } from "./rules.tsx";
import { settingsForm } from "./settings.tsx";

/** What each form asks for; or the form again, with what is wrong. */
// biome-ignore format: a table
const FORMS: Record<string, (visit: ShopVisit) => Changes | Answer | Promise<Changes | Answer>> = {
  settings: ({ form }) => ({ settings: Object.fromEntries([...form].filter(([name]) => name !== "csrf" && name !== "form")) }),
  preset:   ({ form }) => ({ settings: textsOf(PRESETS.find(({ name }) => name === form.get("preset"))?.settings ?? {}) }),
  import:   fromFile,
  rules:    readRulesForm,
  back:     fromHistory,
};

const textsOf = (settings: object): Record<string, string> =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));

function fromFile(visit: ShopVisit): Changes | Answer {
  const file = visit.form.get("file") ?? "";
  const read = imported(draftIn(visit), file);
  return "problem" in read ? settingsForm(visit, { file }, { file: read.problem }) : changesTo(documentOf(read.draft));
}

async function fromHistory({ house, shop, form }: ShopVisit): Promise<Changes | Answer> {
  const changes = await house.store.changes(shop.id, HISTORY);
  const change = changes.find(({ row }) => String(row) === form.get("change"));
  return change ? changesTo(change.document) : { to: `/shops/${shop.key}/settings/history` };
}

/** So many changes are shown, and can be gone back to. */
export const HISTORY = 200;

export const previewPage: Page<ShopVisit> = async (visit) => {
  const read = FORMS[visit.form.get("form") ?? ""];
  if (!read) return { to: `/shops/${visit.shop.key}/settings` };
  const changes = await read(visit);
  if ("to" in changes || "title" in changes || "json" in changes || "file" in changes) return changes;
  return previewed(visit, changes);
};

async function previewed(visit: ShopVisit, changes: Changes): Promise<Answer> {
  const { house, shop, session } = visit;
  const before = draftIn(visit);
  const after = applied(before, changes);
  if ("problems" in after) return settingsForm(visit, changes.settings, after.problems);
  const changed = differences(before, after.draft);
  const base = `/shops/${shop.key}/settings`;
  if (changed.length === 0) return { to: base, said: "Nothing is different." };
  const samples = await house.reads.samples(shop.id, SAMPLES);
  const previews = await preview(samples, before, after.draft);
  return {
    title: "Before you save",
    lead: `The last events and orders, ${samples.length} in all, under the settings as they are and as they would be. Nothing is changed yet. What pages kept to themselves, for want of consent, is not among them.`,
    page: (
      <>
        <Card title="What changes">
          <Differences of={changed} />
        </Card>
        {samples.length === 0 ? (
          <Empty title="No events to try it on yet">
            <p>You can save it all the same.</p>
          </Empty>
        ) : (
          previews.map((one) => <PreviewCard key={one.destination} of={one} />)
        )}
        <Form session={session} action={`${base}/save`}>
          <input type="hidden" name="changes" value={JSON.stringify(changes)} />
          <input type="hidden" name="digest" value={digestOf(before)} />
          <div class="row">
            <button type="submit">Save</button>
            <a href={`/admin${base}`}>Back, without saving</a>
          </div>
        </Form>
      </>
    ),
  };
}

/** `label`: where a page shows several such tables, no two have the same. */
export const Differences = ({ of, label = "Differences" }: { of: readonly Difference[]; label?: string }) => (
  <Scroll label={label}>
    <table>
      <thead>
        <tr>
          <th>Setting</th>
          <th>Before</th>
          <th>After</th>
        </tr>
      </thead>
      <tbody>
        {of.map(({ name, from, to }) => (
          <tr key={name}>
            <th scope="row">{labelOf(name)}</th>
            <td class="mono">{from || "–"}</td>
            <td class="mono">{to || "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
);

/** As it is called where it is set; what is set elsewhere has its own name. */
const labelOf = (name: string): string => SETTING_LABELS.get(name) ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
const SETTING_LABELS = new Map(Object.entries(SETTING_WORDS).map(([name, { label }]) => [name, label]));

const PreviewCard = ({ of: { destination, events, revenue, contentIds } }: { of: Preview }) => (
  <Card title={destination}>
    <div class="two">
      <ComparedTable
        caption="Events, by what Pinterest would be told; in parentheses what it would not"
        at={destination}
        of="Event"
        rows={events}
      />
      <ComparedTable
        caption="Revenue of orders"
        at={destination}
        of="Currency"
        rows={revenue}
        shown={(amount, currency) => money(amount, currency)}
      />
    </div>
    {contentIds.length === 0 ? (
      <p class="quietly">Content IDs stay as they are.</p>
    ) : (
      <Scroll label={`Content IDs: ${destination}`}>
        <table>
          <caption>Content IDs that change, the most frequent first</caption>
          <thead>
            <tr>
              <th>As they are</th>
              <th>As they would be</th>
              <th class="number">Events</th>
            </tr>
          </thead>
          <tbody>
            {contentIds.map(({ before, after, events: count }) => (
              <tr key={`${before} ${after}`}>
                <td class="mono">{before || "none"}</td>
                <td class="mono">{after || "none"}</td>
                <td class="number">{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    )}
  </Card>
);

interface ComparedProps {
  caption: string;
  /** Destination's name. */
  at: string;
  /** What a row is of. */
  of: string;
  rows: readonly Compared[];
  shown?: (amount: number, of: string) => string;
}

const ComparedTable = ({ caption, at, of: kind, rows, shown }: ComparedProps) => {
  const cell = (amount: number, of: string) => (shown ? shown(amount, of) : <Count of={amount} />);
  return rows.length === 0 ? (
    <p class="quietly">{caption}: none among these.</p>
  ) : (
    <Scroll label={`${caption}: ${at}`}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th>{kind}</th>
            <th class="number">Before</th>
            <th class="number">After</th>
            <th class="number">Difference</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ of, before, after }) => (
            <tr key={of}>
              <th scope="row">{of}</th>
              <td class="number">{cell(before, of)}</td>
              <td class="number">{cell(after, of)}</td>
              <td class="number">
                {after === before ? "–" : after > before ? "+" : "−"}
                {after === before ? "" : cell(Math.abs(after - before), of)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
};

export const saveChanges: Page<ShopVisit> = async (visit) => {
  const { shop, form } = visit;
  const base = `/shops/${shop.key}/settings`;
  const changes = readChanges(form.get("changes"));
  const before = draftIn(visit);
  if (!changes || digestOf(before) !== form.get("digest")) return { to: base, said: STALE };
  const after = applied(before, changes);
  if ("problems" in after) return settingsForm(visit, changes.settings, after.problems);
  const names = differences(before, after.draft).map(({ name }) => name);
  const isSaved = await saved(visit, before, after.draft, `changed settings: ${names.join(", ")}`);
  return { to: base, said: isSaved ? "Saved. Pages follow within a minute." : STALE };
};

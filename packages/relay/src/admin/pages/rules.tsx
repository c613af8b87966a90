/** Mapping and filters of a destination: rows that work without a script, an empty one always being there to add another. */
import { EVENTS } from "@pinrelay/tag/contract";
import type { Condition, Filter, Operator } from "@pinrelay/tag/filter";
import { FILTER_PROPERTIES } from "../../core/filter.ts";
import type { Forward, Mapped, Rules } from "../../core/rules.ts";
import type { Destination } from "../../core/settings.ts";
import { readRules } from "../../rules-schema.ts";
import { destinationIn } from "../change.ts";
import type { Changes } from "../changes.ts";
import { Card, Field, Form, Scroll } from "../parts.tsx";
import type { Answer, Page, ShopVisit } from "../visit.ts";

/** By what they ask of; a test holds them to be all there are. */
// biome-ignore format: a table
export const OPERATOR_GROUPS: readonly (readonly [what: string, operators: readonly Operator[]])[] = [
  ["Text",               ["equals", "not equals", "contains", "not contains", "starts with", "ends with"]],
  ["Numbers",            ["greater", "at least", "less", "at most"]],
  ["Lists",              ["in", "not in"]],
  ["Existence",          ["exists", "missing"]],
  ["Regular expression", ["matches", "not matches"]],
];

const SIDES: Record<Forward, string> = {
  both: "by both",
  client: "by the Pinterest Tag",
  server: "by the API",
  none: "not at all",
};

const EMPTY_ROWS = 2;
/** More rows than anybody fills in; the file takes more. */
const MOST = 60;

export const rulesPage: Page<ShopVisit> = (visit) => {
  const destination = destinationIn(visit);
  return destination ? rulesForm(visit, destination, destination.rules) : { to: `/shops/${visit.shop.key}/settings` };
};

export const rulesForm = async (
  visit: ShopVisit,
  destination: Destination,
  rules: Rules,
  problem?: string,
): Promise<Answer> => {
  const { shop, session, house } = visit;
  const names = [...new Set([...EVENTS.map(([name]) => name), ...(await house.reads.names(shop.id))])];
  const rows: [string, Mapped | undefined][] = [
    ...Object.entries(rules.mapping),
    ...Array.from({ length: EMPTY_ROWS }, (): [string, undefined] => ["", undefined]),
  ];
  const flat = rules.filters.every(({ group }) => group.conditions.every((one) => !("conditions" in one)));
  const filters: Filter[] = [...rules.filters, { event: "", group: { match: "all", conditions: [] } }];
  return {
    title: "Mapping and filters",
    lead: destination.name,
    status: problem ? 422 : 200,
    page: (
      <>
        {problem ? (
          <p class="warning" role="alert">
            {problem}
          </p>
        ) : null}
        <datalist id="shop-events">
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <datalist id="tag-events">
          {[...new Set(EVENTS.flatMap(([, tag]) => tag ?? []))].map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <datalist id="api-events">
          {[...new Set(EVENTS.flatMap(([, , api]) => api ?? []))].map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <datalist id="properties">
          {FILTER_PROPERTIES.map(([path, , what]) => (
            <option key={path} value={path}>
              {what}
            </option>
          ))}
        </datalist>
        <Form session={session} action={`/shops/${shop.key}/settings/preview`}>
          <input type="hidden" name="form" value="rules" />
          <input type="hidden" name="destination" value={destination.id} />
          <Card title="Mapping">
            <p>
              Rows here come before the default table. A name of your own has letters, digits, _ and -, 100 characters
              at most; map it to a standard event in Ads Manager, or Pinterest does not report it. By both sides, an
              event has one event ID, and Pinterest counts it once. An emptied row is removed.
            </p>
            <Scroll label="Mapping">
              <table>
                <thead>
                  <tr>
                    <th>Shop event</th>
                    <th>Pinterest Tag</th>
                    <th>API for Conversions</th>
                    <th>Forwarded</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map(([name, mapped], n) => (
                    <tr key={n}>
                      <td>
                        <input name={`m${n}.name`} value={name} list="shop-events" aria-label={`Shop event ${n + 1}`} />
                      </td>
                      <td>
                        <input
                          name={`m${n}.tag`}
                          value={mapped?.tag ?? ""}
                          list="tag-events"
                          aria-label={`Pinterest Tag event ${n + 1}`}
                        />
                      </td>
                      <td>
                        <input
                          name={`m${n}.api`}
                          value={mapped?.api ?? ""}
                          list="api-events"
                          aria-label={`API event ${n + 1}`}
                        />
                      </td>
                      <td>
                        <select name={`m${n}.forward`} aria-label={`Forwarded ${n + 1}`}>
                          {Object.entries(SIDES).map(([forward, means]) => (
                            <option key={forward} value={forward} selected={forward === (mapped?.forward ?? "both")}>
                              {means}
                            </option>
                          ))}
                        </select>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
            <details>
              <summary>The default table</summary>
              <table>
                <thead>
                  <tr>
                    <th>Shop event</th>
                    <th>Pinterest Tag</th>
                    <th>API for Conversions</th>
                  </tr>
                </thead>
                <tbody>
                  {EVENTS.map(([name, tag, api]) => (
                    <tr key={name}>
                      <th scope="row">{name}</th>
                      <td class="mono">{tag ?? "–"}</td>
                      <td class="mono">{api ?? "–"}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </details>
          </Card>
          {flat ? (
            <>
              <p>
                A filter allows: its event is forwarded only where its conditions hold. Of several filters for one event
                all must hold. An emptied one is removed.
              </p>
              {filters.map((filter, n) => (
                <FilterCard key={n} n={n} filter={filter} />
              ))}
            </>
          ) : (
            <Card title="Filters">
              <p>There are groups in groups, which are changed as JSON below.</p>
              <input type="hidden" name="keepFilters" value="yes" />
            </Card>
          )}
          <button type="submit">Try these changes</button>
        </Form>
        <details>
          <summary>As JSON</summary>
          <Form session={session} action={`/shops/${shop.key}/settings/preview`}>
            <input type="hidden" name="form" value="rules" />
            <input type="hidden" name="destination" value={destination.id} />
            <Field
              label="Mapping and filters as JSON"
              name="json"
              hint="Groups may stand in groups, as deep as you like."
            >
              <textarea id="json" name="json" rows={16}>
                {JSON.stringify(rules, null, 2)}
              </textarea>
            </Field>
            <button type="submit">Try these changes</button>
          </Form>
        </details>
      </>
    ),
  };
};

const FilterCard = ({ n, filter: { event, group } }: { n: number; filter: Filter }) => {
  const conditions: (Condition | undefined)[] = [
    ...group.conditions.filter((one): one is Condition => !("conditions" in one)),
    ...Array.from({ length: EMPTY_ROWS }, () => undefined),
  ];
  return (
    <Card title={event === "" ? "Another filter" : `Filter: ${event === "*" ? "all events" : event}`}>
      <div class="row">
        <div class="field">
          <label for={`f${n}.event`}>Shop event, or * for all</label>
          <input id={`f${n}.event`} name={`f${n}.event`} value={event} list="shop-events" />
        </div>
        <div class="field">
          <label for={`f${n}.match`}>Forwarded where</label>
          <select id={`f${n}.match`} name={`f${n}.match`}>
            <option value="all" selected={group.match === "all"}>
              all of these hold
            </option>
            <option value="any" selected={group.match === "any"}>
              any of these holds
            </option>
          </select>
        </div>
      </div>
      <Scroll label="Conditions">
        <table>
          <thead>
            <tr>
              <th>Property</th>
              <th>Operator</th>
              <th>Value (a list by commas)</th>
            </tr>
          </thead>
          <tbody>
            {conditions.map((condition, c) => (
              <tr key={c}>
                <td>
                  <input
                    name={`f${n}c${c}.property`}
                    value={condition?.property ?? ""}
                    list="properties"
                    aria-label={`Property ${c + 1} of filter ${n + 1}`}
                  />
                </td>
                <td>
                  <select name={`f${n}c${c}.operator`} aria-label={`Operator ${c + 1} of filter ${n + 1}`}>
                    {OPERATOR_GROUPS.map(([label, operators]) => (
                      <optgroup key={label} label={label}>
                        {operators.map((operator) => (
                          <option key={operator} value={operator} selected={operator === condition?.operator}>
                            {operator}
                          </option>
                        ))}
                      </optgroup>
                    ))}
                  </select>
                </td>
                <td>
                  <input
                    name={`f${n}c${c}.value`}
                    value={
                      Array.isArray(condition?.value) ? condition.value.join(", ") : String(condition?.value ?? "")
                    }
                    aria-label={`Value ${c + 1} of filter ${n + 1}`}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Card>
  );
};

/** What the form of rules asks for; or the form again, with what is wrong. */
export function readRulesForm(visit: ShopVisit): Changes | Answer | Promise<Answer> {
  const { form, shop } = visit;
  const params = { destination: form.get("destination") ?? "" };
  const destination = destinationIn({ ...visit, params });
  if (!destination) return { to: `/shops/${shop.key}/settings` };
  const json = form.get("json");
  const told = json === null ? rowsIn(form, destination.rules) : parsed(json);
  const read = readRules(told);
  if ("rules" in read) return { rules: { [String(destination.id)]: read.rules } };
  return rulesForm(visit, destination, destination.rules, `It cannot be saved: ${read.problem}`);
}

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return "no JSON";
  }
};

function rowsIn(form: URLSearchParams, now: Rules): unknown {
  const of = (name: string): string => (form.get(name) ?? "").trim();
  const mapping: Record<string, unknown> = {};
  for (let n = 0; n < MOST; n += 1) {
    const name = of(`m${n}.name`);
    if (name !== "") mapping[name] = { tag: of(`m${n}.tag`), api: of(`m${n}.api`), forward: of(`m${n}.forward`) };
  }
  if (form.get("keepFilters")) return { mapping, filters: now.filters };
  const filters: unknown[] = [];
  for (let n = 0; n < MOST; n += 1) {
    const event = of(`f${n}.event`);
    if (event !== "") filters.push({ event, group: { match: of(`f${n}.match`), conditions: conditionsIn(of, n) } });
  }
  return { mapping, filters };
}

const conditionsIn = (of: (name: string) => string, n: number): unknown[] => {
  const conditions: unknown[] = [];
  for (let c = 0; c < MOST; c += 1) {
    const property = of(`f${n}c${c}.property`);
    if (property === "") continue;
    const operator = of(`f${n}c${c}.operator`);
    const value = of(`f${n}c${c}.value`);
    const isBare = operator === "exists" || operator === "missing";
    const list = value
      .split(",")
      .map((one) => one.trim())
      .filter(Boolean);
    conditions.push({
      property,
      operator,
      ...(isBare ? {} : { value: operator === "in" || operator === "not in" ? list : value }),
    });
  }
  return conditions;
};

/** Visitors in PostgreSQL, for one write: loaded and locked at its beginning, written at its end. */
import type { VisitorNote } from "../core/identity.ts";
import { lostRace, type Sql } from "./postgres-database.ts";
import { DAY, type VisitorTables } from "./tables.ts";
import { keyOf, type Visitor, visitorColumns, visitorRecord } from "./visitor-records.ts";

interface Loaded {
  shop: number;
  id: string;
  before?: Visitor;
  now?: Visitor;
}
interface Alias {
  shop: number;
  alias: string;
  visitor?: string;
  seenMs: number;
  isChanged?: true;
}

export interface VisitorWork {
  tables: VisitorTables;
  flush(): Promise<void>;
}

export async function openVisitors(sql: Sql, notes: readonly VisitorNote[]): Promise<VisitorWork> {
  const aliases = new Map<string, Alias>();
  const visitors = new Map<string, Loaded>();
  const gone: { shop: number; id: string }[] = [];
  const at = (shop: number, id: string): string => `${shop} ${id}`;
  const aliasAt = (shop: number, alias: string): Alias => {
    const found = aliases.get(at(shop, alias)) ?? { shop, alias, seenMs: 0 };
    aliases.set(at(shop, alias), found);
    return found;
  };

  for (const { shop, aliases: names } of notes) for (const alias of names) aliasAt(shop, alias);
  if (aliases.size > 0) {
    const rows = await sql(
      `select a.shop, a.alias, a.visitor, a.seen_ms from unnest($1::bigint[], $2::text[]) k (shop, alias)
       join visitor_alias a on a.shop = k.shop and a.alias = k.alias`,
      [[...aliases.values()].map(({ shop }) => shop), [...aliases.values()].map(({ alias }) => alias)],
    );
    for (const row of rows)
      Object.assign(aliasAt(Number(row.shop), String(row.alias)), {
        visitor: String(row.visitor),
        seenMs: Number(row.seen_ms),
      });
  }

  const ids = [
    ...notes.flatMap(({ shop, visitor }) => (visitor === undefined ? [] : [{ shop, id: keyOf(visitor) }])),
    ...[...aliases.values()].flatMap(({ shop, alias, visitor }) => [
      { shop, id: alias },
      ...(visitor === undefined ? [] : [{ shop, id: visitor }]),
    ]),
  ];
  for (const { shop, id } of ids) visitors.set(at(shop, id), { shop, id });
  if (visitors.size > 0) {
    const wanted = [...visitors.values()];
    // All relays lock visitors in one order, so that none waits for one that waits for it.
    const rows = await sql(
      `select v.* from visitor v where (v.shop, v.id) in (select * from unnest($1::bigint[], $2::text[]))
       order by v.shop, v.id for update`,
      [wanted.map(({ shop }) => shop), wanted.map(({ id }) => id)],
    );
    for (const row of rows) {
      const record = visitorRecord(row);
      const loaded = visitors.get(at(Number(row.shop), String(row.id)));
      if (loaded && record) Object.assign(loaded, { before: record, now: record });
    }
  }

  const tables: VisitorTables = {
    visitor: (shop, id) => visitors.get(at(shop, id))?.now,
    save(shop, id, visitor) {
      const loaded = visitors.get(at(shop, id)) ?? { shop, id };
      visitors.set(at(shop, id), { ...loaded, now: visitor });
    },
    remove(shop, id) {
      visitors.set(at(shop, id), { shop, id });
      gone.push({ shop, id });
      for (const alias of aliases.values()) if (alias.shop === shop && alias.visitor === id) delete alias.visitor;
    },
    owner: (shop, alias) => aliases.get(at(shop, alias))?.visitor,
    saveAlias(shop, alias, visitor, seenMs) {
      const known = aliasAt(shop, alias);
      if (known.visitor === visitor && seenMs - known.seenMs < DAY) return;
      Object.assign(known, { visitor, seenMs, isChanged: true });
    },
  };

  const flush = async (): Promise<void> => {
    const changed = [...visitors.values()].sort(byId);
    await remove(sql, gone);
    await insert(sql, changed);
    await update(sql, changed);
    await saveAliases(sql, [...aliases.values()]);
  };
  return { tables, flush };
}

const byId = (a: Loaded, b: Loaded): number => a.shop - b.shop || (a.id < b.id ? -1 : 1);

const remove = async (sql: Sql, gone: readonly { shop: number; id: string }[]): Promise<void> => {
  if (gone.length === 0) return;
  const values = [gone.map(({ shop }) => shop), gone.map(({ id }) => id)];
  const those = "(select * from unnest($1::bigint[], $2::text[]))";
  await sql(`delete from visitor_alias where (shop, visitor) in ${those}`, values);
  await sql(`delete from visitor where (shop, id) in ${those}`, values);
};

const columnsOf = (all: readonly { shop: number; id: string; now: Visitor }[]): unknown[][] => {
  const columns = all.map(({ now }) => visitorColumns(now));
  const column = (index: number) => columns.map((one) => one[index]);
  return [all.map(({ shop }) => shop), all.map(({ id }) => id), ...[0, 1, 2, 3, 4].map(column)];
};
const COLUMNS = "unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])";

const insert = async (sql: Sql, changed: readonly Loaded[]): Promise<void> => {
  const added = changed.flatMap(({ shop, id, before, now }) => (now && !before ? [{ shop, id, now }] : []));
  if (added.length === 0) return;
  const rows = await sql(
    `insert into visitor select * from ${COLUMNS} on conflict do nothing returning id`,
    columnsOf(added),
  );
  // Another relay added one meanwhile: what it knows must be part of what is written here.
  if (rows.length < added.length) throw lostRace();
};

const update = async (sql: Sql, changed: readonly Loaded[]): Promise<void> => {
  const updated = changed.flatMap(({ shop, id, before, now }) =>
    now && before && differs(before, now) ? [{ shop, id, now }] : [],
  );
  if (updated.length === 0) return;
  await sql(
    `update visitor v set match_keys = u.match_keys, click_id = u.click_id, consent = u.consent,
       consent_ms = u.consent_ms, seen_ms = u.seen_ms
     from ${COLUMNS} u (shop, id, match_keys, click_id, consent, consent_ms, seen_ms)
     where v.shop = u.shop and v.id = u.id`,
    columnsOf(updated),
  );
};

/** Whether it is worth a write: a visitor who does what they did an hour ago is known. */
const differs = (before: Visitor, now: Visitor): boolean => {
  const [keys, clickId, consent, consentMs, seenMs] = visitorColumns(before);
  const [newKeys, newClickId, newConsent, newConsentMs, newSeenMs] = visitorColumns(now);
  const says = keys !== newKeys || clickId !== newClickId || decisionOf(consent) !== decisionOf(newConsent);
  return says || newSeenMs - seenMs >= DAY || newConsentMs - consentMs >= DAY || isDenial(now);
};

const decisionOf = (consent: string | null): unknown => (consent === null ? undefined : JSON.parse(consent).marketing);
const isDenial = ({ consent }: Visitor): boolean => consent?.marketing === "denied";

const saveAliases = async (sql: Sql, all: readonly Alias[]): Promise<void> => {
  const saved = all
    .filter(({ visitor, isChanged }) => isChanged && visitor !== undefined)
    .sort((a, b) => a.shop - b.shop || (a.alias < b.alias ? -1 : 1));
  if (saved.length === 0) return;
  await sql(
    `insert into visitor_alias (shop, alias, visitor, seen_ms)
     select * from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[])
     on conflict (shop, alias) do update set visitor = excluded.visitor, seen_ms = excluded.seen_ms`,
    [
      saved.map(({ shop }) => shop),
      saved.map(({ alias }) => alias),
      saved.map(({ visitor }) => visitor),
      saved.map(({ seenMs }) => seenMs),
    ],
  );
};

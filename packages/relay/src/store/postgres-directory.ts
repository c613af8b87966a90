/** The directory's side of the PostgreSQL store: shops, destinations, settings revisions. Tokens are sealed at rest. */
import { differences, documentOf, draftOf } from "../core/draft.ts";
import { NO_RULES } from "../core/rules.ts";
import { type Destination, NO_SECRETS, type Shop } from "../core/settings.ts";
import {
  changeOf,
  destinationOf,
  opened,
  revisionOf,
  saysPaused,
  sealedSecrets,
  shopOf,
  standing,
  staysSealed,
} from "./directory-rows.ts";
import type { PostgresDatabase, Sql } from "./postgres-database.ts";
import type { Seal } from "./seal.ts";
import type { DirectoryStore, NewDestination, NewShop } from "./store.ts";

/** Of two removals at once neither would see that the other leaves a single one: they come one after the other. */
const LOCK_SHOP = "select 1 from shop where id = (select shop from destination where id = $1) for no key update";

const PASS_BROWSER_ON = `
  update destination set drives_browser = true
  where id <> $1 and shop = (select shop from destination where id = $1)
    and (select count(*) from destination one where one.shop = destination.shop) = 2`;

export function postgresDirectory(database: PostgresDatabase, seal: Seal): DirectoryStore {
  const addShop = async (sql: Sql, { key, origins, settings, secrets = NO_SECRETS }: NewShop): Promise<Shop> => {
    const [row] = await sql(
      "insert into shop (key, origins, settings, secrets, created_ms) values ($1, $2, $3, $4, $5) returning id",
      [key, JSON.stringify(origins), JSON.stringify(settings), sealedSecrets(seal, secrets), Date.now()],
    );
    return { id: Number(row?.id), key, origins: [...origins], settings, secrets };
  };
  const addDestination = async (sql: Sql, d: NewDestination): Promise<Destination> => {
    const rules = d.rules ?? NO_RULES;
    const [row] = await sql(
      `insert into destination (shop, name, ad_account_id, tag_id, token, state, drives_browser, created_ms, rules)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
      [
        d.shop,
        d.name,
        d.adAccountId,
        d.tagId,
        seal.seal(d.token),
        d.state,
        d.drivesBrowser,
        Date.now(),
        JSON.stringify(rules),
      ],
    );
    return { ...d, rules, id: Number(row?.id) };
  };
  const writeShop = async (sql: Sql, { id, key, origins, settings, secrets }: Shop): Promise<void> => {
    const [row] = await sql("select secrets from shop where id = $1 for update", [id]);
    // Secrets that cannot be read here stay, until there are others.
    const sealed = staysSealed(seal, row?.secrets, secrets) ? null : sealedSecrets(seal, secrets);
    const values = [key, JSON.stringify(origins), JSON.stringify(settings), sealed, id];
    await sql(
      "update shop set key = $1, origins = $2, settings = $3, secrets = coalesce($4, secrets) where id = $5",
      values,
    );
  };
  const writeDestination = async (sql: Sql, d: Destination): Promise<void> => {
    const token = d.token === "" ? null : seal.seal(d.token);
    await sql(
      `update destination set name = $1, ad_account_id = $2, tag_id = $3, token = coalesce($4, token), state = $5,
         drives_browser = $6, rules = $7 where id = $8`,
      [d.name, d.adAccountId, d.tagId, token, d.state, d.drivesBrowser, JSON.stringify(d.rules), d.id],
    );
  };
  const writePaused = (sql: Sql, { paused, id }: Pick<Destination, "paused" | "id">): Promise<unknown> =>
    sql("update destination set paused = $1 where id = $2", [paused ?? null, id]);
  /** Two relays that start on an empty store come one after the other. */
  const ifNone = (table: "shop" | "destination", add: (sql: Sql) => Promise<unknown>): Promise<void> =>
    database.write(async (sql) => {
      await sql(`lock table ${table} in share row exclusive mode`);
      const rows = await sql(`select 1 from ${table} limit 1`);
      if (rows.length === 0) await add(sql);
    });

  return {
    shops: () =>
      database.read(async (sql) => (await sql("select * from shop order by id")).map((row) => shopOf(row, seal))),
    destinations: () =>
      database.read(async (sql) =>
        (await sql("select * from destination order by id")).map((row) => destinationOf(row, seal)),
      ),
    addShop: (shop) => database.write((sql) => addShop(sql, shop)),
    addDestination: (destination) => database.write((sql) => addDestination(sql, destination)),
    addFirstShop: (shop) => ifNone("shop", (sql) => addShop(sql, shop)),
    addFirstDestination: (destination) => ifNone("destination", (sql) => addDestination(sql, destination)),
    pauseDestination: ({ id, token, adAccountId }, words) =>
      database.write(async (sql) => {
        const named = "select token from destination where id = $1 and ad_account_id = $2 for update";
        const [row] = await sql(named, [id, adAccountId]);
        const isSame = opened(seal, row?.token) === token;
        if (isSame) await writePaused(sql, { paused: words, id });
        return isSame;
      }),
    saveShop: (shop) => database.write((sql) => writeShop(sql, shop)),
    saveDestination: (destination) =>
      database.write(async (sql) => {
        await writeDestination(sql, destination);
        await writePaused(sql, destination);
      }),
    saveChange: (before, after, by, nowMs) =>
      database.write(async (sql) => {
        const { id } = before.shop;
        const [row] = await sql("select * from shop where id = $1 for update", [id]);
        const own = await sql("select * from destination where shop = $1 order by id for update", [id]);
        const now =
          row &&
          draftOf(
            shopOf(row, seal),
            own.map((one) => destinationOf(one, seal)),
          );
        if (!now || standing(now) !== standing(before)) return false;
        await writeShop(sql, after.shop);
        for (const destination of after.destinations) await writeDestination(sql, destination);
        for (const destination of after.destinations.filter(saysPaused(before))) await writePaused(sql, destination);
        const values = [id, nowMs, by, JSON.stringify(differences(before, after)), JSON.stringify(documentOf(before))];
        await sql("insert into change (shop, at_ms, by_whom, words, document) values ($1, $2, $3, $4, $5)", values);
        return true;
      }),
    changes: (shop, limit) =>
      database.read(async (sql) => {
        const rows = await sql('select * from change where shop = $1 order by "row" desc limit $2', [shop, limit]);
        return rows.map(changeOf);
      }),
    removeDestination: (destination) =>
      database.write(async (sql) => {
        await sql(LOCK_SHOP, [destination]);
        await sql(PASS_BROWSER_ON, [destination]);
        await sql("delete from destination where id = $1", [destination]);
      }),
    rememberRevision: (shop, rev, settings) =>
      database.write(async (sql) => {
        const values = [shop, rev, JSON.stringify(settings)];
        await sql("insert into revision (shop, rev, settings) values ($1, $2, $3) on conflict do nothing", values);
      }),
    revisions: () => database.read(async (sql) => (await sql("select * from revision")).map(revisionOf)),
  };
}

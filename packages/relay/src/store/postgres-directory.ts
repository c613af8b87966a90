/** The directory's side of the PostgreSQL store: shops, destinations, settings revisions. Tokens are sealed at rest. */
import { type Destination, NO_SECRETS, type Shop } from "../core/settings.ts";
import { destinationOf, opened, revisionOf, sealedSecrets, shopOf, staysSealed } from "./directory-rows.ts";
import type { PostgresDatabase, Sql } from "./postgres-database.ts";
import type { Seal } from "./seal.ts";
import type { DirectoryStore, NewDestination, NewShop } from "./store.ts";

export function postgresDirectory(database: PostgresDatabase, seal: Seal): DirectoryStore {
  const addShop = async (sql: Sql, { key, origins, settings, secrets = NO_SECRETS }: NewShop): Promise<Shop> => {
    const [row] = await sql(
      "insert into shop (key, origins, settings, secrets, created_ms) values ($1, $2, $3, $4, $5) returning id",
      [key, JSON.stringify(origins), JSON.stringify(settings), sealedSecrets(seal, secrets), Date.now()],
    );
    return { id: Number(row?.id), key, origins: [...origins], settings, secrets };
  };
  const addDestination = async (sql: Sql, d: NewDestination): Promise<Destination> => {
    const [row] = await sql(
      `insert into destination (shop, name, ad_account_id, tag_id, token, state, drives_browser, created_ms)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
      [d.shop, d.name, d.adAccountId, d.tagId, seal.seal(d.token), d.state, d.drivesBrowser, Date.now()],
    );
    return { ...d, id: Number(row?.id) };
  };
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
        if (isSame) await sql("update destination set paused = $1 where id = $2", [words, id]);
        return isSame;
      }),
    saveShop: ({ id, key, origins, settings, secrets }) =>
      database.write(async (sql) => {
        const [row] = await sql("select secrets from shop where id = $1 for update", [id]);
        // Secrets that cannot be read here stay, until there are others.
        const sealed = staysSealed(seal, row?.secrets, secrets) ? null : sealedSecrets(seal, secrets);
        await sql(
          `update shop set key = $1, origins = $2, settings = $3, secrets = coalesce($4, secrets) where id = $5`,
          [key, JSON.stringify(origins), JSON.stringify(settings), sealed, id],
        );
      }),
    saveDestination: (d) =>
      database.write(async (sql) => {
        const token = d.token === "" ? null : seal.seal(d.token);
        await sql(
          `update destination set name = $1, ad_account_id = $2, tag_id = $3, token = coalesce($4, token), state = $5,
             drives_browser = $6, paused = $7 where id = $8`,
          [d.name, d.adAccountId, d.tagId, token, d.state, d.drivesBrowser, d.paused ?? null, d.id],
        );
      }),
    rememberRevision: (shop, rev, settings) =>
      database.write(async (sql) => {
        const values = [shop, rev, JSON.stringify(settings)];
        await sql("insert into revision (shop, rev, settings) values ($1, $2, $3) on conflict do nothing", values);
      }),
    revisions: () => database.read(async (sql) => (await sql("select * from revision")).map(revisionOf)),
  };
}

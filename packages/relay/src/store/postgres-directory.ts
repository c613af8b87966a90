/** The directory's side of the PostgreSQL store: shops, destinations, settings revisions. Tokens are sealed at rest. */
import { type Destination, NO_SECRETS, type Shop } from "../core/settings.ts";
import { destinationOf, opened, resealed, sealedSecrets, shopOf } from "./directory-rows.ts";
import type { PostgresDatabase, Sql } from "./postgres-database.ts";
import type { Seal } from "./seal.ts";
import type { DirectoryStore, NewDestination, NewShop } from "./store.ts";

const SHOPS = "select * from shop order by id";
const DESTINATIONS = "select * from destination order by id";
const REVISIONS = "select * from revision";
/** Two relays that start on an empty store both find none; the second looks once the first has written. */
const ALONE = {
  shop: "lock table shop in share row exclusive mode",
  destination: "lock table destination in share row exclusive mode",
};

export function postgresDirectory(database: PostgresDatabase, seal: Seal): DirectoryStore {
  const { read, write } = database;

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

  return {
    shops: () => read(async (sql) => (await sql(SHOPS)).map((row) => shopOf(row, seal))),
    destinations: () => read(async (sql) => (await sql(DESTINATIONS)).map((row) => destinationOf(row, seal))),
    addShop: (shop) => write((sql) => addShop(sql, shop)),
    addDestination: (destination) => write((sql) => addDestination(sql, destination)),
    addFirstShop: (shop) =>
      write(async (sql) => {
        await sql(ALONE.shop);
        if ((await sql(`${SHOPS} limit 1`)).length === 0) await addShop(sql, shop);
      }),
    addFirstDestination: (destination) =>
      write(async (sql) => {
        await sql(ALONE.destination);
        if ((await sql(`${DESTINATIONS} limit 1`)).length === 0) await addDestination(sql, destination);
      }),
    pauseDestination: ({ id, token }, words) =>
      write(async (sql) => {
        const [row] = await sql("select token from destination where id = $1 for update", [id]);
        const isSame = opened(seal, row?.token) === token;
        if (isSame) await sql("update destination set paused = $1 where id = $2", [words, id]);
        return isSame;
      }),
    saveShop: ({ key, origins, settings, secrets, id }) =>
      write(async (sql) => {
        const [row] = await sql("select secrets from shop where id = $1 for update", [id]);
        await sql(
          "update shop set key = $1, origins = $2, settings = $3, secrets = coalesce($4, secrets) where id = $5",
          [key, JSON.stringify(origins), JSON.stringify(settings), resealed(seal, row?.secrets, secrets), id],
        );
      }),
    saveDestination: (d) =>
      write(async (sql) => {
        await sql(
          `update destination set name = $1, ad_account_id = $2, tag_id = $3, token = coalesce($4, token), state = $5,
             drives_browser = $6, paused = $7 where id = $8`,
          [
            d.name,
            d.adAccountId,
            d.tagId,
            d.token === "" ? null : seal.seal(d.token),
            d.state,
            d.drivesBrowser,
            d.paused ?? null,
            d.id,
          ],
        );
      }),
    rememberRevision: (shop, rev, settings) =>
      write(async (sql) => {
        await sql("insert into revision (shop, rev, settings) values ($1, $2, $3) on conflict do nothing", [
          shop,
          rev,
          JSON.stringify(settings),
        ]);
      }),
    revisions: () =>
      read(async (sql) =>
        (await sql(REVISIONS)).map((row) => ({
          shop: Number(row.shop),
          rev: String(row.rev),
          settings: JSON.parse(String(row.settings)),
        })),
      ),
  };
}

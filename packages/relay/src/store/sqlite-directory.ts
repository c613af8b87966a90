/** The directory's side of the SQLite store: shops, destinations, settings revisions. Tokens are sealed at rest. */
import { type Destination, NO_SECRETS, type Shop } from "../core/settings.ts";
import { destinationOf, opened, revisionOf, sealedSecrets, shopOf, staysSealed } from "./directory-rows.ts";
import type { Commit } from "./group-commit.ts";
import type { Seal } from "./seal.ts";
import type { Database } from "./sqlite-database.ts";
import type { DirectoryStore, NewDestination, NewShop } from "./store.ts";

export function sqliteDirectory(database: Database, commit: Commit, seal: Seal): DirectoryStore {
  const shops = database.prepare("select * from shop order by id");
  const destinations = database.prepare("select * from destination order by id");
  const revisions = database.prepare("select * from revision");
  const insertShop = database.prepare(`
    insert into shop (key, origins, settings, secrets, created_ms) values (?, ?, ?, ?, ?)`);
  const updateShop = database.prepare(
    "update shop set key = ?, origins = ?, settings = ?, secrets = coalesce(?, secrets) where id = ?",
  );
  const insertDestination = database.prepare(`
    insert into destination (shop, name, ad_account_id, tag_id, token, state, drives_browser, created_ms)
    values (?, ?, ?, ?, ?, ?, ?, ?)`);
  const updateDestination = database.prepare(`
    update destination set name = ?, ad_account_id = ?, tag_id = ?, token = coalesce(?, token), state = ?, drives_browser = ?, paused = ?
    where id = ?`);
  const insertRevision = database.prepare(`
    insert into revision (shop, rev, settings) values (?, ?, ?) on conflict do nothing`);

  const secretsOf = database.prepare("select secrets from shop where id = ?");
  const tokenOf = database.prepare("select token from destination where id = ? and ad_account_id = ?");
  const pause = database.prepare("update destination set paused = ? where id = ?");

  const addShop = ({ key, origins, settings, secrets = NO_SECRETS }: NewShop): Shop => {
    const run = insertShop.run(
      key,
      JSON.stringify(origins),
      JSON.stringify(settings),
      sealedSecrets(seal, secrets),
      Date.now(),
    );
    return { id: Number(run.lastInsertRowid), key, origins: [...origins], settings, secrets };
  };

  const addDestination = (d: NewDestination): Destination => {
    const drives = d.drivesBrowser ? 1 : 0;
    const token = seal.seal(d.token);
    const run = insertDestination.run(d.shop, d.name, d.adAccountId, d.tagId, token, d.state, drives, Date.now());
    return { ...d, id: Number(run.lastInsertRowid) };
  };

  return {
    shops: async () => shops.all().map((row) => shopOf(row, seal)),
    destinations: async () => destinations.all().map((row) => destinationOf(row, seal)),
    addShop: (shop) => commit(() => addShop(shop)),
    addDestination: (destination) => commit(() => addDestination(destination)),
    addFirstShop: (shop) =>
      commit(() => {
        if (!shops.get()) addShop(shop);
      }),
    addFirstDestination: (destination) =>
      commit(() => {
        if (!destinations.get()) addDestination(destination);
      }),
    pauseDestination: ({ id, token, adAccountId }, words) =>
      commit(() => {
        const isSame = opened(seal, tokenOf.get(id, adAccountId)?.token) === token;
        if (isSame) pause.run(words, id);
        return isSame;
      }),
    saveShop: (shop) =>
      commit(() => {
        const { key, origins, settings, secrets, id } = shop;
        // Secrets that cannot be read here stay, until there are others.
        const isKept = staysSealed(seal, secretsOf.get(id)?.secrets, secrets);
        updateShop.run(
          key,
          JSON.stringify(origins),
          JSON.stringify(settings),
          isKept ? null : sealedSecrets(seal, secrets),
          id,
        );
      }),
    saveDestination: (d) =>
      commit(() => {
        const token = d.token === "" ? null : seal.seal(d.token);
        const drives = d.drivesBrowser ? 1 : 0;
        updateDestination.run(d.name, d.adAccountId, d.tagId, token, d.state, drives, d.paused ?? null, d.id);
      }),
    rememberRevision: (shop, rev, settings) =>
      commit(() => {
        insertRevision.run(shop, rev, JSON.stringify(settings));
      }),
    revisions: async () => revisions.all().map(revisionOf),
  };
}

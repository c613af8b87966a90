/** The directory's side of the SQLite store: shops, destinations, settings revisions. Tokens are sealed at rest. */
import { type Draft, differences, documentOf, draftOf } from "../core/draft.ts";
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
import { HIGHEST_DESTINATION } from "./gone.ts";
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
    insert into destination (id, shop, name, ad_account_id, tag_id, token, state, drives_browser, created_ms, rules)
    values ((${HIGHEST_DESTINATION}) + 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const updateDestination = database.prepare(`
    update destination set name = ?, ad_account_id = ?, tag_id = ?, token = coalesce(?, token), state = ?, drives_browser = ?,
      rules = ? where id = ?`);
  const insertRevision = database.prepare(`
    insert into revision (shop, rev, settings) values (?, ?, ?) on conflict do nothing`);

  const secretsOf = database.prepare("select secrets from shop where id = ?");
  const tokenOf = database.prepare("select token from destination where id = ? and ad_account_id = ?");
  const pause = database.prepare("update destination set paused = ? where id = ?");

  const note = database.prepare("insert into change (shop, at_ms, by_whom, words, document) values (?, ?, ?, ?, ?)");
  const noted = database.prepare("select * from change where shop = ? order by row desc limit ?");
  const removeDestination = database.prepare("delete from destination where id = ?");
  const passBrowserOn = database.prepare(`
    update destination set drives_browser = 1
    where id <> ? and shop = (select shop from destination where id = ?)
      and (select count(*) from destination one where one.shop = destination.shop) = 2`);

  const writeShop = ({ key, origins, settings, secrets, id }: Shop): void => {
    // Secrets that cannot be read here stay, until there are others.
    const isKept = staysSealed(seal, secretsOf.get(id)?.secrets, secrets);
    const sealed = isKept ? null : sealedSecrets(seal, secrets);
    updateShop.run(key, JSON.stringify(origins), JSON.stringify(settings), sealed, id);
  };
  const writeDestination = (d: Destination): void => {
    const token = d.token === "" ? null : seal.seal(d.token);
    const rules = JSON.stringify(d.rules);
    const drives = d.drivesBrowser ? 1 : 0;
    updateDestination.run(d.name, d.adAccountId, d.tagId, token, d.state, drives, rules, d.id);
  };
  const writePaused = ({ paused, id }: Destination): void => void pause.run(paused ?? null, id);
  const directoryOf = (shop: number): Draft | undefined => {
    const row = shops.all().find(({ id }) => Number(id) === shop);
    return (
      row &&
      draftOf(
        shopOf(row, seal),
        destinations.all().map((one) => destinationOf(one, seal)),
      )
    );
  };

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
    const rules = d.rules ?? NO_RULES;
    const token = seal.seal(d.token);
    const run = insertDestination.run(
      d.shop,
      d.name,
      d.adAccountId,
      d.tagId,
      token,
      d.state,
      drives,
      Date.now(),
      JSON.stringify(rules),
    );
    return { ...d, rules, id: Number(run.lastInsertRowid) };
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
    saveShop: (shop) => commit(() => writeShop(shop)),
    saveDestination: (destination) =>
      commit(() => {
        writeDestination(destination);
        writePaused(destination);
      }),
    saveChange: (before, after, by, nowMs) =>
      commit(() => {
        const now = directoryOf(before.shop.id);
        if (!now || standing(now) !== standing(before)) return false;
        writeShop(after.shop);
        after.destinations.forEach(writeDestination);
        after.destinations.filter(saysPaused(before)).forEach(writePaused);
        const words = JSON.stringify(differences(before, after));
        note.run(before.shop.id, nowMs, by, words, JSON.stringify(documentOf(before)));
        return true;
      }),
    changes: async (shop, limit) => noted.all(shop, limit).map(changeOf),
    removeDestination: (destination) =>
      commit(() => {
        passBrowserOn.run(destination, destination);
        removeDestination.run(destination);
      }),
    rememberRevision: (shop, rev, settings) =>
      commit(() => {
        insertRevision.run(shop, rev, JSON.stringify(settings));
      }),
    revisions: async () => revisions.all().map(revisionOf),
  };
}

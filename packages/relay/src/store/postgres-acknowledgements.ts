/** Acknowledgements of the Pinterest Tag in PostgreSQL. Called inside of a write. */
import { encodeBytes } from "./event-key.ts";
import type { Sql } from "./postgres-database.ts";
import type { ShopAcknowledgement } from "./store.ts";

const STRENGTH = { fired: 2, failed: 1, absent: 0 };

/** fired says more than failed, and failed more than absent; whichever order they come in. */
export async function acknowledge(
  sql: Sql,
  codeOf: (name: string) => number,
  acks: readonly ShopAcknowledgement[],
): Promise<void> {
  if (acks.length === 0) return;
  // One statement may touch a row once only, and all relays touch rows in one order.
  const strongest = new Map<string, ShopAcknowledgement>();
  for (const ack of acks) {
    const key = `${ack.shop} ${ack.name} ${ack.id}`;
    const known = strongest.get(key);
    if (!known || STRENGTH[ack.state] > STRENGTH[known.state]) strongest.set(key, ack);
  }
  const all = [...strongest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ack]) => ack);
  await sql(
    `insert into acknowledgement (shop, name, id, state, at_ms)
     select * from unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::text[], $5::bigint[])
     on conflict (shop, name, id) do update set state = excluded.state, at_ms = excluded.at_ms
     where excluded.state = 'fired' or (excluded.state = 'failed' and acknowledgement.state = 'absent')`,
    [
      all.map(({ shop }) => shop),
      all.map(({ name }) => codeOf(name)),
      all.map(({ id }) => encodeBytes(id)),
      all.map(({ state }) => state),
      all.map(({ atMs }) => atMs),
    ],
  );
}

/** What is left of destinations that were removed, for every store: their deliveries stay, and their numbers with them. */

/** Why a delivery was withdrawn that waited for one, in words for the ledger. */
export const GONE = "its destination was removed";

/** Destinations for which something waits and which are no more. From one to the next by the index of what waits: it may be long. */
export const GONE_DESTINATIONS = `
  with recursive waiting (id) as (
    select min(destination) from delivery where due_ms is not null
    union all
    select (select min(d.destination) from delivery d where d.due_ms is not null and d.destination > waiting.id)
    from waiting where waiting.id is not null)
  select id from waiting
  where id is not null and not exists (select 1 from destination t where t.id = waiting.id)`;

/**
 * The highest number of a destination that anything in SQLite goes by, a removed one's too: deliveries, which all either
 * wait or have ended, each by the end of an index; and settings as they once were, which are few.
 */
export const HIGHEST_DESTINATION = `
  select coalesce(max(id), 0) as id from (
    select max(id) as id from destination
    union all select max(destination) from delivery indexed by delivery_due where due_ms is not null
    union all select max(destination) from delivery indexed by delivery_outcome where outcome is not null
    union all select max(json_extract(d.value, '$.id')) from change, json_each(change.document, '$.destinations') d)`;

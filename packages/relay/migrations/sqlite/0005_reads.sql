-- What people look at must not scan the ledger.

-- When the event was received: deliveries are counted by it, and listed by it for each outcome.
alter table delivery add column received_ms integer not null default 0;
update delivery set received_ms = coalesce((select received_ms from event where row = delivery.event), 0);
-- What waits is found by when it is due: so an accept writes nothing here.
create index delivery_outcome on delivery (destination, outcome, received_ms, event) where outcome is not null;

-- Retention goes by the first column alone; counting by name needs no row.
drop index event_received;
create index event_received on event (received_ms, shop, name);

-- Tries that did not settle a delivery, and why; the last one is in the delivery itself.
create table attempt (
  delivery integer not null,                -- delivery.row
  at_ms    integer not null,
  words    text not null,
  primary key (delivery, at_ms)
) strict, without rowid;

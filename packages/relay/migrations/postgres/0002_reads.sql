-- What people look at must not scan the ledger.

-- When the event was received: deliveries are counted by it, and listed by it for each outcome.
alter table delivery add column received_ms bigint not null default 0;
update delivery d set received_ms = e.received_ms from event e where e.row = d.event;
-- What waits is found by when it is due: so an accept writes nothing here.
create index delivery_outcome on delivery (destination, outcome, received_ms, event) where outcome is not null;

-- Retention goes by the first column alone; counting by name needs no row.
drop index event_received;
create index event_received on event (received_ms, shop, name);

-- Tries that did not settle a delivery, and why; the last one is in the delivery itself.
create table attempt (
  delivery bigint not null,                 -- delivery.row
  at_ms    bigint not null,
  words    text not null,
  primary key (delivery, at_ms)
);

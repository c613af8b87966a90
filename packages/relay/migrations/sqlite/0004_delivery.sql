-- What delivery and retention need beside the ledger itself.

-- Orders that the ledger no longer holds: the names they went by, so that an old thank-you page is no new order.
create table tombstone (
  shop   integer not null,
  id     text not null,
  signed integer not null,                  -- whether a signed source told this name
  at_ms  integer not null,                  -- when the order was received
  primary key (shop, id)
) strict, without rowid;
create index tombstone_at on tombstone (at_ms);

-- Calls to Pinterest by ad account: when its budget will be whole again. One row for all relays on this store.
create table call_budget (
  ad_account_id text primary key,
  full_ms       real not null
) strict, without rowid;

-- Retention goes by when an event was received.
create index event_received on event (received_ms);

-- What ended unsent, in the order in which it did.
create index delivery_dead on delivery (outcome, settled_ms) where outcome <> 'sent';

-- What a delivery ended as before somebody had it judged anew, the last first.
alter table delivery add column earlier text;

-- Retention goes by when they came where no event of theirs ever did.
create index acknowledgement_at on acknowledgement (at_ms);
create index refund_at on refund (at_ms);

-- The last time of day that a relay saw: what is earlier by more than a minute is a clock that was set back.
create table clock (
  one     integer primary key check (one = 1),
  seen_ms integer not null
) strict;

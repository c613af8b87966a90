-- The ledger: who (shop, destination), what happened (event), and what becomes of it (delivery).
-- Times are milliseconds since 1970. UUIDs are 16-byte blobs, other ids text: v7 ids keep inserts at the index's end.

create table shop (
  id         integer primary key,
  key        text not null unique,
  origins    text not null,                 -- JSON list
  settings   text not null,                 -- JSON
  created_ms integer not null
) strict;

-- The settings that both channels share, by revision: the server half follows the very ones the browser half used.
create table revision (
  shop     integer not null,
  rev      text not null,
  settings text not null,                   -- JSON
  primary key (shop, rev)
) strict, without rowid;

create table destination (
  id             integer primary key,
  shop           integer not null,
  name           text not null,
  ad_account_id  text not null,
  tag_id         text not null,
  token          blob not null,             -- sealed
  state          text not null,
  drives_browser integer not null,
  paused         text,                      -- Pinterest's words when it refused the token
  created_ms     integer not null
) strict;

create table event_name (
  code integer primary key,
  name text not null unique
) strict;

create table event (
  row         integer primary key,
  shop        integer not null,
  name        integer not null,             -- event_name.code
  id          any not null,
  time_ms     integer not null,
  received_ms integer not null,
  halves      text not null,                -- JSON, by source: what each one said
  network     text,                         -- JSON, by source: IP and user agent; cleared once all is settled
  duplicates  integer not null default 0,   -- further tellings by a source that had told it already
  late_halves integer not null default 0    -- first tellings by another source after the claim had frozen the payload
) strict;
create unique index event_key on event (shop, name, id);

create table delivery (
  row         integer primary key,
  event       integer not null,             -- event.row
  destination integer not null,
  due_ms      integer,                      -- null once settled; a claim moves it to the end of its lease
  claim       text,                         -- which worker holds it
  attempts    integer not null default 0,
  payload     text,                         -- frozen at the first claim: every try sends these bytes
  outcome     text,
  words       text,                         -- why, in Pinterest's words where it was Pinterest
  settled_ms  integer
) strict;
create unique index delivery_key on delivery (event, destination);
create index delivery_due on delivery (destination, due_ms) where due_ms is not null;

-- What became of an event at the Pinterest Tag. On its own, since it may come before the event does.
create table acknowledgement (
  shop  integer not null,
  name  integer not null,
  id    any not null,
  state text not null,
  at_ms integer not null,
  primary key (shop, name, id)
) strict, without rowid;

-- Written to find out whether a write succeeds.
create table heartbeat (
  one   integer primary key check (one = 1),
  at_ms integer not null
) strict;

-- Orders that several sources tell under several names, and what is known of the visitors behind them.

alter table shop add column secrets blob;   -- sealed JSON: keys of the server API, secrets of webhooks
alter table shop add column signed_order_ms integer;  -- when its server last told an order, to the day

-- Every event ID that an order goes by. A signed source's word takes a name away from an unsigned one.
create table order_name (
  shop   integer not null,
  id     text not null,
  event  integer not null,                  -- event.row
  signed integer not null,
  primary key (shop, id)
) strict, without rowid;
create index order_name_event on order_name (event);

insert into order_name (shop, id, event, signed)
  select e.shop, e.id, e.row, 0 from event e join event_name n on n.code = e.name
  where n.name = 'Placed Order' and typeof(e.id) = 'text';

update event set halves = json_set(halves, '$.browser.orderIds', json_array(id))
  where name = (select code from event_name where name = 'Placed Order')
    and typeof(id) = 'text' and json_type(halves, '$.browser') = 'object';

-- Money given back. On its own, since it may be told before the order is.
create table refund (
  shop     integer not null,
  id       text not null,                   -- the platform's ID of the refund
  order_id text not null,                   -- event ID of the order
  amount   real not null,
  currency text not null,
  at_ms    integer not null,
  primary key (shop, order_id, id)
) strict, without rowid;

-- What is known of a visitor over several events: hashed, and with consent only.
create table visitor (
  shop       integer not null,
  id         text not null,                 -- visitor ID; or an alias, while no visitor of that name is known
  match_keys text not null,                 -- JSON
  click_id   text,
  consent    text,                          -- JSON: what they decided last
  consent_ms integer not null default 0,    -- when it was heard
  seen_ms    integer not null,
  primary key (shop, id)
) strict, without rowid;
create index visitor_seen on visitor (seen_ms);

-- Names that a visitor goes by, values hashed: urn:kind:hash.
create table visitor_alias (
  shop    integer not null,
  alias   text not null,
  visitor text not null,
  seen_ms integer not null,
  primary key (shop, alias)
) strict, without rowid;
create index visitor_alias_of on visitor_alias (shop, visitor);
create index visitor_alias_seen on visitor_alias (seen_ms);

-- Who changed which settings of a shop, and how all stood before: without secrets and tokens.
create table change (
  row      integer primary key,
  shop     integer not null,
  at_ms    integer not null,
  by_whom  text not null,
  words    text not null,                   -- JSON: what was changed, from and to
  document text not null                    -- JSON: shop and destinations before
) strict;
create index change_shop on change (shop, row);

-- Pinterest Tags beside ours that a shop's pages noticed. Anybody who knows the shop's public key can add to it, so a
-- shop has a hundred rows at most: the store drops those that were unseen for longest.

create table other_tag (
  row        integer primary key,
  shop       integer not null,
  noticed_by text not null,                 -- where: page, network, shopify app
  tag_id     text not null,                 -- '' where it is not known
  event      text not null,                 -- '' where none was seen
  first_ms   integer not null,
  last_ms    integer not null,
  sightings  integer not null default 1     -- at most one in five minutes counts
) strict;
create unique index other_tag_key on other_tag (shop, noticed_by, tag_id, event);

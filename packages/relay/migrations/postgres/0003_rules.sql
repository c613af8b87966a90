-- What a destination makes of a shop's events: mapping and filters, JSON.
alter table destination add column rules text not null default '{"mapping":{},"filters":[]}';

-- The dashboard's door: whoever knows the password, the sessions that are open, and what was done in them.

create table operator (
  one         integer primary key check (one = 1),
  password    text not null,                -- scrypt: its parameters, salt and hash
  is_one_time integer not null,             -- printed at the first start, to be replaced at the first login
  changed_ms  integer not null
) strict;

create table session (
  token   text primary key,                 -- SHA-256, hex, of what the cookie holds
  csrf    text not null,
  open_ms integer not null,
  seen_ms integer not null
) strict, without rowid;

create table audit (
  row     integer primary key,
  at_ms   integer not null,
  address text not null,                    -- whose: IPv4 cut to 24 bits, IPv6 to 48
  what    text not null,
  shop    integer,
  subject text                              -- on what; never a secret, never a person
) strict;

-- What the store is made of. Events are kept in packed blocks by the subject they came with: `block` has all that a
-- definition reads, `cold` the rest of what they said. New events stand in `tail` until they are merged into blocks.

-- Settings of the store itself: what made it, secrets, counters.
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT;

-- Names of types of events, of fields and of sources, by the codes that blocks use. Never anything personal.
CREATE TABLE name (code INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

-- id = (kind << 40) + (slot << 16) + generation; what `data` holds is told in src/store/block.h.
CREATE TABLE block (id INTEGER PRIMARY KEY, events INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
CREATE TABLE cold (id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;

-- One commit group a row: canonical lines, not yet in blocks.
CREATE TABLE tail (id INTEGER PRIMARY KEY AUTOINCREMENT, events INTEGER NOT NULL, lines BLOB NOT NULL) STRICT;

-- Definitions: each text once, by its digest; when it took effect, if it did.
CREATE TABLE definition (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL,         -- with its includes put in
  origin TEXT NOT NULL,       -- the file's name, or who wrote it
  made_at INTEGER NOT NULL,   -- microseconds since 1970
  effective_at INTEGER        -- NULL: waits for its signatures
) STRICT;
CREATE INDEX definition_effective ON definition (effective_at) WHERE effective_at IS NOT NULL;

-- Money spent, as the files of spend said it.
CREATE TABLE spend (
  from_day INTEGER NOT NULL, until_day INTEGER NOT NULL, -- days since 1970
  channel TEXT NOT NULL, campaign TEXT NOT NULL, currency TEXT NOT NULL,
  amount INTEGER NOT NULL, -- millionths
  UNIQUE (from_day, until_day, channel, campaign, currency)
) STRICT;

-- What was brought in, for `masa doctor` and for people.
CREATE TABLE import (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL, file TEXT NOT NULL,
  accepted INTEGER NOT NULL, duplicate INTEGER NOT NULL, rejected INTEGER NOT NULL
) STRICT;

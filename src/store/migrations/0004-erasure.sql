-- Who was erased (docs/STORE.md). Of the person nothing is here: what was counted stays, under a name drawn at random,
-- and of the ids keyed digests, by which what comes again is recognised.
CREATE TABLE erasure (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,        -- when it was asked for, microseconds since 1970
  done_at INTEGER NOT NULL,
  residue TEXT NOT NULL,      -- '' : nothing stays
  facts TEXT NOT NULL,        -- the lines of `masa facts --mode recorded` of the residue
  receipt TEXT NOT NULL       -- JSON: from which places how much was taken
) STRICT;
CREATE TABLE erased_key (
  digest BLOB PRIMARY KEY,    -- of kind and id, under the secret that `meta` keeps as erasure_key
  erasure INTEGER NOT NULL REFERENCES erasure
) STRICT;

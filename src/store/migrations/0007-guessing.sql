-- Who failed to sign in, and until when they wait (src/access/lockout.h): by keyed digests of accounts and addresses.
CREATE TABLE guessing_secret (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  secret BLOB NOT NULL
) STRICT;
INSERT INTO guessing_secret VALUES (1, randomblob(16));
CREATE TABLE guessing (
  kind INTEGER NOT NULL,          -- 0: accounts and browsers, 1: addresses
  key INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  wait_until INTEGER NOT NULL,
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

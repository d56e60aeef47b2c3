-- People, what they may do, how they prove who they are, and the trail of what they did: see src/access.

-- Nobody is ever deleted: the audit trail names people by their number.
CREATE TABLE user (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email TEXT NOT NULL UNIQUE,     -- folded, as it is looked up
  name TEXT NOT NULL,
  language TEXT NOT NULL CHECK (language IN ('he', 'en')),
  roles TEXT NOT NULL,            -- 'marketing,sales'
  teams TEXT NOT NULL DEFAULT '', -- 'team_east,team_west'
  version INTEGER NOT NULL DEFAULT 1, -- counts changes, so that none is written over unseen
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  password TEXT,                  -- argon2id with its parameters; NULL until the invitation was followed
  made_at INTEGER NOT NULL,       -- microseconds since 1970, as all times
  signed_in_at INTEGER
) STRICT;

-- Links that let in once. Only digests of secrets are kept, here and below.
CREATE TABLE one_time_link (
  digest BLOB PRIMARY KEY,
  purpose TEXT NOT NULL CHECK (purpose IN ('first-admin', 'invitation', 'reset')),
  user INTEGER REFERENCES user,   -- NULL: makes the first administrator
  made_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX one_time_link_user ON one_time_link (user);

CREATE TABLE session (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  digest BLOB NOT NULL UNIQUE,
  user INTEGER NOT NULL REFERENCES user,
  made_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,    -- at the latest, however much it is used
  address TEXT NOT NULL,
  agent TEXT NOT NULL             -- what the browser calls itself
) STRICT;
CREATE INDEX session_user ON session (user);

-- Keys of programs.
CREATE TABLE api_key (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  prefix TEXT NOT NULL UNIQUE,    -- how it is looked up
  digest BLOB NOT NULL,
  name TEXT NOT NULL,
  writes INTEGER NOT NULL CHECK (writes IN (0, 1)),
  roles TEXT NOT NULL,
  made_by INTEGER REFERENCES user,
  made_at INTEGER NOT NULL,
  expires_at INTEGER,
  used_at INTEGER,
  revoked_at INTEGER
) STRICT;

-- Keys with which events are sent. They stand in the pages of web sites for everyone to read, so they are no secrets.
CREATE TABLE write_key (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  prefix TEXT NOT NULL UNIQUE,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  source TEXT NOT NULL,           -- that events carry which come with it
  origins TEXT NOT NULL,          -- from which pages a browser may send, separated by spaces; empty: from any
  made_by INTEGER REFERENCES user,
  made_at INTEGER NOT NULL,
  used_at INTEGER,
  revoked_at INTEGER
) STRICT;

-- Who did what, when, from where. Each row's `chain` is a digest of the row and of the chain before it. What a row
-- says of a person can be blanked when that person is erased: the chain covers `content`, a digest of it under `salt`.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,            -- user:3, key:2, command, nobody
  session INTEGER,
  address TEXT NOT NULL,
  action TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
  reason TEXT NOT NULL,           -- why it was refused
  object TEXT NOT NULL,           -- user:3, lead:p1
  before TEXT,                    -- JSON
  after TEXT,
  salt BLOB,                      -- NULL: erased
  content BLOB NOT NULL,
  chain BLOB NOT NULL
) STRICT;
CREATE INDEX audit_actor ON audit (actor, id);
CREATE INDEX audit_object ON audit (object, id);
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit trail only grows'); END;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
WHEN NEW.salt IS NOT NULL OR NEW.object <> '' OR NEW.before IS NOT NULL OR NEW.after IS NOT NULL
  OR NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.actor <> OLD.actor OR NEW.session IS NOT OLD.session
  OR NEW.address <> OLD.address OR NEW.action <> OLD.action OR NEW.outcome <> OLD.outcome
  OR NEW.reason <> OLD.reason OR NEW.content <> OLD.content OR NEW.chain <> OLD.chain
BEGIN SELECT raise(ABORT, 'the audit trail is not changed'); END;
-- Its last row, so that a shortened trail is seen.
CREATE TABLE audit_head (one INTEGER PRIMARY KEY CHECK (one = 1), id INTEGER NOT NULL, chain BLOB NOT NULL) STRICT;

-- Counts what changes who may do what, so that whoever remembers answers knows when to forget them. Being seen and
-- being used do not count.
CREATE TABLE access_epoch (one INTEGER PRIMARY KEY CHECK (one = 1), count INTEGER NOT NULL) STRICT;
INSERT INTO access_epoch VALUES (1, 0);
CREATE TRIGGER user_changes AFTER UPDATE OF roles, active, email, name, language, teams ON user
BEGIN UPDATE access_epoch SET count = count + 1; END;
CREATE TRIGGER session_changes AFTER UPDATE OF digest, user, expires_at ON session
BEGIN UPDATE access_epoch SET count = count + 1; END;
CREATE TRIGGER session_ends AFTER DELETE ON session
BEGIN UPDATE access_epoch SET count = count + 1; END;
CREATE TRIGGER api_key_changes AFTER UPDATE OF prefix, digest, writes, roles, expires_at, revoked_at ON api_key
BEGIN UPDATE access_epoch SET count = count + 1; END;
CREATE TRIGGER api_key_goes AFTER DELETE ON api_key
BEGIN UPDATE access_epoch SET count = count + 1; END;
CREATE TRIGGER write_key_changes AFTER UPDATE OF prefix, key, source, origins, revoked_at ON write_key
BEGIN UPDATE access_epoch SET count = count + 1; END;
CREATE TRIGGER write_key_goes AFTER DELETE ON write_key
BEGIN UPDATE access_epoch SET count = count + 1; END;

-- What people who work with the store write down: versions of the definition and who signed them, saved views, and what
-- the weekly meeting speaks of and decides.

-- A definition that was offered in the interface says who wrote it and what for. Each time one takes effect is a row of
-- its own, since an earlier one may come back.
CREATE TABLE publication (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  definition INTEGER NOT NULL REFERENCES definition,
  effective_at INTEGER NOT NULL,  -- microseconds since 1970; may lie ahead
  made_at INTEGER NOT NULL,
  made_by INTEGER REFERENCES user -- NULL: the command line
) STRICT;
CREATE INDEX publication_effective ON publication (effective_at, id);
INSERT INTO publication (definition, effective_at, made_at)
  SELECT id, effective_at, made_at FROM definition WHERE effective_at IS NOT NULL ORDER BY effective_at, id;
DROP INDEX definition_effective;
ALTER TABLE definition DROP COLUMN effective_at;
ALTER TABLE definition ADD COLUMN author INTEGER REFERENCES user;         -- NULL: the command line
ALTER TABLE definition ADD COLUMN note TEXT;
ALTER TABLE definition ADD COLUMN based_on INTEGER REFERENCES definition; -- NULL: the first
ALTER TABLE definition ADD COLUMN offered_at INTEGER;                     -- NULL: never offered for signing

-- What a side said of the last offer of a definition.
CREATE TABLE signoff (
  definition INTEGER NOT NULL REFERENCES definition,
  side TEXT NOT NULL CHECK (side IN ('marketing', 'sales')),
  signed INTEGER NOT NULL CHECK (signed IN (0, 1)), -- 0: refused
  author INTEGER NOT NULL REFERENCES user,
  at INTEGER NOT NULL,
  note TEXT,
  PRIMARY KEY (definition, side)
) STRICT;

-- Saved views of the list of leads.
CREATE TABLE saved_view (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  owner INTEGER NOT NULL REFERENCES user,
  name TEXT NOT NULL,
  shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
  query TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1 -- counts changes
) STRICT;
CREATE INDEX saved_view_owner ON saved_view (owner);

-- Topics for the weekly meeting, until they are dropped.
CREATE TABLE topic (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  said TEXT NOT NULL,
  author INTEGER NOT NULL REFERENCES user,
  made_at INTEGER NOT NULL
) STRICT;

-- The register of decisions taken: who does what until when, and what it is to change.
CREATE TABLE register_entry (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  said TEXT NOT NULL,
  why TEXT,
  owner INTEGER NOT NULL REFERENCES user,
  side TEXT NOT NULL CHECK (side IN ('marketing', 'sales', 'both')),
  taken_at INTEGER NOT NULL,
  due INTEGER,                    -- days since 1970
  status TEXT NOT NULL CHECK (status IN ('open', 'done', 'dropped')),
  action TEXT,                    -- code of the report's action that it answers
  kpi TEXT,                       -- code of the number that it is to change
  version INTEGER NOT NULL DEFAULT 1
) STRICT;

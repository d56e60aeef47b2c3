-- The tail stands in a journal beside the file (src/log/journal.h, its name ends in -tail) while a service appends to
-- it, and in the table `tail` otherwise. This moves with the blocks, in their transaction.
CREATE TABLE journal (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  owner BLOB NOT NULL,            -- also in the journal's file: whose it is
  merged INTEGER NOT NULL,        -- number of its last record of which everything stands in this file
  wipes_asked INTEGER NOT NULL,   -- how often somebody asked that nothing be left of what was merged,
  wipes_done INTEGER NOT NULL     -- and which of it was done
) STRICT;
INSERT INTO journal VALUES (1, randomblob(16), 0, 0, 0);

-- What a write key may send (src/intake/permit.h); empty: everything.
ALTER TABLE write_key ADD COLUMN calls TEXT NOT NULL DEFAULT '';   -- "track page", separated by spaces
-- Names of events, a line each; one that ends in * is a beginning.
ALTER TABLE write_key ADD COLUMN events TEXT NOT NULL DEFAULT '';
-- 1: it speaks of visitors alone, and names nobody.
ALTER TABLE write_key ADD COLUMN visitors INTEGER NOT NULL DEFAULT 0 CHECK (visitors IN (0, 1));

-- Of which funnel the number is that a decision is to change;
-- empty: it names no number, or is of before there was a choice, and of the report's.
ALTER TABLE register_entry ADD COLUMN funnel TEXT NOT NULL DEFAULT '';

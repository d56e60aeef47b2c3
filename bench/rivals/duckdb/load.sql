-- Loads the log ${LOG} into the table `event` of a database file.
SET threads = ${THREADS};
SET preserve_insertion_order = false;
CREATE TABLE event AS SELECT * FROM ${LOG};
CHECKPOINT;

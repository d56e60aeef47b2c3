-- Loads the log ${LOG} into a table in the order in which the questions read it, and writes what is left to the disk.
CREATE TABLE event (
  id UInt64, ts DateTime('UTC'), lead String, type LowCardinality(String), path LowCardinality(String), step UInt8,
  channel LowCardinality(String), region LowCardinality(String), employees UInt32, industry LowCardinality(String)
) ENGINE = MergeTree ORDER BY (lead, ts);
INSERT INTO event SELECT * FROM ${LOG} SETTINGS max_insert_threads = ${THREADS};

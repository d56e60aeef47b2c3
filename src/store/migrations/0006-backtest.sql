-- What backtests found, of the last ones (src/app/backtest_shelf.h). It names subjects, so an erasure empties it.
CREATE TABLE backtest (
  id INTEGER PRIMARY KEY,
  author INTEGER NOT NULL,        -- number of the user; 0: none
  created_at INTEGER NOT NULL,
  events INTEGER NOT NULL,        -- that were read
  seconds INTEGER NOT NULL,
  result TEXT                     -- JSON; null: it has not ended
) STRICT;

-- What masa tells people and programs by itself (src/deliver): to whom, and what became of it.

-- Where to: a webhook each, made by an administrator. Its secrets sign what goes there, so they stand here as they are;
-- an ended channel has none.
CREATE TABLE channel (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  teams TEXT NOT NULL,            -- for whom: 'team_east,team_west'
  roles TEXT NOT NULL,            -- 'sales'; both empty: for everybody
  secret BLOB NOT NULL,
  old_secret BLOB,                -- signs too, until old_until, so that a receiver can change over
  old_until INTEGER,
  secret_at INTEGER NOT NULL,     -- when it was made
  made_by INTEGER REFERENCES user,
  made_at INTEGER NOT NULL,
  ended_at INTEGER,
  -- How it went, as the ledger below has it.
  sent_at INTEGER,                -- when something arrived last
  failed_at INTEGER,              -- when something did not, and why, as below
  failed_status INTEGER,
  failed_reason TEXT,
  failing_since INTEGER,          -- the first try that failed since one went well; NULL: the last went well
  troubled INTEGER NOT NULL DEFAULT 0 CHECK (troubled IN (0, 1)) -- since then something was given up, or nearly
) STRICT;

-- The ledger of sends: a row is decided once, and what becomes of it is written down before and after each try.
CREATE TABLE send (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel INTEGER NOT NULL REFERENCES channel,
  message TEXT NOT NULL UNIQUE,   -- its name to the receiver, the same at each try
  type TEXT NOT NULL,             -- 'handoff.reminder', 'channel.test'
  handoff TEXT,                   -- NULL: of none, or the lead was erased
  lead TEXT,                      -- id of the person whose handoff it is
  stage TEXT NOT NULL,
  addressee TEXT NOT NULL,        -- a team or a role; '': whoever has it
  due_at INTEGER NOT NULL,        -- when it was to be said
  decided_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'unknown', 'sent', 'failed', 'overtaken')),
  attempts INTEGER NOT NULL DEFAULT 0,
  tried_at INTEGER,               -- the last time
  status INTEGER,                 -- of the last answer; NULL: none came
  reason TEXT,                    -- why it was not sent (src/deliver/send_ledger.h); NULL: nothing to say
  next_at INTEGER,                -- when it is tried again; NULL: no more
  UNIQUE (channel, handoff, type, addressee, due_at)
) STRICT;
CREATE INDEX send_channel ON send (channel, id);
CREATE INDEX send_next ON send (channel, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX send_lead ON send (lead) WHERE lead IS NOT NULL;

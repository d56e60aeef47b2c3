-- What a write key may send can be changed (src/access/write_key.h): whoever remembers it forgets it then.
DROP TRIGGER write_key_changes;
CREATE TRIGGER write_key_changes
AFTER UPDATE OF prefix, key, source, origins, calls, events, visitors, revoked_at ON write_key
BEGIN UPDATE access_epoch SET count = count + 1; END;

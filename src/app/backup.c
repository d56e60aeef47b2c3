#include "app/backup.h"

#include "store/examine.h"

enum outcome backup_store(const char *db, const char *path, struct error *error)
{
    struct store *store = store_open(db, DATABASE_WRITE, error);
    if (!store) return FAILED;
    enum outcome outcome = store_copy(store, path, error);
    store_close(store);
    return outcome;
}

/* What both sorts of key do alike in their tables: they are listed, revoked, and when they were last used is noted. Of
 * access itself only. */
#ifndef MASA_ACCESS_KEY_TABLE_H
#define MASA_ACCESS_KEY_TABLE_H

#include "access/inner.h"

struct key_table {
    const char *word, *object, *revoked;   /* "write key", and in the audit trail "write-key", "write-key.revoke" */
    const char *list, *revoke, *note_used; /* SQL; ?1 is the id, ?2 the instant */
    size_t size;                           /* of a listed key */
    void (*read)(struct statement *row, struct arena *arena, void *key);
};

/* All keys, in the arena. */
enum answer key_table_list(const struct key_table *table, struct access *access, const struct identity *who,
                           struct arena *arena, void **keys, size_t *count, struct error *error);
enum answer key_table_revoke(const struct key_table *table, struct access *access, const struct identity *who,
                             int64_t id, struct error *error);
/* At most once an hour. Access is locked. */
void key_table_note_used(const struct key_table *table, struct access *access, struct cache_entry *entry);

#endif

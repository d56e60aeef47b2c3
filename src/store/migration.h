/* The steps from an empty file to a store of today, as SQL, in order: see migrations/. */
#ifndef MASA_STORE_MIGRATION_H
#define MASA_STORE_MIGRATION_H

#include <stddef.h>

struct migration {
    const char *name, *text;
};
extern const struct migration migrations[];
extern const size_t migration_count;

#endif

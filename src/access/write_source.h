/* For intake, once for each request: whose events come with a write key (write_key.h). */
#ifndef MASA_ACCESS_WRITE_SOURCE_H
#define MASA_ACCESS_WRITE_SOURCE_H

#include "access/access.h"
#include "intake/permit.h"

struct write_source {
    int64_t key;
    struct slice name;    /* that its events carry */
    struct slice origins; /* of pages from which a browser may send, separated by blanks; empty: any */
    struct permit permit;
};

/* ANSWER_UNKNOWN: no such key, or revoked. Texts live in the arena. */
enum answer write_source_find(struct access *access, struct slice key, struct arena *arena, struct write_source *out,
                              struct error *error);
/* `origin` is the page a browser sent from, empty for programs. */
bool write_source_allows(const struct write_source *source, struct slice origin);

#endif

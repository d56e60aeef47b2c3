/* Write keys: what a client shows to be allowed to send events. Who keeps them is a port; a file of them is one. */
#ifndef MASA_HTTP_WRITE_KEY_H
#define MASA_HTTP_WRITE_KEY_H

#include "base/arena.h"
#include "base/error.h"

struct write_key {
    struct slice source;         /* the name of what sends with it: "web" */
    const struct slice *origins; /* of pages that may use it from a browser: "https://example.com", or one "*" */
    size_t origin_count;
};

/* Called from several workers at a time. */
struct write_key_port {
    void *context;
    /* False: there is no such key. What it finds lives in the arena, or longer. */
    bool (*find)(void *context, struct slice key, struct arena *arena, struct write_key *out);
};

/* Whether a page of this origin may use the key. */
bool write_key_allows(const struct write_key *key, struct slice origin);

/* A text file, one key a line: KEY SOURCE [ORIGIN...]; empty lines and those that begin with # count for nothing. Only
 * digests of the keys are kept, so that looking one up tells nothing about others. */
struct key_file;
struct key_file *key_file_load(const char *path, struct error *error);
void key_file_free(struct key_file *file);
struct write_key_port key_file_port(struct key_file *file);

#endif

/* Who may send events: whoever shows a write key. Who keeps the keys is a port; a file of them is one, for a server
 * that is set up by files. */
#ifndef MASA_HTTP_SENDER_H
#define MASA_HTTP_SENDER_H

#include "base/arena.h"
#include "base/error.h"
#include "intake/permit.h"

enum sender_answer {
    SENDER_FINE,
    SENDER_UNKNOWN,
    SENDER_FORGED, /* not from this page */
    SENDER_FAILED, /* nobody could be asked; the error says why */
};

/* Texts live in the arena that was given, or longer. */
struct sender {
    struct slice source; /* that the key's events carry */
    struct permit permit;
};

/* Called from several workers at a time. `origin`: of the page a browser sends from, empty for programs. */
struct sender_port {
    void *context;
    enum sender_answer (*find)(void *context, struct slice key, struct slice origin, struct arena *arena,
                               struct sender *sender, struct error *error);
};

/* A text file, one key a line: KEY SOURCE [LIMIT...] [ORIGIN...]; without an origin browsers may send from any page.
 * Limits (intake/permit.h) are `calls=track,page`, `events=signed_up,page_*`, `speaks_of=visitors`, and `browser` for
 * what suits a key in a page. Empty lines and those that begin with # count for nothing. Only digests of the keys are
 * kept. */
struct key_file;
struct key_file *key_file_load(const char *path, struct error *error);
void key_file_free(struct key_file *file);
struct sender_port key_file_port(struct key_file *file);

#endif

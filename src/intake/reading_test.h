/* For tests of reading: writes a file, reads it, keeps what came as text, one event a line. */
#ifndef MASA_INTAKE_READING_TEST_H
#define MASA_INTAKE_READING_TEST_H

#include "base/test.h"

#include "base/buffer.h"
#include "intake/input.h"

struct reading {
    struct buffer
        events; /* "track page_viewed user=p1 at=2026-01-05T09:00:00Z id=7 [step=3 path=/a]" and so on, sorted */
    struct buffer rejects; /* the reject file */
    struct buffer said;
    struct buffer spend;
    struct input_summary summary; /* its texts are gone */
    enum outcome outcome;
    struct error error;
    struct diagnostics diagnostics;
};

enum { READING_PATHS = 160 };

struct reading_case {
    const char *name; /* of the file, its ending tells nothing */
    const char *text;
    size_t len; /* 0: strlen(text) */
    const char *mapping;
    const char *plan[READING_PATHS]; /* up to the first NULL */
    bool rest;                       /* what the plan does not ask for is shown too */
    int threads;                     /* 0: one */
};

void reading_run(struct reading *reading, const struct reading_case *what);
void reading_release(struct reading *reading);

#endif

/* How far a long reading is, on one line of a terminal that is taken away at the end:
 *
 *     struct progress_bar bar;
 *     progress_bar_init(&bar, stderr);
 *     const struct input_watch watch = {.context = &bar, .progress = progress_bar_show};
 *     ...
 *     progress_bar_end(&bar);
 *
 * Nothing is written when the stream is no terminal, and nothing in the first half second. */
#ifndef MASA_INTAKE_PROGRESS_H
#define MASA_INTAKE_PROGRESS_H

#include <stdio.h>

#include "intake/input.h"

struct progress_bar {
    FILE *out; /* NULL: no terminal */
    bool shown;
};

void progress_bar_init(struct progress_bar *bar, FILE *out);
/* Fits input_watch.progress. */
void progress_bar_show(void *bar, const struct input_progress *progress);
void progress_bar_end(struct progress_bar *bar);

/* The line itself: "[=====     ]  48%  812 MB/s  9,120,000 lines  3 s left". */
void progress_line(const struct input_progress *progress, struct buffer *out);

#endif

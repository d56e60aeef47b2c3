/* The log, seen from those who bring events: a port. The embedded store (src/store) implements it, over SQLite and over
 * a journal (log/journal.h).
 *
 * What is appended are canonical lines: each one whole JSON object in the Segment shape, ended by a newline, already
 * read by intake and found good, with its receivedAt. One append is one commit: durable, all of it or nothing. */
#ifndef MASA_LOG_LOG_H
#define MASA_LOG_LOG_H

#include "base/error.h"

struct log_port {
    void *context;
    /* Returns when the lines are on the disk (synced). FAILED, or NO_ROOM when the disk is full; then nothing of them
     * counts as kept, what was acknowledged before does, and a later try may succeed. One caller at a time. Whether an
     * event is new or a repetition is settled later, in its subject's trail. */
    enum outcome (*append)(void *context, struct slice lines, size_t count, struct error *error);
};

#endif

/* Group commit: many bring lines, one appends all that wait with one sync, and then tells everybody. While one group is
 * on its way to the disk the next one gathers, so that whoever comes together shares a sync, and a single client never
 * waits for company. Who comes alone appends in the thread it came in, which spares waking another one and being woken;
 * when they are many a thread of the commit's own does it. What may wait is bounded; beyond that the bringer is told to
 * come back. */
#ifndef MASA_LOG_COMMIT_H
#define MASA_LOG_COMMIT_H

#include "log/log.h"

struct commit;

/* Told, on the thread that appends, when appends begin to fail (NO_ROOM, FAILED), fail otherwise than before, or work
 * again (OK). May be empty. */
struct commit_watch {
    void (*turned)(void *context, enum outcome outcome);
    void *context;
};

struct commit_options {
    size_t waiting_max; /* bytes that may wait, and so the size of a group; 0: 8 MB */
    struct commit_watch watch;
};

/* Told once for lines that were taken: OK when they are on the disk, else why they are not (NO_ROOM, FAILED). Runs on
 * the thread that appended, which may be that of commit_put before it returns; it must be quick, and may put more. */
struct commit_call {
    void (*done)(void *context, enum outcome outcome, const struct error *error);
    void *context;
};

enum commit_answer { COMMIT_TAKEN, COMMIT_BUSY, COMMIT_CLOSED };

struct commit *commit_open(struct log_port port, const struct commit_options *options, struct error *error);
/* The lines need not stay. COMMIT_TAKEN: `call` will come; otherwise it will not. A bite larger than waiting_max is
 * taken when nothing else waits. From any thread. */
enum commit_answer commit_put(struct commit *commit, struct slice lines, size_t count, struct commit_call call);
/* Takes nothing more and returns when all that was taken has been told. */
void commit_drain(struct commit *commit);
/* Drains, then frees: nobody may put any more. */
void commit_close(struct commit *commit);

enum { COMMIT_SIZES = 12 };

struct commit_counts {
    uint64_t groups, lines, bytes; /* on the disk */
    uint64_t failed_groups, failed_lines, busy;
    uint64_t waiting_bytes, waiting_calls; /* now */
    uint64_t append_micros;                /* spent in the port */
    uint64_t sizes[COMMIT_SIZES];          /* groups by how many shared them: up to 1, 2, 4, 8 ... and more */
    int64_t failed_at; /* monotonic microseconds of the last failure since the last success; 0: none */
};
struct commit_counts commit_counts(struct commit *commit);

#endif

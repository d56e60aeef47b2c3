/* The journal: a file that is written ahead of its use and written over again, so that to keep a group of lines is to
 * write them once and to sync once, with nothing of the file's own to be changed beside. One process owns it and
 * appends; anybody may read it meanwhile (log/journal_reader.h, its form: log/journal_form.h). What it holds is merged
 * into something better by others, who know up to which record that has been done: a segment in which nothing else
 * stands is used again.
 *
 * A record is acknowledged when its sync returned. After a sync that failed nobody knows what of it is on the disk: the
 * group is refused, nothing is written behind it in that segment, and the same bytes are never synced a second time and
 * believed. The next owner begins a new segment too, so that whatever stands behind a record was written after it. */
#ifndef MASA_LOG_JOURNAL_H
#define MASA_LOG_JOURNAL_H

#include <sys/uio.h>

#include "log/journal_form.h"
#include "log/log.h"

struct journal;

/* How bytes get to the disk; tests put failures in between. Both return 0 or an errno. */
struct journal_disk {
    void *context;
    int (*write)(void *context, int file, const struct iovec *parts, int count, uint64_t at);
    int (*sync)(void *context, int file);
};

struct journal_options {
    const char *path;
    unsigned mode;                /* who may read and write the file that is made, as in open(2); 0: 0600 */
    uint8_t owner[JOURNAL_OWNER]; /* whose it is: kept in the file */
    /* Up to which record everything stands elsewhere for good. Asked by whoever appends, when a segment is full. */
    uint64_t (*merged)(void *context);
    void *context;
    const struct journal_disk *disk; /* NULL: the system's */
};

/* Opens it, and makes it where there is none. OK with *out NULL: another process owns it. */
enum outcome journal_open(const struct journal_options *options, struct journal **out, struct error *error);
/* The file stays. */
void journal_close(struct journal *journal);

/* As a log's port does (log/log.h). At most JOURNAL_LINES_MAX bytes. From any thread, one after the other. */
enum outcome journal_append(struct journal *journal, struct slice lines, size_t count, struct error *error);

/* Number of the newest record. */
uint64_t journal_last(struct journal *journal);

/* From now on appends go to segments beside those there are, until these are wiped. */
void journal_turn(struct journal *journal);
/* Of those that journal_turn left, writes zeros over all in which nothing is newer than `merged`, and syncs. *all: none
 * is left. Appending goes on meanwhile. From one thread at a time. */
enum outcome journal_wipe(struct journal *journal, uint64_t merged, bool *all, struct error *error);
/* Takes the file away; nothing may stand in it that is not merged. */
enum outcome journal_remove(struct journal *journal, struct error *error);

#endif

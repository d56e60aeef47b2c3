/* Reads a journal (log/journal.h) while it is appended to, in this process or another. What it finds is whole: a record
 * that is being written, or was not written to its end, is not there yet; one whose place was used again has gone, and
 * then stands where its owner put it for good. One reader belongs to one thread at a time. */
#ifndef MASA_LOG_JOURNAL_READER_H
#define MASA_LOG_JOURNAL_READER_H

#include "base/error.h"
#include "log/journal_form.h"

struct journal_reader;

/* Copies the path. The file need not be there, now or ever. */
struct journal_reader *journal_reader_new(const char *path, const uint8_t owner[JOURNAL_OWNER]);
void journal_reader_free(struct journal_reader *reader);

struct journal_state {
    uint64_t last;                   /* number of the newest record; at least `merged` */
    uint64_t records, events, bytes; /* beyond `merged` */
    uint64_t damaged;                /* cannot be read, though what was written after them can */
};

/* Looks what there is now; `merged`: up to where everything stands elsewhere for good, and need not be whole. FAILED:
 * the file is of another owner, or cannot be read. */
enum outcome journal_look(struct journal_reader *reader, uint64_t merged, struct journal_state *out,
                          struct error *error);
/* The same for who reads the lines next, or never: those of a record that another follows are not read. They were whole
 * when the next was written; whether they still are journal_each tells, and a look. */
enum outcome journal_glance(struct journal_reader *reader, uint64_t merged, struct journal_state *out,
                            struct error *error);

/* Gives the lines of what the last look or glance found after `after` and up to `last`, oldest first. Some of what was
 * merged may be given too, as long as it still is in its place. False: some of it no longer was, which is as it should
 * be when it was merged meanwhile; otherwise it is damaged, and the next look says so. */
bool journal_each(struct journal_reader *reader, uint64_t after, uint64_t last,
                  void (*take)(void *context, struct slice lines), void *context);

/* Number of the last record of each segment that the last look found, 0 of one without any; for the owner. */
size_t journal_segments(const struct journal_reader *reader);
uint64_t journal_segment_last(const struct journal_reader *reader, size_t segment);

#endif

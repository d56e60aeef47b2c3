/* The form of a journal (log/journal.h): a file of segments of SEGMENT_SIZE bytes, each a head and then records, one
 * after the other, each at a multiple of 8. Numbers are little-endian. A record belongs to its segment by the salt,
 * drawn anew whenever a segment is begun, which its checksum covers: what stands behind the last record of a segment
 * that is used again is no record of it, whatever it was before.
 *
 *     head      "masatail", form 1 (4), 0 (4), whose it is (16), salt (8), number of its first record (8), 0 (12),
 *               checksum of all that (4)
 *     record    number (8), length of the lines (4), how many (4), their checksum (4),
 *               checksum of the salt and all that (4), the lines
 *
 * Checksums are CRC-32C. A head or a record that was written in part is none. */
#ifndef MASA_LOG_JOURNAL_FORM_H
#define MASA_LOG_JOURNAL_FORM_H

#include "base/slice.h"

enum {
    JOURNAL_SEGMENT = 16 << 20,
    JOURNAL_HEAD = 64,
    JOURNAL_RECORD = 24, /* before its lines */
    JOURNAL_OWNER = 16,
    JOURNAL_LINES_MAX = JOURNAL_SEGMENT - JOURNAL_HEAD - JOURNAL_RECORD,
};

struct segment_head {
    uint8_t owner[JOURNAL_OWNER];
    uint64_t salt, first;
};

struct record_head {
    uint64_t number;
    uint32_t length, count, sum; /* of the lines */
};

void segment_head_write(const struct segment_head *head, char out[JOURNAL_HEAD]);
/* False: it is none. */
bool segment_head_read(const char in[JOURNAL_HEAD], struct segment_head *out);

void record_head_write(const struct record_head *head, uint64_t salt, char out[JOURNAL_RECORD]);
/* False: it is none of that segment. The length is at least 1 and at most JOURNAL_LINES_MAX. */
bool record_head_read(const char in[JOURNAL_RECORD], uint64_t salt, struct record_head *out);

/* From the beginning of a record with so many bytes of lines to that of the next. */
static inline size_t record_size(size_t length)
{
    return (JOURNAL_RECORD + length + 7) & ~(size_t)7;
}

#endif

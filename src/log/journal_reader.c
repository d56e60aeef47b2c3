#include "log/journal_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bisect.h"
#include "base/crc32c.h"

enum { AHEAD_LEAST = 4096, AHEAD_MOST = 1 << 20 };

struct segment {
    bool known;  /* has a head */
    bool closed; /* another was begun before it was looked through: it grows no more */
    struct segment_head head;
    uint64_t end;  /* of its records, in the file */
    uint64_t last; /* number of the last one; 0: it has none */
};

/* Where a record stands. */
struct record_place {
    uint64_t number, at;
    uint32_t length, count;
    bool checked; /* its lines were read, and are whole */
};

struct journal_reader {
    char *path;
    uint8_t owner[JOURNAL_OWNER];
    int file;
    struct stat about; /* of the file that is open */
    VECTOR(struct segment) segments;
    VECTOR(struct record_place) records; /* by number */
    uint64_t merged, merged_before;      /* as the last look was told, and what it was before it changed */
    uint64_t damaged;
    /* What was read last, and the part of it that is known to be whole records, and so need not be read again. */
    char *window;
    uint64_t window_at;
    size_t window_len, window_cap, ahead;
    uint64_t whole_from, whole_until;
};

struct journal_reader *journal_reader_new(const char *path, const uint8_t owner[JOURNAL_OWNER])
{
    struct journal_reader *r = memory_new(sizeof *r);
    r->path = memory_new(strlen(path) + 1);
    memcpy(r->path, path, strlen(path));
    memcpy(r->owner, owner, JOURNAL_OWNER);
    r->file = -1;
    return r;
}

static void drop_window(struct journal_reader *r)
{
    r->window_len = 0;
    r->whole_from = r->whole_until = 0;
}

static void forget(struct journal_reader *r)
{
    drop_window(r);
    if (r->file >= 0) close(r->file);
    r->file = -1;
    r->damaged = 0;
    vector_clear(&r->segments);
    vector_clear(&r->records);
}

void journal_reader_free(struct journal_reader *r)
{
    if (!r) return;
    forget(r);
    vector_release(&r->segments);
    vector_release(&r->records);
    free(r->window);
    free(r->path);
    free(r);
}

/* ---- bytes ---- */

/* What was read ahead of the last whole record may be another by now. */
static void begin_reading(struct journal_reader *r)
{
    if (r->whole_until <= r->window_at)
        drop_window(r);
    else if (r->whole_until - r->window_at < r->window_len)
        r->window_len = r->whole_until - r->window_at;
    r->ahead = AHEAD_LEAST;
}

static bool in_window(const struct journal_reader *r, uint64_t at, size_t n)
{
    return at >= r->window_at && at + n <= r->window_at + r->window_len;
}

/* A copy that nobody writes to, until the next call; NULL where the file ends, or cannot be read. Reads ahead, the more
 * the longer it goes on. */
static const char *bytes_at(struct journal_reader *r, uint64_t at, size_t n)
{
    if (in_window(r, at, n)) return r->window + (at - r->window_at);
    const size_t wanted = n > r->ahead ? n : r->ahead;
    if (r->ahead < AHEAD_MOST) r->ahead *= 4;
    if (wanted > r->window_cap) {
        free(r->window);
        r->window = memory_new(wanted);
        r->window_cap = wanted;
    }
    drop_window(r);
    r->window_at = at;
    while (r->window_len < n) {
        const ssize_t got =
            pread(r->file, r->window + r->window_len, wanted - r->window_len, (off_t)(at + r->window_len));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return NULL;
        r->window_len += (size_t)got;
    }
    return r->window;
}

/* ---- looking ---- */

/* Opens what stands at the path now: the owner may have removed the file and made another. */
static enum outcome open_file(struct journal_reader *r, struct error *error)
{
    struct stat now;
    const bool there = stat(r->path, &now) == 0;
    if (!there && errno != ENOENT) return error_set(error, FAILED, "%s: %s", r->path, strerror(errno));
    const bool same = there && r->file >= 0 && now.st_ino == r->about.st_ino && now.st_dev == r->about.st_dev;
    if (!same) forget(r);
    if (there && !same) {
        r->file = open(r->path, O_RDONLY | O_CLOEXEC);
        if (r->file < 0 && errno != ENOENT)
            return error_set(error, FAILED, "%s: cannot be read: %s", r->path, strerror(errno));
    }
    if (r->file >= 0 && fstat(r->file, &r->about) != 0)
        return error_set(error, FAILED, "%s: %s", r->path, strerror(errno));
    return OK;
}

static void drop_records(struct journal_reader *r, size_t segment)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->records.count; i++)
        if (r->records.at[i].at / JOURNAL_SEGMENT != segment) r->records.at[kept++] = r->records.at[i];
    r->records.count = kept;
}

/* Takes a head that was not there before; false when it is another owner's. */
static bool look_at_head(struct journal_reader *r, size_t i)
{
    struct segment *s = &r->segments.at[i];
    struct segment_head head;
    char bytes[JOURNAL_HEAD];
    const off_t at = (off_t)(i * JOURNAL_SEGMENT);
    if (pread(r->file, bytes, sizeof bytes, at) != sizeof bytes || !segment_head_read(bytes, &head)) {
        if (s->known) drop_records(r, i);
        *s = (struct segment){0};
        return true;
    }
    if (s->known && s->head.salt == head.salt) return true;
    if (s->known) drop_records(r, i);
    drop_window(r);
    *s = (struct segment){.known = true, .head = head, .end = (uint64_t)at + JOURNAL_HEAD};
    return memcmp(head.owner, r->owner, JOURNAL_OWNER) == 0;
}

/* The head of a record of the segment, if one stands there. Where none does the window stays. */
static bool head_at(struct journal_reader *r, const struct segment *s, uint64_t at, struct record_head *out)
{
    const uint64_t end = (at / JOURNAL_SEGMENT + 1) * JOURNAL_SEGMENT;
    char copy[JOURNAL_RECORD];
    const char *bytes = copy;
    if (at + JOURNAL_RECORD > end) return false;
    if (in_window(r, at, JOURNAL_RECORD))
        bytes = r->window + (at - r->window_at);
    else if (pread(r->file, copy, sizeof copy, (off_t)at) != sizeof copy)
        return false;
    return record_head_read(bytes, s->head.salt, out) && at + JOURNAL_RECORD + out->length <= end;
}

static bool lines_at(struct journal_reader *r, uint64_t at, const struct record_head *head, struct slice *lines)
{
    const uint64_t from = at + JOURNAL_RECORD, until = from + head->length;
    const char *bytes = bytes_at(r, from, head->length);
    *lines = slice_of(bytes, bytes ? head->length : 0);
    if (bytes && from >= r->whole_from && until <= r->whole_until) return true;
    if (!bytes || crc32c(0, *lines) != head->sum) {
        drop_window(r); /* what was copied too early may be whole by now: whoever asks again reads it again */
        return false;
    }
    if (r->whole_until != at) r->whole_from = from;
    r->whole_until = at + record_size(head->length);
    return true;
}

/* Adds what stands behind what is known. A record that is not whole is the last one, being written or never ended; when
 * a record follows it, it was whole once: whether it still is may be asked later. */
static void scan(struct journal_reader *r, size_t i)
{
    struct segment *s = &r->segments.at[i];
    const uint64_t end = (i + 1) * (uint64_t)JOURNAL_SEGMENT;
    struct record_head head, next;
    struct slice lines;
    begin_reading(r);
    while (s->end < end && head_at(r, s, s->end, &head) && head.number > s->last) {
        const uint64_t after = s->end + record_size(head.length);
        const bool followed = after < end && head_at(r, s, after, &next);
        if (!followed && !lines_at(r, s->end, &head, &lines)) return;
        vector_push(&r->records, ((struct record_place){head.number, s->end, head.length, head.count, !followed}));
        s->last = head.number;
        s->end = after;
    }
}

static int by_number(const void *a, const void *b)
{
    const uint64_t x = ((const struct record_place *)a)->number, y = ((const struct record_place *)b)->number;
    return (x > y) - (x < y);
}

static void put_in_order(struct journal_reader *r)
{
    for (size_t i = 1; i < r->records.count; i++)
        if (r->records.at[i - 1].number > r->records.at[i].number) {
            qsort(r->records.at, r->records.count, sizeof *r->records.at, by_number);
            return;
        }
}

/* The first record after a number. */
static size_t first_after(const struct journal_reader *r, uint64_t number)
{
    return bisect(i, r->records.count, r->records.at[i].number <= number);
}

/* What was merged is kept in mind until more is merged: whoever follows the journal may be a little behind. */
static void drop_merged(struct journal_reader *r, uint64_t merged)
{
    if (merged == r->merged) return;
    r->merged_before = r->merged;
    r->merged = merged;
    const size_t gone = first_after(r, r->merged_before);
    if (!gone) return;
    memmove(r->records.at, r->records.at + gone, (r->records.count - gone) * sizeof *r->records.at);
    r->records.count -= gone;
}

static enum outcome scan_all(struct journal_reader *r, struct error *error)
{
    const size_t count = ((size_t)r->about.st_size + JOURNAL_SEGMENT - 1) / JOURNAL_SEGMENT;
    uint64_t newest = 0;
    while (r->segments.count < count) vector_push(&r->segments, (struct segment){0});
    for (size_t i = 0; i < count; i++) {
        if (!look_at_head(r, i)) {
            forget(r);
            return error_set(error, FAILED, "%s: belongs to another store; move it away, it holds events of that one",
                             r->path);
        }
        if (r->segments.at[i].known && r->segments.at[i].head.first > newest) newest = r->segments.at[i].head.first;
    }
    for (size_t i = 0; i < count; i++) {
        struct segment *s = &r->segments.at[i];
        if (!s->known || s->closed) continue;
        scan(r, i);
        s->closed = s->head.first != newest;
    }
    put_in_order(r);
    return OK;
}

static void count_records(const struct journal_reader *r, uint64_t merged, struct journal_state *out)
{
    *out = (struct journal_state){.last = merged, .damaged = r->damaged};
    for (size_t i = 0; i < r->segments.count; i++)
        if (r->segments.at[i].last > out->last) out->last = r->segments.at[i].last;
    for (size_t i = first_after(r, merged); i < r->records.count; i++) {
        out->records++;
        out->events += r->records.at[i].count;
        out->bytes += r->records.at[i].length;
    }
}

enum outcome journal_glance(struct journal_reader *r, uint64_t merged, struct journal_state *out, struct error *error)
{
    *out = (struct journal_state){.last = merged};
    enum outcome outcome = open_file(r, error);
    if (outcome == OK && r->file >= 0) outcome = scan_all(r, error);
    if (outcome != OK) return outcome;
    drop_merged(r, merged);
    count_records(r, merged, out);
    return OK;
}

/* The lines of a record that was found, if they are there still. */
static bool read_record(struct journal_reader *r, struct record_place *p, struct slice *lines)
{
    const struct segment *s = &r->segments.at[p->at / JOURNAL_SEGMENT];
    struct record_head head;
    if (!head_at(r, s, p->at, &head) || head.number != p->number || !lines_at(r, p->at, &head, lines)) return false;
    p->checked = true;
    return true;
}

/* A segment's head is the first that is written when it is used again. */
static bool is_used_again(const struct journal_reader *r, const struct record_place *p)
{
    const uint64_t segment = p->at / JOURNAL_SEGMENT;
    struct segment_head head;
    char bytes[JOURNAL_HEAD];
    return pread(r->file, bytes, sizeof bytes, (off_t)(segment * JOURNAL_SEGMENT)) != sizeof bytes ||
           !segment_head_read(bytes, &head) || head.salt != r->segments.at[segment].head.salt;
}

/* Drops those whose lines are not whole; whoever wrote what follows them saw them whole. */
static void check_records(struct journal_reader *r, uint64_t merged)
{
    size_t kept = 0;
    begin_reading(r);
    for (size_t i = 0; i < r->records.count; i++) {
        struct record_place p = r->records.at[i];
        struct slice lines;
        if (p.checked || p.number <= merged || read_record(r, &p, &lines))
            r->records.at[kept++] = p;
        else
            r->damaged += !is_used_again(r, &p);
    }
    r->records.count = kept;
}

enum outcome journal_look(struct journal_reader *r, uint64_t merged, struct journal_state *out, struct error *error)
{
    const enum outcome outcome = journal_glance(r, merged, out, error);
    if (outcome != OK) return outcome;
    check_records(r, merged);
    count_records(r, merged, out);
    return OK;
}

bool journal_each(struct journal_reader *r, uint64_t after, uint64_t last,
                  void (*take)(void *context, struct slice lines), void *context)
{
    bool all = true;
    begin_reading(r);
    for (size_t i = first_after(r, after); i < r->records.count && r->records.at[i].number <= last; i++) {
        struct slice lines;
        if (read_record(r, &r->records.at[i], &lines))
            take(context, lines);
        else
            all = false;
    }
    return all;
}

size_t journal_segments(const struct journal_reader *r)
{
    return r->segments.count;
}

uint64_t journal_segment_last(const struct journal_reader *r, size_t segment)
{
    return r->segments.at[segment].last;
}

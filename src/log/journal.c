#include "log/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crc32c.h"
#include "log/journal_reader.h"

enum {
    STEP = 1 << 20,    /* a segment's file grows by so much at once, in zeros: to write over them costs no metadata, */
    LARGE = 128 << 10, /* unless a record is so large that its own sync outweighs that */
    NO_SEGMENT = -1,
};

struct owned_segment {
    uint64_t last;  /* number of its last record; 0: none */
    uint64_t ready; /* bytes of it that have their place on the disk */
    bool left;      /* by journal_turn: to be written over before it is used again */
    bool busy;      /* is being written over */
};

struct journal {
    char *path;
    uint8_t owner[JOURNAL_OWNER];
    uint64_t (*merged)(void *context);
    void *context;
    struct journal_disk disk;
    int file;
    pthread_mutex_t lock; /* of what follows */
    VECTOR(struct owned_segment) segments;
    int current;   /* segment that is appended to */
    uint64_t end;  /* of its records, within it */
    uint64_t salt; /* of it */
    uint64_t last; /* number of the newest record, kept or not */
};

/* ---- the disk ---- */

static int disk_write(void *context, int file, const struct iovec *parts, int count, uint64_t at)
{
    (void)context;
    struct iovec rest[4];
    memcpy(rest, parts, (size_t)count * sizeof *parts);
    for (int i = 0; i < count;) {
        ssize_t n = pwritev(file, rest + i, count - i, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n ? errno : ENOSPC;
        at += (uint64_t)n;
        for (; i < count && (size_t)n >= rest[i].iov_len; i++) n -= (ssize_t)rest[i].iov_len;
        if (i < count && n) rest[i] = (struct iovec){(char *)rest[i].iov_base + n, rest[i].iov_len - (size_t)n};
    }
    return 0;
}

static int disk_sync(void *context, int file)
{
    (void)context;
    return fdatasync(file) ? errno : 0;
}

static int write_bytes(struct journal *j, const void *bytes, size_t n, uint64_t at)
{
    const struct iovec part = {(void *)bytes, n};
    return j->disk.write(j->disk.context, j->file, &part, 1, at);
}

static int write_zeros(struct journal *j, uint64_t from, uint64_t until)
{
    static const char zeros[1 << 16];
    int wrong = 0;
    for (uint64_t at = from; at < until && !wrong; at += sizeof zeros)
        wrong = write_bytes(j, zeros, until - at < sizeof zeros ? until - at : sizeof zeros, at);
    return wrong;
}

static enum outcome tell(const struct journal *j, int wrong, struct error *error)
{
    if (wrong == ENOSPC || wrong == EDQUOT || wrong == EFBIG)
        return error_set(error, NO_ROOM, "%s: no room on the disk; nothing was lost, make room and try again", j->path);
    return error_set(error, FAILED, "%s: cannot be written: %s", j->path, strerror(wrong));
}

/* What the file is called is on the disk too. */
static int sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[4096];
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path + 1) : 1, slash ? path : ".");
    const int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return errno;
    const int wrong = fsync(file) ? errno : 0;
    close(file);
    return wrong == EINVAL ? 0 : wrong; /* there are file systems that keep no folders to be synced */
}

/* ---- opening ---- */

/* The one whose the lock is appends. It belongs to the open file and ends with the process, however that ends. */
static bool lock_file(int file)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(file, F_OFD_SETLK, &whole) == 0;
}

/* False when another was put in its place before it was locked. */
static bool is_at(int file, const char *path)
{
    struct stat here, there;
    return fstat(file, &here) == 0 && stat(path, &there) == 0 && here.st_ino == there.st_ino &&
           here.st_dev == there.st_dev;
}

static enum outcome open_locked(struct journal *j, unsigned mode, bool *taken, struct error *error)
{
    for (;;) {
        j->file = open(j->path, O_RDWR | O_CREAT | O_CLOEXEC, mode ? mode : 0600);
        if (j->file < 0) return error_set(error, FAILED, "%s: cannot be opened: %s", j->path, strerror(errno));
        if (!lock_file(j->file)) {
            *taken = errno == EAGAIN || errno == EACCES;
            return *taken ? OK : error_set(error, FAILED, "%s: cannot be locked: %s", j->path, strerror(errno));
        }
        if (is_at(j->file, j->path)) return OK;
        close(j->file);
    }
}

/* How much of a segment has its place on the disk: up to the first hole. */
static uint64_t ready_of(const struct journal *j, size_t segment, uint64_t size)
{
    const off_t from = (off_t)(segment * (uint64_t)JOURNAL_SEGMENT);
    off_t hole = lseek(j->file, from, SEEK_HOLE);
    if (hole < 0 || (uint64_t)hole > size) hole = from;
    return hole - from > JOURNAL_SEGMENT ? JOURNAL_SEGMENT : (uint64_t)(hole - from);
}

/* Takes over what stands there; records are numbered on from it. */
static enum outcome take_over(struct journal *j, struct error *error)
{
    struct journal_state state;
    struct stat about;
    struct journal_reader *reader = journal_reader_new(j->path, j->owner);
    const enum outcome outcome = journal_look(reader, j->merged(j->context), &state, error);
    const uint64_t size = fstat(j->file, &about) == 0 ? (uint64_t)about.st_size : 0;
    for (size_t i = 0; i < journal_segments(reader) && outcome == OK; i++)
        vector_push(&j->segments,
                    ((struct owned_segment){.last = journal_segment_last(reader, i), .ready = ready_of(j, i, size)}));
    j->last = state.last;
    journal_reader_free(reader);
    return outcome;
}

/* So that the first who appends need not wait for it; but no room now may be room then. */
static enum outcome prepare(struct journal *j, struct error *error)
{
    if (!j->segments.count && write_zeros(j, 0, STEP) == 0)
        vector_push(&j->segments, (struct owned_segment){.ready = STEP});
    int wrong = fsync(j->file) ? errno : 0;
    if (!wrong) wrong = sync_folder(j->path);
    return wrong ? tell(j, wrong, error) : OK;
}

enum outcome journal_open(const struct journal_options *o, struct journal **out, struct error *error)
{
    struct journal *j = memory_new(sizeof *j);
    bool taken = false;
    *out = NULL;
    j->path = memory_new(strlen(o->path) + 1);
    memcpy(j->path, o->path, strlen(o->path));
    memcpy(j->owner, o->owner, JOURNAL_OWNER);
    j->merged = o->merged;
    j->context = o->context;
    j->disk = o->disk ? *o->disk : (struct journal_disk){NULL, disk_write, disk_sync};
    j->current = NO_SEGMENT;
    pthread_mutex_init(&j->lock, NULL);
    enum outcome outcome = open_locked(j, o->mode, &taken, error);
    if (outcome == OK && !taken) outcome = take_over(j, error);
    if (outcome == OK && !taken) outcome = prepare(j, error);
    if (outcome == OK && !taken)
        *out = j;
    else
        journal_close(j);
    return outcome;
}

void journal_close(struct journal *j)
{
    if (!j) return;
    if (j->file >= 0) close(j->file);
    pthread_mutex_destroy(&j->lock);
    vector_release(&j->segments);
    free(j->path);
    free(j);
}

/* ---- appending ---- */

static uint64_t start_of(int segment)
{
    return (uint64_t)segment * JOURNAL_SEGMENT;
}

/* The first in which nothing stands that is still needed, or a new one. */
static int find_free(struct journal *j)
{
    const uint64_t merged = j->merged(j->context);
    for (size_t i = 0; i < j->segments.count; i++)
        if (j->segments.at[i].last <= merged && !j->segments.at[i].left && (int)i != j->current) return (int)i;
    vector_push(&j->segments, (struct owned_segment){0});
    return (int)j->segments.count - 1;
}

/* Gives the bytes of a segment up to `until` their place, some more of them than are needed now. */
static int make_ready(struct journal *j, int segment, uint64_t until, size_t record)
{
    struct owned_segment *s = &j->segments.at[segment];
    if (until <= s->ready) return 0;
    uint64_t ready = until;
    if (record < LARGE) {
        ready += STEP;
        if (ready > JOURNAL_SEGMENT) ready = JOURNAL_SEGMENT;
        const int wrong = write_zeros(j, start_of(segment) + s->ready, start_of(segment) + ready);
        if (wrong) return wrong;
    }
    s->ready = ready;
    return 0;
}

static int begin_segment(struct journal *j, size_t record)
{
    struct segment_head head = {.first = j->last + 1};
    char bytes[JOURNAL_HEAD];
    if (getrandom(&head.salt, sizeof head.salt, 0) != sizeof head.salt) return EIO;
    const int segment = find_free(j);
    memcpy(head.owner, j->owner, JOURNAL_OWNER);
    segment_head_write(&head, bytes);
    int wrong = make_ready(j, segment, JOURNAL_HEAD, record);
    if (!wrong) wrong = write_bytes(j, bytes, sizeof bytes, start_of(segment));
    if (wrong) return wrong;
    j->current = segment;
    j->segments.at[segment].last = 0;
    j->salt = head.salt;
    j->end = JOURNAL_HEAD;
    return 0;
}

static int write_record(struct journal *j, struct slice lines, size_t count)
{
    static const char nothing[8];
    char bytes[JOURNAL_RECORD];
    const struct record_head head = {j->last, (uint32_t)lines.len, (uint32_t)count, crc32c(0, lines)};
    const size_t size = record_size(lines.len);
    record_head_write(&head, j->salt, bytes);
    const struct iovec parts[] = {
        {bytes, sizeof bytes}, {(void *)lines.ptr, lines.len}, {(void *)nothing, size - JOURNAL_RECORD - lines.len}};
    return j->disk.write(j->disk.context, j->file, parts, parts[2].iov_len ? 3 : 2, start_of(j->current) + j->end);
}

/* Nobody is to read it. Should that fail too, it may be read: at worst what was refused is kept. */
static void make_void(struct journal *j)
{
    static const char nothing[JOURNAL_RECORD];
    write_bytes(j, nothing, sizeof nothing, start_of(j->current) + j->end);
}

/* What got where is not known: nothing is to stand behind it. */
static void give_up_segment(struct journal *j)
{
    j->segments.at[j->current].last = j->last;
    j->current = NO_SEGMENT;
}

static enum outcome append(struct journal *j, struct slice lines, size_t count, struct error *error)
{
    const size_t size = record_size(lines.len);
    int wrong = 0;
    if (lines.len > JOURNAL_LINES_MAX)
        return error_set(error, FAILED, "%zu bytes are too many for one record of a journal", lines.len);
    if (j->current == NO_SEGMENT || j->end + size > JOURNAL_SEGMENT) wrong = begin_segment(j, size);
    if (!wrong) wrong = make_ready(j, j->current, j->end + size, size);
    if (wrong) return tell(j, wrong, error);
    j->last++;
    wrong = write_record(j, lines, count);
    const int unsynced = wrong ? 0 : j->disk.sync(j->disk.context, j->file);
    if (wrong || unsynced) make_void(j);
    if (unsynced) give_up_segment(j);
    if (wrong || unsynced) return tell(j, wrong ? wrong : unsynced, error);
    j->segments.at[j->current].last = j->last;
    j->end += size;
    return OK;
}

enum outcome journal_append(struct journal *j, struct slice lines, size_t count, struct error *error)
{
    pthread_mutex_lock(&j->lock);
    const enum outcome outcome = lines.len ? append(j, lines, count, error) : OK;
    pthread_mutex_unlock(&j->lock);
    return outcome;
}

uint64_t journal_last(struct journal *j)
{
    pthread_mutex_lock(&j->lock);
    const uint64_t last = j->last;
    pthread_mutex_unlock(&j->lock);
    return last;
}

/* ---- what is no longer needed ---- */

void journal_turn(struct journal *j)
{
    pthread_mutex_lock(&j->lock);
    for (size_t i = 0; i < j->segments.count; i++) j->segments.at[i].left = true;
    j->current = NO_SEGMENT;
    pthread_mutex_unlock(&j->lock);
}

/* The first from `i` on that may be written over; until when, in the file. */
static bool next_to_wipe(struct journal *j, size_t *i, uint64_t merged, uint64_t *until)
{
    pthread_mutex_lock(&j->lock);
    while (*i < j->segments.count && !(j->segments.at[*i].left && j->segments.at[*i].last <= merged)) ++*i;
    const bool found = *i < j->segments.count;
    if (found) {
        j->segments.at[*i].busy = true;
        *until = start_of((int)*i) + j->segments.at[*i].ready;
    }
    pthread_mutex_unlock(&j->lock);
    return found;
}

/* To appending, when they were wiped. */
static bool give_back(struct journal *j, bool wiped)
{
    bool all = true;
    pthread_mutex_lock(&j->lock);
    for (size_t i = 0; i < j->segments.count; i++) {
        struct owned_segment *s = &j->segments.at[i];
        if (s->busy && wiped) {
            s->left = false;
            s->last = 0;
        }
        s->busy = false;
        all = all && !s->left;
    }
    pthread_mutex_unlock(&j->lock);
    return all;
}

enum outcome journal_wipe(struct journal *j, uint64_t merged, bool *all, struct error *error)
{
    uint64_t until;
    int wrong = 0;
    for (size_t i = 0; !wrong && next_to_wipe(j, &i, merged, &until); i++)
        wrong = write_zeros(j, start_of((int)i), until);
    if (!wrong) wrong = j->disk.sync(j->disk.context, j->file);
    *all = give_back(j, !wrong);
    return wrong ? tell(j, wrong, error) : OK;
}

enum outcome journal_remove(struct journal *j, struct error *error)
{
    int wrong = unlink(j->path) ? errno : 0;
    if (!wrong) wrong = sync_folder(j->path);
    return wrong ? error_set(error, FAILED, "%s: cannot be removed: %s", j->path, strerror(wrong)) : OK;
}

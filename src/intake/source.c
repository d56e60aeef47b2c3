#include "intake/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* zlib reads what is no gzip straight to where it is wanted when twice as much as its buffer holds is asked for, as
 * readers do; with a larger buffer all bytes would be copied once more. */
enum { GZIP_BUFFER = 16 << 10, READ_MAX = 1 << 30 };

struct source {
    gzFile file; /* reads what is no gzip as it is */
    uint64_t size;
    bool regular;
};

/* A descriptor for reading, -1 with `error` filled. */
static int open_path(const char *path, struct stat *about, struct error *error)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, about) != 0) {
        error_set(error, FAILED, "cannot read %s: %s", standard ? "standard input" : path, strerror(errno));
    } else if (S_ISDIR(about->st_mode)) {
        error_set(error, FAILED, "%s is a directory: name the files in it", path);
    } else {
        return fd;
    }
    if (fd >= 0) close(fd);
    return -1;
}

struct source *source_open(const char *path, struct error *error)
{
    struct stat about;
    int fd = open_path(path, &about, error);
    if (fd < 0) return NULL;
    struct source *s = memory_new(sizeof *s);
    s->regular = S_ISREG(about.st_mode);
    s->size = s->regular ? (uint64_t)about.st_size : 0;
    if (s->regular) posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    s->file = gzdopen(fd, "rb");
    if (!s->file) out_of_memory(GZIP_BUFFER);
    gzbuffer(s->file, GZIP_BUFFER);
    return s;
}

void source_close(struct source *s)
{
    if (!s) return;
    gzclose_r(s->file);
    free(s);
}

size_t source_read(struct source *s, char *out, size_t size)
{
    size_t got = 0;
    while (got < size) {
        size_t want = size - got < READ_MAX ? size - got : READ_MAX;
        int n = gzread(s->file, out + got, (unsigned)want);
        if (n <= 0) break;
        got += (size_t)n;
    }
    return got;
}

uint64_t source_offset(struct source *s)
{
    z_off_t offset = gzoffset(s->file);
    return offset > 0 ? (uint64_t)offset : 0;
}

/* Of gzip its own end tells. */
static bool ended_early(struct source *s)
{
    return s->regular && gzeof(s->file) && gzdirect(s->file) && source_offset(s) < s->size;
}

enum source_state source_state(struct source *s, struct slice *why)
{
    int code;
    const char *text = gzerror(s->file, &code);
    *why = (struct slice){0};
    switch (code) {
    case Z_OK:
    case Z_STREAM_END:
        if (!ended_early(s)) return SOURCE_FINE;
        *why = SLICE("it became shorter while it was read");
        return SOURCE_FAILED;
    case Z_BUF_ERROR: *why = SLICE("gzip without its end, probably a copy that was cut short"); return SOURCE_TRUNCATED;
    case Z_ERRNO: *why = slice_from(strerror(errno)); return SOURCE_FAILED;
    default: *why = slice_from(text); return SOURCE_CORRUPT;
    }
}

bool source_is_gzip(struct source *s)
{
    return !gzdirect(s->file);
}

bool source_is_regular(const struct source *s)
{
    return s->regular;
}

uint64_t source_size(const struct source *s)
{
    return s->size;
}

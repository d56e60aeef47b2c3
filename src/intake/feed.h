/* A stream of text cut into chunks of whole lines, for readers in several threads: one thread at a time takes a chunk,
 * under the caller's lock, into a buffer of its own. */
#ifndef MASA_INTAKE_FEED_H
#define MASA_INTAKE_FEED_H

#include "intake/input.h"
#include "value/json_index.h"

/* What the text is read from: up to `size` bytes, fewer only at the end. */
struct feed_source {
    size_t (*read)(void *context, char *out, size_t size);
    void *context;
};

/* A chunk, the positions found in it, and what readers look up stand in the second-level cache together. */
enum { FEED_CHUNK = 128 << 10, FEED_CHUNK_MAX = FEED_CHUNK + INPUT_LINE_MAX };

struct feed_chunk {
    char *data; /* FEED_CHUNK_MAX + JSON_PADDING bytes, the caller's */
    size_t len;
    uint64_t first_line;
    uint64_t lines;
    uint64_t skipped; /* not 0: this is the beginning of one line of so many bytes, too long to be read */
};

struct feed {
    struct feed_source source;
    char *carry; /* the beginning of a line whose end was not read yet */
    size_t carry_len;
    uint64_t line; /* of the next chunk */
    bool ended;
};

void feed_init(struct feed *feed, struct feed_source source);
void feed_release(struct feed *feed);
/* False at the end. Behind the text stands a zero. */
bool feed_take(struct feed *feed, struct feed_chunk *chunk);
/* Lines of a text, the last of which may be without its end. */
uint64_t feed_count_lines(struct slice text);

#endif

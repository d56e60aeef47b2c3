#include "intake/feed.h"

#include <stdlib.h>

#include "base/memory.h"

enum { HEAD_KEPT = 4096 }; /* of a line too long to be read */

void feed_init(struct feed *feed, struct feed_source source)
{
    *feed = (struct feed){.source = source, .line = 1};
    feed->carry = malloc(FEED_CHUNK_MAX);
    if (!feed->carry) out_of_memory(FEED_CHUNK_MAX);
}

void feed_release(struct feed *feed)
{
    free(feed->carry);
    *feed = (struct feed){.ended = true};
}

static size_t read_more(struct feed *feed, char *out, size_t size)
{
    if (feed->ended) return 0;
    size_t got = feed->source.read(feed->source.context, out, size);
    if (got < size) feed->ended = true;
    return got;
}

/* Counters of one byte each, emptied before any can overflow; as many as one step of the loop takes in. */
typedef uint8_t lanes __attribute__((vector_size(16)));
enum { STEP = 4, STEP_BYTES = STEP * sizeof(lanes), STEPS_MAX = 255 };

static void count_step(lanes counts[STEP], const char *text)
{
    for (size_t k = 0; k < STEP; k++) {
        lanes bytes;
        memcpy(&bytes, text + k * sizeof bytes, sizeof bytes);
        counts[k] -= (lanes)(bytes == '\n'); /* true is -1 */
    }
}

uint64_t feed_count_lines(struct slice s)
{
    const char *p = s.ptr, *end = p + s.len;
    uint64_t lines = s.len && end[-1] != '\n';
    for (size_t steps; (steps = (size_t)(end - p) / STEP_BYTES) > 0;) {
        lanes counts[STEP] = {0};
        if (steps > STEPS_MAX) steps = STEPS_MAX;
        for (; steps; steps--, p += STEP_BYTES) count_step(counts, p);
        for (size_t k = 0; k < STEP; k++)
            for (size_t i = 0; i < sizeof(lanes); i++) lines += counts[k][i];
    }
    for (; p < end; p++) lines += *p == '\n';
    return lines;
}

static void keep(struct feed *feed, const char *from, size_t len)
{
    if (len) memcpy(feed->carry, from, len);
    feed->carry_len = len;
}

/* The chunk holds the beginning of a line that has no end within the limit: reads on to its end, keeping nothing. */
static void skip_line(struct feed *feed, struct feed_chunk *chunk)
{
    char *scratch = chunk->data + HEAD_KEPT;
    size_t room = FEED_CHUNK_MAX - HEAD_KEPT, got;
    chunk->skipped = chunk->len;
    chunk->len = HEAD_KEPT;
    while ((got = read_more(feed, scratch, room)) > 0) {
        const char *end = memchr(scratch, '\n', got);
        chunk->skipped += end ? (size_t)(end - scratch) : got;
        if (!end) continue;
        keep(feed, end + 1, got - (size_t)(end + 1 - scratch));
        break;
    }
    chunk->lines = 1;
}

bool feed_take(struct feed *feed, struct feed_chunk *chunk)
{
    chunk->skipped = 0;
    chunk->first_line = feed->line;
    if (feed->carry_len) memcpy(chunk->data, feed->carry, feed->carry_len);
    chunk->len = feed->carry_len;
    feed->carry_len = 0;
    if (chunk->len < FEED_CHUNK) chunk->len += read_more(feed, chunk->data + chunk->len, FEED_CHUNK - chunk->len);
    const char *last = memrchr(chunk->data, '\n', chunk->len);
    if (!last && !feed->ended) {
        chunk->len += read_more(feed, chunk->data + chunk->len, FEED_CHUNK_MAX - chunk->len);
        last = memrchr(chunk->data, '\n', chunk->len);
    }
    if (!last && !feed->ended) {
        skip_line(feed, chunk);
    } else {
        size_t whole = feed->ended ? chunk->len : (size_t)(last + 1 - chunk->data);
        keep(feed, chunk->data + whole, chunk->len - whole);
        chunk->len = whole;
        chunk->lines = feed_count_lines(slice_of(chunk->data, whole));
    }
    chunk->data[chunk->len] = 0;
    feed->line += chunk->lines;
    return chunk->len > 0;
}

/* The numbers that every event of a block has, packed so that they are found quickly: how many bytes each number takes
 * stands in one byte an event, all of them before the numbers. To find where the next number begins takes an addition;
 * with seven bits a byte (varint.h) each byte is to be looked at. */
#ifndef MASA_STORE_COLUMNS_H
#define MASA_STORE_COLUMNS_H

#include "base/buffer.h"

enum { COLUMNS_MAX = 3 };

/* `numbers`: `width` of an event, event by event. */
void columns_pack(const uint64_t *numbers, size_t events, unsigned width, struct buffer *out);

/* A number takes one of four sizes, by two bits of its event's byte: those of a column of small numbers, or of one
 * where some have more than four bytes. */
struct column_size {
    uint64_t mask;
    size_t bytes;
};
extern const struct column_size column_sizes[2][4];

struct columns_reader {
    const uint8_t *sizes; /* of the next event */
    const char *next, *end;
    const struct column_size *of[COLUMNS_MAX]; /* by column */
    bool bad;
};
/* Of so many events, from the first byte on; behind `end` seven bytes more must be there. `bad`: there are not so many,
 * and none is to be asked for. */
struct columns_reader columns_begin(const char *first, const char *end, size_t events);

/* The numbers of the next event; noughts when bytes are missing. No more often than there are events. */
static inline __attribute__((always_inline)) void columns_next(struct columns_reader *r, unsigned width, uint64_t *out)
{
    const unsigned sizes = *r->sizes++;
    const struct column_size *size[COLUMNS_MAX];
    size_t whole = 0;
    for (unsigned i = 0; i < width; i++) {
        size[i] = &r->of[i][sizes >> 2 * i & 3];
        whole += size[i]->bytes;
    }
    if (__builtin_expect((size_t)(r->end - r->next) < whole, 0)) {
        r->bad = true;
        for (unsigned i = 0; i < width; i++) out[i] = 0;
        return;
    }
    const char *p = r->next;
    r->next += whole;
    for (unsigned i = 0; i < width; p += size[i++]->bytes) {
        memcpy(&out[i], p, sizeof out[i]);
        out[i] &= size[i]->mask;
    }
}

#endif

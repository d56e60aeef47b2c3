#include "store/columns.h"

#define SIZE(n)                                                                                                        \
    {                                                                                                                  \
        UINT64_MAX >> (64 - 8 * (n)), n                                                                                \
    }
const struct column_size column_sizes[2][4] = {{SIZE(1), SIZE(2), SIZE(3), SIZE(4)},
                                               {SIZE(3), SIZE(4), SIZE(5), SIZE(8)}};

/* Added up, because a guess about the next number's size is often wrong. */
static inline unsigned size_of(uint64_t number, const struct column_size *sizes)
{
    return (unsigned)(number > sizes[0].mask) + (number > sizes[1].mask) + (number > sizes[2].mask);
}

/* Which columns have numbers of more than four bytes. */
static unsigned large_columns(const uint64_t *numbers, size_t events, unsigned width)
{
    unsigned large = 0;
    for (size_t e = 0; e < events; e++)
        for (unsigned i = 0; i < width; i++) large |= (unsigned)(numbers[e * width + i] > UINT32_MAX) << i;
    return large;
}

void columns_pack(const uint64_t *numbers, size_t events, unsigned width, struct buffer *out)
{
    const unsigned large = large_columns(numbers, events, width);
    char *const start = buffer_reserve(out, 1 + events + events * width * sizeof *numbers), *sizes = start;
    if (!start) return;
    char *p = start + 1 + events;
    *sizes++ = (char)large;
    for (size_t e = 0; e < events; e++) {
        unsigned all = 0;
        for (unsigned i = 0; i < width; i++) {
            const struct column_size *of = column_sizes[large >> i & 1];
            const unsigned size = size_of(*numbers, of);
            all |= size << 2 * i;
            memcpy(p, numbers++, sizeof *numbers);
            p += of[size].bytes;
        }
        *sizes++ = (char)all;
    }
    buffer_advance(out, (size_t)(p - start));
}

struct columns_reader columns_begin(const char *first, const char *end, size_t events)
{
    struct columns_reader r = {.end = end, .bad = true};
    if (first >= end || (size_t)(end - first - 1) < events) return r;
    const unsigned large = (uint8_t)*first++;
    for (unsigned i = 0; i < COLUMNS_MAX; i++) r.of[i] = column_sizes[large >> i & 1];
    r.sizes = (const uint8_t *)first;
    r.next = first + events;
    r.bad = false;
    return r;
}

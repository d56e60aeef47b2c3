#include "base/fingerprint.h"

#include <stdlib.h>

#include "base/memory.h"

enum { PLACES_FIRST = 1 << 10 };

static void set_places(struct fingerprints *t, uint32_t count)
{
    t->places = memory_large(count * sizeof *t->places);
    memset(t->places, 0, count * sizeof *t->places);
    t->mask = count - 1;
}

void fingerprints_init(struct fingerprints *t)
{
    *t = (struct fingerprints){0};
    set_places(t, PLACES_FIRST);
}

void fingerprints_release(struct fingerprints *t)
{
    free(t->places);
    *t = (struct fingerprints){0};
}

void fingerprints_clear(struct fingerprints *t)
{
    memset(t->places, 0, ((size_t)t->mask + 1) * sizeof *t->places);
    t->count = 0;
}

static void place(struct fingerprints *t, struct fingerprint_place kept)
{
    uint32_t i = (uint32_t)kept.a & t->mask;
    while (t->places[i].taken) i = (i + 1) & t->mask;
    t->places[i] = kept;
}

/* Two thirds full at most: the next place, where another stands, is nearly always on the same line. */
static bool is_full(const struct fingerprints *t)
{
    return t->count >= t->mask / 3 * 2;
}

static void grow(struct fingerprints *t)
{
    const struct fingerprints old = *t;
    if (t->mask >= FINGERPRINTS_MAX - 1) out_of_memory(t->mask);
    set_places(t, (old.mask + 1) * 2);
    for (uint32_t i = 0; i <= old.mask; i++)
        if (old.places[i].taken) place(t, old.places[i]);
    free(old.places);
}

uint32_t fingerprints_add(struct fingerprints *t, struct fingerprint f)
{
    if (is_full(t)) grow(t);
    place(t, (struct fingerprint_place){f.a, (uint32_t)f.b, ++t->count});
    return t->count - 1;
}

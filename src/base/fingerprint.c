#include "base/fingerprint.h"

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
    vector_release(&t->kept);
    *t = (struct fingerprints){0};
}

void fingerprints_clear(struct fingerprints *t)
{
    memset(t->places, 0, ((size_t)t->mask + 1) * sizeof *t->places);
    vector_clear(&t->kept);
}

static void place(struct fingerprints *t, uint32_t number)
{
    const struct fingerprint_kept *k = &t->kept.at[number];
    uint32_t i = k->words[0] & t->mask;
    while (t->places[i]) i = (i + 1) & t->mask;
    t->places[i] = (number + 1) | (k->words[1] & ~t->mask);
}

/* Half full at most: a place that is taken by another costs a look at its fingerprint now and then. */
static void grow(struct fingerprints *t)
{
    if (t->mask >= FINGERPRINTS_MAX) out_of_memory(t->mask);
    free(t->places);
    set_places(t, (t->mask + 1) * 2);
    for (uint32_t number = 0; number < t->kept.count; number++) place(t, number);
}

uint32_t fingerprints_add(struct fingerprints *t, struct fingerprint f)
{
    const uint32_t number = (uint32_t)t->kept.count;
    if (number >= t->mask / 2) grow(t);
    vector_push(&t->kept, ((struct fingerprint_kept){{(uint32_t)f.a, (uint32_t)(f.a >> 32), (uint32_t)f.b}}));
    place(t, number);
    return number;
}

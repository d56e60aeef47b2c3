#include "intake/sources.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/memory.h"

struct sources {
    pthread_mutex_t lock;
    struct arena arena;
    struct map numbers;
};

struct sources *sources_new(void)
{
    struct sources *s = memory_new(sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    arena_init(&s->arena);
    map_init(&s->numbers);
    map_put(&s->numbers, SLICE(""), 0);
    return s;
}

void sources_free(struct sources *s)
{
    if (!s) return;
    pthread_mutex_destroy(&s->lock);
    map_release(&s->numbers);
    arena_release(&s->arena);
    free(s);
}

uint16_t sources_number(struct sources *s, struct slice name)
{
    pthread_mutex_lock(&s->lock);
    uint32_t number = map_get(&s->numbers, name);
    if (number == MAP_NONE) {
        number = s->numbers.count < SOURCES_MAX ? s->numbers.count : SOURCES_MAX;
        if (number < SOURCES_MAX) map_put_copy(&s->numbers, &s->arena, name, number);
    }
    pthread_mutex_unlock(&s->lock);
    return (uint16_t)number;
}

struct slice sources_name(struct sources *s, uint16_t number)
{
    pthread_mutex_lock(&s->lock);
    struct slice name = number < s->numbers.count ? s->numbers.entries[number].key : SLICE("(others)");
    pthread_mutex_unlock(&s->lock);
    return name;
}

static int by_name(const void *a, const void *b)
{
    const struct map_entry *const *x = a, *const *y = b;
    return slice_compare((*x)->key, (*y)->key);
}

const uint16_t *sources_ranks(struct sources *s, struct arena *arena)
{
    pthread_mutex_lock(&s->lock);
    const uint32_t count = s->numbers.count;
    const struct map_entry **order = ARENA_ARRAY(arena, const struct map_entry *, count);
    uint16_t *ranks = ARENA_ARRAY(arena, uint16_t, SOURCES_MAX + 1);
    for (uint32_t i = 0; i < count; i++) order[i] = &s->numbers.entries[i];
    qsort(order, count, sizeof *order, by_name);
    for (uint32_t i = 0; i < count; i++) ranks[order[i]->value] = (uint16_t)i;
    ranks[SOURCES_MAX] = SOURCES_MAX;
    pthread_mutex_unlock(&s->lock);
    return ranks;
}

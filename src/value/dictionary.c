#include "value/dictionary.h"

void dictionary_init(struct dictionary *d)
{
    *d = (struct dictionary){0};
    arena_init(&d->arena);
    map_init(&d->map);
    dictionary_code(d, SLICE(""));
}

void dictionary_init_over(struct dictionary *d, const struct dictionary *base)
{
    *d = (struct dictionary){.base = base, .base_count = base->map.count};
    arena_init(&d->arena);
    map_init(&d->map);
}

void dictionary_release(struct dictionary *d)
{
    map_release(&d->map);
    arena_release(&d->arena);
}

uint32_t dictionary_code(struct dictionary *d, struct slice text)
{
    uint32_t known = dictionary_find(d, text);
    return known != MAP_NONE ? known : map_put_copy(&d->map, &d->arena, text, d->base_count + d->map.count);
}

uint32_t dictionary_find(const struct dictionary *d, struct slice text)
{
    const uint32_t known = d->base ? map_get(&d->base->map, text) : MAP_NONE;
    return known != MAP_NONE ? known : map_get(&d->map, text);
}

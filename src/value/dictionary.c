#include "value/dictionary.h"

void dictionary_init(struct dictionary *d)
{
    arena_init(&d->arena);
    map_init(&d->map);
    dictionary_code(d, SLICE(""));
}

void dictionary_release(struct dictionary *d)
{
    map_release(&d->map);
    arena_release(&d->arena);
}

uint32_t dictionary_code(struct dictionary *d, struct slice text)
{
    uint32_t known = map_get(&d->map, text);
    return known != MAP_NONE ? known : map_put_copy(&d->map, &d->arena, text, d->map.count);
}

uint32_t dictionary_find(const struct dictionary *d, struct slice text)
{
    return map_get(&d->map, text);
}

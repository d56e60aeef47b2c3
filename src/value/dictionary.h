/* Text to small numbers and back. Code 0 is the empty text. Codes are given in order of first sight, so they are
 * private to one run: nothing stored or printed may depend on them. One writer; any number of readers once writing has
 * stopped. */
#ifndef MASA_VALUE_DICTIONARY_H
#define MASA_VALUE_DICTIONARY_H

#include "base/map.h"

struct dictionary {
    struct arena arena;
    struct map map;
    const struct dictionary *base; /* the first base_count codes are of this one; NULL */
    uint32_t base_count;
};

void dictionary_init(struct dictionary *d);
/* One that has the codes of another, which has no base itself and must live longer and stay as it is, and adds its own:
 * in the place of a copy. */
void dictionary_init_over(struct dictionary *d, const struct dictionary *base);
void dictionary_release(struct dictionary *d);
uint32_t dictionary_code(struct dictionary *d, struct slice text);
/* MAP_NONE when the text was never seen. */
uint32_t dictionary_find(const struct dictionary *d, struct slice text);

static inline struct slice dictionary_text(const struct dictionary *d, uint32_t code)
{
    return code < d->base_count ? d->base->map.entries[code].key : d->map.entries[code - d->base_count].key;
}

#endif

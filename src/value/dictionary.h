/* Text to small numbers and back. Code 0 is the empty text. Codes are given in order of first sight, so they are
 * private to one run: nothing stored or printed may depend on them. One writer; any number of readers once writing has
 * stopped. */
#ifndef MASA_VALUE_DICTIONARY_H
#define MASA_VALUE_DICTIONARY_H

#include "base/map.h"

struct dictionary {
    struct arena arena;
    struct map map;
};

void dictionary_init(struct dictionary *d);
void dictionary_release(struct dictionary *d);
uint32_t dictionary_code(struct dictionary *d, struct slice text);
/* MAP_NONE when the text was never seen. */
uint32_t dictionary_find(const struct dictionary *d, struct slice text);

static inline struct slice dictionary_text(const struct dictionary *d, uint32_t code)
{
    return d->map.entries[code].key;
}

#endif

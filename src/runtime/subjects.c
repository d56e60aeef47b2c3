#include "runtime/subjects.h"

#include <stdlib.h>
#include <sys/random.h>

#include "base/packed_key.h"

enum { TABLE_FIRST = 1 << 10 };

static void set_table(struct subjects *s, size_t size)
{
    s->table = memory_new(size * sizeof *s->table);
    s->mask = size - 1;
}

void subjects_init(struct subjects *s)
{
    *s = (struct subjects){0};
    set_table(s, TABLE_FIRST);
    if (getrandom(&s->salt, sizeof s->salt, 0) < 0) s->salt = 0; /* as good for whoever means no harm */
}

void subjects_release(struct subjects *s)
{
    vector_release(s);
    free(s->table);
}

/* Units are much alike: the table stays as large as one of them needed it. */
void subjects_clear(struct subjects *s)
{
    if (s->count) memset(s->table, 0, (s->mask + 1) * sizeof *s->table);
    vector_clear(s);
}

static void place(struct subjects *s, size_t index)
{
    size_t h = s->at[index].hash >> 32 & s->mask;
    while (s->table[h]) h = (h + 1) & s->mask;
    s->table[h] = (uint32_t)index + 1;
}

static void grow(struct subjects *s)
{
    free(s->table);
    set_table(s, (s->mask + 1) * 2);
    for (size_t i = 0; i < s->count; i++) place(s, i);
}

uint32_t subjects_add_new(struct subjects *s, uint64_t hash, struct slice stored, uint8_t packed)
{
    vector_push(s, ((struct subject_slot){.hash = hash, .key = stored, .packed = packed}));
    place(s, s->count - 1);
    if (s->count > s->mask / 2) grow(s);
    return (uint32_t)s->count - 1;
}

uint32_t subjects_find(const struct subjects *s, struct slice key)
{
    const struct packed_key packed = packed_key_of(key);
    const struct slice stored = packed.code ? packed_key_bytes(&packed) : key;
    const uint32_t known = subjects_look(s, subjects_hash(s, stored), stored, packed.code);
    return known ? known - 1 : MAP_NONE;
}

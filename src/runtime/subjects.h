/* The subjects of one unit of the fold, each once, found by the key as it stands in a stream:
 *
 *     struct subjects subjects;
 *     subjects_init(&subjects);
 *     for each unit {
 *         subjects_clear(&subjects);
 *         uint32_t index = subjects_add(&subjects, record.key, record.packed);
 *         subjects.at[index].count++;
 *     }
 *     subjects_release(&subjects);
 *
 * Their order is that in which they were added first. Keys are borrowed. */
#ifndef MASA_RUNTIME_SUBJECTS_H
#define MASA_RUNTIME_SUBJECTS_H

#include "base/map.h"
#include "base/slice.h"
#include "base/vector.h"

struct subject_slot {
    uint64_t hash;         /* of the key as it stands in the stream */
    struct slice key;      /* the same, and whole when the subject is folded */
    uint32_t first, count; /* items */
    bool straight;         /* they are the trail already */
    uint8_t packed;        /* by which code the key is; 0: it is whole */
};

struct subjects { /* for the vector macros */
    struct subject_slot *at;
    size_t count, cap;
    uint32_t *table; /* hash -> index + 1 */
    size_t mask;
    uint64_t salt; /* another for each: nobody outside can choose keys that meet in the table */
};

void subjects_init(struct subjects *s);
void subjects_release(struct subjects *s);
void subjects_clear(struct subjects *s);
/* The one of this key, which is whole; MAP_NONE where nobody has it. */
uint32_t subjects_find(const struct subjects *s, struct slice key);
/* Adds what is not there, with the hash. */
uint32_t subjects_add_new(struct subjects *s, uint64_t hash, struct slice stored, uint8_t packed);

enum { STORED_SHORT = 8 };

/* Of short keys no two of one length have the same: most keys, packed, are never looked at again. */
static inline uint64_t subjects_hash(const struct subjects *s, struct slice stored)
{
    const uint64_t word = stored.len > STORED_SHORT ? slice_hash(stored) : slice_load(stored.ptr, stored.len);
    const uint64_t mixed = (word ^ s->salt) * HASH_K0;
    return (mixed ^ mixed >> 32) * HASH_K1;
}

static inline bool subject_is(const struct subject_slot *s, uint64_t hash, struct slice stored, uint8_t packed)
{
    return s->hash == hash && s->packed == packed && s->key.len == stored.len &&
           (stored.len <= STORED_SHORT || slice_equal_key(s->key, stored));
}

/* The index + 1 of whose key stands so in the streams; 0. (The upper half of the hash knows of all its bits.) */
static inline uint32_t subjects_look(const struct subjects *s, uint64_t hash, struct slice stored, uint8_t packed)
{
    const uint32_t *table = s->table;
    size_t h = hash >> 32 & s->mask;
    while (table[h] && !subject_is(&s->at[table[h] - 1], hash, stored, packed)) h = (h + 1) & s->mask;
    return table[h];
}

/* The subject whose key stands so in the streams. */
static inline uint32_t subjects_add(struct subjects *s, struct slice stored, uint8_t packed)
{
    const uint64_t hash = subjects_hash(s, stored);
    const uint32_t known = subjects_look(s, hash, stored, packed);
    return known ? known - 1 : subjects_add_new(s, hash, stored, packed);
}

#endif

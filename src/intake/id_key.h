/* Ids of events by number: what the order and the sameness of events go by. */
#ifndef MASA_INTAKE_ID_KEY_H
#define MASA_INTAKE_ID_KEY_H

#include "base/slice.h"

/* An id's place in the total order (ruling 5), and its identity within a subject's trail: ids of up to seven bytes of
 * ASCII keep byte order and can be read back; longer ones come after them in the order of a digest. */
uint64_t id_key(struct slice id);
#define ID_LONG (UINT64_C(1) << 63)
/* Ids that readers make themselves begin with #. One made from a record, a field and a value comes again in every
 * export of the record, at whatever time that export names: no contradiction. */
#define ID_DERIVED (UINT64_C(1) << 62)
static inline bool id_is_derived(uint64_t key)
{
    return (key & (ID_DERIVED | ID_LONG)) == (ID_DERIVED | ID_LONG);
}

/* Ids of up to seven digits without a nought before them, as most programs number events, may stand as their number
 * in the place of the key, which id_whole makes when somebody wants keys, for the order. No key is as small. */
enum { ID_NUMBER_MAX = 9999999 };
static inline bool id_is_number(uint64_t id)
{
    return id - 1 < ID_NUMBER_MAX;
}

/* The number that a key of such digits stands for; else 0. (Eight digits at a time, of which the first is always
 * nought.) */
static inline uint32_t id_key_number(uint64_t id)
{
    const uint64_t noughts = UINT64_C(0x3030303030303030), tops = UINT64_C(0xf0f0f0f0f0f0f0f0);
    if ((id >> 48) - '1' > 8) return 0;
    const unsigned behind = (unsigned)__builtin_ctzll(id) & ~7u; /* zero bits behind the text */
    const uint64_t digits = (id >> behind | noughts << (56 - behind)) ^ noughts;
    if ((digits | (digits + UINT64_C(0x0606060606060606))) & tops) return 0;
    const uint64_t pairs = UINT64_C(0x00ff00ff00ff00ff), fours = UINT64_C(0x0000ffff0000ffff);
    const uint64_t two = (digits & pairs) + (digits >> 8 & pairs) * 10;
    const uint64_t four = (two & fours) + (two >> 16 & fours) * 100;
    return (uint32_t)(four + (four >> 32) * 10000);
}

/* And back. Not of 0. */
static inline uint64_t id_key_of_number(uint32_t number)
{
    const uint64_t four = (uint64_t)(number / 10000) << 32 | number % 10000;
    const uint64_t hundreds = four * 10486 >> 20 & UINT64_C(0x0000007f0000007f);
    const uint64_t two = four + hundreds * 65436; /* each hundred taken off and put 16 bits higher */
    const uint64_t tens = two * 103 >> 10 & UINT64_C(0x000f000f000f000f);
    const uint64_t digits = two + tens * 246;
    const unsigned before = (unsigned)__builtin_clzll(digits) & ~7u;
    return (digits | UINT64_C(0x3030303030303030)) << before >> 8;
}

/* The number where it can be one, of what is a key or a number. */
static inline uint64_t id_small(uint64_t id)
{
    const uint32_t number = id_is_number(id) ? (uint32_t)id : id_key_number(id);
    return number ? number : id;
}

/* And the key. */
static inline uint64_t id_whole(uint64_t id)
{
    return id_is_number(id) ? id_key_of_number((uint32_t)id) : id;
}

#endif

#include "intake/id_key.h"

static uint64_t digest_key(struct slice id)
{
    const uint64_t digest = (slice_hash(id) & ~ID_DERIVED) | ID_LONG;
    return id.ptr[0] == '#' ? digest | ID_DERIVED : digest;
}

uint64_t id_key(struct slice id)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    if (id.len > 7) return digest_key(id);
    /* Byte order is the order of big-endian numbers. The bytes behind the text are filled with ones for the test that
     * none is zero or beyond ASCII. */
    const uint64_t word = slice_load(id.ptr, id.len), filled = word | ones << id.len * 8;
    if ((filled | (filled - ones)) & tops) return digest_key(id);
    return __builtin_bswap64(word) >> 8;
}

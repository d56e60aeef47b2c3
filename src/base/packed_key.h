/* Keys that end in hexadecimal digits, as most programs make them (numbers, UUIDs, object ids), in half the bytes. A
 * key has one packed form or none, so that packed keys are equal when code and bytes are.
 *
 * Packed are keys of 6 to 25 and of 32 bytes, lower-case digits but for the first one (where the length is odd) or two,
 * which may be anything; those of 32 are digits only; and UUIDs of 36. Emails, words and the like are not. */
#ifndef MASA_BASE_PACKED_KEY_H
#define MASA_BASE_PACKED_KEY_H

#include "base/slice.h"

enum {
    PACKED_SHORTEST = 6,
    PACKED_LONGEST = 25,
    PACKED_32 = PACKED_LONGEST - PACKED_SHORTEST + 2, /* the code of what has 32 digits */
    PACKED_UUID,
    PACKED_CODE_MAX = PACKED_UUID,
    PACKED_SIZE_MAX = 16,
    PACKED_TEXT_MAX = 36,
};

struct packed_key {
    uint64_t words[PACKED_SIZE_MAX / 8]; /* its bytes; zeros behind */
    uint8_t size;
    uint8_t code; /* tells form and length; 0: the key is not packed */
};

/* How many bytes a code's packed keys have. */
static inline size_t packed_key_size(uint8_t code)
{
    return code >= PACKED_32 ? PACKED_SIZE_MAX : (code + PACKED_SHORTEST - 1u) / 2 + 1;
}

#define HEX_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Eight digits, each in a byte, as text. */
static inline uint64_t hex_text(uint64_t digits)
{
    const uint64_t letters = (digits + HEX_EACH(6)) >> 4 & HEX_EACH(1);
    return digits + HEX_EACH('0') + letters * ('a' - 10 - '0');
}

/* The text of eight digits as four bytes, the first digit in the lower half of the first; false where it is anything
 * else. */
static inline bool hex_pack(uint64_t text, uint32_t *out)
{
    uint64_t digits = (text & HEX_EACH(15)) + (text >> 6 & HEX_EACH(1)) * 9;
    if ((digits & ~HEX_EACH(15)) | (hex_text(digits) ^ text)) return false;
    digits = (digits | digits >> 4) & UINT64_C(0x00ff00ff00ff00ff);
    digits = (digits | digits >> 8) & UINT64_C(0x0000ffff0000ffff);
    *out = (uint32_t)(digits | digits >> 16);
    return true;
}

/* Of keys of 32 and 36 bytes. */
struct packed_key packed_key_long(struct slice key);

static inline struct packed_key packed_key_of(struct slice key)
{
    static const struct packed_key none;
    if (key.len < PACKED_SHORTEST) return none;
    if (key.len > PACKED_LONGEST) return packed_key_long(key);
    const size_t before = 2 - (key.len & 1);
    const char *p = key.ptr + before;
    const uint8_t code = (uint8_t)(key.len - PACKED_SHORTEST + 1);
    const uint64_t plain = (unsigned char)key.ptr[0] | (uint64_t)(unsigned char)p[-1] << (before - 1) * 8;
    unsigned shift = (unsigned)before * 8;
    uint32_t four;
    if (key.len - before == 8) { /* as are many, and no word is crossed */
        if (!hex_pack(slice_load_8(p), &four)) return none;
        return (struct packed_key){{plain | (uint64_t)four << shift, 0}, (uint8_t)(before + 4), code};
    }
    unsigned __int128 bytes = plain;
    for (size_t left = key.len - before, n; left; left -= n, p += n, shift += 32) {
        n = left < 8 ? left : 8;
        const uint64_t text = n == 8 ? slice_load_8(p) : slice_load(p, n) | HEX_EACH('0') << n * 8;
        if (!hex_pack(text, &four)) return none;
        bytes |= (unsigned __int128)four << shift;
    }
    return (struct packed_key){{(uint64_t)bytes, (uint64_t)(bytes >> 64)}, (uint8_t)packed_key_size(code), code};
}

/* The bytes of a packed key; they live where it does. */
static inline struct slice packed_key_bytes(const struct packed_key *key)
{
    return slice_of((const char *)key->words, key->size);
}

/* Where there is room for PACKED_SIZE_MAX bytes; returns the end of the key. */
static inline char *packed_key_put(char *to, const struct packed_key *key)
{
    memcpy(to, key->words, sizeof key->words);
    return to + key->size;
}

/* The key that was packed, written into `text`. */
struct slice packed_key_text(uint8_t code, const char *bytes, char text[PACKED_TEXT_MAX]);

#endif

#include "base/packed_key.h"

enum { DIGITS_32 = 32, UUID_PARTS = 5 };

/* Which digits of a UUID stand together, with a dash between. */
static const struct {
    uint8_t at, len;
} uuid_parts[UUID_PARTS] = {{0, 8}, {9, 4}, {14, 4}, {19, 4}, {24, 12}};

static struct packed_key pack_32(const char digits[DIGITS_32], uint8_t code)
{
    uint32_t fours[DIGITS_32 / 8];
    struct packed_key key = {.size = PACKED_SIZE_MAX, .code = code};
    for (size_t i = 0; i < DIGITS_32 / 8; i++)
        if (!hex_pack(slice_load_8(digits + i * 8), &fours[i])) return (struct packed_key){0};
    memcpy(key.words, fours, sizeof fours);
    return key;
}

static bool has_dashes(const char *uuid)
{
    for (size_t i = 1; i < UUID_PARTS; i++)
        if (uuid[uuid_parts[i].at - 1] != '-') return false;
    return true;
}

struct packed_key packed_key_long(struct slice key)
{
    char digits[DIGITS_32], *to = digits;
    if (key.len == DIGITS_32) return pack_32(key.ptr, PACKED_32);
    if (key.len != PACKED_TEXT_MAX || !has_dashes(key.ptr)) return (struct packed_key){0};
    for (size_t i = 0; i < UUID_PARTS; to += uuid_parts[i++].len)
        memcpy(to, key.ptr + uuid_parts[i].at, uuid_parts[i].len);
    return pack_32(digits, PACKED_UUID);
}

static void write_digits(const char *bytes, char *to, size_t count)
{
    for (size_t i = 0; i < count; i += 8) {
        const size_t left = count - i < 8 ? count - i : 8;
        uint64_t digits = slice_load(bytes + i / 2, left / 2);
        digits = (digits | digits << 16) & UINT64_C(0x0000ffff0000ffff);
        digits = (digits | digits << 8) & UINT64_C(0x00ff00ff00ff00ff);
        digits = hex_text((digits | digits << 4) & HEX_EACH(15));
        memcpy(to + i, &digits, left);
    }
}

struct slice packed_key_text(uint8_t code, const char *bytes, char text[PACKED_TEXT_MAX])
{
    char digits[DIGITS_32];
    if (code < PACKED_32) {
        const size_t len = code + PACKED_SHORTEST - 1u, before = 2 - (len & 1);
        memcpy(text, bytes, before);
        write_digits(bytes + before, text + before, len - before);
        return slice_of(text, len);
    }
    if (code == PACKED_32) {
        write_digits(bytes, text, DIGITS_32);
        return slice_of(text, DIGITS_32);
    }
    write_digits(bytes, digits, DIGITS_32);
    const char *from = digits;
    memset(text, '-', PACKED_TEXT_MAX);
    for (size_t i = 0; i < UUID_PARTS; from += uuid_parts[i++].len)
        memcpy(text + uuid_parts[i].at, from, uuid_parts[i].len);
    return slice_of(text, PACKED_TEXT_MAX);
}

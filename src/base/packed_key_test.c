/* A packed key is the key, and no two keys are the same when packed. */
#include "base/test.h"

#include <stdlib.h>

#include "base/packed_key.h"

static struct slice text_of(const struct packed_key *key, char text[PACKED_TEXT_MAX])
{
    const struct slice bytes = packed_key_bytes(key);
    char *alone = malloc(bytes.len); /* nothing behind it may be read */
    memcpy(alone, bytes.ptr, bytes.len);
    const struct slice out = packed_key_text(key->code, alone, text);
    free(alone);
    return out;
}

static void expect_packed(struct slice key, size_t size)
{
    char text[PACKED_TEXT_MAX];
    char *alone = malloc(key.len + 1); /* the same of the key */
    memcpy(alone, key.ptr, key.len);
    const struct packed_key packed = packed_key_of(slice_of(alone, key.len));
    free(alone);
    if (!packed.code || packed.code > PACKED_CODE_MAX) fail_msg("%.*s is not packed", SLICE_ARG(key));
    assert_int_equal(packed.size, size);
    assert_int_equal(packed_key_size(packed.code), size);
    const struct slice back = text_of(&packed, text);
    if (!slice_equal(back, key)) fail_msg("%.*s became %.*s", SLICE_ARG(key), SLICE_ARG(back));
}

static void keys_return(void **state)
{
    (void)state;
    static const char digits[] = "0123456789abcdef9876543210fedcba";
    char key[PACKED_TEXT_MAX];
    for (size_t len = PACKED_SHORTEST; len <= PACKED_LONGEST; len++)
        for (size_t from = 0; from + len <= 32; from++) {
            memcpy(key, digits + from, len);
            expect_packed(slice_of(key, len), len / 2 + 1);
            key[0] = (char)(from * 37);
            if (len % 2 == 0) key[1] = (char)(200 + from);
            expect_packed(slice_of(key, len), len / 2 + 1);
        }
    expect_packed(slice_of(digits, 32), 16);
    expect_packed(SLICE("01234567-89ab-cdef-9876-543210fedcba"), 16);
    expect_packed(SLICE("L12bfb406"), 5);
    expect_packed(SLICE("507f1f77bcf86cd799439011"), 13);
}

/* Every byte at every place. */
static void others_stay(void **state)
{
    (void)state;
    static const char *const good[] = {"L12bfb406", "xx123456", "0123456789abcdef0123456789abcdef",
                                       "01234567-89ab-cdef-9876-543210fedcba"};
    for (size_t k = 0; k < sizeof good / sizeof *good; k++) {
        const size_t len = strlen(good[k]), before = len <= PACKED_LONGEST ? 2 - len % 2 : 0;
        for (size_t at = before; at < len; at++)
            for (int byte = 0; byte < 256; byte++) {
                char key[PACKED_TEXT_MAX], text[PACKED_TEXT_MAX];
                memcpy(key, good[k], len);
                key[at] = (char)byte;
                const struct packed_key packed = packed_key_of(slice_of(key, len));
                const bool dash = good[k][at] == '-';
                const bool digit = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
                if ((packed.code != 0) != (dash ? byte == '-' : digit))
                    fail_msg("byte %d at %zu of %s", byte, at, good[k]);
                if (packed.code) assert_true(slice_equal(text_of(&packed, text), slice_of(key, len)));
            }
    }
    static const char *const odd[] = {
        "",         "1", "12345", "p1@example.com", "01234567890123456789abcdef", "0123456789abcdef0123456789abcdef0",
        "1234-5678"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) assert_int_equal(packed_key_of(slice_from(odd[i])).code, 0);
}

/* One length has one code: what is packed alike differs in its bytes. */
static void codes_tell_lengths(void **state)
{
    (void)state;
    bool taken[PACKED_CODE_MAX + 1] = {false};
    static const char zeros[] = "00000000000000000000000000000000";
    for (size_t len = PACKED_SHORTEST; len <= 32; len++) {
        const struct packed_key packed = packed_key_of(slice_of(zeros, len));
        assert_int_equal(!packed.code, len > PACKED_LONGEST && len < 32);
        if (packed.code) assert_false(taken[packed.code]);
        taken[packed.code] = packed.code != 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keys_return), cmocka_unit_test(others_stay),
                                       cmocka_unit_test(codes_tell_lengths)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Subjects are found again, whatever their keys look like, and only they. */
#include <stdio.h>

#include "base/packed_key.h"
#include "base/test.h"
#include "runtime/subjects.h"

enum { EACH = 3000, KEY_ROOM = 48 };

static const char *const shapes[] = {
    "%d", "p%d", "user-%d@x.co", "cu%012x", "%014u", "L%08x", "%032x", "a key of more than sixteen %d",
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

struct kept {
    char text[KEY_ROOM];
    struct packed_key packed;
    struct slice whole, stored;
};

static void keep(struct kept *k, size_t shape, int number)
{
    k->whole = slice_of(k->text, (size_t)snprintf(k->text, sizeof k->text, shapes[shape], number));
    k->packed = packed_key_of(k->whole);
    k->stored = k->packed.code ? packed_key_bytes(&k->packed) : k->whole;
}

/* Twice, in two units, the second of which has half of the keys. */
static void keys_are_found(void **state)
{
    (void)state;
    struct subjects s;
    struct kept *kept = memory_new(SHAPES * EACH * sizeof *kept);
    for (size_t i = 0; i < SHAPES * EACH; i++) keep(&kept[i], i % SHAPES, (int)(i / SHAPES));
    subjects_init(&s);
    for (size_t step = 1; step <= 2; step++) {
        subjects_clear(&s);
        for (int again = 0; again < 2; again++)
            for (size_t i = 0, index = 0; i < SHAPES * EACH; i += step, index++)
                assert_int_equal(subjects_add(&s, kept[i].stored, kept[i].packed.code), index);
        assert_int_equal(s.count, SHAPES * EACH / step);
        for (size_t i = 0; i < SHAPES * EACH; i++)
            assert_int_equal(subjects_find(&s, kept[i].whole), i % step ? MAP_NONE : i / step);
    }
    subjects_release(&s);
    free(kept);
}

/* Keys of which one is the beginning of the other, and a packed key whose bytes are another's text. */
static void likes_are_told_apart(void **state)
{
    (void)state;
    static const struct slice likes[] = {SLICE(""),     SLICE("\0"),         SLICE("\0\0"),    SLICE("a"),
                                         SLICE("a\0"),  SLICE("abcdefgh"),   SLICE("abcdefg"), SLICE("abcdefghi"),
                                         SLICE("ABCD"), SLICE("abcdefghi\0")};
    enum { LIKES = sizeof likes / sizeof *likes };
    struct subjects s;
    subjects_init(&s);
    for (uint32_t i = 0; i < LIKES; i++) {
        assert_int_equal(subjects_add(&s, likes[i], 0), i * 2);
        assert_int_equal(subjects_add(&s, likes[i], 3), i * 2 + 1);
    }
    subjects_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keys_are_found), cmocka_unit_test(likes_are_told_apart)};
    return cmocka_run_group_tests_name("subjects", tests, NULL, NULL);
}

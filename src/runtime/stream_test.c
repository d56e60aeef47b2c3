/* Records come out of a stream as they went in, whatever form they were written in and wherever a chunk ends. */
#include "base/test.h"
#include "runtime/gather.h"

#include <stdio.h>

static const struct record samples[] = {
    {.at = 0, .id = 0, .content = 0, .key = SLICE("")},
    {.at = INT64_C(1704067212000000), .content = 7, .key = SLICE("a1")},
    {.at = INT64_C(1704067212123000), .content = 65535, .key = SLICE("person-1")},
    {.at = INT64_C(1704067212123456), .content = 65536, .key = SLICE("p1")},
    {.at = INT64_C(4294967295000000), .content = 1, .key = SLICE("p1")},
    {.at = INT64_C(4294967296000000), .content = 1, .key = SLICE("p1")},
    {.at = INT64_C(-1000000), .content = 1, .key = SLICE("p1")},
    {.at = INT64_C(-1), .content = 1, .key = SLICE("p1")},
    {.at = INT64_MAX, .id = UINT64_MAX, .content = UINT32_MAX, .key = SLICE("p1")},
    {.at = 1000000, .content = 1, .store = 3, .key = SLICE("p1")},
    {.at = 1000000, .content = 1, .credit = 2, .key = SLICE("p1")},
    {.at = 1000000, .content = 1, .key = SLICE("a key of exactly forty bytes: as it is..")},
    {.at = 1000000, .content = 1, .key = SLICE("a key of forty-one bytes: in the long form")},
    {.at = 1000000, .content = 1, .key = SLICE("L12bfb406")},
    {.at = 1000000, .content = 70000, .key = SLICE("1234567890")},
    {.at = 1000000, .content = 1, .key = SLICE("01234567-89ab-cdef-9876-543210fedcba")},
};

static const char *const ids[] = {"",        "0",       "7",   "07", "10",    "9999999", "1000000", "12345", "12345678",
                                  "999999a", "a999999", "1 2", "-1", "1.5e3", ":00000",  "90/",     "id-1",  "\x7f"};

enum { SAMPLES = sizeof samples / sizeof *samples, IDS = sizeof ids / sizeof *ids, ROUNDS = 400 };

static struct record record_number(size_t i, char key[STREAM_KEY_MAX])
{
    struct record r = samples[i % SAMPLES];
    if (!r.id) r.id = id_key(slice_from(ids[i / SAMPLES % IDS]));
    if (i % 97 != 96) return r;
    memset(key, 'k', STREAM_KEY_MAX);
    r.key = slice_of(key, i % 256);
    return r;
}

static void records_return(void **state)
{
    (void)state;
    struct stream_room room;
    struct stream streams[3] = {0};
    char key[STREAM_KEY_MAX], text[PACKED_TEXT_MAX];
    const size_t count = SAMPLES * IDS * ROUNDS;
    stream_room_init(&room, 0);
    for (size_t i = 0; i < count; i++) {
        struct record r = record_number(i, key);
        if (i % 2) r.id = id_small(r.id); /* as keys and as numbers, which is the same */
        stream_put(&streams[i % 3], &room, &r);
    }
    size_t met = 0;
    for (size_t s = 0; s < 3; s++) {
        struct record got;
        size_t i = s;
        for (struct stream_cursor c = stream_begin(&streams[s], room.store); stream_next(&c, &got); i += 3, met++) {
            stream_key(&got, text);
            const struct record put = record_number(i, key);
            if (id_small(got.id) != got.id) fail_msg("record %zu of stream %zu has not the shortest id", i, s);
            if (put.at != got.at || put.id != id_whole(got.id) || put.content != got.content ||
                put.store != got.store || put.credit != got.credit || !slice_equal(put.key, got.key))
                fail_msg("record %zu of stream %zu came out changed", i, s);
        }
        assert_int_equal(streams[s].records, (count - s + 2) / 3);
    }
    assert_int_equal(met, count);
    stream_room_release(&room);
}

static void numbers_return(void **state)
{
    (void)state;
    char text[16];
    for (uint32_t n = 1; n <= 9999999; n += n < 20000 ? 1 : 977) {
        const uint64_t id = id_key(slice_of(text, (size_t)snprintf(text, sizeof text, "%u", n)));
        assert_int_equal(id_key_number(id), n);
        assert_int_equal(id_key_of_number(n), id);
    }
    assert_int_equal(id_key_number(id_key(SLICE("9999999"))), 9999999);
    static const char *const others[] = {"", "0", "01", "12345678", "1a", "a1", "1:", "1/", "-1", "+1", "1 ", "1.0"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(id_key_number(id_key(slice_from(others[i]))), 0);
}

/* Records are told beside the one before them when they are near enough: every step to the next, up to the largest that
 * is near, one more, and back. Records of other forms between them change nothing. */
static void near_records_return(void **state)
{
    (void)state;
    static const int32_t steps[] = {0, 1, 255, 256, 65535, 65536, -1, -65536, 70000, -30};
    enum { STEPS = sizeof steps / sizeof *steps };
    struct stream_room room;
    struct stream stream = {0};
    struct record put[STEPS * STEPS * 2];
    char text[PACKED_TEXT_MAX];
    size_t count = 0, met = 0;
    int64_t second = 1704067212;
    uint32_t number = 1000000;
    for (size_t i = 0; i < STEPS * STEPS; i++) {
        second += steps[i % STEPS];
        number += (uint32_t)steps[i / STEPS];
        put[count++] = (struct record){second * 1000000, id_key_of_number(number), 7, .key = SLICE("person-1")};
        if (i % 3 == 0)
            put[count++] = (struct record){second * 1000000 + 1000, id_key(SLICE("a1")), 8, .key = SLICE("p")};
    }
    stream_room_init(&room, 0);
    for (size_t i = 0; i < count; i++) stream_put(&stream, &room, &put[i]);
    struct record got;
    for (struct stream_cursor c = stream_begin(&stream, room.store); stream_next(&c, &got); met++) {
        stream_key(&got, text);
        if (put[met].at != got.at || put[met].id != id_whole(got.id) || put[met].content != got.content ||
            !slice_equal(put[met].key, got.key))
            fail_msg("record %zu came out changed", met);
    }
    assert_int_equal(met, count);
    stream_room_release(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(records_return), cmocka_unit_test(near_records_return),
                                       cmocka_unit_test(numbers_return)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is packed is there again, to the microsecond. */
#include "base/test.h"

#include "base/civil.h"
#include "runtime/lap_history.h"

static const int64_t start = INT64_C(1767225600123456);

static void test_all_again(void **state)
{
    const int64_t second = 1000000, day = INT64_C(86400000000);
    struct lap_history in = {0}, out = {0};
    struct buffer packed;
    buffer_init(&packed, BUFFER_NO_LIMIT);
    vector_push(&in.spans, ((struct lap_span){start, start + 1, 0}));
    vector_push(&in.spans, ((struct lap_span){start + day, INSTANT_MAX, 63}));
    for (int i = 1; i < 300; i++) vector_push(&in.touches, start + i * day + i % 3 * 1000 + i % 5);
    vector_push(&in.rises, ((struct lap_rise){start, -5, 0}));
    vector_push(&in.rises, ((struct lap_rise){start + second, INT64_MAX, 7}));
    vector_push(&in.mails, ((struct lap_mail){start - 3 * day, INT64_MIN, LAP_MAIL_SENT})); /* before the lap */
    vector_push(&in.mails, ((struct lap_mail){start + 4 * second, 2, LAP_MAIL_OPENED | LAP_MAIL_MACHINE}));
    vector_push(&in.visits, start - 400 * day);
    vector_push(&in.visits, start + 1);
    assert_true(lap_history_pack(&in, start, &packed));
    assert_int_equal(lap_history_bytes(packed.data).len, packed.len);
    lap_history_unpack(packed.data, start, &out);
    assert_int_equal(out.spans.count, 2);
    assert_int_equal(out.spans.at[0].left, start + 1);
    assert_int_equal(out.spans.at[1].entered, start + day);
    assert_int_equal(out.spans.at[1].left, INSTANT_MAX);
    assert_int_equal(out.spans.at[1].stage, 63);
    assert_int_equal(out.touches.count, in.touches.count);
    assert_memory_equal(out.touches.at, in.touches.at, in.touches.count * sizeof *in.touches.at);
    assert_int_equal(out.rises.at[0].value, -5);
    assert_int_equal(out.rises.at[1].value, INT64_MAX);
    assert_int_equal(out.rises.at[1].score, 7);
    assert_int_equal(out.mails.at[0].at, start - 3 * day);
    assert_int_equal(out.mails.at[0].step, INT64_MIN);
    assert_int_equal(out.mails.at[1].what, LAP_MAIL_OPENED | LAP_MAIL_MACHINE);
    assert_int_equal(out.visits.at[0], start - 400 * day);
    assert_int_equal(out.visits.at[1], start + 1);
    lap_history_release(&in);
    lap_history_release(&out);
    buffer_release(&packed);
}

static void test_nothing_takes_nothing(void **state)
{
    struct lap_history h = {0};
    struct buffer packed;
    buffer_init(&packed, BUFFER_NO_LIMIT);
    assert_false(lap_history_pack(&h, start, &packed));
    vector_push(&h.touches, start + 1000000);
    assert_true(lap_history_pack(&h, start, &packed));
    assert_in_range(packed.len, 1, 8);
    lap_history_unpack(NULL, start, &h);
    assert_int_equal(h.touches.count, 0);
    lap_history_release(&h);
    buffer_release(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_again),
        cmocka_unit_test(test_nothing_takes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

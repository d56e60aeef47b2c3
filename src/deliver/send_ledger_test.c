/* The ledger of sends: decided once, tried again ever later, known again after a crash, forgetting who was erased. */
#include "base/test.h"

#include <unistd.h>

#include "deliver/send_channel.h"
#include "deliver/send_ledger.h"
#include "store/store.h"

#define NOON (INT64_C(1767225600) * SECOND_US) /* 2026-01-01 */

struct fixture {
    char path[64];
    struct store *store;
    struct database *db;
    struct arena arena;
    struct error error;
    int64_t channel;
};

static void open_again(struct fixture *f)
{
    if (f->store) store_close(f->store);
    f->store = store_open(f->path, DATABASE_CREATE, &f->error);
    assert_non_null(f->store);
    f->db = store_database(f->store);
}

static int64_t add_channel(struct fixture *f)
{
    char secret[SIGNING_SECRET_BYTES] = {1};
    struct send_channel channel = {
        .name = SLICE("to sales"), .url = SLICE("https://example.com/masa"), .made_at = NOON};
    assert_int_equal(send_channel_add(f->db, &channel, slice_of(secret, sizeof secret), &f->error), OK);
    return channel.id;
}

static int set_up(void **state)
{
    struct fixture *f = memory_new(sizeof *f);
    snprintf(f->path, sizeof f->path, "/tmp/masa-sends-XXXXXX");
    const int fd = mkstemp(f->path);
    close(fd);
    unlink(f->path);
    arena_init(&f->arena);
    open_again(f);
    f->channel = add_channel(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    store_close(f->store);
    unlink(f->path);
    arena_release(&f->arena);
    free(f);
    return 0;
}

static struct send reminder(const struct fixture *f, const char *message, int64_t due)
{
    return (struct send){.channel = f->channel,
                         .message = slice_from(message),
                         .type = SLICE("handoff.reminder"),
                         .handoff = SLICE("h1"),
                         .lead = SLICE("p1"),
                         .stage = SLICE("SAL"),
                         .due_at = due,
                         .decided_at = due};
}

/* Its number; 0: it was there. */
static int64_t decide(struct fixture *f, struct send send)
{
    int64_t id = -1;
    assert_int_equal(send_decide(f->db, &send, &id, &f->error), OK);
    return id;
}

static struct send found(struct fixture *f, int64_t id)
{
    struct send out;
    assert_int_equal(send_find(f->db, id, &f->arena, &out, &f->error), OK);
    return out;
}

static struct send due(struct fixture *f, int64_t now)
{
    struct send out;
    assert_int_equal(send_due(f->db, f->channel, now, &f->arena, &out, &f->error), OK);
    return out;
}

static void begin(struct fixture *f, int64_t id, int64_t now)
{
    bool mine = false;
    assert_int_equal(send_begin(f->db, id, now, &mine, &f->error), OK);
    assert_true(mine);
}

static enum send_state settle(struct fixture *f, int64_t id, int status, int64_t now)
{
    enum send_state state;
    const struct send send = found(f, id);
    const struct send_answer answer = {status, status ? SEND_NO_REASON : SEND_NO_CONNECTION};
    assert_int_equal(send_settle(f->db, &send, answer, now, &state, &f->error), OK);
    assert_int_equal(found(f, id).state, state);
    return state;
}

static struct send_channel channel_now(struct fixture *f)
{
    struct send_channel out;
    assert_int_equal(send_channel_find(f->db, f->channel, &f->arena, &out, &f->error), OK);
    return out;
}

static void a_row_is_decided_once(void **state)
{
    struct fixture *f = *state;
    const int64_t first = decide(f, reminder(f, "m1", NOON));
    assert_true(first > 0);
    assert_int_equal(decide(f, reminder(f, "m2", NOON)), 0);
    open_again(f);
    assert_int_equal(decide(f, reminder(f, "m3", NOON)), 0);
    assert_slice(found(f, first).message, "m1");

    struct send other = reminder(f, "m4", NOON);
    other.type = SLICE("handoff.escalation");
    assert_true(decide(f, other));
    other = reminder(f, "m5", NOON);
    other.addressee = SLICE("team_east");
    assert_true(decide(f, other));
    assert_true(decide(f, reminder(f, "m6", NOON + 1)));
    other = reminder(f, "m7", NOON);
    other.channel = add_channel(f);
    assert_true(decide(f, other));
    /* A try from the interface is of no handoff, and each is another. */
    for (int i = 0; i < 2; i++)
        assert_true(decide(f, (struct send){.channel = f->channel,
                                            .message = slice_from(i ? "t1" : "t2"),
                                            .type = SLICE(SEND_TEST),
                                            .due_at = NOON,
                                            .decided_at = NOON}));
}

static void what_failed_is_tried_again_ever_later_for_three_days(void **state)
{
    static const int64_t minutes[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360};
    struct fixture *f = *state;
    const int64_t id = decide(f, reminder(f, "m1", NOON));
    int64_t now = NOON;
    size_t tries = 0;
    for (;; tries++) {
        assert_int_equal(due(f, now - 1).id, 0);
        assert_int_equal(due(f, now).id, id);
        begin(f, id, now);
        if (settle(f, id, tries % 2 ? 500 : 0, now) == SEND_FAILED) break;
        const int64_t next = found(f, id).next_at;
        if (tries < sizeof minutes / sizeof *minutes) assert_int_equal(next - now, minutes[tries] * MINUTE_US);
        now = next;
    }
    assert_true(now <= NOON + SEND_RETRY_FOR && now + SEND_RETRY_LONGEST > NOON + SEND_RETRY_FOR);
    assert_int_equal(found(f, id).attempts, (int64_t)tries + 1);
    assert_int_equal(due(f, INSTANT_MAX).id, 0);
    const struct send test = {.type = SLICE(SEND_TEST), .attempts = 1, .decided_at = NOON};
    assert_int_equal(send_retry_at(&test, 0, NOON), INSTANT_NONE);
    /* A receiver that says when is listened to, within reason. */
    const struct send first = {.type = SLICE("handoff.reminder"), .attempts = 1, .decided_at = NOON};
    assert_int_equal(send_retry_at(&first, SECOND_US, NOON), NOON + MINUTE_US);
    assert_int_equal(send_retry_at(&first, 10 * MINUTE_US, NOON), NOON + 10 * MINUTE_US);
    assert_int_equal(send_retry_at(&first, 9 * DAY_US, NOON), NOON + SEND_RETRY_LONGEST);
}

static void what_is_unknown_after_a_crash_goes_out_again_by_the_same_name(void **state)
{
    struct fixture *f = *state;
    const int64_t id = decide(f, reminder(f, "m1", NOON));
    begin(f, id, NOON + 1);
    assert_int_equal(found(f, id).state, SEND_UNKNOWN);
    open_again(f);
    const struct send again = due(f, NOON + 2);
    assert_int_equal(again.id, id);
    assert_slice(again.message, "m1");
    begin(f, id, NOON + 2);
    assert_int_equal(settle(f, id, 204, NOON + 3), SEND_SENT);
    assert_int_equal(found(f, id).attempts, 2);
    assert_int_equal(due(f, INSTANT_MAX).id, 0);
}

static void a_receiver_that_is_back_gets_what_waited(void **state)
{
    struct fixture *f = *state;
    const int64_t first = decide(f, reminder(f, "m1", NOON)), second = decide(f, reminder(f, "m2", NOON + 1));
    begin(f, first, NOON);
    assert_int_equal(settle(f, first, 503, NOON), SEND_PENDING);
    assert_int_equal(channel_now(f).failing_since, NOON);
    assert_int_equal(channel_now(f).failed_status, 503);
    assert_int_equal(due(f, NOON + 1).id, second);
    begin(f, second, NOON + 1);
    assert_int_equal(settle(f, second, 200, NOON + 2), SEND_SENT);
    assert_int_equal(due(f, NOON + 2).id, first);
    assert_int_equal(channel_now(f).failing_since, 0);
    assert_int_equal(channel_now(f).sent_at, NOON + 2);
    assert_int_equal(channel_now(f).waiting, 1);
}

static void people_are_told_when_tries_are_in_vain(void **state)
{
    struct fixture *f = *state;
    const int64_t id = decide(f, reminder(f, "m1", NOON));
    for (int i = 1; i <= SEND_TROUBLE_ATTEMPTS; i++) {
        assert_false(channel_now(f).troubled);
        begin(f, id, NOON + i);
        settle(f, id, 0, NOON + i);
    }
    assert_true(channel_now(f).troubled);
    assert_slice(channel_now(f).failed_reason, "no_connection");
    begin(f, id, NOON + 9);
    settle(f, id, 200, NOON + 9);
    assert_false(channel_now(f).troubled);
}

static void nothing_goes_to_a_channel_that_ended(void **state)
{
    struct fixture *f = *state;
    const int64_t waits = decide(f, reminder(f, "m1", NOON)), under_way = decide(f, reminder(f, "m2", NOON + 1));
    struct buffer signature;
    buffer_init(&signature, 4096);
    begin(f, under_way, NOON + 1);
    assert_int_equal(send_channel_end(f->db, f->channel, NOON + 2, &f->error), OK);
    assert_int_equal(due(f, INSTANT_MAX).id, 0);
    assert_int_equal(found(f, waits).state, SEND_OVERTAKEN);
    assert_int_equal(found(f, waits).reason, SEND_ENDED);
    const struct signed_message message = {SLICE("m1"), 1, SLICE("{}")};
    assert_int_equal(send_channel_sign(f->db, f->channel, NOON, &message, &signature, &f->error), FAILED);
    /* What was on its way then may have arrived, and is not tried again. */
    enum send_state after;
    const struct send send = found(f, under_way);
    assert_int_equal(send_settle(f->db, &send, (struct send_answer){500}, NOON + 3, &after, &f->error), OK);
    assert_int_equal(found(f, under_way).state, SEND_OVERTAKEN);
    assert_int_equal(due(f, INSTANT_MAX).id, 0);
    buffer_release(&signature);
}

static void both_secrets_sign_while_one_takes_over(void **state)
{
    struct fixture *f = *state;
    char secret[SIGNING_SECRET_BYTES] = {2};
    const struct signed_message message = {SLICE("m1"), 1, SLICE("{}")};
    struct buffer before, while_both, after;
    struct buffer *const all[] = {&before, &while_both, &after};
    const int64_t at[] = {NOON, NOON, NOON + CHANNEL_OLD_SECRET_HOLDS};
    for (int i = 0; i < 3; i++) {
        if (i == 1)
            assert_int_equal(
                send_channel_new_secret(f->db, f->channel, slice_of(secret, sizeof secret), NOON, &f->error), OK);
        buffer_init(all[i], 4096);
        assert_int_equal(send_channel_sign(f->db, f->channel, at[i], &message, all[i], &f->error), OK);
    }
    struct slice rest = buffer_slice(&while_both);
    assert_true(slice_equal(slice_cut(&rest, ' '), buffer_slice(&after)));
    assert_true(slice_equal(rest, buffer_slice(&before)));
    assert_false(slice_equal(buffer_slice(&before), buffer_slice(&after)));
    for (int i = 0; i < 3; i++) buffer_release(all[i]);
}

static void nothing_is_left_of_who_was_erased(void **state)
{
    struct fixture *f = *state;
    struct send_list list = {0};
    int64_t total;
    const int64_t sent = decide(f, reminder(f, "m1", NOON)), waits = decide(f, reminder(f, "m2", NOON + 1));
    struct send other = reminder(f, "m3", NOON + 2);
    other.lead = SLICE("p2");
    const int64_t kept = decide(f, other);
    begin(f, sent, NOON);
    settle(f, sent, 200, NOON);
    assert_int_equal(send_erase(f->db, SLICE("p1"), &f->error), OK);
    assert_int_equal(found(f, sent).state, SEND_SENT);
    assert_int_equal(found(f, waits).state, SEND_OVERTAKEN);
    assert_int_equal(found(f, waits).reason, SEND_ERASED);
    for (int i = 0; i < 2; i++) {
        const struct send row = found(f, i ? sent : waits);
        assert_int_equal(row.lead.len + row.handoff.len, 0);
    }
    assert_slice(found(f, kept).lead, "p2");
    assert_int_equal(send_page(f->db, f->channel, 0, 2, &f->arena, &list, &total, &f->error), OK);
    assert_int_equal(total, 3);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.at[0].id, kept);
    assert_int_equal(list.at[1].id, waits);
    vector_release(&list);
}

static void an_address_is_https_and_holds_no_secret_but_its_path(void **state)
{
    static const struct {
        const char *url;
        bool tls, plain; /* whether it will do */
    } rows[] = {{"https://example.com/masa?to=sales", true, true},
                {"https://example.com:8443", true, true},
                {"http://example.com/masa", false, true},
                {"ftp://example.com/masa", false, false},
                {"file:///etc/passwd", false, false},
                {"https://user:word@example.com/", false, false},
                {"https://example.com/#part", false, false},
                {"example.com/masa", false, false},
                {"https://", false, false},
                {"https://example.com/a b", false, false},
                {"", false, false}};
    const char *why;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (send_channel_url_check(slice_from(rows[i].url), false, &why) != rows[i].tls) fail_msg("%s", rows[i].url);
        if (send_channel_url_check(slice_from(rows[i].url), true, &why) != rows[i].plain) fail_msg("%s", rows[i].url);
    }
    assert_slice(send_channel_origin(SLICE("https://example.com:8443/secret?a=b")), "https://example.com:8443");
    assert_slice(send_channel_origin(SLICE("https://example.com?a=b")), "https://example.com");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_row_is_decided_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_failed_is_tried_again_ever_later_for_three_days, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_unknown_after_a_crash_goes_out_again_by_the_same_name, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_receiver_that_is_back_gets_what_waited, set_up, tear_down),
        cmocka_unit_test_setup_teardown(people_are_told_when_tries_are_in_vain, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_goes_to_a_channel_that_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(both_secrets_sign_while_one_takes_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_left_of_who_was_erased, set_up, tear_down),
        cmocka_unit_test(an_address_is_https_and_holds_no_secret_but_its_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

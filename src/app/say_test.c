/* What a person says: a line that the reader of the log takes, once whatever the number of tries, with its author. */
#include "base/test.h"

#include <pthread.h>
#include <stdlib.h>

#include "access/made.h"
#include "app/say.h"
#include "base/buffer.h"
#include "value/json.h"

struct desk {
    struct made made;
    struct buffer log;
    enum outcome fails;
    struct commit *commit;
    struct say say;
    struct identity who;
};

static enum outcome append(void *context, struct slice lines, size_t count, struct error *error)
{
    struct desk *desk = context;
    if (desk->fails) return error_set(error, desk->fails, "no room for %zu lines", count);
    buffer_add(&desk->log, lines);
    return OK;
}

static void begin(struct desk *p)
{
    *p = (struct desk){0};
    made_begin(&p->made);
    buffer_init(&p->log, BUFFER_NO_LIMIT);
    p->commit = commit_open((struct log_port){p, append}, &(struct commit_options){0}, &p->made.error);
    assert_non_null(p->commit);
    p->say = (struct say){p->commit, p->made.access, made_world(&p->made)};
    p->who = (struct identity){
        .kind = IDENTITY_USER, .id = 3, .roles = ROLE_BIT(ACCESS_ADMIN) | ROLE_BIT(ACCESS_SALES), .writes = true};
}

static void end(struct desk *p)
{
    commit_close(p->commit);
    buffer_release(&p->log);
    made_end(&p->made);
}

static enum answer say_one(struct desk *p, struct said said)
{
    int64_t at;
    return say_all(&p->say, &p->who, &said, 1, &at, &p->made.error);
}

static int64_t entries(struct desk *p)
{
    return made_number(&p->made, "SELECT count(*) FROM audit WHERE action = 'handoff.accept'");
}

static void test_a_decision_is_one_line(void **state)
{
    struct desk p;
    begin(&p);
    const struct said said = {.subject = SLICE("p1"),
                              .event = SLICE("lead_accepted"),
                              .members = SLICE("\"stage\":\"SAL\""),
                              .message = SLICE("m1"),
                              .action = ACTION_HANDOFF_ACCEPT};
    assert_int_equal(say_one(&p, said), ANSWER_OK);
    assert_slice(buffer_slice(&p.log),
                 "{\"type\":\"track\",\"event\":\"lead_accepted\",\"userId\":\"p1\",\"messageId\":\"m1\","
                 "\"timestamp\":\"2026-01-01T00:00:00Z\",\"receivedAt\":\"2026-01-01T00:00:00Z\","
                 "\"context\":{\"masa\":{\"source\":\"masa\"}},"
                 "\"properties\":{\"by\":\"u3\",\"role\":\"sales\",\"stage\":\"SAL\"}}\n");
    assert_int_equal(entries(&p), 1);
    end(&p);
}

static void test_an_answer_is_a_trait_with_its_author(void **state)
{
    struct desk p;
    begin(&p);
    const struct said said = {.subject = SLICE("anon:x"),
                              .members = SLICE("\"answers\":{\"budget\":true}"),
                              .message = SLICE("m1"),
                              .action = ACTION_EVENT_WRITE};
    assert_int_equal(say_one(&p, said), ANSWER_OK);
    assert_slice(buffer_slice(&p.log), "{\"type\":\"identify\",\"anonymousId\":\"x\",\"messageId\":\"m1\","
                                       "\"timestamp\":\"2026-01-01T00:00:00Z\",\"receivedAt\":\"2026-01-01T00:00:00Z\","
                                       "\"context\":{\"masa\":{\"source\":\"masa\",\"by\":\"u3\",\"role\":\"sales\"}},"
                                       "\"traits\":{\"answers\":{\"budget\":true}}}\n");
    end(&p);
}

/* What the reader of the log would not take again must not get there, whatever a caller let through. */
static void test_what_cannot_be_read_again_is_not_kept(void **state)
{
    struct desk p;
    begin(&p);
    static const struct slice wrong[] = {SLICE("\"text\":\"\\u0000\""), SLICE("\"text\":\"\\ud800\""),
                                         SLICE("\"text\":\"\xff\""), SLICE("\"text\":1,\"text\":2"),
                                         SLICE("\"text\":")};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct said said = {.subject = SLICE("p1"),
                                  .event = SLICE("masa:note"),
                                  .members = wrong[i],
                                  .message = SLICE("m1"),
                                  .action = ACTION_EVENT_WRITE};
        assert_int_equal(say_one(&p, said), ANSWER_BAD);
        assert_int_equal(p.log.len, 0);
    }
    end(&p);
}

static void test_one_key_is_one_id(void **state)
{
    struct desk p;
    begin(&p);
    const struct slice key = SLICE("k1"), subject = SLICE("p1"), what = SLICE("accept");
    const struct message_id first = say_message_id(&p.say, &p.who, key, subject, what);
    const struct message_id again = say_message_id(&p.say, &p.who, key, subject, what);
    assert_string_equal(first.text, again.text);
    p.who.id = 4;
    const struct message_id other = say_message_id(&p.say, &p.who, key, subject, what);
    assert_string_not_equal(first.text, other.text);
    const struct message_id of_another = say_message_id(&p.say, &p.who, key, SLICE("p2"), what);
    assert_string_not_equal(other.text, of_another.text);
    const struct slice none = SLICE("");
    const struct message_id fresh = say_message_id(&p.say, &p.who, none, subject, what);
    const struct message_id fresher = say_message_id(&p.say, &p.who, none, subject, what);
    assert_string_not_equal(fresh.text, fresher.text);
    end(&p);
}

static void test_who_may_not_says_nothing(void **state)
{
    struct desk p;
    begin(&p);
    p.who.roles = ROLE_BIT(ACCESS_MARKETING);
    const struct said said = {.subject = SLICE("p1"),
                              .event = SLICE("lead_accepted"),
                              .message = SLICE("m1"),
                              .action = ACTION_HANDOFF_ACCEPT};
    assert_int_equal(say_one(&p, said), ANSWER_FORBIDDEN);
    assert_int_equal(p.log.len, 0);
    end(&p);
}

static void test_what_was_not_kept_is_not_noted(void **state)
{
    struct desk p;
    begin(&p);
    const struct said said = {.subject = SLICE("p1"),
                              .event = SLICE("lead_accepted"),
                              .message = SLICE("m1"),
                              .action = ACTION_HANDOFF_ACCEPT};
    p.fails = NO_ROOM;
    assert_int_equal(say_one(&p, said), ANSWER_NO_ROOM);
    p.fails = FAILED;
    assert_int_equal(say_one(&p, said), ANSWER_FAILED);
    assert_int_equal(entries(&p), 0);
    p.fails = OK;
    commit_drain(p.commit);
    assert_int_equal(say_one(&p, said), ANSWER_BUSY);
    assert_int_equal(p.log.len, 0);
    end(&p);
}

/* The clock of the server is set back between two decisions: the second is dated after the first all the same. */
static void test_a_clock_set_back_dates_nothing_back(void **state)
{
    struct desk p;
    struct steady_clock clock;
    int64_t first, second;
    struct said said = {.subject = SLICE("p1"), .event = SLICE("lead_accepted"), .action = ACTION_HANDOFF_ACCEPT};
    begin(&p);
    p.say.world = world_steady(&clock, made_world(&p.made), 0);
    said.message = SLICE("m1");
    assert_int_equal(say_all(&p.say, &p.who, &said, 1, &first, &p.made.error), ANSWER_OK);
    p.made.now -= HOUR_US;
    said.message = SLICE("m2");
    assert_int_equal(say_all(&p.say, &p.who, &said, 1, &second, &p.made.error), ANSWER_OK);
    assert_true(second > first);
    end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_decision_is_one_line),
        cmocka_unit_test(test_an_answer_is_a_trait_with_its_author),
        cmocka_unit_test(test_what_cannot_be_read_again_is_not_kept),
        cmocka_unit_test(test_one_key_is_one_id),
        cmocka_unit_test(test_who_may_not_says_nothing),
        cmocka_unit_test(test_what_was_not_kept_is_not_noted),
        cmocka_unit_test(test_a_clock_set_back_dates_nothing_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is packed comes out again, and damage is noticed. */
#include "store/block.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/test.h"
#include "intake/id_key.h"

enum { DAY = 86400 };

static const struct slice contents[] = {{"open", 4}, {"view\0x", 6}};
static const struct slice colds[] = {{"{\"a\":1}", 7}, {"", 0}};
static const uint32_t hot[] = {3, 700};
static const struct companions others[] = {{{"a-1", 3}, {0}, {0}}, {{0}, {"g", 1}, {"old", 3}}};

static struct block_event event(int64_t at, const char *id)
{
    return (struct block_event){.at = at, .received_at = INSTANT_NONE, .sent_at = INSTANT_NONE, .id = slice_from(id)};
}

static const char *const ids[] = {"0",
                                  "1",
                                  "17",
                                  "99999999999999999",
                                  "100000000000000000",
                                  "007",
                                  "-1",
                                  "",
                                  "0b0f7a2e-5b1c-4a27-9c39-0123456789ab",
                                  "0B0F7A2E-5b1c-4a27-9c39-0123456789ab",
                                  "0b0f7a2e-5b1c-4a27-9c39-0123456789a",
                                  "#00112233445566778899aabbccddeeff-1",
                                  "#00112233445566778899aabbccddeeff-01",
                                  "#00112233445566778899aabbccddeeff-",
                                  "m1"};
enum { EVENTS = sizeof ids / sizeof *ids };

/* Two senders, every form of id, times before 1970 and to the microsecond, each column used. */
static void fill(struct block *b, struct block_event *events, struct block_sender *senders)
{
    for (int i = 0; i < EVENTS; i++) events[i] = event((int64_t)(i - 3) * DAY * SECOND_US + i % 2, ids[i]);
    events[1].content = 1;
    events[2].companions = 2;
    events[3].cold = 1;
    events[4].received_at = events[4].at - 1;
    events[5].received_at = events[5].at + 5 * SECOND_US;
    events[6].sent_at = events[6].at;
    events[9].at = events[8].at; /* at one instant */
    senders[0] = (struct block_sender){SLICE("user-1"), 0, 7};
    senders[1] = (struct block_sender){SLICE("user-22"), 7, EVENTS - 7};
    *b = (struct block){.senders = senders,
                        .sender_count = 2,
                        .events = events,
                        .event_count = EVENTS,
                        .contents = contents,
                        .content_count = 2,
                        .companions = others,
                        .companion_count = 2,
                        .colds = colds,
                        .cold_count = 2,
                        .hot = hot,
                        .hot_count = 2};
}

static void assert_same(const struct block *a, const struct block *b)
{
    assert_int_equal(a->sender_count, b->sender_count);
    for (size_t i = 0; i < a->sender_count; i++) {
        assert_true(slice_equal(a->senders[i].key, b->senders[i].key));
        assert_int_equal(a->senders[i].first, b->senders[i].first);
        assert_int_equal(a->senders[i].count, b->senders[i].count);
    }
    assert_int_equal(a->event_count, b->event_count);
    for (size_t i = 0; i < a->event_count; i++) {
        const struct block_event *x = &a->events[i], *y = &b->events[i];
        assert_true(x->at == y->at && x->received_at == y->received_at && x->sent_at == y->sent_at);
        assert_true(slice_equal(x->id, y->id));
        assert_true(x->content == y->content && x->companions == y->companions && x->cold == y->cold);
    }
    assert_int_equal(a->content_count, b->content_count);
    for (size_t i = 0; i < a->content_count; i++) assert_true(slice_equal(a->contents[i], b->contents[i]));
    assert_int_equal(a->companion_count, b->companion_count);
    for (size_t i = 0; i < a->companion_count; i++) {
        assert_true(slice_equal(a->companions[i].anonymous, b->companions[i].anonymous));
        assert_true(slice_equal(a->companions[i].group, b->companions[i].group));
        assert_true(slice_equal(a->companions[i].previous, b->companions[i].previous));
    }
    assert_int_equal(a->hot_count, b->hot_count);
    for (size_t i = 0; i < a->hot_count; i++) assert_int_equal(a->hot[i], b->hot[i]);
}

/* What a survey tells is what the events come to, and the columns are theirs. */
static void assert_same_columns(struct slice data, const struct block *b)
{
    struct block_survey survey;
    struct block_columns c;
    struct arena arena;
    arena_init(&arena);
    assert_true(block_survey(data, &arena, &survey));
    uint32_t *users = ARENA_ARRAY(&arena, uint32_t, b->content_count * 2);
    int64_t last = INSTANT_NONE;
    for (size_t i = 0; i < b->event_count; i++) {
        users[b->events[i].content + (b->events[i].sent_at != INSTANT_NONE ? b->content_count : 0)]++;
        if (b->events[i].at > last) last = b->events[i].at;
    }
    for (size_t i = 0; i < b->content_count * (survey.has_corrected ? 2 : 1); i++)
        assert_int_equal(survey.users[i], users[i]);
    assert_int_equal(survey.last, last);
    assert_true(block_unpack_columns(slice_skip(data, survey.places.rest), &survey.places, false, &arena, &c));
    assert_int_equal(c.event_count, b->event_count);
    assert_int_equal(c.sender_count, b->sender_count);
    for (size_t i = 0; i < b->event_count; i++) {
        assert_int_equal(c.at[i], b->events[i].at);
        assert_int_equal(c.ids[i], id_key(b->events[i].id));
        assert_int_equal(c.contents[i], b->events[i].content);
        assert_int_equal(c.corrected && c.corrected[i], b->events[i].sent_at != INSTANT_NONE);
    }
    assert_true(block_unpack_columns(slice_skip(data, survey.places.rest), &survey.places, true, &arena, &c));
    for (size_t i = 0; i < b->event_count; i++)
        assert_int_equal(c.numbered ? block_number_key(c.ids[i]) : c.ids[i], id_key(b->events[i].id));
    arena_release(&arena);
}

/* Each sender by itself, the last one first. */
static void assert_same_by_sender(struct slice data, const struct block *b)
{
    struct block_index index;
    struct arena arena;
    arena_init(&arena);
    assert_true(block_index(data, &arena, &index));
    assert_int_equal(index.count, b->sender_count);
    for (size_t i = index.count; i-- > 0;) {
        const struct block_entry *entry = &index.entries[i];
        const struct block_sender one = {entry->key, 0, entry->count};
        struct block_event *events = ARENA_ARRAY(&arena, struct block_event, entry->count);
        struct block alone = index.lists, expected = *b;
        assert_true(slice_equal(entry->key, b->senders[i].key));
        assert_true(block_unpack_entry(&index, entry, &arena, events));
        alone.senders = expected.senders = &one;
        alone.sender_count = expected.sender_count = 1;
        alone.events = events;
        expected.events = b->events + b->senders[i].first;
        alone.event_count = expected.event_count = b->senders[i].count;
        assert_same(&expected, &alone);
    }
    arena_release(&arena);
}

static void what_is_packed_comes_out(void **state)
{
    struct block_event events[EVENTS];
    struct block_sender senders[2];
    struct block b, back;
    struct buffer data, cold;
    struct arena arena;
    arena_init(&arena);
    buffer_init(&data, BUFFER_NO_LIMIT);
    buffer_init(&cold, BUFFER_NO_LIMIT);
    fill(&b, events, senders);
    block_pack(&b, &data, &cold);
    assert_true(block_unpack(buffer_slice(&data), buffer_slice(&cold), &arena, &back));
    assert_same(&b, &back);
    assert_same_columns(buffer_slice(&data), &b);
    assert_same_by_sender(buffer_slice(&data), &b);
    assert_int_equal(back.cold_count, 2);
    assert_slice(back.colds[0], "{\"a\":1}");
    assert_true(block_unpack(buffer_slice(&data), slice_of("", 0), &arena, &back));
    assert_same(&b, &back);
    assert_int_equal(back.cold_count, 0);
    buffer_release(&data);
    buffer_release(&cold);
    arena_release(&arena);
}

/* What fill makes, as it was packed in the first form. */
static const char first_form[] =
    "010fffffb0988b0f0203bc0502046f70656e067669657700780203612d310000000167036f6c640f020006757365722d3107050232320800"
    "8380bbdd8305ffffbadd83058380bbdd8305ffffbadd83058380bbdd8305ffffbadd830583809d8e9a23ffffbadd830500808c158380bbdd"
    "8305ffffbadd83058380bbdd8305ffffbadd830500088001f0febfe2aef88a8d0b4a3130303030303030303030303030303030300e303037"
    "0a2d3102010b0f7a2e5b1c4a279c390123456789ab920130423046374132452d356231632d346132372d396333392d303132333435363738"
    "3961628e0130623066376132652d356231632d346132372d396333392d30313233343536373839610700112233445566778899aabbccddee"
    "ff92012330303131323233333434353536363737383839396161626263636464656566662d30318a01233030313132323333343435353636"
    "3737383839396161626263636464656566662d0a6d3100010000000000000000000000000000000200000000000000000000000000000001"
    "0000000000000000000000000000000815000000000000000000000000000000010000000000000000fcc6ff9591a2b7ab";
static const char first_form_cold[] = "0a78016362af564a54b232ac6500000a880212";

static struct slice from_hex(const char *hex, struct arena *arena)
{
    const size_t len = strlen(hex) / 2;
    char *bytes = arena_alloc(arena, len);
    for (size_t i = 0; i < len; i++) {
        const char digits[] = {hex[2 * i], hex[2 * i + 1], 0};
        bytes[i] = (char)strtoul(digits, NULL, 16);
    }
    return slice_of(bytes, len);
}

static void blocks_of_the_first_form_are_read(void **state)
{
    struct block_event events[EVENTS];
    struct block_sender senders[2];
    struct block b, back;
    struct arena arena;
    arena_init(&arena);
    fill(&b, events, senders);
    const struct slice data = from_hex(first_form, &arena);
    assert_true(block_unpack(data, from_hex(first_form_cold, &arena), &arena, &back));
    assert_same(&b, &back);
    assert_same_columns(data, &b);
    assert_int_equal(back.cold_count, 2);
    arena_release(&arena);
}

/* Numbers as ids stand with the times: in seconds, milliseconds or microseconds, small steps or large ones. */
static void numbers_of_all_sizes_come_out(void **state)
{
    static const int64_t spans[] = {1, 1000, SECOND_US, 300 * SECOND_US, INT64_C(40) * 365 * DAY * SECOND_US};
    enum { SPANS = sizeof spans / sizeof *spans, EACH = 40 };
    for (int largest = 0; largest < SPANS; largest++)
        for (int smallest = 0; smallest <= largest; smallest++) {
            struct block_event events[EACH];
            char names[EACH][24];
            for (int i = 0; i < EACH; i++) {
                snprintf(names[i], sizeof names[i], "%lld", (long long)(spans[largest] / 1000 * i + i % 3));
                events[i] = event(i ? events[i - 1].at + spans[i % 2 ? largest : smallest] : -5, names[i]);
                events[i].content = (uint32_t)i % 2;
            }
            const struct block_sender sender = {SLICE("u"), 0, EACH};
            const struct block b = {.senders = &sender,
                                    .sender_count = 1,
                                    .events = events,
                                    .event_count = EACH,
                                    .contents = contents,
                                    .content_count = 2};
            struct block back;
            struct buffer data, cold;
            struct arena arena;
            arena_init(&arena);
            buffer_init(&data, BUFFER_NO_LIMIT);
            buffer_init(&cold, BUFFER_NO_LIMIT);
            block_pack(&b, &data, &cold);
            assert_true(block_unpack(buffer_slice(&data), slice_of("", 0), &arena, &back));
            assert_same(&b, &back);
            assert_same_columns(buffer_slice(&data), &b);
            buffer_release(&data);
            buffer_release(&cold);
            arena_release(&arena);
        }
}

static void damage_is_noticed(void **state)
{
    struct block_event events[EVENTS];
    struct block_sender senders[2];
    struct block b, back;
    struct buffer data, cold;
    struct arena arena;
    arena_init(&arena);
    buffer_init(&data, BUFFER_NO_LIMIT);
    buffer_init(&cold, BUFFER_NO_LIMIT);
    fill(&b, events, senders);
    block_pack(&b, &data, &cold);
    for (size_t i = 0; i < data.len; i++) {
        data.data[i] ^= 1;
        assert_false(block_unpack(buffer_slice(&data), slice_of("", 0), &arena, &back));
        data.data[i] ^= 1;
        assert_false(block_unpack(slice_of(data.data, i), slice_of("", 0), &arena, &back));
    }
    assert_false(block_unpack(buffer_slice(&data), slice_of(cold.data, cold.len - 1), &arena, &back));
    buffer_release(&data);
    buffer_release(&cold);
    arena_release(&arena);
}

static void an_empty_block_is_one(void **state)
{
    const struct block nothing = {0};
    struct block back;
    struct buffer data, cold;
    struct arena arena;
    arena_init(&arena);
    buffer_init(&data, BUFFER_NO_LIMIT);
    buffer_init(&cold, BUFFER_NO_LIMIT);
    block_pack(&nothing, &data, &cold);
    assert_int_equal(cold.len, 0);
    assert_true(block_unpack(buffer_slice(&data), buffer_slice(&cold), &arena, &back));
    assert_int_equal(back.event_count, 0);
    buffer_release(&data);
    buffer_release(&cold);
    arena_release(&arena);
}

/* A log of usual events takes few bytes each: the point of the form. */
static void usual_events_are_small(void **state)
{
    enum { SENDERS = 250, EACH = 10 };
    struct block_event *events = calloc(SENDERS * EACH, sizeof *events);
    struct block_sender *senders = calloc(SENDERS, sizeof *senders);
    char(*keys)[16] = calloc(SENDERS, sizeof *keys), (*names)[16] = calloc(SENDERS * EACH, sizeof *names);
    for (int i = 0; i < SENDERS; i++) {
        const int len = snprintf(keys[i], sizeof keys[i], "L%08x", i * (16777216 / SENDERS));
        senders[i] = (struct block_sender){slice_of(keys[i], (size_t)len), (uint32_t)(i * EACH), EACH};
        for (int k = 0; k < EACH; k++) {
            snprintf(names[i * EACH + k], sizeof names[0], "%d", k * 1000000 + i * 37);
            const int at = i * EACH + k;
            events[at] = event(INT64_C(1704067200000000) + (k * 700000LL + i) * SECOND_US, names[at]);
            events[at].content = (uint32_t)k % 2;
        }
    }
    const struct block b = {.senders = senders,
                            .sender_count = SENDERS,
                            .events = events,
                            .event_count = SENDERS * EACH,
                            .contents = contents,
                            .content_count = 2};
    struct buffer data, cold;
    buffer_init(&data, BUFFER_NO_LIMIT);
    buffer_init(&cold, BUFFER_NO_LIMIT);
    block_pack(&b, &data, &cold);
    assert_true(data.len < 9 * SENDERS * EACH);
    buffer_release(&data);
    buffer_release(&cold);
    free(events);
    free(senders);
    free(keys);
    free(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_packed_comes_out),      cmocka_unit_test(blocks_of_the_first_form_are_read),
        cmocka_unit_test(numbers_of_all_sizes_come_out), cmocka_unit_test(damage_is_noticed),
        cmocka_unit_test(an_empty_block_is_one),         cmocka_unit_test(usual_events_are_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Calls of the Segment API to lines: what is filled in, what is refused and where, and that the lines say what was
 * sent, which the reader of files is asked about. */
#include "base/test.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/buffer.h"
#include "intake/gunzip.h"
#include "intake/ndjson.h"
#include "intake/segment.h"
#include "intake/sources.h"
#include "value/json_index.h"

#define RECEIVED INT64_C(1767603600000000) /* 2026-01-05T09:00:00Z */

/* ---- reading back ---- */

struct seen {
    struct buffer events; /* one a line */
    bool with_ids;
};

static void put_value(struct buffer *out, const struct input_value *value)
{
    buffer_printf(out, " %d:%.*s", value->kind, SLICE_ARG(value->kind == INPUT_MISSING ? SLICE("") : value->text));
}

static void see(void *context, const struct input_event *e)
{
    struct seen *seen = context;
    struct buffer *out = &seen->events;
    int64_t at = e->at.instant;
    if (e->sent_at != INSTANT_NONE && e->received_at != INSTANT_NONE) at += e->received_at - e->sent_at;
    buffer_printf(out, "%d %.*s %.*s/%.*s/%.*s/%.*s at ", e->call, SLICE_ARG(e->name), SLICE_ARG(e->user),
                  SLICE_ARG(e->anonymous), SLICE_ARG(e->group), SLICE_ARG(e->previous));
    time_format(out, at);
    if (seen->with_ids) buffer_printf(out, " #%.*s", SLICE_ARG(e->id));
    for (int i = 0; i < 3; i++) put_value(out, &e->values[i]);
    buffer_char(out, '\n');
}

/* The events of lines, by the reader of files; every line must be good. */
static void read_lines(struct slice lines, struct seen *seen)
{
    static const struct slice paths[] = {SLICE("properties.step"), SLICE("traits.role"), SLICE("context.page.path")};
    const struct input_plan plan = {.paths = paths, .count = 3};
    struct arena arena;
    struct shape shape;
    arena_init(&arena);
    shape_init(&shape, &arena);
    shape_segment(&shape, &plan);
    struct emitter emitter = {
        .sink = {seen, see}, .plan = &plan, .sources = sources_new(), .occurrences = occurrences_new()};
    reject_list_init(&emitter.rejects, true);
    struct ndjson *reader = ndjson_new(&shape, &emitter, NULL, lines.len + JSON_PADDING);
    char *copy = calloc(1, lines.len + JSON_PADDING);
    if (lines.len) memcpy(copy, lines.ptr, lines.len);
    ndjson_read(reader, slice_of(copy, lines.len), 1);
    if (emitter.rejects.count) fail_msg("rejected: %.*s", SLICE_ARG(buffer_slice(&emitter.rejects.text)));
    free(copy);
    ndjson_free(reader);
    sources_free(emitter.sources);
    occurrences_free(emitter.occurrences);
    reject_list_release(&emitter.rejects);
    arena_release(&arena);
}

/* Opens and takes. */
static enum outcome read_body(struct segment *segment, const struct segment_body *body, struct segment_lines *lines,
                              struct error *error)
{
    struct slice key;
    *lines = (struct segment_lines){0};
    enum outcome outcome = segment_open(segment, body, &key, error);
    if (outcome == OK) *lines = segment_take(segment, (struct slice){0}, NULL);
    return outcome;
}

/* ---- what is filled in ---- */

struct line_case {
    bool batch;
    enum input_call call;
    const char *body, *lines;
};

#define AT       "\"timestamp\":\"2026-01-05T08:00:00Z\""
#define RECEIPT  "\"receivedAt\":\"2026-01-05T09:00:00Z\""
#define BATCH(x) true, CALL_TRACK, "{\"batch\":[" x "]}"

static void test_lines(void **state)
{
    static const struct line_case cases[] = {
        /* The type comes from the address, a pretty body becomes one line. */
        {false, CALL_TRACK, "{\"event\":\"e\",\n \"userId\":\"p1\",\r\n\"messageId\":\"m1\"," AT "}",
         "{\"event\":\"e\",\"userId\":\"p1\",\"messageId\":\"m1\"," AT ",\"type\":\"track\"," RECEIPT "}\n"},
        {false, CALL_IDENTIFY, "{\"type\":null,\"userId\":7,\"messageId\":\"m1\"," AT "}",
         "{\"userId\":7,\"messageId\":\"m1\"," AT ",\"type\":\"identify\"," RECEIPT "}\n"},
        {false, CALL_PAGE, "{\"type\":\"page\",\"anonymousId\":\"a1\",\"messageId\":1," AT "}",
         "{\"type\":\"page\",\"anonymousId\":\"a1\",\"messageId\":1," AT "," RECEIPT "}\n"},
        /* The write key and a receivedAt of the sender's do not go into the log. */
        {false, CALL_TRACK,
         "{\"writeKey\":\"secret\",\"receivedAt\":\"2020-01-01\",\"event\":\"e\",\"userId\":\"p1\",\"messageId\":"
         "\"m\"," AT "}",
         "{\"event\":\"e\",\"userId\":\"p1\",\"messageId\":\"m\"," AT ",\"type\":\"track\"," RECEIPT "}\n"},
        /* Keys may be written with escapes. */
        {false, CALL_TRACK,
         "{\"write\\u004bey\":\"secret\",\"event\":\"e\",\"userId\":\"p1\",\"messageId\":\"m\"," AT "}",
         "{\"event\":\"e\",\"userId\":\"p1\",\"messageId\":\"m\"," AT ",\"type\":\"track\"," RECEIPT "}\n"},
        /* No time: when it came, by the sender's clock where it is known. */
        {false, CALL_TRACK, "{\"event\":\"e\",\"userId\":\"p1\",\"messageId\":\"m\"}",
         "{\"event\":\"e\",\"userId\":\"p1\",\"messageId\":\"m\",\"type\":\"track\","
         "\"timestamp\":\"2026-01-05T09:00:00Z\"," RECEIPT "}\n"},
        {false, CALL_TRACK,
         "{\"event\":\"e\",\"userId\":\"p1\",\"messageId\":\"m\",\"sentAt\":\"2026-01-05T08:59:00Z\",\"timestamp\":"
         "null}",
         "{\"event\":\"e\",\"userId\":\"p1\",\"messageId\":\"m\",\"sentAt\":\"2026-01-05T08:59:00Z\",\"type\":"
         "\"track\","
         "\"timestamp\":\"2026-01-05T08:59:00Z\"," RECEIPT "}\n"},
        /* A batch lends context and sentAt; what a call says itself holds. */
        {true, CALL_TRACK,
         "{\"batch\":[{\"type\":\"track\",\"event\":\"e\",\"userId\":\"p1\",\"messageId\":\"m\"," AT
         "}],\"context\":{\"ip\":\"x\"},\"sentAt\":5000000000}",
         "{\"type\":\"track\",\"event\":\"e\",\"userId\":\"p1\",\"messageId\":\"m\"," AT ",\"context\":{\"ip\":\"x\"},"
         "\"sentAt\":5000000000," RECEIPT "}\n"},
        {true, CALL_TRACK,
         "{\"context\":{\"a\":1,\"\\u0062\":{\"x\":2},\"c\":[3]},\"batch\":[{\"type\":\"track\",\"event\":\"e\","
         "\"userId\":\"p1\","
         "\"messageId\":\"m\"," AT ",\"context\":{\"b\":9}}]}",
         "{\"type\":\"track\",\"event\":\"e\",\"userId\":\"p1\",\"messageId\":\"m\"," AT
         ",\"context\":{\"b\":9,\"a\":1,\"c\":[3]}," RECEIPT "}\n"},
        {true, CALL_TRACK,
         "{\"context\":{\"a\":1},\"batch\":[{\"type\":\"track\",\"event\":\"e\",\"userId\":\"p1\",\"messageId\":"
         "\"m\"," AT ",\"context\":{ }}]}",
         "{\"type\":\"track\",\"event\":\"e\",\"userId\":\"p1\",\"messageId\":\"m\"," AT
         ",\"context\":{\"a\":1}," RECEIPT "}\n"},
        {BATCH(""), ""},
    };
    struct segment *segment = segment_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct segment_body body = {
            .text = slice_from(cases[i].body), .batch = cases[i].batch, .call = cases[i].call, .received_at = RECEIVED};
        struct segment_lines lines;
        struct error error = {0};
        if (read_body(segment, &body, &lines, &error) != OK) fail_msg("%zu: %s", i, error.message);
        if (lines.refused_count) fail_msg("%zu: %.*s", i, SLICE_ARG(lines.refused[0].message));
        assert_slice(lines.text, cases[i].lines);
    }
    segment_free(segment);
}

/* Who sent it is said by the server alone; a key may stand in the body or in a call. */
static void test_source(void **state)
{
    static const struct {
        const char *body, *key, *context;
    } cases[] = {
        {"{\"batch\":[{\"type\":\"page\",\"userId\":\"p1\"}],\"writeKey\":\"k1\"}", "k1",
         "\"context\":{\"masa\":{\"source\":\"we\\\"b\"}}"},
        {"{\"batch\":[1,{\"type\":\"page\",\"userId\":\"p1\",\"writeKey\":\"k2\",\"context\":null}]}", "k2",
         "\"context\":{\"masa\":{\"source\":\"we\\\"b\"}}"},
        {"{\"batch\":[{\"type\":\"page\",\"userId\":\"p1\",\"context\":{\"m\\u0061sa\":{\"source\":\"x\"},\"a\":1}}],"
         "\"context\":{\"masa\":2,\"b\":3}}",
         "", "\"context\":{\"a\":1,\"b\":3,\"masa\":{\"source\":\"we\\\"b\"}}"},
        {"{\"batch\":[{\"type\":\"page\",\"userId\":\"p1\",\"context\":\"odd\"}]}", "", "\"context\":\"odd\""},
    };
    struct segment *segment = segment_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct segment_body body = {.text = slice_from(cases[i].body), .batch = true, .received_at = RECEIVED};
        struct slice key;
        struct error error = {0};
        if (segment_open(segment, &body, &key, &error) != OK) fail_msg("%s", error.message);
        assert_slice(key, cases[i].key);
        struct segment_lines lines = segment_take(segment, SLICE("we\"b"), NULL);
        assert_int_equal(lines.count, 1);
        if (!memmem(lines.text.ptr, lines.text.len, cases[i].context, strlen(cases[i].context)))
            fail_msg("%s is not in %.*s", cases[i].context, SLICE_ARG(lines.text));
    }
    segment_free(segment);
}

/* ---- what is refused ---- */

static bool is_reserved(struct slice event)
{
    return slice_is(event, "decided");
}

#define TEN     "0123456789"
#define EIGHTY  TEN TEN TEN TEN TEN TEN TEN TEN
#define LONG_ID EIGHTY EIGHTY EIGHTY "0"

static void test_refused(void **state)
{
    static const struct {
        const char *call, *code, *path;
    } cases[] = {
        {"{\"type\":\"track\",\"userId\":\"p1\"}", "no_event", "batch[1].event"},
        {"{\"type\":\"track\",\"userId\":\"p1\",\"event\":\" decided\"}", "reserved", "batch[1].event"},
        {"{\"type\":\"track\",\"userId\":\"p1\",\"event\":\"d\\u0065cided\"}", "reserved", "batch[1].event"},
        {"{\"type\":\"track\",\"event\":\"e\"}", "no_subject", "batch[1].userId"},
        {"{\"type\":\"group\",\"userId\":\"p1\"}", "no_group", "batch[1].groupId"},
        {"{\"type\":\"alias\",\"userId\":\"p1\"}", "no_previous", "batch[1].previousId"},
        {"{\"type\":\"page\",\"userId\":\"" LONG_ID "\"}", "long_id", "batch[1]"},
        {"{\"type\":\"page\",\"anonymousId\":\"" LONG_ID "\"}", "long_id", "batch[1]"},
        {"{\"type\":\"dance\",\"userId\":\"p1\"}", "call", "batch[1].type"},
        {"{\"type\":\"page\",\"userId\":\"p1\",\"timestamp\":\"soon\"}", "bad_time", "batch[1].timestamp"},
        {"{\"type\":\"page\",\"userId\":\"p1\",\"timestamp\":\"1850-01-01\"}", "far_time", "batch[1].timestamp"},
        {"{\"batch\":[],\"type\":\"page\",\"userId\":\"p1\"}", "call", "batch[1].batch"},
        {"\"page\"", "no_object", "batch[1]"},
        {"[]", "no_object", "batch[1]"},
    };
    struct segment *segment = segment_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text;
        struct segment_lines lines;
        struct error error = {0};
        buffer_init(&text, BUFFER_NO_LIMIT);
        buffer_printf(&text,
                      "{\"batch\":[{\"type\":\"page\",\"userId\":\"p1\"},%s,{\"type\":\"page\",\"userId\":\"p2\"}]}",
                      cases[i].call);
        const struct segment_body body = {
            .text = buffer_slice(&text), .batch = true, .received_at = RECEIVED, .reserved = is_reserved};
        if (read_body(segment, &body, &lines, &error) != OK) fail_msg("%zu: %s", i, error.message);
        assert_int_equal(lines.count, 2); /* the good ones are kept */
        assert_int_equal(lines.refused_count, 1);
        assert_int_equal(lines.refused[0].index, 1);
        assert_slice(lines.refused[0].code, cases[i].code);
        assert_slice(lines.refused[0].path, cases[i].path);
        assert_true(lines.refused[0].message.len > 0);
        buffer_release(&text);
    }
    segment_free(segment);
}

static void test_not_json(void **state)
{
    static const struct {
        const char *body, *message;
    } cases[] = {
        {"", "the body is empty"},
        {" \n", "the body is empty"},
        {"[]", "not a JSON object (byte 1)"},
        {"{\"batch\":[}", "invalid JSON: no value starts like this (byte 11)"},
        {"{\"batch\":[]} x", "invalid JSON: the line goes on after its object (byte 14)"},
        {"{\"batch\":[]", "invalid JSON: a comma or } was expected (byte 12)"},
        {"{\"batch\":[],\"batch\":[]}", "the same key twice: batch (byte 13)"},
        {"{\"batch\":[{\"a\":1,\"a\":2}]}", "the same key twice: a (byte 18)"},
        {"{\"a\":\"\n\"}", "invalid JSON: a control character in a string"},
        {"{\"a\":\"", "invalid JSON: a string has no end"},
        {"{\"a\":\"\xff\"}", "invalid UTF-8 at byte 7"},
        {"{\"a\":1}", "a batch is {\"batch\":[...]}: its array is missing"},
        {"{\"batch\":{}}", "a batch is {\"batch\":[...]}: its array is missing"},
    };
    struct segment *segment = segment_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct segment_body body = {.text = slice_from(cases[i].body), .batch = true, .received_at = RECEIVED};
        struct segment_lines lines;
        struct error error = {0};
        assert_int_equal(read_body(segment, &body, &lines, &error), FAILED);
        assert_string_equal(error.message, cases[i].message);
        assert_int_equal(lines.count, 0);
    }
    segment_free(segment);
}

static struct segment_lines read_text(struct segment *segment, struct slice text, bool batch)
{
    const struct segment_body body = {.text = text, .batch = batch, .call = CALL_PAGE, .received_at = RECEIVED};
    struct segment_lines lines;
    struct error error = {0};
    if (read_body(segment, &body, &lines, &error) != OK) fail_msg("%s", error.message);
    return lines;
}

static void put_many(struct buffer *out, const char *text, int count)
{
    for (int i = 0; i < count; i++) buffer_text(out, text);
}

static void test_sizes(void **state)
{
    struct segment *segment = segment_new();
    struct buffer text;
    struct error error = {0};
    buffer_init(&text, BUFFER_NO_LIMIT);
    buffer_text(&text, "{\"batch\":[{\"type\":\"page\",\"userId\":\"p1\",\"x\":\"");
    put_many(&text, "0123456789abcdef", SEGMENT_EVENT_MAX / 16);
    buffer_text(&text, "\"},{\"type\":\"page\",\"userId\":\"p1\"}]}");
    struct segment_lines lines = read_text(segment, buffer_slice(&text), true);
    assert_int_equal(lines.count, 1);
    assert_slice(lines.refused[0].code, "too_large");
    assert_slice(lines.refused[0].path, "batch[0]");

    /* A context lent to a great many calls would make much out of little. */
    buffer_clear(&text);
    buffer_text(&text, "{\"context\":{\"x\":\"");
    put_many(&text, "0123456789abcdef", SEGMENT_EVENT_MAX / 16 - 10);
    buffer_text(&text, "\"},\"batch\":[");
    for (int i = 0; i < 5000; i++) buffer_printf(&text, "%s{\"type\":\"page\",\"userId\":\"p%d\"}", i ? "," : "", i);
    buffer_text(&text, "]}");
    lines = read_text(segment, buffer_slice(&text), true);
    assert_true(lines.count > 50 && lines.count < 200);
    assert_int_equal(lines.count + lines.refused_count, 5000);
    assert_slice(lines.refused[SEGMENT_REFUSED_MAX - 1].code, "too_large");

    buffer_clear(&text);
    put_many(&text, " ", SEGMENT_BODY_MAX + 1);
    const struct segment_body body = {.text = buffer_slice(&text), .batch = true};
    assert_int_equal(read_body(segment, &body, &lines, &error), FAILED);
    buffer_release(&text);
    segment_free(segment);
}

static void test_personless(void **state)
{
    static const struct slice names[] = {SLICE("deal_won")};
    struct segment *segment = segment_new();
    struct segment_lines lines;
    struct error error = {0};
    struct segment_body body = {.text = SLICE("{\"event\":\"deal_won\",\"properties\":{\"deal_id\":\"d1\"}}"),
                                .received_at = RECEIVED};
    assert_int_equal(read_body(segment, &body, &lines, &error), OK);
    assert_slice(lines.refused[0].code, "no_subject");
    body.personless = names;
    body.personless_count = 1;
    assert_int_equal(read_body(segment, &body, &lines, &error), OK);
    assert_int_equal(lines.count, 1);
    segment_free(segment);
}

/* ---- ids ---- */

/* The same sent again gets the same ids, whenever it comes; two that are alike in one body are two. */
static void test_ids(void **state)
{
    struct segment *segment = segment_new();
    struct buffer first;
    buffer_init(&first, BUFFER_NO_LIMIT);
    struct segment_body body = {.text = SLICE("{\"batch\":[{\"type\":\"page\",\"userId\":\"p1\"," AT
                                              "},{\"type\":\"page\",\"userId\":\"p1\"," AT
                                              "},{\"type\":\"page\",\"messageId\":\"\",\"userId\":\"p1\"," AT "}]}"),
                                .batch = true,
                                .received_at = RECEIVED};
    struct segment_lines lines;
    struct error error = {0};
    struct seen seen[2] = {{.with_ids = true}, {.with_ids = true}};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(read_body(segment, &body, &lines, &error), OK);
        assert_int_equal(lines.count, 3);
        buffer_init(&seen[i].events, BUFFER_NO_LIMIT);
        read_lines(lines.text, &seen[i]);
        body.received_at += 60 * SECOND_US;
    }
    struct slice events = buffer_slice(&seen[0].events), again = buffer_slice(&seen[1].events);
    assert_true(slice_equal(events, again));
    struct slice one = slice_cut(&events, '\n'), two = slice_cut(&events, '\n'), three = slice_cut(&events, '\n');
    assert_false(slice_equal(one, two));
    assert_false(slice_equal(two, three));
    buffer_release(&seen[0].events);
    buffer_release(&seen[1].events);
    buffer_release(&first);
    segment_free(segment);
}

/* ---- the lines say what was sent ---- */

static const char *pick(uint64_t *mix, const char *const *choices, size_t count)
{
    *mix = hash_mix(*mix ^ HASH_K0, HASH_K1);
    return choices[(*mix >> 32) % count];
}
#define PICK(mix, ...)                                                                                                 \
    pick(mix, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* One call in full, as a file would hold it, and the same as a client may send it: with what the batch says left out.
 */
static void make_call(uint64_t *mix, struct buffer *file, struct buffer *sent, int n)
{
    const char *call = PICK(mix, "\"type\":\"track\",\"event\":\"e1\"", "\"type\":\"page\",\"name\":\"home\"",
                            "\"type\":\"identify\"", "\"type\":\"group\",\"groupId\":\"g1\"", "\"type\":\"screen\"",
                            "\"type\":\"alias\",\"previousId\":\"a9\"");
    const char *who = PICK(mix, "\"userId\":\"p1\"", "\"anonymousId\":\"\\u05e9\"",
                           "\"userId\":12,\"anonymousId\":\"a1\"", "\"userId\":\"p\\\"2\"");
    const char *at = PICK(mix, "\"timestamp\":\"2026-01-05T08:00:00Z\"",
                          "\"timestamp\":\"2026-01-04T10:00:00.25+02:00\"", "\"originalTimestamp\":1767600000123",
                          "\"timestamp\":\"2026-01-05T07:00:00Z\",\"originalTimestamp\":\"2026-01-05T06:00:00Z\"");
    const char *said = PICK(mix, "\"properties\":{\"step\":3}", "\"traits\":{\"role\":\"קונה\",\"x\":[1,{\"y\":null}]}",
                            "\"properties\":{\"step\":1.50,\"a\\u0062\":\"}],{\"}", "\"integrations\":{\"All\":true}");
    const char *own = PICK(mix, "", ",\"context\":{\"page\":{\"path\":\"/own\"}}");
    const char *context = own[0] ? ",\"context\":{\"page\":{\"path\":\"/own\"},\"ip\":\"192.0.2.1\"}"
                                 : ",\"context\":{\"page\":{\"path\":\"/\"},\"ip\":\"192.0.2.1\"}";
    buffer_printf(file,
                  "{%s,%s,%s,%s,\"messageId\":\"m%d\"%s,\"sentAt\":\"2026-01-05T08:30:00Z\","
                  "\"receivedAt\":\"2026-01-05T09:00:00Z\"}\n",
                  call, who, at, said, n, context);
    buffer_printf(sent, "%s{%s, %s,\n%s,%s,\t\"messageId\":\"m%d\"%s}", n ? ",\n" : "", call, who, at, said, n, own);
}

static void test_same_events(void **state)
{
    struct segment *segment = segment_new();
    struct buffer file, sent;
    uint64_t mix = 2;
    buffer_init(&file, BUFFER_NO_LIMIT);
    buffer_init(&sent, BUFFER_NO_LIMIT);
    for (int round = 0; round < 50; round++) {
        struct seen want = {.with_ids = true}, got = {.with_ids = true};
        buffer_clear(&file);
        buffer_clear(&sent);
        buffer_text(&sent, "{ \"sentAt\":\"2026-01-05T08:30:00Z\", \"batch\" : [\n");
        for (int i = 0; i < 40; i++) make_call(&mix, &file, &sent, i);
        buffer_text(&sent, "], \"context\": {\"page\":{\"path\":\"/\"},\"ip\":\"192.0.2.1\"} }\n");
        struct segment_lines lines = read_text(segment, buffer_slice(&sent), true);
        assert_int_equal(lines.count, 40);
        buffer_init(&want.events, BUFFER_NO_LIMIT);
        buffer_init(&got.events, BUFFER_NO_LIMIT);
        read_lines(buffer_slice(&file), &want);
        read_lines(lines.text, &got);
        if (!slice_equal(buffer_slice(&want.events), buffer_slice(&got.events)))
            fail_msg("wanted\n%.*sgot\n%.*s", SLICE_ARG(buffer_slice(&want.events)),
                     SLICE_ARG(buffer_slice(&got.events)));
        buffer_release(&want.events);
        buffer_release(&got.events);
    }
    buffer_release(&file);
    buffer_release(&sent);
    segment_free(segment);
}

/* A valid body cut at every byte, and with every byte replaced: refused as a whole, or its lines are good. */
static void test_every_byte(void **state)
{
    static const char body[] =
        "{\"batch\":[{\"type\":\"track\",\"event\":\"e\",\"userId\":\"p1\",\"messageId\":\"m1\"," AT
        ",\"properties\":{\"a\":[1,2.5,true,null,\"x\\n\"]}},{\"type\":\"page\",\"anonymousId\":"
        "\"a1\"}],\"context\":{\"ip\":\"x\"},\"sentAt\":\"2026-01-05T08:59:00Z\"}";
    static const char others[] = "\"{}[],:0a\\ \n\xff\x01";
    struct segment *segment = segment_new();
    struct error error;
    size_t len = sizeof body - 1, bad = 0;
    for (size_t i = 0; i < len; i++) {
        struct segment_lines lines;
        struct segment_body cut = {.text = slice_of(body, i), .batch = true, .received_at = RECEIVED};
        assert_int_equal(read_body(segment, &cut, &lines, &error), FAILED);
        for (size_t k = 0; k < sizeof others - 1; k++) {
            char copy[sizeof body];
            struct seen seen = {0};
            memcpy(copy, body, sizeof body);
            copy[i] = others[k];
            cut.text = slice_of(copy, len);
            if (read_body(segment, &cut, &lines, &error) != OK) {
                bad++;
                continue;
            }
            buffer_init(&seen.events, BUFFER_NO_LIMIT);
            read_lines(lines.text, &seen);
            buffer_release(&seen.events);
        }
    }
    assert_true(bad > len);
    struct segment_lines whole = read_text(segment, slice_of(body, len), true);
    assert_int_equal(whole.count, 2);
    segment_free(segment);
}

/* ---- gzip ---- */

static size_t pack(const void *text, size_t len, unsigned char *out, size_t size)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)text;
    z.avail_in = (uInt)len;
    z.next_out = out;
    z.avail_out = (uInt)size;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return z.total_out;
}

static void test_gunzip(void **state)
{
    enum { TEXT = 300000 };
    char *text = malloc(TEXT);
    unsigned char packed[8192];
    memset(text, 'x', TEXT);
    size_t len = pack(text, TEXT, packed, sizeof packed);
    struct slice whole = slice_of((const char *)packed, len);
    static const struct {
        size_t limit, cut; /* bytes taken off the end */
        enum gunzip_answer answer;
    } cases[] = {{TEXT, 0, GUNZIP_FINE},    {TEXT + 1, 0, GUNZIP_FINE}, {TEXT - 1, 0, GUNZIP_TOO_LARGE},
                 {10, 0, GUNZIP_TOO_LARGE}, {TEXT, 1, GUNZIP_BROKEN},   {TEXT, 100, GUNZIP_BROKEN}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer out;
        buffer_init(&out, cases[i].limit);
        assert_int_equal(gunzip(slice_of(whole.ptr, whole.len - cases[i].cut), &out), cases[i].answer);
        if (cases[i].answer == GUNZIP_FINE) assert_true(out.len == TEXT && memcmp(out.data, text, TEXT) == 0);
        assert_true(out.len <= cases[i].limit);
        buffer_release(&out);
    }
    struct buffer out;
    buffer_init(&out, TEXT);
    packed[len] = 'x'; /* something follows */
    assert_int_equal(gunzip(slice_of(whole.ptr, len + 1), &out), GUNZIP_BROKEN);
    buffer_clear(&out);
    assert_int_equal(gunzip(SLICE("no gzip"), &out), GUNZIP_BROKEN);
    assert_int_equal(gunzip(SLICE(""), &out), GUNZIP_BROKEN);
    buffer_release(&out);
    free(text);
}

/* ---- calls that are like others ---- */

enum { PARTS = 9, CHOICES = 9 };

/* Members of a call, one of each row: good ones first. */
static const char *const parts[PARTS][CHOICES] = {
    {"\"type\":\"track\"", "\"type\":\"page\"", "\"type\":null", "\"type\":\"\"", "\"type\":\"dance\"",
     "\"type\":\"group\""},
    {"\"event\":\"e1\"", "\"event\":\"e2\"", "\"event\":\"\"", "\"event\": \"e\\u0031\"", "\"event\":\"decided\"",
     "\"event\":\"d\\u0065cided\"", "\"name\":\"n\""},
    {"\"userId\":\"p1\"", "\"userId\":7", "\"anonymousId\":\"a1\"", "\"userId\":null", "\"groupId\":\"g1\"",
     "\"userId\":\"\"", "\"userId\":\"" LONG_ID "\""},
    {"\"timestamp\":\"2026-01-05T08:00:00.250Z\"", "\"timestamp\":\"2026-01-05T08:00:00Z\"", "\"timestamp\":\"\"",
     "\"timestamp\":null", "\"timestamp\":\"soon\"", "\"timestamp\":\"1850-01-01\"",
     "\"originalTimestamp\":1767600000123", "\"timestamp\":1767600000", "\"timestamp\":true"},
    {"\"messageId\":\"m1\"", "\"messageId\":\"m\\u0032\"", "\"messageId\":12", "\"messageId\":\"\"",
     "\"messageId\":null", "\"messageId\":true", "\"messageId\":1.5", "\"messageId\":-0"},
    {"\"context\":{\"page\":{\"path\":\"/\"},\"groupId\":\"g2\"}", "\"context\":null", "\"context\":\"odd\"",
     "\"context\":{}", "\"context\":{\"masa\":{\"source\":\"x\"},\"b\":true}", "\"context\" : {\"b\": {\"x\":-1}}",
     "\"c\\u006fntext\":{\"b\":2}", "\"properties\":{\"context\":{\"b\":2}}", "\"a\":1"},
    {"\"sentAt\":\"2026-01-05T08:30:00Z\"", "\"sentAt\":null", "\"sentAt\":\"\"", "\"sentAt\":\"soon\"",
     "\"b\":{\"x\":null}", "\"b\":[{\"x\":1}]", "\"sentAt\":1e9"},
    {"\"c\":\"\\ud83d\\ude00\"", "\"writeKey\":\"k\"", "\"receivedAt\":\"2020-01-01\"", "\"batch\":[]",
     "\"batch\":\"b\"", "\"properties\":{\"n\":1.5e3, \"m\":false}", "\"d\" :3"},
    {"\"last\":1", "\"last\":\"\\\"}\"", "\"last\":-12345678901234567890", "\"last\":\"אב\""},
};

static unsigned pick_part(uint64_t *mix, int part)
{
    unsigned count = 0;
    while (count < CHOICES && parts[part][count]) count++;
    *mix = hash_mix(*mix ^ HASH_K0, HASH_K1);
    return (unsigned)(*mix >> 32) % count;
}

/* No two calls that hold an array are alike. */
#define UNLIKE "\"unlike\":[],"

static void put_call(struct buffer *out, const unsigned picked[PARTS], unsigned first, bool unlike)
{
    buffer_clear(out);
    buffer_text(out, unlike ? "{" UNLIKE : "{");
    for (unsigned i = 0; i < PARTS; i++) {
        const unsigned part = (first + i) % PARTS;
        buffer_printf(out, "%s%s", i ? "," : "", parts[part][picked[part]]);
    }
    buffer_char(out, '}');
}

/* Text without what makes calls unlike others, and without the ids that were made of all that a call says. */
static void put_plain(struct buffer *out, struct slice text)
{
    static const struct slice unlike = SLICE(UNLIKE), made = SLICE("\"messageId\":\"#");
    while (text.len) {
        if (slice_starts(text, unlike)) text = slice_skip(text, unlike.len);
        if (slice_starts(text, made)) text = slice_skip(text, made.len + 34);
        buffer_char(out, text.ptr[0]);
        text = slice_skip(text, 1);
    }
}

/* What becomes of a batch: its lines, and then what was refused. */
static void tell_batch(struct segment *segment, struct slice calls, const char *rest, struct slice source,
                       struct buffer *out)
{
    struct buffer text;
    struct slice key;
    struct error error = {0};
    buffer_init(&text, BUFFER_NO_LIMIT);
    buffer_printf(&text, "{\"batch\":[%.*s]%s}", SLICE_ARG(calls), rest);
    const struct segment_body body = {
        .text = buffer_slice(&text), .batch = true, .received_at = RECEIVED, .reserved = is_reserved};
    if (segment_open(segment, &body, &key, &error) != OK) fail_msg("%s: %.*s", error.message, SLICE_ARG(body.text));
    const struct segment_lines lines = segment_take(segment, source, NULL);
    buffer_clear(out);
    put_plain(out, lines.text);
    for (size_t i = 0; i < lines.refused_count; i++)
        buffer_printf(out, "%.*s %.*s\n", SLICE_ARG(lines.refused[i].code), SLICE_ARG(lines.refused[i].message));
    if (!lines.refused_count) buffer_printf(out, "key %.*s\n", SLICE_ARG(key));
    buffer_release(&text);
}

/* A call is taken, or refused, as one that is like no other, when those before it were like it but for one member. */
static size_t compare_alike(uint64_t *mix, struct segment *segment, const char *rest, struct slice source)
{
    struct buffer call, want, got;
    unsigned picked[PARTS] = {0};
    size_t taken = 0;
    buffer_init(&call, BUFFER_NO_LIMIT);
    buffer_init(&want, BUFFER_NO_LIMIT);
    buffer_init(&got, BUFFER_NO_LIMIT);
    for (int i = 0; i < 2; i++) picked[pick_part(mix, 5)] = 1; /* most of them usual ones */
    const unsigned first = pick_part(mix, 3);
    for (int n = 0; n < 12; n++) {
        unsigned one[PARTS];
        memcpy(one, picked, sizeof one);
        if (n > 2) one[n % PARTS] = pick_part(mix, n % PARTS);
        put_call(&call, one, first, true);
        tell_batch(segment, buffer_slice(&call), rest, source, &want);
        put_call(&call, one, first, false);
        tell_batch(segment, buffer_slice(&call), rest, source, &got);
        if (!slice_equal(buffer_slice(&got), buffer_slice(&want)))
            fail_msg("%.*s%s gave %.*s, not %.*s", SLICE_ARG(buffer_slice(&call)), rest, SLICE_ARG(buffer_slice(&got)),
                     SLICE_ARG(buffer_slice(&want)));
        taken += want.data[0] == '{';
    }
    buffer_release(&call);
    buffer_release(&want);
    buffer_release(&got);
    return taken;
}

static void test_alike(void **state)
{
    struct segment *segment = NULL;
    uint64_t mix = 3;
    size_t taken = 0;
    for (int round = 0; round < 800; round++) {
        const struct slice source = slice_from(PICK(&mix, "web", "we\"b", ""));
        const char *rest =
            PICK(&mix, "", "", ",\"sentAt\":\"2026-01-05T08:30:00Z\"", ",\"sentAt\":\"soon\"", ",\"sentAt\":null",
                 ",\"sentAt\":5000000000", ",\"sentAt\":1e9", ",\"context\":{\"ip\":\"x\"}", ",\"context\":null");
        if (round % 20 == 0) {
            segment_free(segment);
            segment = segment_new();
        }
        taken += compare_alike(&mix, segment, rest, source);
    }
    assert_true(taken > 1000);
    segment_free(segment);
}

/* A service reads for months: of calls that have no like, as those with arrays, nothing stays. */
static void test_nothing_stays(void **state)
{
    enum { MANY = 20000, ROOM = 64 << 10 };
#define SAID "{\"type\":\"track\",\"event\":\"e1\",\"userId\":\"p1\",\"timestamp\":\"2026-01-05\",\"messageId\":\"m1\""
    static const struct segment_body body = {.text = SLICE("{\"batch\":[" SAID "}," SAID "}," SAID ",\"last\":[1]}]}"),
                                             .batch = true,
                                             .received_at = RECEIVED};
    struct segment *segment = segment_new();
    struct segment_lines lines;
    struct error error;
    size_t before = 0;
    for (int i = 0; i < 2 * MANY; i++) {
        if (i == MANY) before = mallinfo2().uordblks + mallinfo2().hblkhd;
        assert_int_equal(read_body(segment, &body, &lines, &error), OK);
        assert_int_equal(lines.count, 3);
    }
    assert_in_range(mallinfo2().uordblks + mallinfo2().hblkhd, 0, before + ROOM);
    segment_free(segment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),       cmocka_unit_test(test_source),     cmocka_unit_test(test_refused),
        cmocka_unit_test(test_not_json),    cmocka_unit_test(test_sizes),      cmocka_unit_test(test_ids),
        cmocka_unit_test(test_personless),  cmocka_unit_test(test_every_byte), cmocka_unit_test(test_gunzip),
        cmocka_unit_test(test_same_events), cmocka_unit_test(test_alike),      cmocka_unit_test(test_nothing_stays),
    };
    return cmocka_run_group_tests_name("segment", tests, NULL, NULL);
}

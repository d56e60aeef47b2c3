/* Lines of JSON: what events they give, and what every kind of bad line is told. */
#include "intake/reading_test.h"

#define TIME  "\"timestamp\":\"2026-01-05T09:00:00Z\""
#define EVENT "\"event\":\"x\",\"userId\":\"p\"," TIME

static void check_line(const char *line, size_t len, const char *events, const char *reject)
{
    struct reading r;
    reading_run(&r, &(struct reading_case){.text = line, .len = len, .plan = {"properties.a", "traits.b.c"}});
    assert_slice(buffer_slice(&r.events), events);
    if (*reject && !(r.rejects.len && memmem(r.rejects.data, r.rejects.len, reject, strlen(reject))))
        fail_msg("«%s» gave «%.*s», wanted «%s»", line, SLICE_ARG(buffer_slice(&r.rejects)), reject);
    assert_int_equal(r.outcome, *reject ? SOME_REJECTED : OK);
    assert_int_equal(r.summary.rejected, *reject ? 1 : 0);
    reading_release(&r);
}

static void good_lines(void **state)
{
    static const struct {
        const char *line, *events;
    } cases[] = {
        {"{\"type\":\"track\",\"messageId\":\"m\"," EVENT ",\"properties\":{\"a\":3}}",
         "track x user=p at=2026-01-05T09:00:00Z id=m line=1 properties.a:int=3\n"},
        {"{\"messageId\":7," EVENT ",\"properties\":{\"a\":\"\\u05d0\\n\\ud83d\\ude42\"}}\n",
         "track x user=p at=2026-01-05T09:00:00Z id=7 line=1 properties.a:text=א\n🙂\n"},
        {"{\"messageId\":\"m\"," EVENT ",\"prop\\u0065rties\":{\"\\u0061\":1.50}}",
         "track x user=p at=2026-01-05T09:00:00Z id=m line=1 properties.a:number=1.50\n"},
        {"\n  \n{\"messageId\":\"m\"," EVENT ",\"properties\":{\"a\":[1, {\"z\":null}],\"q\":{}}}\r\n\n",
         "track x user=p at=2026-01-05T09:00:00Z id=m line=3 properties.a:json=[1,{\"z\":null}]\n"},
        {"{\"type\":\"identify\",\"messageId\":\"m\",\"userId\":\"p\",\"anonymousId\":\"q\"," TIME
         ",\"traits\":{\"b\":{\"c\":true}}}",
         "identify user=p anonymous=q at=2026-01-05T09:00:00Z id=m line=1 traits.b.c:bool=1\n"},
        {"{\"type\":\"group\",\"messageId\":\"m\",\"groupId\":\"g\"," TIME ",\"traits\":{\"b\":{\"c\":null}}}",
         "group group=g at=2026-01-05T09:00:00Z id=m line=1 traits.b.c:null\n"},
        {"{\"type\":\"page\",\"name\":\"Home\",\"messageId\":\"m\",\"anonymousId\":\"q\",\"context\":{\"groupId\":"
         "\"g\"}," TIME "}",
         "page Home anonymous=q group=g at=2026-01-05T09:00:00Z id=m line=1\n"},
        {"{\"type\":\"alias\",\"messageId\":\"m\",\"userId\":\"p\",\"previousId\":\"q\"," TIME "}",
         "alias user=p previous=q at=2026-01-05T09:00:00Z id=m line=1\n"},
        {"{\"event\":\"x\",\"userId\":12,\"messageId\":\"m\",\"timestamp\":\"2026-01-05T11:00:00.5+02:00\"}",
         "track x user=12 at=2026-01-05T09:00:00.500000Z id=m line=1\n"},
        {"{\"event\":\"x\",\"userId\":\"p\",\"messageId\":\"m\",\"timestamp\":\"2026-01-05\"}",
         "track x user=p at=2026-01-05T00:00:00Z(day) id=m line=1\n"},
        {"{\"event\":\"x\",\"userId\":\"p\",\"messageId\":\"m\",\"timestamp\":\"2026-01-05 09:00\"}",
         "track x user=p at=2026-01-05T09:00:00Z(wall) id=m line=1\n"},
        {"{\"event\":\"x\",\"userId\":\"p\",\"messageId\":\"m\",\"timestamp\":1767603600}",
         "track x user=p at=2026-01-05T09:00:00Z id=m line=1\n"},
        {"{\"event\":\"x\",\"userId\":\"p\",\"messageId\":\"m\",\"originalTimestamp\":\"2026-01-05T09:00:00.123Z\"}",
         "track x user=p at=2026-01-05T09:00:00.123000Z id=m line=1\n"},
        {"{\"event\":\"x\",\"userId\":\"p\",\"messageId\":\"m\",\"timestamp\":\"2090-01-05T09:00:00Z\"}",
         "track x user=p at=2090-01-05T09:00:00Z id=m line=1\n"},
        {"{\"batch\":[{\"messageId\":\"m\"," EVENT "},{\"messageId\":\"n\"," EVENT ",\"properties\":{\"a\":\"\\t\"}}]}",
         "track x user=p at=2026-01-05T09:00:00Z id=m line=1\ntrack x user=p at=2026-01-05T09:00:00Z id=n line=1 "
         "properties.a:text=\t\n"},
        {"{\"batch\":[]}", ""},
        {"\xef\xbb\xbf{\"messageId\":\"m\"," EVENT "}", "track x user=p at=2026-01-05T09:00:00Z id=m line=1\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_line(cases[i].line, 0, cases[i].events, "");
}

static void bad_lines(void **state)
{
    static const struct {
        const char *line, *reject;
        size_t len;
    } cases[] = {
        {"{\"a\":1", "\"column\":7,\"reason\":\"invalid JSON: a comma or } was expected\""},
        {"{\"a\":1}}", "\"column\":8,\"reason\":\"invalid JSON: the line goes on after its object\""},
        {"{\"a\":1} x", "\"column\":9,\"reason\":\"invalid JSON: the line goes on"},
        {"{\"a\" 1}", "\"column\":6,\"reason\":\"invalid JSON: a colon was expected\""},
        {"{a:1}", "\"column\":2,\"reason\":\"invalid JSON: a key in double quotes was expected\""},
        {"{\"a\":1,}", "\"column\":8,\"reason\":\"invalid JSON: a key in double quotes"},
        {"{\"a\":01}", "\"column\":6,\"reason\":\"invalid JSON: no value starts like this\""},
        {"{\"a\":nul}", "\"column\":6,\"reason\":\"invalid JSON: no value"},
        {"{\"a\":1.}", "\"column\":6,\"reason\":\"invalid JSON: no value"},
        {"{\"a\":[1 2]}", "\"column\":9,\"reason\":\"invalid JSON: a comma or ] was expected\""},
        {"{\"a\":\"\\q\"}", "\"column\":7,\"reason\":\"invalid JSON: broken escape in a string\""},
        {"{\"a\":\"\\ud800\"}", "\"column\":7,\"reason\":\"invalid JSON: broken escape"},
        {"{\"a\":\"\\u0000\"}", "\"column\":7,\"reason\":\"invalid JSON: broken escape"},
        {"{\"\\x\":1}", "\"column\":2,\"reason\":\"invalid JSON: broken escape in a key\""},
        {"{\"a\":\"b}", "\"reason\":\"invalid JSON: a string has no end\""},
        {"{\"a\":\"\x01\"}", "\"reason\":\"invalid JSON: a control character in a string\""},
        {"{\"a\":\"\0\"}", "\"column\":7,\"reason\":\"NUL byte\"", 9},
        {"\0\0\0\0", "\"column\":1,\"reason\":\"NUL byte\"", 4},
        {"{\"a\":\"b\xff\"}",
         "\"column\":8,\"reason\":\"invalid "
         "UTF-8\",\"text\":\"{\\\"a\\\":\\\"b\xef\xbf\xbd\\\"}\",\"length\":10,\"code\":\"utf8\"}"},
        {"[1]", "\"column\":1,\"reason\":\"not a JSON object\""},
        {"hello", "\"column\":1,\"reason\":\"not a JSON object\""},
        {"{\"a\":1,\"\\u0061\":2}", "\"column\":8,\"reason\":\"the same key twice: a\""},
        {"{\"a\":{\"b\":{\"a\":1,\"b\":2},\"c\":3,\"b\":1}}", "\"reason\":\"the same key twice: b\""},
        {"{\"type\":\"lead_created\",\"userId\":\"p\"," TIME "}", "\"reason\":\"unknown type of call: lead_created\""},
        {"{\"lead\":\"p\"," TIME "}", "\"reason\":\"unknown type of call: neither type nor event"},
        {"{\"type\":\"track\",\"userId\":\"p\"," TIME "}", "\"reason\":\"no event name\""},
        {"{\"event\":\"x\"," TIME "}", "\"reason\":\"no userId or anonymousId\""},
        {"{\"event\":\"x\",\"userId\":\"\"," TIME "}", "\"reason\":\"no userId or anonymousId\""},
        {"{\"event\":\"x\",\"userId\":null," TIME "}", "\"reason\":\"no userId or anonymousId\""},
        {"{\"type\":\"group\",\"userId\":\"p\"," TIME "}", "\"reason\":\"no groupId\""},
        {"{\"type\":\"alias\",\"userId\":\"p\"," TIME "}", "\"reason\":\"no previousId\""},
        {"{\"event\":\"x\",\"userId\":\"p\"}", "\"reason\":\"no timestamp\""},
        {"{\"event\":\"x\",\"userId\":\"p\",\"timestamp\":\"yesterday\"}",
         "\"reason\":\"unreadable timestamp: yesterday\""},
        {"{\"event\":\"x\",\"userId\":\"p\",\"timestamp\":\"2026-02-30T09:00:00Z\"}",
         "\"reason\":\"unreadable timestamp: 2026"},
        {"{\"event\":\"x\",\"userId\":\"p\",\"timestamp\":\"2026-01-05T24:00:00Z\"}",
         "\"reason\":\"unreadable timestamp: 2026"},
        {"{\"event\":\"x\",\"userId\":\"p\",\"timestamp\":true}", "\"reason\":\"unreadable timestamp: true\""},
        {"{\"event\":\"x\",\"userId\":\"p\",\"timestamp\":\"2101-01-01T00:00:00Z\"}",
         "\"reason\":\"timestamp before 1970 or after 2100: 2101"},
        {"{\"event\":\"x\",\"userId\":\"p\",\"timestamp\":\"1969-12-31T23:59:59Z\"}",
         "\"reason\":\"timestamp before 1970"},
        {"{\"event\":\"x\",\"userId\":\"p\"," TIME ",\"sentAt\":\"soon\"}",
         "\"reason\":\"unreadable timestamp: soon\""},
        {"{\"batch\":[3]}", "\"column\":11,\"reason\":\"not a JSON object: in a batch\""},
        {"{\"batch\":[{\"event\":\"x\"," TIME "}]}",
         "\"reason\":\"no userId or anonymousId\",\"text\":\"{\\\"event\\\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        /* A first line that is fine, so that the file is taken for what it is. */
        static const char start[] = "{\"batch\":[]}\n";
        char text[512];
        size_t len = cases[i].len ? cases[i].len : strlen(cases[i].line), from = sizeof start - 1;
        memcpy(text, start, from);
        memcpy(text + from, cases[i].line, len);
        check_line(text, from + len, "", cases[i].reject);
    }
}

/* A fault stays in its line, wherever the line stands among good ones. */
static void neighbours(void **state)
{
    static const char *const bad[] = {"{\"a\":1",         "{\"a\":\"",         "\"", "}", "{\"a\":\xff}", "[",
                                      "{\"x\":{\"y\":[{", "{\"a\":1}{\"b\":2}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct reading r;
        char text[1024];
        snprintf(text, sizeof text, "{\"messageId\":\"1\"," EVENT "}\n%s\n{\"messageId\":\"3\"," EVENT "}\n", bad[i]);
        reading_run(&r, &(struct reading_case){.text = text});
        assert_slice(buffer_slice(&r.events), "track x user=p at=2026-01-05T09:00:00Z id=1 line=1\n"
                                              "track x user=p at=2026-01-05T09:00:00Z id=3 line=3\n");
        assert_int_equal(r.summary.rejected, 1);
        assert_non_null(memmem(r.rejects.data, r.rejects.len, "\"line\":2,", 9));
        reading_release(&r);
    }
}

static void object_over_two_lines(void **state)
{
    struct reading r;
    reading_run(&r, &(struct reading_case){.text = "{\"messageId\":\"1\",\n" EVENT "}\n"});
    assert_int_equal(r.summary.rejected, 2);
    assert_int_equal(r.summary.events, 0);
    assert_int_equal(r.summary.lines, 2);
    reading_release(&r);
}

static void depth(void **state)
{
    for (int levels = 63; levels <= 64; levels++) {
        struct reading r;
        struct buffer text;
        buffer_init(&text, 1024);
        buffer_text(&text, "{\"messageId\":\"1\"," EVENT ",\"z\":");
        for (int i = 0; i < levels; i++) buffer_char(&text, '[');
        for (int i = 0; i < levels; i++) buffer_char(&text, ']');
        buffer_char(&text, '}');
        reading_run(&r, &(struct reading_case){.text = text.data, .len = text.len});
        assert_int_equal(r.summary.rejected, levels > 63);
        reading_release(&r);
        buffer_release(&text);
    }
}

/* Ids made from content: the same content in another order of keys is the same, each further time has its own number,
 * and how the row travelled does not matter. */
static void made_ids(void **state)
{
    struct reading r;
    reading_run(&r, &(struct reading_case){.text = "{" EVENT ",\"properties\":{\"a\":1,\"b\":[1,2]}}\n"
                                                   "{\"properties\":{\"b\":[1,2],\"\\u0061\":1}," EVENT
                                                   ",\"sentAt\":\"2026-01-06\"}\n"
                                                   "{" EVENT ",\"properties\":{\"a\":1,\"b\":[2,1]}}\n"});
    struct slice ids[3], rest = buffer_slice(&r.events);
    for (int i = 0; i < 3; i++) {
        struct slice line = slice_cut(&rest, '\n');
        const char *id = memmem(line.ptr, line.len, "id=", 3);
        ids[i] = slice_of(id + 3, 35);
    }
    int twins = 0;
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < i; k++)
            twins += memcmp(ids[i].ptr, ids[k].ptr, 34) == 0 && ids[i].ptr[34] != ids[k].ptr[34];
    assert_int_equal(twins, 1);
    reading_release(&r);
}

/* Enough lines for several chunks, some of them bad: any number of threads gives the same events and the same reject
 * file. */
static void what_nobody_asks_for(void **state)
{
    static const char *const cases[][2] = {
        {"{\"messageId\":\"1\"," EVENT ",\"properties\":{\"a\":1}}", ""},
        {"{\"messageId\":\"1\"," EVENT ",\"version\":2,\"properties\":{\"a\":1,\"z\":{ \"a\":[1, {}] },\"y\":\"}\"}}",
         " rest={\"version\":2,\"properties\":{\"z\":{ \"a\":[1, {}] },\"y\":\"}\"}}"},
        {"{\"messageId\":\"1\"," EVENT ",\"context\":{\"groupId\":\"g\"},\"traits\":{\"b\":{\"c\":1}, \"d\" : null}}",
         " rest={\"traits\":{\"d\":null}}"},
        /* The key as written, which may hold escapes; what is asked for is found all the same. */
        {"{\"messageId\":\"1\"," EVENT ",\"properties\":{\"\\u0061\":1,\"\\u0062\":\"\\n\"}}",
         " rest={\"properties\":{\"\\u0062\":\"\\n\"}}"},
        {"{\"messageId\":\"1\"," EVENT ",\"traits\":{\"b\":7}}", " rest={\"traits\":{\"b\":7}}"},
        {"{\"messageId\":\"1\"," EVENT ",\"traits\":{}}", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading r;
        reading_run(&r,
                    &(struct reading_case){.text = cases[i][0], .plan = {"properties.a", "traits.b.c"}, .rest = true});
        buffer_char(&r.events, '\0');
        const char *rest = strstr(r.events.data, " rest=");
        struct slice got = rest ? slice_trim(slice_from(rest)) : slice_of("", 0);
        assert_slice(got, cases[i][1][0] ? cases[i][1] + 1 : "");
        reading_release(&r);
    }
}

static void threads_agree(void **state)
{
    struct buffer text;
    struct reading one, two;
    buffer_init(&text, BUFFER_NO_LIMIT);
    for (int i = 0; i < 20000; i++) {
        if (i % 997 == 0)
            buffer_printf(&text, "{\"line\":%d\n", i);
        else if (i % 1009 == 0)
            buffer_text(&text, "\n");
        else
            buffer_printf(&text, "{\"type\":\"track\"," EVENT ",\"properties\":{\"a\":%d,\"b\":\"\\u05d0%d\"}}\n",
                          i % 50, i % 7);
    }
    reading_run(&one,
                &(struct reading_case){.text = text.data, .len = text.len, .plan = {"properties.a", "properties.b"}});
    reading_run(&two, &(struct reading_case){
                          .text = text.data, .len = text.len, .plan = {"properties.a", "properties.b"}, .threads = 3});
    assert_int_equal(one.summary.lines, 20000);
    assert_int_equal(one.summary.blank, 19);
    assert_int_equal(one.summary.rejected, 21);
    assert_int_equal(one.summary.events, 19960);
    assert_int_equal(two.summary.events, 19960);
    assert_true(slice_equal(buffer_slice(&one.rejects), buffer_slice(&two.rejects)));
    reading_release(&one);
    reading_release(&two);
    buffer_release(&text);
}

static void long_lines(void **state)
{
    struct buffer text;
    struct reading r;
    buffer_init(&text, BUFFER_NO_LIMIT);
    static const size_t sizes[] = {INPUT_LINE_MAX - 200, INPUT_LINE_MAX + 1, 5 * INPUT_LINE_MAX};
    for (size_t i = 0; i < 3; i++) {
        buffer_printf(&text, "{\"messageId\":\"%zu\"," EVENT ",\"z\":\"", i);
        for (size_t k = 0; k < sizes[i]; k++) buffer_char(&text, 'z');
        buffer_text(&text, "\"}\n");
        buffer_printf(&text, "{\"messageId\":\"after %zu\"," EVENT "}\n", i);
    }
    reading_run(&r, &(struct reading_case){.text = text.data, .len = text.len});
    assert_slice(buffer_slice(&r.events), "track x user=p at=2026-01-05T09:00:00Z id=0 line=1\n"
                                          "track x user=p at=2026-01-05T09:00:00Z id=after 0 line=2\n"
                                          "track x user=p at=2026-01-05T09:00:00Z id=after 1 line=4\n"
                                          "track x user=p at=2026-01-05T09:00:00Z id=after 2 line=6\n");
    assert_int_equal(r.summary.rejected, 2);
    assert_int_equal(r.summary.lines, 6);
    assert_true(r.rejects.len < 10000);
    assert_non_null(memmem(r.rejects.data, r.rejects.len, "\"length\":52429", 14));
    reading_release(&r);
    buffer_release(&text);
}

/* Lines that are like others and yet not: the keys, their order, the kinds and forms of values, escapes, white space,
 * what stands behind. */
static const char *const alike[] = {
    "{\"messageId\":\"m1\"," EVENT ",\"properties\":{\"a\":3}}",
    "{\"messageId\":\"m2\"," EVENT ",\"properties\":{\"a\":12345678}}",
    "{\"messageId\":\"m3\"," EVENT ",\"properties\":{\"a\":123456789012}}",
    "{\"messageId\":\"m4\"," EVENT ",\"properties\":{\"a\":-3}}",
    "{\"messageId\":\"m5\"," EVENT ",\"properties\":{\"a\":2.50}}",
    "{\"messageId\":\"m6\"," EVENT ",\"properties\":{\"a\":1e3}}",
    "{\"messageId\":\"m7\"," EVENT ",\"properties\":{\"a\":03}}",
    "{\"messageId\":\"m8\"," EVENT ",\"properties\":{\"a\":3x}}",
    "{\"messageId\":\"m9\"," EVENT ",\"properties\":{\"a\":\"3\"}}",
    "{\"messageId\":\"m10\"," EVENT ",\"properties\":{\"a\":\"\"}}",
    "{\"messageId\":\"m11\"," EVENT ",\"properties\":{\"a\":\"\\u05d0\\\"\"}}",
    "{\"messageId\":\"m12\"," EVENT ",\"properties\":{\"a\":\"\\q\"}}",
    "{\"messageId\":\"m13\"," EVENT ",\"properties\":{\"a\":true}}",
    "{\"messageId\":\"m14\"," EVENT ",\"properties\":{\"a\":false}}",
    "{\"messageId\":\"m15\"," EVENT ",\"properties\":{\"a\":null}}",
    "{\"messageId\":\"m16\"," EVENT ",\"properties\":{\"a\":truex}}",
    "{\"messageId\":\"m17\"," EVENT ",\"properties\":{\"a\":true }}",
    "{\"messageId\":\"m18\"," EVENT ",\"properties\":{\"a\":{\"z\":1}}}",
    "{\"messageId\":\"m19\"," EVENT ",\"properties\":{\"a\":[1]}}",
    "{\"messageId\":\"m20\"," EVENT ",\"properties\":{}}",
    "{\"messageId\":\"m21\"," EVENT ",\"properties\":{\"a\":3,\"b\":4}}",
    "{\"messageId\":\"m22\"," EVENT ",\"properties\":{\"a\":3,\"a\":4}}",
    "{\"messageId\":\"m23\"," EVENT ",\"properties\":{\"b\":4,\"a\":3}}",
    "{\"messageId\":\"m24\"," EVENT
    ",\"properties\":{\"b\":{\"c\":{\"d\":\"x\"}},\"a\":3},\"traits\":{\"b\":{\"c\":7}}}",
    "{\"messageId\":\"m25\"," EVENT ",\"properties\":{\"a\":3}} ",
    "{\"messageId\":\"m26\"," EVENT ",\"properties\":{\"a\":3}}\r",
    "{\"messageId\":\"m27\"," EVENT ",\"properties\":{\"a\":3}}\r\r",
    "{\"messageId\":\"m28\"," EVENT ",\"properties\":{\"a\":3}}}",
    "{\"messageId\":\"m29\"," EVENT ",\"properties\":{\"a\":3}} x",
    "{\"messageId\":\"m30\"," EVENT ",\"properties\":{\"a\":3}",
    "{\"messageId\":\"m31\"," EVENT ",\"properties\":{\"a\":3",
    "{\"messageId\":\"m32\"," EVENT ",\"properties\":{\"a\"",
    "{\"messageId\":\"m33\"," EVENT ",\"properties\":{\"a\":3},}",
    "{\"messageId\":\"m34\"," EVENT ",\"properties\":{\"a\":3}{",
    "{\"messageId\": \"m35\", \"event\": \"x\", \"userId\": \"p\", " TIME ", \"properties\": {\"a\": 3}}",
    "{\"messageId\": \"m36\", \"event\": \"y\", \"userId\": \"q\", " TIME ", \"properties\": {\"a\": \"t\"}}",
    "{\"messageId\":\"m37\" ," EVENT ",\"properties\":{\"a\":3}}",
    "{\"messageId\":38," EVENT ",\"properties\":{\"a\":3}}",
    "{\"messageId\":null," EVENT ",\"properties\":{\"a\":3}}",
    "{" EVENT ",\"properties\":{\"a\":3}}",
    "{" EVENT ",\"properties\":{\"a\":4}}",
    "{\"messageId\":\"m41\"," EVENT ",\"batch\":[{\"messageId\":\"m42\"," EVENT "}]}",
    "{\"messageId\":\"m43\"," EVENT ",\"batch\":\"none\"}",
    "{\"messageId\":\"m44\"," EVENT ",\"a key that is longer than sixteen bytes\":\"v\",\"properties\":{\"a\":3}}",
    "{\"messageId\":\"m45\"," EVENT ",\"a key that is longer than sixteen bytez\":\"v\",\"properties\":{\"a\":3}}",
    "{\"messageId\":\"m46\"," EVENT ",\"a key that is longer than sixteen bytes\":77,\"properties\":{\"a\":3}}",
    "{\"messageId\":\"m47\"," EVENT
    ",\"a key so long that what stands before its value is no part of an outline any more, at"
    " all\":1}",
    "{\"messageId\":\"m48\"," EVENT "}",
    "{\"mess\\u0061geId\":\"m49\"," EVENT "}",
    "{}",
    "",
    "  ",
    "null",
};

enum { ALIKE = sizeof alike / sizeof *alike, COPIES = 3 };

/* The lines of that order, each behind `indent`: a space before a line keeps it from following an outline. */
static void read_alike(const size_t *order, size_t count, const char *indent, struct reading *r)
{
    struct buffer text;
    buffer_init(&text, BUFFER_NO_LIMIT);
    for (size_t i = 0; i < count; i++) buffer_printf(&text, "%s%s\n", indent, alike[order[i]]);
    reading_run(r, &(struct reading_case){
                       .text = text.data, .len = text.len, .plan = {"properties.a", "traits.b.c"}, .rest = true});
    buffer_release(&text);
}

static void check_alike(const size_t *order, size_t count)
{
    struct reading outlined, walked;
    read_alike(order, count, "", &outlined);
    read_alike(order, count, " ", &walked);
    if (!slice_equal(buffer_slice(&outlined.events), buffer_slice(&walked.events)))
        fail_msg("with outlines «%.*s», without «%.*s»", SLICE_ARG(buffer_slice(&outlined.events)),
                 SLICE_ARG(buffer_slice(&walked.events)));
    assert_int_equal(outlined.summary.rejected, walked.summary.rejected);
    assert_int_equal(outlined.summary.blank, walked.summary.blank);
    assert_int_equal(outlined.summary.lines, walked.summary.lines);
    reading_release(&outlined);
    reading_release(&walked);
}

static void outlines_change_nothing(void **state)
{
    (void)state;
    size_t order[COPIES * ALIKE];
    for (size_t i = 0; i < ALIKE; i++) {
        for (size_t k = 0; k < COPIES * ALIKE; k++) order[k] = k % COPIES ? k / COPIES : i;
        check_alike(order, COPIES * ALIKE);
    }
    for (unsigned seed = 1; seed <= 50; seed++) {
        for (size_t i = 0; i < COPIES * ALIKE; i++) order[i] = i % ALIKE;
        uint64_t luck = seed;
        for (size_t i = COPIES * ALIKE; i-- > 1;) {
            luck = luck * UINT64_C(6364136223846793005) + 1442695040888963407u;
            const size_t k = (size_t)(luck >> 33) % (i + 1), moved = order[i];
            order[i] = order[k];
            order[k] = moved;
        }
        check_alike(order, COPIES * ALIKE);
    }
}

/* More fields than a set of cells has bits, of which each line fills others than the one before. */
static void many_fields(void **state)
{
    (void)state;
    enum { FIELDS = READING_PATHS, FIRST_LINE = 10, LINES = 90 }; /* what is read is told in the order of bytes */
    static char names[FIELDS][32];
    struct reading_case c = {0};
    struct buffer text, events;
    buffer_init(&text, BUFFER_NO_LIMIT);
    buffer_init(&events, BUFFER_NO_LIMIT);
    for (int i = 0; i < FIELDS; i++) {
        snprintf(names[i], sizeof names[i], "properties.f%d", i);
        c.plan[i] = names[i];
    }
    for (int line = 1; line < FIRST_LINE; line++) buffer_printf(&text, "\n");
    for (int line = FIRST_LINE; line < FIRST_LINE + LINES; line++) {
        const int step = line % 5 + 1;
        buffer_printf(&text, "{\"messageId\":\"m\"," EVENT ",\"properties\":{\"z\":0");
        buffer_printf(&events, "track x user=p at=2026-01-05T09:00:00Z id=m line=%d", line);
        for (int i = line % 3; i < FIELDS; i += step) {
            buffer_printf(&text, ",\"f%d\":%d", i, line);
            buffer_printf(&events, " properties.f%d:int=%d", i, line);
        }
        buffer_printf(&text, "}}\n");
        buffer_printf(&events, "\n");
    }
    struct reading r;
    c.text = text.data;
    c.len = text.len;
    reading_run(&r, &c);
    assert_int_equal(r.events.len, events.len);
    assert_memory_equal(r.events.data, events.data, events.len);
    assert_int_equal(r.outcome, OK);
    reading_release(&r);
    buffer_release(&text);
    buffer_release(&events);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_lines),    cmocka_unit_test(bad_lines),
        cmocka_unit_test(neighbours),    cmocka_unit_test(depth),
        cmocka_unit_test(made_ids),      cmocka_unit_test(object_over_two_lines),
        cmocka_unit_test(long_lines),    cmocka_unit_test(what_nobody_asks_for),
        cmocka_unit_test(threads_agree), cmocka_unit_test(outlines_change_nothing),
        cmocka_unit_test(many_fields),
    };
    return cmocka_run_group_tests_name("ndjson", tests, NULL, NULL);
}

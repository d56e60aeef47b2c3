/* The CSV reader by itself: records as "line:field|field". */
#include "base/test.h"

#include <stdio.h>

#include "intake/csv.h"

static size_t read_slice(void *context, char *out, size_t size)
{
    struct slice *rest = context;
    size_t len = rest->len < size ? rest->len : size;
    if (len) memcpy(out, rest->ptr, len);
    *rest = slice_skip(*rest, len);
    return len;
}

static void read_csv(struct slice text, char separator, size_t take_back_unless, struct buffer *out)
{
    static const char *const states[] = {"", "blank", "quote", "long", "end"};
    struct csv *csv = csv_new((struct feed_source){read_slice, &text}, separator);
    struct csv_record record;
    enum csv_state state;
    while ((state = csv_next(csv, &record)) != CSV_END) {
        buffer_printf(out, "%llu%s:", (unsigned long long)record.line, states[state]);
        if (state == CSV_QUOTE) buffer_printf(out, "%.*s", SLICE_ARG(record.text));
        for (size_t i = 0; state == CSV_RECORD && i < record.count; i++)
            buffer_printf(out, "%s%.*s", i ? "|" : "", SLICE_ARG(record.fields[i]));
        buffer_char(out, '\n');
        if (take_back_unless && state == CSV_RECORD && record.count != take_back_unless) csv_take_back(csv);
    }
    csv_free(csv);
}

static void records(void **state)
{
    static const struct {
        const char *text, *records;
        char separator;
    } cases[] = {
        {"a,b\n1,2\n", "1:a|b\n2:1|2\n"},
        {"a,b\r\n1,2\r\n", "1:a|b\n2:1|2\n"},
        {"a,b\n1,2", "1:a|b\n2:1|2\n"},
        {"a,b\r\n1,2\r", "1:a|b\n2:1|2\n"},
        {"a,,\n,\n", "1:a||\n2:|\n"},
        {"\n\na\n\r\n", "1blank:\n2blank:\n3:a\n4blank:\n"},
        {"\"a\",\"b\"\n", "1:a|b\n"},
        {"\"a,b\",c\n", "1:a,b|c\n"},
        {"\"a \"\"b\"\" c\",\"\"\"\"\n", "1:a \"b\" c|\"\n"},
        {"\"\"\"\"\"\",x\n", "1:\"\"|x\n"},
        {"\"\",\"\"\n", "1:|\n"},
        {"\"one\ntwo\",x\ny,z\n", "1:one\ntwo|x\n3:y|z\n"},
        {"\"one\r\ntwo\",x\r\ny,z\r\n", "1:one\r\ntwo|x\n3:y|z\n"},
        {"a;\"b;c\";d\n", "1:a|b;c|d\n", ';'},
        {"a\tb,c\n", "1:a|b,c\n", '\t'},
        {"5\" pipe,a\"b\"\n", "1:5\" pipe|a\"b\"\n"},
        {" \"a\" ,b\n", "1: \"a\" |b\n"},
        {"\"a\"b,c\nd,e\n", "1quote:\"a\"b,c\n2:d|e\n"},
        {"a,\"b\nc,d\ne,f\n", "1quote:a,\"b\n2:c|d\n3:e|f\n"},
        {"\"a\n\"b,c\nd,e\n", "1quote:\"a\n2quote:\"b,c\n3:d|e\n"},
        {"a,\"b\"", "1:a|b\n"},
        {"a,\"b\"\"", "1quote:a,\"b\"\"\n"},
        {"\"\n", "1quote:\"\n"},
        {"", ""},
        {"א,\"ב\"\"ג\"\n", "1:א|ב\"ג\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer out;
        buffer_init(&out, BUFFER_NO_LIMIT);
        read_csv(slice_from(cases[i].text), cases[i].separator ? cases[i].separator : ',', 0, &out);
        assert_slice(buffer_slice(&out), cases[i].records);
        buffer_release(&out);
    }
}

/* A quote that swallowed following lines gives them back. */
static void taken_back(void **state)
{
    struct buffer out;
    buffer_init(&out, BUFFER_NO_LIMIT);
    read_csv(SLICE("a,b\n\"1,2\n3,4\n5\",6,7\n8,9\n"), ',', 2, &out);
    assert_slice(buffer_slice(&out), "1:a|b\n2:1,2\n3,4\n5|6|7\n3:3|4\n4:5\"|6|7\n5:8|9\n");
    buffer_release(&out);
}

/* Records of many sizes over many buffers come out as they went in. */
static void long_files(void **state)
{
    struct buffer text, wanted, out;
    buffer_init(&text, BUFFER_NO_LIMIT);
    buffer_init(&wanted, BUFFER_NO_LIMIT);
    buffer_init(&out, BUFFER_NO_LIMIT);
    for (int i = 1; i <= 30000; i++) {
        int pad = i % 1000 == 7 ? 300000 : i % 61;
        buffer_printf(&text, "%d,\"%0*d\"\"\",x%.*s\r\n", i, pad, i, i % 40,
                      "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy");
        buffer_printf(&wanted, "%d:%d|%0*d\"|x%.*s\n", i, i, pad, i, i % 40,
                      "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy");
    }
    read_csv(buffer_slice(&text), ',', 0, &out);
    assert_true(slice_equal(buffer_slice(&out), buffer_slice(&wanted)));
    buffer_release(&text);
    buffer_release(&wanted);
    buffer_release(&out);
}

static void fill(struct buffer *b, char c, size_t n)
{
    while (n--) buffer_char(b, c);
}

static void too_long(void **state)
{
    struct buffer text, out;
    buffer_init(&text, BUFFER_NO_LIMIT);
    buffer_init(&out, BUFFER_NO_LIMIT);
    buffer_text(&text, "a,b\n");
    fill(&text, 'x', 9 * INPUT_LINE_MAX);
    buffer_text(&text, ",1\nc,d\n");
    fill(&text, 'y', INPUT_LINE_MAX + 1);
    buffer_text(&text, ",2\n\"never closed,e\n");
    for (int i = 0; i < 400000; i++) buffer_text(&text, "f,g\n");
    read_csv(buffer_slice(&text), ',', 0, &out);
    static const char start[] = "1:a|b\n2long:\n3:c|d\n4long:\n5quote:\"never closed,e\n6:f|g\n7:f|g\n";
    assert_true(slice_starts(buffer_slice(&out), slice_of(start, sizeof start - 1)));
    assert_true(slice_ends(buffer_slice(&out), SLICE("400005:f|g\n")));
    buffer_release(&text);
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records),
        cmocka_unit_test(taken_back),
        cmocka_unit_test(long_files),
        cmocka_unit_test(too_long),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}

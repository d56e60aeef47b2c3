/* The CSV reader by itself, over pieces of every size: records as "line:field|field". */
#include "base/test.h"

#include <stdio.h>

#include "intake/csv_cut.h"

/* Bytes of a piece, about; 0: as files are cut. */
static const size_t sizes[] = {0, 1, 2, 3, 5, 8, 13, 64, 1000};

static size_t read_slice(void *context, char *out, size_t size)
{
    struct slice *rest = context;
    size_t len = rest->len < size ? rest->len : size;
    if (len) memcpy(out, rest->ptr, len);
    *rest = slice_skip(*rest, len);
    return len;
}

static void put_record(struct buffer *out, enum csv_state state, const struct csv_record *record)
{
    static const char *const states[] = {"", "blank", "quote", "fields", "long"};
    buffer_printf(out, "%llu%s:", (unsigned long long)record->line, states[state]);
    if (state == CSV_QUOTE) buffer_printf(out, "%s:", record->fault == CSV_NEVER_CLOSED ? "open" : "behind");
    if (state == CSV_QUOTE || state == CSV_FIELDS) buffer_add(out, record->text);
    for (size_t i = 0; state == CSV_RECORD && i < record->count; i++)
        buffer_printf(out, "%s%.*s", i ? "|" : "", SLICE_ARG(record->fields[i]));
    buffer_char(out, '\n');
}

/* What is read of the text when it is cut into pieces of about that size. */
static void read_csv(struct slice text, const struct csv_rules *rules, size_t size, struct buffer *out)
{
    struct csv_cutter *cutter = csv_cutter_new((struct feed_source){read_slice, &text}, NULL, rules, size);
    struct csv *csv = csv_new(rules->separator);
    struct csv_piece piece;
    csv_piece_init(&piece);
    while (csv_cut(cutter, &piece)) {
        struct csv_record record;
        enum csv_state state;
        assert_int_equal(piece.lines, csv_cutter_lines(cutter) + 1 - piece.first_line);
        csv_begin(csv, &piece);
        for (uint64_t i = 0; i < piece.skip && csv_skip_line(csv); i++) buffer_text(out, "skipped\n");
        while ((state = csv_next(csv, &record)) != CSV_END) put_record(out, state, &record);
        assert_int_equal(csv_lines(csv), csv_cutter_lines(cutter));
    }
    csv_piece_release(&piece);
    csv_free(csv);
    csv_cutter_free(cutter);
}

static void check_csv(struct slice text, const struct csv_rules *rules, const char *wanted)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct buffer out;
        buffer_init(&out, BUFFER_NO_LIMIT);
        read_csv(text, rules, sizes[i], &out);
        assert_slice(buffer_slice(&out), wanted);
        buffer_release(&out);
    }
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
        {"\"a\"b,c\nd,e\n", "1quote:behind:\"a\"b,c\n2:d|e\n"},
        {"a,\"b\nc,d\ne,f\n", "1quote:open:a,\"b\n2:c|d\n3:e|f\n"},
        {"\"a\n\"b,c\nd,e\n", "1quote:behind:\"a\n2quote:open:\"b,c\n3:d|e\n"},
        {"a,\"b\"", "1:a|b\n"},
        {"a,\"b\"\"", "1quote:open:a,\"b\"\"\n"},
        {"\"\n", "1quote:open:\"\n"},
        {"", ""},
        {"א,\"ב\"\"ג\"\n", "1:א|ב\"ג\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct csv_rules rules = {.separator = cases[i].separator ? cases[i].separator : ',', .fields = 2};
        check_csv(slice_from(cases[i].text), &rules, cases[i].records);
    }
}

/* A quote that swallowed following lines gives them back; a header is as it is. */
static void taken_back(void **state)
{
    const struct csv_rules rules = {.separator = ',', .fields = 2};
    check_csv(SLICE("a,b\n\"1,2\n3,4\n5\",6,7\n8,9\n"), &rules,
              "1:a|b\n2fields:\"1,2\n3,4\n5\",6,7\n3:3|4\n4:5\"|6|7\n5:8|9\n");
    const struct csv_rules headed = {.separator = ',', .fields = 2, .skip = 2, .header = true};
    check_csv(SLICE("\"never\n\"closed\n\n\"a\nb\",c,d\n\"a\nb\",c,d\n"), &headed,
              "skipped\nskipped\n3blank:\n4:a\nb|c|d\n6fields:\"a\nb\",c,d\n7:b\"|c|d\n");
    check_csv(SLICE("one\n"), &headed, "skipped\n");
    check_csv(SLICE("\"a\nb\xff\",c,d\ne,f\n"), &rules, "1:a\nb\xff|c|d\n3:e|f\n"); /* rejected whole */
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
    const struct csv_rules rules = {.separator = ',', .fields = 3};
    read_csv(buffer_slice(&text), &rules, 0, &out);
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
    const struct csv_rules rules = {.separator = ',', .fields = 2};
    read_csv(buffer_slice(&text), &rules, 0, &out);
    static const char start[] = "1:a|b\n2long:\n3:c|d\n4long:\n5quote:open:\"never closed,e\n6:f|g\n7:f|g\n";
    assert_true(slice_starts(buffer_slice(&out), slice_of(start, sizeof start - 1)));
    assert_true(slice_ends(buffer_slice(&out), SLICE("400005:f|g\n")));
    buffer_release(&text);
    buffer_release(&out);
}

static char byte_at(struct slice text, size_t i)
{
    return i < text.len ? text.ptr[i] : '\n';
}

/* The fields of the record at *at, a byte at a time; *at becomes its end. Gives what is wrong with its quotes. */
static const char *plain_fields(struct slice text, size_t *at, char separator, struct buffer *fields, size_t *count)
{
    size_t i = *at;
    for (*count = 1;; ++*count, i++, buffer_char(fields, '|')) {
        if (i < text.len && text.ptr[i] == '"') {
            for (i++; byte_at(text, i) != '"' || byte_at(text, i + 1) == '"'; i++) {
                if (i >= text.len) return CSV_NEVER_CLOSED;
                if (text.ptr[i] == '"') i++;
                buffer_char(fields, byte_at(text, i));
            }
            i++;
            if (byte_at(text, i) == '\r' && byte_at(text, i + 1) == '\n') i++;
            if (byte_at(text, i) != separator && byte_at(text, i) != '\n') return CSV_TEXT_BEHIND_QUOTE;
        } else {
            for (; byte_at(text, i) != separator && byte_at(text, i) != '\n'; i++)
                if (text.ptr[i] != '\r' || byte_at(text, i + 1) != '\n') buffer_char(fields, text.ptr[i]);
        }
        if (byte_at(text, i) == separator) continue;
        *at = i;
        return NULL;
    }
}

static size_t plain_line_end(struct slice text, size_t at)
{
    while (byte_at(text, at) != '\n') at++;
    return at;
}

static struct slice plain_text(struct slice text, size_t at, size_t end)
{
    if (end > text.len) end = text.len;
    return slice_of(text.ptr + at, end - at - (end > at && text.ptr[end - 1] == '\r'));
}

/* What is to be read of the text, found without any cutting. */
static void plain_csv(struct slice text, struct csv_rules rules, struct buffer *out)
{
    struct buffer fields;
    size_t at = 0, count;
    uint64_t line = 1;
    buffer_init(&fields, BUFFER_NO_LIMIT);
    for (; rules.skip && at < text.len; rules.skip--, line++, at = plain_line_end(text, at) + 1)
        buffer_text(out, "skipped\n");
    while (at < text.len) {
        size_t end = at, first = plain_line_end(text, at);
        buffer_clear(&fields);
        const char *fault = plain_fields(text, &end, rules.separator, &fields, &count);
        const struct slice whole = plain_text(text, at, end);
        const bool wrong = !fault && end > first && count != rules.fields && !rules.header;
        buffer_printf(out, "%llu", (unsigned long long)line);
        if (fault)
            buffer_printf(out, "quote:%s:%.*s\n", fault == CSV_NEVER_CLOSED ? "open" : "behind",
                          SLICE_ARG(plain_text(text, at, first)));
        else if (!whole.len)
            buffer_text(out, "blank:\n");
        else if (wrong)
            buffer_printf(out, "fields:%.*s\n", SLICE_ARG(whole));
        else
            buffer_printf(out, ":%.*s\n", SLICE_ARG(buffer_slice(&fields)));
        rules.header &= fault || !whole.len;
        for (end = fault || wrong ? first : end; at <= end; at++) line += byte_at(text, at) == '\n';
    }
    buffer_release(&fields);
}

/* Texts of nothing but trouble, cut into pieces of any size, give what they give uncut. */
static void any_cuts(void **state)
{
    static const char letters[] = "aab,,,\"\"\"\"\n\n\n\r";
    uint32_t dice = 1;
    for (int round = 0; round < 2000; round++) {
        char bytes[200], wanted_text[4000];
        struct buffer wanted;
        const size_t len = (size_t)round % sizeof bytes;
        for (size_t i = 0; i < len; i++) {
            dice = dice * 1664525u + 1013904223u;
            bytes[i] = letters[(dice >> 16) % (sizeof letters - 1)];
            if (bytes[i] == '\n' && dice >> 31 && i + 1 < len) bytes[i++] = '\r', bytes[i] = '\n';
        }
        const struct csv_rules rules = {',', 1 + (size_t)round % 3, (uint64_t)(round / 3 % 8 == 1), round / 5 % 2};
        buffer_init(&wanted, BUFFER_NO_LIMIT);
        plain_csv(slice_of(bytes, len), rules, &wanted);
        assert_true(wanted.len < sizeof wanted_text);
        if (wanted.len) memcpy(wanted_text, wanted.data, wanted.len);
        wanted_text[wanted.len] = 0;
        check_csv(slice_of(bytes, len), &rules, wanted_text);
        buffer_release(&wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records),  cmocka_unit_test(taken_back), cmocka_unit_test(long_files),
        cmocka_unit_test(too_long), cmocka_unit_test(any_cuts),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}

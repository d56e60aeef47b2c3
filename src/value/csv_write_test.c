/* CSV cells: quoting, numbers, and what a spreadsheet would run. */
#include <math.h>

#include "base/test.h"

#include "value/csv_write.h"

static void cells(void **state)
{
    static const struct {
        const char *text, *cell;
    } cases[] = {
        {"plain", "plain"},
        {"", ""},
        {"a,b", "\"a,b\""},
        {"say \"so\"", "\"say \"\"so\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"=1+2", "'=1+2"},
        {"@SUM(A1)", "'@SUM(A1)"},
        {"-5", "-5"},
        {"-5.25", "-5.25"},
        {"-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"},
        {"+1-2", "'+1-2"},
        {"=A1,\"x\"", "\"'=A1,\"\"x\"\"\""},
        {"\t=1", "\"'\t'=1\""},
        {"לינקדאין", "לינקדאין"},
        {"=שלום()", "'=שלום()"},
        {" =1", "' =1"},
        {"\xc2\xa0=1", "'\xc2\xa0=1"},
        {"\xe2\x80\x8f=1", "'\xe2\x80\x8f=1"},                         /* a right-to-left mark */
        {"\xef\xbb\xbf\xe2\x80\xae@x", "'\xef\xbb\xbf\xe2\x80\xae@x"}, /* several of the unseen */
        {"＝1+2", "'＝1+2"},
        {"＠SUM", "'＠SUM"},
        {"\x0b=1", "'\x0b=1"},
        {"a;=1+1;b", "\"a;'=1+1;b\""},
        {"a\n=1+1", "\"a\n'=1+1\""},
        {"a\t=1", "\"a\t'=1\""},
        {"a;-5;b=c", "\"a;-5;b=c\""},
        {"a b", "a b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer b;
        buffer_init(&b, 1000);
        csv_text(&(struct csv_writer){.out = &b}, slice_from(cases[i].text));
        assert_slice(buffer_slice(&b), cases[i].cell);
        buffer_release(&b);
    }
}

static void rows(void **state)
{
    struct buffer b;
    buffer_init(&b, 1000);
    struct csv_writer w = {.out = &b};
    csv_text(&w, SLICE(""));
    csv_uint(&w, 7);
    csv_number(&w, 0.5, 6);
    csv_number(&w, NAN, 6);
    csv_empty(&w);
    csv_end(&w);
    csv_uint(&w, 1);
    csv_end(&w);
    assert_slice(buffer_slice(&b), ",7,0.500000,,\n1\n");
    buffer_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cells), cmocka_unit_test(rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

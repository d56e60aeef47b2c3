/* Files as they come: encodings, separators, gzip, what is missing or cut short, spend, the ready mappings on the
 * examples. */
#include "intake/reading_test.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <unicode/ucnv.h>

#include "intake/decode.h"
#include "intake/progress.h"
#include "intake/source.h"

static const char table[] =
    "event;userId;timestamp;messageId;שם\nx;p;2026-01-05;1;\"דנה; ב\"\ny;q;2026-01-05 09:00;2;ירון\n";
static const char table_events[] = "track x user=p at=2026-01-05T00:00:00Z(day) id=1 line=2 properties.שם:text=דנה; ב\n"
                                   "track y user=q at=2026-01-05T09:00:00Z(wall) id=2 line=3 properties.שם:text=ירון\n";

static void check_table(const char *text, size_t len, const char *said)
{
    struct reading r;
    reading_run(&r, &(struct reading_case){.name = "t.csv", .text = text, .len = len, .plan = {"properties.שם"}});
    if (r.outcome) fail_msg("%s: %s", said, r.error.message);
    assert_slice(buffer_slice(&r.events), table_events);
    assert_slice(buffer_slice(&r.said), said);
    reading_release(&r);
}

static void encodings(void **state)
{
    static const struct {
        const char *icu, *mark, *said;
        size_t mark_len;
    } cases[] = {
        {"UTF-8", "", "t.csv: CSV in UTF-8, separated by semicolons, 5 columns, header in line 1, mapping events", 0},
        {"UTF-8", "\xef\xbb\xbf",
         "t.csv: CSV in UTF-8, separated by semicolons, 5 columns, header in line 1, mapping events", 3},
        {"windows-1255", "",
         "t.csv: CSV in Windows-1255, separated by semicolons, 5 columns, header in line 1, mapping events", 0},
        {"UTF-16LE", "\xff\xfe",
         "t.csv: CSV in UTF-16LE, separated by semicolons, 5 columns, header in line 1, mapping events", 2},
        {"UTF-16BE", "\xfe\xff",
         "t.csv: CSV in UTF-16BE, separated by semicolons, 5 columns, header in line 1, mapping events", 2},
        {"UTF-16LE", "", "t.csv: CSV in UTF-16LE, separated by semicolons, 5 columns, header in line 1, mapping events",
         0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char bytes[1024];
        UErrorCode code = U_ZERO_ERROR;
        memcpy(bytes, cases[i].mark, cases[i].mark_len);
        int32_t len =
            ucnv_convert(cases[i].icu, "UTF-8", bytes + cases[i].mark_len, 1000, table, (int32_t)strlen(table), &code);
        assert_true(U_SUCCESS(code));
        check_table(bytes, cases[i].mark_len + (size_t)len, cases[i].said);
    }
}

/* Plain ASCII for longer than anything is read ahead, then Hebrew in one of two encodings. */
static void late_hebrew(void **state)
{
    static const char *const ends[] = {"p;\xe3\xf0\xe4", "p;דנה"};
    for (size_t i = 0; i < 2; i++) {
        struct buffer text;
        struct reading r;
        buffer_init(&text, BUFFER_NO_LIMIT);
        buffer_text(&text, "event;timestamp;messageId;userId;name\n");
        for (int k = 0; k < 20000; k++) buffer_printf(&text, "x;2026-01-05;%d;p;plain\n", k);
        buffer_printf(&text, "last;2026-01-05;z;%s\n", ends[i]);
        reading_run(&r, &(struct reading_case){
                            .name = "t.csv", .text = text.data, .len = text.len, .plan = {"properties.name"}});
        assert_int_equal(r.summary.events, 20001);
        assert_true(slice_starts(
            buffer_slice(&r.events),
            SLICE("track last user=p at=2026-01-05T00:00:00Z(day) id=z line=20002 properties.name:text=דנה\n")));
        buffer_release(&text);
        reading_release(&r);
    }
}

static void broken_text(void **state)
{
    static const struct {
        const char *text, *rejects;
        size_t len;
    } cases[] = {
        {"event,userId,timestamp\nדנה,a,2026-01-05\nx,b\xff,2026-01-05\ny,c,2026-01-05\n",
         "{\"file\":\"t.csv\",\"line\":3,\"column\":4,\"reason\":\"invalid UTF-8\"", 0},
        {"event,userId,timestamp\nx,b\0,2026-01-05\ny,c,2026-01-05\n",
         "{\"file\":\"t.csv\",\"line\":2,\"column\":4,\"reason\":\"NUL byte\"", 54},
        {"event,userId,timestamp\n\xe3\xf0\xe4\xff,b,2026-01-05\ny,c,2026-01-05\n",
         "{\"file\":\"t.csv\",\"line\":2,\"reason\":\"invalid UTF-8: bytes that are nothing in Windows-1255\"", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading r;
        reading_run(&r, &(struct reading_case){.name = "t.csv", .text = cases[i].text, .len = cases[i].len});
        assert_int_equal(r.outcome, SOME_REJECTED);
        assert_int_equal(r.summary.rejected, 1);
        if (!slice_starts(buffer_slice(&r.rejects), slice_from(cases[i].rejects)))
            fail_msg("%.*s", SLICE_ARG(buffer_slice(&r.rejects)));
        assert_true(r.summary.events >= 1);
        reading_release(&r);
    }
}

static void separators(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"event,userId,timestamp\nx,\"a;b;c\",2026-01-05\n", "separated by commas, 3 columns"},
        {"event;userId;timestamp\nx;\"a,b,c,d\";2026-01-05\n", "separated by semicolons, 3 columns"},
        {"event\tuserId\ttimestamp\nx\ta, b\t2026-01-05\n", "separated by tabs, 3 columns"},
        {"event|userId|timestamp\nx|a|2026-01-05\n", "separated by bars, 3 columns"},
        {"\n\nevent,userId,timestamp\nx,a,2026-01-05\n", "header in line 3"},
        {"sep=;\r\nevent;userId;timestamp\r\nx;\"a,b,c,d,e\";2026-01-05\r\n",
         "semicolons, 3 columns, header in line 2"},
        {"event,userId,timestamp,Event\nx,a,2026-01-05,y\n", ", column Event twice: the first is read, mapping events"},
        {"event,userId,timestamp\nx,a,13/01/2026\n", "dates day first"},
        {"event,userId,timestamp\nx,a,01/13/2026\n", "dates month first"},
        {"event,userId,timestamp\nx,a,01/02/2026\nx,a,01/03/2026\n", "dates day first"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading r;
        reading_run(&r, &(struct reading_case){.name = "t.csv", .text = cases[i].text});
        if (!r.said.len || !memmem(r.said.data, r.said.len, cases[i].said, strlen(cases[i].said)))
            fail_msg("said «%.*s» %s, wanted «%s»", SLICE_ARG(buffer_slice(&r.said)), r.error.message, cases[i].said);
        assert_int_equal(r.summary.rejected, 0);
        reading_release(&r);
    }
}

static void ambiguous_dates(void **state)
{
    struct reading r;
    reading_run(&r, &(struct reading_case){.name = "t.csv",
                                           .text = "event,userId,timestamp\nx,a,02/03/2026\nx,a,04/03/2026\n"});
    assert_int_equal(r.summary.rejected, 2);
    assert_non_null(
        memmem(r.rejects.data, r.rejects.len, "day or month first? say `dates: DD/MM/YYYY` in the mapping", 58));
    reading_release(&r);
}

static void refused(void **state)
{
    static const struct {
        const char *text, *mapping, *error;
        size_t len;
    } cases[] = {
        {"PK\x03\x04zip", NULL, "t: this is an Excel workbook or another zip: save it as CSV (UTF-8)", 0},
        {"event,userId,timestamp\rx,a,2026-01-05\r", NULL,
         "t: this has lines that end in CR alone: `tr '\\r' '\\n' < FILE | masa … -` works", 0},
        {"[{\"event\":1}]", NULL,
         "t: this is one JSON array: put each object on a line of its own (`jq -c '.[]' FILE`)", 0},
        {"a,b,c\n1,2,3\n", NULL,
         "t: no mapping fits its header (a, b, c); name one with --mapping, docs/INTAKE.md says how to write it", 0},
        {"a,b,c\n1,2,3\n", "hubspot-contact",
         "hubspot-contact is neither a ready mapping nor a file that can be read (did you mean hubspot-contacts?)", 0},
        {"\x28\xb5\x2f\xfd"
         "zzzz",
         NULL, "t: this is compressed by zstd: only gzip is read, `zstd -dc FILE | masa … -` works", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading r;
        reading_run(&r, &(struct reading_case){
                            .name = "t", .text = cases[i].text, .len = cases[i].len, .mapping = cases[i].mapping});
        assert_int_equal(r.outcome, cases[i].mapping ? BAD_USAGE : FAILED);
        assert_string_equal(r.error.message, cases[i].error);
        reading_release(&r);
    }
}

static void nothing(void **state)
{
    struct reading r;
    reading_run(&r, &(struct reading_case){.text = "\n"});
    assert_int_equal(r.outcome, OK);
    assert_int_equal(r.summary.lines, 1);
    assert_int_equal(r.rejects.len, 0);
    assert_null(r.summary.reject_path);
    reading_release(&r);
}

/* --- gzip --- */

static size_t zip(const char *text, size_t len, char *out, size_t size)
{
    z_stream z = {
        .next_in = (Bytef *)(uintptr_t)text, .avail_in = (uInt)len, .next_out = (Bytef *)out, .avail_out = (uInt)size};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return z.total_out;
}

static void gzip(void **state)
{
    char zipped[4096];
    size_t len = zip(table, strlen(table), zipped, sizeof zipped);
    check_table(zipped, len,
                "t.csv: gzip, CSV in UTF-8, separated by semicolons, 5 columns, header in line 1, mapping events");
    /* Two members one after the other are one file. */
    size_t half = 40, first = zip(table, half, zipped, sizeof zipped);
    len = first + zip(table + half, strlen(table) - half, zipped + first, sizeof zipped - first);
    check_table(zipped, len,
                "t.csv: gzip, CSV in UTF-8, separated by semicolons, 5 columns, header in line 1, mapping events");
}

static void broken_gzip(void **state)
{
    struct buffer text, zipped;
    buffer_init(&text, BUFFER_NO_LIMIT);
    buffer_init(&zipped, BUFFER_NO_LIMIT);
    for (int i = 0; i < 50000; i++)
        buffer_printf(&text, "{\"event\":\"x\",\"userId\":\"p%d\",\"messageId\":\"%d\",\"timestamp\":\"2026-01-05\"}\n",
                      i * 7919 % 10007, i);
    char *room = buffer_reserve(&zipped, text.len);
    size_t len = zip(text.data, text.len, room, text.len);
    struct reading r;
    reading_run(&r, &(struct reading_case){.name = "t.gz", .text = room, .len = len / 2});
    assert_int_equal(r.outcome, SOME_REJECTED);
    assert_true(r.summary.events > 10000 && r.summary.events < 40000);
    assert_non_null(memmem(r.rejects.data, r.rejects.len,
                           "the file ends too early: gzip without its end, probably a copy that was cut short", 80));
    reading_release(&r);
    memset(room + len / 2, 0x55, 100);
    reading_run(&r, &(struct reading_case){.name = "t.gz", .text = room, .len = len});
    assert_int_equal(r.outcome, SOME_REJECTED);
    assert_non_null(memmem(r.rejects.data, r.rejects.len, "\"reason\":\"the file ends too early: ", 35));
    reading_release(&r);
    buffer_release(&text);
    buffer_release(&zipped);
}

/* --- Missing files. --- */

static void ignore(void *context, const struct input_event *event)
{
    ++*(size_t *)context;
}

static struct input *open_files(const char *const *files, size_t count, struct error *error)
{
    static struct input_options options;
    struct diagnostics diagnostics;
    options = (struct input_options){.files = files, .count = count};
    diagnostics_init(&diagnostics);
    struct input *input = input_open(&options, &diagnostics, error);
    diagnostics_release(&diagnostics);
    return input;
}

static void missing(void **state)
{
    struct error error;
    const char *files[] = {"/tmp/masa-no-such-file"};
    assert_null(open_files(files, 1, &error));
    assert_int_equal(error.code, FAILED);
    assert_string_equal(error.message, "cannot read /tmp/masa-no-such-file: No such file or directory");
    files[0] = "/tmp";
    assert_null(open_files(files, 1, &error));
    assert_string_equal(error.message, "/tmp is a directory: name the files in it");
}

static void vanished(void **state)
{
    char a[] = "/tmp/masa-files-XXXXXX", b[] = "/tmp/masa-files-XXXXXX";
    const char line[] = "{\"event\":\"x\",\"userId\":\"p\",\"timestamp\":\"2026-01-05\"}\n";
    const char *files[] = {a, b};
    int fds[] = {mkstemp(a), mkstemp(b)};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(write(fds[i], line, strlen(line)), strlen(line));
        close(fds[i]);
    }
    struct error error;
    size_t events = 0;
    struct input *input = open_files(files, 2, &error);
    assert_non_null(input);
    unlink(a);
    const struct input_plan plan = {0};
    const struct input_sink sink = {&events, ignore};
    assert_int_equal(input_read(input, &plan, &sink, 1, NULL, &error), FAILED);
    assert_non_null(strstr(error.message, "No such file or directory"));
    assert_int_equal(events, 1);
    input_free(input);
    unlink(b);
}

/* A file that loses its end under the reader's hands has not been read whole; one that grows has, as far as it went. */
static void shrinking(void **state)
{
    enum { WHOLE = 1 << 20 };
    static char block[WHOLE];
    struct error error;
    struct slice why;
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 2; i++) {
        char path[] = "/tmp/masa-files-XXXXXX";
        int fd = mkstemp(path);
        assert_int_equal(write(fd, block, WHOLE), WHOLE);
        struct source *source = source_open(path, &error);
        assert_int_equal(source_read(source, block, 1000), 1000);
        assert_int_equal(ftruncate(fd, i ? 2 * WHOLE : WHOLE / 2), 0);
        while (source_read(source, block, WHOLE) == WHOLE) continue;
        assert_int_equal(source_state(source, &why), i ? SOURCE_FINE : SOURCE_FAILED);
        if (!i) assert_slice(why, "it became shorter while it was read");
        source_close(source);
        close(fd);
        unlink(path);
    }
}

/* A pipe cannot be opened twice: what was looked at is read too. */
static void pipes(void **state)
{
    char path[] = "/tmp/masa-pipe-XXXXXX";
    close(mkstemp(path));
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    pid_t child = fork();
    if (child == 0) {
        FILE *f = fopen(path, "w");
        for (int i = 0; i < 20000; i++)
            fprintf(f, "{\"event\":\"x\",\"userId\":\"p\",\"timestamp\":\"2026-01-05\",\"messageId\":\"%d\"}\n", i);
        fclose(f);
        _exit(0);
    }
    struct error error;
    size_t events = 0;
    const char *files[] = {path};
    struct input *input = open_files(files, 1, &error);
    assert_non_null(input);
    const struct input_plan plan = {0};
    const struct input_sink sink = {&events, ignore};
    assert_int_equal(input_read(input, &plan, &sink, 1, NULL, &error), OK);
    assert_int_equal(events, 20000);
    input_free(input);
    unlink(path);
}

/* --- Spend. --- */

static void spend(void **state)
{
    static const struct {
        const char *text, *spend, *rejects;
    } cases[] = {
        {"Month,Channel,Campaign,Amount,Currency\n2026-01,ads,guide,\"1,200.50\",USD\nJan 2026,ads,,$7,\n",
         "2: 2026-01-01..2026-01-31 ads/guide 1200500000 USD\n3: 2026-01-01..2026-01-31 ads/ 7000000 USD\n", ""},
        {"Month,Channel,Amount\n2026-02-01,ads,5\n", "2: 2026-02-01..2026-02-28 ads/ 5000000 \n", ""},
        {"Date,Source,Cost\n2026-02-03,ads,5\n", "2: 2026-02-03..2026-02-03 ads/ 5000000 \n", ""},
        {"Reporting starts,Reporting ends,Platform,Amount spent\n2026-02-01,2026-02-07,fb,5 EUR\n",
         "2: 2026-02-01..2026-02-07 fb/ 5000000 EUR\n", ""},
        {"חודש;ערוץ;סכום;מטבע\nינואר 2026;גוגל;\"₪1,000\";\n02/2026;גוגל;2000;ש\"ח\n",
         "2: 2026-01-01..2026-01-31 גוגל/ 1000000000 ILS\n3: 2026-02-01..2026-02-28 גוגל/ 2000000000 ILS\n", ""},
        {"Month,Channel,Amount\n2026-01,ads,lots\n", "", "\"reason\":\"unreadable amount: Amount: lots\""},
        {"Month,Channel,Amount\nsometime,ads,5\n", "", "\"reason\":\"unreadable timestamp: Month: sometime\""},
        {"Month,Channel,Amount\n,ads,5\n", "", "\"reason\":\"no timestamp\""},
        {"Month,Channel,Amount\n2026-01,,5\n", "", "\"reason\":\"what it is about is missing: Channel: blank\""},
        {"Month,Channel,Amount,Currency\n2026-01,ads,5,שח\n2026-01,ads,5,eur\n2026-01,ads,5,דולר\n",
         "2: 2026-01-01..2026-01-31 ads/ 5000000 ILS\n3: 2026-01-01..2026-01-31 ads/ 5000000 EUR\n"
         "4: 2026-01-01..2026-01-31 ads/ 5000000 USD\n",
         ""},
        {"Month,Channel,Amount,Currency\n2026-01,ads,5,crowns\n", "",
         "\"reason\":\"unreadable amount: Currency: crowns\""},
        {"Start Date,End Date,Channel,Amount\n2026-02-03,2026-02-01,ads,5\n", "",
         "\"reason\":\"unreadable timestamp: End Date: 2026-02-01\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading r;
        reading_run(&r, &(struct reading_case){.name = "t.csv", .text = cases[i].text});
        if (r.outcome == FAILED) fail_msg("%s", r.error.message);
        assert_slice(buffer_slice(&r.spend), cases[i].spend);
        if (*cases[i].rejects
                ? !r.rejects.len || !memmem(r.rejects.data, r.rejects.len, cases[i].rejects, strlen(cases[i].rejects))
                : r.rejects.len > 0)
            fail_msg("rejected «%.*s», wanted «%s»", SLICE_ARG(buffer_slice(&r.rejects)), cases[i].rejects);
        reading_release(&r);
    }
}

/* --- Progress. --- */

static void progress(void **state)
{
    static const struct {
        struct input_progress progress;
        const char *line;
    } cases[] = {
        {{500, 1000, 1234567, 0.000001, 0.4}, "[============            ]  50%  500 MB/s  1,234,567 lines  0 s left"},
        {{1000, 1000, 12, 2, 0}, "[========================] 100%  0 MB/s  12 lines  0 s left"},
        {{7000000, 0, 1000, 2, -1}, "4 MB/s  1,000 lines"},
        {{1, 3000000000, 0, 1, 3725}, "[                        ]   0%  0 MB/s  0 lines  1:02 h left"},
        {{1, 3, 0, 1, 125}, "[========                ]  33%  0 MB/s  0 lines  2:05 min left"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer line;
        buffer_init(&line, 256);
        progress_line(&cases[i].progress, &line);
        assert_slice(buffer_slice(&line), cases[i].line);
        buffer_release(&line);
    }
}

/* Rows of every kind, over many pieces: events, rejects and their order do not depend on the number of threads. */
static void csv_by_many_threads(void **state)
{
    struct buffer text;
    struct reading one, many;
    buffer_init(&text, BUFFER_NO_LIMIT);
    buffer_text(&text, "event,userId,timestamp,messageId,note\n");
    for (int i = 0; i < 30000; i++) {
        static const char *const notes[] = {"plain",
                                            "\"a, \"\"b\"\"\"",
                                            "\"two\nlines\"",
                                            "5\" pipe",
                                            "\"open",
                                            "\"x\"behind",
                                            "\"a\nb\",c",
                                            "bad \xff",
                                            "c,d",
                                            "\"bad \xff\n\"",
                                            "",
                                            "\"\""};
        const char *note = i % 50 ? "\"usual\"" : notes[i / 50 % 12];
        buffer_printf(&text, "x,p%d,2026-01-05,%d,%s%s", i % 7, i, note, i % 3 ? "\n" : "\r\n");
    }
    struct reading_case what = {.name = "t.csv", .text = text.data, .len = text.len, .plan = {"properties.note"}};
    reading_run(&one, &what);
    what.threads = 4;
    reading_run(&many, &what);
    assert_true(one.rejects.len > 10000);
    assert_true(slice_equal(buffer_slice(&one.rejects), buffer_slice(&many.rejects)));
    assert_true(slice_equal(buffer_slice(&one.events), buffer_slice(&many.events)));
    assert_int_equal(one.summary.lines, many.summary.lines);
    assert_int_equal(one.summary.events, many.summary.events);
    reading_release(&one);
    reading_release(&many);
    buffer_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_by_many_threads),
        cmocka_unit_test(encodings),
        cmocka_unit_test(late_hebrew),
        cmocka_unit_test(broken_text),
        cmocka_unit_test(separators),
        cmocka_unit_test(refused),
        cmocka_unit_test(nothing),
        cmocka_unit_test(gzip),
        cmocka_unit_test(broken_gzip),
        cmocka_unit_test(missing),
        cmocka_unit_test(vanished),
        cmocka_unit_test(shrinking),
        cmocka_unit_test(pipes),
        cmocka_unit_test(spend),
        cmocka_unit_test(ambiguous_dates),
        cmocka_unit_test(progress),
    };
    return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}

/* The mapping language: every mistake is found with its place and a remedy, and what is right does what it says. */
#include "intake/reading_test.h"

#include <unistd.h>

#include "intake/mapping.h"

#define HEAD "mapping: 1\nname: m\nperson: Email\nat: When\n"

/* What is printed about each; nothing means that the mapping is right. */
static const struct {
    const char *text, *wanted;
} wrong[] = {
    {HEAD "event: x\n", ""},
    {"", "m.yaml:1:1: a mapping must be a map"},
    {"- a\n", "m.yaml:1:1: a mapping must be a map"},
    {"mapping: 2\nname: m\nperson: E\nat: W\nevent: x\n",
     "m.yaml:1:10: mapping language 2 is not known [mapping: 1]\n"},
    {"name: m\nperson: E\nat: W\nevent: x\n", "m.yaml:1:1: the first line of a mapping is missing [mapping: 1]\n"},
    {"mapping: 1\nperson: E\nat: W\nevent: x\n", "m.yaml:1:1: the mapping has no name [name: my-crm]\n"},
    {HEAD "event: x\npropertys: rest\n", "m.yaml:6:1: unknown key propertys [did you mean properties?]\n"},
    {HEAD "event: x\nproperties: all\n",
     "m.yaml:6:13: properties cannot be all [rest, a list of columns, or name: column]\n"},
    {HEAD, "m.yaml:1:1: the mapping makes no events [event: { column: Event }, or rows: [...]]\n"},
    {"mapping: 1\nname: m\nat: W\nevent: x\n", "m.yaml:1:1: whom a row is about is not said: person, anonymous, "
                                               "account, deal or subscription [person: Email]\n"},
    {"mapping: 1\nname: m\nperson: E\nevent: x\n",
     "m.yaml:1:1: when it happened is not said: `at` is missing [at: Create Date]\n"},
    {HEAD "event: { colum: Type }\n",
     "m.yaml:5:8: a field needs either column or value [{ column: Lead Status } or { value: newsletter "
     "}]\nm.yaml:5:10: unknown key colum [did you mean column?]\n"},
    {HEAD "event: { column: A, value: b }\n", "m.yaml:5:8: a field needs either column or value"},
    {HEAD "event: { column: A, as: nmber }\n", "m.yaml:5:25: nmber is no kind of value [did you mean number?]\n"},
    {HEAD "event: { column: A, words: [a] }\n",
     "m.yaml:5:28: words must be a map from what the file says [words: { Marketing Qualified Lead: mql }]\n"},
    {HEAD "event: { column: A, otherwise: blank }\n",
     "m.yaml:5:32: otherwise says what becomes of texts that are not among words\n"},
    {HEAD "rows: x\n", "m.yaml:1:1: the mapping makes no events"},
    {HEAD "rows:\n  - { event: a, identify: { b: C } }\n",
     "m.yaml:6:5: a row makes one of event, identify and group [event: demo_booked, or identify: { role: Job Title "
     "}]\n"},
    {HEAD "rows:\n  - { group: { b: C } }\n",
     "m.yaml:6:14: group needs `account`, the column that names the company [account: Company name]\n"},
    {HEAD "rows:\n  - { identify: { b: C }, properties: { d: E } }\n",
     "m.yaml:6:39: traits stand right under identify and group"},
    {HEAD "event: x\nzone: Asia/Jerusalm\n", "m.yaml:6:7: "},
    {HEAD "event: x\ndates: DD.MM.YY\n", "m.yaml:6:8: DD.MM.YY is no order of dates ["},
    {HEAD "event: x\nnumbers: 1234\n", "m.yaml:6:10: 1234 is no way of writing numbers ["},
    {HEAD "event: x\nmatch: Email\n",
     "m.yaml:6:8: match must be a list of columns [match: [Email, [Lead Status, Status]]]\n"},
    {HEAD "event: x\nwhen: Stage\n",
     "m.yaml:6:7: when must be a map from columns to values [when: { Deal Stage: Closed Won }]\n"},
    {HEAD "event: x\nfile: { separator: dot, encoding: klingon, skip: -1 }\n",
     "m.yaml:6:20: dot is no separator [one of: comma, semicolon, tab, pipe, ,, ; or |]\nm.yaml:6:35: klingon is "
     "no encoding that is read [UTF-8, Windows-1255, UTF-16]\n"
     "m.yaml:6:50: skip is the number of lines before the header, up to 1000 [skip: 3]\n"},
    {HEAD "event: x\nspend: { month: M, channel: C, amount: A }\n",
     "m.yaml:6:8: a spend file has no rows of events beside it\n"},
    {"mapping: 1\nname: m\nspend: { campaign: C }\n",
     "m.yaml:3:8: spend needs month or day [month: Month]\nm.yaml:3:8: spend needs channel [channel: "
     "Source]\nm.yaml:3:8: spend needs amount [amount: Cost]\n"},
    {HEAD "event: [a\n", "m.yaml:"},
    {HEAD "event: x\nevent: y\n", "m.yaml:6:1: "},
};

static void mistakes(void **state)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct arena arena;
        struct diagnostics diagnostics;
        char *printed = NULL;
        size_t len = 0;
        arena_init(&arena);
        diagnostics_init(&diagnostics);
        const struct mapping *mapping = mapping_parse(&arena, slice_from(wrong[i].text), SLICE("m.yaml"), &diagnostics);
        FILE *out = open_memstream(&printed, &len);
        diagnostics_print(&diagnostics, out);
        fclose(out);
        if ((mapping != NULL) != !*wrong[i].wanted ||
            !slice_starts(slice_of(printed, len), slice_from(wrong[i].wanted)))
            fail_msg("«%s» gave «%s», wanted «%s»", wrong[i].text, printed, wrong[i].wanted);
        free(printed);
        diagnostics_release(&diagnostics);
        arena_release(&arena);
    }
}

static void ready_ones_are_right(void **state)
{
    assert_true(ready_mapping_count >= 6);
    for (size_t i = 0; i < ready_mapping_count; i++) {
        struct arena arena;
        struct diagnostics diagnostics;
        arena_init(&arena);
        diagnostics_init(&diagnostics);
        const struct mapping *mapping =
            mapping_parse(&arena, slice_from(ready_mappings[i].text), slice_from(ready_mappings[i].name), &diagnostics);
        diagnostics_print(&diagnostics, stderr);
        assert_non_null(mapping);
        assert_true(mapping->match_count > 0);
        assert_slice(mapping->name, ready_mappings[i].name);
        diagnostics_release(&diagnostics);
        arena_release(&arena);
    }
}

static void column_names(void **state)
{
    static const char *const same[][2] = {
        {"LeadSource", "Lead Source"}, {"first_name", "First Name"}, {"E-mail", "email"},
        {"דוא\"ל", "דוא״ל"},           {" \u200fסכום", "סכום"},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_true(
            slice_equal(column_fold(&arena, slice_from(same[i][0])), column_fold(&arena, slice_from(same[i][1]))));
    assert_false(slice_equal(column_fold(&arena, SLICE("סכום")), column_fold(&arena, SLICE("ערוץ"))));
    arena_release(&arena);
}

/* The mapping is written to a file, and its path, not known before, is put in place of "@". */
static void check(const char *mapping, const char *text, const char *events, const char *rejects)
{
    char path[] = "/tmp/masa-mapping-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, mapping, strlen(mapping)), strlen(mapping));
    close(fd);
    struct reading r;
    reading_run(&r, &(struct reading_case){.name = "in.csv",
                                           .text = text,
                                           .mapping = path,
                                           .plan = {"properties.deal", "properties.amount", "traits.role",
                                                    "traits.size", "context.campaign.source", "properties.Odd name"}});
    unlink(path);
    diagnostics_print(&r.diagnostics, stderr);
    if (r.outcome == FAILED) fail_msg("%s", r.error.message);
    assert_slice(buffer_slice(&r.events), events);
    if (*rejects ? !r.rejects.len || !memmem(r.rejects.data, r.rejects.len, rejects, strlen(rejects))
                 : r.rejects.len > 0)
        fail_msg("rejected «%.*s», wanted «%s»", SLICE_ARG(buffer_slice(&r.rejects)), rejects);
    reading_release(&r);
}

static void events_of_rows(void **state)
{
    static const char single[] = "mapping: 1\nname: m\nperson: { column: who, as: lower }\nevent: { column: what, "
                                 "words: { Opened: email_opened, none: }, otherwise: keep }\n"
                                 "id: id\nat: when\nzone: Asia/Jerusalem\ndates: DD/MM/YYYY\nproperties: "
                                 "rest\ncontext: { campaign.source: src }\n";
    check(single, "who,what,id,when,amount,Odd name,src\nP@x.example,opened,7,5/1/2026 11:00,12,y,li\n",
          "track email_opened user=p@x.example at=2026-01-05T09:00:00Z id=7 line=2 properties.amount:text=12 "
          "context.campaign.source:text=li properties.Odd name:text=y\n",
          "");
    check(single, "who,what,id,when\nq,Clicked,8,5/1/2026\nq,none,9,5/1/2026\n",
          "track Clicked user=q at=2026-01-05T00:00:00Z(day) id=8 line=2\n", "");
    check(single, "who,what,id,when\n,Clicked,8,5/1/2026\n", "",
          "\"line\":2,\"reason\":\"no userId or anonymousId: the columns that name");
    check(single, "who,what,id,when\nq,,8,5/1/2026\n", "", "\"reason\":\"no event name\"");
    check(single, "who,what,id,when\nq,x,8,\n", "", "\"reason\":\"no timestamp\"");
    check(single, "who,what,id,when\nq,x,8,32/1/2026\n", "", "\"reason\":\"unreadable timestamp: when: 32/1/2026\"");
    check(single, "who,what,id,when\nq,x,8,5/1/1926\n", "",
          "\"reason\":\"timestamp before 1970 or after 2100: when: 5/1/1926\"");
    check(single, "who,what,id,when\nq,x,8\n", "",
          "\"reason\":\"wrong number of fields: 3, and the header has 4\",\"text\":\"q,x,8\"");
    check(single, "who,what,id,when\nq,\"x\"y,8,5/1/2026\n", "",
          "\"reason\":\"broken quotes: text behind a closing quote\"");
}

/* {"flat":"json"} through the same mappings. */
static void flat_json(void **state)
{
    static const char plain[] =
        "mapping: 1\nname: m\nperson: lead\nevent: { column: type }\nid: id\nat: ts\nproperties: rest\n";
    check(plain,
          "{\"id\":5,\"ts\":\"2024-01-01T00:00:12Z\",\"lead\":\"L1\",\"type\":\"created\",\"amount\":3,\"deal\":{\"x\":"
          "1}}\n",
          "track created user=L1 at=2024-01-01T00:00:12Z id=5 line=1 properties.deal:json={\"x\":1} "
          "properties.amount:int=3\n",
          "");
    static const char rows[] = "mapping: 1\nname: m\nperson: { column: who.mail, as: lower }\nat: ts\nrows:\n  - "
                               "event: won\n    when: { stage: [Won, נסגר] }\n"
                               "    properties: { amount: { column: sum, as: number } }\n  - identify: { size: { "
                               "column: size, as: number } }\n";
    check(rows,
          "{\"ts\":\"2024-01-01\",\"who\":{\"mail\":\"A@b.example\"},\"stage\":\"נסגר\",\"sum\":\"1,200\",\"size\":7}\n"
          "{\"ts\":\"2024-01-02\",\"who.mail\":\"c@b.example\",\"stage\":\"open\",\"size\":null}\n",
          "identify user=a@b.example at=2024-01-01T00:00:00Z(day) id=#fe6bb00d4f190fc7bdd6f63aad2abecf-1 line=1 "
          "traits.size:int=7\n"
          "identify user=c@b.example at=2024-01-02T00:00:00Z(day) id=#26768c8089d50832e59b0b16731db234-1 line=2\n"
          "track won user=a@b.example at=2024-01-01T00:00:00Z(day) id=#a90d21035cda4f21a11d7d24e511a481-1 line=1 "
          "properties.amount:int=1200\n",
          "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes),     cmocka_unit_test(ready_ones_are_right),
        cmocka_unit_test(column_names), cmocka_unit_test(events_of_rows),
        cmocka_unit_test(flat_json),
    };
    return cmocka_run_group_tests_name("mapping", tests, NULL, NULL);
}

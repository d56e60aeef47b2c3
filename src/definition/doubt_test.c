/* What is allowed and probably not meant: warnings of masa check, and where there is to be none. */
#include "base/test.h"
#include "definition/load.h"

#define HEAD                                                                                                           \
    "masa: 1\ncompany: { name: T, zone: UTC, currency: USD }\n"                                                        \
    "traits: { person: { role: string, email: string }, account: { size: int } }\n"
#define EVENTS        "events: { form: {}, email_opened: {}, email_clicked: {}, page_viewed: {} }\n"
#define SECOND(enter) "funnels: { f: { stages: { A: { on: form }, B: { enter: " enter " } } } }\n"
#define FIRST(stage)  "funnels: { f: { stages: { A: { " stage " }, B: { on: form } } } }\n"
#define OPENS         "opened mail alone can bring somebody to B"
#define TRAIT         "a changed trait alone begins another lap at A"

static const struct row {
    const char *yaml, *said; /* NULL: no warning */
} rows[] = {
    {EVENTS SECOND("{ did: email_opened }"), OPENS},
    {EVENTS SECOND("{ did: [email_opened, email_clicked] }"), OPENS},
    {EVENTS SECOND("{ any: [ { did: email_opened, times: 3 }, { did: email_clicked } ] }"), OPENS},
    {EVENTS SECOND("{ all: [ { did: email_opened }, person.role == 'cfo' ] }"), OPENS},
    {EVENTS SECOND("{ at_least: 1, of: [ { did: email_opened, human: true }, { did: page_viewed } ] }"), OPENS},
    {EVENTS "signals: { s: { weigh: { email_opened: 1, email_clicked: 5 } } }\n" SECOND("signals.s > 20"), OPENS},
    {EVENTS "signals: { n: { did: email_opened } }\n" SECOND("{ all: [ signals.n >= 2, { did: page_viewed } ] }"),
     NULL},
    {EVENTS "signals: { s: { weigh: { email_opened: { points: 1, at_most: 5 }, email_clicked: 5 } } }\n" SECOND(
         "signals.s > 20"),
     NULL},
    {EVENTS
     "scores: { s: { terms: [ { id: i, points: signals.n } ] } }\nsignals: { n: { did: email_opened } }\n" SECOND(
         "scores.s > 2"),
     OPENS},
    {EVENTS SECOND("{ all: [ { did: email_opened }, { did: email_clicked } ] }"), NULL},
    {EVENTS SECOND("{ did: page_viewed }"), NULL},
    {EVENTS SECOND("person.role == 'cfo'"), NULL},
    {EVENTS SECOND("{ not: { did: email_opened } }"), NULL},
    {EVENTS SECOND("{ quiet: email_opened, for: 3d }"), NULL},
    {"events: { form: {}, email_opened: { prefetch: false } }\n" SECOND("{ did: email_opened }"), NULL},
    {"events: { form: {}, opening: { prefetch: true } }\n" SECOND("{ did: opening }"), OPENS},
    {EVENTS FIRST("enter: { all: [ { did: page_viewed }, person.role == 'cfo' ] }"), TRAIT},
    {EVENTS FIRST("enter: account.size > 3"), TRAIT},
    {EVENTS FIRST("enter: account.contacts > 3"), TRAIT},
    {EVENTS FIRST("again: new event, enter: { all: [ { did: page_viewed }, person.role == 'cfo' ] }"), NULL},
    {EVENTS FIRST("again: new evidence, enter: { all: [ { did: page_viewed }, person.role == 'cfo' ] }"), NULL},
    {EVENTS FIRST("again: by hand, enter: account.size > 3"), NULL},
    {EVENTS FIRST("on: page_viewed"), NULL},
    {EVENTS "funnels: { f: { stages: { A: { enter: person.role == 'cfo' } } } }\n", NULL},
};

static void doubts_are_told_and_refuse_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct diagnostics d;
        struct arena arena;
        diagnostics_init(&d);
        arena_init(&arena);
        struct slice text = arena_printf(&arena, "%s%s", HEAD, rows[i].yaml);
        struct definition_file *file = definition_parse(text, "d.yaml", &d);
        if (!file) fail_msg("%s: %.*s", rows[i].yaml, SLICE_ARG(d.list.at[0].message));
        const char *said = rows[i].said;
        if (d.list.count != (said != NULL)) fail_msg("%s: %zu warnings", rows[i].yaml, d.list.count);
        if (said) {
            const struct diagnostic *w = &d.list.at[0];
            assert_int_equal(w->severity, SEVERITY_WARNING);
            assert_true(w->line > 3 && w->column > 1 && w->hint.len > 0);
            if (!memmem(w->message.ptr, w->message.len, said, strlen(said)))
                fail_msg("%s: %.*s", rows[i].yaml, SLICE_ARG(w->message));
        }
        definition_free(file);
        diagnostics_release(&d);
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(doubts_are_told_and_refuse_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The ready mappings on the exports in examples/crm, the folder given as argument: what is said of each file, how much
 * comes of it, and one row followed closely. */
#include "intake/reading_test.h"

#include <stdio.h>

static const char *folder;

static void read_text(struct reading *r, const char *file, struct slice text)
{
    reading_run(r, &(struct reading_case){.name = file,
                                          .text = text.ptr,
                                          .len = text.len,
                                          .plan = {"properties.deal", "properties.amount", "properties.stage",
                                                   "traits.lifecycle_stage", "traits.employees", "traits.title",
                                                   "context.campaign.source", "properties.reason"}});
    if (r->outcome) fail_msg("%s: %s %.*s", file, r->error.message, SLICE_ARG(buffer_slice(&r->rejects)));
}

static void read_example(struct reading *r, const char *file)
{
    struct buffer text;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    buffer_init(&text, BUFFER_NO_LIMIT);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    for (int c; (c = getc(f)) != EOF;) buffer_char(&text, (char)c);
    fclose(f);
    read_text(r, file, buffer_slice(&text));
    buffer_release(&text);
}

struct expected {
    const char *file, *said;
    uint64_t lines, spend;
    struct {
        const char *start; /* of an event's line */
        size_t count;
    } events[8];
    const char *rows[4]; /* what one row makes, ids left out */
};

static const struct expected expected[] = {
    {"hubspot-contacts.csv",
     "hubspot-contacts.csv: CSV in UTF-8, separated by commas, 25 columns, header in line 1, mapping hubspot-contacts",
     81,
     0,
     {{"identify ", 160},
      {"group ", 80},
      {"track contact_created ", 80},
      {"track became_lead ", 68},
      {"track became_mql ", 48},
      {"track became_sql ", 31},
      {"track became_opportunity ", 17},
      {"track became_customer ", 10}},
     {"group user=contact4@firm2.example group=Firm 2 at=2025-10-20T06:03:00Z(wall) line=5 traits.employees:int=900",
      "identify user=contact4@firm2.example group=Firm 2 at=2025-10-30T19:19:00Z(wall) line=5 "
      "traits.lifecycle_stage:text=marketingqualifiedlead",
      "track became_mql user=contact4@firm2.example group=Firm 2 at=2025-10-23T19:12:00Z(wall) line=5 "
      "context.campaign.source:text=Referrals"}},
    {"hubspot-deals.csv",
     "hubspot-deals.csv: CSV in UTF-8, separated by commas, 12 columns, header in line 1, mapping hubspot-deals",
     18,
     0,
     {{"track deal_created ", 17}, {"track deal_won ", 10}, {"track deal_lost ", 5}},
     {"track deal_won user=contact11@firm6.example group=חברה 6 בע\"מ at=2026-03-15T16:18:00Z(wall) line=4 "
      "properties.deal:text=88003 properties.amount:int=3600",
      "track deal_lost user=contact16@firm8.example group=Firm 8 at=2026-05-15T20:49:00Z(wall) line=6 "
      "properties.deal:text=88005 properties.amount:int=3600 properties.reason:text=Chose a competitor"}},
    {"salesforce-leads.csv",
     "salesforce-leads.csv: CSV in UTF-8, separated by commas, 20 columns, header in line 1, dates month first, "
     "mapping "
     "salesforce-leads",
     61,
     0,
     {{"identify ", 120}, {"group ", 60}, {"track lead_created ", 60}, {"track lead_converted ", 16}},
     {"group user=lead3@firm102.example group=Firm 102 at=2025-09-29T00:00:00Z(day) line=4 traits.employees:int=150",
      "track lead_created user=lead3@firm102.example group=Firm 102 at=2025-09-29T00:00:00Z(day) line=4 "
      "context.campaign.source:text=Google AdWords",
      "track lead_converted user=lead11@firm106.example group=Firm 106 at=2025-12-27T00:00:00Z(day) line=12 "
      "properties.deal:text=006A0000000011AAC context.campaign.source:text=Partner Referral"}},
    {"salesforce-opportunity-history.txt",
     "salesforce-opportunity-history.txt: CSV in UTF-16LE, separated by tabs, 11 columns, header in line 1, mapping "
     "salesforce-opportunity-history",
     69,
     0,
     {{"track deal_stage_changed ", 68}, {"track deal_won ", 7}, {"track deal_lost ", 6}},
     {"track deal_won user=lead27@firm114.example group=Firm 114 at=2026-01-18T04:31:00Z line=29 "
      "properties.deal:text=006A0000000027AAC properties.amount:int=26000 properties.stage:text=Closed Won",
      "track deal_stage_changed user=lead11@firm106.example group=Firm 106 at=2025-12-27T09:15:00Z line=10 "
      "properties.deal:text=006A0000000011AAC properties.amount:int=26000 properties.stage:text=Prospecting"}},
    {"spend.csv",
     "spend.csv: CSV in UTF-8, separated by commas, 5 columns, header in line 1, mapping spend",
     25,
     24,
     {{0}},
     {"2: 2025-10-01..2025-10-31 Paid Search/guide-2026 5698700000 USD"}},
    {"spend-hebrew.csv",
     "spend-hebrew.csv: CSV in Windows-1255, separated by semicolons, 5 columns, header in line 1, mapping spend",
     19,
     18,
     {{0}},
     {"2: 2025-10-01..2025-10-31 לינקדאין/מדריך 2026 10311500000 ILS"}},
};

/* Ids made from content are checked elsewhere. */
static void forget_ids(struct buffer *b)
{
    char *hit;
    while ((hit = memmem(b->data, b->len, " id=", 4))) {
        char *end = memchr(hit + 1, ' ', (size_t)(b->data + b->len - hit - 1));
        memmove(hit, end, (size_t)(b->data + b->len - end));
        b->len -= (size_t)(end - hit);
    }
}

static size_t lines_that_start(struct slice text, const char *start)
{
    size_t n = 0;
    while (text.len) n += slice_starts(slice_cut(&text, '\n'), slice_from(start));
    return n;
}

static bool has_line(struct slice text, const char *line)
{
    while (text.len)
        if (slice_is(slice_cut(&text, '\n'), line)) return true;
    return false;
}

static void check(const struct expected *e)
{
    struct reading r;
    read_example(&r, e->file);
    assert_slice(buffer_slice(&r.said), e->said);
    assert_int_equal(r.summary.lines, e->lines);
    assert_int_equal(r.summary.spend, e->spend);
    assert_int_equal(r.summary.rejected, 0);
    struct buffer *made = e->spend ? &r.spend : &r.events;
    if (!e->spend) forget_ids(made);
    for (size_t i = 0; i < 8 && e->events[i].start; i++)
        if (lines_that_start(buffer_slice(made), e->events[i].start) != e->events[i].count)
            fail_msg("%s: %zu of %s", e->file, lines_that_start(buffer_slice(made), e->events[i].start),
                     e->events[i].start);
    for (size_t i = 0; i < 4 && e->rows[i]; i++)
        if (!has_line(buffer_slice(made), e->rows[i])) fail_msg("%s: no «%s»", e->file, e->rows[i]);
    reading_release(&r);
}

static void examples(void **state)
{
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) check(&expected[i]);
}

/* Reports call the column Stage alone; beside To Stage or Stage Name it is the opportunity's stage of today. */
static void stages_go_by_three_names(void **state)
{
    static const struct {
        const char *text;
        size_t won, lost;
    } cases[] = {
        {"Opportunity ID,Stage,From Stage,Last Modified\n"
         "o1,Proposal,Prospecting,2026-01-05\no1,Closed Won,Proposal,2026-01-06\no2,Closed Lost,,2026-01-07\n",
         1, 1},
        {"Opportunity ID,Stage,Stage Name,Probability,Last Modified\n"
         "o1,Closed Won,Proposal,50,2026-01-05\no1,Closed Won,Closed Won,100,2026-01-06\n",
         1, 0},
        {"Opportunity ID,Stage,From Stage,To Stage,Last Modified\n"
         "o1,Closed Lost,Prospecting,Proposal,2026-01-05\no1,Closed Lost,Proposal,Closed Lost,2026-01-06\n",
         0, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading r;
        read_text(&r, "history.csv", slice_from(cases[i].text));
        assert_int_equal(lines_that_start(buffer_slice(&r.events), "track deal_won "), cases[i].won);
        assert_int_equal(lines_that_start(buffer_slice(&r.events), "track deal_lost "), cases[i].lost);
        reading_release(&r);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    folder = argv[1];
    const struct CMUnitTest tests[] = {cmocka_unit_test(examples), cmocka_unit_test(stages_go_by_three_names)};
    return cmocka_run_group_tests_name("crm", tests, NULL, NULL);
}

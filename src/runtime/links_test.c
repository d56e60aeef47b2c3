/* Components: whoever a subject's facts depend on is in them, and nobody else. */
#include "runtime/links.h"

#include "base/test.h"
#include "definition/load.h"

/* Persons read their account's industry, and take deals. */
static const char companies[] = "masa: 1\n"
                                "company: { name: Acme, locale: en-US, zone: UTC, currency: USD, week: monday }\n"
                                "events:\n"
                                "  page_viewed: {}\n"
                                "  deal_won: { of: deal, key: deal, outcome: true }\n"
                                "traits: { account: { industry: { one_of: [saas, retail] } } }\n"
                                "funnels:\n"
                                "  main:\n"
                                "    of: person\n"
                                "    credit: { deal: all }\n"
                                "    stages:\n"
                                "      a: { enter: { did: page_viewed } }\n"
                                "      b: { enter: { all: [ { saas: account.industry == \"saas\" } ] } }\n"
                                "      won: { enter: { did: deal_won } }\n";

/* They read nothing of anybody. */
static const char alone[] = "masa: 1\n"
                            "company: { name: Acme, locale: en-US, zone: UTC, currency: USD, week: monday }\n"
                            "events: { page_viewed: {} }\n"
                            "funnels:\n"
                            "  main:\n"
                            "    of: person\n"
                            "    stages:\n"
                            "      a: { enter: { did: page_viewed } }\n"
                            "      b: { enter: { did: page_viewed, times: 2 } }\n";

struct world {
    struct diagnostics diagnostics;
    struct definition_file *file;
    struct links *links;
    struct input_value values[4];
};

static void world_init(struct world *w, const char *definition)
{
    *w = (struct world){0};
    diagnostics_init(&w->diagnostics);
    w->file = definition_parse(slice_from(definition), "test", &w->diagnostics);
    assert_non_null(w->file);
    w->links = links_new(definition_of(w->file), 1);
    assert_in_range(links_plan(w->links).count, 1, 4);
}

static void world_release(struct world *w)
{
    links_free(w->links);
    definition_free(w->file);
    diagnostics_release(&w->diagnostics);
}

/* An event of whoever is named; `deal` and `with` may be NULL. */
static void say(struct world *w, const char *name, const char *user, const char *visitor, const char *group,
                const char *deal, const char *with)
{
    const size_t count = links_plan(w->links).count;
    memset(w->values, 0, sizeof w->values);
    if (deal && count > 1) w->values[0] = (struct input_value){.kind = INPUT_TEXT, .text = slice_from(deal)};
    if (with) w->values[count - 1] = (struct input_value){.kind = INPUT_TEXT, .text = slice_from(with)};
    const struct input_event in = {.call = CALL_TRACK,
                                   .name = slice_from(name),
                                   .id = SLICE("id"),
                                   .user = slice_from(user),
                                   .anonymous = slice_from(visitor),
                                   .group = slice_from(group),
                                   .values = w->values};
    const struct input_sink sink = links_sink(w->links, 0);
    sink.take(sink.context, &in);
}

static size_t component(const struct world *w, const char *key, struct senders *out)
{
    senders_init(out);
    assert_true(links_component(w->links, slice_from(key), 1000, out));
    return out->list.count;
}

static bool has(const struct senders *s, enum sender_kind kind, const char *key)
{
    return senders_have(s, sender_digest(kind, slice_from(key)));
}

static void names_and_merges_are_followed(void **state)
{
    (void)state;
    struct world w;
    struct senders s;
    world_init(&w, alone);
    say(&w, "page_viewed", "p1", "v1", "", NULL, NULL);
    say(&w, "page_viewed", "p2", "v1", "", NULL, NULL);
    say(&w, "page_viewed", "p3", "v3", "", NULL, NULL);
    say(&w, "masa:merge", "p2", "", "", NULL, "p4");
    say(&w, "page_viewed", "p9", "v9", "a1", NULL, NULL);
    links_settle(w.links);
    component(&w, "p1", &s);
    assert_true(has(&s, SENDER_USER, "p1") && has(&s, SENDER_USER, "p2") && has(&s, SENDER_USER, "p4"));
    assert_true(has(&s, SENDER_ANONYMOUS, "v1"));
    assert_false(has(&s, SENDER_USER, "p3") || has(&s, SENDER_ANONYMOUS, "v3") || has(&s, SENDER_USER, "p9"));
    senders_release(&s);
    component(&w, "p3", &s);
    assert_true(has(&s, SENDER_ANONYMOUS, "v3") && !has(&s, SENDER_USER, "p1"));
    assert_true(has(&s, SENDER_USER, "p2")); /* who spoke of the log itself is always there */
    senders_release(&s);
    component(&w, "anon:v9", &s);
    assert_true(has(&s, SENDER_USER, "p9"));
    senders_release(&s);
    world_release(&w);
}

static void companies_and_deals_are_followed_where_they_are_read(void **state)
{
    (void)state;
    struct world w;
    struct senders s;
    for (int reads = 0; reads < 2; reads++) {
        world_init(&w, reads ? companies : alone);
        say(&w, "page_viewed", "p1", "", "a1", NULL, NULL);
        say(&w, "page_viewed", "p2", "", "a1", NULL, NULL);
        say(&w, "deal_won", "p1", "", "", "d1", NULL);
        say(&w, "deal_won", "p3", "v3", "a3", "d1", NULL);
        say(&w, "page_viewed", "p4", "", "a3", NULL, NULL);
        links_settle(w.links);
        component(&w, "p1", &s);
        assert_int_equal(has(&s, SENDER_USER, "p2") && has(&s, SENDER_GROUP, "a1"), reads);
        assert_int_equal(has(&s, SENDER_USER, "p3"), reads); /* another contact of the deal */
        assert_false(has(&s, SENDER_USER, "p4"));            /* whose company is nothing to p1 */
        senders_release(&s);
        component(&w, "a3", &s);
        assert_true(has(&s, SENDER_USER, "p3") && has(&s, SENDER_USER, "p4") && !has(&s, SENDER_USER, "p2"));
        senders_release(&s);
        world_release(&w);
    }
}

/* People of one company touch each other where crowds of them are looked for; those of free mail do not. */
static void people_of_one_domain_are_seen_together(void **state)
{
    (void)state;
    static const char crowds[] = "masa: 1\n"
                                 "events: { mail_opened: { crowd: { people: 3, within: 2s } } }\n"
                                 "traits: { person: { email: string } }\n"
                                 "funnels: { f: { stages: { A: { on: mail_opened }, B: { on: mail_opened } } } }\n";
    static const char *const said[][2] = {{"p1", "a@example.com"}, {"p2", "b@Example.com"}, {"p3", "c@example.org"},
                                          {"p4", "d@gmail.com"},   {"p5", "e@gmail.com"},   {"p6", "nobody"}};
    struct world w;
    struct senders s;
    world_init(&w, crowds);
    const struct input_sink sink = links_sink(w.links, 0);
    struct touch touch;
    touch_init(&touch);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        const size_t address = links_plan(w.links).count - 1;
        w.values[address] = (struct input_value){.kind = INPUT_TEXT, .text = slice_from(said[i][1])};
        sink.take(sink.context,
                  &(struct input_event){.call = CALL_IDENTIFY, .user = slice_from(said[i][0]), .values = w.values});
    }
    links_settle(w.links);
    component(&w, "p1", &s);
    assert_true(has(&s, SENDER_USER, "p2") && !has(&s, SENDER_USER, "p3") && !has(&s, SENDER_USER, "p6"));
    senders_release(&s);
    component(&w, "p4", &s);
    assert_false(has(&s, SENDER_USER, "p5"));
    senders_release(&s);
    struct senders subjects, readers;
    senders_init(&subjects);
    senders_init(&readers);
    const struct input_sink news = links_touch_sink(w.links, &touch);
    news.take(news.context, &(struct input_event){.call = CALL_TRACK,
                                                  .name = SLICE("mail_opened"),
                                                  .user = SLICE("p2"),
                                                  .values = (struct input_value[4]){{.kind = INPUT_MISSING}}});
    assert_true(links_touched(w.links, &touch, 100, &subjects, &readers));
    assert_true(has(&subjects, SENDER_USER, "p1") && has(&readers, SENDER_USER, "p1"));
    assert_false(has(&subjects, SENDER_USER, "p3"));
    senders_release(&subjects);
    senders_release(&readers);
    touch_release(&touch);
    world_release(&w);
}

static void more_may_come(void **state)
{
    (void)state;
    struct world w;
    struct senders s;
    world_init(&w, alone);
    say(&w, "page_viewed", "p1", "v1", "", NULL, NULL);
    links_settle(w.links);
    for (int i = 0; i < 3; i++) {
        say(&w, "page_viewed", "p1", "v2", "", NULL, NULL); /* again and again */
        links_settle(w.links);
    }
    component(&w, "p1", &s);
    assert_true(has(&s, SENDER_ANONYMOUS, "v1") && has(&s, SENDER_ANONYMOUS, "v2"));
    senders_release(&s);
    world_release(&w);
}

static void a_component_too_large_is_refused(void **state)
{
    (void)state;
    struct world w;
    struct senders s;
    char key[16];
    world_init(&w, companies);
    for (int i = 0; i < 100; i++) {
        snprintf(key, sizeof key, "p%d", i);
        say(&w, "page_viewed", key, "", "a1", NULL, NULL);
    }
    links_settle(w.links);
    senders_init(&s);
    assert_true(links_component(w.links, SLICE("p7"), 200, &s));
    senders_release(&s);
    senders_init(&s);
    assert_false(links_component(w.links, SLICE("p7"), 50, &s));
    senders_release(&s);
    senders_init(&s);
    assert_false(links_component(w.links, SLICE("long:0123456789abcdef"), 200, &s));
    senders_release(&s);
    world_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_merges_are_followed),
        cmocka_unit_test(companies_and_deals_are_followed_where_they_are_read),
        cmocka_unit_test(people_of_one_domain_are_seen_together),
        cmocka_unit_test(more_may_come),
        cmocka_unit_test(a_component_too_large_is_refused),
    };
    return cmocka_run_group_tests_name("links", tests, NULL, NULL);
}

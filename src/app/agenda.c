#include "app/agenda.h"

#include <stdlib.h>

#include "app/effect.h"
#include "app/leads_asked.h"
#include "app/nobody.h"
#include "app/register.h"
#include "app/roster.h"
#include "app/sources.h"
#include "base/civil.h"
#include "definition/words.h"
#include "engine/engine.h"
#include "report/json_put.h"
#include "report/tree.h"

enum { WEEK = 7, LATE_SHOWN = 20, LEFT_SHOWN = 5, ENTRIES_MOST = 200 };

struct writing {
    struct standing_state *state;
    struct work *work;
    const struct agenda_request *request;
    struct json_writer *w;
    struct arena *arena;
    const struct roster *roster;
    const struct fact_table *facts; /* the roster's: of everybody, without a report's windows */
    const struct funnel *funnel;
    const struct report *report; /* of the definition's period */
    int64_t from, until;         /* of the week */
};

/* ---- weeks ---- */

/* The Monday of ISO week 1 is that of the week with 4 January. */
static int64_t first_monday(int year)
{
    const int64_t day = civil_to_day(year, 1, 4);
    return day - (civil_weekday(day) + 6) % WEEK;
}

static bool starts_monday(const struct standing_state *state)
{
    return standing_roster(state)->table->definition->company.week_starts_monday;
}

static bool read_week(struct slice text, int64_t *monday)
{
    int64_t year, week;
    const struct slice y = slice_cut(&text, '-');
    if (y.len != 4 || !slice_to_i64(y, &year) || year < 1970 || text.len != 3 || text.ptr[0] != 'W' ||
        !slice_to_i64(slice_skip(text, 1), &week) || week < 1)
        return false;
    *monday = first_monday((int)year) + WEEK * (week - 1);
    return *monday < first_monday((int)year + 1);
}

bool agenda_week(const struct standing_state *state, struct slice text, int64_t *from_day)
{
    const int shift = starts_monday(state) ? 0 : 1; /* a week from Sunday is named by its Monday */
    int64_t monday;
    if (!text.len) {
        const int64_t day = zone_day(standing_zone(state), standing_as_of(state)) + shift;
        monday = day - (civil_weekday(day) + 6) % WEEK;
    } else if (!read_week(text, &monday)) {
        return false;
    }
    *from_day = monday - shift;
    return true;
}

static struct slice week_name(struct writing *g)
{
    const int64_t monday = g->request->from_day + (starts_monday(g->state) ? 0 : 1);
    int year, month, day;
    civil_from_day(monday + 3, &year, &month, &day);
    return arena_printf(g->arena, "%04d-W%02d", year, (int)((monday - first_monday(year)) / WEEK) + 1);
}

static void put_day(struct writing *g, const char *name, int64_t day)
{
    struct buffer text;
    buffer_init(&text, 32);
    day_format(&text, day);
    json_put_text(g->w, name, buffer_slice(&text));
    buffer_release(&text);
}

/* ---- rows ---- */

/* The address of a page of the dashboard, in the funnel of the agenda when that is not the report's. */
static struct slice in_funnel(const struct writing *g, struct slice link)
{
    if (!link.len || g->roster == standing_roster(g->state)) return link;
    struct slice mark = link;
    const struct slice page = slice_cut(&mark, '#');
    const bool asks = memchr(page.ptr, '?', page.len), marked = page.len < link.len;
    const struct slice funnel = g->funnel->label.name;
    return arena_printf(g->arena, "%.*s%cfunnel=%.*s%s%.*s", SLICE_ARG(page), asks ? '&' : '?', SLICE_ARG(funnel),
                        marked ? "#" : "", SLICE_ARG(mark));
}

struct row {
    struct words text, owner; /* owner may be empty */
    struct slice id, said, link;
    int64_t due; /* a day; INSTANT_NONE */
};

static void put_row(struct writing *g, const struct row *r)
{
    json_object(g->w);
    json_put_text_or_null(g->w, "id", r->id);
    json_put_words(g->w, "text", r->text);
    json_put_text_or_null(g->w, "said", r->said);
    json_put_text_or_null(g->w, "link", in_funnel(g, r->link));
    if (r->owner.in[ENGLISH].len)
        json_put_words(g->w, "owner", r->owner);
    else
        json_put_null(g->w, "owner");
    if (r->due == INSTANT_NONE)
        json_put_null(g->w, "due");
    else
        put_day(g, "due", r->due);
    json_end(g->w);
}

static void put_plain(struct writing *g, struct words text, const char *link)
{
    put_row(g, &(struct row){.text = text, .link = slice_from(link), .due = INSTANT_NONE});
}

#define WORDS(he, en) ((struct words){.in = {[HEBREW] = he, [ENGLISH] = en}})

static void begin_section(struct writing *g, const char *code, struct words title)
{
    json_object(g->w);
    json_put_code(g->w, "code", code);
    json_put_words(g->w, "title", title);
    json_put_array(g->w, "rows");
}

static void end_section(struct writing *g)
{
    json_end(g->w);
    json_end(g->w);
}

static struct words role_words(struct writing *g, enum role role)
{
    const struct speaker he = {g->facts->definition, LANGUAGE_HE, g->arena, .plain = true};
    const struct speaker en = {g->facts->definition, LANGUAGE_EN, g->arena, .plain = true};
    return WORDS(spoken_role(&he, role), spoken_role(&en, role));
}

static struct words name_of(struct writing *g, int64_t user)
{
    const struct user_list *people = g->request->people;
    for (size_t i = 0; i < people->count; i++)
        if (people->users[i].id == user) return WORDS(people->users[i].name, people->users[i].name);
    return (struct words){0};
}

/* ---- numbers: this week against the one before, as far as this one has come ---- */

static void put_count_or_null(struct json_writer *w, const char *name, int64_t n)
{
    if (n < 0)
        json_put_null(w, name);
    else
        json_put_int(w, name, n);
}

static void put_change(struct json_writer *w, const struct difference *d)
{
    if (!d->given) {
        json_put_null(w, "change");
        return;
    }
    json_put_object(w, "change");
    json_put_number(w, "pp", d->pp, 1);
    json_put_number(w, "pct", d->pct, 1);
    json_put_number(w, "p_value", d->p, 4);
    json_put_code(w, "verdict", verdict_codes[d->verdict]);
    put_count_or_null(w, "n_to_tell", d->n_to_tell ? (int64_t)d->n_to_tell : -1);
    json_end(w);
}

/* Weeks are too short for cohorts: entries are counted when they happened, so a number has no interval. */
static void put_number(struct writing *g, const struct kpi *k, const struct kpi_words *words)
{
    struct json_writer *w = g->w;
    const bool share = k->kind == KPI_ACCEPTANCE;
    json_object(w);
    json_put_text(w, "code", words->code);
    json_put_words(w, "label", words->label);
    json_put_code(w, "group", share ? "sales" : "overall");
    json_put_code(w, "unit", share ? "pct" : "count");
    json_put_code(w, "better", "up");
    json_put_number(w, "value", k->now, share);
    json_put_number(w, "compare_value", k->before, share);
    put_count_or_null(w, "n", k->n);
    put_count_or_null(w, "hits", k->hits);
    put_count_or_null(w, "compare_n", k->n_before);
    put_count_or_null(w, "compare_hits", k->hits_before);
    json_put_null(w, "ci95");
    json_put_code(w, "band", light_codes[k->light]);
    json_put_code(w, "support", support_codes[k->support]);
    json_put_int(w, "needs_more", (int64_t)k->needs_more);
    json_put_null(w, "compare_ci95");
    json_put_null(w, "bands");
    put_change(w, &k->change);
    json_put_words(w, "formula", words->formula);
    json_put_null(w, "note");
    json_end(w);
}

static void put_numbers(struct writing *g)
{
    const int64_t reached = g->facts->as_of + 1;
    const int64_t until = reached > g->from && reached < g->until ? reached : g->until;
    const int64_t before = zone_day_start(g->facts->zone, g->request->from_day - WEEK);
    struct fact_table table = *g->facts;
    table.windows[0] = (struct report_window){g->from, until, g->facts->as_of};
    table.windows[1] = (struct report_window){before, before + (until - g->from), before + (until - g->from)};
    table.has_compare = true;
    const struct report_options options = {.program = SLICE("masa " MASA_VERSION), .basis = BASIS_OF_FLOW};
    const struct report *report = report_build(g->arena, &table, &options);
    json_put_array(g->w, "numbers");
    for (size_t i = 0; i < report->analysis->kpi_count; i++) {
        const struct kpi *k = &report->analysis->kpis[i];
        if (k->kind == KPI_VOLUME || k->kind == KPI_ACCEPTANCE) put_number(g, k, &report->kpis[i]);
    }
    json_end(g->w);
}

/* ---- what the report says ---- */

static void put_attention(struct writing *g)
{
    const struct analysis *a = g->report->analysis;
    const struct words said = g->report->weakest;
    if (a->weakest == NONE || !said.in[ENGLISH].len) return;
    const struct transition *t = &a->transitions[a->weakest];
    const struct slice from = stage_code(g->report, t->from), to = stage_code(g->report, t->to);
    begin_section(g, "attention", WORDS(SLICE("המעבר החלש"), SLICE("The weakest transition")));
    put_plain(
        g,
        WORDS(
            arena_printf(g->arena, "%.*s אל %.*s: %.*s", SLICE_ARG(from), SLICE_ARG(to), SLICE_ARG(said.in[HEBREW])),
            arena_printf(g->arena, "%.*s to %.*s: %.*s", SLICE_ARG(from), SLICE_ARG(to), SLICE_ARG(said.in[ENGLISH]))),
        "/report#weakest");
    end_section(g);
}

static void put_proposals(struct writing *g)
{
    const struct analysis *a = g->report->analysis;
    if (!a->actions.count) return;
    begin_section(g, "proposals", WORDS(SLICE("הצעות הדוח"), SLICE("What the report proposes")));
    for (size_t i = 0; i < a->actions.count; i++) put_plain(g, g->report->actions[i].text, "/report#actions");
    end_section(g);
}

/* ---- handoffs ---- */

static int by_due(const void *a, const void *b)
{
    const struct handoff_row *x = *(const struct handoff_row *const *)a, *y = *(const struct handoff_row *const *)b;
    return (x->due > y->due) - (x->due < y->due);
}

/* Open and past their time; how many. */
static size_t find_late(struct writing *g, const struct handoff_row ***out)
{
    const struct fact_table *t = g->facts;
    const struct handoff_row **late = ARENA_ARRAY(g->arena, const struct handoff_row *, t->handoff_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < t->handoff_count; i++)
        if (t->handoffs[i].outcome == HANDOFF_OPEN && t->handoffs[i].due < t->as_of) late[count++] = &t->handoffs[i];
    qsort(late, count, sizeof *late, by_due);
    *out = late;
    return count;
}

/* As the lists call a lead: by name, else address; who has neither, by id. */
static struct words lead_called(struct writing *g, struct slice id)
{
    const struct lead *lead = roster_find(g->roster, id);
    const struct slice name = lead ? lead_known_as(g->roster, lead) : slice_of("", 0);
    if (name.len) return WORDS(name, name);
    return WORDS(arena_printf(g->arena, "ליד %.*s", SLICE_ARG(id)), arena_printf(g->arena, "Lead %.*s", SLICE_ARG(id)));
}

static void put_late_lead(struct writing *g, const struct handoff_row *h)
{
    const struct slice id = g->facts->subject[h->row];
    const struct row row = {.text = lead_called(g, id),
                            .link = arena_printf(g->arena, "/leads/%.*s", SLICE_ARG(id)),
                            .owner = role_words(g, g->funnel->stages[h->stage].decided_by),
                            .due = zone_day(g->facts->zone, h->due)};
    put_row(g, &row);
}

static void put_late(struct writing *g)
{
    const struct handoff_row **late;
    const size_t count = find_late(g, &late), shown = !g->request->sees_people ? 0
                                                      : count < LATE_SHOWN     ? count
                                                                               : LATE_SHOWN;
    if (!count) return;
    begin_section(g, "late", WORDS(SLICE("ממתינים מעבר לזמן"), SLICE("Waiting past their time")));
    for (size_t i = 0; i < shown; i++) put_late_lead(g, late[i]);
    if (count > shown)
        put_plain(g,
                  WORDS(arena_printf(g->arena, shown ? "ועוד %zu" : "לידים שממתינים: %zu", count - shown),
                        arena_printf(g->arena, shown ? "and %zu more" : "leads that wait: %zu", count - shown)),
                  "/handoffs");
    end_section(g);
}

struct reason_count {
    uint32_t reason;
    bool returned;
    size_t count;
};
struct reason_counts {
    struct reason_count *at;
    size_t count, cap;
};

static void count_reason(struct reason_counts *all, uint32_t reason, bool returned)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->at[i].reason == reason && all->at[i].returned == returned) {
            all->at[i].count++;
            return;
        }
    vector_push(all, ((struct reason_count){reason, returned, 1}));
}

static int by_count(const void *a, const void *b)
{
    const struct reason_count *x = a, *y = b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return x->reason != y->reason ? (x->reason > y->reason) - (x->reason < y->reason) : x->returned - y->returned;
}

static void put_reason(struct writing *g, const struct reason_count *r)
{
    const struct slice word = r->reason ? dictionary_text(g->facts->dictionary, r->reason) : slice_of("", 0);
    const struct label label = word.len ? definition_reason(g->funnel, word) : (struct label){0};
    const struct slice he = label.he.len ? label.he : word.len ? word : SLICE("ללא סיבה");
    const struct slice en = label.en.len ? label.en : word.len ? word : SLICE("no reason given");
    put_plain(
        g,
        WORDS(arena_printf(g->arena, "%s, %.*s: %zu", r->returned ? "הוחזרו" : "נדחו", SLICE_ARG(he), r->count),
              arena_printf(g->arena, "%s, %.*s: %zu", r->returned ? "Returned" : "Rejected", SLICE_ARG(en), r->count)),
        "/rejected");
}

static bool in_week(const struct writing *g, int64_t at)
{
    return at >= g->from && at < g->until;
}

static void put_rejected(struct writing *g)
{
    const struct fact_table *t = g->facts;
    struct reason_counts all = {0};
    for (size_t i = 0; i < t->handoff_count; i++)
        if (t->handoffs[i].outcome == HANDOFF_REJECTED && in_week(g, t->handoffs[i].at))
            count_reason(&all, t->handoffs[i].reason, false);
    for (size_t i = 0; i < t->returned_count; i++)
        if (in_week(g, t->returned[i].at)) count_reason(&all, t->returned[i].reason, true);
    if (all.count) {
        qsort(all.at, all.count, sizeof *all.at, by_count);
        begin_section(g, "rejected", WORDS(SLICE("נדחו והוחזרו השבוע"), SLICE("Rejected and returned this week")));
        for (size_t i = 0; i < all.count; i++) put_reason(g, &all.at[i]);
        end_section(g);
    }
    vector_release(&all);
}

/* ---- sources that fail, leads that are nobody's ---- */

/* A name within a sentence of the other direction. */
static struct slice set_apart(struct arena *arena, struct slice name)
{
    return arena_printf(arena, "\u2068%.*s\u2069", SLICE_ARG(name));
}

/* As far as the week had come. */
static void put_channels(struct writing *g)
{
    const struct fact_table *t = g->facts;
    const int64_t until = t->as_of + 1 < g->until ? t->as_of + 1 : g->until;
    struct sources sources;
    bool begun = false;
    sources_init(&sources, t->definition);
    const int64_t from = sources_add_recent(&sources, g->roster, until);
    sources_close(&sources);
    for (size_t i = 0; i < sources.count; i++) {
        const struct source *s = &sources.at[i];
        if (!source_is_failing(&sources, t->definition, s)) continue;
        if (!begun)
            begin_section(g, "channels", WORDS(SLICE("מקורות שנכשלים במכירות"), SLICE("Sources that fail in sales")));
        begun = true;
        const struct words called = source_words(g->arena, t, s);
        const struct slice he = set_apart(g->arena, called.in[HEBREW]), en = set_apart(g->arena, called.in[ENGLISH]);
        const unsigned long long numbers[] = {s->accepted, s->decided, sources.accepted, sources.decided};
        const struct words text =
            WORDS(arena_printf(g->arena, "%.*s: התקבלו %llu מתוך %llu; מכל המקורות %llu מתוך %llu", SLICE_ARG(he),
                               numbers[0], numbers[1], numbers[2], numbers[3]),
                  arena_printf(g->arena, "%.*s: %llu of %llu accepted; of all sources %llu of %llu", SLICE_ARG(en),
                               numbers[0], numbers[1], numbers[2], numbers[3]));
        put_row(g, &(struct row){.text = text,
                                 .link = sources_link(g->arena, t->zone, from, until),
                                 .owner = role_words(g, ROLE_MARKETING),
                                 .due = INSTANT_NONE});
    }
    if (begun) end_section(g);
    sources_release(&sources);
}

static void put_left_lead(struct writing *g, const struct lonely *l)
{
    const struct slice id = g->facts->subject[l->lead->row];
    const bool never = l->lead->touched == INSTANT_NONE;
    const long long days = never ? 0 : (long long)((g->facts->as_of - l->lead->touched) / DAY_US);
    const struct words called = lead_called(g, id);
    const struct words left = never ? WORDS(SLICE("בלי מגע"), SLICE("never touched"))
                                    : WORDS(arena_printf(g->arena, "%lld ימים בלי מגע", days),
                                            arena_printf(g->arena, "untouched for %lld days", days));
    const struct slice he = set_apart(g->arena, called.in[HEBREW]), en = set_apart(g->arena, called.in[ENGLISH]);
    put_row(g, &(struct row){
                   .text = WORDS(arena_printf(g->arena, "%.*s: %.*s", SLICE_ARG(he), SLICE_ARG(left.in[HEBREW])),
                                 arena_printf(g->arena, "%.*s: %.*s", SLICE_ARG(en), SLICE_ARG(left.in[ENGLISH]))),
                   .link = arena_printf(g->arena, "/leads/%.*s", SLICE_ARG(id)),
                   .due = INSTANT_NONE});
}

static void put_nobody(struct writing *g)
{
    const struct words kinds[NOBODY_KINDS] = {
        [NOBODY_OWNS] = {.in = {SLICE("בלי בעלים"), SLICE("Without an owner")}},
        [NOBODY_TOUCHES] = {.in = {SLICE("בלי מגע"), SLICE("Untouched")}},
        [NOBODY_AT_ALL] = {.in = {SLICE("בלי בעלים ובלי מגע"), SLICE("Neither owned nor touched")}},
    };
    struct nobody_found found;
    nobody_find(g->state, g->roster, g->arena, &found);
    if (!found.count) return;
    begin_section(g, "nobody", WORDS(SLICE("לידים שאינם של אף אחד"), SLICE("Leads that are nobody's")));
    for (int k = 0; k < NOBODY_KINDS; k++) {
        const struct slice he = kinds[k].in[HEBREW], en = kinds[k].in[ENGLISH];
        if (!found.counts[k]) continue;
        put_row(g, &(struct row){.text = WORDS(arena_printf(g->arena, "%.*s: %zu", SLICE_ARG(he), found.counts[k]),
                                               arena_printf(g->arena, "%.*s: %zu", SLICE_ARG(en), found.counts[k])),
                                 .link = arena_printf(g->arena, "/nobody?kind=%s", nobody_kinds[k]),
                                 .due = INSTANT_NONE});
    }
    for (size_t i = 0; g->request->sees_people && i < found.count && i < LEFT_SHOWN; i++)
        put_left_lead(g, &found.all[i]);
    end_section(g);
}

/* ---- the register ---- */

static void put_due(struct writing *g, const struct register_list *entries)
{
    bool begun = false;
    for (size_t i = 0; i < entries->count; i++) {
        const struct register_entry *e = &entries->at[i];
        if (e->status != ENTRY_OPEN || e->due == INSTANT_NONE || e->due >= g->request->from_day + WEEK) continue;
        if (!begun) begin_section(g, "due", WORDS(SLICE("החלטות שמועדן הגיע"), SLICE("Decisions that fall due")));
        begun = true;
        put_row(g, &(struct row){.text = WORDS(SLICE("החלטה פתוחה"), SLICE("An open decision")),
                                 .said = e->said,
                                 .link = SLICE("/register"),
                                 .owner = name_of(g, e->owner),
                                 .due = e->due});
    }
    if (begun) end_section(g);
}

static void put_effects(struct writing *g, const struct register_list *entries)
{
    bool begun = false;
    for (size_t i = 0; i < entries->count; i++) {
        const struct register_entry *e = &entries->at[i];
        struct words effect;
        if (e->status == ENTRY_DROPPED || !effect_words(g->facts, e->kpi, e->taken_at, g->arena, &effect)) continue;
        if (!begun) begin_section(g, "effects", WORDS(SLICE("מה עשו ההחלטות"), SLICE("What decisions did")));
        begun = true;
        const struct words text =
            WORDS(arena_printf(g->arena, "%.*s – %.*s", SLICE_ARG(e->said), SLICE_ARG(effect.in[HEBREW])),
                  arena_printf(g->arena, "%.*s – %.*s", SLICE_ARG(e->said), SLICE_ARG(effect.in[ENGLISH])));
        put_row(g, &(struct row){
                       .text = text, .link = SLICE("/register"), .owner = name_of(g, e->owner), .due = INSTANT_NONE});
    }
    if (begun) end_section(g);
}

/* Always there, so that it can be seen that topics may be raised. */
static enum answer put_topics(struct writing *g, struct error *error)
{
    struct topic_list topics = {0};
    const enum answer answer = topics_list(g->work, g->arena, &topics, error);
    begin_section(g, "topics", WORDS(SLICE("נושאים שהועלו"), SLICE("Topics raised")));
    for (size_t i = 0; i < topics.count; i++)
        put_row(g, &(struct row){.id = arena_printf(g->arena, "t%lld", (long long)topics.at[i].id),
                                 .text = WORDS(SLICE("נושא"), SLICE("topic")),
                                 .said = topics.at[i].said,
                                 .owner = name_of(g, topics.at[i].author),
                                 .due = INSTANT_NONE});
    end_section(g);
    vector_release(&topics);
    return answer;
}

/* ---- together ---- */

static enum answer put_sections(struct writing *g, struct error *error)
{
    const struct register_filter filter = {.funnel = g->funnel->label.name,
                                           .reported = g->roster == standing_roster(g->state)};
    struct register_list entries = {0};
    int64_t total;
    enum answer answer = register_list(g->work, &filter, 0, ENTRIES_MOST, g->arena, &entries, &total, error);
    json_put_array(g->w, "sections");
    put_attention(g);
    put_late(g);
    put_rejected(g);
    put_channels(g);
    put_nobody(g);
    put_due(g, &entries);
    put_effects(g, &entries);
    put_proposals(g);
    if (answer == ANSWER_OK) answer = put_topics(g, error);
    json_end(g->w);
    vector_release(&entries);
    return answer;
}

static enum answer write_agenda(struct writing *g, struct error *error)
{
    json_object(g->w);
    json_put_text(g->w, "week", week_name(g));
    json_put_text(g->w, "funnel", g->funnel->label.name);
    put_day(g, "from", g->request->from_day);
    put_day(g, "to", g->request->from_day + WEEK - 1);
    json_put_time(g->w, "as_of", g->facts->as_of);
    put_numbers(g);
    const enum answer answer = put_sections(g, error);
    json_end(g->w);
    return answer;
}

/* What the report's table is lent for. */
struct use {
    struct writing *writing;
    enum answer answer;
};

static enum outcome write_with(void *context, struct arena *arena, const struct fact_table *table, enum basis basis,
                               struct error *error)
{
    struct use *use = context;
    const struct report_options options = {.program = SLICE("masa " MASA_VERSION)};
    (void)basis;
    use->writing->report = report_build(arena, table, &options);
    use->answer = write_agenda(use->writing, error);
    return OK;
}

enum answer agenda_write(struct standing_state *state, struct work *work, const struct agenda_request *request,
                         struct buffer *out, struct error *error)
{
    struct arena arena;
    struct json_writer w = {.out = out};
    const struct roster *roster = standing_roster_of(state, request->funnel);
    if (!roster) return answer_set(error, ANSWER_BAD, "There is no funnel %.*s.", SLICE_ARG(request->funnel));
    const struct fact_table *facts = roster->table;
    arena_init(&arena);
    struct writing g = {.state = state,
                        .work = work,
                        .request = request,
                        .w = &w,
                        .arena = &arena,
                        .roster = roster,
                        .facts = facts,
                        .funnel = roster_funnel(roster),
                        .from = zone_day_start(facts->zone, request->from_day),
                        .until = zone_day_start(facts->zone, request->from_day + WEEK)};
    struct use use = {&g, ANSWER_OK};
    const struct standing_request asked = {.funnel = request->funnel};
    const struct standing_use lent = {&use, write_with};
    const enum outcome outcome = standing_use(state, &asked, &lent, error);
    arena_release(&arena);
    return outcome == OK ? use.answer : outcome == BAD_USAGE ? ANSWER_BAD : ANSWER_FAILED;
}

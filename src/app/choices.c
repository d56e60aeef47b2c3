#include "app/choices.h"

#include <stdlib.h>

#include "analysis/analysis.h"
#include "analysis/dimension.h"
#include "app/brief.h"
#include "app/roster.h"
#include "definition/words.h"
#include "report/json_put.h"
#include "report/words.h"

enum { VALUES_MOST = 200, NAMES_MOST = 256, MONTHS_MOST = 120 };

struct choices {
    struct arena arena;
    const struct roster *roster;
    const struct definition *definition;
    struct wording wording;
    struct json_writer *w;
};

static void put_entry(struct choices *c, const char *key, struct slice code, struct words label)
{
    json_object(c->w);
    json_put_text(c->w, key, code);
    json_put_words(c->w, "label", label);
    json_end(c->w);
}

/* ---- funnels ---- */

static void put_owner(struct choices *c, enum role owner)
{
    if (owner == ROLE_NONE)
        json_put_null(c->w, "owner");
    else
        json_put_code(c->w, "owner", role_names[owner]);
}

static void put_sla(struct choices *c, struct duration sla)
{
    if (sla.amount)
        json_put_words(c->w, "sla", word_duration(sla, &c->arena));
    else
        json_put_null(c->w, "sla");
}

static void put_stage(struct choices *c, const struct stage *stage)
{
    json_object(c->w);
    json_put_text(c->w, "stage", stage->label.name);
    json_put_words(c->w, "label", word_label(&stage->label));
    put_owner(c, stage->owner);
    json_put_bool(c->w, "decided", stage->decided_by != ROLE_NONE);
    put_sla(c, stage->sla);
    json_end(c->w);
}

static void put_funnels(struct choices *c)
{
    const size_t count = c->definition->funnel_count, first = c->definition->report.funnel;
    json_put_array(c->w, "funnels");
    for (size_t i = 0; i < count; i++) { /* the report's first */
        const size_t f = !i ? first : i <= first ? i - 1 : i;
        const struct funnel *funnel = &c->definition->funnels[f];
        json_object(c->w);
        json_put_text(c->w, "name", funnel->label.name);
        json_put_words(c->w, "label", word_label(&funnel->label));
        json_put_code(c->w, "of", subject_kind_names[funnel->of]);
        json_put_array(c->w, "stages");
        for (size_t s = 0; s < funnel->stage_count; s++) put_stage(c, &funnel->stages[s]);
        json_end(c->w);
        json_put_array(c->w, "exits");
        for (size_t e = 0; e < funnel->exit_count; e++)
            put_entry(c, "name", funnel->exits[e].label.name, word_label(&funnel->exits[e].label));
        json_end(c->w);
        json_end(c->w);
    }
    json_end(c->w);
}

static void put_owners(struct choices *c)
{
    json_put_array(c->w, "owners");
    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
        bool owns = false;
        for (size_t f = 0; f < c->definition->funnel_count; f++)
            for (size_t s = 0; s < c->definition->funnels[f].stage_count; s++)
                owns |= c->definition->funnels[f].stages[s].owner == (enum role)role;
        if (owns) put_entry(c, "code", slice_from(role_names[role]), word_role(&c->wording, (enum role)role));
    }
    json_end(c->w);
}

/* ---- names that several stages share ---- */

struct names {
    struct reason at[NAMES_MOST];
    uint64_t funnels[NAMES_MOST]; /* in which a reason may be given: bits */
    size_t count;
};

static void add_reason(struct names *names, const struct reason *reason, size_t funnel)
{
    size_t i = 0;
    while (i < names->count && !slice_equal(names->at[i].label.name, reason->label.name)) i++;
    if (!reason->label.name.len || i == NAMES_MOST) return;
    if (i == names->count) names->at[names->count++] = *reason;
    if (funnel < 64) names->funnels[i] |= UINT64_C(1) << funnel;
}

static void add_name(struct names *names, struct label label)
{
    add_reason(names, &(struct reason){label, NONE, NONE}, NONE);
}

static void add_reasons(struct names *names, const struct reason *reasons, size_t count, size_t funnel)
{
    for (size_t i = 0; i < count; i++) add_reason(names, &reasons[i], funnel);
}

static void put_reason_funnels(struct choices *c, uint64_t funnels)
{
    json_put_array(c->w, "funnels");
    for (size_t f = 0; f < c->definition->funnel_count && f < 64; f++)
        if (funnels >> f & 1) json_string(c->w, c->definition->funnels[f].label.name);
    json_end(c->w);
}

static void add_teams(struct names *names, const struct definition *d)
{
    for (size_t i = 0; i < d->team_count; i++) add_name(names, d->teams[i]);
    for (size_t f = 0; f < d->funnel_count; f++)
        for (size_t s = 0; s < d->funnels[f].stage_count; s++)
            for (size_t i = 0; i < d->funnels[f].stages[s].route_count; i++)
                add_name(names, definition_team(d, d->funnels[f].stages[s].routes[i].to));
    for (size_t i = 0; i < d->score_count; i++) add_name(names, definition_team(d, d->scores[i].borderline_team));
}

static void put_names(struct choices *c, const char *list, const char *key, const char *prefix,
                      const struct names *names)
{
    json_put_array(c->w, list);
    for (size_t i = 0; i < names->count; i++) {
        const struct reason *name = &names->at[i];
        json_object(c->w);
        json_put_text(c->w, key, name->label.name);
        json_put_words(c->w, "label", word_coded(&c->wording, prefix, &name->label));
        if (name->needs_bant != NONE)
            json_put_text(c->w, "needs",
                          c->definition->bants[name->needs_bant].questions[name->needs_question].label.name);
        if (names->funnels[i]) put_reason_funnels(c, names->funnels[i]);
        json_end(c->w);
    }
    json_end(c->w);
}

static void put_shared(struct choices *c)
{
    const struct definition *d = c->definition;
    struct names rejects = {.count = 0}, returns = {.count = 0}, milestones = {.count = 0}, teams = {.count = 0};
    for (size_t f = 0; f < d->funnel_count; f++)
        for (size_t s = 0; s < d->funnels[f].stage_count; s++) {
            const struct stage *stage = &d->funnels[f].stages[s];
            add_reasons(&rejects, stage->reject_reasons, stage->reject_count, f);
            add_reasons(&returns, stage->return_reasons, stage->return_count, f);
            for (size_t i = 0; i < stage->milestone_count; i++) add_name(&milestones, stage->milestones[i]);
        }
    add_teams(&teams, d);
    json_put_object(c->w, "reasons");
    put_names(c, "reject", "code", "reason", &rejects);
    put_names(c, "return", "code", "reason", &returns);
    json_end(c->w);
    put_names(c, "milestones", "code", "milestone", &milestones);
    put_names(c, "teams", "name", "team", &teams);
}

/* ---- scores and questions ---- */

static void put_scores(struct choices *c)
{
    json_put_array(c->w, "scores");
    for (size_t i = 0; i < c->definition->score_count; i++) {
        const struct score *score = &c->definition->scores[i];
        if (!score->has_threshold) continue;
        json_object(c->w);
        json_put_text(c->w, "name", score->label.name);
        json_put_words(c->w, "label", word_label(&score->label));
        put_owner(c, score->owner);
        json_put_decimal(c->w, "above", score->above);
        if (score->has_borderline)
            json_put_decimal(c->w, "borderline_from", score->borderline_from);
        else
            json_put_null(c->w, "borderline_from");
        json_end(c->w);
    }
    json_end(c->w);
}

static void put_bant(struct choices *c)
{
    json_put_array(c->w, "bant");
    for (size_t i = 0; i < c->definition->bant_count; i++) {
        const struct bant *bant = &c->definition->bants[i];
        json_object(c->w);
        json_put_text(c->w, "name", bant->label.name);
        json_put_words(c->w, "label", word_label(&bant->label));
        json_put_int(c->w, "pass_at", bant->pass_at);
        json_put_array(c->w, "answers");
        for (size_t k = 0; k < bant->count; k++) {
            json_object(c->w);
            json_put_text(c->w, "code", bant->questions[k].label.name);
            json_put_words(c->w, "label", word_label(&bant->questions[k].label));
            json_put_words(c->w, "question", brief_question(c->definition, (uint32_t)i, (uint32_t)k));
            json_end(c->w);
        }
        json_end(c->w);
        json_end(c->w);
    }
    json_end(c->w);
}

/* ---- values of dimensions ---- */

struct tally {
    uint32_t code;
    uint64_t count;
};

static int by_count(const void *a, const void *b)
{
    const struct tally *x = a, *y = b;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    return x->code < y->code ? -1 : x->code > y->code;
}

/* The distinct codes of a column but 0, most frequent first; returns how many. The caller frees the list. */
static size_t count_values(const uint32_t *column, size_t rows, struct tally **out)
{
    uint32_t last = 0;
    size_t count = 0;
    for (size_t i = 0; i < rows; i++)
        if (column[i] > last) last = column[i];
    struct tally *tallies = memory_new(((size_t)last + 1) * sizeof *tallies);
    for (size_t i = 0; i < rows; i++) tallies[column[i]].count++;
    for (uint32_t code = 1; code <= last; code++)
        if (tallies[code].count) tallies[count++] = (struct tally){code, tallies[code].count};
    qsort(tallies, count, sizeof *tallies, by_count);
    *out = tallies;
    return count;
}

static void put_values(struct choices *c, uint32_t dimension)
{
    const struct fact_table *t = c->roster->table;
    struct tally *tallies;
    const size_t count = count_values(t->dimension[dimension], t->rows, &tallies);
    json_put_array(c->w, "values");
    for (size_t i = 0; i < count && i < VALUES_MOST; i++)
        put_entry(c, "value", dimension_value(&c->arena, t, dimension, tallies[i].code),
                  word_value(&c->wording, dimension, tallies[i].code));
    json_end(c->w);
    free(tallies);
}

static void put_dimensions(struct choices *c)
{
    json_put_array(c->w, "dimensions");
    for (uint32_t i = 0; i < c->definition->dimension_count; i++) {
        json_object(c->w);
        json_put_text(c->w, "name", c->definition->dimensions[i].label.name);
        json_put_words(c->w, "label", word_label(&c->definition->dimensions[i].label));
        put_values(c, i);
        json_end(c->w);
    }
    json_end(c->w);
}

/* Whom a report can be narrowed to (analysis/narrow.h). */
static void put_segments(struct choices *c)
{
    const struct definition *d = c->definition;
    json_put_array(c->w, "segments");
    if (d->audience) put_entry(c, "name", SLICE("audience"), word_label(&d->audience->label));
    for (size_t i = 0; i < d->icp_count; i++)
        if (d->icps[i].of == d->funnels[d->report.funnel].of)
            put_entry(c, "name", d->icps[i].label.name, word_label(&d->icps[i].label));
    json_end(c->w);
}

/* ---- time ---- */

static void put_period(struct choices *c, struct slice period, int year, int month, int months)
{
    const int after = month - 1 + months;
    const struct zone *zone = c->roster->table->zone;
    const struct report_window window = {.from = zone_day_start(zone, civil_to_day(year, month, 1)),
                                         .until =
                                             zone_day_start(zone, civil_to_day(year + after / 12, after % 12 + 1, 1))};
    put_entry(c, "period", period, word_window(&c->wording, &window));
}

/* Months with anybody, from the newest, and after the first of each quarter that quarter. */
static void put_periods(struct choices *c)
{
    int64_t first = c->roster->table->as_of;
    int year, month, day, from_year, from_month;
    for (size_t i = 0; i < c->roster->count; i++)
        if (c->roster->leads[i].captured < first) first = c->roster->leads[i].captured;
    civil_from_day(zone_day(c->roster->table->zone, first), &from_year, &from_month, &day);
    civil_from_day(zone_day(c->roster->table->zone, c->roster->table->as_of), &year, &month, &day);
    json_put_array(c->w, "periods");
    for (int n = 0; n < MONTHS_MOST && (year > from_year || (year == from_year && month >= from_month)); n++) {
        put_period(c, arena_printf(&c->arena, "%04d-%02d", year, month), year, month, 1);
        if (month % 3 == 1) put_period(c, arena_printf(&c->arena, "%04d-Q%d", year, month / 3 + 1), year, month, 3);
        if (--month == 0) {
            month = 12;
            year--;
        }
    }
    json_end(c->w);
}

static void put_minute(struct choices *c, const char *name, int minute)
{
    json_put_text(c->w, name, arena_printf(&c->arena, "%02d:%02d", minute / 60, minute % 60));
}

static void put_calendar(struct choices *c)
{
    const struct company *company = &c->definition->company;
    json_put_object(c->w, "calendar");
    json_put_array(c->w, "workdays");
    for (int day = 0; day < 7; day++)
        if (company->workdays >> day & 1) json_int(c->w, day);
    json_end(c->w);
    put_minute(c, "from", company->open_minute);
    put_minute(c, "to", company->close_minute);
    json_put_text_or_null(c->w, "holidays", slice_is(company->holidays, "none") ? slice_of("", 0) : company->holidays);
    json_end(c->w);
}

/* ---- together ---- */

static void write_anew(const struct standing_state *state, struct buffer *out)
{
    struct json_writer w = {.out = out};
    struct choices c = {.roster = standing_roster(state), .w = &w};
    c.definition = c.roster->table->definition;
    arena_init(&c.arena);
    /* Values are worded as the report words them. */
    wording_init(&c.wording, &c.arena, analysis_of_nobody(&c.arena, standing_table(state)));
    json_object(&w);
    json_put_text(&w, "version", c.definition->hash);
    json_put_code(&w, "mode", c.definition->report.recorded ? "recorded" : "if");
    put_funnels(&c);
    put_owners(&c);
    put_shared(&c);
    put_scores(&c);
    put_bant(&c);
    put_dimensions(&c);
    put_segments(&c);
    put_periods(&c);
    put_calendar(&c);
    json_end(&w);
    wording_release(&c.wording);
    arena_release(&c.arena);
}

void choices_write(struct standing_state *state, struct buffer *out)
{
    const struct slice key = SLICE("choices");
    if (standing_recall(state, key, out)) return;
    write_anew(state, out);
    standing_remember(state, key, buffer_slice(out));
}

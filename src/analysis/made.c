#include "analysis/made.h"

#include <assert.h>

#include "analysis/period.h"

static const char *const STAGE_NAMES[] = {"MCL", "MEL", "MQL", "SAL", "SQL", "SQO", "WON"};

static struct label label_of(const char *name, const char *he, const char *en)
{
    return (struct label){slice_from(name), slice_from(he), slice_from(en)};
}

int64_t made_time(const char *text)
{
    struct time_text t;
    bool read = time_parse(slice_from(text), &t);
    assert(read);
    return t.instant;
}

uint32_t made_code(struct made *m, const char *text)
{
    return text ? dictionary_code(&m->dictionary, slice_from(text)) : 0;
}

static void make_funnel(struct made *m)
{
    for (int s = 0; s < MADE_STAGES; s++) {
        m->stages[s].label = label_of(STAGE_NAMES[s], NULL, NULL);
        m->stages[s].owner = s < SAL ? ROLE_MARKETING : ROLE_SALES;
        m->stages[s].return_to = NONE;
    }
    m->stages[SAL].decided_by = ROLE_SALES;
    m->stages[SAL].return_to = MEL;
    m->stages[WON].carries = true;
    m->exits[0] = (struct exit_rule){.label = label_of("lost", NULL, NULL)};
    m->exits[1] = (struct exit_rule){.label = label_of("disqualified", NULL, NULL), .decided_by = ROLE_SALES};
    m->funnel = (struct funnel){.label = label_of("b2b", "מכירות B2B", "B2B sales"),
                                .of = KIND_PERSON,
                                .credit = CREDIT_PRIMARY,
                                .stages = m->stages,
                                .stage_count = MADE_STAGES,
                                .exits = m->exits,
                                .exit_count = 2};
}

static void make_dimensions(struct made *m)
{
    static const struct label sources[] = {{SLICE("linkedin"), SLICE("לינקדאין"), SLICE("LinkedIn")},
                                           {SLICE("tiktok"), SLICE("טיקטוק"), SLICE("TikTok")}};
    static const int64_t bands[] = {100, 500};
    m->dimensions[BY_SOURCE] = (struct dimension){.label = label_of("source", "מקורות", "Sources"),
                                                  .kind = DIMENSION_FIRST_TOUCH,
                                                  .slot = NONE,
                                                  .values = sources,
                                                  .value_count = 2};
    m->dimensions[BY_REGION] =
        (struct dimension){.label = label_of("region", "אזורים", "Regions"), .kind = DIMENSION_VALUE, .slot = NONE};
    m->dimensions[BY_SIZE] = (struct dimension){.label = label_of("size", "גודל החברה", "Company size"),
                                                .kind = DIMENSION_VALUE,
                                                .slot = 0,
                                                .bands = bands,
                                                .band_count = 2};
    struct slot *slot = ARENA_NEW(&m->arena, struct slot);
    slot->name = SLICE("account.employees");
    slot->type.kind = FIELD_INT;
    m->definition.kinds[KIND_PERSON] = (struct kind_model){.slots = slot, .slot_count = 1};
}

void made_init(struct made *m)
{
    *m = (struct made){0};
    arena_init(&m->arena);
    dictionary_init(&m->dictionary);
    make_funnel(m);
    make_dimensions(m);
    struct definition *d = &m->definition;
    d->name = SLICE("made");
    d->hash = SLICE("0123456789abcdef");
    d->company = (struct company){
        .name = SLICE("Made"), .locale = SLICE("en-US"), .zone = SLICE("UTC"), .currency = SLICE("USD")};
    d->dictionary = &m->dictionary;
    d->funnels = &m->funnel;
    d->funnel_count = 1;
    d->dimensions = m->dimensions;
    d->dimension_count = MADE_DIMENSIONS;
    d->channels.by = d->channels.revenue_event = NONE;
    d->report = (struct report_settings){.through = SQO, .min_n = 20};
    m->table = (struct fact_table){.definition = d, .dictionary = &m->dictionary, .zone = &zone_utc};
    m->table.as_of = made_time("2026-04-20T23:59:59.999999");
    struct error error;
    enum outcome settled = period_settle(SLICE("2026-01"), SLICE(""), NULL, &zone_utc, m->table.as_of, m->table.windows,
                                         &m->table.has_compare, &error);
    assert(settled == OK);
}

static void *grown(void *old, size_t room, size_t size)
{
    return memory_grow(old, room * size);
}

static void make_room(struct made *m)
{
    struct fact_table *t = &m->table;
    if (t->rows < m->room) return;
    size_t room = m->room = memory_capacity(m->room, t->rows + 1);
    if (!t->entered) t->entered = memory_new(MADE_STAGES * sizeof *t->entered);
    if (!t->dimension) t->dimension = memory_new(MADE_DIMENSIONS * sizeof *t->dimension);
    for (int s = 0; s < MADE_STAGES; s++) t->entered[s] = grown(t->entered[s], room, sizeof **t->entered);
    for (int d = 0; d < MADE_DIMENSIONS; d++) t->dimension[d] = grown(t->dimension[d], room, sizeof **t->dimension);
    t->lap = grown(t->lap, room, sizeof *t->lap);
    t->window = grown(t->window, room, sizeof *t->window);
    t->carried = grown(t->carried, room, sizeof *t->carried);
    t->now_in = grown(t->now_in, room, sizeof *t->now_in);
    t->exit = grown(t->exit, room, sizeof *t->exit);
    t->exit_stage = grown(t->exit_stage, room, sizeof *t->exit_stage);
    t->exit_at = grown(t->exit_at, room, sizeof *t->exit_at);
    t->exit_reason = grown(t->exit_reason, room, sizeof *t->exit_reason);
    t->returns = grown(t->returns, room, sizeof *t->returns);
    t->audience = grown(t->audience, room, sizeof *t->audience);
    t->touch_days = grown(t->touch_days, room, sizeof *t->touch_days);
    t->visited = grown(t->visited, room, sizeof *t->visited);
    if (!m->rich) return;
    if (!t->score) t->score = memory_new(sizeof *t->score);
    if (!t->icp) t->icp = memory_new(sizeof *t->icp);
    if (!t->audience_clause) t->audience_clause = memory_new(2 * sizeof *t->audience_clause);
    t->score[0] = grown(t->score[0], room, sizeof **t->score);
    t->icp[0] = grown(t->icp[0], room, sizeof **t->icp);
    for (int c = 0; c < 2; c++) t->audience_clause[c] = grown(t->audience_clause[c], room, sizeof **t->audience_clause);
}

static uint8_t window_of(const struct fact_table *t, int64_t at)
{
    if (at >= t->windows[0].from && at < t->windows[0].until) return WINDOW_PERIOD;
    return t->has_compare && at >= t->windows[1].from && at < t->windows[1].until ? WINDOW_COMPARE : WINDOW_NONE;
}

uint32_t made_person(struct made *m, struct made_person p)
{
    make_room(m);
    struct fact_table *t = &m->table;
    size_t row = t->rows++;
    int64_t at = made_time(p.at);
    t->lap[row] = p.lap ? p.lap : 1;
    t->window[row] = window_of(t, at);
    for (int s = 0; s < MADE_STAGES; s++) {
        at += (int64_t)(p.days[s] * (double)DAY_US);
        t->entered[s][row] = s <= p.ends ? at : INSTANT_NONE;
    }
    t->carried[row] = (uint64_t)p.carried;
    t->now_in[row] = p.exit ? -1 : (int8_t)(p.returns && p.ends < SAL ? MEL : p.ends);
    t->exit[row] = (uint8_t)p.exit;
    t->exit_stage[row] = (int8_t)(p.exit ? p.exit_stage : -1);
    t->exit_at[row] = p.exit ? at : INSTANT_NONE;
    t->exit_reason[row] = made_code(m, p.reason);
    t->returns[row] = (uint8_t)p.returns;
    t->dimension[BY_SOURCE][row] = made_code(m, p.source);
    t->dimension[BY_REGION][row] = made_code(m, p.region);
    t->dimension[BY_SIZE][row] = p.employees ? 1 + (p.employees >= 100) + (p.employees >= 500) : 0;
    t->audience[row] = (uint8_t)p.audience;
    t->touch_days[row] = (uint16_t)p.touch_days;
    t->visited[row] = (uint8_t)(p.unseen ? 0 : 1u << t->window[row]);
    if (m->rich) {
        t->score[0][row] = p.score > 0 ? (int64_t)(p.score * (double)DECIMAL_ONE) : INT64_MIN;
        t->icp[0][row] = (uint8_t)p.icp;
        t->audience_clause[0][row] = (uint8_t)p.role;
        t->audience_clause[1][row] = (uint8_t)p.size;
    }
    return (uint32_t)row;
}

const struct fact_table *made_table(struct made *m)
{
    struct fact_table *t = &m->table;
    t->handoffs = m->handoffs.at;
    t->handoff_count = m->handoffs.count;
    t->returned = m->returned.at;
    t->returned_count = m->returned.count;
    t->mails = m->mails.at;
    t->mail_count = m->mails.count;
    t->credits = m->credits.at;
    t->credit_count = m->credits.count;
    t->spend = m->spend.at;
    t->spend_count = m->spend.count;
    return t;
}

void made_release(struct made *m)
{
    struct fact_table *t = &m->table;
    for (int s = 0; t->entered && s < MADE_STAGES; s++) free(t->entered[s]);
    for (int d = 0; t->dimension && d < MADE_DIMENSIONS; d++) free(t->dimension[d]);
    void *columns[] = {t->entered,    t->dimension, t->lap,         t->window,  t->carried,  t->now_in,     t->exit,
                       t->exit_stage, t->exit_at,   t->exit_reason, t->returns, t->audience, t->touch_days, t->visited};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) free(columns[i]);
    if (t->score) free(t->score[0]);
    if (t->icp) free(t->icp[0]);
    for (int c = 0; t->audience_clause && c < 2; c++) free(t->audience_clause[c]);
    free(t->score);
    free(t->icp);
    free(t->audience_clause);
    vector_release(&m->handoffs);
    vector_release(&m->returned);
    vector_release(&m->mails);
    vector_release(&m->credits);
    vector_release(&m->spend);
    dictionary_release(&m->dictionary);
    arena_release(&m->arena);
}

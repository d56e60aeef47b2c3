#include "app/leads_asked.h"

#include "analysis/period.h"
#include "app/handoff_clock.h"
#include "base/decimal.h"

const char *const lead_state_names[LEAD_STATES + 1] = {"open", "won", "lost", "rejected", "returned", "left", NULL};
const char *const lead_verdict_names[LEAD_VERDICTS + 1] = {"below", "borderline", "above", NULL};

/* ---- how a lead stands ---- */

enum lead_state lead_state(const struct roster *r, const struct lead *lead)
{
    const struct fact_table *t = r->table;
    const struct funnel *funnel = roster_funnel(r);
    const uint8_t exit = t->exit[lead->row];
    if (exit == EXIT_REJECTED) return LEAD_REJECTED;
    if (exit >= EXIT_DECLARED)
        return slice_is(funnel->exits[exit - EXIT_DECLARED].label.name, "lost") ? LEAD_LOST : LEAD_LEFT;
    if (t->now_in[lead->row] == (int)funnel->stage_count - 1) return LEAD_WON;
    return lead->returned ? LEAD_RETURNED : LEAD_OPEN;
}

const struct score *lead_score(const struct roster *r, const struct lead *lead, int64_t *value)
{
    const struct definition *d = r->table->definition;
    const struct funnel *funnel = roster_funnel(r);
    const int stage = r->table->now_in[lead->row];
    for (size_t i = 0; stage >= 0 && i < d->score_count; i++) {
        const struct score *score = &d->scores[i];
        *value = r->table->score[i][lead->row];
        if (score->of == funnel->of && score->has_threshold && score->owner == funnel->stages[stage].owner &&
            *value != INT64_MIN)
            return score;
    }
    return NULL;
}

enum lead_verdict lead_verdict(const struct score *score, int64_t value)
{
    if (value > score->above) return LEAD_ABOVE;
    return score->has_borderline && value >= score->borderline_from ? LEAD_BORDERLINE : LEAD_BELOW;
}

struct slice lead_id(const struct roster *r, const struct lead *lead)
{
    return r->table->subject[lead->row];
}

struct slice lead_text(const struct roster *r, uint32_t code)
{
    return code ? dictionary_text(r->table->dictionary, code) : slice_of("", 0);
}
struct slice lead_known_as(const struct roster *r, const struct lead *lead)
{
    return lead_text(r, lead->name ? lead->name : lead->email);
}

/* ---- matching ---- */

static bool begins(struct slice text, struct slice word)
{
    return text.len >= word.len && slice_equal_fold(slice_of(text.ptr, word.len), word);
}

/* A word of it, or all of it. */
static bool has_word(struct slice text, struct slice word)
{
    if (begins(text, word)) return true;
    for (size_t i = 1; i < text.len; i++)
        if ((text.ptr[i - 1] == ' ' || text.ptr[i - 1] == '@' || text.ptr[i - 1] == '_') &&
            begins(slice_skip(text, i), word))
            return true;
    return false;
}

static bool has_words(const struct leads_query *q, const struct lead *lead)
{
    const struct slice texts[] = {lead_id(q->roster, lead),
                                  lead_text(q->roster, lead->name),
                                  lead_text(q->roster, lead->email),
                                  lead_text(q->roster, lead->title),
                                  lead->account,
                                  lead_text(q->roster, lead->account_name)};
    for (size_t w = 0; w < q->word_count; w++) {
        bool found = false;
        for (size_t i = 0; i < sizeof texts / sizeof *texts && !found; i++) found = has_word(texts[i], q->words[w]);
        if (!found) return false;
    }
    return true;
}

static bool has_stages(const struct leads_query *q, const struct lead *lead)
{
    const struct fact_table *t = q->roster->table;
    const int now = t->now_in[lead->row];
    bool reached = !q->reached;
    for (size_t s = 0; !reached && s < roster_funnel(q->roster)->stage_count; s++)
        reached = q->reached >> s & 1 && t->entered[s][lead->row] != INSTANT_NONE;
    return reached && (!q->stages || (now >= 0 && q->stages >> now & 1));
}

static bool has_score(const struct leads_query *q, const struct lead *lead)
{
    int64_t value;
    if (!q->verdicts && q->score_min == INT64_MIN && q->score_max == INT64_MAX) return true;
    const struct score *score = lead_score(q->roster, lead, &value);
    return score && value >= q->score_min && value <= q->score_max &&
           (!q->verdicts || q->verdicts >> lead_verdict(score, value) & 1);
}

static bool is_one_of(struct slice id, const struct slice *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (id.len ? slice_equal(id, wanted[i]) : slice_is(wanted[i], "none")) return true;
    return !count;
}

static bool has_clock(const struct leads_query *q, const struct lead *lead)
{
    struct sla_clock clock;
    return !q->clocks || (clock_of_lead(q->roster, lead, &clock) && q->clocks >> clock.state & 1);
}

bool leads_match(const struct leads_query *q, const struct lead *lead)
{
    return is_one_of(lead->owner, q->owners, q->owner_count) && is_one_of(lead->team, q->teams, q->team_count) &&
           has_clock(q, lead) && (!q->states || q->states >> lead_state(q->roster, lead) & 1) &&
           lead->captured >= q->captured_from && lead->captured < q->captured_until &&
           lead->touched < q->touched_before && has_stages(q, lead) && has_score(q, lead) &&
           narrowing_holds(&q->narrowing, q->roster->table, lead->row) && has_words(q, lead);
}

/* ---- reading what is asked ---- */

static enum outcome wrong(const struct leads_asked *a, const char *right, struct error *error)
{
    return error_set(error, BAD_USAGE, "%.*s: %.*s is not %s", SLICE_ARG(a->name), SLICE_ARG(a->value), right);
}

static enum outcome read_words(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    struct slice text = a->value;
    while (text.len && q->word_count < WORDS_MOST) {
        const struct slice word = slice_cut(&text, ' ');
        if (word.len) q->words[q->word_count++] = word;
    }
    return OK;
}

static enum outcome read_stage(struct leads_query *q, uint64_t *stages, const struct leads_asked *a,
                               struct error *error)
{
    const struct funnel *funnel = roster_funnel(q->roster);
    for (size_t s = 0; s < funnel->stage_count; s++)
        if (slice_equal(funnel->stages[s].label.name, a->value)) {
            *stages |= UINT64_C(1) << s;
            return OK;
        }
    return wrong(a, "a stage of the funnel", error);
}

static enum outcome read_held(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    return read_stage(q, &q->stages, a, error);
}

static enum outcome read_reached(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    return read_stage(q, &q->reached, a, error);
}

static enum outcome read_name(const char *const names[], unsigned *bits, const struct leads_asked *a,
                              struct error *error)
{
    for (unsigned i = 0; names[i]; i++)
        if (slice_is(a->value, names[i])) {
            *bits |= 1u << i;
            return OK;
        }
    return wrong(a, "one of its values", error);
}

static enum outcome read_state(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    return read_name(lead_state_names, &q->states, a, error);
}

static enum outcome read_verdict(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    return read_name(lead_verdict_names, &q->verdicts, a, error);
}

static enum outcome read_owner(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    if (q->owner_count == WORDS_MOST) return wrong(a, "taken: there are too many", error);
    q->owners[q->owner_count++] = a->value;
    return OK;
}

static enum outcome read_team(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    if (q->team_count == WORDS_MOST) return wrong(a, "taken: there are too many", error);
    q->teams[q->team_count++] = a->value;
    return OK;
}

static enum outcome read_clock(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    return read_name(clock_state_names, &q->clocks, a, error);
}

static enum outcome read_where(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    return narrowing_where(&q->narrowing, q->roster->table, a->value, error);
}

static enum outcome read_segment(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    return narrowing_segment(&q->narrowing, q->roster->table->definition, a->value, error);
}

static enum outcome read_score_min(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    return decimal_parse(a->value, &q->score_min) ? OK : wrong(a, "a number", error);
}

static enum outcome read_score_max(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    return decimal_parse(a->value, &q->score_max) ? OK : wrong(a, "a number", error);
}

static enum outcome read_day(const struct leads_query *q, const struct leads_asked *a, int after, int64_t *out,
                             struct error *error)
{
    struct time_text day;
    if (!time_parse(a->value, &day) || !day.day_only) return wrong(a, "a day, as 2026-04-20", error);
    *out = zone_day_start(q->zone, floor_div(day.instant, DAY_US) + after);
    return OK;
}

static enum outcome read_touched(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    return read_day(q, a, 0, &q->touched_before, error);
}

static enum outcome read_captured_from(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    return read_day(q, a, 0, &q->captured_from, error);
}

static enum outcome read_captured_to(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    return read_day(q, a, 1, &q->captured_until, error);
}

static enum outcome read_sort(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    static const char *const names[] = {"captured", "entered", "touched", "score", "name", "due"};
    struct slice name = a->value;
    q->down = slice_starts(name, SLICE("-"));
    if (q->down) name = slice_skip(name, 1);
    for (int i = 0; i <= ORDER_DUE; i++)
        if (slice_is(name, names[i])) {
            q->order = (enum lead_order)i;
            return OK;
        }
    return wrong(a, "an order that leads come in", error);
}

static enum outcome read_limit(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    int64_t limit;
    if (!slice_to_i64(a->value, &limit) || limit < 1 || limit > LEADS_MOST)
        return wrong(a, "a number from 1 to 200", error);
    q->limit = (size_t)limit;
    return OK;
}

/* "KEY~ID"; by name the key is the length of the name, which stands before the id. */
static enum outcome read_cursor(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    struct slice rest = a->value;
    const struct slice key = slice_cut(&rest, '~');
    if (!slice_to_i64(key, &q->after_key)) return wrong(a, "where a page ended", error);
    q->goes_on = true;
    q->after_id = rest;
    return OK;
}

static enum outcome read_funnel(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    return slice_equal(a->value, roster_funnel(q->roster)->label.name) ? OK : wrong(a, "the funnel of the list", error);
}

static const struct {
    const char *name;
    enum outcome (*read)(struct leads_query *query, const struct leads_asked *asked, struct error *error);
} readers[] = {
    {"q", read_words},
    {"funnel", read_funnel},
    {"stage", read_held},
    {"reached", read_reached},
    {"state", read_state},
    {"verdict", read_verdict},
    {"owner", read_owner},
    {"team", read_team},
    {"sla", read_clock},
    {"where", read_where},
    {"segment", read_segment},
    {"score_min", read_score_min},
    {"score_max", read_score_max},
    {"touched_before", read_touched},
    {"captured_from", read_captured_from},
    {"captured_to", read_captured_to},
    {"sort", read_sort},
    {"limit", read_limit},
    {"cursor", read_cursor},
};

static enum outcome read_one(struct leads_query *q, const struct leads_asked *a, struct error *error)
{
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (slice_is(a->name, readers[i].name)) return readers[i].read(q, a, error);
    return error_set(error, BAD_USAGE, "leads are not asked for by %.*s", SLICE_ARG(a->name));
}

/* What the key says of the rest, once the order is known. */
static enum outcome settle_cursor(struct leads_query *q, struct error *error)
{
    if (!q->goes_on || q->order != ORDER_NAME) return OK;
    if (q->after_key < 0 || (uint64_t)q->after_key > q->after_id.len)
        return error_set(error, BAD_USAGE, "cursor: it is of another order");
    q->after_name = slice_of(q->after_id.ptr, (size_t)q->after_key);
    q->after_id = slice_skip(q->after_id, (size_t)q->after_key);
    return OK;
}

enum outcome leads_read(struct leads_query *q, const struct leads_asked *asked, size_t count, struct error *error)
{
    enum outcome outcome = OK;
    q->score_min = INT64_MIN;
    q->score_max = INT64_MAX;
    q->touched_before = q->captured_until = INSTANT_MAX;
    q->captured_from = INSTANT_NONE;
    q->order = ORDER_CAPTURED;
    q->down = true;
    q->limit = 50;
    for (size_t i = 0; i < count && outcome == OK; i++)
        if (asked[i].value.len) outcome = read_one(q, &asked[i], error);
    return outcome == OK ? settle_cursor(q, error) : outcome;
}

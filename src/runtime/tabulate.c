#include "runtime/tabulate.h"

#include <stdlib.h>

#include "definition/load.h"

/* Cells of fold_options.paths. */
enum { NOTED_STEP, NOTED_WHICH, NOTED_CHANNEL, NOTED_REVENUE };

enum { STEPS_MAX = 64 };

struct part {
    struct tabulate *tabulate;
    struct zone_cursor cursor;
    struct arena arena; /* subjects' ids */
    VECTOR(uint32_t) lap;
    VECTOR(uint8_t) window;
    VECTOR(int64_t) *entered;
    VECTOR(uint64_t) carried;
    VECTOR(uint64_t) unproposed;
    VECTOR(int8_t) now_in;
    VECTOR(uint8_t) exit;
    VECTOR(int8_t) exit_stage;
    VECTOR(int64_t) exit_at;
    VECTOR(uint32_t) exit_reason;
    VECTOR(uint8_t) returns;
    VECTOR(uint32_t) *dimension;
    VECTOR(uint8_t) audience;
    VECTOR(uint16_t) touch_days;
    VECTOR(struct slice) subject;
    VECTOR(int64_t) *score;
    VECTOR(int64_t) *best_score;
    VECTOR(uint8_t) *icp;
    VECTOR(uint8_t) *audience_clause;
    VECTOR(struct handoff_row) handoffs;
    VECTOR(struct mail_row) mails;
    VECTOR(struct credit_row) credits;
    VECTOR(uint32_t) touches; /* scratch: values of the channel dimension before a win */
    uint64_t visitors[3];
};

struct tabulate {
    const struct engine *engine;
    const struct definition *definition;
    struct engine_calendar calendar;
    struct tabulate_options options;
    const struct funnel *funnel;
    struct part *parts;
    struct fold_consumer *consumers;
    int part_count;
    uint32_t sequence_code; /* of the sequence's name */
    bool best_scores;       /* some score has a borderline: its highest value is worth knowing */
    struct fact_table table;
    struct arena arena;
};

/* ---- one lap ---- */

struct lap_view {
    const struct subject_view *view;
    uint32_t lap;
    uint32_t row;
    int64_t cutoff;
    uint8_t window;
    int64_t first, until; /* entry of the first stage; of the stage mails lead to */
};

static uint8_t window_of(const struct tabulate *t, int64_t entered)
{
    for (int w = 0; w < 1 + t->options.has_compare; w++)
        if (entered >= t->options.windows[w].from && entered < t->options.windows[w].until) return (uint8_t)(w + 1);
    return WINDOW_NONE;
}

/* Stage columns, and what the lap view needs to go on. False when the lap begins after its window's as-of. */
static void put_stages(struct part *p, struct lap_view *l)
{
    const struct facts *facts = l->view->facts;
    const struct tabulate *t = p->tabulate;
    uint64_t carried = 0, unproposed = 0;
    int8_t now_in = -1;
    uint8_t returns = 0;
    for (size_t s = 0; s < t->funnel->stage_count; s++) vector_push(&p->entered[s], INSTANT_NONE);
    for (size_t i = 0; i < facts->interval_count; i++) {
        const struct interval *x = &facts->intervals[i];
        if (x->funnel != t->options.funnel || x->lap != l->lap || x->entered > l->cutoff) continue;
        if (x->left > l->cutoff) now_in = (int8_t)x->stage;
        returns += x->how == HOW_RETURNED;
        int64_t *entered = vector_last(&p->entered[x->stage]);
        if (*entered != INSTANT_NONE) continue; /* not the first time in the lap */
        *entered = x->entered;
        if (x->how == HOW_CARRIED) carried |= UINT64_C(1) << x->stage;
        if (x->how == HOW_UNPROPOSED) unproposed |= UINT64_C(1) << x->stage;
    }
    l->until = *vector_last(&p->entered[t->definition->sequence.given ? t->definition->sequence.until : 0]);
    vector_push(&p->carried, carried);
    vector_push(&p->unproposed, unproposed);
    vector_push(&p->now_in, now_in);
    vector_push(&p->returns, returns);
}

static uint8_t exit_code(const struct funnel *funnel, struct slice name)
{
    for (size_t i = 0; i < funnel->exit_count; i++)
        if (slice_equal(funnel->exits[i].label.name, name)) return (uint8_t)(EXIT_DECLARED + i);
    return EXIT_REJECTED;
}

static void put_exit(struct part *p, const struct lap_view *l)
{
    const struct facts *facts = l->view->facts;
    const struct tabulate *t = p->tabulate;
    const struct leaving *found = NULL;
    for (size_t i = 0; i < facts->leaving_count && !found; i++) {
        const struct leaving *x = &facts->leavings[i];
        if (x->funnel == t->options.funnel && x->lap == l->lap && x->at <= l->cutoff) found = x;
    }
    vector_push(&p->exit, found ? exit_code(t->funnel, found->name) : EXIT_NONE);
    vector_push(&p->exit_stage, found ? (int8_t)found->stage : -1);
    vector_push(&p->exit_at, found ? found->at : INSTANT_NONE);
    vector_push(&p->exit_reason, found ? found->reason : 0);
}

static uint32_t band_of(const struct dimension *d, struct cell c)
{
    if (c.kind == CELL_ABSENT) return 0;
    int64_t value = c.kind == CELL_INT ? c.number : floor_div(c.number, DECIMAL_ONE);
    size_t band = 0;
    while (band < d->band_count && value >= d->bands[band]) band++;
    return (uint32_t)band + 1;
}

static uint32_t dimension_code(const struct tabulate *t, const struct dimension *d, struct cell c)
{
    char digits[32];
    if (d->band_count) return band_of(d, c);
    if (c.kind == CELL_TEXT) return (uint32_t)c.number;
    if (c.kind != CELL_INT && c.kind != CELL_BOOL) return 0;
    int n = c.kind == CELL_INT ? snprintf(digits, sizeof digits, "%lld", (long long)c.number)
                               : snprintf(digits, sizeof digits, "%s", c.number ? "yes" : "no");
    uint32_t code = dictionary_find(t->definition->dictionary, slice_of(digits, (size_t)n));
    return code == MAP_NONE ? 0 : code;
}

static uint8_t answer_of(struct cell c)
{
    return c.kind != CELL_BOOL ? AUDIENCE_UNKNOWN : c.number ? AUDIENCE_YES : AUDIENCE_NO;
}

static int64_t best_score(const struct lap_view *l, uint32_t slot)
{
    const struct facts *facts = l->view->facts;
    int64_t before = INT64_MIN, best = INT64_MIN; /* `before`: what it was when the lap began */
    for (size_t i = 0; i < facts->exported_count; i++) {
        const struct change *c = &facts->exported[i];
        if (c->slot != slot || c->at > l->cutoff || c->value.kind != CELL_DECIMAL) continue;
        if (c->at <= l->first) before = c->value.number;
        else if (c->value.number > best) best = c->value.number;
    }
    return before > best ? before : best;
}

static void put_values(struct part *p, const struct lap_view *l)
{
    const struct tabulate *t = p->tabulate;
    const struct definition *d = t->definition;
    const struct cell *cells = l->view->facts->cells;
    bool person = l->view->kind == KIND_PERSON;
    for (size_t i = 0; i < d->dimension_count; i++) {
        const struct dimension *dim = &d->dimensions[i];
        vector_push(&p->dimension[i], dim->of == l->view->kind ? dimension_code(t, dim, cells[dim->slot]) : 0);
    }
    person &= !t->options.stages_only;
    vector_push(&p->audience, d->audience && person ? answer_of(folder_clause(l->view->folder, d->audience, cells)) : AUDIENCE_UNKNOWN);
    for (size_t i = 0; d->audience && i < d->audience->count; i++)
        vector_push(&p->audience_clause[i],
                    person ? answer_of(folder_clause(l->view->folder, &d->audience->members[i], cells)) : AUDIENCE_UNKNOWN);
    for (size_t i = 0; i < d->score_count; i++) {
        uint32_t slot = person ? definition_slot(d, KIND_PERSON, d->scores[i].of, d->scores[i].slot) : NONE;
        struct cell c = slot == NONE ? cell_absent() : cells[slot];
        vector_push(&p->score[i], c.kind == CELL_DECIMAL ? c.number : INT64_MIN);
        if (t->best_scores) vector_push(&p->best_score[i], slot == NONE ? INT64_MIN : best_score(l, slot));
    }
    for (size_t i = 0; i < d->icp_count; i++) {
        uint32_t slot = person ? definition_slot(d, KIND_PERSON, d->icps[i].of, d->icps[i].matched_slot) : NONE;
        vector_push(&p->icp[i], slot == NONE ? AUDIENCE_UNKNOWN : answer_of(cells[slot]));
    }
}

static bool human_touch(const struct definition *d, const struct noted *n)
{
    return !n->head.machine && d->events[n->head.event].touch;
}

static void put_touch_days(struct part *p, const struct lap_view *l)
{
    const struct subject_view *v = l->view;
    int64_t last = INT64_MIN;
    uint16_t days = 0;
    for (size_t i = 0; i < v->count && v->items[i].at <= l->cutoff; i++) {
        if (v->items[i].at <= l->first || !human_touch(p->tabulate->definition, v->items[i].noted)) continue;
        int64_t day = zone_cursor_day(&p->cursor, v->items[i].at);
        days += day != last && days < UINT16_MAX;
        last = day;
    }
    vector_push(&p->touch_days, days);
}

static void put_handoffs(struct part *p, const struct lap_view *l)
{
    const struct facts *facts = l->view->facts;
    for (size_t i = 0; i < facts->handoff_count; i++) {
        const struct handoff *h = &facts->handoffs[i];
        if (h->funnel != p->tabulate->options.funnel || h->lap != l->lap || h->submitted > l->cutoff) continue;
        bool open = h->at > l->cutoff;
        struct handoff_row row = {l->row, (uint8_t)h->stage, (uint8_t)(open ? HANDOFF_OPEN : h->outcome), h->submitted, h->due,
                                  open ? INSTANT_MAX : h->at, open ? 0 : h->reason};
        vector_push(&p->handoffs, row);
    }
}

/* ---- mails ---- */

static struct mail_row *mail_of(struct part *p, size_t first, uint32_t row, int64_t step)
{
    for (size_t i = first; i < p->mails.count; i++)
        if (p->mails.at[i].step == step) return &p->mails.at[i];
    vector_push(&p->mails, ((struct mail_row){.row = row, .step = (int32_t)step}));
    return vector_last(&p->mails);
}

/* The mails of the sequence that this subject was sent; the last human open or click before the entry of `until` is the one
 * that contributed (golden reading: strictly before, whichever criterion qualified). */
static void put_mails(struct part *p, const struct lap_view *l)
{
    const struct sequence *q = &p->tabulate->definition->sequence;
    const struct subject_view *v = l->view;
    size_t first = p->mails.count;
    int64_t contributing = -1;
    for (size_t i = 0; i < v->count && v->items[i].at <= l->cutoff; i++) {
        const struct noted *n = v->items[i].noted;
        bool sent = n->head.event == q->sent, opened = n->head.event == q->opened, clicked = n->head.event == q->clicked;
        if (!sent && !opened && !clicked) continue;
        if (n->cells[NOTED_STEP].kind != CELL_INT) continue;
        if (q->name.len && (n->cells[NOTED_WHICH].kind != CELL_TEXT || n->cells[NOTED_WHICH].number != p->tabulate->sequence_code)) continue;
        if (p->mails.count - first >= STEPS_MAX) break;
        struct mail_row *mail = mail_of(p, first, l->row, n->cells[NOTED_STEP].number);
        mail->sent |= sent;
        mail->raw_opened |= opened;
        mail->raw_clicked |= clicked;
        if (n->head.machine) continue;
        mail->opened |= opened;
        mail->clicked |= clicked;
        if (!sent && v->items[i].at < l->until) contributing = n->cells[NOTED_STEP].number;
    }
    if (l->until != INSTANT_NONE && contributing >= 0) mail_of(p, first, l->row, contributing)->contributed = true;
}

/* ---- revenue ---- */

/* Shares in millionths of a touch by its place among n: first, middle (shared), last; two touches share first and last. */
static int64_t share_of(const struct channels *c, size_t i, size_t n)
{
    if (n == 1) return DECIMAL_ONE;
    if (c->first_touch_credit) return i == 0 ? DECIMAL_ONE : 0;
    if (n == 2) return DECIMAL_ONE * (i == 0 ? c->credit_first : c->credit_last) / (c->credit_first + c->credit_last);
    if (i == 0) return c->credit_first * DECIMAL_ONE / 100;
    if (i == n - 1) return c->credit_last * DECIMAL_ONE / 100;
    return c->credit_middle * DECIMAL_ONE / 100 / (int64_t)(n - 2);
}

static void put_credit(struct part *p, const struct lap_view *l, struct cell amount, int64_t won_at)
{
    const struct channels *c = &p->tabulate->definition->channels;
    size_t n = p->touches.count;
    int64_t rest = amount.number;
    for (size_t i = 0; i < n; i++) {
        int64_t part = i + 1 == n && !c->first_touch_credit ? rest : (int64_t)((__int128)amount.number * share_of(c, i, n) / DECIMAL_ONE);
        rest -= part;
        if (part) vector_push(&p->credits, ((struct credit_row){l->row, p->touches.at[i], part, amount.unit, won_at}));
    }
    if (!n) vector_push(&p->credits, ((struct credit_row){l->row, 0, amount.number, amount.unit, won_at}));
}

static void put_revenue(struct part *p, const struct lap_view *l, int64_t lap_end)
{
    const struct channels *c = &p->tabulate->definition->channels;
    const struct subject_view *v = l->view;
    vector_clear(&p->touches);
    for (size_t i = 0; i < v->count && v->items[i].at <= l->cutoff; i++) {
        const struct noted *n = v->items[i].noted;
        if (n->cells[NOTED_CHANNEL].kind == CELL_TEXT && !n->head.machine)
            vector_push(&p->touches, (uint32_t)n->cells[NOTED_CHANNEL].number);
        if (n->head.event != c->revenue_event || n->cells[NOTED_REVENUE].kind != CELL_MONEY) continue;
        if (v->items[i].at >= l->first && v->items[i].at < lap_end) put_credit(p, l, n->cells[NOTED_REVENUE], v->items[i].at);
    }
}

/* ---- one subject ---- */

static void count_visitor(struct part *p, const struct subject_view *v)
{
    const struct tabulate *t = p->tabulate;
    for (int w = 0; w < 1 + t->options.has_compare; w++)
        for (size_t i = 0; i < v->count; i++) {
            int64_t at = v->items[i].at;
            if (!v->items[i].noted->visitor || at < t->options.windows[w].from || at >= t->options.windows[w].until) continue;
            p->visitors[w + 1]++;
            break;
        }
}

static int64_t lap_start(const struct part *p, const struct subject_view *v, uint32_t lap)
{
    for (size_t i = 0; i < v->facts->interval_count; i++) {
        const struct interval *x = &v->facts->intervals[i];
        if (x->funnel == p->tabulate->options.funnel && x->lap == lap) return x->entered;
    }
    return INSTANT_MAX;
}

static void put_lap(struct part *p, const struct subject_view *v, uint32_t lap, int64_t start)
{
    const struct tabulate *t = p->tabulate;
    struct lap_view l = {.view = v, .lap = lap, .row = (uint32_t)p->lap.count, .window = window_of(t, start), .first = start};
    l.cutoff = l.window ? t->options.windows[l.window - 1].as_of : t->options.as_of;
    if (start > l.cutoff) return;
    vector_push(&p->lap, lap);
    vector_push(&p->window, l.window);
    put_stages(p, &l);
    put_exit(p, &l);
    put_values(p, &l);
    if (t->options.stages_only) vector_push(&p->touch_days, 0);
    else put_touch_days(p, &l);
    put_handoffs(p, &l);
    if (t->definition->sequence.given && l.window) put_mails(p, &l);
    if (t->definition->channels.given && !t->options.stages_only) put_revenue(p, &l, lap_start(p, v, lap + 1));
    if (t->options.keep_subjects) vector_push(&p->subject, arena_slice(&p->arena, v->key));
}

static void take_subject(void *context, const struct subject_view *v)
{
    struct part *p = context;
    if (p->tabulate->definition->landing.given) count_visitor(p, v);
    if (v->kind != p->tabulate->funnel->of) return;
    for (uint32_t lap = 1;; lap++) {
        int64_t start = lap_start(p, v, lap);
        if (start == INSTANT_MAX) return;
        put_lap(p, v, lap, start);
    }
}

/* ---- the whole ---- */

static void part_init(struct part *p, struct tabulate *t)
{
    const struct definition *d = t->definition;
    p->tabulate = t;
    p->cursor = zone_cursor_of(t->calendar.zone);
    arena_init(&p->arena);
    p->entered = memory_new(t->funnel->stage_count * sizeof *p->entered);
    p->dimension = memory_new(d->dimension_count * sizeof *p->dimension);
    p->score = memory_new(d->score_count * sizeof *p->score);
    p->best_score = memory_new(d->score_count * sizeof *p->best_score);
    p->icp = memory_new(d->icp_count * sizeof *p->icp);
    p->audience_clause = memory_new((d->audience ? d->audience->count : 0) * sizeof *p->audience_clause);
}

struct tabulate *tabulate_new(const struct engine *engine, struct engine_calendar calendar, const struct tabulate_options *options,
                              int threads)
{
    struct tabulate *t = memory_new(sizeof *t);
    t->engine = engine;
    t->definition = engine_definition(engine);
    t->calendar = calendar;
    t->options = *options;
    t->funnel = &t->definition->funnels[options->funnel];
    t->part_count = threads;
    arena_init(&t->arena);
    t->sequence_code = dictionary_code(t->definition->dictionary, t->definition->sequence.name);
    for (size_t i = 0; i < t->definition->score_count; i++) t->best_scores |= t->definition->scores[i].has_borderline;
    t->best_scores &= t->funnel->of == KIND_PERSON && !options->stages_only;
    t->parts = memory_new((size_t)threads * sizeof *t->parts);
    t->consumers = memory_new((size_t)threads * sizeof *t->consumers);
    for (int i = 0; i < threads; i++) {
        part_init(&t->parts[i], t);
        t->consumers[i] = (struct fold_consumer){&t->parts[i], take_subject};
    }
    return t;
}

void tabulate_ask(struct tabulate *t, struct fold_options *fold)
{
    const struct definition *d = t->definition;
    for (int i = 0; i < NOTED_PATHS_MAX; i++) fold->paths[i] = NONE;
    if (d->sequence.given) {
        fold->paths[NOTED_STEP] = d->sequence.step_path;
        fold->paths[NOTED_WHICH] = d->sequence.which_path;
    }
    if (d->channels.given) {
        fold->paths[NOTED_CHANNEL] = d->dimensions[d->channels.by].touch_path;
        fold->paths[NOTED_REVENUE] = d->channels.revenue_path;
    }
    if (d->landing.given) fold->visitor = &d->landing.visitor;
    fold->kinds = 1u << t->funnel->of | (d->landing.given ? 1u << KIND_PERSON : 0);
    fold->consumers = t->consumers;
    fold->export_scores = t->best_scores;
    fold->skip_values = t->options.stages_only;
}

/* Every column is joined the same way: the parts one after the other. */
#define JOIN(field)                                                                                                    \
    do {                                                                                                               \
        char *joined = arena_alloc(&t->arena, rows * sizeof *t->parts[0].field.at + 1);                                \
        size_t at_ = 0;                                                                                                \
        for (int i_ = 0; i_ < t->part_count; i_++) {                                                                   \
            size_t bytes_ = t->parts[i_].field.count * sizeof *t->parts[0].field.at;                                   \
            if (bytes_) memcpy(joined + at_, t->parts[i_].field.at, bytes_);                                           \
            at_ += bytes_;                                                                                             \
            vector_release(&t->parts[i_].field);                                                                       \
        }                                                                                                              \
        column = joined;                                                                                               \
    } while (0)

static void join_columns(struct tabulate *t, size_t rows)
{
    struct fact_table *f = &t->table;
    const struct definition *d = t->definition;
    size_t members = d->audience ? d->audience->count : 0;
    void *column;
    f->entered = ARENA_ARRAY(&t->arena, int64_t *, t->funnel->stage_count);
    f->dimension = ARENA_ARRAY(&t->arena, uint32_t *, d->dimension_count);
    f->score = ARENA_ARRAY(&t->arena, int64_t *, d->score_count);
    f->best_score = t->best_scores ? ARENA_ARRAY(&t->arena, int64_t *, d->score_count) : NULL;
    f->icp = ARENA_ARRAY(&t->arena, uint8_t *, d->icp_count);
    f->audience_clause = ARENA_ARRAY(&t->arena, uint8_t *, members);
    for (size_t s = 0; s < t->funnel->stage_count; s++) { JOIN(entered[s]); f->entered[s] = column; }
    for (size_t i = 0; i < d->dimension_count; i++) { JOIN(dimension[i]); f->dimension[i] = column; }
    for (size_t i = 0; i < d->score_count; i++) { JOIN(score[i]); f->score[i] = column; }
    for (size_t i = 0; t->best_scores && i < d->score_count; i++) { JOIN(best_score[i]); f->best_score[i] = column; }
    for (size_t i = 0; i < d->icp_count; i++) { JOIN(icp[i]); f->icp[i] = column; }
    for (size_t i = 0; i < members; i++) { JOIN(audience_clause[i]); f->audience_clause[i] = column; }
    JOIN(lap); f->lap = column;
    JOIN(window); f->window = column;
    JOIN(carried); f->carried = column;
    JOIN(unproposed); f->unproposed = column;
    JOIN(now_in); f->now_in = column;
    JOIN(exit); f->exit = column;
    JOIN(exit_stage); f->exit_stage = column;
    JOIN(exit_at); f->exit_at = column;
    JOIN(exit_reason); f->exit_reason = column;
    JOIN(returns); f->returns = column;
    JOIN(audience); f->audience = column;
    JOIN(touch_days); f->touch_days = column;
    if (t->options.keep_subjects) { JOIN(subject); f->subject = column; }
}

/* Side tables name rows of their part; joined, the rows before it are added. */
#define JOIN_SIDE(field, type, out, n)                                                                                 \
    do {                                                                                                               \
        size_t total_ = 0, at_ = 0;                                                                                    \
        for (int i_ = 0; i_ < t->part_count; i_++) total_ += t->parts[i_].field.count;                                 \
        type *joined_ = ARENA_ARRAY(&t->arena, type, total_);                                                          \
        for (int i_ = 0; i_ < t->part_count; i_++)                                                                     \
            for (size_t k_ = 0; k_ < t->parts[i_].field.count; k_++) {                                                 \
                joined_[at_] = t->parts[i_].field.at[k_];                                                              \
                joined_[at_++].row += base[i_];                                                                        \
            }                                                                                                          \
        (out) = joined_;                                                                                               \
        (n) = total_;                                                                                                  \
    } while (0)

struct fact_table *tabulate_finish(struct tabulate *t)
{
    struct fact_table *f = &t->table;
    size_t rows = 0;
    uint32_t *base = ARENA_ARRAY(&t->arena, uint32_t, t->part_count);
    for (int i = 0; i < t->part_count; i++) {
        base[i] = (uint32_t)rows;
        rows += t->parts[i].lap.count;
        for (int w = 0; w < 3; w++) f->visitors[w] += t->parts[i].visitors[w];
    }
    f->definition = t->definition;
    f->dictionary = t->definition->dictionary;
    f->zone = t->calendar.zone;
    f->workweek = t->calendar.workweek;
    f->funnel = t->options.funnel;
    f->as_of = t->options.as_of;
    memcpy(f->windows, t->options.windows, sizeof f->windows);
    f->has_compare = t->options.has_compare;
    f->rows = rows;
    JOIN_SIDE(handoffs, struct handoff_row, f->handoffs, f->handoff_count);
    JOIN_SIDE(mails, struct mail_row, f->mails, f->mail_count);
    JOIN_SIDE(credits, struct credit_row, f->credits, f->credit_count);
    join_columns(t, rows);
    return f;
}

void tabulate_free(struct tabulate *t)
{
    if (!t) return;
    const struct definition *d = t->definition;
    for (int i = 0; i < t->part_count; i++) {
        struct part *p = &t->parts[i];
        for (size_t s = 0; s < t->funnel->stage_count; s++) vector_release(&p->entered[s]);
        for (size_t k = 0; k < d->dimension_count; k++) vector_release(&p->dimension[k]);
        free(p->entered);
        free(p->dimension);
        free(p->score);
        free(p->best_score);
        free(p->icp);
        free(p->audience_clause);
        vector_release(&p->handoffs);
        vector_release(&p->mails);
        vector_release(&p->credits);
        vector_release(&p->touches);
        arena_release(&p->arena);
    }
    arena_release(&t->arena);
    free(t->parts);
    free(t->consumers);
    free(t);
}

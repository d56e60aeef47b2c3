#include "runtime/tabulate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "definition/load.h"
#include "runtime/lap_history.h"
#include "runtime/mail_rows.h"

/* Cells of fold_options.paths. */
enum { NOTED_STEP, NOTED_WHICH, NOTED_CHANNEL, NOTED_REVENUE, NOTED_PATHS };

/* A column as one thread fills it, and where the whole one goes. `before`: the widths of the columns before it. */
struct column {
    void **at, **joined;
    size_t width, before;
};

/* Rows come one by one, and nobody knows how many: they are put into chunks, each with a piece of every column, so that
 * no row is moved before all are joined. They take the memory of the records that were folded. */
struct chunk {
    char *room;
    size_t rows;
};
enum { CHUNK_FIRST = 256, CHUNK_MULTIPLE = 64 };

/* The rows that one folding thread found. Columns are as in struct fact_table, of the chunk at hand. */
struct part {
    struct tabulate *tabulate;
    struct zone_cursor cursor;
    struct arena arena; /* subjects' ids, lists of columns */
    VECTOR(struct column) columns;
    VECTOR(struct chunk) chunks;
    size_t rows, left; /* so many more fit into the last chunk */
    uint32_t *lap;
    uint8_t *window;
    int64_t **entered;
    uint64_t *carried;
    uint64_t *unproposed;
    int8_t *now_in;
    uint8_t *exit;
    int8_t *exit_stage;
    int64_t *exit_at;
    uint32_t *exit_reason;
    uint8_t *returns;
    uint32_t **dimension;
    uint8_t *audience;
    uint16_t *touch_days;
    uint8_t *visited;
    struct slice *subject;
    uint32_t *name, *email;
    int64_t **score;
    int64_t **best_score;
    uint8_t **icp;
    uint8_t **audience_clause;
    const char **history;
    VECTOR(struct handoff_row) handoffs;
    VECTOR(struct return_row) returned;
    VECTOR(struct later_row) later;
    struct mail_rows mails;
    VECTOR(struct credit_row) credits;
    VECTOR(uint32_t) touches; /* scratch: values of the channel dimension before a win */
    struct lap_history told;  /* scratch, as is what it is packed to */
    struct buffer packed;
    char *pool, *pool_end; /* for packed bytes, which need no alignment */
    uint64_t visitors[3];
} APART;

/* Of all its columns. */
static size_t row_bytes(const struct part *p)
{
    const size_t count = p->columns.count;
    return count ? p->columns.at[count - 1].before + p->columns.at[count - 1].width : 0;
}

struct tabulate {
    const struct engine *engine;
    const struct definition *definition;
    struct engine_calendar calendar;
    struct tabulate_options options;
    const struct funnel *funnel;
    struct part *parts;
    struct fold_consumer *consumers;
    int part_count;
    uint32_t sequence_code;         /* of the sequence's name */
    uint32_t currency_code;         /* of the company's */
    uint32_t name_slot, email_slot; /* NONE: the definition has no such trait */
    bool best_scores;               /* some score has a borderline: its highest value is worth knowing */
    struct fact_table table;
    struct arena arena;
};

/* ---- one lap ---- */

struct lap_view {
    const struct subject_view *view;
    uint32_t lap;
    size_t row, at;  /* of the part, and in the chunk at hand */
    size_t interval; /* the lap's first */
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

/* Stage columns, and what the lap view needs to go on. */
static void put_stages(struct part *p, struct lap_view *l)
{
    const struct facts *facts = l->view->facts;
    const struct tabulate *t = p->tabulate;
    uint64_t carried = 0, unproposed = 0, inherited = 0;
    int8_t now_in = -1;
    uint8_t returns = 0;
    for (size_t s = 0; s < t->funnel->stage_count; s++) p->entered[s][l->at] = INSTANT_NONE;
    for (size_t i = l->interval; i < facts->interval_count; i++) {
        const struct interval *x = &facts->intervals[i];
        if (x->funnel != t->options.funnel || x->lap != l->lap || x->entered > l->cutoff) continue;
        if (x->left > l->cutoff) now_in = (int8_t)x->stage;
        returns += x->how == HOW_RETURNED;
        int64_t *entered = &p->entered[x->stage][l->at];
        if (x->how == HOW_INHERITED) inherited |= UINT64_C(1) << x->stage;
        if (inherited >> x->stage & 1) continue; /* of the lap's numbers nothing, also when it is given back to it */
        if (*entered != INSTANT_NONE) continue;  /* not the first time in the lap */
        *entered = x->entered;
        if (x->how == HOW_CARRIED) carried |= UINT64_C(1) << x->stage;
        if (x->how == HOW_UNPROPOSED) unproposed |= UINT64_C(1) << x->stage;
    }
    l->until = p->entered[t->definition->sequence.given ? t->definition->sequence.until : 0][l->at];
    p->carried[l->at] = carried;
    if (t->options.stages_only) return;
    p->unproposed[l->at] = unproposed;
    p->now_in[l->at] = now_in;
    p->returns[l->at] = returns;
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
    p->exit[l->at] = found ? exit_code(t->funnel, found->name) : EXIT_NONE;
    p->exit_stage[l->at] = found ? (int8_t)found->stage : -1;
    p->exit_at[l->at] = found ? found->at : INSTANT_NONE;
    p->exit_reason[l->at] = found ? found->reason : 0;
}

/* Money of another currency than the company's falls into none. */
static uint32_t band_of(const struct tabulate *t, const struct dimension *d, struct cell c)
{
    if (c.kind == CELL_ABSENT || (c.kind == CELL_MONEY && c.unit != t->currency_code)) return 0;
    int64_t value = c.kind == CELL_INT ? c.number : floor_div(c.number, DECIMAL_ONE);
    size_t band = 0;
    while (band < d->band_count && value >= d->bands[band]) band++;
    return (uint32_t)band + 1;
}

static uint32_t dimension_code(const struct tabulate *t, const struct dimension *d, struct cell c)
{
    char digits[32];
    if (d->band_count) return band_of(t, d, c);
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
        if (c->at <= l->first)
            before = c->value.number;
        else if (c->value.number > best)
            best = c->value.number;
    }
    return before > best ? before : best;
}

static void put_dimensions(struct part *p, const struct lap_view *l)
{
    const struct tabulate *t = p->tabulate;
    const struct cell *cells = l->view->facts->cells;
    for (size_t i = 0; i < t->definition->dimension_count; i++) {
        const struct dimension *dim = &t->definition->dimensions[i];
        p->dimension[i][l->at] = dim->of == l->view->kind ? dimension_code(t, dim, cells[dim->slot]) : 0;
    }
}

/* Whether a person fits a profile. Who does not, and would if what is not known of them held, is unknown: nobody can
 * say that they do not fit. */
static uint8_t profile_answer(struct folder *folder, const struct icp *icp, struct cell matched,
                              const struct cell *cells)
{
    const uint8_t answer = answer_of(matched);
    int64_t possible = 0, all = 0;
    if (answer != AUDIENCE_NO || icp->of != KIND_PERSON) return answer;
    for (size_t i = 0; i < icp->count; i++) {
        const struct clause criterion = {.kind = CLAUSE_RULE, .rule = icp->criteria[i].when};
        all += icp->criteria[i].weight;
        if (answer_of(folder_clause(folder, &criterion, cells)) != AUDIENCE_NO) possible += icp->criteria[i].weight;
    }
    return (possible * DECIMAL_ONE * 2 + all) / (all * 2) >= icp->match_at ? AUDIENCE_UNKNOWN : AUDIENCE_NO;
}

/* What is known of a person: nothing of it of other kinds. */
static void put_values(struct part *p, const struct lap_view *l)
{
    const struct tabulate *t = p->tabulate;
    const struct definition *d = t->definition;
    const struct cell *cells = l->view->facts->cells;
    const bool person = l->view->kind == KIND_PERSON;
    struct folder *folder = l->view->folder;
    p->audience[l->at] =
        d->audience && person ? answer_of(folder_clause(folder, d->audience, cells)) : AUDIENCE_UNKNOWN;
    for (size_t i = 0; d->audience && i < d->audience->count; i++)
        p->audience_clause[i][l->at] =
            person ? answer_of(folder_clause(folder, &d->audience->members[i], cells)) : AUDIENCE_UNKNOWN;
    for (size_t i = 0; i < d->score_count; i++) {
        uint32_t slot = person ? definition_slot(d, KIND_PERSON, d->scores[i].of, d->scores[i].slot) : NONE;
        struct cell c = slot == NONE ? cell_absent() : cells[slot];
        p->score[i][l->at] = c.kind == CELL_DECIMAL ? c.number : INT64_MIN;
        if (t->best_scores) p->best_score[i][l->at] = slot == NONE ? INT64_MIN : best_score(l, slot);
    }
    for (size_t i = 0; i < d->icp_count; i++) {
        uint32_t slot = person ? definition_slot(d, KIND_PERSON, d->icps[i].of, d->icps[i].matched_slot) : NONE;
        p->icp[i][l->at] = slot == NONE ? AUDIENCE_UNKNOWN : profile_answer(folder, &d->icps[i], cells[slot], cells);
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
    p->touch_days[l->at] = days;
}

static void put_handoffs(struct part *p, const struct lap_view *l)
{
    const struct facts *facts = l->view->facts;
    for (size_t i = 0; i < facts->handoff_count; i++) {
        const struct handoff *h = &facts->handoffs[i];
        if (h->funnel != p->tabulate->options.funnel || h->lap != l->lap || h->submitted > l->cutoff) continue;
        bool open = h->at > l->cutoff;
        struct handoff_row row = {(uint32_t)l->row,
                                  (uint8_t)h->stage,
                                  (uint8_t)(open ? HANDOFF_OPEN : h->outcome),
                                  h->submitted,
                                  h->due,
                                  open ? INSTANT_MAX : h->at,
                                  open ? 0 : h->reason};
        vector_push(&p->handoffs, row);
    }
}

static void put_returns(struct part *p, const struct lap_view *l)
{
    const struct facts *facts = l->view->facts;
    uint8_t held = 0;
    for (size_t i = l->interval; i < facts->interval_count; i++) {
        const struct interval *x = &facts->intervals[i];
        if (x->funnel != p->tabulate->options.funnel || x->lap != l->lap || x->entered > l->cutoff) continue;
        if (x->how == HOW_RETURNED)
            vector_push(&p->returned, ((struct return_row){(uint32_t)l->row, held, x->entered, x->reason}));
        held = (uint8_t)x->stage;
    }
}

/* First entries that put_stages leaves out because they came after the cutoff. */
static void put_later(struct part *p, const struct lap_view *l)
{
    const struct facts *facts = l->view->facts;
    uint64_t met = 0; /* stages whose first entry was met, or that were inherited */
    if (l->lap != 1 || l->cutoff >= p->tabulate->options.as_of) return;
    for (size_t i = l->interval; i < facts->interval_count; i++) {
        const struct interval *x = &facts->intervals[i];
        if (x->funnel != p->tabulate->options.funnel || x->lap != l->lap || met >> x->stage & 1) continue;
        met |= UINT64_C(1) << x->stage;
        if (x->how != HOW_INHERITED && x->entered > l->cutoff)
            vector_push(&p->later, ((struct later_row){(uint32_t)l->row, (uint8_t)x->stage, x->entered}));
    }
}

/* ---- mails ---- */

/* What an event says of a mail of the sequence: a set of enum lap_mail_kind; 0: nothing. */
static unsigned mail_kind(const struct tabulate *t, const struct noted *n)
{
    const struct sequence *q = &t->definition->sequence;
    const unsigned what = (n->head.event == q->sent ? LAP_MAIL_SENT : 0u) |
                          (n->head.event == q->opened ? LAP_MAIL_OPENED : 0u) |
                          (n->head.event == q->clicked ? LAP_MAIL_CLICKED : 0u);
    if (!what || n->cells[NOTED_STEP].kind != CELL_INT) return 0;
    if (q->name.len && (n->cells[NOTED_WHICH].kind != CELL_TEXT || n->cells[NOTED_WHICH].number != t->sequence_code))
        return 0;
    return what | (n->head.machine ? LAP_MAIL_MACHINE : 0u);
}

/* The mails of the sequence that this subject was sent; the last human open or click before the entry of `until` is the
 * one that contributed (golden reading: strictly before, whichever criterion qualified). */
static void put_mails(struct part *p, const struct lap_view *l)
{
    const struct subject_view *v = l->view;
    struct mail_walk walk = mail_walk_begin(&p->mails, (uint32_t)l->row, l->until);
    for (size_t i = 0; i < v->count && v->items[i].at <= l->cutoff; i++) {
        const struct noted *n = v->items[i].noted;
        const unsigned what = mail_kind(p->tabulate, n);
        const struct lap_mail mail = {v->items[i].at, what ? n->cells[NOTED_STEP].number : 0, (uint8_t)what};
        if (what && !mail_walk_take(&p->mails, &walk, &mail)) break;
    }
    mail_walk_end(&p->mails, &walk);
}

/* ---- revenue ---- */

/* Shares in millionths of a touch by its place among n: first, middle (shared), last; two touches share first and last.
 */
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
        int64_t part = i + 1 == n && !c->first_touch_credit
                           ? rest
                           : (int64_t)((__int128)amount.number * share_of(c, i, n) / DECIMAL_ONE);
        rest -= part;
        if (part)
            vector_push(&p->credits,
                        ((struct credit_row){(uint32_t)l->row, p->touches.at[i], part, amount.unit, won_at}));
    }
    if (!n) vector_push(&p->credits, ((struct credit_row){(uint32_t)l->row, 0, amount.number, amount.unit, won_at}));
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
        if (v->items[i].at >= l->first && v->items[i].at < lap_end)
            put_credit(p, l, n->cells[NOTED_REVENUE], v->items[i].at);
    }
}

/* ---- when it happened ---- */

/* Did each stage follow the one before it, higher than that and when it ended? Then first entries and the exit tell
 * when each was held. */
static bool is_plain(const struct part *p, const struct lap_view *l)
{
    const struct facts *facts = l->view->facts;
    int64_t left = l->first;
    int stage = -1;
    for (size_t i = l->interval; i < facts->interval_count; i++) {
        const struct interval *x = &facts->intervals[i];
        if (x->funnel != p->tabulate->options.funnel || x->lap != l->lap) continue;
        if ((int)x->stage <= stage || x->entered != left) return false;
        stage = x->stage;
        left = x->left;
    }
    return left == (p->exit[l->at] == EXIT_NONE ? INSTANT_MAX : p->exit_at[l->at]);
}

static void tell_spans(struct part *p, const struct lap_view *l)
{
    const struct facts *facts = l->view->facts;
    if (is_plain(p, l)) return;
    for (size_t i = l->interval; i < facts->interval_count; i++) {
        const struct interval *x = &facts->intervals[i];
        if (x->funnel != p->tabulate->options.funnel || x->lap != l->lap) continue;
        vector_push(&p->told.spans, ((struct lap_span){x->entered, x->left, (uint8_t)x->stage}));
    }
}

static void tell_touches(struct part *p, const struct lap_view *l)
{
    const struct subject_view *v = l->view;
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < v->count && v->items[i].at <= l->cutoff; i++) {
        if (v->items[i].at <= l->first || !human_touch(p->tabulate->definition, v->items[i].noted)) continue;
        const int64_t day = zone_cursor_day(&p->cursor, v->items[i].at);
        if (day != last) vector_push(&p->told.touches, v->items[i].at);
        last = day;
    }
}

/* As best_score goes: the last before the lap began, and what was higher after it. */
static void tell_rises(struct part *p, const struct lap_view *l)
{
    const struct definition *d = p->tabulate->definition;
    const struct facts *facts = l->view->facts;
    for (uint32_t s = 0; s < d->score_count; s++) {
        const uint32_t slot = definition_slot(d, KIND_PERSON, d->scores[s].of, d->scores[s].slot);
        struct lap_rise high = {l->first, INT64_MIN, s};
        for (size_t i = 0; slot != NONE && i < facts->exported_count; i++) {
            const struct change *c = &facts->exported[i];
            if (c->slot == slot && c->at <= l->first && c->value.kind == CELL_DECIMAL) high.value = c->value.number;
        }
        if (high.value != INT64_MIN) vector_push(&p->told.rises, high);
        for (size_t i = 0; slot != NONE && i < facts->exported_count; i++) {
            const struct change *c = &facts->exported[i];
            if (c->slot != slot || c->at <= l->first || c->at > l->cutoff || c->value.kind != CELL_DECIMAL ||
                c->value.number <= high.value)
                continue;
            high = (struct lap_rise){c->at, c->value.number, s};
            vector_push(&p->told.rises, high);
        }
    }
}

static void tell_mails(struct part *p, const struct lap_view *l)
{
    const struct subject_view *v = l->view;
    for (size_t i = 0; i < v->count && v->items[i].at <= l->cutoff; i++) {
        const struct noted *n = v->items[i].noted;
        const unsigned what = mail_kind(p->tabulate, n);
        if (!what) continue;
        vector_push(&p->told.mails, ((struct lap_mail){v->items[i].at, n->cells[NOTED_STEP].number, (uint8_t)what}));
    }
}

static void tell_visits(struct part *p, const struct lap_view *l)
{
    const struct subject_view *v = l->view;
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < v->count; i++) {
        if (!v->items[i].noted->visitor) continue;
        const int64_t day = zone_cursor_day(&p->cursor, v->items[i].at);
        if (day != last) vector_push(&p->told.visits, v->items[i].at);
        last = day;
    }
}

static const char *pool_copy(struct part *p, struct slice bytes)
{
    enum { POOL_BYTES = 1 << 16 };
    if ((size_t)(p->pool_end - p->pool) < bytes.len) {
        const size_t size = bytes.len > POOL_BYTES ? bytes.len : POOL_BYTES;
        p->pool = arena_alloc(&p->arena, size);
        p->pool_end = p->pool + size;
    }
    char *const at = p->pool;
    memcpy(at, bytes.ptr, bytes.len);
    p->pool += bytes.len;
    return at;
}

static void put_history(struct part *p, const struct lap_view *l)
{
    lap_history_clear(&p->told);
    tell_spans(p, l);
    tell_touches(p, l);
    if (p->tabulate->best_scores) tell_rises(p, l);
    if (p->tabulate->definition->sequence.given) tell_mails(p, l);
    if (p->tabulate->definition->landing.given) tell_visits(p, l);
    const bool any = lap_history_pack(&p->told, l->first, &p->packed);
    p->history[l->at] = any ? pool_copy(p, buffer_slice(&p->packed)) : NULL;
}

/* ---- one subject ---- */

/* Returns the windows, a bit each, whose visitor the subject is. */
static uint8_t count_visitor(struct part *p, const struct subject_view *v)
{
    const struct tabulate *t = p->tabulate;
    uint8_t windows = 0;
    for (int w = 0; w < 1 + t->options.has_compare; w++)
        for (size_t i = 0; i < v->count; i++) {
            int64_t at = v->items[i].at;
            if (!v->items[i].noted->visitor || at < t->options.windows[w].from || at >= t->options.windows[w].until)
                continue;
            p->visitors[w + 1]++;
            windows |= (uint8_t)(2u << w);
            break;
        }
    return windows;
}

/* The first interval of the funnel, from `from` on, of a lap after `lap`; interval_count when there is none. Laps
 * follow each other in time. */
static size_t lap_after(const struct part *p, const struct facts *facts, size_t from, uint32_t lap)
{
    size_t i = from;
    while (i < facts->interval_count &&
           (facts->intervals[i].funnel != p->tabulate->options.funnel || facts->intervals[i].lap <= lap))
        i++;
    return i;
}

/* Each twice as large as the one before, up to a piece. */
static __attribute__((noinline)) void add_chunk(struct part *p)
{
    const size_t most = PASSING_PIECE / row_bytes(p) / CHUNK_MULTIPLE * CHUNK_MULTIPLE;
    size_t rows = p->chunks.count ? vector_last(&p->chunks)->rows * 2 : CHUNK_FIRST;
    if (rows > most) rows = most ? most : CHUNK_MULTIPLE; /* very wide rows make a larger piece */
    char *room = memory_passing(rows * row_bytes(p));
    for (size_t i = 0; i < p->columns.count; i++) *p->columns.at[i].at = room + p->columns.at[i].before * rows;
    vector_push(&p->chunks, ((struct chunk){room, rows}));
    p->left = rows;
}

/* Returns its place in the chunk. */
static size_t add_row(struct part *p)
{
    if (!p->left) add_chunk(p);
    p->rows++;
    return vector_last(&p->chunks)->rows - p->left--;
}

static uint32_t text_in(const struct facts *facts, uint32_t slot)
{
    return slot != NONE && facts->cells[slot].kind == CELL_TEXT ? (uint32_t)facts->cells[slot].number : 0;
}

static void put_lap(struct part *p, const struct subject_view *v, size_t interval, size_t next, uint8_t visited)
{
    const struct tabulate *t = p->tabulate;
    const int64_t start = v->facts->intervals[interval].entered;
    struct lap_view l = {.view = v,
                         .lap = v->facts->intervals[interval].lap,
                         .row = p->rows,
                         .interval = interval,
                         .window = window_of(t, start),
                         .first = start};
    l.cutoff = l.window ? t->options.windows[l.window - 1].as_of : t->options.as_of;
    const bool begun = start <= l.cutoff;
    if (!begun && t->options.stages_only) return;
    if (!begun) l.window = WINDOW_NONE; /* and lap 0: only what is later is told of it */
    l.at = add_row(p);
    p->lap[l.at] = begun ? l.lap : 0;
    p->window[l.at] = l.window;
    put_stages(p, &l);
    put_dimensions(p, &l);
    if (t->options.stages_only) return;
    put_exit(p, &l);
    put_values(p, &l);
    put_touch_days(p, &l);
    if (p->visited) p->visited[l.at] = visited;
    put_handoffs(p, &l);
    put_returns(p, &l);
    put_later(p, &l);
    if (t->definition->sequence.given && l.window) put_mails(p, &l);
    int64_t lap_end = next < v->facts->interval_count ? v->facts->intervals[next].entered : INSTANT_MAX;
    if (t->definition->channels.revenue_event != NONE) put_revenue(p, &l, lap_end);
    if (t->options.keep_subjects) p->subject[l.at] = arena_slice(&p->arena, v->key);
    if (t->options.keep_names) {
        p->name[l.at] = text_in(v->facts, t->name_slot);
        p->email[l.at] = text_in(v->facts, t->email_slot);
    }
    if (t->options.keep_history) put_history(p, &l);
}

static void take_subject(void *context, const struct subject_view *v)
{
    struct part *p = context;
    const uint8_t visited = p->tabulate->definition->landing.given ? count_visitor(p, v) : 0;
    if (v->kind != p->tabulate->funnel->of) return;
    for (size_t at = lap_after(p, v->facts, 0, 0), next; at < v->facts->interval_count; at = next) {
        next = lap_after(p, v->facts, at, v->facts->intervals[at].lap);
        put_lap(p, v, at, next, visited);
    }
}

/* ---- the whole ---- */

static void add_column(struct part *p, void **at, void **joined, size_t width)
{
    const struct column column = {at, joined, width, row_bytes(p)};
    vector_push(&p->columns, column);
}

#define ADD_COLUMN(field) add_column(p, (void **)&p->field, (void **)&f->field, sizeof *p->field)

/* An array of columns, one for each stage, score and so on, in the part and in the table. */
#define ADD_COLUMNS(field, n)                                                                                          \
    do {                                                                                                               \
        p->field = arena_zero(&p->arena, (n) * sizeof *p->field);                                                      \
        if (!f->field) f->field = arena_zero(&p->arena, (n) * sizeof *f->field);                                       \
        for (size_t i_ = 0; i_ < (n); i_++) ADD_COLUMN(field[i_]);                                                     \
    } while (0)

static void list_columns(struct part *p, struct fact_table *f)
{
    const struct tabulate *t = p->tabulate;
    const struct definition *d = t->definition;
    ADD_COLUMN(lap);
    ADD_COLUMN(window);
    ADD_COLUMN(carried);
    ADD_COLUMNS(entered, t->funnel->stage_count);
    ADD_COLUMNS(dimension, d->dimension_count);
    if (t->options.stages_only) return;
    ADD_COLUMN(unproposed);
    ADD_COLUMN(now_in);
    ADD_COLUMN(exit);
    ADD_COLUMN(exit_stage);
    ADD_COLUMN(exit_at);
    ADD_COLUMN(exit_reason);
    ADD_COLUMN(returns);
    ADD_COLUMN(audience);
    ADD_COLUMN(touch_days);
    if (d->landing.given) ADD_COLUMN(visited);
    ADD_COLUMNS(score, d->score_count);
    if (t->best_scores) ADD_COLUMNS(best_score, d->score_count);
    ADD_COLUMNS(icp, d->icp_count);
    ADD_COLUMNS(audience_clause, d->audience ? d->audience->count : 0);
    if (t->options.keep_subjects) ADD_COLUMN(subject);
    if (t->options.keep_names) {
        ADD_COLUMN(name);
        ADD_COLUMN(email);
    }
    if (t->options.keep_history) ADD_COLUMN(history);
}

static void part_init(struct part *p, struct tabulate *t)
{
    p->tabulate = t;
    p->cursor = zone_cursor_of(t->calendar.zone);
    arena_init(&p->arena);
    buffer_init(&p->packed, BUFFER_NO_LIMIT);
    list_columns(p, &t->table);
}

struct tabulate *tabulate_new(const struct engine *engine, struct engine_calendar calendar,
                              const struct tabulate_options *options, int threads)
{
    struct tabulate *t = memory_new(sizeof *t);
    t->engine = engine;
    t->definition = definition_reported(engine_definition(engine), options->funnel);
    t->calendar = calendar;
    t->options = *options;
    t->funnel = &t->definition->funnels[options->funnel];
    t->name_slot = definition_trait_slot(&t->definition->kinds[t->funnel->of], "name");
    t->email_slot = definition_trait_slot(&t->definition->kinds[t->funnel->of], "email");
    t->part_count = threads;
    arena_init(&t->arena);
    t->sequence_code = dictionary_code(t->definition->dictionary, t->definition->sequence.name);
    t->currency_code = dictionary_code(t->definition->dictionary, t->definition->company.currency);
    for (size_t i = 0; i < t->definition->score_count; i++) t->best_scores |= t->definition->scores[i].has_borderline;
    t->best_scores &= t->funnel->of == KIND_PERSON && !options->stages_only;
    t->parts = memory_apart((size_t)threads * sizeof *t->parts);
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
    for (int i = 0; i < NOTED_PATHS; i++) fold->paths[i] = NONE;
    const bool revenue = d->channels.revenue_event != NONE;
    fold->path_count = d->sequence.given || d->channels.given || revenue ? NOTED_PATHS : 0;
    if (d->sequence.given) {
        fold->paths[NOTED_STEP] = d->sequence.step_path;
        fold->paths[NOTED_WHICH] = d->sequence.which_path;
    }
    if (d->channels.given) fold->paths[NOTED_CHANNEL] = d->dimensions[d->channels.by].touch_path;
    if (revenue) fold->paths[NOTED_REVENUE] = d->channels.revenue_path;
    if (d->landing.given) fold->visitor = &d->landing.visitor;
    fold->kinds = 1u << t->funnel->of | (d->landing.given ? 1u << KIND_PERSON : 0);
    fold->consumers = t->consumers;
    fold->export_scores = t->best_scores;
    fold->skip_values = t->options.stages_only;
}

/* Puts the part's rows into the columns from `row` on. Chunk by chunk, each given back when it is copied: its memory is
 * taken for what is copied next, instead of fresh one, which is much dearer. */
static void join_part(struct part *p, size_t row)
{
    for (size_t c = 0, left = p->rows; c < p->chunks.count; c++) {
        const struct chunk *chunk = &p->chunks.at[c];
        const size_t taken = left < chunk->rows ? left : chunk->rows;
        for (size_t i = 0; i < p->columns.count; i++) {
            const struct column *column = &p->columns.at[i];
            memcpy((char *)*column->joined + row * column->width, chunk->room + column->before * chunk->rows,
                   taken * column->width);
        }
        row += taken;
        left -= taken;
        free(chunk->room);
    }
    vector_release(&p->chunks);
    p->left = 0;
}

struct joining {
    const struct tabulate *tabulate;
    const uint32_t *base; /* by part: its first row */
    atomic_int next;      /* part */
};

static void *join_parts(void *context)
{
    struct joining *j = context;
    for (int i; (i = atomic_fetch_add(&j->next, 1)) < j->tabulate->part_count;)
        join_part(&j->tabulate->parts[i], j->base[i]);
    return NULL;
}

/* By as many threads as have folded, where that is worth their beginning. */
static void join_all(const struct tabulate *t, const uint32_t *base, size_t rows)
{
    enum { MANY_ROWS = 1 << 16 };
    struct joining joining = {.tabulate = t, .base = base};
    const int helpers = rows < MANY_ROWS ? 0 : t->part_count - 1;
    pthread_t *threads = memory_new((size_t)helpers * sizeof *threads);
    int started = 0;
    for (size_t c = 0; c < t->parts[0].columns.count; c++)
        *t->parts[0].columns.at[c].joined = memory_large(rows * t->parts[0].columns.at[c].width + 1);
    while (started < helpers && pthread_create(&threads[started], NULL, join_parts, &joining) == 0) started++;
    join_parts(&joining);
    for (int i = 0; i < started; i++) pthread_join(threads[i], NULL);
    free(threads);
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
        rows += t->parts[i].rows;
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
    JOIN_SIDE(returned, struct return_row, f->returned, f->returned_count);
    JOIN_SIDE(later, struct later_row, f->later, f->later_count);
    JOIN_SIDE(mails, struct mail_row, f->mails, f->mail_count);
    JOIN_SIDE(credits, struct credit_row, f->credits, f->credit_count);
    join_all(t, base, rows);
    return f;
}

size_t tabulate_rows(const struct tabulate *t, int thread)
{
    return t->parts[thread].rows;
}

const uint64_t *tabulate_visitors(const struct tabulate *t, int thread)
{
    return t->parts[thread].visitors;
}

void tabulate_drop_columns(struct tabulate *t)
{
    for (size_t c = 0; c < t->parts[0].columns.count; c++) {
        free(*t->parts[0].columns.at[c].joined);
        *t->parts[0].columns.at[c].joined = NULL;
    }
}

static void drop_chunks(struct part *p)
{
    for (size_t c = 0; c < p->chunks.count; c++) free(p->chunks.at[c].room);
    vector_release(&p->chunks);
    p->left = 0;
}

void tabulate_free(struct tabulate *t)
{
    if (!t) return;
    tabulate_drop_columns(t);
    for (int i = 0; i < t->part_count; i++) {
        struct part *p = &t->parts[i];
        drop_chunks(p);
        vector_release(&p->columns);
        vector_release(&p->handoffs);
        vector_release(&p->returned);
        vector_release(&p->later);
        vector_release(&p->mails);
        vector_release(&p->credits);
        vector_release(&p->touches);
        lap_history_release(&p->told);
        buffer_release(&p->packed);
        arena_release(&p->arena);
    }
    arena_release(&t->arena);
    free(t->parts);
    free(t->consumers);
    free(t);
}

#include "runtime/reframe.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/arena.h"
#include "engine/engine.h"
#include "runtime/columns.h"
#include "runtime/lap_history.h"
#include "runtime/mail_rows.h"

enum { PARTS_MAX = 64, BLOCK = 1024 /* rows, a multiple of what a cache line holds of any column */ };

/* Rows from..until are one thread's. */
struct part {
    struct reframed *owner;
    size_t from, until;
    VECTOR(uint32_t) cut; /* rows of the compared period */
    bool differs;         /* one of them was another by that period's as-of */
    VECTOR(struct later_row) later;
    struct mail_rows mails;
    struct lap_history history; /* scratch */
} APART;

struct copied { /* a column of its own */
    void **at;
    size_t width;
};

struct reframed {
    struct fact_table table;
    struct fact_table wide;
    struct frame frame;
    size_t stages, scores; /* scores: whose highest value is kept */
    struct part *parts;
    int part_count;
    VECTOR(struct copied) copied;
    struct arena arena;   /* lists of columns */
    atomic_size_t copies; /* next column to copy */
    void *sides[TABLE_SIDES];
    uint8_t *visited;
};

/* ---- threads ---- */

static void run_parts(struct reframed *r, void *(*work)(void *part))
{
    pthread_t threads[PARTS_MAX];
    int started = 1;
    while (started < r->part_count && !pthread_create(&threads[started], NULL, work, &r->parts[started])) started++;
    work(&r->parts[0]);
    for (int i = started; i < r->part_count; i++) work(&r->parts[i]);
    for (int i = 1; i < started; i++) pthread_join(threads[i], NULL);
}

/* A few rows are not worth a thread. */
static void split(struct reframed *r, int threads)
{
    enum { MANY_ROWS = 1 << 15 };
    const size_t rows = r->wide.rows;
    r->part_count = rows < MANY_ROWS || threads < 1 ? 1 : threads < PARTS_MAX ? threads : PARTS_MAX;
    r->parts = memory_apart((size_t)r->part_count * sizeof *r->parts);
    for (int i = 0; i < r->part_count; i++) {
        const size_t share = rows / (size_t)r->part_count / BLOCK * BLOCK;
        r->parts[i].owner = r;
        r->parts[i].from = share * (size_t)i;
        r->parts[i].until = i + 1 == r->part_count ? rows : share * (size_t)(i + 1);
    }
}

/* ---- whose window ---- */

/* Instants in order as numbers of which INSTANT_NONE is the highest. */
static uint64_t order_of(int64_t at)
{
    return ((uint64_t)at ^ UINT64_C(1) << 63) - 1;
}

static int64_t instant_of(uint64_t order)
{
    return (int64_t)((order + 1) ^ UINT64_C(1) << 63);
}

/* The first entry of a lap, whichever stage it was of. */
static int64_t start_of(const struct reframed *r, size_t row)
{
    uint64_t first = UINT64_MAX;
    for (size_t s = 0; s < r->stages; s++) {
        const uint64_t at = order_of(r->wide.entered[s][row]);
        if (at < first) first = at;
    }
    return instant_of(first);
}

static void find_starts(const struct reframed *r, size_t from, size_t count, uint64_t *first)
{
    memset(first, 0xff, count * sizeof *first);
    for (size_t s = 0; s < r->stages; s++) {
        const int64_t *entered = r->wide.entered[s] + from;
        for (size_t i = 0; i < count; i++) {
            const uint64_t at = order_of(entered[i]);
            first[i] = at < first[i] ? at : first[i];
        }
    }
}

static void *find_windows(void *context)
{
    struct part *p = context;
    const struct reframed *r = p->owner;
    const struct report_window *w = r->frame.windows;
    const uint64_t from = order_of(w[0].from), width = order_of(w[0].until) - from,
                   other = r->frame.has_compare ? order_of(w[1].from) : 0,
                   other_width = r->frame.has_compare ? order_of(w[1].until) - other : 0;
    uint64_t first[BLOCK];
    for (size_t at = p->from; at < p->until; at += BLOCK) {
        const size_t count = p->until - at < BLOCK ? p->until - at : BLOCK;
        find_starts(r, at, count, first);
        for (size_t i = 0; i < count; i++) {
            const bool now = first[i] - from < width, before = !now && first[i] - other < other_width;
            r->table.window[at + i] = now ? WINDOW_PERIOD : before ? WINDOW_COMPARE : WINDOW_NONE;
            if (before) vector_push(&p->cut, (uint32_t)(at + i));
        }
    }
    return NULL;
}

/* ---- as of an earlier instant ---- */

/* As tabulate.c has it: the last of what was held then. */
static int8_t held_then(const struct reframed *r, size_t row, int64_t then, const struct lap_history *h)
{
    const struct fact_table *t = &r->wide;
    int8_t held = -1;
    for (size_t i = 0; i < h->spans.count; i++)
        if (h->spans.at[i].entered <= then && h->spans.at[i].left > then) held = (int8_t)h->spans.at[i].stage;
    if (h->spans.count || (t->exit[row] != EXIT_NONE && t->exit_at[row] <= then)) return held;
    for (size_t s = 0; s < r->stages; s++)
        if (t->entered[s][row] != INSTANT_NONE && t->entered[s][row] <= then) held = (int8_t)s;
    return held;
}

static uint16_t touch_days_then(const struct lap_history *h, int64_t then)
{
    size_t days = 0;
    while (days < h->touches.count && h->touches.at[days] <= then && days < UINT16_MAX) days++;
    return (uint16_t)days;
}

static int64_t best_then(const struct lap_history *h, uint32_t score, int64_t then)
{
    int64_t best = INT64_MIN;
    for (size_t i = 0; i < h->rises.count; i++)
        if (h->rises.at[i].score == score && h->rises.at[i].at <= then) best = h->rises.at[i].value;
    return best;
}

static bool row_differs(const struct reframed *r, size_t row, int64_t then, struct lap_history *h)
{
    const struct fact_table *t = &r->wide;
    if (t->exit[row] != EXIT_NONE && t->exit_at[row] > then) return true;
    for (size_t s = 0; s < r->stages; s++)
        if (t->entered[s][row] > then) return true;
    if (!t->history[row]) return false;
    lap_history_unpack(t->history[row], start_of(r, row), h);
    if (held_then(r, row, then, h) != t->now_in[row] || touch_days_then(h, then) != t->touch_days[row]) return true;
    for (size_t i = 0; i < h->spans.count; i++)
        if (h->spans.at[i].entered > then) return true; /* of it the row may tell a return */
    for (uint32_t s = 0; s < r->scores; s++)
        if (best_then(h, s, then) != t->best_score[s][row]) return true;
    return false;
}

static void *find_differing(void *context)
{
    struct part *p = context;
    const int64_t then = p->owner->frame.windows[1].as_of;
    for (size_t i = 0; i < p->cut.count && !p->differs; i++)
        p->differs = row_differs(p->owner, p->cut.at[i], then, &p->history);
    return NULL;
}

static void put_nothing(struct fact_table *t, size_t row)
{
    t->lap[row] = 0;
    t->window[row] = WINDOW_NONE;
}

static void put_exit(struct fact_table *t, size_t row, int64_t then)
{
    if (t->exit[row] == EXIT_NONE || t->exit_at[row] <= then) return;
    t->exit[row] = EXIT_NONE;
    t->exit_stage[row] = -1;
    t->exit_at[row] = INSTANT_NONE;
    t->exit_reason[row] = 0;
}

static void put_row(struct part *p, size_t row, int64_t then)
{
    const struct reframed *r = p->owner;
    struct fact_table *t = &p->owner->table;
    const int64_t start = start_of(r, row);
    uint64_t reached = 0;
    lap_history_unpack(r->wide.history[row], start, &p->history);
    if (start > then) put_nothing(t, row);
    t->now_in[row] = held_then(r, row, then, &p->history);
    put_exit(t, row, then);
    for (size_t s = 0; s < r->stages; s++) {
        int64_t *entered = &t->entered[s][row];
        if (*entered > then) *entered = INSTANT_NONE;
        reached |= (uint64_t)(*entered != INSTANT_NONE) << s;
    }
    t->carried[row] &= reached;
    t->unproposed[row] &= reached;
    t->touch_days[row] = touch_days_then(&p->history, then);
    for (uint32_t s = 0; s < r->scores; s++) t->best_score[s][row] = best_then(&p->history, s, then);
}

/* What tabulate.c tells beside a row of the compared period. */
static void note_later(struct part *p, size_t row, int64_t then)
{
    const struct fact_table *t = &p->owner->wide;
    if (t->lap[row] != 1) return;
    for (size_t s = 0; s < p->owner->stages; s++)
        if (t->entered[s][row] > then)
            vector_push(&p->later, ((struct later_row){(uint32_t)row, (uint8_t)s, t->entered[s][row]}));
}

static void *put_rows(void *context)
{
    struct part *p = context;
    for (size_t i = 0; i < p->cut.count; i++) note_later(p, p->cut.at[i], p->owner->frame.windows[1].as_of);
    for (size_t i = 0; i < p->cut.count; i++) put_row(p, p->cut.at[i], p->owner->frame.windows[1].as_of);
    return NULL;
}

/* ---- columns of its own ---- */

#define COPY(r, field)                                                                                                 \
    vector_push(&(r)->copied, ((struct copied){(void **)&(r)->table.field, sizeof *(r)->table.field}))
#define COPY_LIST(r, field, n)                                                                                         \
    do {                                                                                                               \
        void *list_ = arena_alloc(&(r)->arena, (n) * sizeof *(r)->table.field);                                        \
        if (n) memcpy(list_, (void *)(r)->table.field, (n) * sizeof *(r)->table.field);                                \
        (r)->table.field = list_;                                                                                      \
        for (size_t i_ = 0; i_ < (n); i_++) COPY(r, field[i_]);                                                        \
    } while (0)

static void *copy_columns(void *context)
{
    struct reframed *r = ((struct part *)context)->owner;
    for (size_t c; (c = atomic_fetch_add(&r->copies, 1)) < r->copied.count;) {
        const struct copied *column = &r->copied.at[c];
        const size_t size = r->wide.rows * column->width;
        void *own = memory_large(size + 1);
        memcpy(own, *column->at, size);
        *column->at = own;
    }
    return NULL;
}

/* All that rows of the compared period may be without what came later. */
static void copy_all(struct reframed *r)
{
    COPY(r, lap);
    COPY_LIST(r, entered, r->stages);
    COPY(r, carried);
    COPY(r, unproposed);
    COPY(r, now_in);
    COPY(r, exit);
    COPY(r, exit_stage);
    COPY(r, exit_at);
    COPY(r, exit_reason);
    COPY(r, returns);
    COPY(r, touch_days);
    if (r->scores) COPY_LIST(r, best_score, r->scores);
    run_parts(r, copy_columns);
}

/* ---- side tables ---- */

/* Puts the entry as it was by then; false: it was not yet. */
typedef bool entry_then(struct reframed *r, void *entry, int64_t then);

static bool handoff_then(struct reframed *r, void *entry, int64_t then)
{
    struct handoff_row *h = entry;
    if (h->submitted > then) return false;
    if (h->at <= then || h->at == INSTANT_MAX) return true;
    h->at = INSTANT_MAX;
    h->outcome = HANDOFF_OPEN;
    h->reason = 0;
    return true;
}

static bool returned_then(struct reframed *r, void *entry, int64_t then)
{
    const struct return_row *x = entry;
    return x->at <= then;
}

static bool credit_then(struct reframed *r, void *entry, int64_t then)
{
    const struct credit_row *c = entry;
    return c->won_at <= then;
}

/* `window`: of each row before any was found not to have begun. Entries begin with their row. */
static void *side_then(struct reframed *r, const void *entries, size_t *count, size_t width, entry_then *put)
{
    const int64_t then = r->frame.windows[1].as_of;
    char *out = memory_large(*count * width + 1), *to = out;
    for (size_t i = 0; i < *count; i++) {
        uint32_t row;
        memcpy(to, (const char *)entries + i * width, width);
        memcpy(&row, to, sizeof row);
        if (r->table.window[row] != WINDOW_COMPARE || put(r, to, then)) to += width;
    }
    *count = (size_t)(to - out) / width;
    return out;
}

/* Before rows that had not begun are taken out of their window. */
static void cut_sides(struct reframed *r)
{
    struct fact_table *t = &r->table;
    t->handoffs = r->sides[0] = side_then(r, t->handoffs, &t->handoff_count, sizeof *t->handoffs, handoff_then);
    t->returned = r->sides[1] = side_then(r, t->returned, &t->returned_count, sizeof *t->returned, returned_then);
    t->credits = r->sides[2] = side_then(r, t->credits, &t->credit_count, sizeof *t->credits, credit_then);
}

static void count_returns(struct reframed *r)
{
    const struct fact_table *t = &r->wide;
    for (size_t i = 0; i < t->returned_count; i++)
        if (r->table.window[t->returned[i].row] == WINDOW_COMPARE && t->returned[i].at > r->frame.windows[1].as_of)
            r->table.returns[t->returned[i].row]--;
}

/* Rows of no window have none (tabulate.c). */
static void *find_mails(void *context)
{
    struct part *p = context;
    const struct reframed *r = p->owner;
    const uint32_t until = r->wide.definition->sequence.until;
    for (size_t row = p->from; row < p->until; row++) {
        const uint8_t window = r->table.window[row];
        if (window == WINDOW_NONE || !r->wide.history[row]) continue;
        const int64_t then = r->frame.windows[window - 1].as_of;
        struct mail_walk walk = mail_walk_begin(&p->mails, (uint32_t)row, r->table.entered[until][row]);
        lap_history_unpack(r->wide.history[row], start_of(r, row), &p->history);
        for (size_t i = 0; i < p->history.mails.count && p->history.mails.at[i].at <= then; i++)
            if (!mail_walk_take(&p->mails, &walk, &p->history.mails.at[i])) break;
        mail_walk_end(&p->mails, &walk);
    }
    return NULL;
}

static void put_mails(struct reframed *r)
{
    size_t count = 0;
    if (!r->wide.definition->sequence.given) return;
    run_parts(r, find_mails);
    for (int i = 0; i < r->part_count; i++) count += r->parts[i].mails.count;
    struct mail_row *mails = memory_large(count * sizeof *mails + 1), *to = mails;
    for (int i = 0; i < r->part_count; i++) {
        const struct mail_rows *some = &r->parts[i].mails;
        if (some->count) memcpy(to, some->at, some->count * sizeof *to);
        to += some->count;
    }
    r->sides[3] = mails;
    r->table.mails = mails;
    r->table.mail_count = count;
}

static uint8_t visited_of(const struct frame *f, const struct lap_history *h)
{
    uint8_t windows = 0;
    for (int w = 0; w < 1 + f->has_compare; w++)
        for (size_t i = 0; i < h->visits.count; i++)
            if (h->visits.at[i] >= f->windows[w].from && h->visits.at[i] < f->windows[w].until)
                windows |= (uint8_t)(2u << w);
    return windows;
}

static void *find_visited(void *context)
{
    struct part *p = context;
    const struct reframed *r = p->owner;
    for (size_t row = p->from; row < p->until; row++) {
        lap_history_unpack(r->wide.history[row], r->wide.history[row] ? start_of(r, row) : 0, &p->history);
        r->table.visited[row] = visited_of(&r->frame, &p->history);
    }
    return NULL;
}

static void put_visited(struct reframed *r)
{
    if (!r->wide.visited) return;
    r->table.visited = r->visited = memory_large(r->wide.rows + 1);
    run_parts(r, find_visited);
}

static void put_later(struct reframed *r)
{
    size_t count = 0;
    for (int i = 0; i < r->part_count; i++) count += r->parts[i].later.count;
    struct later_row *all = memory_large(count * sizeof *all + 1), *to = all;
    for (int i = 0; i < r->part_count; i++)
        for (size_t k = 0; k < r->parts[i].later.count; k++) *to++ = r->parts[i].later.at[k];
    r->table.later = r->sides[4] = all;
    r->table.later_count = count;
}

/* ---- the whole ---- */

static void cut_rows(struct reframed *r)
{
    size_t cut = 0;
    bool differs = false;
    for (int i = 0; i < r->part_count; i++) cut += r->parts[i].cut.count;
    if (!cut) return;
    run_parts(r, find_differing);
    for (int i = 0; i < r->part_count; i++) differs |= r->parts[i].differs;
    if (!differs) {
        cut_sides(r);
        return;
    }
    copy_all(r);
    count_returns(r);
    cut_sides(r);
    run_parts(r, put_rows);
    put_later(r);
}

struct reframed *table_reframe(const struct fact_table *wide, const struct frame *frame, int threads)
{
    struct reframed *r = memory_new(sizeof *r);
    r->wide = *wide;
    r->frame = *frame;
    r->table = *wide;
    r->stages = wide->definition->funnels[wide->funnel].stage_count;
    r->scores = wide->best_score ? wide->definition->score_count : 0;
    arena_init(&r->arena);
    memcpy(r->table.windows, frame->windows, sizeof r->table.windows);
    memcpy(r->table.visitors, frame->visitors, sizeof r->table.visitors);
    r->table.has_compare = frame->has_compare;
    r->table.quality.late = frame->late;
    r->table.window = memory_large(wide->rows + 1);
    split(r, threads);
    run_parts(r, find_windows);
    cut_rows(r);
    put_mails(r);
    put_visited(r);
    return r;
}

const struct fact_table *reframed_table(const struct reframed *r)
{
    return &r->table;
}

void reframed_free(struct reframed *r)
{
    if (!r) return;
    for (size_t i = 0; i < r->copied.count; i++) free(*r->copied.at[i].at);
    for (size_t i = 0; i < sizeof r->sides / sizeof *r->sides; i++) free(r->sides[i]);
    for (int i = 0; i < r->part_count; i++) {
        vector_release(&r->parts[i].cut);
        vector_release(&r->parts[i].later);
        vector_release(&r->parts[i].mails);
        lap_history_release(&r->parts[i].history);
    }
    vector_release(&r->copied);
    arena_release(&r->arena);
    free(r->table.window);
    free(r->visited);
    free(r->parts);
    free(r);
}

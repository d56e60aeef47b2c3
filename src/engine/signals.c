/* Aggregates kept up to date as events arrive. Each has state of fixed size, or a queue of what is still inside its
 * window. */
#include "engine/internal.h"

#include <stdlib.h>

static const struct signal *signal_of(const struct folder *f, uint32_t i)
{
    return &f->plan->model->signals[i];
}

void folder_seek_day(struct folder *f, int64_t at)
{
    if (at >= f->day_from && at < f->day_until) return;
    const struct zone *zone = f->engine->calendar.zone;
    f->day = zone_day(zone, at);
    f->day_from = zone_day_start(zone, f->day);
    f->day_until = zone_day_start(zone, f->day + 1);
}

/* A window is closed, so this is one microsecond past its length. */
int64_t leaves_at(const struct folder *f, const struct signal *s, int64_t at)
{
    if (!s->window.amount) return INSTANT_MAX;
    int64_t end = duration_after(f->engine, s->window, at);
    return s->window.unit == DURATION_CALENDAR_DAYS ? end : end + 1;
}

/* ---- what the cell shows ---- */

static struct cell sum_cell(const struct folder *f, const struct signal *s, const struct signal_state *st)
{
    enum field_kind kind = f->plan->model->slots[s->slot].type.kind;
    if (kind == FIELD_INT) return cell_int(st->number);
    if (kind != FIELD_MONEY) return cell_decimal(st->number);
    return st->unit ? (struct cell){.kind = CELL_MONEY, .unit = st->unit, .number = st->number} : cell_absent();
}

static bool less(struct cell a, struct cell b)
{
    return a.number < b.number;
}

static struct cell kept_in_window(const struct queue *q)
{
    return q->count ? q->at[q->head].value : cell_absent();
}

static struct cell shown(const struct folder *f, const struct signal *s, const struct signal_state *st)
{
    switch (s->reduce) {
    case REDUCE_COUNT: return cell_int(s->window.amount ? (int64_t)st->queue.count : st->number);
    case REDUCE_DISTINCT:
    case REDUCE_STREAK: return cell_int(st->number);
    case REDUCE_SUM: return sum_cell(f, s, st);
    case REDUCE_WEIGH:
        return weighed(s,
                       s->half_life_days ? (int64_t)(((__int128)st->number * DECIMAL_ONE) >> DECAY_SHIFT) : st->number);
    case REDUCE_DAYS_SINCE: return st->at == INSTANT_NONE ? cell_absent() : cell_int((f->now - st->at) / DAY_US);
    case REDUCE_LAST_AT: return st->at == INSTANT_NONE ? cell_absent() : cell_instant(st->at);
    default: return s->window.amount ? kept_in_window(&st->queue) : st->kept;
    }
}

/* True when it shows another value than before. */
static bool show(struct folder *f, const struct signal *s, const struct signal_state *st)
{
    struct cell value = shown(f, s, st);
    if (cell_same(f->cells[s->slot], value)) return false;
    f->cells[s->slot] = value;
    bits_add(&f->pending, s->slot);
    return true;
}

/* ---- the passing of time ---- */

static void decay_to(struct folder *f, uint32_t signal, struct signal_state *st, int64_t day)
{
    uint64_t keep = f->engine->decays[f->plan->kind][signal].per_day;
    if (!st->number) st->day = day;
    for (; st->day < day && st->number; st->day++)
        st->number = (int64_t)((unsigned __int128)(uint64_t)st->number * keep >> 32);
    st->day = day;
}

static void expire(const struct signal *s, struct signal_state *st, int64_t now)
{
    struct queue *q = &st->queue;
    while (q->count && q->at[q->head].leaves <= now) {
        if (s->reduce == REDUCE_SUM || s->reduce == REDUCE_WEIGH) st->number -= q->at[q->head].value.number;
        if (s->reduce == REDUCE_DISTINCT) {
            st->number--;
            queue_forget(q);
        } else {
            queue_pop(q);
        }
    }
}

/* Nothing leaves its window yet, and nothing else changes with time. */
static bool still_holds(const struct folder *f, const struct signal *s, const struct signal_state *st)
{
    if (s->half_life_days || s->reduce == REDUCE_DAYS_SINCE) return false;
    return !st->queue.count || st->queue.at[st->queue.head].leaves > f->now;
}

void signal_refresh(struct folder *f, uint32_t i)
{
    const struct signal *s = signal_of(f, i);
    struct signal_state *st = &f->signals[i];
    if (still_holds(f, s, st)) return;
    if (s->window.amount) expire(s, st, f->now);
    if (s->half_life_days) {
        folder_seek_day(f, f->now);
        decay_to(f, i, st, f->day);
    }
    show(f, s, st);
}

int64_t signal_next_change(struct folder *f, uint32_t i)
{
    const struct signal *s = signal_of(f, i);
    const struct signal_state *st = &f->signals[i];
    int64_t next = INSTANT_MAX;
    const struct queue *q = &st->queue;
    if (s->window.amount && q->count) next = q->at[q->head].leaves;
    if (s->half_life_days && st->number) {
        folder_seek_day(f, f->now);
        if (f->day_until < next) next = f->day_until;
    }
    if (s->reduce == REDUCE_DAYS_SINCE && st->at != INSTANT_NONE) {
        int64_t turn = st->at + ((f->now - st->at) / DAY_US + 1) * DAY_US;
        if (turn < next) next = turn;
    }
    return next;
}

/* ---- matches ---- */

static int64_t period_of(struct folder *f, const struct signal *s, int64_t at)
{
    folder_seek_day(f, at);
    if (!s->by_week) return f->day;
    int first = f->engine->definition->company.week_starts_monday;
    return floor_div(f->day + 4 - first, 7); /* day 0 was a Thursday */
}

static void feed_streak(struct folder *f, const struct signal *s, struct signal_state *st, int64_t at)
{
    int64_t period = period_of(f, s, at);
    if (st->number && st->day == period) return;
    st->number = st->number && st->day == period - 1 ? st->number + 1 : 1;
    st->day = period;
}

static void feed_distinct(struct folder *f, const struct signal *s, struct signal_state *st, const struct effect *e,
                          int64_t at)
{
    if (!s->window.amount && s->enough && st->number > s->enough) return;
    st->number += queue_see(&st->queue, (struct queued){leaves_at(f, s, at), e->value});
}

static void feed_sum(struct folder *f, const struct signal *s, struct signal_state *st, const struct effect *e,
                     int64_t at)
{
    if (e->value.kind == CELL_MONEY) {
        if (!st->unit) st->unit = e->value.unit;
        if (st->unit != e->value.unit) return; /* another currency: not added to this one */
    }
    if (__builtin_add_overflow(st->number, e->value.number, &st->number)) st->number = INT64_MAX;
    if (s->window.amount) queue_push(&st->queue, (struct queued){leaves_at(f, s, at), e->value});
}

/* What can never be shown again, as `value` comes after it and stays longer. */
static bool outshone(const struct signal *s, struct cell kept, struct cell value)
{
    switch (s->reduce) {
    case REDUCE_LAST: return true;
    case REDUCE_MIN: return less(value, kept);
    case REDUCE_MAX: return less(kept, value);
    default: return false;
    }
}

static void feed_kept_in_window(struct queue *q, const struct signal *s, struct queued item)
{
    while (q->count && outshone(s, q->at[q->head + q->count - 1].value, item.value)) queue_drop(q);
    queue_push(q, item);
}

static void feed_kept(struct folder *f, const struct signal *s, struct signal_state *st, const struct effect *e,
                      int64_t at)
{
    if (s->window.amount)
        feed_kept_in_window(&st->queue, s, (struct queued){leaves_at(f, s, at), e->value});
    else if (st->kept.kind == CELL_ABSENT || outshone(s, st->kept, e->value))
        st->kept = e->value;
}

static void feed_weight(struct folder *f, const struct signal *s, struct signal_state *st, const struct effect *e,
                        int64_t at)
{
    const struct weight *w = &s->weights[e->value.number];
    uint32_t *times = &f->weight_counts[f->plan->weight_base[e->index] + (uint32_t)e->value.number];
    if (w->at_most && *times >= w->at_most) return;
    ++*times;
    if (s->half_life_days) {
        folder_seek_day(f, at);
        decay_to(f, e->index, st, f->day);
        st->number += (int64_t)(((__int128)w->points << DECAY_SHIFT) / DECIMAL_ONE);
        if (st->number < 0) st->number = 0;
        return;
    }
    st->number += w->points;
    if (s->window.amount) queue_push(&st->queue, (struct queued){leaves_at(f, s, at), cell_decimal(w->points)});
}

static void feed_count(struct folder *f, const struct signal *s, struct signal_state *st, int64_t at)
{
    if (!s->window.amount) {
        st->number++;
        return;
    }
    queue_push(&st->queue, (struct queued){leaves_at(f, s, at), cell_absent()});
    if (s->enough && st->queue.count > (size_t)s->enough) queue_pop(&st->queue);
}

void signal_feed(struct folder *f, const struct effect *e, int64_t at)
{
    const struct signal *s = signal_of(f, e->index);
    struct signal_state *st = &f->signals[e->index];
    bits_add(&f->touched, e->index);
    bits_add(&f->fed, s->slot);
    if (s->window.amount) expire(s, st, at);
    switch (s->reduce) {
    case REDUCE_COUNT: feed_count(f, s, st, at); break;
    case REDUCE_DISTINCT: feed_distinct(f, s, st, e, at); break;
    case REDUCE_STREAK: feed_streak(f, s, st, at); break;
    case REDUCE_SUM: feed_sum(f, s, st, e, at); break;
    case REDUCE_WEIGH: feed_weight(f, s, st, e, at); break;
    case REDUCE_FIRST:
    case REDUCE_LAST:
    case REDUCE_MIN:
    case REDUCE_MAX: feed_kept(f, s, st, e, at); break;
    case REDUCE_DAYS_SINCE:
    case REDUCE_LAST_AT: break;
    }
    st->at = at;
    if (show(f, s, st) && f->cells[s->slot].number >= f->plan->told_apart[e->index].least)
        bits_add(&f->changed, s->slot);
}

/* ---- beginning again ---- */

static inline void begin(struct folder *f, uint32_t i, int64_t since)
{
    struct signal_state *st = &f->signals[i];
    const struct signal *s = signal_of(f, i);
    /* Field by field, since the queue keeps its memory: to copy it around the rest waits for the stores before. */
    st->number = st->day = 0;
    st->at = INSTANT_NONE;
    st->since = since;
    st->unit = 0;
    st->kept = cell_absent();
    queue_clear(&st->queue);
    if (s->weight_count)
        memset(f->weight_counts + f->plan->weight_base[i], 0, s->weight_count * sizeof *f->weight_counts);
}

void signal_anchor(struct folder *f, uint32_t i, int64_t since)
{
    begin(f, i, since);
    if (f->plan->adds_to[i] != NONE) f->room[f->plan->adds_to[i]] = 0; /* of the score with what was before */
    bits_add(&f->touched, i);
    show(f, signal_of(f, i), &f->signals[i]);
}

/* As it is before a subject's first event. */
static inline void reset(struct folder *f, uint32_t i)
{
    begin(f, i, signal_of(f, i)->since_stage != NONE ? INSTANT_MAX : INSTANT_NONE);
}

void signals_init(struct folder *f)
{
    for (uint32_t i = 0; i < f->plan->model->signal_count; i++) reset(f, i);
}

void signals_reset(struct folder *f)
{
    for (unsigned w = 0; w < f->plan->words; w++)
        for (; f->touched.word[w]; f->touched.word[w] &= f->touched.word[w] - 1)
            reset(f, w * 64 + (uint32_t)__builtin_ctzll(f->touched.word[w]));
}

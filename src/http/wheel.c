#include "http/wheel.h"

#include <stddef.h>

static void empty(struct wheel_timer *head)
{
    head->before = head->after = head;
}

static void insert(struct wheel_timer *head, struct wheel_timer *timer)
{
    timer->before = head->before;
    timer->after = head;
    head->before->after = timer;
    head->before = timer;
}

void wheel_init(struct wheel *wheel, uint64_t now)
{
    wheel->now = now;
    for (int i = 0; i < WHEEL_BUCKETS; i++) empty(&wheel->bucket[i]);
}

void wheel_cancel(struct wheel_timer *timer)
{
    if (!timer->before) return;
    timer->before->after = timer->after;
    timer->after->before = timer->before;
    timer->before = timer->after = NULL;
}

void wheel_set(struct wheel *wheel, struct wheel_timer *timer, uint64_t due)
{
    wheel_cancel(timer);
    timer->due = due > wheel->now ? due : wheel->now + 1;
    insert(&wheel->bucket[timer->due % WHEEL_BUCKETS], timer);
}

/* Those of a bucket that are due; the rest wait for another turn of the wheel. Taken to a list of their own first, so
 * that `expire` may change the bucket. */
static void run_bucket(struct wheel *wheel, struct wheel_timer *head,
                       void (*expire)(void *context, struct wheel_timer *timer), void *context)
{
    struct wheel_timer due;
    empty(&due);
    for (struct wheel_timer *timer = head->after, *next; timer != head; timer = next) {
        next = timer->after;
        if (timer->due > wheel->now) continue;
        wheel_cancel(timer);
        insert(&due, timer);
    }
    while (due.after != &due) {
        struct wheel_timer *timer = due.after;
        wheel_cancel(timer);
        expire(context, timer);
    }
}

void wheel_advance(struct wheel *wheel, uint64_t now, void (*expire)(void *context, struct wheel_timer *timer),
                   void *context)
{
    if (now <= wheel->now) return;
    uint64_t ticks = now - wheel->now;
    uint64_t first = wheel->now + 1;
    wheel->now = now;
    if (ticks > WHEEL_BUCKETS) ticks = WHEEL_BUCKETS;
    for (uint64_t i = 0; i < ticks; i++)
        run_bucket(wheel, &wheel->bucket[(first + i) % WHEEL_BUCKETS], expire, context);
}

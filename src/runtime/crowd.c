#include "runtime/crowd.h"

#include <stdlib.h>

#include "base/bisect.h"
#include "cel/email.h"
#include "runtime/fold.h"

struct sighting {
    uint64_t domain, person;
    int64_t at;
    uint32_t event;
};

struct watcher {
    VECTOR(struct sighting) seen;
} APART;

struct crowds {
    const struct definition *definition;
    uint32_t *address_paths;  /* by event */
    struct watcher *watchers; /* by thread */
    int watcher_count;
    VECTOR(struct crowd) found; /* by domain, event and time */
};

/* ---- what is looked for ---- */

bool crowds_wanted(const struct definition *d)
{
    for (size_t i = 0; i < d->event_count; i++)
        if (d->events[i].crowd_people) return true;
    return false;
}

uint32_t crowd_address_path(const struct definition *d, uint32_t event)
{
    const struct kind_model *persons = &d->kinds[KIND_PERSON];
    for (size_t i = 0; i < persons->trait_count; i++) {
        const struct trait *trait = &persons->traits[i];
        if (!slice_is(trait->label.name, "email")) continue;
        for (size_t k = 0; k < trait->feed_count; k++)
            if (trait->feeds[k].event == event) return trait->feeds[k].path;
    }
    return NONE;
}

uint64_t crowd_domain(struct slice address)
{
    char lower[256]; /* a domain is at most 253 bytes */
    if (!email_is_work(address)) return 0;
    const struct slice domain = email_domain(address);
    for (size_t i = 0; i < domain.len; i++)
        lower[i] = domain.ptr[i] >= 'A' && domain.ptr[i] <= 'Z' ? (char)(domain.ptr[i] + 32) : domain.ptr[i];
    const uint64_t hash = slice_hash(slice_of(lower, domain.len));
    return hash ? hash : 1;
}

struct crowds *crowds_new(const struct definition *definition, int threads)
{
    struct crowds *c = memory_new(sizeof *c);
    c->definition = definition;
    c->address_paths = memory_new(definition->event_count * sizeof *c->address_paths);
    for (uint32_t i = 0; i < definition->event_count; i++) c->address_paths[i] = crowd_address_path(definition, i);
    c->watchers = memory_apart((size_t)threads * sizeof *c->watchers);
    c->watcher_count = threads;
    return c;
}

void crowds_free(struct crowds *c)
{
    if (!c) return;
    for (int i = 0; i < c->watcher_count; i++) vector_release(&c->watchers[i].seen);
    free(c->watchers);
    free(c->address_paths);
    vector_release(&c->found);
    free(c);
}

uint32_t crowds_address_path(const struct crowds *c, uint32_t event)
{
    return c->address_paths[event];
}

/* What is known to the day only tells nothing of how fast it came. */
static bool counts(const struct crowds *c, const struct trail_item *item)
{
    const struct content_head *head = &item->noted->head;
    return c->definition->events[head->event].crowd_people && !head->day;
}

void crowds_add(struct crowds *c, int thread, uint64_t domain, uint64_t person, const struct trail_item *items,
                size_t count)
{
    struct watcher *w = &c->watchers[thread];
    for (size_t i = 0; domain && i < count; i++)
        if (counts(c, &items[i]))
            vector_push(&w->seen, ((struct sighting){domain, person, items[i].at, items[i].noted->head.event}));
}

/* ---- finding them ---- */

static int by_place(const struct sighting *x, const struct sighting *y)
{
    if (x->domain != y->domain) return x->domain < y->domain ? -1 : 1;
    return (x->event > y->event) - (x->event < y->event);
}

static int by_time(const void *a, const void *b)
{
    const struct sighting *x = a, *y = b;
    const int place = by_place(x, y);
    return place ? place : (x->at > y->at) - (x->at < y->at);
}

static int by_person(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* How many of each person a window holds, and how many persons. */
struct window {
    uint64_t *persons; /* those of the whole list, in order, each once */
    uint32_t *held;
    size_t person_count, distinct;
};

static void window_init(struct window *w, const struct sighting *seen, size_t count)
{
    size_t kept = 0;
    *w = (struct window){.persons = memory_new(count * sizeof *w->persons)};
    for (size_t i = 0; i < count; i++) w->persons[i] = seen[i].person;
    qsort(w->persons, count, sizeof *w->persons, by_person);
    for (size_t i = 0; i < count; i++)
        if (!kept || w->persons[kept - 1] != w->persons[i]) w->persons[kept++] = w->persons[i];
    w->person_count = kept;
    w->held = memory_new(kept * sizeof *w->held);
}

static void window_release(struct window *w)
{
    free(w->persons);
    free(w->held);
}

static uint32_t *held_of(struct window *w, const struct sighting *s)
{
    return &w->held[bisect(i, w->person_count, w->persons[i] < s->person)];
}

static void window_enter(struct window *w, const struct sighting *s)
{
    w->distinct += ++*held_of(w, s) == 1;
}

static void window_leave(struct window *w, const struct sighting *s)
{
    w->distinct -= --*held_of(w, s) == 0;
}

/* Of all who stand in seen[from .. until). */
static void keep_crowd(struct crowds *c, const struct sighting *seen, size_t from, size_t until)
{
    struct window all;
    window_init(&all, seen + from, until - from);
    vector_push(&c->found, ((struct crowd){.domain = seen->domain,
                                           .event = seen->event,
                                           .people = (uint32_t)all.person_count,
                                           .from = seen[from].at,
                                           .until = seen[until - 1].at}));
    window_release(&all);
}

/* Of one domain and event: windows that hold enough people, those that overlap taken together. */
static void find_crowds(struct crowds *c, const struct sighting *seen, size_t count)
{
    const struct event_type *type = &c->definition->events[seen->event];
    size_t low = 0, from = 0, until = 0; /* the crowd being gathered; until 0: none yet */
    struct window w;
    if (count < type->crowd_people) return;
    window_init(&w, seen, count);
    for (size_t high = 0; high < count; high++) {
        window_enter(&w, &seen[high]);
        while (seen[high].at - seen[low].at > type->crowd_within) window_leave(&w, &seen[low++]);
        if (w.distinct < type->crowd_people) continue;
        if (until && seen[low].at > seen[until - 1].at) {
            keep_crowd(c, seen, from, until);
            until = 0;
        }
        if (!until) from = low;
        until = high + 1;
    }
    if (until) keep_crowd(c, seen, from, until);
    window_release(&w);
}

void crowds_settle(struct crowds *c)
{
    VECTOR(struct sighting) all = {0};
    size_t count = 0;
    for (int i = 0; i < c->watcher_count; i++) count += c->watchers[i].seen.count;
    vector_reserve(&all, count);
    for (int i = 0; i < c->watcher_count; i++) {
        const struct watcher *w = &c->watchers[i];
        if (w->seen.count) memcpy(all.at + all.count, w->seen.at, w->seen.count * sizeof *all.at);
        all.count += w->seen.count;
        vector_release(&c->watchers[i].seen);
    }
    if (count) qsort(all.at, count, sizeof *all.at, by_time);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && by_place(&all.at[i], &all.at[end]) == 0;) end++;
        find_crowds(c, all.at + i, end - i);
    }
    vector_release(&all);
}

/* ---- telling of them ---- */

static bool ends_before(const struct crowd *c, uint64_t domain, const struct trail_item *item)
{
    const uint32_t event = item->noted->head.event;
    if (c->domain != domain) return c->domain < domain;
    if (c->event != event) return c->event < event;
    return c->until < item->at;
}

const struct crowd *crowds_find(const struct crowds *c, uint64_t domain, const struct trail_item *item)
{
    if (!domain || !counts(c, item)) return NULL;
    const size_t i = bisect(k, c->found.count, ends_before(&c->found.at[k], domain, item));
    const struct crowd *crowd = c->found.at + i;
    if (i == c->found.count || crowd->domain != domain || crowd->event != item->noted->head.event) return NULL;
    return crowd->from <= item->at ? crowd : NULL;
}

bool crowds_doubt(const struct crowds *c, uint64_t domain, const struct trail_item *items, size_t count,
                  uint16_t *human, const struct crowd **in)
{
    bool found = false;
    if (!domain || !c->found.count) return false;
    for (size_t i = 0; i < count; i++) {
        in[i] = crowds_find(c, domain, &items[i]);
        if (!in[i]) continue;
        const uint16_t share = (uint16_t)(HUMAN_SURE / (in[i]->people + 1));
        if (share < human[i]) human[i] = share;
        found = true;
    }
    return found;
}

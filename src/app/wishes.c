#include "app/wishes.h"

#include <pthread.h>
#include <stdlib.h>

struct wish {
    struct arena arena; /* of what follows */
    struct slice key;
    struct standing_request request;
    int64_t asked_at;
    bool again; /* it was asked more than once */
};

struct wishes {
    pthread_mutex_t lock;
    struct wish at[WISHES_MOST];
    size_t count;
};

struct wishes *wishes_new(void)
{
    struct wishes *w = memory_new(sizeof *w);
    pthread_mutex_init(&w->lock, NULL);
    for (size_t i = 0; i < WISHES_MOST; i++) arena_init(&w->at[i].arena);
    return w;
}

void wishes_free(struct wishes *w)
{
    if (!w) return;
    for (size_t i = 0; i < WISHES_MOST; i++) arena_release(&w->at[i].arena);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

static struct standing_request copied(const struct standing_request *r, struct arena *arena)
{
    struct standing_request out = *r;
    struct slice *const texts[] = {&out.funnel, &out.period, &out.compare, &out.as_of,
                                   &out.basis,  &out.lang,   &out.values,  &out.only.segment};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) *texts[i] = arena_slice(arena, *texts[i]);
    struct slice *where = ARENA_ARRAY(arena, struct slice, r->only.where_count + 1);
    for (size_t i = 0; i < r->only.where_count; i++) where[i] = arena_slice(arena, r->only.where[i]);
    out.only.where = where;
    return out;
}

/* The one that is meant, else a free place, else that of the one that was not asked for the longest time. */
static struct wish *place_of(struct wishes *w, struct slice key)
{
    struct wish *oldest = &w->at[0];
    for (size_t i = 0; i < w->count; i++) {
        if (slice_equal(w->at[i].key, key)) return &w->at[i];
        if (w->at[i].asked_at < oldest->asked_at) oldest = &w->at[i];
    }
    return w->count < WISHES_MOST ? &w->at[w->count++] : oldest;
}

void wishes_note(struct wishes *w, const struct standing_request *request, struct slice key, int64_t now)
{
    pthread_mutex_lock(&w->lock);
    struct wish *wish = place_of(w, key);
    if (!slice_equal(wish->key, key)) {
        arena_clear(&wish->arena);
        wish->key = arena_slice(&wish->arena, key);
        wish->request = copied(request, &wish->arena);
        wish->again = false;
    } else
        wish->again = true;
    wish->asked_at = now;
    pthread_mutex_unlock(&w->lock);
}

static int by_age(const void *a, const void *b)
{
    const struct wish *x = *(const struct wish *const *)a, *y = *(const struct wish *const *)b;
    if (x->again != y->again) return x->again ? -1 : 1;
    return (x->asked_at < y->asked_at) - (x->asked_at > y->asked_at);
}

size_t wishes_list(struct wishes *w, int64_t now, struct arena *arena, struct standing_request out[WISHES_MOST])
{
    const struct wish *held[WISHES_MOST];
    size_t count = 0;
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < w->count; i++)
        if (now - w->at[i].asked_at < WISH_MS) held[count++] = &w->at[i];
    qsort(held, count, sizeof *held, by_age);
    for (size_t i = 0; i < count; i++) out[i] = copied(&held[i]->request, arena);
    pthread_mutex_unlock(&w->lock);
    return count;
}

#include "access/lockout.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/memory.h"

enum { SETS = 1024, WAYS = 8 };

static_assert((int)LOCKOUT_SECRET_BYTES == crypto_shorthash_KEYBYTES, "the secret is shorthash's");

struct lockout {
    struct lockout_rule rule;
    struct lockout_keeper keeper;
    unsigned char secret[LOCKOUT_SECRET_BYTES]; /* nobody can choose keys that push out another's */
    struct guesser guessers[SETS][WAYS];
};

struct lockout *lockout_new(struct lockout_rule rule, const struct world *world)
{
    struct lockout *lockout = memory_new(sizeof *lockout);
    lockout->rule = rule;
    world_random(world, lockout->secret, sizeof lockout->secret);
    return lockout;
}

void lockout_free(struct lockout *lockout)
{
    free(lockout);
}

static uint64_t number_of(const struct lockout *lockout, struct slice key)
{
    uint64_t number = 0;
    crypto_shorthash((unsigned char *)&number, (const unsigned char *)key.ptr, key.len, lockout->secret);
    return number ? number : 1;
}

static struct guesser *find(struct lockout *lockout, struct slice key)
{
    const uint64_t number = number_of(lockout, key);
    struct guesser *set = lockout->guessers[number % SETS];
    for (int i = 0; i < WAYS; i++)
        if (set[i].key == number) return &set[i];
    return NULL;
}

static bool is_old(const struct lockout *lockout, const struct guesser *g, int64_t now)
{
    return now - g->last_at > lockout->rule.forget;
}

/* The one that is lost with the least harm. */
static bool weighs_less(const struct lockout *lockout, const struct guesser *a, const struct guesser *b, int64_t now)
{
    const bool old_a = is_old(lockout, a, now), old_b = is_old(lockout, b, now);
    if (old_a != old_b) return old_a;
    return a->failures != b->failures ? a->failures < b->failures : a->last_at < b->last_at;
}

static void tell(struct lockout *lockout, const struct guesser *g)
{
    if (lockout->keeper.put) lockout->keeper.put(lockout->keeper.context, g);
}

/* Nothing of it counts any more. */
static void clear(struct lockout *lockout, struct guesser *g)
{
    if (g->kept) tell(lockout, &(struct guesser){.key = g->key});
    *g = (struct guesser){0};
}

/* The place of a key that has none yet. */
static struct guesser *make_place(struct lockout *lockout, uint64_t number, int64_t now)
{
    struct guesser *set = lockout->guessers[number % SETS], *least = &set[0];
    for (int i = 1; i < WAYS; i++)
        if (weighs_less(lockout, &set[i], least, now)) least = &set[i];
    clear(lockout, least);
    return least;
}

static struct guesser *find_or_make(struct lockout *lockout, struct slice key, int64_t now)
{
    struct guesser *found = find(lockout, key);
    const uint64_t number = number_of(lockout, key);
    if (found && is_old(lockout, found, now)) {
        clear(lockout, found);
        *found = (struct guesser){.key = number, .last_at = now};
    }
    if (!found) {
        found = make_place(lockout, number, now);
        *found = (struct guesser){.key = number, .last_at = now};
    }
    return found;
}

static int64_t wait_after(const struct lockout_rule *rule, int failures)
{
    const int beyond = failures - rule->free_tries;
    if (beyond < 0) return 0;
    if (beyond > 30) return rule->most;
    const int64_t wait = rule->first << beyond;
    return wait < rule->most ? wait : rule->most;
}

int64_t lockout_try(struct lockout *lockout, struct slice key, int64_t now)
{
    struct guesser *g = find_or_make(lockout, key, now);
    if (now < g->until) return g->until;
    g->failures++;
    g->last_at = now;
    const int64_t wait = wait_after(&lockout->rule, g->failures);
    g->until = wait ? now + wait : 0;
    return 0;
}

int64_t lockout_failed(struct lockout *lockout, struct slice key, int64_t now)
{
    const struct guesser *g = find(lockout, key);
    return g && g->until > now ? g->until : 0;
}

void lockout_take_back(struct lockout *lockout, struct slice key)
{
    struct guesser *g = find(lockout, key);
    if (!g || !g->failures) return;
    g->failures--;
    g->until = 0;
}

void lockout_forget(struct lockout *lockout, struct slice key)
{
    struct guesser *g = find(lockout, key);
    if (g) clear(lockout, g);
}

/* ---- kept ---- */

void lockout_keep(struct lockout *lockout, const unsigned char secret[LOCKOUT_SECRET_BYTES],
                  struct lockout_keeper keeper)
{
    memcpy(lockout->secret, secret, sizeof lockout->secret);
    lockout->keeper = keeper;
}

void lockout_restore(struct lockout *lockout, const struct guesser *guesser, int64_t now)
{
    struct guesser *g = make_place(lockout, guesser->key, now);
    *g = *guesser;
    g->kept = true;
}

void lockout_note(struct lockout *lockout, struct slice key)
{
    struct guesser *g = find(lockout, key);
    if (!g || !g->failures) return;
    g->kept = true;
    tell(lockout, g);
}

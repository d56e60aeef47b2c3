#include "access/lockout.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/memory.h"

enum { SETS = 1024, WAYS = 8 };

struct guesser {
    uint64_t key;
    int64_t last_at, until;
    int failures;
};

struct lockout {
    struct lockout_rule rule;
    unsigned char secret[crypto_shorthash_KEYBYTES]; /* nobody can choose keys that push out another's */
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

static struct guesser *find_or_make(struct lockout *lockout, struct slice key, int64_t now)
{
    struct guesser *found = find(lockout, key);
    const uint64_t number = number_of(lockout, key);
    if (!found) {
        struct guesser *set = lockout->guessers[number % SETS];
        found = &set[0];
        for (int i = 1; i < WAYS; i++)
            if (weighs_less(lockout, &set[i], found, now)) found = &set[i];
        *found = (struct guesser){.key = number, .last_at = now};
    }
    if (is_old(lockout, found, now)) *found = (struct guesser){.key = number, .last_at = now};
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
    if (g) *g = (struct guesser){0};
}

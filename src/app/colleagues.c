#include "app/colleagues.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/civil.h"

struct colleagues {
    pthread_mutex_t mutex;
    struct access *access;
    struct world world;
    struct arena arena;
    struct user_list list;
    int64_t read_at; /* 0: never */
    int64_t newest;  /* highest id that was read, or was looked for in vain since */
};

struct colleagues *colleagues_new(struct access *access, struct world world)
{
    struct colleagues *c = memory_new(sizeof *c);
    pthread_mutex_init(&c->mutex, NULL);
    arena_init(&c->arena);
    c->access = access;
    c->world = world;
    return c;
}

void colleagues_free(struct colleagues *c)
{
    if (!c) return;
    arena_release(&c->arena);
    pthread_mutex_destroy(&c->mutex);
    free(c);
}

/* What cannot be read leaves those known who were known before. */
static void read_anew(struct colleagues *c, int64_t now)
{
    const struct identity command = identity_command();
    struct user_list list = {0};
    struct arena fresh;
    struct error error = {0};
    c->read_at = now;
    arena_init(&fresh);
    if (user_list(c->access, &command, &fresh, &list, &error) != ANSWER_OK) {
        arena_release(&fresh);
        return;
    }
    arena_release(&c->arena);
    c->arena = fresh;
    c->list = list;
    c->newest = 0;
    for (size_t i = 0; i < list.count; i++)
        if (list.users[i].id > c->newest) c->newest = list.users[i].id;
}

/* Under the mutex. */
static void look_up(struct colleagues *c)
{
    const int64_t now = world_now(&c->world);
    if (!c->read_at || llabs(now - c->read_at) >= SECOND_US) read_anew(c, now);
}

/* The same for one of them, who may have come a moment ago: ids only grow. */
static void look_up_user(struct colleagues *c, int64_t id)
{
    look_up(c);
    if (id <= c->newest) return;
    read_anew(c, world_now(&c->world));
    if (id > c->newest) c->newest = id;
}

bool colleague_find(struct colleagues *c, struct slice id, struct arena *arena, struct colleague *out)
{
    int64_t number = 0;
    *out = (struct colleague){.name = id};
    if (!c || id.len < 2 || id.ptr[0] != 'u' || !slice_to_i64(slice_skip(id, 1), &number)) return false;
    bool found = false;
    pthread_mutex_lock(&c->mutex);
    look_up_user(c, number);
    for (size_t i = 0; i < c->list.count && !found; i++) {
        const struct user *user = &c->list.users[i];
        found = user->id == number;
        if (found)
            *out = (struct colleague){arena_slice(arena, user->name), arena_slice(arena, user->teams), user->active,
                                      user->roles};
    }
    pthread_mutex_unlock(&c->mutex);
    if (!out->name.len) out->name = id;
    return found;
}

bool colleague_is_in(const struct colleague *colleague, struct slice team)
{
    return slice_is_among(team, colleague->teams, ',');
}

/* `action` NULL: whoever it is, active or not. */
static bool have_one(struct colleagues *c, struct slice team, const enum action *action)
{
    bool found = false;
    if (!c || !team.len) return false;
    pthread_mutex_lock(&c->mutex);
    look_up(c);
    for (size_t i = 0; i < c->list.count && !found; i++) {
        const struct user *user = &c->list.users[i];
        found =
            slice_is_among(team, user->teams, ',') && (!action || (user->active && roles_allow(user->roles, *action)));
    }
    pthread_mutex_unlock(&c->mutex);
    return found;
}

bool colleagues_have_team(struct colleagues *c, struct slice team)
{
    return have_one(c, team, NULL);
}

bool colleagues_team_may(struct colleagues *c, struct slice team, enum action action)
{
    return have_one(c, team, &action);
}

#include "app/channels.h"

#include <sodium.h>

#include "access/person_text.h"
#include "report/json_put.h"

enum { MESSAGE_BYTES = 16 };

static struct slice no_object(void)
{
    return slice_of("", 0);
}

struct slice channels_message_name(const struct work *work, struct arena *arena)
{
    unsigned char bytes[MESSAGE_BYTES];
    char hex[2 * MESSAGE_BYTES + 1];
    world_random(work_world(work), bytes, sizeof bytes);
    sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes);
    return arena_printf(arena, "msg_%s", hex);
}

/* ---- changes and their entries ---- */

struct entry {
    char object[40];
    const char *action;
    struct buffer after;
};

static void entry_begin(struct entry *e, const char *action)
{
    *e = (struct entry){.action = action};
    buffer_init(&e->after, BUFFER_NO_LIMIT);
}

static enum answer finish(struct work *work, enum answer answer, const struct identity *who, int64_t id,
                          struct entry *e, struct error *error)
{
    snprintf(e->object, sizeof e->object, "channel:%lld", (long long)id);
    const struct audit_entry entry = {
        .action = slice_from(e->action), .object = slice_from(e->object), .after = buffer_slice(&e->after)};
    answer = work_end(work, answer, who, &entry, error);
    buffer_release(&e->after);
    return answer;
}

/* Whether `who` may; begins the change then. */
static enum answer begin(struct work *work, const struct identity *who, struct error *error)
{
    const enum answer answer = access_require(work_access(work), who, ACTION_CHANNEL_MANAGE, no_object(), error);
    return answer == ANSWER_OK ? work_begin(work, error) : answer;
}

/* One that holds. */
static enum answer find_open(struct work *work, int64_t id, struct arena *arena, struct send_channel *out,
                             struct error *error)
{
    const enum outcome outcome = send_channel_find(work_database(work), id, arena, out, error);
    if (outcome != OK) return answer_of(outcome);
    if (!out->id) return answer_set(error, ANSWER_ABSENT, "There is no such webhook.");
    return out->ended_at ? answer_set(error, ANSWER_ABSENT, "This webhook was ended.") : ANSWER_OK;
}

static void make_secret(const struct work *work, char secret[SIGNING_SECRET_BYTES], char text[SIGNING_SECRET_TEXT + 1])
{
    world_random(work_world(work), secret, SIGNING_SECRET_BYTES);
    signing_secret_text(slice_of(secret, SIGNING_SECRET_BYTES), text);
}

/* ---- making ---- */

static enum answer check(struct work *work, bool plain, struct send_channel *c, struct buffer *name,
                         struct error *error)
{
    struct send_channel_list all = {0};
    struct arena arena;
    const char *why;
    size_t open = 0;
    if (!name_compose(c->name, name))
        return answer_set(error, ANSWER_BAD, "name: what the webhook is for, one line of at most %d bytes",
                          NAME_BYTES_MAX);
    if (!send_channel_url_check(c->url, plain, &why)) return answer_set(error, ANSWER_BAD, "url: %s", why);
    arena_init(&arena);
    const enum outcome outcome = send_channel_list(work_database(work), &arena, &all, error);
    while (open < all.count && !all.at[open].ended_at) open++;
    vector_release(&all);
    arena_release(&arena);
    if (outcome != OK) return answer_of(outcome);
    return open < CHANNELS_MAX
               ? ANSWER_OK
               : answer_set(error, ANSWER_BAD, "There are %d webhooks already; end one of them first.", CHANNELS_MAX);
}

static void describe(const struct send_channel *c, struct buffer *out)
{
    struct json_writer w = {.out = out};
    json_object(&w);
    json_put_text(&w, "name", c->name);
    json_put_text(&w, "to", send_channel_origin(c->url));
    json_put_text(&w, "teams", c->teams);
    json_put_text(&w, "roles", c->roles);
    json_end(&w);
}

enum answer channels_add(struct work *work, const struct identity *who, bool plain, struct send_channel *c,
                         struct arena *arena, char secret[SIGNING_SECRET_TEXT + 1], struct error *error)
{
    char key[SIGNING_SECRET_BYTES];
    struct buffer name;
    struct entry entry;
    enum answer answer = begin(work, who, error);
    if (answer != ANSWER_OK) return answer;
    buffer_init(&name, 4096);
    entry_begin(&entry, "channel.make");
    answer = check(work, plain, c, &name, error);
    if (answer == ANSWER_OK) {
        make_secret(work, key, secret);
        c->name = arena_slice(arena, buffer_slice(&name));
        c->made_by = who->kind == IDENTITY_USER ? who->id : 0;
        c->made_at = work_now(work);
        answer = answer_of(send_channel_add(work_database(work), c, slice_of(key, sizeof key), error));
        describe(c, &entry.after);
    }
    answer = finish(work, answer, who, c->id, &entry, error);
    sodium_memzero(key, sizeof key);
    buffer_release(&name);
    return answer;
}

enum answer channels_new_secret(struct work *work, const struct identity *who, int64_t id, struct arena *arena,
                                struct send_channel *out, char secret[SIGNING_SECRET_TEXT + 1], struct error *error)
{
    char key[SIGNING_SECRET_BYTES];
    struct entry entry;
    enum answer answer = begin(work, who, error);
    if (answer != ANSWER_OK) return answer;
    entry_begin(&entry, "channel.secret");
    answer = find_open(work, id, arena, out, error);
    if (answer == ANSWER_OK) {
        make_secret(work, key, secret);
        out->secret_at = work_now(work);
        answer = answer_of(
            send_channel_new_secret(work_database(work), id, slice_of(key, sizeof key), out->secret_at, error));
    }
    sodium_memzero(key, sizeof key);
    return finish(work, answer, who, id, &entry, error);
}

enum answer channels_end(struct work *work, const struct identity *who, int64_t id, struct error *error)
{
    struct send_channel channel;
    struct arena arena;
    struct entry entry;
    enum answer answer = begin(work, who, error);
    if (answer != ANSWER_OK) return answer;
    arena_init(&arena);
    entry_begin(&entry, "channel.end");
    answer = find_open(work, id, &arena, &channel, error);
    if (answer == ANSWER_OK) answer = answer_of(send_channel_end(work_database(work), id, work_now(work), error));
    arena_release(&arena);
    return finish(work, answer, who, id, &entry, error);
}

enum answer channels_try(struct work *work, const struct identity *who, int64_t id, struct arena *arena,
                         struct send *out, struct error *error)
{
    struct send_channel channel;
    struct entry entry;
    enum answer answer = begin(work, who, error);
    if (answer != ANSWER_OK) return answer;
    entry_begin(&entry, "channel.try");
    answer = find_open(work, id, arena, &channel, error);
    if (answer == ANSWER_OK) {
        const int64_t now = work_now(work);
        *out = (struct send){.channel = id,
                             .message = channels_message_name(work, arena),
                             .type = SLICE(SEND_TEST),
                             .due_at = now,
                             .decided_at = now,
                             .next_at = now};
        answer = answer_of(send_decide(work_database(work), out, &out->id, error));
    }
    return finish(work, answer, who, id, &entry, error);
}

/* ---- looking ---- */

enum answer channels_list(struct work *work, const struct identity *who, struct arena *arena,
                          struct send_channel_list *out, struct error *error)
{
    const enum answer answer = access_require(work_access(work), who, ACTION_CHANNEL_MANAGE, no_object(), error);
    if (answer != ANSWER_OK) return answer;
    work_lock(work);
    const enum outcome outcome = send_channel_list(work_database(work), arena, out, error);
    work_unlock(work);
    return answer_of(outcome);
}

enum answer channels_sends(struct work *work, const struct identity *who, int64_t id, int64_t before, int64_t limit,
                           struct arena *arena, struct send_list *out, int64_t *total, struct error *error)
{
    struct send_channel channel;
    enum answer answer = access_require(work_access(work), who, ACTION_CHANNEL_MANAGE, no_object(), error);
    if (answer != ANSWER_OK) return answer;
    work_lock(work);
    enum outcome outcome = send_channel_find(work_database(work), id, arena, &channel, error);
    const bool found = outcome == OK && channel.id;
    if (found) outcome = send_page(work_database(work), id, before, limit, arena, out, total, error);
    work_unlock(work);
    if (outcome == OK && !found) return answer_set(error, ANSWER_ABSENT, "There is no such webhook.");
    return answer_of(outcome);
}

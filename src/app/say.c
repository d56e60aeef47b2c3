#include "app/say.h"

#include <pthread.h>
#include <sodium.h>

#include "base/civil.h"
#include "store/lines.h"
#include "value/json_write.h"

/* ---- ids ---- */

static void add_text(crypto_generichash_state *state, struct slice text)
{
    const uint64_t len = text.len;
    crypto_generichash_update(state, (const unsigned char *)&len, sizeof len);
    crypto_generichash_update(state, (const unsigned char *)text.ptr, text.len);
}

struct message_id say_message_id(const struct say *say, const struct identity *who, struct slice key,
                                 struct slice subject, struct slice what)
{
    enum { ID_BYTES = 16, NEW_BYTES = 16 };
    unsigned char digest[ID_BYTES];
    char name[40], fresh[NEW_BYTES];
    struct message_id id = {"masa-"};
    crypto_generichash_state state;
    if (!key.len) {
        world_random(&say->world, fresh, sizeof fresh);
        key = slice_of(fresh, sizeof fresh);
    }
    crypto_generichash_init(&state, NULL, 0, sizeof digest);
    add_text(&state, identity_text(who, name, sizeof name));
    add_text(&state, key);
    add_text(&state, subject);
    add_text(&state, what);
    crypto_generichash_final(&state, digest, sizeof digest);
    sodium_bin2hex(id.text + 5, 2 * ID_BYTES + 1, digest, sizeof digest);
    return id;
}

/* ---- lines ---- */

static void put_text(struct json_writer *w, const char *key, struct slice text)
{
    json_key(w, slice_from(key));
    json_string(w, text);
}

static void put_time(struct json_writer *w, const char *key, int64_t at)
{
    struct buffer text;
    buffer_init(&text, 64);
    time_format(&text, at);
    put_text(w, key, buffer_slice(&text));
    buffer_release(&text);
}

/* The first of a person's roles that gives the right. */
static struct slice role_of(const struct identity *who, enum action action)
{
    for (int role = 0; role < ACCESS_ROLES; role++)
        if (who->roles & action_row(action)->roles & ROLE_BIT(role)) return role_name((enum access_role)role);
    return slice_of("", 0);
}

static void put_author(struct json_writer *w, const struct identity *who, enum action action)
{
    char by[24];
    snprintf(by, sizeof by, "%c%lld", who->kind == IDENTITY_API_KEY ? 'k' : 'u', (long long)who->id);
    put_text(w, "by", slice_from(by));
    put_text(w, "role", role_of(who, action));
}

static void put_subject(struct json_writer *w, struct slice subject)
{
    const bool nameless = slice_starts(subject, SLICE("anon:"));
    put_text(w, nameless ? "anonymousId" : "userId", nameless ? slice_skip(subject, 5) : subject);
}

/* Traits hold nothing but what is known of the subject, so who said them stands with the source. */
static void put_context(struct json_writer *w, const struct identity *who, const struct said *said)
{
    json_key(w, SLICE("context"));
    json_object(w);
    json_key(w, SLICE(SAY_SOURCE));
    json_object(w);
    put_text(w, "source", SLICE(SAY_SOURCE));
    if (!said->event.len) put_author(w, who, said->action);
    json_end(w);
    json_end(w);
}

static void put_members(struct json_writer *w, const struct identity *who, const struct said *said)
{
    json_key(w, said->event.len ? SLICE("properties") : SLICE("traits"));
    json_object(w);
    if (said->event.len) put_author(w, who, said->action);
    if (said->event.len && said->members.len) buffer_char(w->out, ',');
    buffer_add(w->out, said->members);
    json_end(w);
}

static void put_line(struct buffer *lines, const struct identity *who, const struct said *said, int64_t at)
{
    struct json_writer w = {.out = lines};
    json_object(&w);
    put_text(&w, "type", said->event.len ? SLICE("track") : SLICE("identify"));
    if (said->event.len) put_text(&w, "event", said->event);
    put_subject(&w, said->subject);
    put_text(&w, "messageId", said->message);
    put_time(&w, "timestamp", at);
    put_time(&w, "receivedAt", at);
    put_context(&w, who, said);
    put_members(&w, who, said);
    json_end(&w);
    buffer_char(lines, '\n');
}

static void ignore_event(void *context, const struct input_event *event) {}

/* Whether the readers of the log will take the lines: one that they would not would stop every fold that meets it. */
static bool can_be_read(struct slice lines)
{
    static const struct input_plan plan = {0};
    struct sources *sources = sources_new();
    struct line_reader *reader = line_reader_new(&plan, sources, (struct input_sink){NULL, ignore_event}, SAY_SOURCE);
    line_reader_take(reader, lines);
    const bool fine = line_reader_rejected(reader) == 0;
    line_reader_free(reader);
    sources_free(sources);
    return fine;
}

/* ---- to the disk ---- */

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool done;
    enum outcome outcome;
    struct error *error;
};

static void lines_kept(void *context, enum outcome outcome, const struct error *error)
{
    struct waiting *w = context;
    pthread_mutex_lock(&w->lock);
    w->done = true;
    w->outcome = outcome;
    if (outcome != OK && error) *w->error = *error;
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

static enum answer keep(struct commit *commit, struct slice lines, size_t count, struct error *error)
{
    struct waiting w = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .error = error};
    const enum commit_answer taken = commit_put(commit, lines, count, (struct commit_call){lines_kept, &w});
    if (taken == COMMIT_BUSY) return answer_set(error, ANSWER_BUSY, "more events wait for the disk than may wait");
    if (taken == COMMIT_CLOSED) return answer_set(error, ANSWER_BUSY, "the server is being stopped");
    pthread_mutex_lock(&w.lock);
    while (!w.done) pthread_cond_wait(&w.changed, &w.lock);
    pthread_mutex_unlock(&w.lock);
    return answer_of(w.outcome);
}

/* ---- together ---- */

static struct audit_entry entry_of(const struct said *said, struct arena *arena)
{
    return (struct audit_entry){.action =
                                    said->audited.len ? said->audited : slice_from(action_row(said->action)->name),
                                .object = arena_printf(arena, "lead:%.*s", SLICE_ARG(said->subject)),
                                .before = said->before,
                                .after = said->after};
}

static enum answer note_all(const struct say *say, const struct identity *who, const struct said *said, size_t count,
                            struct error *error)
{
    struct arena arena;
    arena_init(&arena);
    struct audit_entry *entries = ARENA_ARRAY(&arena, struct audit_entry, count);
    for (size_t i = 0; i < count; i++) entries[i] = entry_of(&said[i], &arena);
    const enum answer answer = access_note(say->access, who, entries, count, error);
    arena_release(&arena);
    return answer;
}

enum answer say_all(const struct say *say, const struct identity *who, const struct said *said, size_t count,
                    int64_t *at, struct error *error)
{
    struct buffer lines;
    *at = world_now(&say->world);
    for (size_t i = 0; i < count; i++) {
        const enum answer may = access_require(say->access, who, said[i].action, said[i].subject, error);
        if (may != ANSWER_OK) return may;
    }
    buffer_init(&lines, BUFFER_NO_LIMIT);
    for (size_t i = 0; i < count; i++) put_line(&lines, who, &said[i], *at);
    enum answer answer = can_be_read(buffer_slice(&lines))
                             ? keep(say->commit, buffer_slice(&lines), count, error)
                             : answer_set(error, ANSWER_BAD, "This cannot be kept: it is too long, or holds a NUL.");
    buffer_release(&lines);
    return answer == ANSWER_OK ? note_all(say, who, said, count, error) : answer;
}

enum answer say_noted(const struct say *say, const struct identity *who, const struct said *said, struct error *error)
{
    struct arena arena;
    arena_init(&arena);
    const struct audit_entry entry = entry_of(said, &arena);
    const enum answer answer = access_note_once(say->access, who, &entry, said->message, error);
    arena_release(&arena);
    return answer;
}

#include "app/erase.h"

#include <sodium.h>

#include "access/audit.h"
#include "app/checkpoint.h"
#include "app/erasures.h"
#include "app/facts.h"
#include "deliver/send_ledger.h"
#include "runtime/people.h"
#include "store/erase.h"
#include "value/json_write.h"

enum { RESIDUE_BYTES = 12, WIPE_MS = 10000 };

struct erasing {
    const struct erase_asked *asked;
    struct erase_done *done;
    struct run run; /* the store, read */
    struct buffer facts;
    struct declaration_list declarations;
    struct people *people;
    struct store *store;
    struct erasures erasures;
    VECTOR(struct erase_receipt) receipts;
};

/* ---- saying it ---- */

static void put_text(struct json_writer *w, const char *key, struct slice text)
{
    json_key(w, slice_from(key));
    json_string(w, text);
}

static void random_name(const struct world *world, char out[2 * RESIDUE_BYTES + 1])
{
    unsigned char bytes[RESIDUE_BYTES];
    world_random(world, bytes, sizeof bytes);
    sodium_bin2hex(out, 2 * RESIDUE_BYTES + 1, bytes, sizeof bytes);
}

/* "u3", "k2", as decisions say it. */
static struct slice said_by(const struct identity *who, char out[24])
{
    if (!who) return SLICE("command");
    snprintf(out, 24, "%c%lld", who->kind == IDENTITY_API_KEY ? 'k' : 'u', (long long)who->id);
    return slice_from(out);
}

static void put_line(const struct erase_asked *asked, struct slice id, struct buffer *lines)
{
    const struct world *world = &asked->world;
    struct json_writer w = {.out = lines};
    char by[24];
    const bool nameless = slice_starts(id, SLICE("anon:"));
    const int64_t now = world_now(world);
    char name[2 * RESIDUE_BYTES + 1];
    struct buffer time;
    buffer_init(&time, 64);
    time_format(&time, now);
    json_object(&w);
    put_text(&w, "type", SLICE("track"));
    put_text(&w, "event", slice_from(declaration_events[DECLARE_ERASE]));
    put_text(&w, nameless ? "anonymousId" : "userId", nameless ? slice_skip(id, 5) : id);
    random_name(world, name);
    put_text(&w, "messageId", slice_from(name));
    put_text(&w, "timestamp", buffer_slice(&time));
    put_text(&w, "receivedAt", buffer_slice(&time));
    json_key(&w, SLICE("context"));
    json_object(&w);
    json_key(&w, SLICE("masa"));
    json_object(&w);
    put_text(&w, "source", SLICE("masa"));
    json_end(&w);
    json_end(&w);
    json_key(&w, SLICE("properties"));
    json_object(&w);
    put_text(&w, "by", said_by(asked->who, by));
    put_text(&w, "role", SLICE("admin"));
    random_name(world, name);
    put_text(&w, "residue", slice_from(name));
    json_end(&w);
    json_end(&w);
    buffer_char(lines, '\n');
    buffer_release(&time);
}

/* To the tail first: killed after that, the log still asks for it. */
static enum outcome say(const struct erase_asked *asked, struct error *error)
{
    struct buffer lines;
    if (!asked->count) return OK;
    struct store *store = store_open(asked->db, DATABASE_WRITE, error);
    if (!store) return FAILED;
    buffer_init(&lines, BUFFER_NO_LIMIT);
    for (size_t i = 0; i < asked->count; i++) put_line(asked, asked->ids[i], &lines);
    const struct log_port port = tail_port(store);
    const enum outcome outcome = port.append(port.context, buffer_slice(&lines), asked->count, error);
    buffer_release(&lines);
    store_close(store);
    return outcome;
}

/* ---- who it is ---- */

static bool is_of(const struct erase_request *r, struct slice person)
{
    return map_get(&r->users, person) != MAP_NONE;
}

/* The anonymous ids that were this person's alone: one that somebody else used too is theirs as well. */
static void find_anonymous(const struct gather *g, struct erase_request *r)
{
    struct map shared;
    map_init(&shared);
    for (int pass = 0; pass < 2; pass++)
        for (int t = 0; t < g->thread_count; t++)
            for (size_t i = 0; i < g->threads[t].edges.count; i++) {
                const struct edge *e = &g->threads[t].edges.at[i];
                if (e->kind != EDGE_IDENTITY) continue;
                if (pass == 0 && !is_of(r, e->person)) map_put(&shared, e->other, 1);
                if (pass == 1 && is_of(r, e->person) && map_get(&shared, e->other) == MAP_NONE)
                    map_put(&r->anonymous, e->other, 1);
            }
    map_release(&shared);
}

static void find_names(struct erasing *x, struct slice name, const struct about *about, struct erase_request *r)
{
    map_init(&r->users);
    map_init(&r->anonymous);
    r->kept_count = definition_personless(x->run.definition, &x->run.arena, &r->kept);
    r->zone = &x->run.zone;
    if (slice_starts(name, SLICE("anon:"))) {
        map_put(&r->anonymous, slice_skip(name, 5), 1);
        return;
    }
    map_put(&r->users, name, 1);
    for (size_t i = 0; about && i < about->alias_count; i++) map_put(&r->users, about->aliases[i], 1);
    find_anonymous(x->run.gather, r);
}

/* Of the facts as recorded, the lines of the residue. */
static struct slice residue_facts(struct erasing *x, struct slice residue, uint64_t *count)
{
    struct buffer out;
    struct slice rest = buffer_slice(&x->facts);
    const struct slice subject = arena_printf(&x->run.arena, "\"subject\":\"residue:%.*s\"", SLICE_ARG(residue));
    buffer_init(&out, BUFFER_NO_LIMIT);
    while (residue.len && rest.len) {
        const struct slice line = slice_cut(&rest, '\n');
        if (!memmem(line.ptr, line.len, subject.ptr, subject.len)) continue;
        buffer_add(&out, line);
        buffer_char(&out, '\n');
        ++*count;
    }
    struct slice lines = arena_slice(&x->run.arena, buffer_slice(&out));
    buffer_release(&out);
    return lines;
}

/* ---- one person ---- */

static enum outcome note_erasure(struct erasing *x, const struct erase_receipt *r, struct slice facts, int64_t *number,
                                 struct error *error)
{
    static const char sql[] = "INSERT INTO erasure (at, done_at, residue, facts, receipt) VALUES (?1, ?2, ?3, ?4, ?5)";
    struct buffer receipt;
    buffer_init(&receipt, BUFFER_NO_LIMIT);
    erase_receipt_write(r, &receipt);
    struct statement *s = database_statement(store_database(x->store), sql);
    statement_int(s, 1, r->at);
    statement_int(s, 2, world_now(&x->asked->world));
    statement_text(s, 3, r->residue);
    statement_text(s, 4, facts);
    statement_text(s, 5, buffer_slice(&receipt));
    const enum outcome outcome = statement_do(s, error);
    *number = database_last_id(store_database(x->store));
    buffer_release(&receipt);
    return outcome;
}

static enum outcome note_keys(struct erasing *x, const struct map *ids, enum erased_kind kind, int64_t number,
                              struct error *error)
{
    static const char sql[] = "INSERT OR IGNORE INTO erased_key (digest, erasure) VALUES (?1, ?2)";
    enum outcome outcome = OK;
    for (uint32_t i = 0; i < ids->count && outcome == OK; i++) {
        uint8_t digest[ERASED_HASH_BYTES];
        erased_digest(&x->erasures.erased, kind, ids->entries[i].key, digest);
        struct statement *s = database_statement(store_database(x->store), sql);
        statement_bytes_in(s, 1, slice_of((const char *)digest, sizeof digest));
        statement_int(s, 2, number);
        outcome = statement_do(s, error);
    }
    return outcome;
}

static enum outcome blank_audit(struct erasing *x, const struct map *ids, const char *prefix, uint64_t *count,
                                struct error *error)
{
    enum outcome outcome = OK;
    for (uint32_t i = 0; i < ids->count && outcome == OK; i++) {
        int64_t entries = 0;
        const struct slice object = arena_printf(&x->run.arena, "%s%.*s", prefix, SLICE_ARG(ids->entries[i].key));
        outcome = audit_erase(store_database(x->store), object, &entries, error);
        *count += (uint64_t)entries;
    }
    return outcome;
}

/* What the ledger of sends says of them (deliver/send_ledger.h). */
static enum outcome blank_sends(struct erasing *x, const struct map *ids, const char *prefix, struct error *error)
{
    enum outcome outcome = OK;
    for (uint32_t i = 0; i < ids->count && outcome == OK; i++)
        outcome = send_erase(store_database(x->store),
                             arena_printf(&x->run.arena, "%s%.*s", prefix, SLICE_ARG(ids->entries[i].key)), error);
    return outcome;
}

static enum outcome tell_audit(struct erasing *x, int64_t number, struct error *error)
{
    const struct identity command = identity_command();
    const struct slice object = arena_printf(&x->run.arena, "erasure:%lld", (long long)number);
    return audit_add(store_database(x->store), &x->asked->world, x->asked->who ? x->asked->who : &command,
                     &(struct audit_entry){.action = SLICE("lead.erase"), .object = object}, error);
}

/* What they found names who would move. */
static enum outcome forget_backtests(struct store *store, struct error *error)
{
    return database_run(store_database(store), "UPDATE backtest SET result = NULL", error);
}

/* All of it within one transaction: what came meanwhile is merged first, what is not about the person last. */
static enum outcome take_out(struct erasing *x, const struct erase_request *request, struct slice facts,
                             struct erase_receipt *r, struct error *error)
{
    struct erase_counts counts = {0};
    struct buffer kept;
    buffer_init(&kept, BUFFER_NO_LIMIT);
    enum outcome outcome = checkpoint_within(x->store, &x->run, slice_of("", 0), error);
    if (outcome == OK) outcome = store_erase(x->store, x->run.names, request, &counts, &kept, error);
    if (outcome == OK && kept.len) outcome = checkpoint_within(x->store, &x->run, buffer_slice(&kept), error);
    r->ids = request->users.count + request->anonymous.count;
    r->blocks = counts.blocks;
    r->events = counts.events;
    r->kept = counts.kept;
    r->mentions = counts.mentions;
    if (outcome == OK) outcome = erasures_need_secret(x->store, &x->erasures, &x->asked->world, error);
    if (outcome == OK) outcome = forget_backtests(x->store, error);
    if (outcome == OK) outcome = blank_audit(x, &request->users, "lead:", &r->audit, error);
    if (outcome == OK) outcome = blank_audit(x, &request->anonymous, "lead:anon:", &r->audit, error);
    if (outcome == OK) outcome = blank_sends(x, &request->users, "", error);
    if (outcome == OK) outcome = blank_sends(x, &request->anonymous, "anon:", error);
    if (outcome == OK) outcome = note_erasure(x, r, facts, &r->number, error);
    if (outcome == OK) outcome = note_keys(x, &request->users, ERASED_USER, r->number, error);
    if (outcome == OK) outcome = note_keys(x, &request->anonymous, ERASED_ANONYMOUS, r->number, error);
    if (outcome == OK) outcome = tell_audit(x, r->number, error);
    buffer_release(&kept);
    return outcome;
}

static enum outcome erase_one(struct erasing *x, struct slice name, const struct about *about, struct error *error)
{
    struct database *db = store_database(x->store);
    struct erase_request request = {.kept = NULL};
    struct erase_receipt r = {.at = about->erased_at, .residue = arena_slice(&x->done->arena, about->residue)};
    find_names(x, name, about, &request);
    const struct slice facts = residue_facts(x, about->residue, &r.facts);
    enum outcome outcome = database_begin(db, error);
    if (outcome == OK) outcome = take_out(x, &request, facts, &r, error);
    if (outcome == OK)
        outcome = database_commit(db, error);
    else
        database_rollback(db);
    if (outcome == OK) vector_push(&x->receipts, r);
    map_release(&request.users);
    map_release(&request.anonymous);
    return outcome;
}

/* ---- all who asked ---- */

static enum outcome read_store(struct erasing *x, struct error *error)
{
    const struct facts_options options = {
        .history = {.run = {.db = x->asked->db}, .recorded = true, .now = world_now(&x->asked->world)}};
    const enum outcome outcome = facts_of_files(&x->run, &options, &x->facts, error);
    if (outcome != OK && outcome != SOME_REJECTED) return outcome;
    gather_declarations(x->run.gather, &x->declarations);
    x->people = people_new(x->run.gather, &x->declarations);
    return OK;
}

static enum outcome erase_all(struct erasing *x, struct error *error)
{
    struct map done;
    map_init(&done);
    enum outcome outcome = erasures_load(x->store, &x->erasures, error);
    if (outcome == OK) outcome = database_run(store_database(x->store), "PRAGMA secure_delete = ON", error);
    for (size_t i = 0; i < x->declarations.count && outcome == OK; i++) {
        const struct declaration *s = &x->declarations.at[i];
        if (s->kind != DECLARE_ERASE || s->refused || s->at > world_now(&x->asked->world)) continue;
        const struct slice name = people_name(x->people, s->subject);
        const uint32_t next = done.count;
        if (map_put(&done, name, next) == next) outcome = erase_one(x, name, people_about(x->people, name), error);
    }
    map_release(&done);
    erasures_release(&x->erasures);
    return outcome;
}

/* What was written over still stands in the write-ahead log until that is emptied. */
static bool empty_log(struct store *store)
{
    struct statement *s = database_statement(store_database(store), "PRAGMA wal_checkpoint(TRUNCATE)");
    const bool emptied = statement_row(s) && statement_number(s, 0) == 0;
    return statement_end(s, NULL) == OK && emptied;
}

static enum outcome carry_out(struct erasing *x, struct error *error)
{
    struct merge_counts merged;
    enum outcome outcome = checkpoint(x->asked->db, &merged, error);
    if (outcome == OK) outcome = read_store(x, error);
    if (outcome != OK) return outcome;
    x->store = store_open(x->asked->db, DATABASE_WRITE, error);
    if (!x->store) return FAILED;
    outcome = erase_all(x, error);
    bool left = true;
    const enum outcome wiped = tail_wipe(x->store, WIPE_MS, &left, NULL);
    x->done->log_emptied = empty_log(x->store) && wiped == OK && !left;
    store_close(x->store);
    return outcome;
}

enum outcome erase_persons(const struct erase_asked *asked, struct erase_done *done, struct error *error)
{
    struct erasing x = {.asked = asked, .done = done};
    *done = (struct erase_done){0};
    arena_init(&done->arena);
    run_init(&x.run);
    buffer_init(&x.facts, BUFFER_NO_LIMIT);
    enum outcome outcome = say(asked, error);
    if (outcome == OK) outcome = carry_out(&x, error);
    struct erase_receipt *list = ARENA_ARRAY(&done->arena, struct erase_receipt, x.receipts.count);
    if (x.receipts.count) memcpy(list, x.receipts.at, x.receipts.count * sizeof *list);
    done->receipts = list;
    done->count = x.receipts.count;
    vector_release(&x.receipts);
    vector_release(&x.declarations);
    people_free(x.people);
    buffer_release(&x.facts);
    run_release(&x.run);
    return outcome;
}

void erase_done_release(struct erase_done *done)
{
    arena_release(&done->arena);
}

/* ---- looking first ---- */

static const struct slice *keys_of(const struct map *ids, struct arena *arena, size_t *count)
{
    struct slice *keys = ARENA_ARRAY(arena, struct slice, ids->count + 1);
    for (uint32_t i = 0; i < ids->count; i++) keys[i] = arena_slice(arena, ids->entries[i].key);
    *count = ids->count;
    return keys;
}

static enum outcome count_of(struct erasing *x, struct slice id, struct erase_look *out, struct error *error)
{
    const struct slice name = people_name(x->people, id);
    struct erase_request request = {.kept = NULL};
    struct erase_counts counts = {0};
    find_names(x, name, people_about(x->people, name), &request);
    enum outcome outcome = names_load(x->run.names, store_database(x->store), error);
    if (outcome == OK) outcome = store_erase_look(x->store, x->run.names, &request, &counts, error);
    out->person = arena_slice(&out->arena, name);
    out->users = keys_of(&request.users, &out->arena, &out->user_count);
    out->anonymous = keys_of(&request.anonymous, &out->arena, &out->anonymous_count);
    out->events = counts.events;
    out->kept = counts.kept;
    out->mentions = counts.mentions;
    out->blocks = counts.blocks;
    map_release(&request.users);
    map_release(&request.anonymous);
    return outcome;
}

enum outcome erase_look_at(const char *db, struct slice id, const struct world *world, struct erase_look *out,
                           struct error *error)
{
    const struct erase_asked asked = {.db = db, .world = *world};
    struct erasing x = {.asked = &asked};
    struct merge_counts merged;
    *out = (struct erase_look){0};
    arena_init(&out->arena);
    run_init(&x.run);
    buffer_init(&x.facts, BUFFER_NO_LIMIT);
    enum outcome outcome = checkpoint(db, &merged, error);
    if (outcome == OK) outcome = read_store(&x, error);
    if (outcome == OK && !(x.store = store_open(db, DATABASE_READ, error))) outcome = FAILED;
    if (outcome == OK && !x.run.names) x.run.names = names_new();
    if (outcome == OK) outcome = count_of(&x, id, out, error);
    store_close(x.store);
    vector_release(&x.declarations);
    people_free(x.people);
    buffer_release(&x.facts);
    run_release(&x.run);
    return outcome;
}

void erase_look_release(struct erase_look *look)
{
    arena_release(&look->arena);
}

void erase_receipt_write(const struct erase_receipt *r, struct buffer *out)
{
    const struct {
        const char *name;
        uint64_t count;
    } places[] = {{"ids", r->ids},           {"blocks", r->blocks}, {"events", r->events},      {"kept", r->kept},
                  {"mentions", r->mentions}, {"audit", r->audit},   {"residue_facts", r->facts}};
    struct json_writer w = {.out = out};
    struct buffer time;
    buffer_init(&time, 64);
    time_format(&time, r->at);
    json_object(&w);
    put_text(&w, "at", buffer_slice(&time));
    put_text(&w, "residue", r->residue);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        json_key(&w, slice_from(places[i].name));
        json_int(&w, (int64_t)places[i].count);
    }
    json_end(&w);
    buffer_release(&time);
}

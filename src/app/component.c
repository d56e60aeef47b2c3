#include "app/component.h"

#include <pthread.h>
#include <stdlib.h>

#include "store/kept.h"
#include "store/lines.h"
#include "store/read.h"
#include "store/tail.h"

/* Past so many senders reading everything is about as fast. */
enum { SENDERS_MAX = 20000 };

enum outcome links_of_store(struct run *run, const char *db, struct links **out, struct error *error)
{
    struct links *links = links_new(run->definition, run->threads);
    struct input_sink *sinks = ARENA_ARRAY(&run->arena, struct input_sink, run->threads);
    const struct input_plan plan = links_plan(links);
    struct store_skim skim;
    for (int i = 0; i < run->threads; i++) sinks[i] = links_sink(links, i);
    skim.count = links_names(links, &skim.names);
    const struct store_reading reading = {.path = db,
                                          .names = run->names,
                                          .sources = run->sources,
                                          .plan = &plan,
                                          .zone = &run->zone,
                                          .threads = run->threads,
                                          .sinks = sinks,
                                          .skim = &skim};
    const enum outcome outcome = store_read(&reading, error);
    links_settle(links);
    *out = links;
    return outcome;
}

/* ---- kept ---- */

/* What the index has taken in. */
struct extent {
    struct tail_mark tail;
    int64_t imports, erasures;
};

enum { IDLE_MOST = 2 }; /* stores that stay open while nobody looks anything up */

struct kept_links {
    const char *db;
    pthread_mutex_t idle_lock; /* of the next two */
    struct store_kept *idle[IDLE_MOST];
    int idle_count;
    pthread_mutex_t lock; /* of all that follows */
    struct store *store;
    struct run run; /* whose definition the links follow */
    struct links *links;
    struct extent extent; /* of the links */
    int64_t data_version; /* of the file when it was looked at, */
    struct extent seen;   /* and what was there */
    struct tail_state tail;
};

struct kept_links *kept_links_new(const char *db)
{
    struct kept_links *k = memory_new(sizeof *k);
    k->db = db;
    pthread_mutex_init(&k->lock, NULL);
    pthread_mutex_init(&k->idle_lock, NULL);
    return k;
}

static void forget(struct kept_links *k)
{
    if (!k->links) return;
    links_free(k->links);
    run_release(&k->run);
    k->links = NULL;
}

void kept_links_free(struct kept_links *k)
{
    if (!k) return;
    forget(k);
    store_close(k->store);
    while (k->idle_count) store_kept_free(k->idle[--k->idle_count]);
    pthread_mutex_destroy(&k->lock);
    pthread_mutex_destroy(&k->idle_lock);
    free(k);
}

struct store_kept *kept_links_borrow(struct kept_links *k)
{
    pthread_mutex_lock(&k->idle_lock);
    struct store_kept *store = k->idle_count ? k->idle[--k->idle_count] : NULL;
    pthread_mutex_unlock(&k->idle_lock);
    return store ? store : store_kept_new(k->db);
}

void kept_links_return(struct kept_links *k, struct store_kept *store)
{
    pthread_mutex_lock(&k->idle_lock);
    const bool stays = k->idle_count < IDLE_MOST;
    if (stays) k->idle[k->idle_count++] = store;
    pthread_mutex_unlock(&k->idle_lock);
    if (!stays) store_kept_free(store);
}

static enum outcome look_anew(struct kept_links *k, struct extent *out, struct error *error)
{
    struct statement *s = database_statement(store_database(k->store),
                                             "SELECT (SELECT max(id) FROM import), (SELECT count(*) FROM erasure)");
    const bool found = statement_row(s);
    const int64_t imports = found ? statement_number(s, 0) : 0, erasures = found ? statement_number(s, 1) : 0;
    enum outcome outcome = statement_end(s, error);
    if (outcome == OK) outcome = tail_look(k->store, &k->tail, error);
    if (outcome == OK) *out = (struct extent){k->tail.last, imports, erasures};
    return outcome;
}

/* When nobody has written to the file, only the journal may have grown. */
static enum outcome look(struct kept_links *k, struct extent *out, struct error *error)
{
    int64_t version;
    enum outcome outcome = database_version(store_database(k->store), &version, error);
    if (outcome == OK && version != k->data_version) {
        outcome = look_anew(k, &k->seen, error);
        k->data_version = outcome == OK ? version : -1;
    } else if (outcome == OK) {
        outcome = tail_look_on(k->store, &k->tail, &k->seen.tail, error);
    }
    *out = k->seen;
    return outcome;
}

static enum outcome make(struct kept_links *k, struct extent now, struct error *error)
{
    forget(k);
    run_init(&k->run);
    enum outcome outcome = run_load_stored(&k->run, k->db, 0, error);
    const struct run_options options = {.db = k->db};
    if (outcome == OK) outcome = run_open_store(&k->run, &options, error);
    if (outcome == OK) outcome = links_of_store(&k->run, k->db, &k->links, error);
    k->extent = now;
    if (outcome == OK) return OK;
    links_free(k->links);
    k->links = NULL;
    run_release(&k->run);
    return outcome;
}

struct taking {
    struct line_reader *reader;
    int64_t rows;
};

static void take_row(void *context, struct slice lines)
{
    struct taking *t = context;
    line_reader_take(t->reader, lines);
    t->rows++;
}

/* False when rows were merged before they were seen here. */
static bool add_tail(struct kept_links *k, struct extent now)
{
    const struct input_plan plan = links_plan(k->links);
    struct taking t = {line_reader_new(&plan, k->run.sources, links_sink(k->links, 0), k->db), 0};
    const enum outcome outcome = tail_between(k->store, k->extent.tail, now.tail, take_row, &t, NULL);
    const bool good =
        outcome == OK && t.rows == tail_mark_groups(k->extent.tail, now.tail) && !line_reader_rejected(t.reader);
    line_reader_free(t.reader);
    links_settle(k->links);
    k->extent = now;
    return good;
}

static enum outcome bring_up(struct kept_links *k, const struct definition *definition, struct error *error)
{
    struct extent now = {0};
    if (!k->store) {
        k->store = store_open(k->db, DATABASE_READ, error);
        k->data_version = -1;
    }
    enum outcome outcome = k->store ? look(k, &now, error) : FAILED;
    if (outcome != OK) return outcome;
    const bool known = k->links && now.imports == k->extent.imports && now.erasures == k->extent.erasures &&
                       links_fit(k->links, definition);
    if (known && (tail_mark_equal(now.tail, k->extent.tail) || add_tail(k, now))) return OK;
    return make(k, now, error);
}

void kept_links_warm(struct kept_links *k)
{
    pthread_mutex_lock(&k->lock);
    bring_up(k, k->links ? k->run.definition : NULL, NULL); /* whoever asks is told what is wrong */
    pthread_mutex_unlock(&k->lock);
}

static bool read_touch(struct kept_links *k, const struct kept_touch *asked, struct touch *touch)
{
    const struct input_plan plan = links_plan(k->links);
    struct taking t = {line_reader_new(&plan, k->run.sources, links_touch_sink(k->links, touch), k->db), 0};
    const enum outcome outcome = tail_between(k->store, asked->after, asked->last, take_row, &t, NULL);
    const bool good =
        outcome == OK && t.rows == tail_mark_groups(asked->after, asked->last) && !line_reader_rejected(t.reader);
    line_reader_free(t.reader);
    return good && !touch->log && !touch->market && !touch->lone_deals && !(touch->deals && asked->deals_matter);
}

bool kept_links_touched(struct kept_links *k, const struct definition *definition, const struct kept_touch *asked,
                        struct senders *subjects, struct senders *readers)
{
    struct touch touch;
    touch_init(&touch);
    pthread_mutex_lock(&k->lock);
    bool known = bring_up(k, definition, NULL) == OK && links_fit(k->links, definition) && read_touch(k, asked, &touch);
    for (size_t i = 0; known && i < asked->also_count; i++) senders_add(&touch.said, asked->also[i]);
    known = known && links_touched(k->links, &touch, SENDERS_MAX, subjects, readers);
    pthread_mutex_unlock(&k->lock);
    touch_release(&touch);
    return known;
}

/* What the store has not changed in since the index was last brought up needs no other look. */
static enum outcome bring_up_to(struct kept_links *k, struct store_kept *store, const struct definition *definition,
                                struct error *error)
{
    uint64_t moment;
    enum outcome outcome = store_kept_look(store, &moment, error);
    if (outcome != OK || (k->links && moment == *store_kept_note(store) && links_fit(k->links, definition)))
        return outcome;
    outcome = bring_up(k, definition, error);
    if (outcome == OK) *store_kept_note(store) = moment;
    return outcome;
}

static enum outcome find_kept(struct kept_links *k, struct store_kept *store, const struct definition *definition,
                              struct slice subject, struct senders *out, bool *some, struct error *error)
{
    pthread_mutex_lock(&k->lock);
    const enum outcome outcome = bring_up_to(k, store, definition, error);
    *some = outcome == OK && links_fit(k->links, definition) && links_component(k->links, subject, SENDERS_MAX, out);
    pthread_mutex_unlock(&k->lock);
    return outcome;
}

enum outcome component_find(struct run *run, const struct run_options *o, struct store_kept *store, struct senders *out,
                            bool *some, struct error *error)
{
    struct links *own = NULL;
    if (o->links) return find_kept(o->links, store, run->definition, o->subject, out, some, error);
    const enum outcome outcome = links_of_store(run, o->db, &own, error);
    *some = outcome == OK && links_component(own, o->subject, SENDERS_MAX, out);
    links_free(own);
    return outcome;
}

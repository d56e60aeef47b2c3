#include "app/standing.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "analysis/dimension.h"
#include "analysis/narrow.h"
#include "app/component.h"
#include "app/feedback.h"
#include "app/funnels.h"
#include "app/picture.h"
#include "app/why.h"
#include "app/wishes.h"
#include "base/civil.h"
#include "store/store.h"

enum {
    LOOK_MS = 250,          /* how often the store is asked whether it has changed */
    REST_MS = 1000,         /* at least so long between two folds, and twice as long as the last one took */
    AGE_MS = 5 * 60 * 1000, /* as time passes, too, when the as-of is now: then at least so long, */
    AGE_FOLDS = 20,         /* and so many times as long as the last one took */
    RETRY_MS = 10 * 1000,   /* after a failure that may pass */
    TEXTS_MAX = 64,         /* reports kept of one state */
    AHEAD_MS = 500,         /* how long reports are written before a state is shown; the usual one always is */
    BEHIND_MS = 1000,       /* and after that */
    QUIET_MS = 3000,        /* without a fold, after which memory is given back */
    REST_AGAIN_MS = 200,    /* when the last one was of a few subjects */
    AGAIN_MAX = 20000,      /* folds of a few subjects between those of all */
    DUE_MAX = 10000,        /* subjects whom time changed, past whom all are folded */
};

/* What makes two looks at the store differ. Merging the tail into blocks does not: the mark of its last group stays. */
struct mark {
    struct tail_mark tail;
    int64_t imports, in_force, spend, erasures;
};

struct text {
    struct buffer key, json;
};

/* A fold that was asked for besides the state's own. */
struct other_fold {
    struct buffer key;
    struct run run;
    struct report_fold fold;
};

/* The state's table in other windows than its own. */
struct other_frame {
    struct buffer key;
    struct reframed *table;
};

struct standing_state {
    _Atomic int holders;
    uint64_t number;
    const char *db;
    struct kept_links *links; /* of the service, as the wishes are */
    struct wishes *wishes;
    int threads;
    int64_t now;
    struct picture *picture;
    struct funnel_pictures funnels; /* the others */
    struct other_fold other;        /* of who holds `folding` */
    struct other_frame frame;       /* of who holds `framing` */
    pthread_mutex_t lock;           /* of the texts */
    /* One at a time: reports of the fold, of its table in other windows, reports that fold for themselves,
     * explanations. */
    pthread_mutex_t writing, framing, folding, explaining;
    struct text texts[TEXTS_MAX];
    size_t text_count; /* ever */
};

struct standing {
    struct standing_options options;
    struct store *store; /* for looking */
    struct kept_links *links;
    struct wishes *wishes;
    struct ledger ledger;  /* of the state; the folding thread's, as are those that follow */
    struct picture *spare; /* of the state before, to be the next one's; NULL */
    struct funnel_keeper funnels;
    unsigned again; /* folds of some since that of all */
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed, caught_up;
    bool stopping;
    uint64_t asked, served; /* how often somebody asked for all that the store holds now, and up to which it is there */
    struct standing_state *state;
    struct error error; /* of the last fold; OK: it worked */
    int64_t behind_since, fold_ms;
    uint64_t folds, of_some;
    struct standing_listener listener;
};

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- a state ---- */

static struct standing_state *state_new(const struct standing *s)
{
    struct standing_state *state = memory_new(sizeof *state);
    state->holders = 1;
    state->number = s->folds + 1;
    state->db = s->options.db;
    state->links = s->links;
    state->wishes = s->wishes;
    state->threads = s->options.threads;
    state->now = world_now(&s->options.world);
    run_init(&state->other.run);
    buffer_init(&state->other.key, BUFFER_NO_LIMIT);
    buffer_init(&state->frame.key, BUFFER_NO_LIMIT);
    for (size_t i = 0; i < TEXTS_MAX; i++) {
        buffer_init(&state->texts[i].key, BUFFER_NO_LIMIT);
        buffer_init(&state->texts[i].json, BUFFER_NO_LIMIT);
    }
    pthread_mutex_init(&state->lock, NULL);
    pthread_mutex_init(&state->writing, NULL);
    pthread_mutex_init(&state->framing, NULL);
    pthread_mutex_init(&state->folding, NULL);
    pthread_mutex_init(&state->explaining, NULL);
    return state;
}

static void other_release(struct other_fold *other)
{
    if (other->fold.tabulate) tabulate_free(other->fold.tabulate);
    run_release(&other->run);
    buffer_clear(&other->key);
    other->fold = (struct report_fold){0};
    run_init(&other->run);
}

static void frame_drop(struct other_frame *frame)
{
    reframed_free(frame->table);
    frame->table = NULL;
    buffer_clear(&frame->key);
}

void standing_give(struct standing_state *state)
{
    if (!state || atomic_fetch_sub(&state->holders, 1) > 1) return;
    frame_drop(&state->frame);
    buffer_release(&state->frame.key);
    picture_give(state->picture);
    funnel_pictures_give(&state->funnels);
    other_release(&state->other);
    buffer_release(&state->other.key);
    for (size_t i = 0; i < TEXTS_MAX; i++) {
        buffer_release(&state->texts[i].key);
        buffer_release(&state->texts[i].json);
    }
    pthread_mutex_destroy(&state->lock);
    pthread_mutex_destroy(&state->writing);
    pthread_mutex_destroy(&state->framing);
    pthread_mutex_destroy(&state->folding);
    pthread_mutex_destroy(&state->explaining);
    free(state);
}

uint64_t standing_number(const struct standing_state *state)
{
    return state->number;
}

int64_t standing_as_of(const struct standing_state *state)
{
    return state->picture->table->as_of;
}

bool standing_is_funnel(const struct standing_state *state, struct slice name)
{
    const struct fact_table *t = state->picture->table;
    return !name.len || slice_equal(name, t->definition->funnels[t->funnel].label.name);
}

const struct zone *standing_zone(const struct standing_state *state)
{
    return &state->picture->run->zone;
}

static void put_counts(const struct fact_table *t, struct json_writer *w)
{
    const struct funnel *funnel = &t->definition->funnels[t->funnel];
    json_object(w);
    for (size_t s = 0; s < funnel->stage_count; s++) {
        uint64_t reached = 0;
        for (size_t i = 0; i < t->rows; i++) reached += t->lap[i] == 1 && t->entered[s][i] != INSTANT_NONE;
        json_key(w, funnel->stages[s].label.name);
        json_uint(w, reached);
    }
    json_end(w);
}

void standing_put_counts(const struct standing_state *state, struct json_writer *w)
{
    put_counts(state->picture->table, w);
}

void standing_put_other_counts(const struct standing_state *state, struct json_writer *w)
{
    json_object(w);
    for (size_t i = 0; i < state->funnels.count; i++) {
        json_key(w, roster_funnel(state->funnels.at[i]->roster)->label.name);
        put_counts(state->funnels.at[i]->table, w);
    }
    json_end(w);
}

/* ---- reports ---- */

static enum outcome one_of(const char *name, struct slice said, const char *const words[], int *out,
                           struct error *error)
{
    for (*out = 0; words[*out]; ++*out)
        if (slice_is(said, words[*out])) return OK;
    return error_set(error, BAD_USAGE, "%s cannot be %.*s", name, SLICE_ARG(said));
}

/* What the state itself is folded by, and with what a report adds. */
static struct report_request usual_request(const struct standing_state *state)
{
    return (struct report_request){
        .run = {.db = state->db, .now = state->now, .threads = state->threads, .spend = true, .links = state->links},
        .now = state->now,
        .reading = READING_IF,
        .keep_subjects = true,
        .keep_history = true,
        .format = REPORT_JSON,
        .report.program = SLICE("masa " MASA_VERSION)};
}

static bool is_recorded(const struct standing_state *state, const struct standing_request *r)
{
    return reading_is_recorded(r->reading, &state->picture->run->definition->report);
}

static enum outcome request_of(const struct standing_state *state, const struct standing_request *asked,
                               struct report_request *out, struct error *error)
{
    static const char *const bases[] = {"", "cohort", "flow", NULL}, *const languages[] = {"", "he", "en", NULL};
    int basis, language;
    *out = usual_request(state);
    out->funnel = asked->funnel;
    out->period = asked->period;
    out->compare = asked->compare;
    out->as_of = asked->as_of;
    out->report.recorded = is_recorded(state, asked);
    out->reading = out->report.recorded ? READING_RECORDED : READING_IF;
    if (one_of("basis", asked->basis, bases, &basis, error) != OK ||
        one_of("lang", asked->lang, languages, &language, error) != OK)
        return BAD_USAGE;
    out->report.basis = (enum report_basis)basis;
    out->report.language = (enum report_language)language;
    return asked->values.len ? values_parse(asked->values, &out->report.values, error) : OK;
}

static bool is_usual(struct slice asked, struct slice said)
{
    return !asked.len || slice_equal(asked, said);
}

/* The picture that has the facts of the report, in whatever windows; NULL: none has. */
static const struct picture *picture_of(const struct standing_state *state, const struct standing_request *r)
{
    const struct definition *d = state->picture->run->definition;
    if (is_recorded(state, r) || !is_usual(r->as_of, d->report.as_of)) return NULL;
    if (standing_is_funnel(state, r->funnel)) return state->picture;
    for (size_t i = 0; i < state->funnels.count; i++)
        if (slice_equal(roster_funnel(state->funnels.at[i]->roster)->label.name, r->funnel))
            return state->funnels.at[i];
    return NULL;
}

/* Where the table of a report comes from: the state has it, or makes it of a picture's by other windows, or another
 * fold does. */
enum source { STANDS, REFRAMED, FOLDED };
static enum source source_of(const struct standing_state *state, const struct standing_request *r)
{
    const struct report_settings *said = &state->picture->run->definition->report;
    const struct picture *p = picture_of(state, r);
    const bool basis = is_usual(r->basis, said->basis == BASIS_FLOW ? SLICE("flow") : SLICE("cohort"));
    if (p == state->picture && basis && is_usual(r->period, said->period) && is_usual(r->compare, said->compare))
        return STANDS;
    return p ? REFRAMED : FOLDED;
}

/* What a fold depends on. */
static struct slice fold_key(const struct standing_request *r, struct arena *arena)
{
    return arena_printf(arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s\n%d", SLICE_ARG(r->funnel), SLICE_ARG(r->period),
                        SLICE_ARG(r->compare), SLICE_ARG(r->as_of), SLICE_ARG(r->basis), r->reading);
}

static struct slice key_of(const struct standing_request *r, struct arena *arena)
{
    struct slice key = arena_printf(arena, "%.*s\n%.*s\n%.*s\n%.*s", SLICE_ARG(fold_key(r, arena)), SLICE_ARG(r->lang),
                                    SLICE_ARG(r->values), SLICE_ARG(r->only.segment));
    for (size_t i = 0; i < r->only.where_count; i++)
        key = arena_printf(arena, "%.*s\n%.*s", SLICE_ARG(key), SLICE_ARG(r->only.where[i]));
    return key;
}

bool standing_recall(struct standing_state *state, struct slice key, struct buffer *out)
{
    bool found = false;
    pthread_mutex_lock(&state->lock);
    for (size_t i = 0; i < TEXTS_MAX && !found; i++) {
        const struct text *text = &state->texts[i];
        found = slice_equal(buffer_slice(&text->key), key);
        if (found) buffer_add(out, buffer_slice(&text->json));
    }
    pthread_mutex_unlock(&state->lock);
    return found;
}

/* In the place of the one that has been there longest. */
void standing_remember(struct standing_state *state, struct slice key, struct slice json)
{
    pthread_mutex_lock(&state->lock);
    struct text *text = &state->texts[state->text_count++ % TEXTS_MAX];
    buffer_clear(&text->key);
    buffer_add(&text->key, key);
    buffer_clear(&text->json);
    buffer_add(&text->json, json);
    pthread_mutex_unlock(&state->lock);
}

/* ---- tables ---- */

/* One other fold is kept: pages of the same list, and lists of the same report, come one after the other. */
static enum outcome fold_other(struct other_fold *other, const struct report_request *request, struct slice key,
                               struct error *error)
{
    if (other->fold.table && slice_equal(buffer_slice(&other->key), key)) return OK;
    other_release(other);
    const enum outcome outcome = report_fold(&other->run, request, NULL, &other->fold, error);
    if (outcome != OK) return outcome;
    gather_free(other->run.gather);
    other->run.gather = NULL;
    malloc_trim(0); /* as after each fold of everything */
    buffer_add(&other->key, key);
    return OK;
}

/* So is one table of other windows. */
static enum outcome frame_other(struct standing_state *state, const struct standing_request *asked,
                                const struct report_request *request, struct slice key, struct error *error)
{
    struct other_frame *frame = &state->frame;
    if (frame->table && slice_equal(buffer_slice(&frame->key), key)) return OK;
    frame_drop(frame);
    const enum outcome outcome = picture_reframe(picture_of(state, asked), request, &frame->table, error);
    if (outcome == OK) buffer_add(&frame->key, key);
    return outcome;
}

/* In turn: one report at a time of each source. */
static pthread_mutex_t *turn_of(struct standing_state *state, const struct standing_request *asked)
{
    pthread_mutex_t *const turns[] = {
        [STANDS] = &state->writing, [REFRAMED] = &state->framing, [FOLDED] = &state->folding};
    return turns[source_of(state, asked)];
}

/* In its turn. */
static enum outcome find_table(struct standing_state *state, const struct standing_request *asked,
                               const struct report_request *request, struct arena *arena,
                               const struct fact_table **table, struct error *error)
{
    enum outcome outcome = OK;
    switch (source_of(state, asked)) {
    case STANDS: *table = state->picture->table; break;
    case REFRAMED:
        outcome = frame_other(state, asked, request, fold_key(asked, arena), error);
        *table = outcome == OK ? reframed_table(state->frame.table) : NULL;
        break;
    case FOLDED:
        outcome = fold_other(&state->other, request, fold_key(asked, arena), error);
        *table = state->other.fold.table;
        break;
    }
    return outcome == OK ? table_narrow_asked(arena, &asked->only, table, error) : outcome;
}

enum outcome standing_use(struct standing_state *state, const struct standing_request *asked,
                          const struct standing_use *use, struct error *error)
{
    struct arena arena;
    struct report_request request;
    const struct fact_table *table;
    if (request_of(state, asked, &request, error) != OK) return BAD_USAGE;
    pthread_mutex_t *turn = turn_of(state, asked);
    arena_init(&arena);
    pthread_mutex_lock(turn);
    enum outcome outcome = find_table(state, asked, &request, &arena, &table, error);
    if (outcome == OK) {
        const enum report_basis basis = request.report.basis;
        outcome = use->table(use->context, &arena, table,
                             basis == BASIS_AS_DEFINED ? table->definition->report.basis
                             : basis == BASIS_OF_FLOW  ? BASIS_FLOW
                                                       : BASIS_COHORT,
                             error);
    }
    pthread_mutex_unlock(turn);
    arena_release(&arena);
    return outcome;
}

static enum outcome write_anew(struct standing_state *state, const struct standing_request *asked, struct arena *arena,
                               struct buffer *out, struct error *error)
{
    struct report_request request;
    const struct fact_table *table;
    if (request_of(state, asked, &request, error) != OK) return BAD_USAGE;
    const struct slice key = key_of(asked, arena);
    enum outcome outcome = OK;
    pthread_mutex_t *turn = turn_of(state, asked);
    pthread_mutex_lock(turn);
    if (!standing_recall(state, key, out)) { /* nobody wrote it while we waited */
        outcome = find_table(state, asked, &request, arena, &table, error);
        if (outcome == OK) outcome = report_write(arena, table, &request, out, error);
        if (outcome == OK) standing_remember(state, key, buffer_slice(out));
    }
    pthread_mutex_unlock(turn);
    return outcome;
}

static enum outcome report_keyed(struct standing_state *state, const struct standing_request *asked, struct slice key,
                                 struct arena *arena, struct buffer *out, struct error *error)
{
    return standing_recall(state, key, out) ? OK : write_anew(state, asked, arena, out, error);
}

enum outcome standing_report(struct standing_state *state, const struct standing_request *asked, struct buffer *out,
                             struct error *error)
{
    struct arena arena;
    arena_init(&arena);
    const struct slice key = key_of(asked, &arena);
    const enum outcome outcome = report_keyed(state, asked, key, &arena, out, error);
    if (outcome == OK && source_of(state, asked) != FOLDED) wishes_note(state->wishes, asked, key, monotonic_ms());
    arena_release(&arena);
    return outcome;
}

/* What readers will ask of the state as soon as they hear of it: the usual report in any case, the others as long as
 * `ms` last. Those of the same windows one after the other, for they share a table. */
static void write_ahead(struct standing_state *state, int64_t ms)
{
    struct arena arena, scratch; /* scratch: of one report, whose memory is the next one's */
    struct buffer out;
    struct standing_request asked[WISHES_MOST + 1] = {0}; /* the usual one first */
    bool done[WISHES_MOST + 1] = {false};
    const int64_t began = monotonic_ms();
    arena_init(&arena);
    arena_init(&scratch);
    buffer_init(&out, BUFFER_NO_LIMIT);
    const size_t count = 1 + wishes_list(state->wishes, began, &arena, asked + 1);
    for (size_t i = 0; i < count; i++)
        for (size_t k = i; k < count && (!k || monotonic_ms() - began < ms); k++) {
            if (done[k] || source_of(state, &asked[k]) == FOLDED) continue;
            if (k != i && !slice_equal(fold_key(&asked[i], &arena), fold_key(&asked[k], &arena))) continue;
            done[k] = true;
            buffer_clear(&out);
            arena_clear(&scratch);
            report_keyed(state, &asked[k], key_of(&asked[k], &arena), &scratch, &out,
                         NULL); /* who asks is told why not */
        }
    buffer_release(&out);
    arena_release(&scratch);
    arena_release(&arena);
}

/* After that: what there was no time for, while readers already have the state. */
static void write_behind(struct standing_state *state)
{
    write_ahead(state, BEHIND_MS);
    pthread_mutex_lock(&state->framing);
    frame_drop(&state->frame); /* texts are there: whoever wants the people behind them has it made again */
    pthread_mutex_unlock(&state->framing);
}

/* ---- one subject, and what predicts ---- */

/* What failed after everything was read: there is no such subject. */
enum outcome standing_why(struct standing_state *state, const struct standing_why *asked, struct buffer *out,
                          bool *absent, struct error *error)
{
    const struct why_request request = {.history = {.run = {.db = state->db,
                                                            .now = state->now,
                                                            .threads = state->threads,
                                                            .keep_ids = true,
                                                            .links = state->links},
                                                    .recorded = asked->recorded,
                                                    .as_of = asked->as_of,
                                                    .now = state->now},
                                        .program = SLICE("masa " MASA_VERSION),
                                        .subject = asked->subject,
                                        .funnel = asked->funnel,
                                        .format = WHY_JSON};
    struct run run;
    run_init(&run);
    pthread_mutex_lock(&state->explaining);
    const enum outcome outcome = why_of_files(&run, &request, out, error);
    pthread_mutex_unlock(&state->explaining);
    *absent = outcome == FAILED && run.gather;
    run_release(&run);
    return outcome;
}

static enum outcome write_feedback(const struct standing_state *state, const struct standing_request *asked,
                                   struct buffer *out, struct error *error)
{
    const struct feedback_request request = {.run = {.db = state->db, .now = state->now, .threads = state->threads},
                                             .now = state->now,
                                             .program = SLICE("masa " MASA_VERSION),
                                             .funnel = asked->funnel,
                                             .period = asked->period,
                                             .only = asked->only,
                                             .format = FEEDBACK_JSON};
    struct run run;
    run_init(&run);
    const enum outcome outcome = feedback_of_files(&run, &request, out, error);
    run_release(&run);
    return outcome;
}

enum outcome standing_feedback(struct standing_state *state, const struct standing_request *asked, struct buffer *out,
                               struct error *error)
{
    struct arena arena;
    enum outcome outcome = OK;
    arena_init(&arena);
    const struct slice key = arena_printf(&arena, "feedback\n%.*s", SLICE_ARG(key_of(asked, &arena)));
    pthread_mutex_lock(&state->folding);
    if (!standing_recall(state, key, out)) {
        outcome = write_feedback(state, asked, out, error);
        if (outcome == OK) standing_remember(state, key, buffer_slice(out));
    }
    pthread_mutex_unlock(&state->folding);
    arena_release(&arena);
    return outcome;
}

void standing_reading(const struct standing_state *state, struct run_options *out)
{
    *out = (struct run_options){.db = state->db, .threads = state->threads, .links = state->links};
}

const struct fact_table *standing_table(const struct standing_state *state)
{
    return state->picture->table;
}

const struct roster *standing_roster(const struct standing_state *state)
{
    return state->picture->roster;
}

const struct roster *standing_roster_at(const struct standing_state *state, size_t i)
{
    if (!i) return standing_roster(state);
    return i <= state->funnels.count ? state->funnels.at[i - 1]->roster : NULL;
}

const struct roster *standing_roster_of(const struct standing_state *state, struct slice funnel)
{
    const struct roster *r;
    for (size_t i = 0; (r = standing_roster_at(state, i)); i++)
        if (!funnel.len || slice_equal(roster_funnel(r)->label.name, funnel)) return r;
    return NULL;
}

struct standing_lead standing_find(const struct standing_state *state, struct slice id, struct slice funnel)
{
    struct standing_lead found = {standing_roster_of(state, funnel), NULL};
    if (found.roster) found.lead = roster_find(found.roster, id);
    const struct roster *r;
    for (int other = 0; other < 2 && !funnel.len && !found.lead; other++) /* kinds */
        for (size_t i = 1; !found.lead && (r = standing_roster_at(state, i)); i++) {
            if ((roster_funnel(r)->of != roster_funnel(standing_roster(state))->of) != other) continue;
            const struct lead *lead = roster_find(r, id);
            if (lead) found = (struct standing_lead){r, lead};
        }
    return found;
}

/* ---- folding anew ---- */

static enum outcome look(struct store *store, int64_t now, struct mark *out, struct error *error)
{
    struct tail_state tail;
    struct statement *s = database_statement(
        store_database(store),
        "SELECT (SELECT max(id) FROM import),"
        " (SELECT id FROM publication WHERE effective_at <= ?1 ORDER BY effective_at DESC, id DESC LIMIT 1),"
        " (SELECT count(*) FROM spend), (SELECT count(*) FROM erasure)");
    statement_int(s, 1, now);
    if (statement_row(s))
        *out = (struct mark){.imports = statement_number(s, 0),
                             .in_force = statement_number(s, 1),
                             .spend = statement_number(s, 2),
                             .erasures = statement_number(s, 3)};
    enum outcome outcome = statement_end(s, error);
    if (outcome == OK) outcome = tail_look(store, &tail, error);
    if (outcome == OK) out->tail = tail.last;
    return outcome;
}

static bool mark_equal(const struct mark *a, const struct mark *b)
{
    return tail_mark_equal(a->tail, b->tail) && a->imports == b->imports && a->in_force == b->in_force &&
           a->spend == b->spend && a->erasures == b->erasures;
}

/* What the folding thread knows from one look to the next. */
struct watching {
    struct mark seen, folded;
    int64_t folded_at; /* when the last fold ended */
    bool failed, trimmed;
    uint64_t asked; /* before the store was looked at */
};

static void drop_spare(struct standing *s)
{
    picture_give(s->spare);
    s->spare = NULL;
    funnel_keeper_spare(&s->funnels, NULL);
}

static struct standing_state *fold_anew(struct standing *s, struct error *error)
{
    struct standing_state *state = state_new(s);
    const struct report_request request = usual_request(state);
    drop_spare(s);
    state->picture = picture_fold(&request, s->options.colleagues, &s->ledger, error);
    s->again = 0;
    if (state->picture &&
        funnels_fold(&s->funnels, state->picture, &request, s->options.colleagues, &state->funnels, error))
        return state;
    standing_give(state);
    return NULL;
}

/* Whom time alone may have changed by then. */
static void add_due(const struct ledger *l, int64_t now, uint64_t *out, size_t *count)
{
    for (size_t i = 0; i < l->tallies.count && *count < DUE_MAX; i++)
        if (l->tallies.at[i].due <= now) out[(*count)++] = tally_digest(&l->tallies.at[i]);
}

/* Those who are touched by what came to the tail, or by time, folded again; NULL: it takes everybody. */
static struct standing_state *fold_touched(struct standing *s, const struct watching *w, struct standing_state *state)
{
    const struct picture *old = s->state->picture;
    const struct report_request request = usual_request(state);
    struct senders subjects, readers;
    bool good = false;
    uint64_t *due = memory_new(DUE_MAX * sizeof *due);
    struct kept_touch touch = {.after = w->folded.tail,
                               .last = w->seen.tail,
                               .also = due,
                               .deals_matter = old->table->quality.unrelated_outcomes > 0};
    senders_init(&subjects);
    senders_init(&readers);
    const bool moves = !old->run->definition->report.as_of.len;
    const int64_t now = moves ? state->now : old->table->as_of;
    add_due(&s->ledger, now, due, &touch.also_count);
    for (size_t i = 0; i < s->state->funnels.count; i++) add_due(&s->funnels.ledgers[i], now, due, &touch.also_count);
    if (touch.also_count < DUE_MAX && kept_links_touched(s->links, old->run->definition, &touch, &subjects, &readers)) {
        const struct news news = {s->store, touch.after, touch.last, &subjects, &readers};
        state->picture = picture_fold_again(old, &s->spare, &request, &news, &s->ledger);
        good = state->picture && funnels_fold_again(&s->funnels, &s->state->funnels, &request, &news, &state->funnels);
    }
    senders_release(&subjects);
    senders_release(&readers);
    free(due);
    return good ? state : NULL;
}

/* Definitions, imports, spend and what an erasure left are read with everything. What was replaced adds up, until all
 * is folded anew. */
static bool is_partial(const struct standing *s, const struct watching *w)
{
    const struct mark *a = &w->seen, *b = &w->folded;
    return s->state && !w->failed && s->again < AGAIN_MAX && a->imports == b->imports && a->in_force == b->in_force &&
           a->spend == b->spend && a->erasures == b->erasures && picture_splices(s->state->picture->run->definition);
}

static struct standing_state *fold(struct standing *s, const struct watching *w, struct error *error)
{
    if (!is_partial(s, w)) return fold_anew(s, error);
    struct standing_state *state = state_new(s);
    if (fold_touched(s, w, state)) {
        s->again++;
        return state;
    }
    standing_give(state);
    return fold_anew(s, error);
}

/* Before anybody can take it. */
static void prepare(struct standing *s, struct standing_state *state)
{
    pthread_mutex_lock(&s->lock);
    const struct standing_listener listener = s->listener;
    pthread_mutex_unlock(&s->lock);
    write_ahead(state, AHEAD_MS);
    if (listener.prepare) listener.prepare(listener.context, state);
}

/* What is tried again and fails for the same reason is told once. */
static bool is_new_failure(const struct standing *s, const struct error *error)
{
    return error->code != OK && s->options.failed && strcmp(error->message, s->error.message) != 0;
}

/* A failure keeps what stood before. */
static void swap_in(struct standing *s, struct standing_state *state, const struct error *error, int64_t took)
{
    struct standing_state *old = NULL;
    drop_spare(s);
    if (state && s->state) {
        s->spare = picture_hold(s->state->picture);
        funnel_keeper_spare(&s->funnels, &s->state->funnels);
    }
    const bool failed_anew = !state && is_new_failure(s, error);
    pthread_mutex_lock(&s->lock);
    s->error = state ? (struct error){0} : *error;
    s->fold_ms = took;
    s->folds++;
    s->of_some += state && s->again;
    if (state) {
        old = s->state;
        s->state = state;
        atomic_fetch_add(&state->holders, 1); /* for the listener, below */
    }
    const struct standing_listener listener = s->listener;
    pthread_mutex_unlock(&s->lock);
    /* Not before: who hears of it and asks for the service's health is to find it there. */
    if (failed_anew) s->options.failed(s->options.failed_context, error);
    if (state && listener.changed) listener.changed(listener.context, state);
    standing_give(state);
    standing_give(old);
}

static bool is_due(const struct standing *s, const struct watching *w, int64_t now)
{
    const int64_t since = now - w->folded_at;
    const bool newer = !mark_equal(&w->seen, &w->folded);
    if (!w->folded_at || (newer && w->asked > s->served)) return true;
    if (since < (s->again ? REST_AGAIN_MS : REST_MS) || since < 2 * s->fold_ms) return false;
    if (newer) return true;
    if (w->failed) return since >= RETRY_MS;
    return !s->state->picture->run->definition->report.as_of.len && since >= AGE_MS && since >= AGE_FOLDS * s->fold_ms;
}

static void note_lag(struct standing *s, const struct watching *w, int64_t now)
{
    pthread_mutex_lock(&s->lock);
    if (mark_equal(&w->seen, &w->folded))
        s->behind_since = 0;
    else if (!s->behind_since)
        s->behind_since = now;
    pthread_mutex_unlock(&s->lock);
}

/* Whoever asked before the store was looked at has in the state what was there then. */
static void note_caught_up(struct standing *s, const struct watching *w)
{
    pthread_mutex_lock(&s->lock);
    if (mark_equal(&w->seen, &w->folded)) s->served = w->asked;
    pthread_cond_broadcast(&s->caught_up);
    pthread_mutex_unlock(&s->lock);
}

/* What states that are gone held stays for the next one; not when none comes. */
static void give_back(struct standing *s, struct watching *w, int64_t now)
{
    if (w->trimmed || now - w->folded_at < QUIET_MS) return;
    drop_spare(s);
    malloc_trim(0);
    w->trimmed = true;
}

static void fold_if_due(struct standing *s, struct watching *w)
{
    struct error error = {0};
    const int64_t began = monotonic_ms();
    if (w->folded_at) note_lag(s, w, began);
    if (!is_due(s, w, began)) {
        give_back(s, w, began);
        return;
    }
    w->trimmed = false;
    struct standing_state *state = fold(s, w, &error);
    if (state) prepare(s, state);
    w->folded = w->seen;
    w->failed = !state;
    w->folded_at = monotonic_ms();
    swap_in(s, state, &error, w->folded_at - began);
    if (!s->again) malloc_trim(0); /* what a fold of everything needed is many times what stays */
    kept_links_warm(s->links);
    note_lag(s, w, w->folded_at);
}

static void look_and_fold(struct standing *s, struct watching *w)
{
    pthread_mutex_lock(&s->lock);
    w->asked = s->asked;
    pthread_mutex_unlock(&s->lock);
    if (look(s->store, world_now(&s->options.world), &w->seen, NULL) != OK)
        return; /* busy for a moment, or the fold will tell */
    const uint64_t before = s->state ? s->state->number : 0;
    fold_if_due(s, w);
    note_caught_up(s, w);
    if (s->state && s->state->number != before) write_behind(s->state); /* nobody else changes which it is */
}

/* False: to stop. */
static bool rest(struct standing *s, const struct watching *w)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += LOOK_MS * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_mutex_lock(&s->lock);
    while (!s->stopping && s->asked == w->asked && pthread_cond_timedwait(&s->changed, &s->lock, &until) != ETIMEDOUT) {
    }
    const bool go_on = !s->stopping;
    pthread_mutex_unlock(&s->lock);
    return go_on;
}

static void *watch(void *context)
{
    struct standing *s = context;
    struct watching w = {0};
    do look_and_fold(s, &w);
    while (rest(s, &w));
    return NULL;
}

/* ---- the service ---- */

enum outcome standing_start(const struct standing_options *options, struct standing **out, struct error *error)
{
    struct store *store = store_open(options->db, DATABASE_READ, error);
    if (!store) return error && error->code ? error->code : FAILED;
    struct standing *s = memory_new(sizeof *s);
    pthread_condattr_t monotonic;
    s->options = *options;
    s->store = store;
    s->links = kept_links_new(options->db);
    s->wishes = wishes_new();
    error_set(&s->error, OK, "the report is being worked out for the first time");
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->changed, &monotonic);
    pthread_cond_init(&s->caught_up, &monotonic);
    pthread_condattr_destroy(&monotonic);
    *out = s;
    const int failed = pthread_create(&s->thread, NULL, watch, s);
    if (!failed) return OK;
    s->stopping = true;
    standing_free(s);
    return error_set(error, FAILED, "no thread for the report: %s", strerror(failed));
}

void standing_stop(struct standing *s)
{
    pthread_mutex_lock(&s->lock);
    const bool runs = !s->stopping;
    s->stopping = true;
    pthread_cond_signal(&s->changed);
    pthread_cond_broadcast(&s->caught_up);
    pthread_mutex_unlock(&s->lock);
    if (runs) pthread_join(s->thread, NULL);
}

void standing_free(struct standing *s)
{
    if (!s) return;
    standing_stop(s);
    drop_spare(s);
    standing_give(s->state);
    kept_links_free(s->links);
    wishes_free(s->wishes);
    ledger_release(&s->ledger);
    funnel_keeper_release(&s->funnels);
    store_close(s->store);
    pthread_cond_destroy(&s->changed);
    pthread_cond_destroy(&s->caught_up);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

void standing_listen(struct standing *s, const struct standing_listener *listener)
{
    pthread_mutex_lock(&s->lock);
    s->listener = *listener;
    pthread_mutex_unlock(&s->lock);
}

struct standing_state *standing_take(struct standing *s, struct error *error)
{
    pthread_mutex_lock(&s->lock);
    struct standing_state *state = s->state;
    if (state)
        atomic_fetch_add(&state->holders, 1);
    else
        *error = s->error;
    pthread_mutex_unlock(&s->lock);
    return state;
}

bool standing_fails(struct standing *s)
{
    pthread_mutex_lock(&s->lock);
    const bool fails = s->error.code != OK;
    pthread_mutex_unlock(&s->lock);
    return fails;
}

bool standing_catch_up(struct standing *s, int wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += wait_ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_mutex_lock(&s->lock);
    const uint64_t mine = ++s->asked;
    pthread_cond_signal(&s->changed);
    while (!s->stopping && s->served < mine && pthread_cond_timedwait(&s->caught_up, &s->lock, &until) != ETIMEDOUT) {
    }
    const bool there = s->served >= mine && s->state && s->error.code == OK;
    pthread_mutex_unlock(&s->lock);
    return there;
}

double standing_lag(struct standing *s)
{
    pthread_mutex_lock(&s->lock);
    const int64_t since = s->behind_since;
    pthread_mutex_unlock(&s->lock);
    return since ? (double)(monotonic_ms() - since) / 1000 : 0;
}

double standing_fold_seconds(struct standing *s)
{
    pthread_mutex_lock(&s->lock);
    const int64_t took = s->fold_ms;
    pthread_mutex_unlock(&s->lock);
    return (double)took / 1000;
}

uint64_t standing_folds(struct standing *s)
{
    pthread_mutex_lock(&s->lock);
    const uint64_t folds = s->folds;
    pthread_mutex_unlock(&s->lock);
    return folds;
}

uint64_t standing_folds_of_some(struct standing *s)
{
    pthread_mutex_lock(&s->lock);
    const uint64_t folds = s->of_some;
    pthread_mutex_unlock(&s->lock);
    return folds;
}

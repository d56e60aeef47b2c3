/* The standing report of a running service: all that the store holds, read and folded once, kept as columns, and
 * answered from until something newer is there.
 *
 * One thread folds when the store has changed, and now and then because time passes: everybody, or only those whom the
 * news and the time can have touched (picture.h), which comes to the same. It swaps the new state in and
 * readers go on with the one they took until they give it back. The report, and those that were asked for lately, are
 * written before. So a report waits neither for a fold nor to be worked out, and shows the store as it was a moment
 * ago: standing_lag says by how much. */
#ifndef MASA_APP_STANDING_H
#define MASA_APP_STANDING_H

#include "access/world.h"
#include "analysis/narrow.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/zone.h"
#include "definition/model.h"
#include "value/json_write.h"

struct standing;
struct standing_state; /* what one fold made */
struct roster;
struct lead;
struct fact_table;
struct run_options;
struct colleagues;

struct standing_options {
    const char *db;
    struct world world;
    int threads;                   /* 0: as usual */
    struct colleagues *colleagues; /* what people are called; NULL: by their ids */
    /* Told, on the folding thread, why the store could not be folded; once for each reason in turn. May be NULL. */
    void (*failed)(void *context, const struct error *error);
    void *failed_context;
};

/* Begins folding. The first state may take as long as `masa report` does. */
enum outcome standing_start(const struct standing_options *options, struct standing **out, struct error *error);
/* Folds no more, and calls nobody; the last state stays to be taken. Once is enough. */
void standing_stop(struct standing *standing);
/* After the last state was given back. */
void standing_free(struct standing *standing);

/* Called on the folding thread for every new state: before anybody can take it, so that what is remembered of it then
 * is there at once; and once it is the state of now. Either may be NULL. */
struct standing_listener {
    void *context;
    void (*prepare)(void *context, struct standing_state *state);
    void (*changed)(void *context, const struct standing_state *state);
};
void standing_listen(struct standing *standing, const struct standing_listener *listener);

/* The state of now, to be given back; NULL while there is none: the error says why,
 * BAD_USAGE that there is no valid definition, OK that the store is being read for the first time. */
struct standing_state *standing_take(struct standing *standing, struct error *error);
/* Whether the last try to fold the store failed, so that what stands is of before. */
bool standing_fails(struct standing *standing);
void standing_give(struct standing_state *state);

/* Folds at once what the store holds now, and returns when the state that is taken next has it; many who ask share a
 * fold. False: it took longer than that, or cannot be done. For whoever answers about what was just said. */
bool standing_catch_up(struct standing *standing, int wait_ms);

/* How long, in seconds, the oldest event has been waiting that is not in the state; 0: all are. */
double standing_lag(struct standing *standing);
double standing_fold_seconds(struct standing *standing); /* of the last one */
uint64_t standing_folds(struct standing *standing);
uint64_t standing_folds_of_some(struct standing *standing); /* of these, of the subjects touched alone */

uint64_t standing_number(const struct standing_state *state); /* grows from state to state */
int64_t standing_as_of(const struct standing_state *state);
/* Whether the report that stands is of this funnel; an empty name is its. */
bool standing_is_funnel(const struct standing_state *state, struct slice name);
const struct zone *standing_zone(const struct standing_state *state);
/* {"MQL":30}: stage to how many subjects ever reached it. Of the report's funnel; and {"renewals":{"due":4}}, of each
 * other. */
void standing_put_counts(const struct standing_state *state, struct json_writer *w);
void standing_put_other_counts(const struct standing_state *state, struct json_writer *w);

/* A report as JSON, as `masa report --db` prints it. Other periods, comparisons and funnels than the definition's are
 * worked out from what the state has; other as-ofs, and as recorded, are folded when they are asked for first, and the
 * last one is kept while the state stands. BAD_USAGE: a parameter is wrong. */
struct standing_request {
    struct slice funnel, period, compare, as_of, basis, lang, values; /* as `masa report` takes them, or empty */
    struct narrowing_asked only;                                      /* of these */
    enum reading reading;
};
enum outcome standing_report(struct standing_state *state, const struct standing_request *request, struct buffer *out,
                             struct error *error);

/* The table that such a report is made of, narrowed, with subjects: for as long as the call lasts. */
struct standing_use {
    void *context;
    enum outcome (*table)(void *context, struct arena *arena, const struct fact_table *table, enum basis basis,
                          struct error *error);
};
enum outcome standing_use(struct standing_state *state, const struct standing_request *request,
                          const struct standing_use *use, struct error *error);

/* The columns of the definition's report (analysis/table.h). */
const struct fact_table *standing_table(const struct standing_state *state);
/* Everybody the report's funnel counts (app/roster.h). */
const struct roster *standing_roster(const struct standing_state *state);
/* Those whom another counts: by its place, the report's funnel first, NULL after the last; and by its name, NULL when
 * there is none, empty: the report's. */
const struct roster *standing_roster_at(const struct standing_state *state, size_t i);
const struct roster *standing_roster_of(const struct standing_state *state, struct slice funnel);

/* Whoever goes by that id in the funnel; an empty funnel: in the report's, else in another, of its kind first. `lead`
 * is NULL when no such funnel counts them, `roster` when there is no such funnel. */
struct standing_lead {
    const struct roster *roster;
    const struct lead *lead;
};
struct standing_lead standing_find(const struct standing_state *state, struct slice id, struct slice funnel);

/* How the state's store is read, by who needs more of it than the columns. */
void standing_reading(const struct standing_state *state, struct run_options *out);

/* Why one subject stands where it stands, as JSON, as `masa why --db` prints it; the store is read for it. */
struct standing_why {
    struct slice subject, funnel, as_of;
    bool recorded;
};
enum outcome standing_why(struct standing_state *state, const struct standing_why *request, struct buffer *out,
                          bool *absent, struct error *error);

/* What others work out of a state once, kept with the reports: true and added to `out` when it is there. */
bool standing_recall(struct standing_state *state, struct slice key, struct buffer *out);
void standing_remember(struct standing_state *state, struct slice key, struct slice text);

/* Which rules and score terms predict how leads fare, as `masa feedback --db` prints it. The store is read for it when
 * it is first asked for; the last ones are kept while the state stands, as reports are. */
enum outcome standing_feedback(struct standing_state *state, const struct standing_request *request, struct buffer *out,
                               struct error *error);

#endif

/* One subject, opened: all that is known of it as of a moment, held until it is closed. The page of a lead, its
 * timeline and the brief of a handoff are written from it, so that they cannot differ.
 *
 *     struct dossier *d;
 *     bool absent;
 *     if (dossier_open(state, KIND_PERSON, SLICE("p1"), INSTANT_NONE, &d, &absent, &error) == OK) {
 *         for (size_t i = d->event_count; i-- > 0;) say(d->events[i].told.at, d->events[i].said);
 *         dossier_close(d);
 *     }
 *
 * Only what the subject's facts depend on is read from the store. Facts, rules and values stand in the trace
 * (engine/explain.h), whose lists of events are indices of `events`. */
#ifndef MASA_APP_DOSSIER_H
#define MASA_APP_DOSSIER_H

#include "app/handoff_roster.h"
#include "app/run.h"
#include "app/standing.h"
#include "report/why.h"

struct dossier_event {
    struct told_event told; /* what it was: its type, time, and fields */
    struct slice source;    /* whose write key or file it came by; empty: the Segment shape's own */
    struct slice said;      /* what somebody wrote in their own words, as written; empty: nothing */
    const struct event_type *type;
    int human; /* likelihood that a person made it, in thousandths; HUMAN_SURE unless something speaks against it */
};

/* Another name of the same: by what it is found in other systems. */
struct dossier_identity {
    const char *kind; /* "user_id", "email", "phone", "anonymous_id" */
    struct slice value;
    int64_t since; /* when it was first said */
};

struct dossier_trait {
    const struct label *label;
    struct slice value; /* as people write it */
    enum subject_kind of;
    int64_t since; /* INSTANT_NONE: nobody knows */
};

/* What it came to that a rule or a profile asked for, and what was said about it. */
struct dossier_answer {
    const struct label *label; /* its name is its code */
    enum truth truth;
    int64_t at;                        /* since when it is known; INSTANT_NONE: it is not */
    struct slice value;                /* what is known, as people write it; empty: nothing */
    const struct dossier_event *event; /* that said so; NULL: none */
    int64_t weight;                    /* of a profile's criterion, millionths */
};

struct dossier_bant {
    const struct bant *bant;
    const struct dossier_answer *answers; /* in the order of its questions */
    int64_t yes;
};

struct dossier_fit {
    const struct icp *icp;
    const struct dossier_answer *criteria; /* in the profile's order */
    struct cell fit, matched;              /* a share from 0 to 1; absent when not known */
};

/* An account it was seen with, from when on. */
struct dossier_account {
    struct slice id;
    int64_t since;
};

struct dossier {
    const struct definition *definition;
    const struct zone *zone;
    const struct workweek *workweek;
    const struct dictionary *dictionary;
    enum subject_kind kind;
    struct slice id;             /* the one it goes by now; it may have been asked for by another */
    const struct slice *aliases; /* ids that were merged into it */
    size_t alias_count;
    int64_t as_of;

    const struct trace *trace; /* facts, stages, laps, scores with their terms, what is ahead */
    const struct cell *cells;  /* by slot of its kind: all that rules read; texts are codes of the dictionary */
    const struct dossier_event *events; /* in order of time */
    size_t event_count;

    const struct dossier_identity *identities;
    size_t identity_count;
    const struct dossier_trait *traits; /* its own, then its account's */
    size_t trait_count;
    const struct dossier_bant *bants;
    size_t bant_count;
    const struct dossier_fit *fits;
    size_t fit_count;
    const struct kept_words *words;         /* what people wrote about it; NULL: nothing */
    struct colleagues *colleagues;          /* who people are; may be NULL */
    const struct dossier_account *accounts; /* by time: the last is the one it belongs to */
    size_t account_count;

    struct arena arena; /* of all this; may be used for what is made of it */
    struct run run;     /* inside */
};

/* Opens a subject under its id or an alias; as of the state's moment when `as_of` is INSTANT_NONE.
 * FAILED with *absent: nothing is known of it. */
enum outcome dossier_open(struct standing_state *state, enum subject_kind kind, struct slice subject, int64_t as_of,
                          struct dossier **out, bool *absent, struct error *error);
void dossier_close(struct dossier *dossier); /* may be NULL */

/* Its last lap in that funnel; laps count from 1, 0: it was never in it. */
uint32_t dossier_lap(const struct dossier *dossier, uint32_t funnel);

#endif

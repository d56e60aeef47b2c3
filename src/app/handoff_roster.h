/* The handoffs of the report's funnel as the fold leaves them, with what people said about them: kept in the standing
 * state, so that a page of the inbox is served from memory. Filled by the roster (roster.h), subject by subject. */
#ifndef MASA_APP_HANDOFF_ROSTER_H
#define MASA_APP_HANDOFF_ROSTER_H

#include "runtime/fold.h"

/* What somebody said about a subject (runtime/declaration.h), kept. */
struct kept_word {
    enum declaration_kind kind;
    enum decision decision; /* of DECLARE_DECISION */
    bool undone;
    int64_t at;
    struct slice by, role, message;
    const struct slice *texts; /* by enum word_field */
};
struct kept_words {
    const struct kept_word *at; /* in order of time */
    size_t count;
};
/* The last of that kind, said in [from, until); NULL: none. */
const struct kept_word *kept_word_last(const struct kept_words *words, enum declaration_kind kind, int64_t from,
                                       int64_t until);

struct handoff_decision {
    enum decision decision;
    int64_t at;
    struct slice by, reason;      /* empty: not said */
    const struct kept_word *word; /* what it says besides; NULL: nothing */
    bool after_acceptance;
};

enum handoff_state { STATE_WAITING, STATE_ACCEPTED, STATE_REJECTED, STATE_RETURNED, STATE_WITHDRAWN, HANDOFF_STATES };
extern const char *const handoff_state_names[HANDOFF_STATES + 1];

enum { HANDOFF_ID_SIZE = 18 };

struct handoff_entry {
    char id[HANDOFF_ID_SIZE]; /* made of subject, funnel, stage and time: the same whenever it is folded */
    uint32_t lead;            /* of the roster */
    uint16_t stage;
    int64_t submitted, due, ended; /* INSTANT_MAX: without SLA; open */
    int64_t until;                 /* when the subject was proposed again; INSTANT_MAX */
    enum handoff_outcome outcome;  /* of the submission: an acceptance stays one, although the lead is returned later */
    enum handoff_state state;      /* as people see it: returned then */
    struct slice to;               /* the route's team */
    struct handoff_decision decisions[2]; /* the answer, and a return after acceptance */
    size_t decision_count;
    const struct kept_word *assigned; /* by a person; NULL: as the route says */
    const struct kept_words *words;   /* of the subject; may be NULL */
    uint32_t version;                 /* grows with every change */
};
/* The one that stands; NULL: none. */
const struct handoff_decision *handoff_last(const struct handoff_entry *entry);

struct handoff_list { /* for the vector macros */
    struct handoff_entry *at;
    size_t count, cap;
};

/* The words about a subject, copied; NULL when there are none. */
const struct kept_words *kept_words_of(const struct subject_view *view, int64_t as_of, struct arena *arena);
/* Adds a subject's handoffs in the funnel. Texts live in the arena, or with the definition. */
void handoffs_take(struct handoff_list *list, struct arena *arena, const struct definition *definition, uint32_t funnel,
                   const struct subject_view *view, const struct kept_words *words, uint32_t lead);

/* A copy in the arena; NULL of nothing. */
const struct kept_words *kept_words_copy(const struct kept_words *words, struct arena *arena);
/* Moves an entry whose words were copied: its other texts go to the arena. */
void handoff_move(struct handoff_entry *entry, const struct kept_words *copy, struct arena *arena);

#endif

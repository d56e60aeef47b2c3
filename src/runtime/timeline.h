/* Values that one kind of subject lends to another, as they changed over time: an account's traits to its people, the
 * market's signals to everyone. Written while the lending kind is folded, read while the borrowing one is. */
#ifndef MASA_RUNTIME_TIMELINE_H
#define MASA_RUNTIME_TIMELINE_H

#include "engine/engine.h"
#include "runtime/relate.h"

struct change_list { /* for the vector macros */
    struct change *at;
    size_t count, cap;
};

struct timelines;
struct timelines *timelines_new(const struct engine *engine);
void timelines_free(struct timelines *t);

/* Does another kind read values of this one? */
bool timelines_wanted(const struct definition *definition, enum subject_kind kind);
/* Does this kind read values of another? */
bool timelines_borrowed(const struct definition *definition, enum subject_kind kind);
/* Do accounts read signals of their people? Then those are folded and lent before the accounts are, under the kind
 * LENT_BY_MEMBERS: such signals read nothing but the person's own events. (What deals and subscriptions read of their
 * contacts is lent by the persons as they are folded anyhow.) */
enum { LENT_BY_MEMBERS = KIND_COUNT };
bool timelines_of_members(const struct definition *definition);
void timelines_ask_members(const struct definition *definition, struct folder *folder);
/* Asks a folder of the lending kind for what others read. */
void timelines_ask(const struct definition *definition, enum subject_kind kind, struct folder *folder);
/* Keeps a subject's changes, of its kind or LENT_BY_MEMBERS; one caller at a time. */
void timelines_add(struct timelines *t, int lender, struct slice key, const struct change *changes, size_t count);

/* Lists and maps that were lent live in the reader that parsed them: it is kept, and freed with the timelines. */
void timelines_keep(struct timelines *t, struct content_reader *reader);

/* Who reads. When `whole` is not set, values are told as they are at the reader's own events and as of the end, and
 * once after it; those on which a stage rests, besides, where they get over or under a number that a rule compares them
 * with, or, when rules do more with them, at every change. An account of many thousands changes all the time, and each
 * of its people reads it. */
struct timeline_reader {
    enum subject_kind kind;
    struct slice key;
    const struct happening *events;
    size_t count;
    int64_t as_of;
    bool whole;
    bool scores; /* changes of scores are asked for */
    bool lends;  /* others read its values in turn */
};
/* Adds, in order of time, the changes that the reader sees of others. True: some were left out that no rule can tell
 * apart, and that yet are new evidence to a stage that waits for such. */
bool timelines_changes(const struct timelines *t, const struct relations *relations,
                       const struct timeline_reader *reader, struct change_list *out);

/* What those who belong give to a signal of members of the subject: one gives `by` more from `at` on. Person by person;
 * of each in order of time. */
struct member_share {
    struct slice person;
    int64_t at, by; /* as the signal's own value counts */
};
struct member_shares { /* for the vector macros */
    struct member_share *at;
    size_t count, cap;
};
void timelines_shares(const struct timelines *t, const struct relations *relations, enum subject_kind kind,
                      struct slice key, const struct member_signal *signal, struct member_shares *out);

#endif

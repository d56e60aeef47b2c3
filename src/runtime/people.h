/* Who is who, by what was said in the log: which ids are one person, who was erased, and what was refused. Made once
 * all input is in; most logs say nothing of the kind, and then there is none. */
#ifndef MASA_RUNTIME_PEOPLE_H
#define MASA_RUNTIME_PEOPLE_H

#include "runtime/gather.h"

/* What was said of one id. */
struct about {
    struct slice alias_of; /* not empty: another id of the same person gives the name, and all else stands there */
    const struct slice *aliases; /* in byte order */
    size_t alias_count;
    const struct declaration *const *refused; /* in order */
    size_t refused_count;
    const struct declaration *const *words; /* about them, in order: notes, owners, what decisions said; not refused */
    size_t word_count;
    int64_t erased_at;    /* INSTANT_MAX: not erased */
    struct slice residue; /* the name that what stays of an erased person goes by; empty: nothing stays */
};
/* False of nothing (NULL). */
bool about_has_alias(const struct about *about, struct slice id);

struct people;
/* NULL when nothing was said of anybody. The list is settled (declarations_settle) and outlives the people. */
struct people *people_new(const struct gather *gather, const struct declaration_list *declarations);
void people_free(struct people *people);
/* Lists the words about each: what was written about a visitor goes with whoever that became, as their events do.
 * `find` gives the owner of an anonymous id at a time by the canonical name; empty: nobody. Once. */
struct people_owners {
    struct slice (*find)(const void *context, struct slice anonymous, int64_t at);
    const void *context;
};
void people_hear(struct people *people, const struct declaration_list *declarations,
                 const struct people_owners *owners);

/* All of these may be asked of no people (NULL). */
struct slice people_name(const struct people *people, struct slice id);         /* canonical */
const struct about *people_about(const struct people *people, struct slice id); /* NULL: nothing was said */
/* INSTANT_MAX unless erased; asked by canonical id. */
int64_t people_erased_at(const struct people *people, struct slice name);
size_t people_erased_count(const struct people *people);

/* Hands the events that came under an alias to the person. */
void people_deliver(const struct people *people, struct gather *gather);

#endif

/* Who belongs to whom: the edges of all reading threads together, and what follows from them once all input is in. */
#ifndef MASA_RUNTIME_RELATE_H
#define MASA_RUNTIME_RELATE_H

#include "identity/relation.h"
#include "runtime/people.h"

struct relations;
/* Erased persons leave nothing behind, or (`with_erased`, as recorded) what was known before they were erased. */
struct relations *relations_new(const struct gather *gather, bool with_erased);
void relations_free(struct relations *r);
const struct people *relations_people(const struct relations *r); /* may be NULL, which may be asked all the same */

/* The accounts a person was seen with, one after the other: each from its `at` until the next one's. */
struct relation_list relations_accounts_of(const struct relations *r, struct slice person);
/* Each person of an account, each contact of a deal once, with the first time. */
struct relation_list relations_persons_of(const struct relations *r, struct slice account);
struct relation_list relations_contacts_of(const struct relations *r, struct slice deal);
/* The ways in which contact i of a deal's is reached, a set of 1 << enum credit_deals. */
unsigned relations_reach(struct relation_list contacts, size_t i);
/* Whose an anonymous event is: the next to be identified with that id, else the last before; empty when nobody was. */
struct slice relations_owner(const struct relations *r, struct slice anonymous, int64_t at);

/* Hands the events of merged ids to the persons they are, anonymous events to their owners ("anon:ID" when there
 * is none), and the events of deals to the persons whom the funnels' credit names. Returns the events of deals that
 * reach nobody. */
uint64_t relations_deliver(struct relations *r, struct gather *gather);

#endif

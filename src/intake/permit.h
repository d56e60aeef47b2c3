/* What a sender may say, where it may not say everything: a write key that stands in a page for all to read is held to
 * what a page has to say. Pure. */
#ifndef MASA_INTAKE_PERMIT_H
#define MASA_INTAKE_PERMIT_H

#include "base/arena.h"
#include "base/error.h"
#include "intake/event.h"

/* Of a key in a page: no alias and no group, and nobody but the visitor. */
#define PERMIT_BROWSER_CALLS "track page screen identify"

struct permit {
    unsigned calls;      /* a bit for each enum input_call; 0: all */
    struct slice events; /* of tracked events, a name a line; one that ends in * is a beginning; empty: all */
    bool visitors;       /* names no person, account or other id: speaks of the anonymousId alone */
};

/* "track page", separated by blanks; empty: all. BAD_USAGE: the error names the word. */
enum outcome permit_calls_parse(struct slice text, unsigned *calls, struct error *error);
/* In the order of enum input_call. */
struct slice permit_calls_text(struct arena *arena, unsigned calls);

enum permit_fault { PERMIT_FINE, PERMIT_CALL, PERMIT_EVENT, PERMIT_PERSON, PERMIT_ACCOUNT };
enum permit_fault permit_check(const struct permit *permit, const struct input_event *event);
/* The member of the call that is to blame, and what to do, with the name it said. */
const char *permit_field(enum permit_fault fault);
struct slice permit_message(struct arena *arena, enum permit_fault fault, const struct input_event *event);

#endif

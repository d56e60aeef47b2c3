/* What people say of the log itself, as events of masa's own (docs/INTAKE.md): that two ids are one person or are not,
 * that somebody is to be erased, that a definition is offered or signed. Few among millions of events. */
#ifndef MASA_RUNTIME_STATEMENT_H
#define MASA_RUNTIME_STATEMENT_H

#include "base/arena.h"
#include "base/vector.h"
#include "engine/engine.h"
#include "intake/event.h"

struct statement {
    enum statement_kind kind;
    int64_t at;
    uint64_t id; /* see id_key */
    uint16_t source;
    struct slice subject; /* the id it is about: a person's, "anon:ID"; empty for those about definitions */
    struct slice with, by, role, definition, residue;
    bool refused;
    enum refusal why;
};
struct statement_list { /* for the vector macros */
    struct statement *at;
    size_t count, cap;
};

/* What a statement is called among the refused decisions: "merge". */
struct slice statement_name(enum statement_kind kind);

enum statement_form { STATEMENT_NONE /* no event of masa's own */, STATEMENT_GOOD, STATEMENT_LACKING };
/* Reads an event whose type the definition does not have. LACKING: what it speaks of is missing. `subject` is whom the
 * event is about; texts are kept in the arena. */
enum statement_form statement_read(const struct definition *definition, const struct input_event *in,
                                   struct slice subject, struct arena *arena, struct statement *out);

/* Puts them in order, each message once (of different copies the earliest), and refuses those whose author has no say
 * and un-merges with nothing to take back. */
void statements_settle(struct statement_list *list);

#endif

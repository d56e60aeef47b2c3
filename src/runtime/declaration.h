/* What people say of the log itself, as events of masa's own (docs/INTAKE.md): that two ids are one person or are not,
 * that somebody is to be erased, that a definition is offered or signed. Few among millions of events. */
#ifndef MASA_RUNTIME_DECLARATION_H
#define MASA_RUNTIME_DECLARATION_H

#include "base/arena.h"
#include "base/vector.h"
#include "engine/engine.h"
#include "intake/event.h"

struct declaration {
    enum declaration_kind kind;
    int64_t at;
    uint64_t id; /* see id_key */
    uint16_t source;
    struct slice subject; /* the id it is about: a person's, "anon:ID"; empty for those about definitions */
    struct slice with, by, role, definition, residue;
    bool refused;
    enum refusal why;
};
struct declaration_list { /* for the vector macros */
    struct declaration *at;
    size_t count, cap;
};

/* What a statement is called among the refused decisions: "merge". */
struct slice declaration_name(enum declaration_kind kind);

enum declaration_form { DECLARATION_NONE /* no event of masa's own */, DECLARATION_GOOD, DECLARATION_LACKING };
/* Reads an event whose type the definition does not have. LACKING: what it speaks of is missing. `subject` is whom the
 * event is about; texts are kept in the arena. */
enum declaration_form declaration_read(const struct definition *definition, const struct input_event *in,
                                       struct slice subject, struct arena *arena, struct declaration *out);

/* Puts them in order, each message once (of different copies the earliest), and refuses those whose author has no say
 * and un-merges with nothing to take back. */
void declarations_settle(struct declaration_list *list);

#endif

/* What people say as events of masa's own (docs/INTAKE.md). Of the log itself: that two ids are one person or are not,
 * that somebody is to be erased, that a definition is offered or signed, that a decision is taken back. Of a subject,
 * without deciding anything: notes, owners, milestones; and what decisions say besides deciding. Few among millions of
 * events. */
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
    const struct slice *words; /* by enum word_field, of words about a subject; else NULL */
    struct slice message;      /* the event's id, of those */
    enum decision decision;    /* of DECLARE_DECISION */
    bool undone;               /* that decision is taken back: it is not in the trail */
    bool refused;
    enum refusal why;
};
struct declaration_list { /* for the vector macros */
    struct declaration *at;
    size_t count, cap;
};

static inline bool declaration_is_word(const struct declaration *s)
{
    return s->kind >= DECLARE_UNDO;
}
/* A decision can be taken back by its author, so long after it. */
#define UNDO_WITHIN (30 * SECOND_US)

/* What a statement is called among the refused decisions: "merge". */
struct slice declaration_name(enum declaration_kind kind);

enum declaration_form { DECLARATION_NONE /* no event of masa's own */, DECLARATION_GOOD, DECLARATION_LACKING };
/* Reads an event whose type the definition does not have. LACKING: what it speaks of is missing. `subject` is whom the
 * event is about; texts are kept in the arena. */
enum declaration_form declaration_read(const struct definition *definition, const struct input_event *in,
                                       struct slice subject, struct arena *arena, struct declaration *out);

/* What a decision says besides deciding; the event is one of the decisions. */
void declaration_of_decision(const struct definition *definition, const struct input_event *in, struct slice subject,
                             enum decision decision, struct arena *arena, struct declaration *out);

/* Puts them in order, each message once (of different copies the earliest), and refuses those whose author has no say,
 * un-merges with nothing to take back, and undoings of what is not one's own, not there, or too long ago. Decisions
 * that are not taken back and say nothing besides are left out. */
void declarations_settle(struct declaration_list *list);

#endif

#include "runtime/declaration.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"

/* ---- reading ---- */

static const struct slice own = {"masa:", 5};

struct slice declaration_name(enum declaration_kind kind)
{
    return slice_skip(slice_from(declaration_events[kind]), own.len);
}

static struct slice text_at(const struct input_event *in, uint32_t path, struct arena *arena)
{
    const struct input_value *v = &in->values[path];
    if (v->kind == INPUT_INT) return arena_printf(arena, "%lld", (long long)v->number);
    return v->kind == INPUT_TEXT ? arena_slice(arena, v->text) : slice_of("", 0);
}

static bool says_enough(const struct declaration *s)
{
    switch (s->kind) {
    case DECLARE_MERGE:
    case DECLARE_UNMERGE: return s->subject.len && s->with.len && !slice_equal(s->subject, s->with);
    case DECLARE_ERASE: return s->subject.len;
    case DECLARE_UNDO: return s->subject.len && s->words[WORD_MESSAGE].len;
    case DECLARE_NOTE: return s->subject.len && s->words[WORD_TEXT].len;
    case DECLARE_MILESTONE: return s->subject.len && s->words[WORD_MILESTONE].len;
    case DECLARE_OWNER:
    case DECLARE_ASSIGNED:
    case DECLARE_DECISION: return s->subject.len;
    default: return s->definition.len;
    }
}

static void read_words(const struct declaration_paths *p, const struct input_event *in, struct arena *arena,
                       struct declaration *out)
{
    struct slice *words = ARENA_ARRAY(arena, struct slice, WORD_FIELDS);
    for (size_t i = 0; i < WORD_FIELDS; i++) words[i] = text_at(in, p->words[i], arena);
    out->words = words;
    out->message = arena_slice(arena, in->id);
}

void declaration_of_decision(const struct definition *d, const struct input_event *in, struct slice subject,
                             enum decision decision, struct arena *arena, struct declaration *out)
{
    const struct declaration_paths *p = &d->declarations;
    *out = (struct declaration){.kind = DECLARE_DECISION,
                                .source = in->source,
                                .subject = arena_slice(arena, subject),
                                .by = text_at(in, p->by, arena),
                                .role = text_at(in, p->role, arena),
                                .decision = decision};
    read_words(p, in, arena, out);
}

enum declaration_form declaration_read(const struct definition *d, const struct input_event *in, struct slice subject,
                                       struct arena *arena, struct declaration *out)
{
    const struct declaration_paths *p = &d->declarations;
    int kind = 0;
    if (in->call != CALL_TRACK || !slice_starts(in->name, own)) return DECLARATION_NONE;
    while (kind < DECLARE_DECISION && !slice_is(in->name, declaration_events[kind])) kind++;
    if (kind == DECLARE_DECISION) return DECLARATION_NONE;
    *out = (struct declaration){.kind = (enum declaration_kind)kind,
                                .source = in->source,
                                .subject = arena_slice(arena, subject),
                                .with = text_at(in, p->with, arena),
                                .by = text_at(in, p->by, arena),
                                .role = text_at(in, p->role, arena),
                                .definition = text_at(in, p->definition, arena),
                                .residue = text_at(in, p->residue, arena)};
    if (declaration_is_word(out)) read_words(p, in, arena, out);
    return says_enough(out) ? DECLARATION_GOOD : DECLARATION_LACKING;
}

/* ---- who may ---- */

enum {
    MERGES = 1 << DECLARE_MERGE | 1 << DECLARE_UNMERGE,
    OFFERS = 1 << DECLARE_DEFINITION,
    SIGNS = 1 << DECLARE_SIGNOFF,
    ERASES = 1 << DECLARE_ERASE,
    WRITES = 1 << DECLARE_NOTE | 1 << DECLARE_MILESTONE | 1 << DECLARE_UNDO, /* an undoing is its author's own matter */
    ROUTES = 1 << DECLARE_OWNER | 1 << DECLARE_ASSIGNED,
};

static const struct {
    const char *role;
    unsigned may; /* a set of 1 << enum declaration_kind */
} says[] = {
    {"marketing", MERGES | OFFERS | SIGNS | WRITES},
    {"sales", MERGES | OFFERS | SIGNS | WRITES | ROUTES},
    {"success", MERGES | OFFERS | WRITES},
    {"product", OFFERS | 1 << DECLARE_UNDO},
    {"admin", MERGES | OFFERS | ERASES | WRITES | ROUTES},
};

/* A system that names no author may say all but a signature, which is a person's. */
static bool has_say(const struct declaration *s)
{
    if (s->kind == DECLARE_DECISION) return true; /* that is the engine's to say */
    if (!s->by.len && (s->kind == DECLARE_SIGNOFF || s->role.len)) return false;
    if (!s->by.len) return true;
    for (size_t i = 0; i < sizeof says / sizeof *says; i++)
        if (slice_is(s->role, says[i].role)) return says[i].may >> s->kind & 1;
    return false;
}

/* ---- order and sameness ---- */

static int by_texts(const struct declaration *x, const struct declaration *y)
{
    const struct slice a[] = {x->with, x->by, x->role, x->definition, x->residue};
    const struct slice b[] = {y->with, y->by, y->role, y->definition, y->residue};
    for (size_t i = 0; i < sizeof a / sizeof *a; i++) {
        const int c = slice_compare(a[i], b[i]);
        if (c) return c;
    }
    for (size_t i = 0; x->words && y->words && i < WORD_FIELDS; i++) {
        const int c = slice_compare(x->words[i], y->words[i]);
        if (c) return c;
    }
    return (x->kind > y->kind) - (x->kind < y->kind);
}

static int by_moment(const struct declaration *x, const struct declaration *y)
{
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    const bool offers_x = x->kind == DECLARE_DEFINITION, offers_y = y->kind == DECLARE_DEFINITION;
    if (offers_x != offers_y) return offers_x ? -1 : 1; /* at one instant first the offer, then who signs it */
    if (x->source != y->source) return x->source < y->source ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

/* Copies of one message stand together, the one that stays first. */
static int by_message(const void *a, const void *b)
{
    const struct declaration *x = a, *y = b;
    int c = slice_compare(x->subject, y->subject);
    if (c) return c;
    if (x->source != y->source) return x->source < y->source ? -1 : 1;
    if (x->id != y->id) return x->id < y->id ? -1 : 1;
    c = by_moment(x, y);
    return c ? c : by_texts(x, y);
}

static int by_order(const void *a, const void *b)
{
    const struct declaration *x = a, *y = b;
    int c = by_moment(x, y);
    if (!c) c = slice_compare(x->subject, y->subject);
    return c ? c : by_texts(x, y);
}

static bool same_message(const struct declaration *x, const struct declaration *y)
{
    return x->id == y->id && x->source == y->source && slice_equal(x->subject, y->subject);
}

/* The two ids, the smaller first, so that a pair has one name. */
static struct slice pair_name(struct arena *arena, const struct declaration *s)
{
    const bool turned = slice_compare(s->subject, s->with) > 0;
    const struct slice a = turned ? s->with : s->subject, b = turned ? s->subject : s->with;
    return arena_printf(arena, "%zu:%.*s%.*s", a.len, SLICE_ARG(a), SLICE_ARG(b));
}

static void refuse_needless(struct declaration_list *list)
{
    struct arena arena;
    struct map merged; /* pair -> 1 while merged */
    arena_init(&arena);
    map_init(&merged);
    for (size_t i = 0; i < list->count; i++) {
        struct declaration *s = &list->at[i];
        if (s->refused || (s->kind != DECLARE_MERGE && s->kind != DECLARE_UNMERGE)) continue;
        const struct slice pair = pair_name(&arena, s);
        s->refused = s->kind == DECLARE_UNMERGE && map_get(&merged, pair) != 1;
        s->why = REFUSED_NOTHING_HELD;
        map_set(&merged, pair, s->kind == DECLARE_MERGE);
    }
    map_release(&merged);
    arena_release(&arena);
}

/* ---- decisions taken back ---- */

static struct slice message_name(struct arena *arena, const struct declaration *s, struct slice message)
{
    return arena_printf(arena, "%u:%zu:%.*s%.*s", s->source, s->subject.len, SLICE_ARG(s->subject), SLICE_ARG(message));
}

static bool may_take_back(const struct declaration *undo, const struct declaration *decision, enum refusal *why)
{
    *why = !decision || decision->at > undo->at                                               ? REFUSED_NOTHING_HELD
           : !slice_equal(decision->by, undo->by) || !slice_equal(decision->role, undo->role) ? REFUSED_ROLE
           : undo->at - decision->at > UNDO_WITHIN                                            ? REFUSED_LATE
                                                                                              : REFUSED_REDUNDANT;
    return *why == REFUSED_REDUNDANT && !decision->undone;
}

/* An undoing names a decision of its own subject and source. */
static void take_back(struct declaration_list *list)
{
    struct arena arena;
    struct map decisions; /* name -> index */
    arena_init(&arena);
    map_init(&decisions);
    for (size_t i = 0; i < list->count; i++)
        if (list->at[i].kind == DECLARE_DECISION)
            map_set(&decisions, message_name(&arena, &list->at[i], list->at[i].message), (uint32_t)i);
    for (size_t i = 0; i < list->count; i++) {
        struct declaration *s = &list->at[i];
        if (s->kind != DECLARE_UNDO || s->refused) continue;
        const uint32_t at = map_get(&decisions, message_name(&arena, s, s->words[WORD_MESSAGE]));
        struct declaration *decision = at == MAP_NONE ? NULL : &list->at[at];
        s->refused = !may_take_back(s, decision, &s->why);
        if (!s->refused) decision->undone = true;
    }
    map_release(&decisions);
    arena_release(&arena);
}

static bool any_undo(const struct declaration_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->at[i].kind == DECLARE_UNDO) return true;
    return false;
}

/* Of most decisions nothing is left to say. */
static void drop_plain_decisions(struct declaration_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct declaration *s = &list->at[i];
        const bool said = s->kind != DECLARE_DECISION || s->words[WORD_HANDOFF].len || s->words[WORD_TEXT].len;
        if (said || s->undone) list->at[kept++] = *s;
    }
    list->count = kept;
}

void declarations_settle(struct declaration_list *list)
{
    size_t kept = 0;
    if (!list->count) return;
    qsort(list->at, list->count, sizeof *list->at, by_message);
    for (size_t i = 0; i < list->count; i++)
        if (!kept || !same_message(&list->at[kept - 1], &list->at[i])) list->at[kept++] = list->at[i];
    list->count = kept;
    qsort(list->at, kept, sizeof *list->at, by_order);
    for (size_t i = 0; i < kept; i++) {
        list->at[i].refused = !has_say(&list->at[i]);
        list->at[i].why = REFUSED_ROLE;
    }
    refuse_needless(list);
    if (any_undo(list)) take_back(list);
    drop_plain_decisions(list);
}

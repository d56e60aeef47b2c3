/* What the files that compile a definition share; nobody else includes this. The order of work is in load.c: first
 * every name is declared, then what reads names is compiled, so that a file may say things in any order. Every function
 * reports what is wrong and goes on with something harmless, so that one run finds all errors. */
#ifndef MASA_DEFINITION_LOADER_H
#define MASA_DEFINITION_LOADER_H

#include "base/map.h"
#include "cel/syntax.h"
#include "definition/load.h"
#include "value/yaml.h"

enum { SLOTS_MAX = 512, STAGES_MAX = 64, LIST_MAX = 1000, CONDITIONS_MAX = 64 << 10 };

/* What rules may read, by its dotted name: the kind it belongs to and its slot there. */
struct symbol {
    struct slice name;
    enum subject_kind kind;
    uint32_t slot;
};

struct known_context { /* a context field already declared to a scope */
    struct slice name;
    struct known_context *next;
};

struct event_builder {
    struct event_type type;
    struct place place;
    bool touch_given;
    struct rule_scope *scope; /* made when first needed; fields are event.* and context.*, slots are paths */
    struct known_context *contexts;
};

struct kind_builder {
    struct rule_scope *scope;
    VECTOR(struct slot) slots;
    VECTOR(struct trait) traits;
    VECTOR(struct signal) signals;
    VECTOR(struct computed) computed;
    VECTOR(struct member_signal) member_signals;
    VECTOR(struct place) computed_places;
    struct map shared;  /* signals made for leaves, by what they count */
    struct map foreign; /* names of other kinds that have a slot here */
};

struct funnel_builder {
    struct funnel funnel;
    const struct yaml_node *node;
    struct slice *stage_names;
};

struct loader {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct definition *out;
    const struct yaml_node *root;
    struct map paths;
    VECTOR(struct event_builder) events;
    struct map event_names;
    VECTOR(struct symbol) symbols;
    struct map symbol_names;
    struct kind_builder kinds[KIND_COUNT];
    VECTOR(struct funnel_builder) funnels;
    VECTOR(struct icp) icps;
    VECTOR(struct bant) bants;
    VECTOR(struct score) scores;
    bool told_no_funnel;
};

/* Where a clause stands: whose it is, and in which funnel `entered(STAGE)` looks. */
struct clause_context {
    enum subject_kind kind;
    uint32_t funnel; /* NONE outside funnels */
};

/* ---- read.c: nodes to plain values; each gives false (or an empty value) after a report ---- */

void complain(struct loader *l, const struct yaml_node *node, struct slice hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same for a place; the same message at the same place is said once. */
void complain_at(struct loader *l, struct place at, struct slice hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* What is allowed and probably not meant. */
void doubt(struct loader *l, struct place at, struct slice hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A remedy naming the nearest of the words, empty when none is near. */
struct slice suggest(struct loader *l, struct slice word, const struct slice *words, size_t count);
struct slice hint_printf(struct loader *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Is it a map, and are its keys all among these? `keys` are separated by blanks. NULL keys: any. */
bool expect_map(struct loader *l, const struct yaml_node *node, const char *what, const char *keys);
bool expect_list(struct loader *l, const struct yaml_node *node, const char *what);
/* A scalar that is not empty; `what` for messages. */
bool read_text(struct loader *l, const struct yaml_node *node, const char *what, struct slice *out);
/* Letters, digits and _; `spoken`: expressions name it, so it is also no number and no word of theirs. */
bool check_name(struct loader *l, const struct yaml_node *node, const char *what, bool spoken);
bool read_int(struct loader *l, const struct yaml_node *node, const char *what, int64_t low, int64_t high,
              int64_t *out);
bool read_bool(struct loader *l, const struct yaml_node *node, const char *what, bool *out);
/* 2.5 to 2500000. */
bool read_decimal(struct loader *l, const struct yaml_node *node, const char *what, int64_t *out);
/* 60% to 600000. */
bool read_percent(struct loader *l, const struct yaml_node *node, const char *what, int64_t *out);
bool read_duration(struct loader *l, const struct yaml_node *node, const char *what, struct duration *out);
bool read_day(struct loader *l, const struct yaml_node *node, const char *what, int64_t *out);
/* One of the words, which are separated by blanks; *out is its index. */
bool read_choice(struct loader *l, const struct yaml_node *node, const char *what, const char *words, int *out);
bool read_role(struct loader *l, const struct yaml_node *node, enum role *out);
/* At most LIST_MAX members, of lists whose members are compared with each other. */
bool check_length(struct loader *l, const struct yaml_node *list, const char *what);
/* A list of words (or one); no word twice. */
size_t read_words(struct loader *l, const struct yaml_node *node, const char *what, const struct slice **out);
bool parse_decimal(struct slice text, int64_t *out);
/* The name is the key's; he and en from the map, when it is one. */
struct label read_label(struct loader *l, struct slice name, const struct yaml_node *map);
bool node_is(const struct yaml_node *node, const char *text);
/* Is the word among the choices, or may it be any? */
bool is_choice(const struct field_type *type, struct slice word);
struct slice type_words(const struct field_type *type);
struct slice type_name(struct loader *l, const struct field *field);

/* ---- names.c: paths, slots, and rules over them ---- */

uint32_t path_of(struct loader *l, const char *group, struct slice name);
uint32_t slot_new(struct loader *l, enum subject_kind kind, struct slot slot);
const struct symbol *symbol_find(struct loader *l, struct slice name);
/* The longest beginning of a.b.c that is a name; the rest are keys of a map or a method. */
const struct symbol *symbol_of_chain(struct loader *l, struct slice name);
/* "a.b.c" for the fields of a name, empty for any other expression. */
struct slice chain_text(struct arena *arena, const struct cel_node *node);
/* The slot of `kind` that shows the symbol: its own, or one made for another kind's value. */
uint32_t slot_of_symbol(struct loader *l, enum subject_kind kind, const struct symbol *symbol);
bool kind_may_read(enum subject_kind reader, enum subject_kind other);
/* A plain name ("account.region"), not an expression; NONE after a report. */
uint32_t slot_named(struct loader *l, enum subject_kind kind, const struct yaml_node *node, struct slice name);
const struct rule *compile_rule(struct loader *l, enum subject_kind kind, const struct yaml_node *node,
                                unsigned wanted);
/* Over an event; `generated`: the text is not what stands at the node. */
const struct rule *compile_event_rule(struct loader *l, uint32_t event, const struct yaml_node *node, struct slice text,
                                      bool generated);
enum { WANT_BOOL = 1 << FIELD_BOOL, WANT_NUMBER = 1 << FIELD_INT | 1 << FIELD_DECIMAL };

/* ---- events.c ---- */

void load_company(struct loader *l);
void load_events(struct loader *l);
void load_traits(struct loader *l);
/* NONE after a report that names the nearest. */
uint32_t event_find(struct loader *l, const struct yaml_node *node, struct slice name);
const struct field *field_find(const struct event_type *event, struct slice name);
void need_decisions(struct loader *l);
void settle_touches(struct loader *l);

/* ---- matcher.c: `did` ---- */

/* `value` is what stands at did: (or quiet:, on:); `around` the map that may hold where, when, human. */
bool read_matcher(struct loader *l, struct clause_context context, const struct yaml_node *value,
                  const struct yaml_node *around, struct matcher *out);
/* One event with the conditions of `around`; *out is unchanged when it fails. */
bool read_match(struct loader *l, struct clause_context context, const struct yaml_node *name,
                const struct yaml_node *around, struct match *out);
/* The path and type of a property that every alternative has; "context.…" is always there. NONE after a report. */
uint32_t matcher_path(struct loader *l, const struct matcher *matcher, const struct yaml_node *node, struct slice name,
                      struct field_type *type);
/* How the funnel takes the matcher's events of deals; CREDIT_NONE when it has none. */
enum credit_deals credit_of(const struct loader *l, struct clause_context context, const struct matcher *matcher);
void matcher_key(struct loader *l, const struct matcher *matcher, struct buffer *out);
bool context_known(struct loader *l, const struct yaml_node *node, struct slice name);

/* ---- signals.c ---- */

void load_signals(struct loader *l);
/* Adds a signal made for a leaf, or finds the one that counts the same; the slot. `enough` widens it. */
uint32_t signal_shared(struct loader *l, enum subject_kind kind, struct signal signal, struct field_type type);
bool read_window(struct loader *l, struct clause_context context, const struct yaml_node *map, struct signal *out);

/* ---- clause.c ---- */

/* NULL after a report. `skip`: keys that belong to whoever asks, separated by blanks. */
const struct clause *read_clause(struct loader *l, struct clause_context context, const struct yaml_node *node);
/* `on: EVENT`: the clause that it is short for. */
const struct clause *read_on(struct loader *l, struct clause_context context, const struct yaml_node *node);

/* ---- qualify.c, order.c ---- */

void declare_qualification(struct loader *l);
void load_qualification(struct loader *l);
void order_computed(struct loader *l);
/* Marks the slots a clause reads, through computed values down to traits and signals; after order_computed. */
void clause_reads_all(struct loader *l, enum subject_kind kind, const struct clause *clause, bool *reads);
void check_stage_cycles(struct loader *l);

/* ---- funnel.c, settings.c ---- */

void declare_funnels(struct loader *l);
void load_funnels(struct loader *l);
/* Whose signals and scores are when the file does not say: persons', or, where no funnel counts persons, the first
 * funnel's. */
enum subject_kind usual_kind(const struct loader *l);
/* of:, or the usual kind. */
enum subject_kind read_kind(struct loader *l, const struct yaml_node *node);
uint32_t stage_named(const struct loader *l, uint32_t funnel, struct slice name); /* NONE: there is none */
uint32_t stage_find(struct loader *l, const struct yaml_node *node, uint32_t funnel, struct slice name);
void load_settings(struct loader *l);
/* After all else: definition_reported. */
void settle_reported(struct arena *arena, struct definition *definition);

/* ---- handover.c: what people are handed with a lead ---- */

void load_teams(struct loader *l); /* before whatever names one */
void load_handover(struct loader *l);
/* Must be declared where teams are. */
bool read_team(struct loader *l, const struct yaml_node *node, const char *what, struct slice *out);
/* `[a, b]`, or `{ a: { he: …, en: … }, b: }` whose inner maps have these keys. */
size_t read_named(struct loader *l, const struct yaml_node *node, const char *what, const char *keys,
                  const struct label **out);
size_t read_reasons(struct loader *l, const struct yaml_node *node, const struct reason **out);
/* A length of time, or a map of it and of what reminds. */
void read_sla(struct loader *l, const struct yaml_node *node, struct stage *out);

/* ---- include.c, canonical.c, reach.c ---- */

/* Of a whole tree, its includes merged in: see definition_text. */
struct slice flat_text(const struct yaml_node *root, struct arena *arena);
const struct yaml_node *read_definition_file(struct arena *arena, const char *path, struct diagnostics *diagnostics);
void canonical_print(const struct yaml_node *root, struct buffer *out);
/* Has the order of a map at this key a meaning? */
bool key_has_order(struct slice key);
/* The tree that a definition was made from. */
const struct yaml_node *definition_root(const struct definition_file *file);
void check_reach(struct loader *l);

#endif

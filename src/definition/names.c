/* Paths, slots, and rules over them. The names of an expression are resolved here, before it is compiled, so that a
 * wrong one gets an answer in the definition's own terms; a slot for another kind's value is made when a rule first
 * reads it. */
#include "definition/loader.h"

uint32_t path_of(struct loader *l, const char *group, struct slice name)
{
    struct slice path = arena_printf(l->arena, "%s.%.*s", group, SLICE_ARG(name));
    return map_put(&l->paths, path, l->paths.count);
}

static struct rule_scope *kind_scope(struct loader *l, enum subject_kind kind)
{
    struct kind_builder *k = &l->kinds[kind];
    if (!k->scope) k->scope = rule_scope_new(l->arena, l->out->dictionary);
    return k->scope;
}

static void symbol_add(struct loader *l, struct symbol symbol)
{
    uint32_t at = (uint32_t)l->symbols.count;
    if (map_put(&l->symbol_names, symbol.name, at) == at) vector_push(&l->symbols, symbol);
}

uint32_t slot_new(struct loader *l, enum subject_kind kind, struct slot slot)
{
    struct kind_builder *k = &l->kinds[kind];
    uint32_t index = (uint32_t)k->slots.count;
    vector_push(&k->slots, slot);
    if (slot.name.len && index < SLOTS_MAX) rule_scope_field(kind_scope(l, kind), slot.name, slot.type, index);
    if (slot.name.len && slot.origin != SLOT_FOREIGN) symbol_add(l, (struct symbol){slot.name, kind, index});
    return index;
}

const struct symbol *symbol_find(struct loader *l, struct slice name)
{
    uint32_t at = map_get(&l->symbol_names, name);
    return at == MAP_NONE ? NULL : &l->symbols.at[at];
}

uint32_t slot_of_symbol(struct loader *l, enum subject_kind kind, const struct symbol *symbol)
{
    if (symbol->kind == kind) return symbol->slot;
    struct kind_builder *k = &l->kinds[kind];
    uint32_t next = (uint32_t)k->slots.count, had = map_get(&k->foreign, symbol->name);
    if (had != MAP_NONE) return had;
    map_put(&k->foreign, symbol->name, next);
    struct slot slot = l->kinds[symbol->kind].slots.at[symbol->slot];
    slot.origin = SLOT_FOREIGN;
    slot.foreign = symbol->kind;
    slot.index = symbol->slot;
    return slot_new(l, kind, slot);
}

/* Lower strata are folded first, so nobody can wait for himself. */
bool kind_may_read(enum subject_kind reader, enum subject_kind other)
{
    static const unsigned may[KIND_COUNT] = {
        [KIND_PERSON] = 1 << KIND_ACCOUNT | 1 << KIND_MARKET,
        [KIND_ACCOUNT] = 1 << KIND_MARKET,
        [KIND_DEAL] = 1 << KIND_PERSON | 1 << KIND_ACCOUNT | 1 << KIND_MARKET,
        [KIND_SUBSCRIPTION] = 1 << KIND_PERSON | 1 << KIND_ACCOUNT | 1 << KIND_MARKET,
    };
    return reader == other || (may[reader] >> other & 1);
}

static struct slice nearest_symbol(struct loader *l, struct slice name)
{
    VECTOR(struct slice) words = {0};
    for (size_t i = 0; i < l->symbols.count; i++) vector_push(&words, l->symbols.at[i].name);
    struct slice hint = suggest(l, name, words.at, words.count);
    vector_release(&words);
    return hint;
}

/* Is it a prefix of names ("person.answers") and none itself? */
static bool is_group(const struct loader *l, struct slice name)
{
    for (size_t i = 0; i < l->symbols.count; i++) {
        struct slice symbol = l->symbols.at[i].name;
        if (symbol.len > name.len && slice_starts(symbol, name) && symbol.ptr[name.len] == '.') return true;
    }
    return false;
}

static struct slice where_declared(struct loader *l, struct slice root)
{
    for (int k = 0; k < KIND_COUNT; k++)
        if (slice_is(root, subject_kind_names[k]))
            return hint_printf(l, "declare it under traits: %s:", subject_kind_names[k]);
    return hint_printf(l, "declare it under %.*s:", SLICE_ARG(root));
}

static bool known_root(struct slice root)
{
    static const char *const roots[] = {"signals", "icp", "bant", "scores"};
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (slice_is(root, roots[i])) return true;
    for (int k = 0; k < KIND_COUNT; k++)
        if (slice_is(root, subject_kind_names[k])) return true;
    return false;
}

static void report_unknown(struct loader *l, struct place at, struct slice name)
{
    struct slice rest = name, root = slice_cut(&rest, '.');
    if (is_group(l, name)) {
        complain_at(l, at, SLICE("name one of its values"), "`%.*s` is a group of values", SLICE_ARG(name));
        return;
    }
    struct slice hint = nearest_symbol(l, name);
    complain_at(l, at, hint.len ? hint : where_declared(l, root), "there is no `%.*s`", SLICE_ARG(name));
}

const struct symbol *symbol_of_chain(struct loader *l, struct slice name)
{
    const struct symbol *symbol = symbol_find(l, name);
    while (!symbol && name.len) {
        do name.len--;
        while (name.len && name.ptr[name.len] != '.');
        symbol = symbol_find(l, name);
    }
    return symbol;
}

/* ---- the names of one expression ---- */

struct local { /* a variable of a macro */
    struct slice name;
    const struct local *outer;
};

enum { WRONG_MAX = 16 };

struct naming {
    struct loader *l;
    enum subject_kind kind;
    uint32_t event; /* NONE: an expression over a subject */
    const struct yaml_node *node;
    bool generated; /* the text is not the node's: all places are the node's own */
    bool good;
    uint32_t wrong_from[WRONG_MAX], wrong_until[WRONG_MAX]; /* names that were refused here, in bytes of the text */
    size_t wrong_count;
};

static struct place naming_place(const struct naming *n, size_t offset)
{
    return n->generated ? yaml_place(n->node) : yaml_text_place(n->node, offset);
}

static void refuse_to_read(struct loader *l, struct place at, enum subject_kind kind, const struct symbol *symbol)
{
    const char *reader = subject_kind_names[kind], *other = subject_kind_names[symbol->kind];
    const bool people = kind == KIND_ACCOUNT && symbol->kind == KIND_PERSON;
    const struct slice hint = people ? SLICE("take a signal of its people together, by members:")
                                     : SLICE("persons read accounts and the market; deals and subscriptions "
                                             "read persons, accounts and the market");
    if (kind_may_read(symbol->kind, kind))
        complain_at(
            l, at, hint,
            "a rule of the kind %s may not read `%.*s`, which is of the kind %s: a circle, for a rule of the kind "
            "%s may read the kind %s",
            reader, SLICE_ARG(symbol->name), other, other, reader);
    else
        complain_at(l, at, hint, "a rule of the kind %s may not read `%.*s`, which is of the kind %s", reader,
                    SLICE_ARG(symbol->name), other);
}

static void resolve_subject_name(struct naming *n, struct place at, struct slice name)
{
    struct slice rest = name, root = slice_cut(&rest, '.');
    if (slice_is(root, "event") || slice_is(root, "context")) {
        complain_at(n->l, at, SLICE("count events with `did:` or a signal, and say there what they hold"),
                    "`%.*s` can be read only in the `when:` of a `did:`", SLICE_ARG(name));
        n->good = false;
        return;
    }
    if (slice_is(root, "now") || slice_is(root, "today")) {
        complain_at(n->l, at, SLICE("use within:, quiet: or a days_since signal"),
                    "rules have no `%.*s`: time enters through signals", SLICE_ARG(root));
        n->good = false;
        return;
    }
    if (!known_root(root)) return; /* the language's own name, or its own error */
    const struct symbol *symbol = symbol_of_chain(n->l, name);
    if (!symbol) {
        report_unknown(n->l, at, name);
        n->good = false;
        return;
    }
    if (!kind_may_read(n->kind, symbol->kind)) {
        refuse_to_read(n->l, at, n->kind, symbol);
        n->good = false;
        return;
    }
    slot_of_symbol(n->l, n->kind, symbol);
}

static void declare_context(struct loader *l, struct event_builder *event, struct slice name)
{
    for (struct known_context *c = event->contexts; c; c = c->next)
        if (slice_equal(c->name, name)) return;
    struct known_context *known = ARENA_NEW(l->arena, struct known_context);
    *known = (struct known_context){arena_slice(l->arena, name), event->contexts};
    event->contexts = known;
    struct slice field = slice_skip(known->name, strlen("context."));
    rule_scope_field(event->scope, known->name, (struct field_type){.kind = FIELD_TEXT}, path_of(l, "context", field));
}

/* A text method's name may have been taken for a field by nobody: CEL gives calls apart, so the whole chain is a field.
 */
static void resolve_event_name(struct naming *n, struct place at, struct slice name)
{
    struct slice rest = name, root = slice_cut(&rest, '.');
    struct event_builder *event = &n->l->events.at[n->event];
    if (slice_is(root, "context") && rest.len) {
        n->good = n->good && context_known(n->l, n->node, name);
        declare_context(n->l, event, name);
        return;
    }
    if (slice_is(root, "event") && rest.len) {
        struct slice field = slice_cut(&rest, '.');
        if (field_find(&event->type, field)) return;
        struct slice *known = ARENA_ARRAY(n->l->arena, struct slice, event->type.field_count);
        for (size_t i = 0; i < event->type.field_count; i++) known[i] = event->type.fields[i].label.name;
        struct slice hint = suggest(n->l, field, known, event->type.field_count);
        if (!hint.len)
            hint = hint_printf(n->l, "declare it under events: %.*s: properties:", SLICE_ARG(event->type.label.name));
        complain_at(n->l, at, hint, "`%.*s` has no property `%.*s`", SLICE_ARG(event->type.label.name),
                    SLICE_ARG(field));
        n->good = false;
    } else if (known_root(root) || slice_is(root, "event") || slice_is(root, "context")) {
        complain_at(n->l, at, SLICE("put conditions on the subject beside the did, in an `all:`"),
                    "an expression over an event may read event.* and context.* only, not `%.*s`", SLICE_ARG(name));
        n->good = false;
    }
}

static bool add_chain(const struct cel_node *node, struct buffer *out)
{
    if (node->kind == CEL_NAME) {
        buffer_add(out, node->name);
        return true;
    }
    if (node->kind != CEL_SELECT || node->optional || !add_chain(node->args[0], out)) return false;
    buffer_char(out, '.');
    buffer_add(out, node->name);
    return true;
}

struct slice chain_text(struct arena *arena, const struct cel_node *node)
{
    struct buffer text;
    buffer_init(&text, 4096);
    bool chain = add_chain(node, &text) && !text.full;
    struct slice name = chain ? arena_slice(arena, buffer_slice(&text)) : SLICE("");
    buffer_release(&text);
    return name;
}

static bool is_local(const struct local *locals, struct slice name)
{
    for (; locals; locals = locals->outer)
        if (slice_equal(locals->name, name)) return true;
    return false;
}

static void resolve_names(struct naming *n, const struct cel_node *node, const struct local *locals)
{
    struct slice name = chain_text(n->l->arena, node), rest = name;
    if (name.len) {
        const struct cel_node *root = node;
        while (root->kind == CEL_SELECT) root = root->args[0];
        struct place at = naming_place(n, root->start);
        if (is_local(locals, slice_cut(&rest, '.'))) return;
        bool before = n->good;
        n->good = true;
        if (n->event == NONE)
            resolve_subject_name(n, at, name);
        else
            resolve_event_name(n, at, name);
        if (!n->good && n->wrong_count < WRONG_MAX) {
            n->wrong_from[n->wrong_count] = root->start;
            n->wrong_until[n->wrong_count++] = node->end;
        }
        n->good = n->good && before;
        return;
    }
    bool binds = node->kind == CEL_MACRO || node->kind == CEL_BIND;
    struct local first = {node->name, locals}, second = {node->second, &first};
    for (uint32_t i = 0; i < node->count; i++) /* the range of a macro, and what a bind binds, see no variable */
        resolve_names(n, node->args[i], !binds || i == 0 ? locals : node->second.len ? &second : &first);
}

/* ---- compiling ---- */

static size_t offset_of(struct slice text, int line, int column)
{
    size_t at = 0;
    for (; line > 1 && at < text.len; at++) line -= text.ptr[at] == '\n';
    for (; column > 1 && at < text.len; column--) do
            at++;
        while (at < text.len && (text.ptr[at] & 0xC0) == 0x80);
    return at;
}

/* What was said about the expression as a text of its own, said about the file; of names refused already, nothing more.
 */
static void forward(const struct naming *n, struct slice text, const struct diagnostics *said)
{
    for (size_t i = 0; i < said->list.count; i++) {
        const struct diagnostic *item = &said->list.at[i];
        size_t offset = offset_of(text, item->line, item->column);
        bool known = false;
        for (size_t w = 0; w < n->wrong_count; w++)
            known = known || (offset >= n->wrong_from[w] && offset <= n->wrong_until[w]);
        if (known) continue;
        struct place at = naming_place(n, offset);
        struct slice hint = item->hint.len ? item->hint : hint_printf(n->l, "in `%.*s`", SLICE_ARG(text));
        complain_at(n->l, at, hint, "%.*s", SLICE_ARG(item->message));
    }
}

static const struct rule *compile_text(struct naming *n, struct rule_scope *scope, struct slice text, unsigned wanted)
{
    struct diagnostics said;
    diagnostics_init(&said);
    struct cel_source source = {
        .arena = n->l->arena, .text = text, .line = 1, .column = 1, .decimals = true, .diagnostics = &said};
    const struct rule *rule = NULL;
    const struct cel_node *tree = cel_parse(&source);
    n->good = true;
    if (tree) resolve_names(n, tree, NULL);
    if (tree && n->wrong_count < WRONG_MAX)
        rule = rule_compile(scope, text, wanted, (struct rule_place){.line = 1, .column = 1}, &said);
    forward(n, text, &said);
    diagnostics_release(&said);
    return n->good ? rule : NULL;
}

const struct rule *compile_rule(struct loader *l, enum subject_kind kind, const struct yaml_node *node, unsigned wanted)
{
    struct slice text;
    if (!read_text(l, node, "an expression", &text)) return NULL;
    if (map_get(&l->event_names, slice_trim(text)) != MAP_NONE) {
        complain(l, node, SLICE("did: EVENT; of a stage or an exit: on: EVENT"),
                 "`%.*s` is an event, and this asks for a condition", SLICE_ARG(slice_trim(text)));
        return NULL;
    }
    struct naming n = {.l = l, .kind = kind, .event = NONE, .node = node};
    return compile_text(&n, kind_scope(l, kind), text, wanted);
}

const struct rule *compile_event_rule(struct loader *l, uint32_t event, const struct yaml_node *node, struct slice text,
                                      bool generated)
{
    struct event_builder *b = &l->events.at[event];
    if (!b->scope) {
        b->scope = rule_scope_new(l->arena, l->out->dictionary);
        for (size_t i = 0; i < b->type.field_count; i++) {
            const struct field *field = &b->type.fields[i];
            struct slice name = arena_printf(l->arena, "event.%.*s", SLICE_ARG(field->label.name));
            rule_scope_field(b->scope, name, field->type, field->path);
        }
    }
    struct naming n = {.l = l, .event = event, .node = node, .generated = generated};
    return compile_text(&n, b->scope, text, WANT_BOOL);
}

uint32_t slot_named(struct loader *l, enum subject_kind kind, const struct yaml_node *node, struct slice name)
{
    const struct symbol *symbol = symbol_find(l, name);
    if (!symbol) {
        struct slice rest = name, root = slice_cut(&rest, '.');
        if (known_root(root))
            report_unknown(l, yaml_place(node), name);
        else
            complain(l, node, SLICE("for example account.region or signals.visits"),
                     "`%.*s` is not the name of a value", SLICE_ARG(name));
        return NONE;
    }
    if (kind_may_read(kind, symbol->kind)) return slot_of_symbol(l, kind, symbol);
    complain(l, node, SLICE(""), "`%.*s` is of the kind %s, which the kind %s may not read", SLICE_ARG(name),
             subject_kind_names[symbol->kind], subject_kind_names[kind]);
    return NONE;
}

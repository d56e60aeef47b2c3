#include "definition/bounds.h"

#define LEAST INT64_MIN
#define MOST  INT64_MAX

/* ---- numbers that stop at the ends ---- */

static int64_t clamp(__int128 n)
{
    return n <= LEAST ? LEAST : n >= MOST ? MOST : (int64_t)n;
}

static bool endless(int64_t n)
{
    return n == LEAST || n == MOST;
}

static int64_t add(int64_t a, int64_t b)
{
    return endless(a) ? a : endless(b) ? b : clamp((__int128)a + b);
}

static int64_t negate(int64_t a)
{
    return a == LEAST ? MOST : a == MOST ? LEAST : -a;
}

static int64_t multiply(int64_t a, int64_t b)
{
    if (a == 0 || b == 0) return 0;
    if (endless(a) || endless(b)) return (a < 0) == (b < 0) ? MOST : LEAST;
    return clamp((__int128)a * b / DECIMAL_ONE);
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* ---- what there is before any condition ---- */

struct bounds bounds_of_type(const struct field_type *type)
{
    return (struct bounds){.kind = type->kind,
                           .low = LEAST,
                           .high = MOST,
                           .truth = MAY_BE_TRUE | MAY_BE_FALSE,
                           .words = type->kind == FIELD_TEXT ? type->choices : NULL,
                           .word_count = type->choice_count};
}

struct bounds bounds_of_field(const struct field *field)
{
    struct bounds b = bounds_of_type(&field->type);
    if (field->ranged) {
        b.low = clamp((__int128)field->low * DECIMAL_ONE);
        b.high = clamp((__int128)field->high * DECIMAL_ONE);
    }
    return b;
}

static bool find_value(struct world *w, const struct cel_node *node, uint32_t *slot)
{
    struct slice name = node->test ? SLICE("") : chain_text(w->ground->l->arena, node);
    if (!name.len) return false;
    struct loader *l = w->ground->l;
    if (w->ground->event != NONE) {
        const struct field *field = NULL;
        if (slice_starts(name, SLICE("event.")))
            field = field_find(&l->events.at[w->ground->event].type, slice_skip(name, 6));
        if (field) *slot = field->path;
        return field != NULL;
    }
    const struct symbol *symbol = symbol_find(l, name);
    if (symbol) *slot = slot_of_symbol(l, w->ground->kind, symbol);
    return symbol != NULL;
}

static struct bounds first_bounds(struct world *w, uint32_t slot)
{
    if (w->ground->event == NONE) return w->ground->slots[slot];
    const struct event_type *event = &w->ground->l->events.at[w->ground->event].type;
    for (size_t i = 0; i < event->field_count; i++)
        if (event->fields[i].path == slot) return bounds_of_field(&event->fields[i]);
    return bounds_of_type(&(struct field_type){.kind = FIELD_TEXT});
}

/* The entry for a value, made from what is declared when no condition has spoken of it yet. */
static struct bounds *known_bounds(struct world *w, uint32_t slot)
{
    for (size_t i = 0; i < w->known.count; i++)
        if (w->known.at[i].slot == slot) return &w->known.at[i].bounds;
    vector_push(&w->known, ((struct known){slot, first_bounds(w, slot)}));
    return &vector_last(&w->known)->bounds;
}

/* ---- expressions ---- */

static bool numeric(enum field_kind kind)
{
    return kind == FIELD_INT || kind == FIELD_DECIMAL;
}

static struct bounds anything(void)
{
    return (struct bounds){.kind = FIELD_MAP, .low = LEAST, .high = MOST, .truth = MAY_BE_TRUE | MAY_BE_FALSE};
}

static struct bounds number(enum field_kind kind, int64_t low, int64_t high)
{
    struct bounds b = anything();
    b.kind = kind;
    b.low = low;
    b.high = high;
    return b;
}

static struct bounds bounds_of_literal(const struct value *v)
{
    int64_t n;
    struct bounds b = anything();
    switch (v->kind) {
    case VALUE_INT: n = clamp((__int128)v->integer * DECIMAL_ONE); return number(FIELD_INT, n, n);
    case VALUE_UINT: n = clamp((__int128)v->natural * DECIMAL_ONE); return number(FIELD_INT, n, n);
    case VALUE_DECIMAL: return number(FIELD_DECIMAL, v->integer, v->integer);
    case VALUE_BOOL:
        b.kind = FIELD_BOOL;
        b.truth = v->boolean ? MAY_BE_TRUE : MAY_BE_FALSE;
        return b;
    case VALUE_STRING:
        b.kind = FIELD_TEXT;
        b.words = &v->text;
        b.word_count = 1;
        return b;
    default: return b;
    }
}

/* money("4500", "USD") */
static struct bounds bounds_of_money(const struct cel_node *call)
{
    struct bounds b = anything();
    if (call->count != 2 || call->args[0]->kind != CEL_LITERAL || call->args[1]->kind != CEL_LITERAL) return b;
    const struct value *amount = &call->args[0]->literal, *currency = &call->args[1]->literal;
    int64_t n = 0;
    if (amount->kind == VALUE_STRING && !parse_decimal(amount->text, &n)) return b;
    if (amount->kind == VALUE_INT) n = clamp((__int128)amount->integer * DECIMAL_ONE);
    if (amount->kind == VALUE_DECIMAL) n = amount->integer;
    b = number(FIELD_MONEY, n, n);
    if (currency->kind == VALUE_STRING) b.currency = currency->text;
    return b;
}

static struct bounds product(struct bounds a, struct bounds b, enum field_kind kind)
{
    int64_t corner[4] = {multiply(a.low, b.low), multiply(a.low, b.high), multiply(a.high, b.low),
                         multiply(a.high, b.high)};
    int64_t low = corner[0], high = corner[0];
    for (int i = 1; i < 4; i++) {
        low = smaller(low, corner[i]);
        high = larger(high, corner[i]);
    }
    return number(kind, low, high);
}

static struct bounds bounds_of_call(struct world *w, const struct cel_node *node)
{
    if (slice_is(node->name, "money") && !node->member) return bounds_of_money(node);
    if (slice_is(node->name, "size")) return number(FIELD_INT, 0, MOST);
    if (node->count < 1 || node->count > 2) return anything();
    struct bounds a = bounds_of_expression(w, node->args[0]);
    if (!numeric(a.kind)) return anything();
    if (node->count == 1) return slice_is(node->name, "-") ? number(a.kind, negate(a.high), negate(a.low)) : anything();
    struct bounds b = bounds_of_expression(w, node->args[1]);
    if (!numeric(b.kind)) return anything();
    enum field_kind kind = a.kind == FIELD_DECIMAL || b.kind == FIELD_DECIMAL ? FIELD_DECIMAL : FIELD_INT;
    if (slice_is(node->name, "+")) return number(kind, add(a.low, b.low), add(a.high, b.high));
    if (slice_is(node->name, "-")) return number(kind, add(a.low, negate(b.high)), add(a.high, negate(b.low)));
    return slice_is(node->name, "*") ? product(a, b, kind) : anything();
}

struct bounds bounds_of_expression(struct world *w, const struct cel_node *node)
{
    uint32_t slot;
    if (node->kind == CEL_LITERAL) return bounds_of_literal(&node->literal);
    if (find_value(w, node, &slot)) return *known_bounds(w, slot);
    if (node->kind == CEL_CALL) return bounds_of_call(w, node);
    if (node->kind != CEL_CONDITION) return anything();
    struct bounds a = bounds_of_expression(w, node->args[1]), b = bounds_of_expression(w, node->args[2]);
    if (!numeric(a.kind) || !numeric(b.kind)) return anything();
    return number(a.kind == b.kind ? a.kind : FIELD_DECIMAL, smaller(a.low, b.low), larger(a.high, b.high));
}

/* ---- conditions ---- */

/* Where the bracket that opens the text is closed; brackets inside quotes may lead astray, then some stay. */
static size_t closing(struct slice text)
{
    int depth = 0;
    for (size_t i = 0; i < text.len; i++) {
        depth += text.ptr[i] == '(' ? 1 : text.ptr[i] == ')' ? -1 : 0;
        if (depth == 0) return i;
    }
    return text.len;
}

static struct slice node_text(struct world *w, struct slice text, const struct cel_node *node)
{
    struct slice part = slice_of(text.ptr + node->start, node->end - node->start);
    while (part.len > 2 && part.ptr[0] == '(' && closing(part) == part.len - 1)
        part = slice_trim(slice_of(part.ptr + 1, part.len - 2));
    return arena_slice(w->ground->l->arena, part);
}

static bool refuse(struct world *w, struct slice what, struct slice with)
{
    w->conflict = what;
    w->with = with;
    return false;
}

/* Signs and what each says when it does not hold. */
static const struct sign {
    const char *word, *opposite, *mirrored;
} signs[] = {
    {"<", ">=", ">"}, {"<=", ">", ">="}, {">", "<=", "<"}, {">=", "<", "<="}, {"==", "!=", "=="}, {"!=", "==", "!="},
};

static const struct sign *sign_named(struct slice word)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (slice_is(word, signs[i].word)) return &signs[i];
    return NULL;
}

static bool narrow_low(struct world *w, struct bounds *b, int64_t low, struct slice by)
{
    if (b->kind == FIELD_INT && !endless(low)) low = clamp(-(__int128)floor_div(-low, DECIMAL_ONE) * DECIMAL_ONE);
    if (low > b->high) return refuse(w, by, b->high_by);
    if (low <= b->low) return true;
    b->low = low;
    b->low_by = by;
    return true;
}

static bool narrow_high(struct world *w, struct bounds *b, int64_t high, struct slice by)
{
    if (b->kind == FIELD_INT && !endless(high)) high = floor_div(high, DECIMAL_ONE) * DECIMAL_ONE;
    if (high < b->low) return refuse(w, by, b->low_by);
    if (high >= b->high) return true;
    b->high = high;
    b->high_by = by;
    return true;
}

/* `b` stands in this relation to something that lies between low and high. */
static bool narrow_number(struct world *w, struct bounds *b, const char *sign, struct bounds other, struct slice by)
{
    if (!strcmp(sign, "<")) return narrow_high(w, b, add(other.high, -1), by);
    if (!strcmp(sign, "<=")) return narrow_high(w, b, other.high, by);
    if (!strcmp(sign, ">")) return narrow_low(w, b, add(other.low, 1), by);
    if (!strcmp(sign, ">=")) return narrow_low(w, b, other.low, by);
    if (!strcmp(sign, "==")) return narrow_low(w, b, other.low, by) && narrow_high(w, b, other.high, by);
    if (other.low != other.high) return true;
    if (b->low == other.low && !narrow_low(w, b, add(b->low, 1), by)) return false;
    return b->high != other.low || narrow_high(w, b, add(b->high, -1), by);
}

/* The words of `from` that are (or are not) in the other list. */
static size_t sift(struct world *w, const struct slice *from, size_t count, const struct slice *other,
                   size_t other_count, bool among, const struct slice **out)
{
    struct slice *left = ARENA_ARRAY(w->ground->l->arena, struct slice, count);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        for (size_t k = 0; k < other_count && !found; k++) found = slice_equal_fold(from[i], other[k]);
        if (found == among) left[kept++] = from[i];
    }
    *out = left;
    return kept;
}

/* The text is (or is not) among the words. */
static bool narrow_words(struct world *w, struct bounds *b, const struct slice *words, size_t count, bool among,
                         struct slice by)
{
    if (!b->words && !among) {
        struct slice *barred = ARENA_ARRAY(w->ground->l->arena, struct slice, b->barred_count + count);
        if (b->barred_count) memcpy(barred, b->barred, b->barred_count * sizeof *barred);
        memcpy(barred + b->barred_count, words, count * sizeof *barred);
        b->barred = barred;
        b->barred_count += count;
        b->barred_by = by;
        return true;
    }
    if (!b->words) {
        b->word_count = sift(w, words, count, b->barred, b->barred_count, false, &b->words);
        b->words_by = by;
        return b->word_count || refuse(w, by, b->barred_by);
    }
    const struct slice *left;
    size_t kept = sift(w, b->words, b->word_count, words, count, among, &left);
    if (!kept) return refuse(w, by, b->words_by);
    if (kept < b->word_count) b->words_by = by;
    b->words = left;
    b->word_count = kept;
    return true;
}

static bool narrow_truth(struct world *w, struct bounds *b, bool truth, struct slice by)
{
    unsigned left = b->truth & (truth ? MAY_BE_TRUE : MAY_BE_FALSE);
    if (!left) return refuse(w, by, b->truth_by);
    if (left != b->truth) b->truth_by = by;
    b->truth = left;
    return true;
}

/* An instant is compared with its text. */
static struct bounds as_instant(struct bounds b)
{
    struct time_text time;
    if (b.kind != FIELD_TEXT || b.word_count != 1 || !time_parse(b.words[0], &time)) return anything();
    return number(FIELD_INSTANT, time.instant, time.instant);
}

static bool comparable(const struct bounds *a, const struct bounds *b)
{
    if (numeric(a->kind) && numeric(b->kind)) return true;
    if (a->kind != b->kind) return false;
    return a->kind == FIELD_INSTANT ||
           (a->kind == FIELD_MONEY && b->currency.len && (!a->currency.len || slice_equal(a->currency, b->currency)));
}

/* One side of a comparison learns from the other. `by` is the whole comparison's text. */
static bool learn(struct world *w, const struct cel_node *side, const char *sign, struct bounds other, struct slice by)
{
    uint32_t slot;
    struct bounds value = bounds_of_expression(w, side);
    bool stored = find_value(w, side, &slot);
    struct bounds *b = stored ? known_bounds(w, slot) : &value;
    bool equal = !strcmp(sign, "=="), differ = !strcmp(sign, "!=");
    if (b->kind == FIELD_INSTANT) other = as_instant(other);
    if (comparable(b, &other)) {
        if (b->kind == FIELD_MONEY) b->currency = other.currency;
        return narrow_number(w, b, sign, other, by);
    }
    if (!equal && !differ) return true;
    if (b->kind == FIELD_TEXT && other.kind == FIELD_TEXT && other.words && (equal || other.word_count == 1))
        return narrow_words(w, b, other.words, other.word_count, equal, by);
    if (b->kind == FIELD_BOOL && other.kind == FIELD_BOOL && other.truth != (MAY_BE_TRUE | MAY_BE_FALSE))
        return narrow_truth(w, b, equal == (other.truth == MAY_BE_TRUE), by);
    return true;
}

static bool allows_comparison(struct world *w, struct slice text, const struct cel_node *node, bool truth)
{
    const struct sign *sign = sign_named(node->name);
    const char *word = truth ? sign->word : sign->opposite;
    struct slice by = node_text(w, text, node);
    if (!truth) by = arena_printf(w->ground->l->arena, "!(%.*s)", SLICE_ARG(by));
    struct bounds right = bounds_of_expression(w, node->args[1]);
    if (!learn(w, node->args[0], word, right, by)) return false;
    struct bounds left = bounds_of_expression(w, node->args[0]);
    return learn(w, node->args[1], sign_named(slice_from(word))->mirrored, left, by);
}

/* x in ["a", "b"], x in [1, 2] */
static bool allows_in(struct world *w, struct slice text, const struct cel_node *node, bool truth)
{
    const struct cel_node *list = node->args[1];
    uint32_t slot;
    if (list->kind != CEL_LIST || !list->count || !find_value(w, node->args[0], &slot)) return true;
    struct slice by = node_text(w, text, node), *words = ARENA_ARRAY(w->ground->l->arena, struct slice, list->count);
    int64_t low = MOST, high = LEAST;
    size_t texts = 0, numbers = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        struct bounds item =
            list->args[i]->kind == CEL_LITERAL ? bounds_of_literal(&list->args[i]->literal) : anything();
        if (item.kind == FIELD_TEXT) words[texts++] = item.words[0];
        if (!numeric(item.kind)) continue;
        numbers++;
        low = smaller(low, item.low);
        high = larger(high, item.high);
    }
    struct bounds *b = known_bounds(w, slot);
    if (b->kind == FIELD_TEXT && texts == list->count) return narrow_words(w, b, words, texts, truth, by);
    if (!truth || !numeric(b->kind) || numbers != list->count) return true;
    return narrow_low(w, b, low, by) && narrow_high(w, b, high, by);
}

static bool allows(struct world *w, struct slice text, const struct cel_node *node, bool truth);

static struct world world_copy(const struct world *w)
{
    struct world copy = {.ground = w->ground};
    vector_reserve(&copy.known, w->known.count);
    if (w->known.count) memcpy(copy.known.at, w->known.at, w->known.count * sizeof *w->known.at);
    copy.known.count = w->known.count;
    return copy;
}

void world_release(struct world *w)
{
    vector_release(&w->known);
}

static bool allows_each(struct world *w, struct slice text, const struct cel_node *node, bool truth)
{
    for (uint32_t i = 0; i < node->count; i++)
        if (!allows(w, text, node->args[i], truth)) return false;
    return true;
}

static bool allows_some(struct world *w, struct slice text, const struct cel_node *node, bool truth)
{
    bool some = false;
    for (uint32_t i = 0; i < node->count && !some; i++) {
        struct world copy = world_copy(w);
        some = allows(&copy, text, node->args[i], truth);
        if (!some) refuse(w, copy.conflict, copy.with);
        world_release(&copy);
    }
    return some;
}

static bool allows(struct world *w, struct slice text, const struct cel_node *node, bool truth)
{
    uint32_t slot;
    if (node->kind == CEL_AND || node->kind == CEL_OR)
        return (node->kind == CEL_AND) == truth ? allows_each(w, text, node, truth) : allows_some(w, text, node, truth);
    if (node->kind == CEL_LITERAL && node->literal.kind == VALUE_BOOL)
        return node->literal.boolean == truth || refuse(w, node_text(w, text, node), SLICE(""));
    if (find_value(w, node, &slot)) {
        struct bounds *b = known_bounds(w, slot);
        struct slice by = node_text(w, text, node);
        if (!truth) by = arena_printf(w->ground->l->arena, "!%.*s", SLICE_ARG(by));
        return b->kind != FIELD_BOOL || narrow_truth(w, b, truth, by);
    }
    if (node->kind != CEL_CALL || node->member) return true;
    if (node->count == 1 && slice_is(node->name, "!")) return allows(w, text, node->args[0], !truth);
    if (node->count != 2) return true;
    if (slice_is(node->name, "in")) return allows_in(w, text, node, truth);
    return sign_named(node->name) ? allows_comparison(w, text, node, truth) : true;
}

bool world_allows(struct world *w, struct slice text, const struct cel_node *node, bool truth)
{
    return allows(w, text, node, truth);
}

const struct cel_node *parse_rule(struct loader *l, const struct rule *rule)
{
    struct diagnostics said;
    diagnostics_init(&said);
    struct cel_source source = {
        .arena = l->arena, .text = rule_text(rule), .line = 1, .column = 1, .decimals = true, .diagnostics = &said};
    const struct cel_node *node = cel_parse(&source);
    diagnostics_release(&said);
    return node;
}

/* ---- clauses ---- */

static bool clause_each(struct world *w, const struct clause *clause, bool truth)
{
    for (size_t i = 0; i < clause->count; i++)
        if (!world_allows_clause(w, &clause->members[i], truth)) return false;
    return true;
}

/* Could at least `wanted` members be so, each on its own? */
static bool clause_some(struct world *w, const struct clause *clause, int64_t wanted, bool truth)
{
    int64_t possible = 0;
    for (size_t i = 0; i < clause->count && possible < wanted; i++) {
        struct world copy = world_copy(w);
        if (world_allows_clause(&copy, &clause->members[i], truth))
            possible++;
        else
            refuse(w, copy.conflict, copy.with);
        world_release(&copy);
    }
    return possible >= wanted;
}

static bool clause_count(struct world *w, const struct clause *clause, bool truth)
{
    struct bounds *b = known_bounds(w, clause->slot);
    const struct kind_builder *k = &w->ground->l->kinds[w->ground->kind];
    bool distinct = k->signals.at[k->slots.at[clause->slot].index].reduce == REDUCE_DISTINCT;
    struct slice by = arena_printf(w->ground->l->arena, "%s %lld %s", truth ? "at least" : "fewer than",
                                   (long long)clause->need, distinct ? "different values" : "times");

    int64_t need = clamp((__int128)clause->need * DECIMAL_ONE);
    return truth ? narrow_low(w, b, need, by) : narrow_high(w, b, need - DECIMAL_ONE, by);
}

bool world_allows_clause(struct world *w, const struct clause *clause, bool truth)
{
    const struct cel_node *node;
    switch (clause->kind) {
    case CLAUSE_ALL: return truth ? clause_each(w, clause, true) : clause_some(w, clause, 1, false);
    case CLAUSE_ANY: return truth ? clause_some(w, clause, 1, true) : clause_each(w, clause, false);
    case CLAUSE_NOT: return world_allows_clause(w, clause->members, !truth);
    case CLAUSE_AT_LEAST: return !truth || clause_some(w, clause, clause->need, true);
    case CLAUSE_RULE:
        node = parse_rule(w->ground->l, clause->rule);
        return !node || allows(w, rule_text(clause->rule), node, truth);
    case CLAUSE_COUNT: return clause_count(w, clause, truth);
    case CLAUSE_QUIET: return true;
    }
    return true;
}

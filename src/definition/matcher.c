/* `did` and its conditions. Conditions are words about properties; they become the text of one expression for each type
 * of event, which is then compiled like any other. */
#include "definition/loader.h"

/* ---- literals and conditions ---- */

static void add_quoted(struct buffer *out, struct slice text)
{
    buffer_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '"' || c == '\\')
            buffer_printf(out, "\\%c", c);
        else if (c < 32 || c == 127)
            buffer_printf(out, "\\x%02x", c);
        else
            buffer_char(out, (char)c);
    }
    buffer_char(out, '"');
}

static bool value_wrong(struct loader *l, const struct yaml_node *node, const struct field *field)
{
    complain(l, node, SLICE(""), "`%.*s` is declared %.*s, and `%.*s` is no such value", SLICE_ARG(field->label.name),
             SLICE_ARG(type_name(l, field)), SLICE_ARG(node->text));
    return false;
}

static bool add_text(struct loader *l, const struct yaml_node *node, const struct field *field, struct buffer *out)
{
    const struct field_type *type = &field->type;
    if (!is_choice(type, node->text)) {
        struct slice hint = suggest(l, node->text, type->choices, type->choice_count);
        complain(l, node, hint, "`%.*s` is not among the values of `%.*s`", SLICE_ARG(node->text),
                 SLICE_ARG(field->label.name));
        return false;
    }
    add_quoted(out, node->text);
    return true;
}

static bool add_int(struct loader *l, const struct yaml_node *node, const struct field *field, struct buffer *out)
{
    int64_t n;
    if (!slice_to_i64(node->text, &n)) return value_wrong(l, node, field);
    buffer_printf(out, n == INT64_MIN ? "(%lld - 1)" : "%lld", (long long)(n == INT64_MIN ? n + 1 : n));
    return true;
}

static bool add_bool(struct loader *l, const struct yaml_node *node, const struct field *field, struct buffer *out)
{
    bool yes = slice_is(node->text, "true") || (field->answer && slice_is(node->text, "yes"));
    bool no = slice_is(node->text, "false") || (field->answer && slice_is(node->text, "no"));
    if (!yes && !no) return value_wrong(l, node, field);
    buffer_text(out, yes ? "true" : "false");
    return true;
}

static bool add_money(struct loader *l, const struct yaml_node *node, const struct field *field, struct buffer *out)
{
    struct slice currency = node->text, amount = slice_cut(&currency, ' ');
    int64_t n;
    currency = currency.len ? slice_trim(currency) : l->out->company.currency;
    bool good = parse_decimal(amount, &n) && currency.len == 3;
    for (size_t i = 0; good && i < 3; i++) good = currency.ptr[i] >= 'A' && currency.ptr[i] <= 'Z';
    if (!good) {
        complain(l, node, SLICE("for example 4500 USD"), "`%.*s` is declared money, and `%.*s` is none",
                 SLICE_ARG(field->label.name), SLICE_ARG(node->text));
        return false;
    }
    buffer_printf(out, "money(\"%.*s\", \"%.*s\")", SLICE_ARG(amount), SLICE_ARG(currency));
    return true;
}

static bool add_literal(struct loader *l, const struct yaml_node *node, const struct field *field, struct buffer *out)
{
    if (node->kind != YAML_SCALAR || yaml_is_null(node)) {
        complain(l, node,
                 SLICE("a value, a list of values, not empty, empty, or one of the keys not, above, at_least, below, "
                       "at_most, starts"),
                 "this is no value for `%.*s`", SLICE_ARG(field->label.name));
        return false;
    }
    struct field element = *field;
    if (field->type.kind == FIELD_LIST) {
        element.type = (struct field_type){.kind = field->type.element};
        return add_literal(l, node, &element, out);
    }
    struct time_text time;
    int64_t n;
    switch (field->type.kind) {
    case FIELD_TEXT: return add_text(l, node, field, out);
    case FIELD_INT: return add_int(l, node, field, out);
    case FIELD_DECIMAL:
        if (!parse_decimal(node->text, &n)) return value_wrong(l, node, field);
        buffer_add(out, node->text);
        return true;
    case FIELD_BOOL: return add_bool(l, node, field, out);
    case FIELD_INSTANT:
        if (!time_parse(node->text, &time)) return value_wrong(l, node, field);
        add_quoted(out, node->text);
        return true;
    case FIELD_MONEY: return add_money(l, node, field, out);
    default: break;
    }
    complain(l, node, SLICE("empty or not empty, or an expression in when:"), "`%.*s` is a map; it has no single value",
             SLICE_ARG(field->label.name));
    return false;
}

/* What a condition is about: the name rules read it by, and its type. */
struct subject {
    struct slice name;
    const struct field *field;
};

static bool add_equal(struct loader *l, const struct yaml_node *node, struct subject s, struct buffer *out)
{
    if (s.field->type.kind == FIELD_LIST) { /* holds the value */
        if (!add_literal(l, node, s.field, out)) return false;
        buffer_printf(out, " in %.*s", SLICE_ARG(s.name));
        return true;
    }
    buffer_printf(out, "%.*s == ", SLICE_ARG(s.name));
    return add_literal(l, node, s.field, out);
}

static bool add_one_of(struct loader *l, const struct yaml_node *list, struct subject s, struct buffer *out)
{
    enum field_kind kind = s.field->type.kind;
    bool plain = kind == FIELD_TEXT || kind == FIELD_INT || kind == FIELD_DECIMAL || kind == FIELD_BOOL;
    if (!list->count) {
        complain(l, list, SLICE("name at least one value"), "one of nothing is never true");
        return false;
    }
    buffer_text(out, plain ? "" : "(");
    if (plain) buffer_printf(out, "%.*s in [", SLICE_ARG(s.name));
    bool good = true;
    for (size_t i = 0; i < list->count; i++) {
        if (i) buffer_text(out, plain ? ", " : " || ");
        good = (plain ? add_literal(l, list->items[i], s.field, out) : add_equal(l, list->items[i], s, out)) && good;
    }
    buffer_char(out, plain ? ']' : ')');
    return good;
}

static void add_empty(struct subject s, bool empty, struct buffer *out)
{
    enum field_kind kind = s.field->type.kind;
    int len = (int)s.name.len;
    const char *name = s.name.ptr;
    if (kind == FIELD_TEXT && empty)
        buffer_printf(out, "(!has(%.*s) || %.*s == \"\")", len, name, len, name);
    else if (kind == FIELD_TEXT)
        buffer_printf(out, "%.*s != \"\"", len, name);
    else if (kind != FIELD_LIST && kind != FIELD_MAP)
        buffer_printf(out, empty ? "!has(%.*s)" : "has(%.*s)", len, name);
    else if (empty)
        buffer_printf(out, "(!has(%.*s) || size(%.*s) == 0)", len, name, len, name);
    else
        buffer_printf(out, "size(%.*s) > 0", len, name);
}

static const struct {
    const char *key, *sign;
} comparisons[] = {{"above", ">"}, {"at_least", ">="}, {"below", "<"}, {"at_most", "<="}};

static bool add_condition(struct loader *l, const struct yaml_node *node, struct subject s, struct buffer *out);

/* { not: … }, { above: 3 }, { starts: /docs } */
static bool add_operator(struct loader *l, const struct yaml_node *map, struct subject s, struct buffer *out)
{
    size_t before = l->diagnostics->error_count;
    if (!expect_map(l, map, "a condition", "not above at_least below at_most starts")) return false;
    if (l->diagnostics->error_count > before) return false;
    bool good = map->count > 0;

    if (!map->count) complain(l, map, SLICE("{ at_least: 3 }"), "this condition says nothing");
    enum field_kind kind = s.field->type.kind;
    bool ordered = kind == FIELD_INT || kind == FIELD_DECIMAL || kind == FIELD_INSTANT || kind == FIELD_MONEY;
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *key = map->pairs[i].key, *value = map->pairs[i].value;
        if (i) buffer_text(out, " && ");
        const char *sign = NULL;
        for (size_t k = 0; k < sizeof comparisons / sizeof *comparisons; k++)
            if (slice_is(key->text, comparisons[k].key)) sign = comparisons[k].sign;
        if (slice_is(key->text, "not")) {
            buffer_text(out, "!(");
            good = add_condition(l, value, s, out) && good;
            buffer_char(out, ')');
        } else if (sign ? !ordered : kind != FIELD_TEXT) {
            complain(l, key, SLICE(""), "`%.*s` does not fit `%.*s`, which is declared %.*s", SLICE_ARG(key->text),
                     SLICE_ARG(s.field->label.name), SLICE_ARG(type_name(l, s.field)));
            good = false;
        } else if (sign) {
            buffer_printf(out, "%.*s %s ", SLICE_ARG(s.name), sign);
            good = add_literal(l, value, s.field, out) && good;
        } else {
            struct slice prefix;
            if (!read_text(l, value, "starts", &prefix)) return false;
            buffer_printf(out, "%.*s.startsWith(", SLICE_ARG(s.name));
            add_quoted(out, prefix);
            buffer_char(out, ')');
        }
    }
    return good;
}

static bool add_condition(struct loader *l, const struct yaml_node *node, struct subject s, struct buffer *out)
{
    if (node->kind == YAML_MAP) return add_operator(l, node, s, out);
    if (node->kind == YAML_LIST) return add_one_of(l, node, s, out);
    bool empty = node->plain && slice_is(node->text, "empty"), full = node->plain && slice_is(node->text, "not empty");
    if (!empty && !full) return add_equal(l, node, s, out);
    add_empty(s, empty, out);
    return true;
}

/* A map from properties to conditions, all of which hold. */
static bool add_conditions(struct loader *l, uint32_t event, const struct yaml_node *map, struct buffer *out)
{
    if (yaml_is_null(map)) return true;
    if (!expect_map(l, map, "the conditions of an event", NULL)) return false;
    static const struct field context_field = {.label = {.name = {"context", 7}}, .type = {.kind = FIELD_TEXT}};
    bool good = true;
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *key = map->pairs[i].key;
        const struct event_type *type = &l->events.at[event].type;
        bool context = slice_starts(key->text, SLICE("context."));
        struct subject s = {.name = key->text, .field = &context_field};
        if (context) {
            good = context_known(l, key, key->text) && good;
        } else if (!(s.field = field_find(type, key->text))) {
            struct slice *known = ARENA_ARRAY(l->arena, struct slice, type->field_count);
            for (size_t k = 0; k < type->field_count; k++) known[k] = type->fields[k].label.name;
            struct slice hint = suggest(l, key->text, known, type->field_count);
            if (!hint.len)
                hint = hint_printf(l, "declare it under events: %.*s: properties:", SLICE_ARG(type->label.name));
            complain(l, key, hint, "`%.*s` has no property `%.*s`", SLICE_ARG(type->label.name), SLICE_ARG(key->text));
            good = false;
            continue;
        } else {
            s.name = arena_printf(l->arena, "event.%.*s", SLICE_ARG(key->text));
        }
        if (out->len) buffer_text(out, " && ");
        good = add_condition(l, map->pairs[i].value, s, out) && good;
    }
    return good;
}

/* ---- context ---- */

static const char *const context_names[] = {
    "context.campaign.name",    "context.campaign.source",
    "context.campaign.medium",  "context.campaign.term",
    "context.campaign.content", "context.campaign.id",
    "context.page.path",        "context.page.referrer",
    "context.page.search",      "context.page.title",
    "context.page.url",         "context.referrer.url",
    "context.referrer.type",    "context.ip",
    "context.locale",           "context.timezone",
    "context.userAgent",        "context.channel",
    "context.groupId",          "context.device.type",
    "context.device.model",     "context.os.name",
    "context.app.name",         "context.app.version",
    "context.library.name",     "context.location.country",
    "context.location.region",  "context.location.city",
};
enum { CONTEXT_NAMES = sizeof context_names / sizeof *context_names };

/* "context.campaign.source" to "campaign" and "source". */
static void context_parts(struct slice name, struct slice *group, struct slice *leaf)
{
    *leaf = slice_skip(name, strlen("context."));
    *group = slice_cut(leaf, '.');
}

/* Senders may add fields of their own; a part that is nearly one of the usual words is a slip. */
bool context_known(struct loader *l, const struct yaml_node *node, struct slice name)
{
    struct slice groups[CONTEXT_NAMES], leaves[CONTEXT_NAMES], group, leaf, near;
    size_t leaf_count = 0;
    context_parts(name, &group, &leaf);
    for (size_t i = 0; i < CONTEXT_NAMES; i++) {
        context_parts(slice_from(context_names[i]), &groups[i], &leaves[leaf_count]);
        if (slice_equal(group, groups[i]) && slice_equal(leaf, leaves[leaf_count])) return true;
        leaf_count += slice_equal(group, groups[i]);
    }
    if (leaf_count && leaf.len)
        near = nearest_word(leaf, leaves, leaf_count);
    else
        near = leaf_count ? SLICE("") : nearest_word(group, groups, CONTEXT_NAMES);
    if (!near.len) return true;
    struct slice right_group = leaf_count ? group : near, right_leaf = leaf_count ? near : leaf;
    struct slice hint = hint_printf(l, "did you mean `context.%.*s%s%.*s`?", SLICE_ARG(right_group),
                                    right_leaf.len ? "." : "", SLICE_ARG(right_leaf));

    complain(l, node, hint, "there is no usual field `%.*s`", SLICE_ARG(name));
    return false;
}

/* ---- alternatives ---- */

struct draft { /* an alternative while its expression is being put together */
    uint32_t event;
    bool always;
    struct slice text;
    const struct yaml_node *node;
};

struct drafts {
    VECTOR(struct draft) list;
    bool good;
};

static bool credited(const struct loader *l, struct clause_context context)
{
    for (uint32_t i = 0; i < l->funnels.count; i++) {
        const struct funnel *funnel = &l->funnels.at[i].funnel;
        if ((context.funnel == NONE || context.funnel == i) && funnel->of == context.kind && funnel->credit)
            return true;
    }
    return false;
}

enum credit_deals credit_of(const struct loader *l, struct clause_context context, const struct matcher *matcher)
{
    if (context.funnel == NONE || context.funnel >= l->funnels.count) return CREDIT_NONE;
    for (size_t i = 0; i < matcher->count; i++)
        if (l->events.at[matcher->alternatives[i].event].type.of != context.kind)
            return l->funnels.at[context.funnel].funnel.credit;
    return CREDIT_NONE;
}

static bool event_fits(struct loader *l, struct clause_context context, const struct yaml_node *node, uint32_t event)
{
    const struct event_type *type = &l->events.at[event].type;
    if (type->of == context.kind) return true;
    bool deal = type->of == KIND_DEAL && context.kind == KIND_PERSON;
    if (deal && credited(l, context)) return true;
    const char *other = subject_kind_names[type->of];
    struct slice hint = hint_printf(l, "make a signal with `of: %s` and read it here", other);
    if (deal)
        hint = SLICE("say in the funnel how deals reach its persons: credit: { deal: primary }");
    else if (!kind_may_read(context.kind, type->of))
        hint = SLICE("events count for the kind they are declared `of`");
    complain(l, node, hint, "`%.*s` is an event of the kind %s, and this counts events of the kind %s",
             SLICE_ARG(type->label.name), other, subject_kind_names[context.kind]);
    return false;
}

/* Two alternatives of one event become one, so that no event counts twice. */
static void add_draft(struct loader *l, struct drafts *d, struct draft draft)
{
    for (size_t i = 0; i < d->list.count; i++) {
        struct draft *old = &d->list.at[i];
        if (old->event != draft.event) continue;
        old->always = old->always || draft.always;
        if (old->always) return;
        if (old->text.len + draft.text.len > CONDITIONS_MAX) {
            complain(l, draft.node, SLICE("say it shorter"), "these conditions are too long");
            d->good = false;
            return;
        }
        old->text = arena_printf(l->arena, "(%.*s) || (%.*s)", SLICE_ARG(old->text), SLICE_ARG(draft.text));
        return;
    }
    vector_push(&d->list, draft);
}

static void read_alternative(struct loader *l, struct clause_context context, const struct yaml_node *name,
                             const struct yaml_node *conditions, struct drafts *d)
{
    struct slice word;
    if (!read_text(l, name, "an event", &word)) {
        d->good = false;
        return;
    }
    uint32_t event = event_find(l, name, word);
    if (event == NONE || !event_fits(l, context, name, event)) {
        d->good = false;
        return;
    }
    struct buffer text;
    buffer_init(&text, CONDITIONS_MAX);
    if (conditions) d->good = add_conditions(l, event, conditions, &text) && d->good;
    if (text.full) complain(l, name, SLICE("say it shorter"), "these conditions are too long");
    add_draft(l, d, (struct draft){event, text.len == 0, arena_slice(l->arena, buffer_slice(&text)), name});
    buffer_release(&text);
}

static void read_alternatives(struct loader *l, struct clause_context context, const struct yaml_node *value,
                              struct drafts *d)
{
    const struct yaml_node *single[] = {value}, *const *items = value->kind == YAML_LIST ? value->items : single;
    size_t count = value->kind == YAML_LIST ? value->count : 1;
    if (!count) complain(l, value, SLICE("name at least one"), "no event is named here");
    d->good = d->good && count;
    for (size_t i = 0; i < count; i++) {
        if (items[i]->kind != YAML_MAP) {
            read_alternative(l, context, items[i], NULL, d);
            continue;
        }
        for (size_t k = 0; k < items[i]->count; k++)
            read_alternative(l, context, items[i]->pairs[k].key, items[i]->pairs[k].value, d);
    }
}

static struct slice joined(struct loader *l, struct slice a, struct slice b)
{
    if (!a.len || !b.len) return a.len ? a : b;
    return arena_printf(l->arena, "(%.*s) && (%.*s)", SLICE_ARG(a), SLICE_ARG(b));
}

/* The conditions of `where` and `when` hold for every alternative. */
static bool complete(struct loader *l, const struct yaml_node *around, struct draft *draft, struct match *out)
{
    const struct yaml_node *where = yaml_get(around, "where"), *when = yaml_get(around, "when");
    struct slice text = draft->always ? SLICE("") : draft->text, expression;
    bool good = true;
    if (where) {
        struct buffer more;
        buffer_init(&more, CONDITIONS_MAX);
        good = add_conditions(l, draft->event, where, &more);
        text = joined(l, text, arena_slice(l->arena, buffer_slice(&more)));
        buffer_release(&more);
    }
    if (when) {
        bool said = read_text(l, when, "when", &expression);
        good = said && compile_event_rule(l, draft->event, when, expression, false) && good;
        if (said) text = joined(l, text, expression);
    }
    if (!good) return false;
    *out = (struct match){draft->event, text.len ? compile_event_rule(l, draft->event, draft->node, text, true) : NULL};
    return out->when || !text.len;
}

static int by_event(const void *a, const void *b)
{
    uint32_t x = ((const struct match *)a)->event, y = ((const struct match *)b)->event;
    return (x > y) - (x < y);
}

bool read_matcher(struct loader *l, struct clause_context context, const struct yaml_node *value,
                  const struct yaml_node *around, struct matcher *out)
{
    struct drafts drafts = {.good = true};
    *out = (struct matcher){0};
    read_alternatives(l, context, value, &drafts);
    struct match *matches = ARENA_ARRAY(l->arena, struct match, drafts.list.count);
    size_t count = drafts.list.count;
    bool good = drafts.good;
    for (size_t i = 0; i < count; i++) good = complete(l, around, &drafts.list.at[i], &matches[i]) && good;
    if (count) qsort(matches, count, sizeof *matches, by_event);
    out->alternatives = matches;
    out->count = count;
    const struct yaml_node *human = yaml_get(around, "human");
    if (human) good = read_bool(l, human, "human", &out->human) && good;
    vector_release(&drafts.list);
    return good;
}

bool read_match(struct loader *l, struct clause_context context, const struct yaml_node *name,
                const struct yaml_node *around, struct match *out)
{
    struct drafts drafts = {.good = true};
    read_alternative(l, context, name, NULL, &drafts);
    bool good = drafts.good && complete(l, around, &drafts.list.at[0], out);
    vector_release(&drafts.list);
    return good;
}

uint32_t matcher_path(struct loader *l, const struct matcher *matcher, const struct yaml_node *node, struct slice name,
                      struct field_type *type)
{
    if (slice_starts(name, SLICE("context."))) {
        *type = (struct field_type){.kind = FIELD_TEXT};
        return context_known(l, node, name) ? path_of(l, "context", slice_skip(name, strlen("context."))) : NONE;
    }
    const struct field *first = NULL;
    for (size_t i = 0; i < matcher->count; i++) {
        const struct event_type *event = &l->events.at[matcher->alternatives[i].event].type;
        const struct field *field = field_find(event, name);
        if (!field) {
            struct slice *known = ARENA_ARRAY(l->arena, struct slice, event->field_count);
            for (size_t k = 0; k < event->field_count; k++) known[k] = event->fields[k].label.name;
            complain(l, node, suggest(l, name, known, event->field_count), "`%.*s` has no property `%.*s`",
                     SLICE_ARG(event->label.name), SLICE_ARG(name));
            return NONE;
        }
        bool differs = first && (field->type.kind != first->type.kind || field->type.element != first->type.element);
        if (differs) {
            complain(l, node, SLICE("declare it alike in all of them"), "`%.*s` has not one type in these events",
                     SLICE_ARG(name));
            return NONE;
        }
        first = field;
    }
    if (!first) return NONE;
    *type = first->type;
    return first->path;
}

void matcher_key(struct loader *l, const struct matcher *matcher, struct buffer *out)
{
    buffer_printf(out, "%d%d", matcher->any, matcher->human);
    for (size_t i = 0; i < matcher->count; i++) {
        const struct match *match = &matcher->alternatives[i];
        struct slice text = match->when ? rule_text(match->when) : SLICE("");
        buffer_printf(out, "|%u:%.*s", match->event, SLICE_ARG(text));
    }
}

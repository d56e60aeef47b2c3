/* Rules in words. What has no words of its own is shown as the expression it is. */
#include "cel/syntax.h"
#include "definition/words.h"

/* Whose names a rule speaks of: a kind's slots, or an event's properties. */
struct telling {
    const struct speaker *s;
    enum subject_kind kind;
    uint32_t event; /* NONE: a kind's slots */
    struct slice text;
};

static struct slice say(const struct telling *t, const struct cel_node *node, bool truth, bool inside);
static struct slice say_value(const struct telling *t, const struct cel_node *node);

static struct slice part(const struct telling *t, const struct cel_node *node)
{
    return isolated(t->s, slice_of(t->text.ptr + node->start, node->end - node->start));
}

/* ---- names ---- */

static bool add_chain(const struct cel_node *node, struct buffer *out)
{
    if (node->kind == CEL_SELECT && !node->optional && !node->test) {
        if (!add_chain(node->args[0], out)) return false;
        buffer_char(out, '.');
    } else if (node->kind != CEL_NAME) {
        return false;
    }
    buffer_add(out, node->name);
    return true;
}

static struct slice chain_of(const struct telling *t, const struct cel_node *node)
{
    struct buffer text;
    buffer_init(&text, 4096);
    struct slice name = add_chain(node, &text) ? arena_slice(t->s->arena, buffer_slice(&text)) : SLICE("");
    buffer_release(&text);
    return name;
}

static const struct slot *slot_of(const struct telling *t, struct slice name)
{
    const struct kind_model *model = &t->s->definition->kinds[t->kind];
    for (size_t i = 0; i < model->slot_count && t->event == NONE; i++)
        if (name.len && slice_equal(model->slots[i].name, name)) return &model->slots[i];
    return NULL;
}

static const struct field *field_of(const struct telling *t, struct slice name)
{
    if (t->event == NONE || !slice_starts(name, SLICE("event."))) return NULL;
    const struct event_type *event = &t->s->definition->events[t->event];
    for (size_t i = 0; i < event->field_count; i++)
        if (slice_equal(event->fields[i].label.name, slice_skip(name, 6))) return &event->fields[i];
    return NULL;
}

/* "icp.saas.fit" to its part number 1: "saas". */
static struct slice segment(struct slice name, int which)
{
    struct slice rest = name, word = slice_cut(&rest, '.');
    for (; which > 0; which--) word = slice_cut(&rest, '.');
    return word;
}

static struct slice owner_name(const struct telling *t, struct slice name)
{
    const struct definition *d = t->s->definition;
    struct slice owner = segment(name, 1);
    const struct label *label = &(struct label){.name = owner};
    for (size_t i = 0; i < d->icp_count; i++)
        if (slice_starts(name, SLICE("icp.")) && slice_equal(d->icps[i].label.name, owner)) label = &d->icps[i].label;
    for (size_t i = 0; i < d->bant_count; i++)
        if (slice_starts(name, SLICE("bant.")) && slice_equal(d->bants[i].label.name, owner))
            label = &d->bants[i].label;
    return spoken(t->s, label);
}

static struct slice say_slot(const struct telling *t, const struct slot *slot)
{
    static const enum phrase of_kind[KIND_COUNT] = {SAY_OF_PERSON, SAY_OF_ACCOUNT, SAY_OF_DEAL, SAY_OF_SUBSCRIPTION,
                                                    SAY_OF_MARKET};
    struct slice root = segment(slot->name, 0);
    struct slice own = t->s->language == LANGUAGE_HE ? slot->label.he : slot->label.en;
    if (slice_is(root, "signals")) return own.len ? own : fill1(t->s, SAY_SIGNAL, spoken(t->s, &slot->label));
    if (slice_is(root, "scores")) return fill1(t->s, SAY_SCORE, spoken(t->s, &slot->label));
    if (slice_is(root, "icp")) return fill1(t->s, SAY_FIT, owner_name(t, slot->name));
    if (slice_is(root, "bant")) return fill1(t->s, SAY_YES_COUNT, owner_name(t, slot->name));
    for (int k = 0; k < KIND_COUNT; k++)
        if (slice_is(root, subject_kind_names[k])) return fill1(t->s, of_kind[k], spoken(t->s, &slot->label));
    return isolated(t->s, slot->name);
}

static struct slice say_name(const struct telling *t, struct slice name)
{
    const struct slot *slot = slot_of(t, name);
    const struct field *field = field_of(t, name);
    if (slot) return say_slot(t, slot);
    return field ? spoken(t->s, &field->label) : isolated(t->s, name);
}

/* ---- values ---- */

/* A word of the file, by the text a dimension over the same value gives it. */
static struct slice say_word(const struct telling *t, struct slice owner, struct slice word)
{
    const struct definition *d = t->s->definition;
    const struct slot *slot = slot_of(t, owner);
    for (size_t i = 0; slot && i < d->dimension_count; i++) {
        const struct dimension *dim = &d->dimensions[i];
        bool same = dim->of == t->kind && dim->kind == DIMENSION_VALUE && slot == &d->kinds[t->kind].slots[dim->slot];
        for (size_t k = 0; same && k < dim->value_count; k++)
            if (slice_equal(dim->values[k].name, word)) return spoken(t->s, &dim->values[k]);
    }
    bool identifier = word.len > 0;
    for (size_t i = 0; i < word.len && identifier; i++) {
        char c = word.ptr[i];
        identifier = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }
    return identifier ? spoken(t->s, &(struct label){.name = word}) : isolated(t->s, word);
}

static struct slice say_literal(const struct telling *t, const struct cel_node *node, struct slice owner)
{
    const struct value *v = &node->literal;
    if (v->kind == VALUE_BOOL) return phrase(t->s, v->boolean ? SAY_YES : SAY_NO);
    if (v->kind == VALUE_STRING) return say_word(t, owner, v->text);
    return part(t, node);
}

static struct slice say_arithmetic(const struct telling *t, const struct cel_node *node)
{
    static const struct {
        const char *sign;
        enum phrase say;
    } signs[] = {{"*", SAY_TIMES_SIGN}, {"+", SAY_PLUS_SIGN}, {"-", SAY_MINUS_SIGN}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (node->count == 2 && !node->member && slice_is(node->name, signs[i].sign))
            return fill2(t->s, signs[i].say, say_value(t, node->args[0]), say_value(t, node->args[1]));
    if (slice_is(node->name, "money") && node->count == 2 && node->args[0]->kind == CEL_LITERAL &&
        node->args[1]->kind == CEL_LITERAL && node->args[1]->literal.kind == VALUE_STRING) {
        struct slice amount =
            node->args[0]->literal.kind == VALUE_STRING
                ? node->args[0]->literal.text
                : slice_of(t->text.ptr + node->args[0]->start, node->args[0]->end - node->args[0]->start);
        struct slice money =
            arena_printf(t->s->arena, "%.*s %.*s", SLICE_ARG(amount), SLICE_ARG(node->args[1]->literal.text));
        return isolated(t->s, money);
    }
    return part(t, node);
}

static struct slice say_value(const struct telling *t, const struct cel_node *node)
{
    struct slice name = chain_of(t, node);
    if (name.len) return say_name(t, name);
    if (node->kind == CEL_LITERAL) return say_literal(t, node, SLICE(""));
    if (node->kind == CEL_CALL) return say_arithmetic(t, node);
    if (node->kind == CEL_INDEX && node->args[1]->kind == CEL_LITERAL)
        return fill2(t->s, SAY_ENTRY_OF, say_value(t, node->args[0]), say_literal(t, node->args[1], SLICE("")));
    return part(t, node);
}

/* ---- conditions ---- */

static struct slice say_truth_of(const struct telling *t, struct slice name, bool truth)
{
    const struct slot *slot = slot_of(t, name);
    struct slice root = segment(name, 0), last = segment(name, 2);
    if (slot && slice_is(root, "icp")) return fill1(t->s, truth ? SAY_MATCHED : SAY_NOT_MATCHED, owner_name(t, name));
    if (slot && slice_is(root, "bant")) {
        if (slice_is(last, "passed")) return fill1(t->s, truth ? SAY_PASSED : SAY_NOT_PASSED, owner_name(t, name));
        return fill2(t->s, truth ? SAY_ANSWER_YES : SAY_ANSWER_NO, spoken(t->s, &slot->label), owner_name(t, name));
    }
    return fill2(t->s, SAY_IS, say_name(t, name), phrase(t->s, truth ? SAY_YES : SAY_NO));
}

static const struct comparison {
    const char *sign;
    enum phrase holds, holds_not;
    const char *mirrored;
} comparisons[] = {
    {"==", SAY_IS, SAY_IS_NOT, "=="},      {"!=", SAY_IS_NOT, SAY_IS, "!="},    {">", SAY_ABOVE, SAY_AT_MOST, "<"},
    {">=", SAY_AT_LEAST, SAY_BELOW, "<="}, {"<", SAY_BELOW, SAY_AT_LEAST, ">"}, {"<=", SAY_AT_MOST, SAY_ABOVE, ">="},
};

static const struct comparison *comparison_named(const struct cel_node *node)
{
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++)
        if (node->kind == CEL_CALL && !node->member && node->count == 2 && slice_is(node->name, comparisons[i].sign))
            return &comparisons[i];
    return NULL;
}

static bool is_literal(const struct cel_node *node, enum value_kind kind)
{
    return node->kind == CEL_LITERAL && node->literal.kind == kind;
}

static struct slice say_comparison(const struct telling *t, const struct cel_node *node, const struct comparison *c,
                                   bool truth)
{
    const struct cel_node *left = node->args[0], *right = node->args[1];
    if (left->kind == CEL_LITERAL && right->kind != CEL_LITERAL) {
        left = node->args[1];
        right = node->args[0];
        for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++)
            if (!strcmp(comparisons[i].sign, c->mirrored) && c != &comparisons[i]) {
                c = &comparisons[i];
                break;
            }
    }
    struct slice name = chain_of(t, left);
    bool equals = c->holds == SAY_IS, differs = c->holds == SAY_IS_NOT;
    if ((equals || differs) && is_literal(right, VALUE_STRING) && !right->literal.text.len)
        return fill1(t->s, equals == truth ? SAY_EMPTY : SAY_NOT_EMPTY, say_value(t, left));
    if ((equals || differs) && is_literal(right, VALUE_BOOL) && name.len)
        return say_truth_of(t, name, (equals == truth) == right->literal.boolean);
    bool sized = left->kind == CEL_CALL && slice_is(left->name, "size") && left->count == 1;
    if (sized && is_literal(right, VALUE_INT) && right->literal.integer == 0 && (equals || c->holds == SAY_ABOVE))
        return fill1(t->s, equals == truth ? SAY_EMPTY : SAY_NOT_EMPTY, say_value(t, left->args[0]));
    struct slice value = right->kind == CEL_LITERAL ? say_literal(t, right, name) : say_value(t, right);
    return fill2(t->s, truth ? c->holds : c->holds_not, say_value(t, left), value);
}

/* x in ["a", "b"], or "a" in a list */
static struct slice say_in(const struct telling *t, const struct cel_node *node, bool truth)
{
    const struct cel_node *item = node->args[0], *list = node->args[1];
    if (list->kind != CEL_LIST)
        return fill2(t->s, truth ? SAY_INCLUDES : SAY_INCLUDES_NOT, say_value(t, list), say_value(t, item));
    struct slice *words = ARENA_ARRAY(t->s->arena, struct slice, list->count), owner = chain_of(t, item);
    for (uint32_t i = 0; i < list->count; i++)
        words[i] =
            list->args[i]->kind == CEL_LITERAL ? say_literal(t, list->args[i], owner) : say_value(t, list->args[i]);
    struct slice choice = spoken_list(t->s, words, list->count, SAY_OR);
    return fill2(t->s, truth ? SAY_IS : SAY_IS_NOT, say_value(t, item), choice);
}

static const struct {
    const char *name;
    uint32_t args;
    bool member;
    enum phrase holds, holds_not;
} functions[] = {
    {"startsWith", 2, true, SAY_STARTS, SAY_STARTS_NOT},
    {"endsWith", 2, true, SAY_ENDS, SAY_ENDS_NOT},
    {"contains", 2, true, SAY_CONTAINS, SAY_CONTAINS_NOT},
    {"work_email", 1, false, SAY_WORK_EMAIL, SAY_NOT_WORK_EMAIL},
};

static struct slice say_call(const struct telling *t, const struct cel_node *node, bool truth)
{
    const struct comparison *c = comparison_named(node);
    if (c) return say_comparison(t, node, c, truth);
    if (!node->member && node->count == 2 && slice_is(node->name, "in")) return say_in(t, node, truth);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (slice_is(node->name, functions[i].name) && node->count == functions[i].args &&
            node->member == functions[i].member)
            return fill2(t->s, truth ? functions[i].holds : functions[i].holds_not, say_value(t, node->args[0]),
                         node->count > 1 ? say_value(t, node->args[1]) : SLICE(""));
    return fill1(t->s, truth ? SAY_HOLDS : SAY_HOLDS_NOT, part(t, node));
}

/* a >= 1 && a <= 5 */
static bool is_range(const struct telling *t, const struct cel_node *node)
{
    if (node->kind != CEL_AND || node->count != 2) return false;
    const struct comparison *low = comparison_named(node->args[0]), *high = comparison_named(node->args[1]);
    if (!low || !high || low->holds != SAY_AT_LEAST || high->holds != SAY_AT_MOST) return false;
    struct slice name = chain_of(t, node->args[0]->args[0]);
    return name.len && slice_equal(name, chain_of(t, node->args[1]->args[0]));
}

/* !has(x) || x == "" and the like, as conditions on properties are written: what stands last says it all. */
static bool is_missing_or(const struct telling *t, const struct cel_node *node)
{
    if (node->kind != CEL_OR || node->count != 2 || node->args[0]->kind != CEL_CALL ||
        !slice_is(node->args[0]->name, "!"))
        return false;
    const struct cel_node *has = node->args[0]->args[0], *test = node->args[1];
    return has->kind == CEL_SELECT && has->test && comparison_named(test) && comparison_named(test)->holds == SAY_IS &&
           (is_literal(test->args[1], VALUE_STRING) || is_literal(test->args[1], VALUE_INT));
}

/* x.endsWith("a") || x.endsWith("b"), or "a" in x && "b" in x: one sentence with a list. */
static bool say_alike(const struct telling *t, const struct cel_node *node, bool truth, struct slice *out)
{
    const struct cel_node *first = node->args[0];
    bool within = first->kind == CEL_CALL && !first->member && slice_is(first->name, "in");
    int listed = within ? 0 : 1, about = within ? 1 : 0;
    bool fits = first->kind == CEL_CALL && first->count == 2 &&
                (within ? (node->kind == CEL_AND) == truth : first->member && node->kind == CEL_OR);
    struct slice name = fits ? chain_of(t, first->args[about]) : SLICE("");
    struct slice *words = ARENA_ARRAY(t->s->arena, struct slice, node->count);
    for (uint32_t i = 0; i < node->count; i++) {
        const struct cel_node *arg = node->args[i];
        fits = fits && name.len && arg->kind == CEL_CALL && arg->count == 2 && arg->member == first->member &&
               slice_equal(arg->name, first->name) && slice_equal(chain_of(t, arg->args[about]), name) &&
               arg->args[listed]->kind == CEL_LITERAL;
        if (fits) words[i] = say_literal(t, arg->args[listed], name);
    }
    for (size_t i = 0; fits && i < sizeof functions / sizeof *functions; i++)
        if (!within && functions[i].member && slice_is(first->name, functions[i].name)) {
            *out = fill2(t->s, truth ? functions[i].holds : functions[i].holds_not, say_name(t, name),
                         spoken_list(t->s, words, node->count, SAY_OR));
            return true;
        }
    if (!fits || !within) return false;
    *out = fill2(t->s, truth ? SAY_INCLUDES : SAY_INCLUDES_NOT, say_name(t, name),
                 spoken_list(t->s, words, node->count, truth ? SAY_LIST_AND : SAY_OR));
    return true;
}

static struct slice say_logic(const struct telling *t, const struct cel_node *node, bool truth, bool inside)
{
    bool all = (node->kind == CEL_AND) == truth;
    if (truth && is_range(t, node)) {
        const struct cel_node *low = node->args[0], *high = node->args[1];
        return fill3(t->s, SAY_FROM_TO, say_value(t, low->args[0]), say_value(t, low->args[1]),
                     say_value(t, high->args[1]));
    }
    if (is_missing_or(t, node)) return say(t, node->args[1], truth, inside);
    struct slice alike;
    if (say_alike(t, node, truth, &alike)) return alike;
    struct slice *parts = ARENA_ARRAY(t->s->arena, struct slice, node->count);
    for (uint32_t i = 0; i < node->count; i++) parts[i] = say(t, node->args[i], truth, true);
    struct buffer out;
    buffer_init(&out, BUFFER_NO_LIMIT);
    for (uint32_t i = 0; i < node->count; i++) {
        if (i) buffer_add(&out, phrase(t->s, all ? SAY_AND : SAY_OR));
        buffer_add(&out, parts[i]);
    }
    struct slice text = arena_slice(t->s->arena, buffer_slice(&out));
    buffer_release(&out);
    return inside ? fill1(t->s, SAY_GROUPED, text) : text;
}

/* has(x) ? x : y, as an answer by hand goes before what is worked out. */
static bool is_known_or(const struct telling *t, const struct cel_node *node)
{
    if (node->kind != CEL_CONDITION || node->args[0]->kind != CEL_SELECT || !node->args[0]->test) return false;
    struct cel_node field = *node->args[0];
    field.test = false;
    const struct slice name = chain_of(t, &field);
    return name.len && slice_equal(name, chain_of(t, node->args[1]));
}

static struct slice say(const struct telling *t, const struct cel_node *node, bool truth, bool inside)
{
    struct slice name = chain_of(t, node);
    if (name.len) return say_truth_of(t, name, truth);
    if (node->kind == CEL_SELECT && node->test) {
        struct cel_node field = *node;
        field.test = false;
        return fill1(t->s, truth ? SAY_KNOWN : SAY_NOT_KNOWN, say_value(t, &field));
    }
    if (node->kind == CEL_AND || node->kind == CEL_OR) return say_logic(t, node, truth, inside);
    if (is_known_or(t, node)) {
        struct slice both =
            fill2(t->s, SAY_UNLESS_KNOWN, say(t, node->args[1], truth, true), say(t, node->args[2], truth, true));
        return inside ? fill1(t->s, SAY_GROUPED, both) : both;
    }
    if (node->kind != CEL_CALL) return fill1(t->s, truth ? SAY_HOLDS : SAY_HOLDS_NOT, part(t, node));
    if (node->count == 1 && !node->member && slice_is(node->name, "!")) return say(t, node->args[0], !truth, inside);
    return say_call(t, node, truth);
}

static struct slice speak(const struct telling *t, const struct rule *rule)
{
    struct diagnostics said;
    diagnostics_init(&said);
    struct cel_source source = {
        .arena = t->s->arena, .text = rule_text(rule), .line = 1, .column = 1, .decimals = true, .diagnostics = &said};
    const struct cel_node *node = cel_parse(&source);
    diagnostics_release(&said);
    if (!node) return isolated(t->s, rule_text(rule));
    return rule_kind(rule) == FIELD_BOOL ? say(t, node, true, false) : say_value(t, node);
}

struct slice speak_rule(const struct speaker *s, enum subject_kind kind, const struct rule *rule)
{
    struct telling t = {s, kind, NONE, rule_text(rule)};
    return speak(&t, rule);
}

/* ---- what is known ---- */

struct slice speak_slot(const struct speaker *s, enum subject_kind kind, uint32_t slot)
{
    const struct telling t = {s, kind, NONE, SLICE("")};
    const struct slot *of = &s->definition->kinds[kind].slots[slot];
    struct slice last = segment(of->name, 2);
    if (slice_is(segment(of->name, 0), "icp") && slice_is(last, "matched"))
        return fill1(s, SAY_MATCHED, owner_name(&t, of->name));
    if (slice_is(segment(of->name, 0), "bant") && !slice_is(last, "yes"))
        return slice_is(last, "passed") ? fill1(s, SAY_PASSED, owner_name(&t, of->name)) : spoken(s, &of->label);
    return say_slot(&t, of);
}

static struct slice speak_text(const struct telling *t, const struct slot *slot, struct slice text)
{
    return text.len ? say_word(t, slot->name, text) : SLICE("\"\"");
}

static struct slice speak_value(const struct telling *t, const struct slot *slot, const struct value *v)
{
    const struct speaker *s = t->s;
    switch (v->kind) {
    case VALUE_BOOL: return phrase(s, v->boolean ? SAY_YES : SAY_NO);
    case VALUE_INT: return spoken_whole(s, v->integer);
    case VALUE_DECIMAL: return spoken_number(s, v->integer);
    case VALUE_STRING: return speak_text(t, slot, v->text);
    case VALUE_LIST: {
        struct slice *items = ARENA_ARRAY(s->arena, struct slice, v->list.count);
        for (size_t i = 0; i < v->list.count; i++) items[i] = speak_value(t, slot, &v->list.at[i]);
        return v->list.count ? spoken_list(s, items, v->list.count, SAY_LIST_AND) : SLICE("[]");
    }
    case VALUE_MAP: {
        struct slice *items = ARENA_ARRAY(s->arena, struct slice, v->map->count);
        for (uint32_t i = 0; i < v->map->count; i++) {
            struct slice name = speak_value(t, slot, &v->map->entries[i].key);
            struct slice held = speak_value(t, slot, &v->map->entries[i].value);
            items[i] = arena_printf(s->arena, "%.*s: %.*s", SLICE_ARG(name), SLICE_ARG(held));
        }
        return v->map->count ? spoken_list(s, items, v->map->count, SAY_LIST_AND) : SLICE("{}");
    }
    default: return SLICE("?");
    }
}

struct slice speak_cell(const struct speaker *s, enum subject_kind kind, uint32_t slot, struct cell c)
{
    const struct telling t = {s, kind, NONE, SLICE("")};
    const struct slot *of = &s->definition->kinds[kind].slots[slot];
    const struct dictionary *d = s->definition->dictionary;
    struct slice amount;
    switch ((enum cell_kind)c.kind) {
    case CELL_BOOL: return phrase(s, c.number ? SAY_YES : SAY_NO);
    case CELL_INT: return spoken_whole(s, c.number);
    case CELL_DECIMAL: return spoken_number(s, c.number);
    case CELL_TEXT: return speak_text(&t, of, dictionary_text(d, (uint32_t)c.number));
    case CELL_SPAN: return spoken_duration(s, (struct duration){DURATION_EXACT, c.number});
    case CELL_MONEY:
        amount = spoken_number(s, c.number);
        return isolated(s,
                        arena_printf(s->arena, "%.*s %.*s", SLICE_ARG(amount), SLICE_ARG(dictionary_text(d, c.unit))));
    case CELL_VALUE: return speak_value(&t, of, c.value);
    case CELL_ABSENT:
    case CELL_INSTANT: break;
    }
    return SLICE("");
}

/* ---- events ---- */

struct slice speak_match(const struct speaker *s, const struct match *match)
{
    struct slice event = spoken(s, &s->definition->events[match->event].label);
    if (!match->when) return fill1(s, SAY_EVENT, event);
    struct telling t = {s, KIND_PERSON, match->event, rule_text(match->when)};
    return fill2(s, SAY_EVENT_WITH, event, speak(&t, match->when));
}

struct slice speak_matcher(const struct speaker *s, const struct matcher *matcher)
{
    struct slice *parts = ARENA_ARRAY(s->arena, struct slice, matcher->count);
    for (size_t i = 0; i < matcher->count; i++) parts[i] = speak_match(s, &matcher->alternatives[i]);
    return spoken_list(s, parts, matcher->count, SAY_OR);
}

struct slice speak_window(const struct speaker *s, struct slice text, const struct signal *signal)
{
    if (signal->match.human) text = fill1(s, SAY_HUMAN, text);
    if (signal->window.amount) text = fill2(s, SAY_WITHIN, text, spoken_duration(s, signal->window));
    if (signal->since_stage == NONE) return text;
    const struct stage *stage = &s->definition->funnels[signal->since_funnel].stages[signal->since_stage];
    return fill2(s, SAY_SINCE, text, isolated(s, stage->label.name));
}

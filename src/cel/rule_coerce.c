/* A literal takes the type of what it meets: "CFO" of a field with choices, "2026-01-05" of an instant, "30d" of a
 * span. */
#include "cel/regex.h"
#include "cel/rule_internal.h"
#include "cel/time.h"

/* The declared type of a node that is a field, NULL of any other. */
static const struct field_type *field_type_of(const struct cel_program *program, const struct cel_node *node)
{
    const struct rule_scope *scope = program->coerce_context;
    return node->kind == CEL_VARIABLE && !node->test ? &scope->fields[node->index].type : NULL;
}

static struct slice choices_hint(const struct cel_source *source, const struct field_type *type, struct slice word)
{
    struct slice near = nearest_word(word, type->choices, type->choice_count);
    if (near.len) return arena_printf(source->arena, "did you mean \"%.*s\"?", SLICE_ARG(near));
    struct buffer text;
    buffer_init(&text, 500);
    for (size_t i = 0; i < type->choice_count; i++)
        buffer_printf(&text, "%s%.*s", i ? ", " : "", SLICE_ARG(type->choices[i]));
    struct slice hint = arena_printf(source->arena, "one of %.*s", SLICE_ARG(buffer_slice(&text)));
    buffer_release(&text);
    return hint;
}

/* The choice that the word names, whatever its letters' case. */
static void to_choice(const struct cel_source *source, const struct field_type *type, struct cel_node *literal)
{
    for (size_t i = 0; i < type->choice_count; i++) {
        if (!slice_equal_fold(literal->literal.text, type->choices[i])) continue;
        literal->literal.text = type->choices[i];
        return;
    }
    cel_report(source, literal->start, choices_hint(source, type, literal->literal.text),
               "\"%.*s\" is none of the choices", SLICE_ARG(literal->literal.text));
}

static bool to_instant(struct slice text, struct value *out)
{
    struct time_text time;
    if (timestamp_parse(text, out)) return true;
    if (!time_parse(text, &time)) return false;
    int64_t seconds = floor_div(time.instant, SECOND_US);
    *out = value_timestamp(seconds, (uint32_t)(time.instant - seconds * SECOND_US) * 1000);
    return seconds >= TIMESTAMP_MIN && seconds <= TIMESTAMP_MAX;
}

/* Gives the literal the type of what it meets; that type, or the one it had. */
static const struct cel_type *meet(const struct cel_program *program, struct cel_node *literal,
                                   const struct cel_type *had, const struct cel_type *other,
                                   const struct field_type *field)
{
    if (literal->kind != CEL_LITERAL || literal->literal.kind != VALUE_STRING) return had;
    struct slice text = literal->literal.text;
    if (field && field->kind == FIELD_TEXT && field->choices && other->kind == TYPE_STRING)
        to_choice(program->source, field, literal);
    if (other->kind == TYPE_TIMESTAMP) {
        if (!to_instant(text, &literal->literal))
            cel_report(program->source, literal->start, SLICE("write it as 2026-01-05 or 2026-01-05T09:00:00Z"),
                       "\"%.*s\" is no time", SLICE_ARG(text));
        return literal->type = other;
    }
    if (other->kind == TYPE_DURATION) {
        if (!duration_parse(text, true, &literal->literal))
            cel_report(program->source, literal->start, SLICE("write it as 30d, 12h or 1h30m"),
                       "\"%.*s\" is no span of time", SLICE_ARG(text));
        return literal->type = other;
    }
    return had;
}

/* Each literal of a list that a field is looked up in. */
static void meet_list(const struct cel_program *program, struct cel_node *list, const struct cel_type **type,
                      const struct cel_type *other, const struct field_type *field)
{
    const struct cel_type *item = NULL;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct cel_type *had = list->args[i]->type, *has = meet(program, list->args[i], had, other, field);
        if (item && !cel_type_same(item, has)) return;
        item = has;
    }
    if (item && item->kind == other->kind && (*type)->kind == TYPE_LIST)
        *type = list->type = cel_type_of(program->source->arena, TYPE_LIST, item, NULL);
}

/* The currency of money(1, "USD"), empty of anything else. */
static struct slice known_currency(const struct cel_node *node)
{
    bool money = node->kind == CEL_CALL && slice_is(node->name, "money") && node->count == 2;
    return money && node->args[1]->kind == CEL_LITERAL ? node->args[1]->literal.text : SLICE("");
}

static void coerce_money(const struct cel_program *program, struct cel_node *call, const struct cel_type **types)
{
    for (int i = 0; i < 2; i++) {
        bool number = types[i]->kind == TYPE_INT || types[i]->kind == TYPE_DECIMAL;
        if (number && types[!i]->kind == TYPE_MONEY)
            cel_report(program->source, call->args[i]->start, SLICE("write money(8000000, \"USD\")"),
                       "money is compared with money, not with a number");
    }
    if (types[0]->kind != TYPE_MONEY || types[1]->kind != TYPE_MONEY) return;
    struct slice left = known_currency(call->args[0]), right = known_currency(call->args[1]);
    if (left.len && right.len && !slice_equal(left, right))
        cel_report(program->source, call->at, SLICE(""), "%.*s and %.*s do not compare", SLICE_ARG(left),
                   SLICE_ARG(right));
    const char *name = slice_is(call->name, "==") ? "money.equal" : slice_is(call->name, "!=") ? "money.unequal" : NULL;
    if (name) call->function = cel_library_find(program->env->library, slice_from(name));
}

static bool is_comparison(struct slice name)
{
    static const char *const names[] = {"==", "!=", "<", "<=", ">", ">="};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_is(name, names[i])) return true;
    return false;
}

static void check_pattern(const struct cel_program *program, const struct cel_node *pattern)
{
    char why[128];
    if (pattern->kind == CEL_LITERAL && pattern->literal.kind == VALUE_STRING &&
        !cel_regex_valid(pattern->literal.text, why))
        cel_report(program->source, pattern->start, SLICE(""), "a wrong regular expression: %s", why);
}

void rule_coerce(const struct cel_program *program, struct cel_node *call, const struct cel_type **types)
{
    if (call->count != 2) return;
    struct cel_node *left = call->args[0], *right = call->args[1];
    if (slice_is(call->name, "matches")) {
        check_pattern(program, right);
    } else if (is_comparison(call->name)) {
        types[0] = meet(program, left, types[0], types[1], field_type_of(program, right));
        types[1] = meet(program, right, types[1], types[0], field_type_of(program, left));
        coerce_money(program, call, types);
    } else if (slice_is(call->name, "in") && right->kind == CEL_LIST) {
        meet_list(program, right, &types[1], types[0], field_type_of(program, left));
    } else if (slice_is(call->name, "in") && types[1]->kind == TYPE_LIST) {
        types[0] = meet(program, left, types[0], types[1]->of[0], NULL);
    } else if (slice_is(call->name, "+") || slice_is(call->name, "-")) {
        if (types[0]->kind == TYPE_TIMESTAMP && right->kind == CEL_LITERAL)
            types[1] = meet(program, right, types[1], cel_type_plain(TYPE_DURATION), NULL);
    }
}

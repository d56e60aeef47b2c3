/* Recursive descent, one function per level of precedence, weakest first:
 * ?:   ||   &&   relations and `in`   + -   * / %   ! -   members */
#include "cel/lex.h"

struct parser {
    const struct cel_source *source;
    struct cel_token token;
    int nesting; /* of brackets and prefixes: what the C stack pays for */
};

typedef VECTOR(struct cel_node *) node_list;

static struct cel_node *parse_expression(struct parser *p);

static void advance(struct parser *p)
{
    p->token = cel_lex(p->source, p->token.end);
}

static bool at_symbol(const struct parser *p, const char *symbol)
{
    return p->token.kind == TOKEN_SYMBOL && slice_is(p->token.text, symbol);
}

static bool take(struct parser *p, const char *symbol)
{
    if (!at_symbol(p, symbol)) return false;
    advance(p);
    return true;
}

/* What other languages, and people, write for the operators of this one. */
static struct slice operator_meant(struct slice found)
{
    static const struct {
        struct slice word, hint;
    } words[] = {{SLICE("and"), SLICE("\"and\" is written &&")},
                 {SLICE("or"), SLICE("\"or\" is written ||")},
                 {SLICE("not"), SLICE("\"not\" is written !")},
                 {SLICE("is"), SLICE("equality is ==")}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_equal_fold(found, words[i].word)) return words[i].hint;
    return SLICE("");
}

static void *complain(struct parser *p, const char *wanted)
{
    const struct cel_source *source = p->source;
    if (p->token.kind == TOKEN_BAD) return NULL; /* reported by the lexer */
    if (p->token.kind == TOKEN_END) {
        cel_report(source, p->token.start, SLICE(""), "expected %s, found the end", wanted);
        return NULL;
    }
    struct slice found = slice_of(source->text.ptr + p->token.start, p->token.end - p->token.start);
    if (found.len > 40) found.len = 40;
    cel_report(source, p->token.start, operator_meant(found), "expected %s, found '%.*s'", wanted, SLICE_ARG(found));
    return NULL;
}

static bool expect(struct parser *p, const char *symbol)
{
    if (take(p, symbol)) return true;
    char wanted[8] = {'\''};
    size_t n = strlen(symbol);
    memcpy(wanted + 1, symbol, n);
    wanted[n + 1] = '\'';
    complain(p, wanted);
    return false;
}

static struct cel_node *finish_list(struct parser *p, struct cel_node *node, node_list *args, bool good)
{
    struct cel_node *result = good ? cel_node_fill(p->source, node, args->at, args->count) : NULL;
    vector_release(args);
    return result;
}

/* What stands between the brackets of a list or map, and which of it began with a question mark. */
struct item_list {
    node_list nodes;
    VECTOR(bool) marks;
    bool any_marked;
};

static void begin_item(struct parser *p, struct item_list *items)
{
    bool marked = take(p, "?");
    vector_push(&items->marks, marked);
    items->any_marked |= marked;
}

static struct cel_node *finish_items(struct parser *p, struct cel_node *node, struct item_list *items, bool good)
{
    if (items->any_marked) {
        bool *marks = ARENA_ARRAY(p->source->arena, bool, items->marks.count);
        memcpy(marks, items->marks.at, items->marks.count);
        node->marked = marks;
    }
    vector_release(&items->marks);
    return finish_list(p, node, &items->nodes, good);
}

static struct cel_node *parse_list(struct parser *p)
{
    struct cel_node *node = cel_node_new(p->source, CEL_LIST, p->token.start, 0);
    struct item_list items = {0};
    advance(p);
    bool good = true;
    while (good && !at_symbol(p, "]")) {
        begin_item(p, &items);
        struct cel_node *item = parse_expression(p);
        good = item != NULL;
        if (good) vector_push(&items.nodes, item);
        if (!good || !take(p, ",")) break;
    }
    node->end = p->token.end;
    return finish_items(p, node, &items, good && expect(p, "]"));
}

static struct cel_node *parse_map(struct parser *p)
{
    struct cel_node *node = cel_node_new(p->source, CEL_MAP, p->token.start, 0);
    struct item_list items = {0};
    advance(p);
    bool good = true;
    while (good && !at_symbol(p, "}")) {
        begin_item(p, &items);
        struct cel_node *key = parse_expression(p);
        struct cel_node *value = key && expect(p, ":") ? parse_expression(p) : NULL;
        good = value != NULL;
        if (good) vector_push(&items.nodes, key);
        if (good) vector_push(&items.nodes, value);
        if (!good || !take(p, ",")) break;
    }
    node->end = p->token.end;
    return finish_items(p, node, &items, good && expect(p, "}"));
}

static struct cel_node *parse_call(struct parser *p, struct cel_node *receiver, struct slice name, uint32_t start,
                                   uint32_t at)
{
    struct cel_node *node = cel_node_new(p->source, CEL_CALL, start, 0);
    node_list args = {0};
    node->name = name;
    node->at = at;
    node->member = receiver != NULL;
    if (receiver) vector_push(&args, receiver);
    advance(p);
    size_t before = args.count;
    bool good = true;
    while (good && !at_symbol(p, ")")) {
        if (args.count > before && !(good = expect(p, ","))) break;
        struct cel_node *arg = parse_expression(p);
        good = arg != NULL;
        if (good) vector_push(&args, arg);
    }
    node->end = p->token.end;
    if (good) advance(p);
    node = finish_list(p, node, &args, good);
    return node ? cel_expand(p->source, node) : NULL;
}

static struct cel_node *parse_name(struct parser *p)
{
    struct cel_token name = p->token;
    uint32_t start = name.start;
    bool absolute = take(p, ".");
    if (absolute) name = p->token;
    if (name.kind == TOKEN_RESERVED) {
        cel_report(p->source, name.start, SLICE("choose another name"), "'%.*s' is a reserved word",
                   SLICE_ARG(name.text));
        return NULL;
    }
    if (name.kind != TOKEN_NAME || slice_is(name.text, "in")) return complain(p, "a value");
    advance(p);
    if (at_symbol(p, "(")) {
        struct cel_node *call = parse_call(p, NULL, name.text, start, name.start);
        if (call && call->kind == CEL_CALL) call->absolute = absolute;
        return call;
    }
    struct cel_node *node = cel_node_new(p->source, CEL_NAME, start, name.end);
    node->name = name.text;
    node->absolute = absolute;
    return node;
}

static struct cel_node *literal_node(struct parser *p, uint32_t start, uint32_t end, struct value value)
{
    struct cel_node *node = cel_node_new(p->source, CEL_LITERAL, start, end);
    node->literal = value;
    return node;
}

static struct cel_node *parse_number(struct parser *p, uint32_t start, bool negative)
{
    struct cel_token token = p->token;
    struct value value;
    if (!cel_lex_number(p->source, &token, negative, &value)) return NULL;
    advance(p);
    return literal_node(p, start, token.end, value);
}

static struct cel_node *parse_constant(struct parser *p)
{
    static const struct {
        const char *word;
        uint32_t kind;
        bool truth;
    } words[] = {{"true", VALUE_BOOL, true}, {"false", VALUE_BOOL, false}, {"null", VALUE_NULL, false}};
    struct cel_token token = p->token;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (token.kind != TOKEN_NAME || !slice_is(token.text, words[i].word)) continue;
        advance(p);
        struct value value = words[i].kind == VALUE_BOOL ? value_bool(words[i].truth) : value_null();
        return literal_node(p, token.start, token.end, value);
    }
    return parse_name(p);
}

static struct cel_node *parse_group(struct parser *p)
{
    uint32_t start = p->token.start;
    advance(p);
    struct cel_node *inner = parse_expression(p);
    uint32_t end = p->token.end;
    if (!inner || !expect(p, ")")) return NULL;
    inner->start = start;
    inner->end = end;
    return inner;
}

static struct cel_node *parse_primary(struct parser *p)
{
    struct cel_token token = p->token;
    if (token.kind == TOKEN_NUMBER) return parse_number(p, token.start, false);
    if (token.kind == TOKEN_LITERAL) {
        advance(p);
        return literal_node(p, token.start, token.end, token.value);
    }
    if (at_symbol(p, "(")) return parse_group(p);
    if (at_symbol(p, "[")) return parse_list(p);
    if (at_symbol(p, "{")) return parse_map(p);
    return parse_constant(p);
}

static struct cel_node *parse_field(struct parser *p, struct cel_node *target)
{
    uint32_t dot = p->token.start;
    advance(p);
    bool optional = take(p, "?");
    struct cel_token name = p->token;
    bool word = name.kind == TOKEN_NAME && !slice_is(name.text, "in") && !slice_is(name.text, "true") &&
                !slice_is(name.text, "false") && !slice_is(name.text, "null");
    if (!word && name.kind != TOKEN_RESERVED && name.kind != TOKEN_QUOTED) return complain(p, "a field's name");
    advance(p);
    if (at_symbol(p, "(") && !optional && name.kind != TOKEN_QUOTED)
        return parse_call(p, target, name.text, target->start, name.start);
    struct cel_node *node = cel_node_new(p->source, CEL_SELECT, target->start, name.end);
    node->name = name.text;
    node->at = dot;
    node->optional = optional;
    return cel_node_fill(p->source, node, &target, 1);
}

static struct cel_node *parse_index(struct parser *p, struct cel_node *target)
{
    struct cel_node *node = cel_node_new(p->source, CEL_INDEX, target->start, 0);
    node->at = p->token.start;
    advance(p);
    node->optional = take(p, "?");
    struct cel_node *args[2] = {target, parse_expression(p)};
    node->end = p->token.end;
    if (!args[1] || !expect(p, "]")) return NULL;
    return cel_node_fill(p->source, node, args, 2);
}

static struct cel_node *parse_members(struct parser *p, struct cel_node *node)
{
    while (node) {
        if (at_symbol(p, "."))
            node = parse_field(p, node);
        else if (at_symbol(p, "["))
            node = parse_index(p, node);
        else
            break;
    }
    return node;
}

static struct cel_node *apply_prefix(struct parser *p, const char *operator, uint32_t start, struct cel_node *arg)
{
    struct cel_node *node = cel_node_new(p->source, CEL_CALL, start, arg->end);
    node->name = slice_from(operator);
    return cel_node_fill(p->source, node, &arg, 1);
}

/* An even number of equal prefixes does nothing, an odd one is one; a minus before digits belongs to the number. */
static struct cel_node *parse_unary(struct parser *p)
{
    const char *operator= at_symbol(p, "!") ? "!" : "-";
    uint32_t start = p->token.start, last = start;
    size_t count = 0;
    for (; at_symbol(p, operator); count++) {
        last = p->token.start;
        advance(p);
    }
    struct cel_node *node;
    if (count && *operator== '-' && p->token.kind == TOKEN_NUMBER) {
        node = parse_members(p, parse_number(p, last, true));
        count--;
    } else {
        node = parse_members(p, parse_primary(p));
    }
    if (!node || count == 0) return node;
    if (count % 2) return apply_prefix(p, operator, start, node);
    node = apply_prefix(p, operator, start, node);
    return node ? apply_prefix(p, operator, start, node) : NULL;
}

/* Operators of equal precedence, left to right. */
static const char *const levels[][8] = {
    {"<", "<=", ">", ">=", "==", "!=", "in"},
    {"+", "-"},
    {"*", "/", "%"},
};
enum { LEVELS = 3 };

static const char *operator_at(const struct parser *p, int level)
{
    for (int i = 0; levels[level][i]; i++) {
        bool word = slice_is(p->token.text, levels[level][i]);
        if (word && (p->token.kind == TOKEN_SYMBOL || p->token.kind == TOKEN_NAME)) return levels[level][i];
    }
    return NULL;
}

static struct cel_node *parse_binary(struct parser *p, int level)
{
    if (level == LEVELS) return parse_unary(p);
    struct cel_node *left = parse_binary(p, level + 1);
    const char *operator;
    while (left && (operator= operator_at(p, level))) {
        uint32_t at = p->token.start;
        advance(p);
        struct cel_node *args[2] = {left, parse_binary(p, level + 1)};
        if (!args[1]) return NULL;
        struct cel_node *node = cel_node_new(p->source, CEL_CALL, left->start, args[1]->end);
        node->name = slice_from(operator);
        node->at = at;
        left = cel_node_fill(p->source, node, args, 2);
    }
    return left;
}

/* a && b && c is one node of three, so that long chains stay shallow. */
static struct cel_node *parse_logic(struct parser *p, bool either)
{
    struct cel_node *first = either ? parse_logic(p, false) : parse_binary(p, 0);
    if (!first || !at_symbol(p, either ? "||" : "&&")) return first;
    struct cel_node *node = cel_node_new(p->source, either ? CEL_OR : CEL_AND, first->start, 0);
    node->at = p->token.start;
    node_list args = {0};
    vector_push(&args, first);
    bool good = true;
    while (good && take(p, either ? "||" : "&&")) {
        struct cel_node *arg = either ? parse_logic(p, false) : parse_binary(p, 0);
        good = arg != NULL;
        if (good) vector_push(&args, arg);
        if (good) node->end = arg->end;
    }
    return finish_list(p, node, &args, good);
}

static struct cel_node *parse_condition(struct parser *p)
{
    struct cel_node *args[3] = {parse_logic(p, true)};
    if (!args[0] || !at_symbol(p, "?")) return args[0];
    struct cel_node *node = cel_node_new(p->source, CEL_CONDITION, args[0]->start, 0);
    node->at = p->token.start;
    advance(p);
    args[1] = parse_logic(p, true);
    if (!args[1] || !expect(p, ":")) return NULL;
    args[2] = parse_expression(p);
    if (!args[2]) return NULL;
    node->end = args[2]->end;
    return cel_node_fill(p->source, node, args, 3);
}

static struct cel_node *parse_expression(struct parser *p)
{
    if (++p->nesting > CEL_DEPTH_MAX) {
        cel_report(p->source, p->token.start, SLICE("split the expression"), "nested deeper than %d", CEL_DEPTH_MAX);
        return NULL;
    }
    struct cel_node *node = parse_condition(p);
    p->nesting--;
    return node;
}

struct cel_node *cel_parse(const struct cel_source *source)
{
    if (source->text.len > CEL_TEXT_MAX) {
        cel_report(source, 0, SLICE(""), "an expression of %zu bytes, more than %d", source->text.len, CEL_TEXT_MAX);
        return NULL;
    }
    if (!slice_is_utf8(source->text)) {
        cel_report(source, 0, SLICE(""), "the expression is not valid UTF-8");
        return NULL;
    }
    struct parser p = {.source = source};
    advance(&p);
    struct cel_node *node = parse_expression(&p);
    if (node && p.token.kind != TOKEN_END) node = complain(&p, "an operator or the end");
    return node;
}

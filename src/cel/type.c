#include "cel/type.h"

static const struct {
    const char *name;
    int arity;
    uint32_t values;
} kinds[TYPE_KINDS] = {
    [TYPE_DYN] = {"dyn", 0, ~0u},
    [TYPE_NULL] = {"null_type", 0, 1u << VALUE_NULL},
    [TYPE_BOOL] = {"bool", 0, 1u << VALUE_BOOL},
    [TYPE_INT] = {"int", 0, 1u << VALUE_INT},
    [TYPE_UINT] = {"uint", 0, 1u << VALUE_UINT},
    [TYPE_DOUBLE] = {"double", 0, 1u << VALUE_DOUBLE},
    [TYPE_STRING] = {"string", 0, 1u << VALUE_STRING},
    [TYPE_BYTES] = {"bytes", 0, 1u << VALUE_BYTES},
    [TYPE_TIMESTAMP] = {"google.protobuf.Timestamp", 0, 1u << VALUE_TIMESTAMP},
    [TYPE_DURATION] = {"google.protobuf.Duration", 0, 1u << VALUE_DURATION},
    [TYPE_IP] = {"net.IP", 0, 1u << VALUE_IP},
    [TYPE_CIDR] = {"net.CIDR", 0, 1u << VALUE_CIDR},
    [TYPE_DECIMAL] = {"decimal", 0, 1u << VALUE_DECIMAL},
    [TYPE_MONEY] = {"money", 0, 1u << VALUE_MONEY},
    [TYPE_TYPE] = {"type", 1, 1u << VALUE_TYPE},
    [TYPE_LIST] = {"list", 1, 1u << VALUE_LIST},
    [TYPE_MAP] = {"map", 2, 1u << VALUE_MAP},
    [TYPE_OPTIONAL] = {"optional_type", 1, 1u << VALUE_OPTIONAL},
    [TYPE_PARAM] = {"", 0, ~0u},
};

static const struct cel_type plain[TYPE_KINDS] = {
    [TYPE_DYN] = {.kind = TYPE_DYN},
    [TYPE_NULL] = {.kind = TYPE_NULL},
    [TYPE_BOOL] = {.kind = TYPE_BOOL},
    [TYPE_INT] = {.kind = TYPE_INT},
    [TYPE_UINT] = {.kind = TYPE_UINT},
    [TYPE_DOUBLE] = {.kind = TYPE_DOUBLE},
    [TYPE_STRING] = {.kind = TYPE_STRING},
    [TYPE_BYTES] = {.kind = TYPE_BYTES},
    [TYPE_TIMESTAMP] = {.kind = TYPE_TIMESTAMP},
    [TYPE_DURATION] = {.kind = TYPE_DURATION},
    [TYPE_IP] = {.kind = TYPE_IP},
    [TYPE_CIDR] = {.kind = TYPE_CIDR},
    [TYPE_DECIMAL] = {.kind = TYPE_DECIMAL},
    [TYPE_MONEY] = {.kind = TYPE_MONEY},
    [TYPE_TYPE] = {.kind = TYPE_TYPE, .of = {&plain[TYPE_DYN]}},
    [TYPE_LIST] = {.kind = TYPE_LIST, .of = {&plain[TYPE_DYN]}},
    [TYPE_MAP] = {.kind = TYPE_MAP, .of = {&plain[TYPE_DYN], &plain[TYPE_DYN]}},
    [TYPE_OPTIONAL] = {.kind = TYPE_OPTIONAL, .of = {&plain[TYPE_DYN]}},
};

const struct cel_type *cel_type_plain(enum cel_type_kind kind)
{
    return &plain[kind];
}

const struct cel_type *cel_type_of(struct arena *arena, enum cel_type_kind kind, const struct cel_type *first,
                                   const struct cel_type *second)
{
    struct cel_type *type = ARENA_NEW(arena, struct cel_type);
    *type = (struct cel_type){.kind = kind, .of = {first, second}};
    return type;
}

static const struct cel_type *param_type(struct arena *arena, uint32_t param)
{
    struct cel_type *type = ARENA_NEW(arena, struct cel_type);
    *type = (struct cel_type){.kind = TYPE_PARAM, .param = param};
    return type;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

static void skip_space(struct slice *rest)
{
    while (rest->len && (*rest->ptr == ' ' || *rest->ptr == '\t')) *rest = slice_skip(*rest, 1);
}

static bool take_char(struct slice *rest, char c)
{
    skip_space(rest);
    if (!rest->len || *rest->ptr != c) return false;
    *rest = slice_skip(*rest, 1);
    return true;
}

static const struct cel_type *parse_type(struct arena *arena, struct slice *rest, int depth);

static const struct cel_type *parse_arguments(struct arena *arena, struct slice *rest, enum cel_type_kind kind,
                                              int depth)
{
    const struct cel_type *of[2] = {&plain[TYPE_DYN], kinds[kind].arity == 2 ? &plain[TYPE_DYN] : NULL};
    if (!take_char(rest, '(')) return kinds[kind].arity ? cel_type_of(arena, kind, of[0], of[1]) : &plain[kind];
    for (int i = 0; i < kinds[kind].arity; i++) {
        if (i && !take_char(rest, ',')) return NULL;
        of[i] = parse_type(arena, rest, depth + 1);
        if (!of[i]) return NULL;
    }
    return kinds[kind].arity && take_char(rest, ')') ? cel_type_of(arena, kind, of[0], of[1]) : NULL;
}

static const struct cel_type *parse_type(struct arena *arena, struct slice *rest, int depth)
{
    skip_space(rest);
    struct slice name = {rest->ptr, 0};
    while (name.len < rest->len && is_name_char(rest->ptr[name.len])) name.len++;
    *rest = slice_skip(*rest, name.len);
    if (depth > 32 || name.len == 0) return NULL;
    if (name.len == 1 && name.ptr[0] >= 'A' && name.ptr[0] <= 'Z')
        return param_type(arena, (uint32_t)(name.ptr[0] - 'A'));
    for (int kind = 0; kind < TYPE_PARAM; kind++)
        if (slice_is(name, kinds[kind].name)) return parse_arguments(arena, rest, (enum cel_type_kind)kind, depth);
    return NULL;
}

const struct cel_type *cel_type_parse(struct arena *arena, struct slice text)
{
    const struct cel_type *type = parse_type(arena, &text, 0);
    skip_space(&text);
    return text.len ? NULL : type;
}

void cel_type_print(struct buffer *out, const struct cel_type *type)
{
    if (type->kind == TYPE_PARAM) {
        buffer_char(out, (char)('A' + type->param % 26));
        return;
    }
    buffer_text(out, kinds[type->kind].name);
    bool bare = type->kind == TYPE_TYPE && type->of[0]->kind == TYPE_DYN;
    if (!kinds[type->kind].arity || bare) return;
    for (int i = 0; i < kinds[type->kind].arity; i++) {
        buffer_text(out, i ? ", " : "(");
        cel_type_print(out, type->of[i]);
    }
    buffer_char(out, ')');
}

struct slice cel_type_text(struct arena *arena, const struct cel_type *type)
{
    struct buffer out;
    buffer_init(&out, 4096);
    cel_type_print(&out, type);
    struct slice text = arena_slice(arena, buffer_slice(&out));
    buffer_release(&out);
    return text;
}

uint32_t cel_type_value_kinds(const struct cel_type *type)
{
    return kinds[type->kind].values & ~(1u << VALUE_ERROR | 1u << VALUE_ABSENT);
}

bool cel_type_same(const struct cel_type *a, const struct cel_type *b)
{
    if (a == b) return true;
    if (a->kind != b->kind || (a->kind == TYPE_PARAM && a->param != b->param)) return false;
    for (int i = 0; i < kinds[a->kind].arity; i++)
        if (!cel_type_same(a->of[i], b->of[i])) return false;
    return true;
}

static void remember(struct cel_unifier *u, uint32_t param)
{
    if (u->trail_count == u->trail_capacity) {
        uint32_t capacity = u->trail_capacity ? u->trail_capacity * 2 : 16;
        struct cel_binding *trail = ARENA_ARRAY(u->arena, struct cel_binding, capacity);
        if (u->trail_count) memcpy(trail, u->trail, u->trail_count * sizeof *trail);
        u->trail = trail;
        u->trail_capacity = capacity;
    }
    u->trail[u->trail_count++] = (struct cel_binding){param, u->bound[param]};
}

static void bind_param(struct cel_unifier *u, uint32_t param, const struct cel_type *type)
{
    if (param >= u->capacity) {
        uint32_t capacity = u->capacity ? u->capacity * 2 : 16;
        while (capacity <= param) capacity *= 2;
        const struct cel_type **bound = ARENA_ARRAY(u->arena, const struct cel_type *, capacity);
        if (u->count) memcpy(bound, u->bound, u->count * sizeof *bound);
        u->bound = bound;
        u->capacity = capacity;
    }
    if (param >= u->count) u->count = param + 1;
    remember(u, param);
    u->bound[param] = type;
}

const struct cel_type *cel_unifier_fresh(struct cel_unifier *u)
{
    const struct cel_type *type = param_type(u->arena, u->count);
    bind_param(u, type->param, NULL);
    return type;
}

const struct cel_type *cel_unifier_instance(struct cel_unifier *u, const struct cel_type *type, uint32_t base)
{
    if (type->kind == TYPE_PARAM) {
        uint32_t param = base + type->param;
        while (u->count <= param) bind_param(u, u->count, NULL);
        return param_type(u->arena, param);
    }
    if (!kinds[type->kind].arity) return type;
    const struct cel_type *second = kinds[type->kind].arity == 2 ? cel_unifier_instance(u, type->of[1], base) : NULL;
    return cel_type_of(u->arena, type->kind, cel_unifier_instance(u, type->of[0], base), second);
}

/* A parameter bound to a parameter stands for that one. */
static const struct cel_type *resolved(const struct cel_unifier *u, const struct cel_type *type)
{
    while (type->kind == TYPE_PARAM && type->param < u->count && u->bound[type->param]) type = u->bound[type->param];
    return type;
}

static bool occurs_in(const struct cel_unifier *u, uint32_t param, const struct cel_type *type)
{
    type = resolved(u, type);
    if (type->kind == TYPE_PARAM) return type->param == param;
    for (int i = 0; i < kinds[type->kind].arity; i++)
        if (occurs_in(u, param, type->of[i])) return true;
    return false;
}

static bool takes_null(const struct cel_type *type)
{
    return type->kind == TYPE_NULL || type->kind == TYPE_TIMESTAMP || type->kind == TYPE_DURATION ||
           type->kind == TYPE_OPTIONAL || type->kind == TYPE_IP || type->kind == TYPE_CIDR;
}

/* Is a at least as general as b: dyn above all, parameter by parameter? */
static bool is_more_general(const struct cel_unifier *u, const struct cel_type *a, const struct cel_type *b)
{
    a = resolved(u, a);
    b = resolved(u, b);
    if (a->kind == TYPE_DYN || a->kind == TYPE_PARAM) return true;
    if (b->kind == TYPE_DYN || b->kind == TYPE_PARAM) return false;
    if (a->kind != b->kind) return b->kind == TYPE_NULL && takes_null(a);
    if (a->kind == TYPE_TYPE) return true;
    for (int i = 0; i < kinds[a->kind].arity; i++)
        if (!is_more_general(u, a->of[i], b->of[i])) return false;
    return true;
}

static const struct cel_type *more_general(const struct cel_unifier *u, const struct cel_type *a,
                                           const struct cel_type *b)
{
    return is_more_general(u, a, b) ? a : b;
}

static bool unify(struct cel_unifier *u, const struct cel_type *from, const struct cel_type *to);

/* Binds `param` to `type`; where it is bound already, to the more general of the two if they agree. */
static bool unify_param(struct cel_unifier *u, const struct cel_type *param, const struct cel_type *type)
{
    const struct cel_type *last = param;
    while (u->bound[last->param] && u->bound[last->param]->kind == TYPE_PARAM) last = u->bound[last->param];
    const struct cel_type *known = u->bound[last->param];
    if (!known) {
        if (resolved(u, type) == last || cel_type_same(resolved(u, type), last)) return true;
        if (occurs_in(u, last->param, type)) return false;
        bind_param(u, last->param, type);
        return true;
    }
    if (!unify(u, type, known)) return false;
    const struct cel_type *general = more_general(u, type, known);
    if (!occurs_in(u, last->param, general)) bind_param(u, last->param, general);
    return true;
}

static bool unify(struct cel_unifier *u, const struct cel_type *from, const struct cel_type *to)
{
    if (to->kind == TYPE_PARAM) return unify_param(u, to, from);
    if (from->kind == TYPE_PARAM) return unify_param(u, from, to);
    if (from->kind == TYPE_DYN || to->kind == TYPE_DYN) return true;
    if (from->kind == TYPE_NULL) return takes_null(to);
    if (to->kind == TYPE_NULL) return takes_null(from);
    if (from->kind != to->kind) return false;
    if (from->kind == TYPE_TYPE) return true;
    for (int i = 0; i < kinds[from->kind].arity; i++)
        if (!unify(u, from->of[i], to->of[i])) return false;
    return true;
}

bool cel_unify_all(struct cel_unifier *u, const struct cel_type *const *from, const struct cel_type *const *to,
                   size_t n)
{
    bool all = true;
    u->trail_count = 0;
    for (size_t i = 0; i < n && all; i++) all = unify(u, from[i], to[i]);
    while (!all && u->trail_count) {
        struct cel_binding old = u->trail[--u->trail_count];
        u->bound[old.param] = old.type;
    }
    return all;
}

bool cel_unify(struct cel_unifier *u, const struct cel_type *from, const struct cel_type *to)
{
    return cel_unify_all(u, &from, &to, 1);
}

const struct cel_type *cel_type_join(struct cel_unifier *u, const struct cel_type *a, const struct cel_type *b)
{
    if (cel_unify(u, a, b)) return more_general(u, a, b);
    return &plain[TYPE_DYN];
}

const struct cel_type *cel_type_filled(struct cel_unifier *u, const struct cel_type *type, bool final)
{
    type = resolved(u, type);
    if (type->kind == TYPE_PARAM) return final ? &plain[TYPE_DYN] : type;
    if (!kinds[type->kind].arity) return type;
    const struct cel_type *second = kinds[type->kind].arity == 2 ? cel_type_filled(u, type->of[1], final) : NULL;
    return cel_type_of(u->arena, type->kind, cel_type_filled(u, type->of[0], final), second);
}

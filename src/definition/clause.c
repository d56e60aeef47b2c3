/* Clauses: all, any, not, at_least … of, and the leaves they stand on. */
#include "definition/loader.h"

static const char *const branch_keys[] = {"all", "any", "not", "at_least"};
static const char *const leaf_keys[] = {"did", "quiet", "when"};
static const struct slice clause_words =
    SLICE("all any not at_least of did quiet when for times within since distinct human where he en");

static const struct clause *read_bare(struct loader *l, struct clause_context context, const struct yaml_node *node,
                                      struct label label);

/* A member of a list, or a whole clause: `name: clause` gives the clause its label. */
static const struct clause *read_member(struct loader *l, struct clause_context context, const struct yaml_node *node)
{
    bool named =
        node->kind == YAML_MAP && node->count == 1 && !slice_is_among(node->pairs[0].key->text, clause_words, ' ');
    if (!named) return read_bare(l, context, node, read_label(l, SLICE(""), node));
    const struct yaml_node *key = node->pairs[0].key, *value = node->pairs[0].value;
    check_name(l, key, "a clause", false);
    return read_bare(l, context, value, read_label(l, key->text, value));
}

static size_t read_members(struct loader *l, struct clause_context context, const struct yaml_node *list,
                           const struct clause **out)
{
    struct clause *members = ARENA_ARRAY(l->arena, struct clause, list->count);
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct clause *member = read_member(l, context, list->items[i]);
        if (member) members[count++] = *member;
    }
    *out = members;
    return count;
}

static bool read_branch(struct loader *l, struct clause_context context, const struct yaml_node *node, const char *key,
                        struct clause *out)
{
    const struct yaml_node *value = yaml_get(node, key), *list = value;
    if (!strcmp(key, "not")) {
        const struct clause *inner = read_member(l, context, value);
        out->kind = CLAUSE_NOT;
        out->members = inner;
        out->count = 1;
        return inner != NULL;
    }
    out->kind = !strcmp(key, "all") ? CLAUSE_ALL : !strcmp(key, "any") ? CLAUSE_ANY : CLAUSE_AT_LEAST;
    if (out->kind == CLAUSE_AT_LEAST) {
        list = yaml_get(node, "of");
        if (!read_int(l, value, "at_least", 1, 1000, &out->need)) return false;
        if (!list) complain(l, value, SLICE("at_least: 2 with of: [a, b, c]"), "at_least needs the list of: what");
    } else if (yaml_get(node, "of")) {
        complain(l, yaml_get(node, "of"), SLICE(""), "of: goes with at_least:");
    }
    if (!list || !expect_list(l, list, key)) return false;
    if (!list->count) complain(l, list, SLICE("name at least one condition"), "`%s` of nothing", key);
    out->count = read_members(l, context, list, &out->members);
    if (out->kind == CLAUSE_AT_LEAST && out->need > (int64_t)list->count)
        complain(l, value, SLICE(""), "at least %lld of %zu can never hold", (long long)out->need, list->count);
    return out->count == list->count && list->count;
}

/* did: … times, within, since, distinct */
static bool read_did(struct loader *l, struct clause_context context, const struct yaml_node *node, struct clause *out)
{
    struct signal signal = {.place = out->place, .of = NONE, .since_funnel = NONE, .since_stage = NONE};
    const struct yaml_node *times = yaml_get(node, "times"), *distinct = yaml_get(node, "distinct");
    struct field_type type;
    struct slice name;
    bool good = read_matcher(l, context, yaml_get(node, "did"), node, &signal.match);
    out->kind = CLAUSE_COUNT;
    out->need = 1;
    if (times) good = read_int(l, times, "times", 1, 1000000, &out->need) && good;
    good = read_window(l, context, node, &signal) && good;
    if (distinct) {
        signal.reduce = REDUCE_DISTINCT;
        if (!good || !read_text(l, distinct, "distinct", &name)) return false;
        signal.of = matcher_path(l, &signal.match, distinct, name, &type);
        good = signal.of != NONE;
        if (good && (type.kind == FIELD_LIST || type.kind == FIELD_MAP)) {
            complain(l, distinct, SLICE("a property with single values"), "lists and maps cannot be counted apart");
            good = false;
        }
    }
    signal.enough = out->need;
    signal.credit = credit_of(l, context, &signal.match);
    if (good) out->slot = signal_shared(l, context.kind, signal, (struct field_type){.kind = FIELD_INT});
    return good;
}

/* `any`: every touch of a person; for the other kinds everything but decisions. */
static void match_any(struct loader *l, enum subject_kind kind, struct matcher *out)
{
    struct match *matches = ARENA_ARRAY(l->arena, struct match, l->events.count);
    size_t count = 0;
    for (uint32_t i = EVENT_GROUP + 1; i < l->events.count; i++) {
        const struct event_type *event = &l->events.at[i].type;
        bool counts = kind == KIND_PERSON ? event->touch : !event->decision;
        if (event->of == kind && counts) matches[count++] = (struct match){.event = i};
    }
    *out = (struct matcher){.alternatives = matches, .count = count};
}

static bool read_quiet(struct loader *l, struct clause_context context, const struct yaml_node *node,
                       struct clause *out)
{
    struct signal signal = {
        .reduce = REDUCE_LAST_AT, .place = out->place, .of = NONE, .since_funnel = NONE, .since_stage = NONE};
    const struct yaml_node *quiet = yaml_get(node, "quiet"), *span = yaml_get(node, "for"),
                           *human = yaml_get(node, "human");
    bool good = true;
    out->kind = CLAUSE_QUIET;
    if (node_is(quiet, "any")) {
        match_any(l, context.kind, &signal.match);
        if (human) good = read_bool(l, human, "human", &signal.match.human);
        if (!signal.match.count)
            complain(l, quiet, SLICE("declare under events: what a subject may do"),
                     "there is no event to be quiet about");
        good = good && signal.match.count;
    } else {
        good = read_matcher(l, context, quiet, node, &signal.match);
    }
    if (!span) complain(l, quiet, SLICE("{ quiet: any, for: 30d }"), "quiet needs for: how long");
    good = span && read_duration(l, span, "for", &out->span) && good;
    signal.credit = credit_of(l, context, &signal.match);
    if (good) out->slot = signal_shared(l, context.kind, signal, (struct field_type){.kind = FIELD_INSTANT});
    return good;
}

static const struct {
    const char *leaf, *allowed;
} leaf_allows[] = {
    {"did", "did times within since distinct human where when he en"},
    {"quiet", "quiet for human where when he en"},
    {"when", "when he en"},
};

/* Which of the keys that make a clause the map has; NULL, after a report, when none or two. */
static const char *clause_key(struct loader *l, const struct yaml_node *node)
{
    const char *found = NULL;
    for (size_t i = 0; i < 4 + 2; i++) {
        const char *key = i < 4 ? branch_keys[i] : leaf_keys[i - 4];
        if (!yaml_get(node, key)) continue;
        if (found) {
            complain(l, yaml_get(node, key), SLICE("put both into an all: or any:"),
                     "a clause is one thing, not %s and %s", found, key);
            return NULL;
        }
        found = key;
    }
    if (found || yaml_get(node, "when")) return found ? found : "when";
    struct slice words[32], rest = clause_words;
    size_t count = 0;
    while (rest.len && count < 32) words[count++] = slice_cut(&rest, ' ');
    const struct yaml_node *key = node->count ? node->pairs[0].key : node;
    struct slice hint = node->count ? suggest(l, key->text, words, count) : SLICE("");
    complain(l, key,
             hint.len ? hint : SLICE("one of all:, any:, not:, at_least: with of:, did:, quiet:, or an expression"),
             "this is no clause");
    return NULL;
}

static bool read_map_clause(struct loader *l, struct clause_context context, const struct yaml_node *node,
                            struct clause *out)
{
    const char *key = clause_key(l, node), *allowed = "all any not at_least of he en";
    if (!key) return false;
    for (size_t i = 0; i < sizeof leaf_allows / sizeof *leaf_allows; i++)
        if (!strcmp(key, leaf_allows[i].leaf)) allowed = leaf_allows[i].allowed;
    expect_map(l, node, "this clause", allowed);
    if (!strcmp(key, "did")) return read_did(l, context, node, out);
    if (!strcmp(key, "quiet")) return read_quiet(l, context, node, out);
    if (strcmp(key, "when")) return read_branch(l, context, node, key, out);
    out->rule = compile_rule(l, context.kind, yaml_get(node, "when"), WANT_BOOL);
    return out->rule != NULL;
}

static const struct clause *read_bare(struct loader *l, struct clause_context context, const struct yaml_node *node,
                                      struct label label)
{
    struct clause *clause = ARENA_NEW(l->arena, struct clause);
    *clause = (struct clause){.kind = CLAUSE_RULE, .label = label, .place = yaml_place(node), .slot = NONE};
    if (node->kind == YAML_LIST) {
        complain(l, node, SLICE("all: [..] or any: [..]"), "must all of these hold, or any of them?");
        return NULL;
    }
    if (node->kind == YAML_MAP) return read_map_clause(l, context, node, clause) ? clause : NULL;
    clause->rule = compile_rule(l, context.kind, node, WANT_BOOL);
    return clause->rule ? clause : NULL;
}

const struct clause *read_clause(struct loader *l, struct clause_context context, const struct yaml_node *node)
{
    return read_member(l, context, node);
}

const struct clause *read_on(struct loader *l, struct clause_context context, const struct yaml_node *node)
{
    struct signal signal = {
        .place = yaml_place(node), .of = NONE, .since_funnel = NONE, .since_stage = NONE, .enough = 1};
    struct clause *clause = ARENA_NEW(l->arena, struct clause);
    *clause = (struct clause){.kind = CLAUSE_COUNT, .place = signal.place, .need = 1};
    if (!read_matcher(l, context, node, NULL, &signal.match)) return NULL;
    signal.credit = credit_of(l, context, &signal.match);
    clause->slot = signal_shared(l, context.kind, signal, (struct field_type){.kind = FIELD_INT});
    return clause;
}

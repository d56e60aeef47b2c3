/* ICP, BANT and scores: declared first, so that any rule may read them, then compiled. */
#include "definition/loader.h"

static const struct slice icp_words = SLICE("match_at of he en"), bant_words = SLICE("pass_at of he en");

/* ---- declaring ---- */

static uint32_t computed_new(struct loader *l, enum subject_kind kind, struct computed computed, struct slice name,
                             struct label label, enum field_kind type, const struct yaml_node *node)
{
    struct kind_builder *k = &l->kinds[kind];
    uint32_t index = (uint32_t)k->computed.count;
    computed.slot = slot_new(
        l, kind,
        (struct slot){.name = name, .label = label, .type = {.kind = type}, .origin = SLOT_COMPUTED, .index = index});
    vector_push(&k->computed, computed);
    vector_push(&k->computed_places, yaml_place(node));
    return computed.slot;
}

static void declare_icp(struct loader *l, const struct yaml_node *key, const struct yaml_node *node)
{
    if (!check_name(l, key, "an icp", true) || !expect_map(l, node, "an icp", NULL)) return;
    uint32_t owner = (uint32_t)l->icps.count;
    struct icp icp = {.label = read_label(l, key->text, node), .of = read_kind(l, node), .match_at = DECIMAL_ONE};
    struct icp_criterion *criteria = ARENA_ARRAY(l->arena, struct icp_criterion, node->count);
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *name = node->pairs[i].key;
        if (slice_is_among(name->text, icp_words, ' ')) continue;
        check_name(l, name, "a criterion", false);
        criteria[icp.count++] = (struct icp_criterion){.label = read_label(l, name->text, node->pairs[i].value)};
    }
    const struct yaml_node *match_at = yaml_get(node, "match_at");
    if (match_at) read_percent(l, match_at, "match_at", &icp.match_at);
    if (!icp.count)
        complain(l, key, SLICE("industry: { when: account.industry == \"saas\", weight: 3 }"),
                 "this icp has no criterion");
    icp.criteria = criteria;
    struct slice fit = arena_printf(l->arena, "icp.%.*s.fit", SLICE_ARG(key->text));
    struct slice matched = arena_printf(l->arena, "icp.%.*s.matched", SLICE_ARG(key->text));
    icp.fit_slot =
        computed_new(l, icp.of, (struct computed){COMPUTED_FIT, .owner = owner}, fit, icp.label, FIELD_DECIMAL, key);
    icp.matched_slot = computed_new(l, icp.of, (struct computed){COMPUTED_MATCHED, .owner = owner}, matched, icp.label,
                                    FIELD_BOOL, key);
    vector_push(&l->icps, icp);
}

static void declare_bant(struct loader *l, const struct yaml_node *key, const struct yaml_node *node)
{
    if (!check_name(l, key, "a bant", true) || !expect_map(l, node, "a bant", NULL)) return;
    uint32_t owner = (uint32_t)l->bants.count;
    struct bant bant = {.label = read_label(l, key->text, node), .of = read_kind(l, node)};
    struct bant_question *questions = ARENA_ARRAY(l->arena, struct bant_question, node->count);
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *name = node->pairs[i].key;
        if (slice_is_among(name->text, bant_words, ' ') || !check_name(l, name, "a question", true)) continue;
        if (slice_is_among(name->text, SLICE("yes passed"), ' ')) {
            complain(l, name, SLICE("choose another word"), "`%.*s` is the word for the bant's own result",
                     SLICE_ARG(name->text));
            continue;
        }
        struct bant_question *q = &questions[bant.count];
        q->label = read_label(l, name->text, node->pairs[i].value);
        struct slice dotted = arena_printf(l->arena, "bant.%.*s.%.*s", SLICE_ARG(key->text), SLICE_ARG(name->text));
        q->slot =
            computed_new(l, bant.of, (struct computed){COMPUTED_ANSWER, .owner = owner, .part = (uint32_t)bant.count},
                         dotted, q->label, FIELD_BOOL, name);
        bant.count++;
    }
    const struct yaml_node *pass_at = yaml_get(node, "pass_at");
    bant.questions = questions;
    bant.pass_at = (int64_t)bant.count;
    if (!bant.count) complain(l, key, SLICE("budget: person.answers.budget"), "this bant asks nothing");
    if (pass_at && bant.count)
        read_int(l, pass_at, "pass_at (of the questions asked)", 1, (int64_t)bant.count, &bant.pass_at);
    struct slice yes = arena_printf(l->arena, "bant.%.*s.yes", SLICE_ARG(key->text));
    struct slice passed = arena_printf(l->arena, "bant.%.*s.passed", SLICE_ARG(key->text));
    bant.yes_slot =
        computed_new(l, bant.of, (struct computed){COMPUTED_YES, .owner = owner}, yes, bant.label, FIELD_INT, key);
    bant.passed_slot = computed_new(l, bant.of, (struct computed){COMPUTED_PASSED, .owner = owner}, passed, bant.label,
                                    FIELD_BOOL, key);
    vector_push(&l->bants, bant);
}

static void read_borderline(struct loader *l, const struct yaml_node *node, struct score *out)
{
    if (!expect_map(l, node, "borderline", "from team")) return;
    const struct yaml_node *from = yaml_get(node, "from"), *team = yaml_get(node, "team");
    if (!from)
        complain(l, node, SLICE("{ from: 70, team: borderline }"), "borderline begins from: where");
    else
        out->has_borderline = read_decimal(l, from, "from", &out->borderline_from);
    if (team) read_team(l, team, "team", &out->borderline_team);
    if (!out->has_threshold)
        complain(l, node, SLICE("above: 80"), "borderline is what lies below the threshold, and there is none");
    else if (out->has_borderline && out->borderline_from >= out->above)
        complain(l, from, SLICE("borderline begins below the threshold"), "the borderline does not begin below above:");
}

static void declare_score(struct loader *l, const struct yaml_node *key, const struct yaml_node *node)
{
    if (!check_name(l, key, "a score", true)) return;
    if (!expect_map(l, node, "a score", "owner above borderline terms of he en")) return;
    struct score score = {.label = read_label(l, key->text, node), .place = yaml_place(key), .of = read_kind(l, node)};
    const struct yaml_node *owner = yaml_get(node, "owner"), *above = yaml_get(node, "above");
    if (owner) read_role(l, owner, &score.owner);
    if (above) score.has_threshold = read_decimal(l, above, "above", &score.above);
    if (yaml_get(node, "borderline")) read_borderline(l, yaml_get(node, "borderline"), &score);
    struct slice name = arena_printf(l->arena, "scores.%.*s", SLICE_ARG(key->text));
    score.slot = computed_new(l, score.of, (struct computed){COMPUTED_SCORE, .owner = (uint32_t)l->scores.count}, name,
                              score.label, FIELD_DECIMAL, key);
    vector_push(&l->scores, score);
}

typedef void section_reader(struct loader *l, const struct yaml_node *key, const struct yaml_node *node);

static const struct yaml_node *section(struct loader *l, const char *name)
{
    const struct yaml_node *map = yaml_get(l->root, name);
    return map && !yaml_is_null(map) && map->kind == YAML_MAP ? map : NULL;
}

static void read_section(struct loader *l, const char *name, section_reader *read)
{
    const struct yaml_node *map = yaml_get(l->root, name);
    if (!map || yaml_is_null(map) || !expect_map(l, map, name, NULL)) return;
    for (size_t i = 0; i < map->count; i++) read(l, map->pairs[i].key, map->pairs[i].value);
}

void declare_qualification(struct loader *l)
{
    read_section(l, "icp", declare_icp);
    read_section(l, "bant", declare_bant);
    read_section(l, "scores", declare_score);
}

/* ---- compiling ---- */

static void load_icp(struct loader *l, struct icp *icp, const struct yaml_node *node)
{
    struct icp_criterion *criteria = ARENA_ARRAY(l->arena, struct icp_criterion, icp->count);
    memcpy(criteria, icp->criteria, icp->count * sizeof *criteria);
    icp->criteria = criteria;
    for (size_t i = 0, c = 0; i < node->count; i++) {
        if (slice_is_among(node->pairs[i].key->text, icp_words, ' ')) continue;
        const struct yaml_node *value = node->pairs[i].value;
        struct icp_criterion *criterion = &criteria[c++];
        criterion->weight = 1;
        if (value->kind != YAML_MAP) {
            criterion->when = compile_rule(l, icp->of, value, WANT_BOOL);
            continue;
        }
        expect_map(l, value, "a criterion", "when weight he en");
        const struct yaml_node *when = yaml_get(value, "when"), *weight = yaml_get(value, "weight");
        if (when)
            criterion->when = compile_rule(l, icp->of, when, WANT_BOOL);
        else
            complain(l, value, SLICE("{ when: account.industry == \"saas\", weight: 3 }"),
                     "a criterion says when: it holds");
        if (weight) read_int(l, weight, "a weight", 1, 1000000, &criterion->weight);
    }
}

static void load_bant(struct loader *l, struct bant *bant, const struct yaml_node *node)
{
    struct bant_question *questions = ARENA_ARRAY(l->arena, struct bant_question, bant->count);
    memcpy(questions, bant->questions, bant->count * sizeof *questions);
    bant->questions = questions;
    for (size_t i = 0; i < bant->count; i++) {
        const struct yaml_node *value = yaml_find(node, questions[i].label.name);
        if (value->kind == YAML_MAP) {
            expect_map(l, value, "a question", "when he en");
            const struct yaml_node *when = yaml_get(value, "when");
            if (!when)
                complain(l, value, SLICE("{ when: person.answers.budget }"), "a question says when: the answer is yes");
            value = when;
        }
        if (value) questions[i].when = compile_rule(l, bant->of, value, WANT_BOOL);
    }
}

static bool read_term(struct loader *l, enum subject_kind kind, const struct yaml_node *node, struct score_term *out)
{
    *out = (struct score_term){0};
    if (!expect_map(l, node, "a term", "id he en when points cap")) return false;
    const struct yaml_node *id = yaml_get(node, "id"), *when = yaml_get(node, "when"),
                           *points = yaml_get(node, "points");
    const struct yaml_node *cap = yaml_get(node, "cap");
    struct slice name = {0};
    if (!id)
        complain(l, node, SLICE("{ id: size, when: …, points: 20 }"), "a term needs an id");
    else if (check_name(l, id, "a term", false))
        name = id->text;
    out->label = read_label(l, name, node);
    if (when) out->when = compile_rule(l, kind, when, WANT_BOOL);
    if (points)
        out->points = compile_rule(l, kind, points, WANT_NUMBER);
    else
        complain(l, node, SLICE("points: 20, or an expression"), "this term gives no points");
    if (cap && (out->capped = read_decimal(l, cap, "cap", &out->cap)) && out->cap <= 0)
        complain(l, cap, SLICE("leave it out for no cap"), "a cap must be more than nothing");
    return name.len > 0;
}

static void load_score(struct loader *l, struct score *score, const struct yaml_node *node)
{
    const struct yaml_node *terms = yaml_get(node, "terms");
    if (!terms) {
        complain_at(l, score->place, SLICE("terms: [ { id: size, when: …, points: 20 } ]"), "this score has no terms");
        return;
    }
    if (!expect_list(l, terms, "terms") || !check_length(l, terms, "terms")) return;
    struct score_term *list = ARENA_ARRAY(l->arena, struct score_term, terms->count);
    for (size_t i = 0; i < terms->count; i++) {
        bool named = read_term(l, score->of, terms->items[i], &list[i]);
        for (size_t k = 0; named && k < i; k++)
            if (slice_equal(list[k].label.name, list[i].label.name))
                complain(l, yaml_get(terms->items[i], "id"), SLICE("give each its own"), "two terms have the id `%.*s`",
                         SLICE_ARG(list[i].label.name));
    }
    if (!terms->count) complain(l, terms, SLICE("[ { id: size, when: …, points: 20 } ]"), "this score has no terms");
    score->terms = list;
    score->count = terms->count;
}

void load_qualification(struct loader *l)
{
    const struct yaml_node *icp = section(l, "icp"), *bant = section(l, "bant"), *scores = section(l, "scores");
    for (size_t i = 0; i < l->icps.count; i++) load_icp(l, &l->icps.at[i], yaml_find(icp, l->icps.at[i].label.name));
    for (size_t i = 0; i < l->bants.count; i++)
        load_bant(l, &l->bants.at[i], yaml_find(bant, l->bants.at[i].label.name));
    for (size_t i = 0; i < l->scores.count; i++)
        load_score(l, &l->scores.at[i], yaml_find(scores, l->scores.at[i].label.name));
}

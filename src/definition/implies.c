/* Whether one clause follows from another. What cannot be told is said not to follow. */
#include "definition/bounds.h"

struct question {
    const struct ground *ground;
    int *looks;
};

static bool same_rule(const struct rule *a, const struct rule *b)
{
    return a == b || (a && b && slice_equal(rule_text(a), rule_text(b)));
}

static bool same_clause(const struct clause *a, const struct clause *b)
{
    if (a->kind != b->kind || a->count != b->count || a->need != b->need || a->slot != b->slot) return false;
    if (a->span.unit != b->span.unit || a->span.amount != b->span.amount || !same_rule(a->rule, b->rule)) return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_clause(&a->members[i], &b->members[i])) return false;
    return true;
}

static bool may_be_false(const struct question *q, struct world *world, const struct clause *clause)
{
    --*q->looks;
    return world_allows_clause(world, clause, false);
}

/* By the bounds of what is read: in a world where `given` holds `then` cannot be false. One that cannot be false anyhow
 * follows from nothing: where a value is not known it is neither. */
static bool follows_by_bounds(const struct question *q, const struct clause *given, const struct clause *then)
{
    struct world any = {.ground = q->ground}, some = {.ground = q->ground};
    const bool follows =
        may_be_false(q, &any, then) && world_allows_clause(&some, given, true) && !may_be_false(q, &some, then);
    world_release(&any);
    world_release(&some);
    return follows;
}

static bool follows(const struct question *q, const struct clause *given, const struct clause *then);

static int64_t how_many_follow(const struct question *q, const struct clause *given, const struct clause *of)
{
    int64_t count = 0;
    for (size_t i = 0; i < of->count; i++) count += follows(q, given, &of->members[i]);
    return count;
}

static int64_t from_how_many(const struct question *q, const struct clause *given, const struct clause *then)
{
    int64_t count = 0;
    for (size_t i = 0; i < given->count; i++) count += follows(q, &given->members[i], then);
    return count;
}

static bool follows(const struct question *q, const struct clause *given, const struct clause *then)
{
    if (*q->looks <= 0) return false;
    if (same_clause(given, then)) return true;
    switch (then->kind) {
    case CLAUSE_ALL: return how_many_follow(q, given, then) == (int64_t)then->count;
    case CLAUSE_ANY:
        if (how_many_follow(q, given, then) > 0) return true;
        break;
    case CLAUSE_AT_LEAST:
        if (how_many_follow(q, given, then) >= then->need) return true;
        break;
    default: break;
    }
    if (given->kind == CLAUSE_ANY) return given->count && from_how_many(q, given, then) == (int64_t)given->count;
    if (given->kind == CLAUSE_ALL && from_how_many(q, given, then) > 0) return true;
    const bool leaf = then->kind == CLAUSE_RULE || then->kind == CLAUSE_COUNT || then->kind == CLAUSE_NOT;
    return leaf && follows_by_bounds(q, given, then);
}

bool clause_follows(const struct ground *ground, const struct clause *given, const struct clause *then, int *looks)
{
    const struct question q = {ground, looks};
    return follows(&q, given, then);
}

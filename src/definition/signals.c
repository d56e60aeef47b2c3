/* Signals: the named ones of the file and those made for the leaves of clauses. */
#include "definition/loader.h"

static const char *const signal_keys =
    "did where when human within since distinct sum first last min max days_since streak "
    "weigh half_life cap of he en";

/* What makes a signal of events; without any of these keys it counts them. */
static const struct {
    const char *key;
    enum reducer reduce;
} reducers[] = {
    {"distinct", REDUCE_DISTINCT}, {"sum", REDUCE_SUM}, {"first", REDUCE_FIRST},           {"last", REDUCE_LAST},
    {"min", REDUCE_MIN},           {"max", REDUCE_MAX}, {"days_since", REDUCE_DAYS_SINCE}, {"streak", REDUCE_STREAK},
};
enum { REDUCERS = sizeof reducers / sizeof *reducers };

/* ---- windows ---- */

static bool read_since(struct loader *l, struct clause_context context, const struct yaml_node *node,
                       struct signal *out)
{
    struct slice text, name;
    if (!read_text(l, node, "since", &text)) return false;
    if (!slice_starts(text, SLICE("entered(")) || !slice_ends(text, SLICE(")"))) {
        complain(l, node, SLICE("since: entered(STAGE) or entered(FUNNEL.STAGE)"), "`%.*s` is not the entry of a stage",
                 SLICE_ARG(text));
        return false;
    }
    name = slice_trim(slice_of(text.ptr + 8, text.len - 9));
    uint32_t funnel = context.funnel, found = 0;
    struct slice stage = name, funnel_name = memchr(name.ptr, '.', name.len) ? slice_cut(&stage, '.') : SLICE("");
    for (uint32_t i = 0; i < l->funnels.count; i++) {
        const struct funnel *f = &l->funnels.at[i].funnel;
        if (funnel_name.len ? !slice_equal(f->label.name, funnel_name)
                            : context.funnel != NONE || f->of != context.kind)
            continue;
        funnel = i;
        found++;
    }
    if (funnel_name.len ? !found : funnel == NONE) {
        complain(l, node, SLICE("the funnel whose stage it is must be declared under funnels:"),
                 "there is no funnel for `%.*s`", SLICE_ARG(name));
        return false;
    }
    if (found > 1) {
        complain(l, node, SLICE("entered(FUNNEL.STAGE)"), "say of which funnel `%.*s` is a stage", SLICE_ARG(stage));
        return false;
    }
    if (l->funnels.at[funnel].funnel.of != context.kind) {
        complain(l, node, SLICE(""), "`%.*s` is a stage of another kind of subject", SLICE_ARG(name));
        return false;
    }
    uint32_t at = stage_find(l, node, funnel, stage);
    if (at == NONE) return false;
    out->since_funnel = funnel;
    out->since_stage = at;
    return true;
}

bool read_window(struct loader *l, struct clause_context context, const struct yaml_node *map, struct signal *out)
{
    const struct yaml_node *within = yaml_get(map, "within"), *since = yaml_get(map, "since");
    bool good = true;
    if (within && (good = read_duration(l, within, "within", &out->window)) &&
        (out->window.unit == DURATION_BUSINESS_DAYS || out->window.unit == DURATION_BUSINESS_TIME)) {
        complain(l, within, SLICE("for example 30d or 30 calendar days"),
                 "a window is counted in time or calendar days");
        good = false;
    }
    return (since ? read_since(l, context, since, out) : true) && good;
}

/* ---- what a signal keeps ---- */

static bool ordered(enum field_kind kind)
{
    return kind == FIELD_INT || kind == FIELD_DECIMAL || kind == FIELD_INSTANT || kind == FIELD_MONEY;
}

static bool read_streak(struct loader *l, const struct yaml_node *node, struct signal *out)
{
    int which;
    if (!read_choice(l, node, "streak", "day week", &which)) return false;
    out->by_week = which == 1;
    return true;
}

/* sum: amount, last: path, distinct: session */
static bool read_of(struct loader *l, const struct yaml_node *node, struct signal *out, struct field_type *type)
{
    struct slice name;
    if (!read_text(l, node, "a property", &name)) return false;
    out->of = matcher_path(l, &out->match, node, name, type);
    if (out->of == NONE) return false;
    bool fits = true;
    if (out->reduce == REDUCE_SUM) fits = ordered(type->kind) && type->kind != FIELD_INSTANT;
    if (out->reduce == REDUCE_MIN || out->reduce == REDUCE_MAX) fits = ordered(type->kind);
    if (out->reduce == REDUCE_DISTINCT) fits = type->kind != FIELD_LIST && type->kind != FIELD_MAP;
    if (!fits)
        complain(l, node, SLICE("sum: numbers or money; min:, max: also instants; distinct: no lists or maps"),
                 "`%.*s` is declared %.*s and does not fit here", SLICE_ARG(name), SLICE_ARG(type_words(type)));
    if (out->reduce == REDUCE_DISTINCT) *type = (struct field_type){.kind = FIELD_INT};
    return fits;
}

static bool read_reducer(struct loader *l, const struct yaml_node *node, struct signal *out, struct field_type *type)
{
    const struct yaml_node *given = NULL;
    *type = (struct field_type){.kind = FIELD_INT};
    out->reduce = REDUCE_COUNT;
    for (size_t i = 0; i < REDUCERS; i++) {
        const struct yaml_node *value = yaml_get(node, reducers[i].key);
        if (!value) continue;
        if (given) {
            complain(l, value, SLICE("make a second signal"), "a signal keeps one thing");
            return false;
        }
        given = value;
        out->reduce = reducers[i].reduce;
    }
    bool yes = true;
    switch (out->reduce) {
    case REDUCE_COUNT: return true;
    case REDUCE_STREAK: return read_streak(l, given, out);
    case REDUCE_DAYS_SINCE:
        if (!read_bool(l, given, "days_since", &yes)) return false;
        if (!yes) complain(l, given, SLICE("leave the key out"), "days_since: false says nothing");
        return yes;
    default: return read_of(l, given, out, type);
    }
}

/* ---- weigh ---- */

static bool read_weight(struct loader *l, struct clause_context context, const struct yaml_node *key,
                        const struct yaml_node *value, struct weight *out)
{
    *out = (struct weight){0};
    const struct yaml_node *points = value;
    bool good = true;
    if (value->kind == YAML_MAP) {
        expect_map(l, value, "a weight", "points at_most where when");
        points = yaml_get(value, "points");
        const struct yaml_node *most = yaml_get(value, "at_most");
        int64_t n;
        if (most && (good = read_int(l, most, "at_most", 1, 1000000, &n))) out->at_most = (uint32_t)n;
    }
    good = read_match(l, context, key, value, &out->match) && good;
    if (!points) {
        complain(l, value, SLICE("{ points: 3 }"), "this weight has no points");
        return false;
    }
    if (!read_decimal(l, points, "points", &out->points)) return false;
    if (out->points > 1000000 * DECIMAL_ONE || out->points < -1000000 * DECIMAL_ONE) {
        complain(l, points, SLICE("use smaller numbers; only their proportions matter"), "points go up to a million");
        return false;
    }
    return good;
}

static bool read_weigh(struct loader *l, struct clause_context context, const struct yaml_node *node,
                       struct signal *out, struct field_type *type)
{
    const struct yaml_node *weigh = yaml_get(node, "weigh"), *half = yaml_get(node, "half_life"),
                           *cap = yaml_get(node, "cap");
    *type = (struct field_type){.kind = FIELD_DECIMAL};
    out->reduce = REDUCE_WEIGH;
    for (size_t i = 0; i < REDUCERS; i++) {
        const struct yaml_node *other = yaml_get(node, reducers[i].key);
        if (other) complain(l, other, SLICE("make a second signal"), "a signal keeps one thing");
    }
    if (!expect_map(l, weigh, "weigh", NULL)) return false;
    if (!weigh->count) complain(l, weigh, SLICE("{ email_clicked: 3 }"), "nothing is weighed here");
    bool good = weigh->count > 0;
    struct weight *weights = ARENA_ARRAY(l->arena, struct weight, weigh->count);
    for (size_t i = 0; i < weigh->count; i++)
        good = read_weight(l, context, weigh->pairs[i].key, weigh->pairs[i].value, &weights[i]) && good;
    out->weights = weights;
    out->weight_count = weigh->count;
    struct duration life;
    if (half && read_duration(l, half, "half_life", &life)) {
        bool days = life.unit == DURATION_CALENDAR_DAYS || (life.unit == DURATION_EXACT && life.amount % DAY_US == 0);
        out->half_life_days = life.unit == DURATION_EXACT ? life.amount / DAY_US : life.amount;
        if (!days) complain(l, half, SLICE("for example 30d"), "a half life is counted in whole days");
        if (out->window.amount)
            complain(l, half, SLICE("keep one of them"), "points either fade (half_life) or leave a window (within)");
    }
    if (cap && read_decimal(l, cap, "cap", &out->cap) && out->cap <= 0)
        complain(l, cap, SLICE("leave it out for no cap"), "a cap must be more than nothing");
    return good;
}

/* ---- adding ---- */

static uint32_t signal_add(struct loader *l, enum subject_kind kind, struct signal signal, struct field_type type)
{
    struct kind_builder *k = &l->kinds[kind];
    struct slice name = {0};
    if (signal.label.name.len) name = arena_printf(l->arena, "signals.%.*s", SLICE_ARG(signal.label.name));
    signal.slot = slot_new(l, kind,
                           (struct slot){.name = name,
                                         .label = signal.label,
                                         .type = type,
                                         .origin = SLOT_SIGNAL,
                                         .index = (uint32_t)k->signals.count});
    vector_push(&k->signals, signal);
    return signal.slot;
}

uint32_t signal_shared(struct loader *l, enum subject_kind kind, struct signal signal, struct field_type type)
{
    struct kind_builder *k = &l->kinds[kind];
    struct buffer key;
    buffer_init(&key, BUFFER_NO_LIMIT);
    buffer_printf(&key, "%d/%d/%u/%d:%lld/%u.%u/", signal.reduce, signal.credit, signal.of, signal.window.unit,
                  (long long)signal.window.amount, signal.since_funnel, signal.since_stage);
    matcher_key(l, &signal.match, &key);
    uint32_t next = (uint32_t)k->signals.count;
    uint32_t at = map_put_copy(&k->shared, l->arena, buffer_slice(&key), next);
    buffer_release(&key);
    if (at == next) return signal_add(l, kind, signal, type);
    struct signal *old = &k->signals.at[at];
    if (signal.enough > old->enough) old->enough = signal.enough;
    return old->slot;
}

/* ---- of the people of an account, the contacts of a deal ---- */

/* The persons' signal that `sum:` or `with:` names; NONE after a report. What accounts read of persons is worked out
 * before the accounts, and the persons' stages after them; deals and subscriptions come after all of it. */
static uint32_t person_signal(struct loader *l, enum subject_kind reader, const struct yaml_node *node)
{
    struct slice name;
    if (!read_text(l, node, "a signal of persons", &name)) return NONE;
    if (!slice_starts(name, SLICE("signals."))) name = arena_printf(l->arena, "signals.%.*s", SLICE_ARG(name));
    const uint32_t slot = slot_named(l, KIND_PERSON, node, name);
    if (slot == NONE) return NONE;
    const struct kind_builder *persons = &l->kinds[KIND_PERSON];
    const struct slot *found = &persons->slots.at[slot];
    if (found->origin != SLOT_SIGNAL) {
        complain(l, node, SLICE("name a signal of persons"), "`%.*s` is no signal of persons", SLICE_ARG(name));
        return NONE;
    }
    if (found->type.kind != FIELD_INT && found->type.kind != FIELD_DECIMAL) {
        complain(l, node, SLICE("counts, sums of numbers and points can be added up"),
                 "`%.*s` is %.*s, which cannot be added up over people", SLICE_ARG(name),
                 SLICE_ARG(type_words(&found->type)));
        return NONE;
    }
    const struct signal *signal = &persons->signals.at[found->index];
    if (signal->since_stage != NONE && reader == KIND_ACCOUNT) {
        complain(l, node, SLICE("count without since:"),
                 "a circle: `%.*s` begins with a stage of the person, whose rules may read the account",
                 SLICE_ARG(name));
        return NONE;
    }
    return found->index;
}

/* Which contacts count: all, unless said. */
static void read_whose(struct loader *l, const struct yaml_node *role, enum subject_kind kind,
                       struct member_signal *out)
{
    int which;
    if (kind == KIND_ACCOUNT) {
        if (role) complain(l, role, SLICE("remove it"), "an account's people have no role: contacts of deals have");
        return;
    }
    out->role = CREDIT_ALL;
    if (role && read_choice(l, role, "role", "primary all first", &which))
        out->role = (enum credit_deals)(CREDIT_PRIMARY + which);
}

/* members: { sum: visits }, or { with: visits, at_least: 3 }, of contacts with a role: */
static bool read_members(struct loader *l, const struct yaml_node *members, enum subject_kind kind,
                         struct member_signal *out)
{
    if (!expect_map(l, members, "members", "sum with at_least role")) return false;
    const struct yaml_node *sum = yaml_get(members, "sum"), *with = yaml_get(members, "with"),
                           *least = yaml_get(members, "at_least");
    if (kind == KIND_PERSON || kind == KIND_MARKET)
        complain(l, members, SLICE("of: account, of: deal"), "only accounts, deals and subscriptions have members");
    if (!sum == !with || (sum && least)) {
        complain(l, members, SLICE("{ sum: visits } or { with: visits, at_least: 3 }"),
                 "members are added up or counted");
        return false;
    }
    out->sum = sum;
    out->at_least = DECIMAL_ONE;
    if (least) read_decimal(l, least, "at_least", &out->at_least);
    read_whose(l, yaml_get(members, "role"), kind, out);
    out->of = person_signal(l, kind, sum ? sum : with);
    return out->of != NONE;
}

static void read_member_signal(struct loader *l, const struct yaml_node *key, const struct yaml_node *node)
{
    if (!check_name(l, key, "a signal", true) || !expect_map(l, node, "a signal of members", "members of he en"))
        return;
    const enum subject_kind kind = read_kind(l, node);
    struct member_signal out = {.label = read_label(l, key->text, node), .place = yaml_place(key)};
    if (!read_members(l, yaml_get(node, "members"), kind, &out)) return;
    struct kind_builder *readers = &l->kinds[kind], *persons = &l->kinds[KIND_PERSON];
    struct field_type type = {.kind = FIELD_INT};
    if (out.sum) type.kind = persons->slots.at[persons->signals.at[out.of].slot].type.kind;
    out.slot = slot_new(l, kind,
                        (struct slot){.name = arena_printf(l->arena, "signals.%.*s", SLICE_ARG(key->text)),
                                      .label = out.label,
                                      .type = type,
                                      .origin = SLOT_MEMBERS,
                                      .index = (uint32_t)readers->member_signals.count});
    vector_push(&readers->member_signals, out);
}

static void read_signal(struct loader *l, const struct yaml_node *key, const struct yaml_node *node)
{
    if (!check_name(l, key, "a signal", true) || !expect_map(l, node, "a signal", signal_keys)) return;
    const struct yaml_node *did = yaml_get(node, "did"), *weigh = yaml_get(node, "weigh");
    struct clause_context context = {read_kind(l, node), NONE};
    struct signal signal = {.label = read_label(l, key->text, node),
                            .place = yaml_place(key),
                            .of = NONE,
                            .since_funnel = NONE,
                            .since_stage = NONE};
    struct field_type type = {.kind = FIELD_INT};
    read_window(l, context, node, &signal);
    if (weigh) {
        const struct yaml_node *human = yaml_get(node, "human");
        if (did) complain(l, did, SLICE("the events stand in weigh:"), "a signal that weighs has no did:");
        if (human) read_bool(l, human, "human", &signal.match.human);
        read_weigh(l, context, node, &signal, &type);
    } else if (did) {
        static const char *const only[] = {"half_life", "cap"};
        for (size_t i = 0; i < 2; i++)
            if (yaml_get(node, only[i]))
                complain(l, yaml_get(node, only[i]), SLICE(""), "%s goes with weigh:", only[i]);
        if (read_matcher(l, context, did, node, &signal.match)) read_reducer(l, node, &signal, &type);
    } else {
        complain(l, key, SLICE("did: EVENT, or weigh: { EVENT: points }"), "`%.*s` says no event it is made of",
                 SLICE_ARG(key->text));
    }
    signal_add(l, context.kind, signal, type);
}

void load_signals(struct loader *l)
{
    const struct yaml_node *signals = yaml_get(l->root, "signals");
    if (!signals || yaml_is_null(signals) || !expect_map(l, signals, "signals", NULL)) return;
    for (int members = 0; members < 2; members++) /* these name others, wherever in the file those stand */
        for (size_t i = 0; i < signals->count; i++) {
            const struct yaml_node *key = signals->pairs[i].key, *node = signals->pairs[i].value;
            const bool of_members = node->kind == YAML_MAP && yaml_get(node, "members");
            if (of_members && members) read_member_signal(l, key, node);
            if (!of_members && !members) read_signal(l, key, node);
        }
}

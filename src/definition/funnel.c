/* Funnels: stages in order, exits, who decides, how long it may take. */
#include "definition/loader.h"

static bool usable_map(struct loader *l, const struct yaml_node *node, const char *what)
{
    return node && !yaml_is_null(node) && expect_map(l, node, what, NULL);
}

/* ---- declaring: names only ---- */

static void declare_stages(struct loader *l, struct funnel_builder *f)
{
    const struct yaml_node *stages = yaml_get(f->node, "stages");
    if (!stages) {
        complain_at(l, f->funnel.place, SLICE("stages: { NAME: { enter: … } }"), "this funnel has no stages");
        return;
    }
    if (!usable_map(l, stages, "stages")) return;
    if (!stages->count) complain(l, stages, SLICE("NAME: { enter: … }"), "this funnel has no stages");
    if (stages->count > STAGES_MAX) {
        complain(l, stages, SLICE("split it into two funnels"), "a funnel has at most %d stages", STAGES_MAX);
        return;
    }
    f->stage_names = ARENA_ARRAY(l->arena, struct slice, stages->count);
    for (size_t i = 0; i < stages->count; i++) {
        check_name(l, stages->pairs[i].key, "a stage", false);
        for (size_t k = 0; k < i; k++)
            if (slice_equal_fold(f->stage_names[k], stages->pairs[i].key->text))
                complain(l, stages->pairs[i].key, SLICE("case alone does not tell them apart"),
                         "two stages have the name `%.*s`", SLICE_ARG(stages->pairs[i].key->text));
        f->stage_names[i] = stages->pairs[i].key->text;
    }
    f->funnel.stage_count = stages->count;
}

static void read_credit(struct loader *l, const struct yaml_node *node, struct funnel *out)
{
    int which;
    if (!expect_map(l, node, "credit", "deal")) return;
    const struct yaml_node *deal = yaml_get(node, "deal");
    if (!deal)
        complain(l, node, SLICE("{ deal: primary }"), "credit says nothing");
    else if (read_choice(l, deal, "credit of deals", "primary all first", &which))
        out->credit = (enum credit_deals)(CREDIT_PRIMARY + which);
    if (out->of != KIND_PERSON)
        complain(l, node, SLICE("remove it"), "credit brings deals to persons, and this funnel is of the kind %s",
                 subject_kind_names[out->of]);
}

static void declare_funnel(struct loader *l, const struct yaml_node *key, const struct yaml_node *node)
{
    struct funnel_builder f = {.node = node};
    int kind = KIND_PERSON;
    if (!check_name(l, key, "a funnel", false) ||
        !expect_map(l, node, "a funnel", "of credit stages exits landings he en"))
        return;
    const struct yaml_node *of = yaml_get(node, "of"), *credit = yaml_get(node, "credit");
    if (of) read_choice(l, of, "of", "person account deal subscription", &kind);
    f.funnel = (struct funnel){
        .label = read_label(l, key->text, node), .place = yaml_place(key), .of = (enum subject_kind)kind};
    if (credit) read_credit(l, credit, &f.funnel);
    declare_stages(l, &f);
    vector_push(&l->funnels, f);
}

void declare_funnels(struct loader *l)
{
    const struct yaml_node *funnels = yaml_get(l->root, "funnels");
    if (!usable_map(l, funnels, "funnels")) return;
    for (size_t i = 0; i < funnels->count; i++) declare_funnel(l, funnels->pairs[i].key, funnels->pairs[i].value);
}

enum subject_kind usual_kind(const struct loader *l)
{
    for (size_t i = 0; i < l->funnels.count; i++)
        if (l->funnels.at[i].funnel.of == KIND_PERSON) return KIND_PERSON;
    return l->funnels.count ? l->funnels.at[0].funnel.of : KIND_PERSON;
}

enum subject_kind read_kind(struct loader *l, const struct yaml_node *node)
{
    const struct yaml_node *of = yaml_get(node, "of");
    int kind = usual_kind(l);
    if (of) read_choice(l, of, "of", "person account deal subscription market", &kind);
    return (enum subject_kind)kind;
}

uint32_t stage_named(const struct loader *l, uint32_t funnel, struct slice name)
{
    const struct funnel_builder *f = &l->funnels.at[funnel];
    for (uint32_t i = 0; i < f->funnel.stage_count; i++)
        if (slice_equal(f->stage_names[i], name)) return i;
    return NONE;
}

uint32_t stage_find(struct loader *l, const struct yaml_node *node, uint32_t funnel, struct slice name)
{
    const struct funnel_builder *f = &l->funnels.at[funnel];
    const uint32_t stage = stage_named(l, funnel, name);
    if (stage != NONE) return stage;
    complain(l, node, suggest(l, name, f->stage_names, f->funnel.stage_count), "the funnel `%.*s` has no stage `%.*s`",
             SLICE_ARG(f->funnel.label.name), SLICE_ARG(name));
    return NONE;
}

/* ---- stages ---- */

static void read_routes(struct loader *l, enum subject_kind kind, const struct yaml_node *node, struct stage *out)
{
    if (!expect_list(l, node, "route")) return;
    struct route *routes = ARENA_ARRAY(l->arena, struct route, node->count);
    bool rest = false;
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *item = node->items[i];
        if (!expect_map(l, item, "a route", "when to")) continue;
        const struct yaml_node *when = yaml_get(item, "when"), *to = yaml_get(item, "to");
        if (rest)
            complain(l, item, SLICE("put the route without when: last"),
                     "nobody takes this route: the one before takes all");
        if (when)
            routes[i].when = compile_rule(l, kind, when, WANT_BOOL);
        else
            rest = true;
        if (to)
            read_team(l, to, "to", &routes[i].to);
        else
            complain(l, item, SLICE("{ when: …, to: team }"), "this route leads nowhere");
    }
    out->routes = routes;
    out->route_count = node->count;
}

static void read_advice(struct loader *l, enum subject_kind kind, const struct yaml_node *node, struct stage *out)
{
    if (!expect_map(l, node, "advise", NULL)) return;
    struct advice *advice = ARENA_ARRAY(l->arena, struct advice, node->count);
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *key = node->pairs[i].key, *value = node->pairs[i].value, *when = value;
        check_name(l, key, "an advice", false);
        advice[i].label = read_label(l, key->text, value);
        if (value->kind == YAML_MAP) {
            expect_map(l, value, "an advice", "when he en");
            when = yaml_get(value, "when");
            if (!when)
                complain(l, value, SLICE("{ when: account.contacts >= 2 }"), "an advice says when: it is followed");
        }
        if (when) advice[i].when = compile_rule(l, kind, when, WANT_BOOL);
    }
    out->advice = advice;
    out->advice_count = node->count;
}

static void read_again(struct loader *l, const struct yaml_node *node, enum again *again, struct duration *after)
{
    if (node_is(node, "new evidence"))
        *again = AGAIN_NEW_EVIDENCE;
    else if (node_is(node, "new event"))
        *again = AGAIN_NEW_EVENT;
    else if (node_is(node, "by hand"))
        *again = AGAIN_BY_HAND;
    else {
        struct slice text = node->kind == YAML_SCALAR ? node->text : SLICE("");
        *again = AGAIN_AFTER;
        if (text.len && text.ptr[0] >= '0' && text.ptr[0] <= '9')
            read_duration(l, node, "again", after);
        else
            complain(l, node, SLICE("new evidence, new event, by hand, or a length of time such as 30d"),
                     "again cannot be `%.*s`", SLICE_ARG(text));
    }
}

/* How the stage is entered: exactly one of enter, on, decided_by. */
static void read_entry(struct loader *l, struct clause_context context, const struct yaml_node *key,
                       const struct yaml_node *node, struct stage *out)
{
    const struct yaml_node *enter = yaml_get(node, "enter"), *on = yaml_get(node, "on"),
                           *by = yaml_get(node, "decided_by");
    int ways = (enter != NULL) + (on != NULL) + (by != NULL);
    if (ways == 0)
        complain(l, key, SLICE("one of enter:, on:, decided_by:"),
                 "nothing says how `%.*s` is entered; what cannot be measured is no stage", SLICE_ARG(key->text));
    if (ways > 1)
        complain(l, key, SLICE("keep one of enter:, on:, decided_by:"),
                 "a stage is entered in one way, and `%.*s` has %d", SLICE_ARG(key->text), ways);
    if (enter) out->enter = read_clause(l, context, enter);
    if (on) out->enter = read_on(l, context, on);
    if (!by || !read_role(l, by, &out->decided_by)) return;
    need_decisions(l);
    if (yaml_get(node, "carries"))
        complain(l, yaml_get(node, "carries"), SLICE("remove it"), "a stage that people decide cannot carry");
}

static void read_returns(struct loader *l, uint32_t funnel, uint32_t index, const struct yaml_node *node,
                         struct stage *out)
{
    const struct yaml_node *to = yaml_get(node, "return_to"), *reject = yaml_get(node, "reject"),
                           *why = yaml_get(node, "return"), *again = yaml_get(node, "again");
    struct slice name;
    if (to && read_text(l, to, "return_to", &name)) {
        uint32_t stage = stage_find(l, to, funnel, name);
        if (stage != NONE && stage >= index)
            complain(l, to, SLICE("name an earlier stage"), "`%.*s` is not before `%.*s`; a return goes back",
                     SLICE_ARG(name), SLICE_ARG(out->label.name));
        else
            out->return_to = stage;
        need_decisions(l);
    }
    if (reject) {
        out->reject_count = read_reasons(l, reject, &out->reject_reasons);
        if (!out->decided_by)
            complain(l, reject, SLICE("decided_by: sales"), "only a stage that people decide can be rejected");
        need_decisions(l);
    }
    if (why) {
        out->return_count = read_reasons(l, why, &out->return_reasons);
        if (!to) complain(l, why, SLICE("return_to: STAGE"), "nothing says where a return goes back to");
    }
    out->again_given = again != NULL;
    if (again) read_again(l, again, &out->again, &out->again_after);
}

static const char *const stage_keys =
    "owner he en enter on decided_by carries sla return_to return again route reject milestones advise";

static void read_stage(struct loader *l, uint32_t funnel, uint32_t index, const struct yaml_node *key,
                       const struct yaml_node *node, struct stage *out)
{
    enum subject_kind kind = l->funnels.at[funnel].funnel.of;
    struct clause_context context = {kind, funnel};
    const struct yaml_node *value;
    *out = (struct stage){.label = read_label(l, key->text, node), .place = yaml_place(key), .return_to = NONE};
    if (!expect_map(l, node, "a stage", stage_keys)) return;
    if ((value = yaml_get(node, "owner"))) read_role(l, value, &out->owner);
    read_entry(l, context, key, node, out);
    if ((value = yaml_get(node, "carries"))) read_bool(l, value, "carries", &out->carries);
    if ((value = yaml_get(node, "sla"))) {
        read_sla(l, value, out);
        if (index == 0)
            complain(l, value, SLICE("put it on a later stage"),
                     "an sla runs from the stage before, and there is none");
    }
    if (index == 0 && (value = yaml_get(node, "decided_by")))
        complain(l, value, SLICE("enter: …"), "the first stage has none before it that could be decided about");
    read_returns(l, funnel, index, node, out);
    if ((value = yaml_get(node, "route"))) read_routes(l, kind, value, out);
    if ((value = yaml_get(node, "advise"))) read_advice(l, kind, value, out);
    if ((value = yaml_get(node, "milestones")))
        out->milestone_count = read_named(l, value, "a milestone", "he en", &out->milestones);
}

/* ---- exits ---- */

static void check_reason(struct loader *l, const struct yaml_node *node, const struct field_type *type,
                         struct slice word, struct slice property)
{
    if (!is_choice(type, word))
        complain(l, node, suggest(l, word, type->choices, type->choice_count),
                 "`%.*s` is not among the values of `%.*s`", SLICE_ARG(word), SLICE_ARG(property));
}

/* The property that holds the reason: of the event in on:, or of the decision. */
static void read_reason(struct loader *l, const struct yaml_node *node, struct exit_rule *out)
{
    const struct yaml_node *reason = yaml_get(node, "reason"), *reasons = yaml_get(node, "reasons"),
                           *on = yaml_get(node, "on");
    struct slice name = SLICE("reason");
    if (reasons) out->reason_count = read_reasons(l, reasons, &out->reasons);
    if (reason && !read_text(l, reason, "reason", &name)) return;
    if (out->decided_by) {
        out->reason_path = l->out->decisions.reason;
        if (reason) complain(l, reason, SLICE("remove it"), "decisions keep their reason in the property `reason`");
        return;
    }
    if (!on) {
        const struct yaml_node *said = reason ? reason : reasons;
        if (said) complain(l, said, SLICE("on: EVENT"), "a reason is a property of an event, and this exit names none");
        return;
    }
    uint32_t at = on->kind == YAML_SCALAR ? map_get(&l->event_names, on->text) : MAP_NONE;
    const struct field *field = at == MAP_NONE ? NULL : field_find(&l->events.at[at].type, name);
    if (field) {
        out->reason_path = field->path;
        if (field->type.kind != FIELD_TEXT)
            complain(l, reason ? reason : on, SLICE("declare it string or one_of"),
                     "the reason `%.*s` is declared %.*s", SLICE_ARG(name), SLICE_ARG(type_name(l, field)));
        for (size_t i = 0; i < out->reason_count; i++)
            check_reason(l, reasons, &field->type, out->reasons[i].label.name, name);
    } else if (at != MAP_NONE && (reason || reasons)) {
        complain(
            l, reason ? reason : reasons,
            hint_printf(l, "declare it under events: %.*s: properties:, or say reason: PROPERTY", SLICE_ARG(on->text)),
            "`%.*s` has no property `%.*s` that could hold the reason", SLICE_ARG(on->text), SLICE_ARG(name));
    }
}

static void read_exit(struct loader *l, uint32_t funnel, const struct yaml_node *key, const struct yaml_node *node,
                      struct exit_rule *out)
{
    struct clause_context context = {l->funnels.at[funnel].funnel.of, funnel};
    *out = (struct exit_rule){.label = read_label(l, key->text, node), .reason_path = NONE};
    check_name(l, key, "an exit", false);
    if (slice_is(key->text, "rejected"))
        complain(l, key, SLICE("choose another word"), "`rejected` is the exit that a rejection makes");
    if (!expect_map(l, node, "an exit", "on when decided_by reasons reason he en")) return;
    const struct yaml_node *on = yaml_get(node, "on"), *when = yaml_get(node, "when"),
                           *by = yaml_get(node, "decided_by");
    int ways = (on != NULL) + (when != NULL) + (by != NULL);
    if (ways != 1)
        complain(l, key, SLICE("one of on:, when:, decided_by:"), "an exit is made in one way, and `%.*s` has %d",
                 SLICE_ARG(key->text), ways);
    if (on) out->when = read_on(l, context, on);
    if (when) out->when = read_clause(l, context, when);
    if (by && read_role(l, by, &out->decided_by)) need_decisions(l);
    read_reason(l, node, out);
}

/* ---- landings ---- */

/* In the middle of the funnel, at a stage that a rule can enter. */
static void read_landing_stage(struct loader *l, uint32_t index, const struct yaml_node *key,
                               const struct yaml_node *node, struct landing_rule *out)
{
    const struct funnel *funnel = &l->funnels.at[index].funnel;
    struct slice name;
    if (!node) {
        complain(l, key, SLICE("at: STAGE"), "nothing says at: which stage `%.*s` lands", SLICE_ARG(key->text));
        return;
    }
    if (!read_text(l, node, "at", &name) || (out->stage = stage_find(l, node, index, name)) == NONE) return;
    if (out->stage == 0)
        complain(l, node, SLICE("name a later stage, or put it into the rule of this one"),
                 "nobody lands at `%.*s`: it is the first stage, where a lap begins by its own rule", SLICE_ARG(name));
    else if (out->stage + 1 == funnel->stage_count)
        complain(l, node, SLICE("carries: true on the stage itself begins a lap that is won at once"),
                 "nobody lands at `%.*s`: it is the last stage, and nothing would be left to reach", SLICE_ARG(name));
    else if (funnel->stages[out->stage].decided_by)
        complain(l, node,
                 out->stage > 1 ? hint_printf(l, "at: %.*s, from where it is proposed",
                                              SLICE_ARG(funnel->stages[out->stage - 1].label.name))
                                : SLICE("name a later stage"),
                 "nobody lands at `%.*s`, because people decide who enters it", SLICE_ARG(name));
}

/* How laps of the funnel can end: by an exit that is declared, by people's words without one, or, the last of the
 * names, by a win. */
static size_t end_names(struct loader *l, const struct funnel *funnel, const struct slice **out)
{
    struct slice *names = ARENA_ARRAY(l->arena, struct slice, funnel->exit_count + 3);
    size_t count = 0;
    bool by_people = false, declared = false;
    for (size_t i = 0; i < funnel->stage_count; i++) by_people |= funnel->stages[i].decided_by != ROLE_NONE;
    for (size_t i = 0; i < funnel->exit_count; i++) {
        names[count++] = funnel->exits[i].label.name;
        declared |= funnel->exits[i].decided_by != ROLE_NONE;
    }
    if (by_people) names[count++] = SLICE("rejected");
    if (by_people && !declared) names[count++] = SLICE("disqualified");
    names[count++] = funnel->stages[funnel->stage_count - 1].label.name;
    *out = names;
    return count;
}

static void read_after(struct loader *l, uint32_t index, const struct yaml_node *node, struct landing_rule *out)
{
    const struct funnel *funnel = &l->funnels.at[index].funnel;
    const struct slice *words = NULL, *ends;
    const size_t count = read_words(l, node, "after", &words), end_count = end_names(l, funnel, &ends),
                 win = end_count - 1;
    struct slice *named = ARENA_ARRAY(l->arena, struct slice, count);
    if (node->kind == YAML_LIST && !node->count)
        complain(l, node, SLICE("leave it out for any end"), "nobody lands after nothing: after: is empty");
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < end_count && !slice_equal(ends[k], words[i])) k++;
        if (k == end_count)
            complain(l, node, suggest(l, words[i], ends, end_count),
                     "no lap of `%.*s` ends by `%.*s`: it names an exit, or the last stage",
                     SLICE_ARG(funnel->label.name), SLICE_ARG(words[i]));
        out->after_win |= slice_equal(words[i], ends[win]);
        if (k < win) named[out->after_count++] = words[i];
    }
    out->after_exits = named;
}

static void read_landing(struct loader *l, uint32_t index, const struct yaml_node *key, const struct yaml_node *node,
                         struct landing_rule *out)
{
    const struct clause_context context = {l->funnels.at[index].funnel.of, index};
    *out = (struct landing_rule){.label = read_label(l, key->text, node), .place = yaml_place(key), .stage = NONE};
    check_name(l, key, "a landing", false);
    if (!expect_map(l, node, "a landing", "at after on when again he en")) return;
    const struct yaml_node *on = yaml_get(node, "on"), *when = yaml_get(node, "when"), *after = yaml_get(node, "after"),
                           *again = yaml_get(node, "again");
    read_landing_stage(l, index, key, yaml_get(node, "at"), out);
    if (!on == !when)
        complain(l, key, SLICE("one of on:, when:"), "a landing is made in one way, by on: or when:, and `%.*s` has %d",
                 SLICE_ARG(key->text), on ? 2 : 0);
    if (on) out->when = read_on(l, context, on);
    if (when) out->when = read_clause(l, context, when);
    out->after_win = out->after_every_exit = !after;
    if (after) read_after(l, index, after, out);
    if (again) read_again(l, again, &out->again, &out->again_after);
    if (out->again == AGAIN_BY_HAND)
        complain(l, again, SLICE("new evidence, new event, or a length of time such as 30d"),
                 "nobody lands by hand; whom people take on again, they accept");
}

static void load_landings(struct loader *l, uint32_t index, const struct yaml_node *landings)
{
    struct funnel *funnel = &l->funnels.at[index].funnel;
    if (!usable_map(l, landings, "landings") || !funnel->stage_count) return;
    if (landings->count > LANDINGS_MAX) {
        complain(l, landings, SLICE("any: takes several rules together"), "a funnel has at most %d landings",
                 LANDINGS_MAX);
        return;
    }
    struct landing_rule *list = ARENA_ARRAY(l->arena, struct landing_rule, landings->count);
    for (size_t i = 0; i < landings->count; i++)
        read_landing(l, index, landings->pairs[i].key, landings->pairs[i].value, &list[i]);
    funnel->landings = list;
    funnel->landing_count = landings->count;
}

static void load_exits(struct loader *l, uint32_t index, const struct yaml_node *exits)
{
    if (!usable_map(l, exits, "exits")) return;
    struct exit_rule *list = ARENA_ARRAY(l->arena, struct exit_rule, exits->count);
    for (size_t i = 0; i < exits->count; i++) read_exit(l, index, exits->pairs[i].key, exits->pairs[i].value, &list[i]);
    l->funnels.at[index].funnel.exits = list;
    l->funnels.at[index].funnel.exit_count = exits->count;
}

static void load_funnel(struct loader *l, uint32_t index)
{
    struct funnel_builder *f = &l->funnels.at[index];
    const struct yaml_node *stages = yaml_get(f->node, "stages");
    struct stage *list = ARENA_ARRAY(l->arena, struct stage, f->funnel.stage_count);
    for (uint32_t i = 0; i < f->funnel.stage_count; i++)
        read_stage(l, index, i, stages->pairs[i].key, stages->pairs[i].value, &list[i]);
    f->funnel.stages = list;
    load_exits(l, index, yaml_get(f->node, "exits"));
    load_landings(l, index, yaml_get(f->node, "landings"));
}

void load_funnels(struct loader *l)
{
    for (uint32_t i = 0; i < l->funnels.count; i++) load_funnel(l, i);
}

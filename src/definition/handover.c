/* What people are handed with a lead: teams, what the brief says, playbooks, the buying group; and what reminds them.
 */
#include "definition/loader.h"

static const struct yaml_node *section(struct loader *l, const char *name)
{
    const struct yaml_node *node = yaml_get(l->root, name);
    return node && !yaml_is_null(node) ? node : NULL;
}

static struct label *labels_new(struct loader *l, size_t count)
{
    return ARENA_ARRAY(l->arena, struct label, count);
}

/* ---- teams ---- */

void load_teams(struct loader *l)
{
    const struct yaml_node *teams = section(l, "teams");
    if (!teams || !expect_map(l, teams, "teams", NULL) || !check_length(l, teams, "teams")) return;
    struct label *list = labels_new(l, teams->count);
    size_t count = 0;
    for (size_t i = 0; i < teams->count; i++) {
        const struct yaml_node *key = teams->pairs[i].key, *value = teams->pairs[i].value;
        if (!check_name(l, key, "a team", false)) continue;
        if (!yaml_is_null(value)) expect_map(l, value, "a team", "he en");
        list[count++] = read_label(l, key->text, value);
    }
    l->out->teams = list;
    l->out->team_count = count;
}

static bool read_known_team(struct loader *l, const struct yaml_node *node, const char *what, bool or_role,
                            struct slice *out)
{
    struct slice *names = ARENA_ARRAY(l->arena, struct slice, l->out->team_count + ROLE_COUNT);
    size_t count = 0;
    if (!read_text(l, node, what, out)) return false;
    for (size_t i = 0; i < l->out->team_count; i++) names[count++] = l->out->teams[i].name;
    for (int role = ROLE_NONE + 1; or_role && role < ROLE_COUNT; role++) names[count++] = slice_from(role_names[role]);
    for (size_t i = 0; i < count; i++)
        if (slice_equal(names[i], *out)) return true;
    if (!l->out->team_count) return true;
    struct slice hint = suggest(l, *out, names, count);
    complain(l, node, hint.len ? hint : hint_printf(l, "declare it: teams: %.*s:", SLICE_ARG(*out)),
             "there is no team `%.*s`", SLICE_ARG(*out));
    return false;
}

bool read_team(struct loader *l, const struct yaml_node *node, const char *what, struct slice *out)
{
    return read_known_team(l, node, what, false, out);
}

/* ---- reasons and milestones: a list of names, or a map from names to texts ---- */

size_t read_named(struct loader *l, const struct yaml_node *node, const char *what, const char *keys,
                  const struct label **out)
{
    const struct slice *words = NULL;
    size_t count = 0;
    if (node->kind != YAML_MAP) {
        count = read_words(l, node, what, &words);
        struct label *list = labels_new(l, count);
        for (size_t i = 0; i < count; i++) list[i].name = words[i];
        *out = list;
        return count;
    }
    if (!check_length(l, node, what)) return 0;
    struct label *list = labels_new(l, node->count);
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *key = node->pairs[i].key, *value = node->pairs[i].value;
        if (!yaml_is_null(value)) expect_map(l, value, what, keys);
        list[count++] = read_label(l, key->text, value);
    }
    *out = list;
    return count;
}

/* `sales.budget`: a question of a BANT. */
static bool read_answer(struct loader *l, const struct yaml_node *node, const char *what, uint32_t *bant,
                        uint32_t *question)
{
    struct slice text, known[LIST_MAX];
    size_t count = 0;
    if (!read_text(l, node, what, &text)) return false;
    for (uint32_t b = 0; b < l->bants.count; b++)
        for (uint32_t q = 0; q < l->bants.at[b].count; q++) {
            struct slice name = arena_printf(l->arena, "%.*s.%.*s", SLICE_ARG(l->bants.at[b].label.name),
                                             SLICE_ARG(l->bants.at[b].questions[q].label.name));
            if (count < LIST_MAX) known[count++] = name;
            if (!slice_equal(name, text)) continue;
            *bant = b;
            *question = q;
            return true;
        }
    struct slice hint = suggest(l, text, known, count);
    complain(l, node, hint.len ? hint : SLICE("name a question of a bant: sales.budget"), "there is no question `%.*s`",
             SLICE_ARG(text));
    return false;
}

size_t read_reasons(struct loader *l, const struct yaml_node *node, const struct reason **out)
{
    const struct label *labels;
    const size_t count = read_named(l, node, "a reason", "needs he en", &labels);
    struct reason *list = ARENA_ARRAY(l->arena, struct reason, count);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *value = node->kind == YAML_MAP ? node->pairs[i].value : NULL;
        const struct yaml_node *needs = value && value->kind == YAML_MAP ? yaml_get(value, "needs") : NULL;
        list[i] = (struct reason){labels[i], NONE, NONE};
        if (needs) read_answer(l, needs, "needs", &list[i].needs_bant, &list[i].needs_question);
    }
    *out = list;
    return count;
}

/* ---- the clock of a stage ---- */

static void check_notice(struct loader *l, const struct yaml_node *node, struct duration sla, const struct notice *n)
{
    if (n->from == NOTICE_BEFORE_DUE && n->span.unit == sla.unit && n->span.amount >= sla.amount)
        complain(l, yaml_get(node, "before"), SLICE("a shorter time, or after: from the beginning"),
                 "this comes before the clock begins");
}

static bool read_notice(struct loader *l, const struct yaml_node *node, struct duration sla, struct notice *out)
{
    static const char *const keys[] = {
        [NOTICE_AFTER_START] = "after", [NOTICE_BEFORE_DUE] = "before", [NOTICE_AFTER_DUE] = "late"};
    const char *what = out->escalation ? "an escalation" : "a reminder";
    int given = 0;
    if (!expect_map(l, node, what, "after before late to")) return false;
    for (int from = NOTICE_AFTER_START; from <= NOTICE_AFTER_DUE; from++) {
        const struct yaml_node *span = yaml_get(node, keys[from]);
        if (!span) continue;
        out->from = (enum notice_from)from;
        if (given++)
            complain(l, span, SLICE("keep one of after:, before:, late:"), "%s has one time", what);
        else if (read_duration(l, span, keys[from], &out->span))
            check_notice(l, node, sla, out);
    }
    const struct yaml_node *to = yaml_get(node, "to");
    if (to) read_known_team(l, to, "to", true, &out->to);
    if (!to && out->escalation)
        complain(l, node, SLICE("{ late: 1 business day, to: TEAM }"), "this escalates to nobody");
    return true;
}

/* One map or a list of them. */
static size_t read_notices(struct loader *l, const struct yaml_node *node, bool escalation, struct duration sla,
                           struct notice *out)
{
    const bool list = node->kind == YAML_LIST;
    size_t count = 0;
    for (size_t i = 0; i < (list ? node->count : 1); i++) {
        out[count] = (struct notice){.escalation = escalation};
        count += read_notice(l, list ? node->items[i] : node, sla, &out[count]);
    }
    return count;
}

static size_t notices_most(struct loader *l, const struct yaml_node *node)
{
    if (!node || node->kind != YAML_LIST) return node != NULL;
    return check_length(l, node, "reminders") ? node->count : 0;
}

void read_sla(struct loader *l, const struct yaml_node *node, struct stage *out)
{
    if (node->kind != YAML_MAP) {
        read_duration(l, node, "sla", &out->sla);
        return;
    }
    if (!expect_map(l, node, "an sla", "within remind escalate")) return;
    const struct yaml_node *within = yaml_get(node, "within"), *remind = yaml_get(node, "remind"),
                           *escalate = yaml_get(node, "escalate");
    const size_t reminders = notices_most(l, remind), escalations = notices_most(l, escalate);
    struct notice *notices = ARENA_ARRAY(l->arena, struct notice, reminders + escalations);
    if (within)
        read_duration(l, within, "within", &out->sla);
    else
        complain(l, node, SLICE("{ within: 2 business days, remind: { before: 4 business hours } }"),
                 "this sla says no time");
    if (reminders) out->notice_count = read_notices(l, remind, false, out->sla, notices);
    if (escalations) out->notice_count += read_notices(l, escalate, true, out->sla, notices + out->notice_count);
    out->notices = notices;
}

/* ---- the brief ---- */

/* he: and en:, at least one of them. */
static struct label read_said(struct loader *l, const struct yaml_node *key, const struct yaml_node *node)
{
    const struct label label = read_label(l, key->text, node);
    if (!label.he.len && !label.en.len)
        complain(l, key, SLICE("give it he: and en:"), "`%.*s` says nothing that people could read",
                 SLICE_ARG(key->text));
    return label;
}

static void read_point(struct loader *l, enum subject_kind kind, const struct yaml_node *key,
                       const struct yaml_node *node, bool question, struct talking_point *out)
{
    *out = (struct talking_point){.bant = NONE, .question = NONE};
    check_name(l, key, question ? "a question" : "a text of the brief", false);
    if (!expect_map(l, node, question ? "a question" : "a text of the brief",
                    question ? "when answers he en" : "when he en"))
        return;
    const struct yaml_node *when = yaml_get(node, "when"), *answers = yaml_get(node, "answers");
    out->label = read_said(l, key, node);
    if (when) out->when = read_clause(l, (struct clause_context){kind, NONE}, when);
    if (!question || !answers || !read_answer(l, answers, "answers", &out->bant, &out->question)) return;
    if (l->bants.at[out->bant].of != kind)
        complain(l, answers, SLICE(""), "the brief is of the kind %s, and this bant of the kind %s",
                 subject_kind_names[kind], subject_kind_names[l->bants.at[out->bant].of]);
}

static void load_brief(struct loader *l)
{
    static const char *const names[] = {"pains", "openers", "questions"};
    const struct yaml_node *brief = section(l, "brief");
    struct brief *out = &l->out->brief;
    if (!brief || !expect_map(l, brief, "brief", "of pains openers questions")) return;
    out->of = read_kind(l, brief);
    for (int part = 0; part < BRIEF_PARTS; part++) {
        const struct yaml_node *map = yaml_get(brief, names[part]);
        if (!map || yaml_is_null(map) || !expect_map(l, map, names[part], NULL)) continue;
        if (!check_length(l, map, names[part])) continue;
        struct talking_point *list = ARENA_ARRAY(l->arena, struct talking_point, map->count);
        for (size_t i = 0; i < map->count; i++)
            read_point(l, out->of, map->pairs[i].key, map->pairs[i].value, part == BRIEF_QUESTIONS, &list[i]);
        out->parts[part] = (struct point_list){list, map->count};
    }
}

/* ---- playbooks ---- */

/* A step is a text, or a map of he: and en:. */
static void read_steps(struct loader *l, const struct yaml_node *node, struct playbook *out)
{
    if (!expect_list(l, node, "steps") || !check_length(l, node, "steps")) return;
    struct label *list = labels_new(l, node->count);
    size_t count = 0;
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *item = node->items[i];
        if (item->kind != YAML_MAP) {
            if (read_text(l, item, "a step", &list[count].name)) count++;
            continue;
        }
        expect_map(l, item, "a step", "he en");
        list[count] = read_label(l, SLICE(""), item);
        if (list[count].he.len || list[count].en.len)
            count++;
        else
            complain(l, item, SLICE("give it he: and en:"), "this step says nothing");
    }
    out->steps = list;
    out->step_count = count;
}

static void read_playbook(struct loader *l, const struct yaml_node *key, const struct yaml_node *node,
                          struct playbook *out)
{
    *out = (struct playbook){.place = yaml_place(key)};
    check_name(l, key, "a playbook", false);
    if (!expect_map(l, node, "a playbook", "of when steps refreshed he en")) return;
    const struct yaml_node *when = yaml_get(node, "when"), *steps = yaml_get(node, "steps"),
                           *refreshed = yaml_get(node, "refreshed");
    out->of = read_kind(l, node);
    out->label = read_label(l, key->text, node);
    if (when)
        out->when = read_clause(l, (struct clause_context){out->of, NONE}, when);
    else
        complain(l, key, SLICE("when: scores.sales >= 70 && scores.sales <= 80"),
                 "this playbook does not say for which situation it is");
    if (steps) read_steps(l, steps, out);
    if (!out->step_count)
        complain(l, steps ? steps : key, SLICE("steps: [ { he: …, en: … } ]"), "this playbook has no steps");
    if (refreshed) out->has_refreshed = read_day(l, refreshed, "refreshed", &out->refreshed);
}

static void load_playbooks(struct loader *l)
{
    const struct yaml_node *map = section(l, "playbooks");
    if (!map || !expect_map(l, map, "playbooks", NULL) || !check_length(l, map, "playbooks")) return;
    struct playbook *list = ARENA_ARRAY(l->arena, struct playbook, map->count);
    for (size_t i = 0; i < map->count; i++) read_playbook(l, map->pairs[i].key, map->pairs[i].value, &list[i]);
    l->out->playbooks = list;
    l->out->playbook_count = map->count;
}

/* ---- the buying group ---- */

static void read_seat(struct loader *l, const struct yaml_node *key, const struct yaml_node *node,
                      struct group_seat *out)
{
    int part;
    *out = (struct group_seat){.needed = true};
    check_name(l, key, "a seat of the buying group", false);
    if (!expect_map(l, node, "a seat of the buying group", "when part needed he en")) return;
    const struct yaml_node *when = yaml_get(node, "when"), *said = yaml_get(node, "part"),
                           *needed = yaml_get(node, "needed");
    out->label = read_label(l, key->text, node);
    if (when)
        out->when = read_clause(l, (struct clause_context){KIND_PERSON, NONE}, when);
    else
        complain(l, key, SLICE("when: person.role == \"cfo\""), "nothing says who sits here");
    if (!said)
        complain(l, key, SLICE("part: decides, influences, uses or blocks"), "this seat has no part in buying");
    else if (read_choice(l, said, "part", "decides influences uses blocks", &part))
        out->part = (enum group_part)part;
    if (needed) read_bool(l, needed, "needed", &out->needed);
}

static void load_seats(struct loader *l)
{
    const struct yaml_node *map = section(l, "buying_group");
    if (!map || !expect_map(l, map, "buying_group", NULL) || !check_length(l, map, "seats")) return;
    struct group_seat *list = ARENA_ARRAY(l->arena, struct group_seat, map->count);
    for (size_t i = 0; i < map->count; i++) read_seat(l, map->pairs[i].key, map->pairs[i].value, &list[i]);
    l->out->seats = list;
    l->out->seat_count = map->count;
}

void load_handover(struct loader *l)
{
    load_brief(l);
    load_playbooks(l);
    load_seats(l);
}

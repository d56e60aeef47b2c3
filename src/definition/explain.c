/* The definition as sentences that the heads of marketing and sales can sign: printed as one text, or kept as
 * statements that know which rule they are of. */
#include "definition/statement.h"
#include "definition/words.h"

struct writer {
    struct speaker s;
    struct buffer *out;          /* NULL: statements are kept */
    struct statement_list *kept; /* NULL: printed */
    struct statement next;       /* what is known of the next line before it is said */
};

static void line(struct writer *w, int depth, struct slice text)
{
    if (w->kept) {
        w->next.text = text;
        if (!w->next.key.len) w->next.key = text;
        if (w->next.rule.len) vector_push(w->kept, w->next);
        w->next.key = w->next.what = w->next.value = slice_of("", 0);
        w->next.bullet = false;
        return;
    }
    for (int i = 0; i < depth; i++) buffer_text(w->out, "  ");
    buffer_add(w->out, text);
    buffer_char(w->out, '\n');
}

static void bullet(struct writer *w, int depth, struct slice text)
{
    w->next.bullet = true;
    line(w, depth, w->kept ? text : arena_printf(w->s.arena, "• %.*s", SLICE_ARG(text)));
}

static void heading(struct writer *w, struct slice text)
{
    if (w->kept) return;
    buffer_char(w->out, '\n');
    line(w, 0, text);
}

/* The lines that follow are of this rule: its place in the file, and what it is called. */
static void begin_rule(struct writer *w, struct slice path, struct slice title)
{
    w->next = (struct statement){.rule = path, .title = title};
}

static struct slice path_of(struct writer *w, const char *section, struct slice name)
{
    return arena_printf(w->s.arena, "%s.%.*s", section, SLICE_ARG(name));
}

/* What tells the next line from the others of its rule; else its own text does. */
static struct writer *as(struct writer *w, struct slice key)
{
    w->next.key = key;
    return w;
}

/* The same of a line that says one value of something. */
static struct writer *as_value(struct writer *w, struct slice what, struct slice value)
{
    w->next.key = w->next.what = what;
    w->next.value = value;
    return w;
}

static struct slice join(struct writer *w, struct slice a, struct slice b)
{
    return arena_printf(w->s.arena, "%.*s %.*s", SLICE_ARG(a), SLICE_ARG(b));
}

/* "MEL (engaged)" */
static struct slice named(struct writer *w, const struct label *label)
{
    struct slice own = w->s.language == LANGUAGE_HE ? label->he : label->en, key = isolated(&w->s, label->name);
    if (!own.len || slice_equal(own, label->name)) return key;
    return arena_printf(w->s.arena, "%.*s (%.*s)", SLICE_ARG(key), SLICE_ARG(own));
}

static struct slice label_list(struct writer *w, const struct label *labels, size_t count, enum phrase last)
{
    struct slice *said = ARENA_ARRAY(w->s.arena, struct slice, count);
    for (size_t i = 0; i < count; i++) said[i] = spoken(&w->s, &labels[i]);
    return spoken_list(&w->s, said, count, last);
}

static struct slice reason_list(struct writer *w, const struct reason *reasons, size_t count)
{
    struct label *labels = ARENA_ARRAY(w->s.arena, struct label, count);
    for (size_t i = 0; i < count; i++) labels[i] = reasons[i].label;
    return label_list(w, labels, count, SAY_OR);
}

static struct slice team_name(struct writer *w, struct slice team)
{
    const struct label label = definition_team(w->s.definition, team);
    return spoken(&w->s, &label);
}

/* ---- clauses ---- */

/* Members without a name are told apart by their place among the others. */
static void write_members(struct writer *w, enum subject_kind kind, const struct clause *clause, int depth,
                          struct slice within)
{
    for (size_t i = 0; i < clause->count; i++) {
        const struct clause *member = &clause->members[i];
        struct slice text = speak_clause(&w->s, kind, member), name = member->label.name;
        if (name.len || member->label.he.len || member->label.en.len)
            text = fill2(&w->s, SAY_LABELLED, spoken(&w->s, &member->label), text);
        const struct slice key = name.len ? arena_printf(w->s.arena, "%.*s/%.*s", SLICE_ARG(within), SLICE_ARG(name))
                                          : arena_printf(w->s.arena, "%.*s/%zu", SLICE_ARG(within), i);
        bullet(as(w, key), depth, text);
        write_members(w, kind, member, depth + 1, key);
    }
}

/* "Entered when all of these hold:" and the members below it. */
static void write_clause(struct writer *w, enum subject_kind kind, struct slice lead, const struct clause *clause,
                         int depth)
{
    struct slice text = speak_clause(&w->s, kind, clause);
    if (clause->label.name.len) text = fill2(&w->s, SAY_LABELLED, spoken(&w->s, &clause->label), text);
    bool leaf = clause->count == 0;
    line(as(w, SLICE("when")), depth,
         leaf ? arena_printf(w->s.arena, "%.*s %.*s.", SLICE_ARG(lead), SLICE_ARG(text)) : join(w, lead, text));
    write_members(w, kind, clause, depth + 1, SLICE("when"));
}

/* ---- signals ---- */

static struct slice weights_sentence(struct writer *w, const struct signal *signal)
{
    struct slice *parts = ARENA_ARRAY(w->s.arena, struct slice, signal->weight_count);
    for (size_t i = 0; i < signal->weight_count; i++) {
        const struct weight *weight = &signal->weights[i];
        struct slice match = speak_match(&w->s, &weight->match), points = spoken_number(&w->s, weight->points);
        parts[i] = weight->at_most ? fill3(&w->s, SAY_WEIGHT_MOST, match, points, spoken_times(&w->s, weight->at_most))
                                   : fill2(&w->s, SAY_WEIGHT, match, points);
    }
    struct slice text = fill1(&w->s, SAY_WEIGH, spoken_list(&w->s, parts, signal->weight_count, SAY_LIST_AND));
    if (signal->half_life_days) {
        struct duration life = {DURATION_EXACT, signal->half_life_days * DAY_US};
        text = fill2(&w->s, SAY_HALF_LIFE, text, spoken_duration(&w->s, life));
    }
    return signal->cap ? fill2(&w->s, SAY_CAPPED, text, spoken_number(&w->s, signal->cap)) : text;
}

static struct slice signal_sentence(struct writer *w, const struct signal *signal)
{
    static const enum phrase says[] = {
        [REDUCE_COUNT] = SAY_COUNT_OF, [REDUCE_SUM] = SAY_SUM_OF,         [REDUCE_DISTINCT] = SAY_DISTINCT_OF,
        [REDUCE_FIRST] = SAY_FIRST_OF, [REDUCE_LAST] = SAY_LAST_OF,       [REDUCE_MIN] = SAY_MIN_OF,
        [REDUCE_MAX] = SAY_MAX_OF,     [REDUCE_STREAK] = SAY_STREAK_DAYS, [REDUCE_DAYS_SINCE] = SAY_DAYS_SINCE,
    };
    if (signal->reduce == REDUCE_WEIGH) return speak_window(&w->s, weights_sentence(w, signal), signal);
    enum phrase say = signal->reduce == REDUCE_STREAK && signal->by_week ? SAY_STREAK_WEEKS : says[signal->reduce];
    struct slice of = signal->of == NONE ? SLICE("") : speak_property(&w->s, signal);
    return speak_window(&w->s, fill2(&w->s, say, speak_matcher(&w->s, &signal->match), of), signal);
}

static struct slice members_sentence(struct writer *w, enum subject_kind kind, const struct member_signal *m)
{
    const struct slice of = named(w, &w->s.definition->kinds[KIND_PERSON].signals[m->of].label),
                       who = phrase(&w->s, kind == KIND_ACCOUNT ? SAY_PEOPLE_OF_ACCOUNT
                                           : kind == KIND_DEAL  ? SAY_CONTACTS_OF_DEAL
                                                                : SAY_CONTACTS_OF_SUBSCRIPTION),
                       text = m->sum ? fill2(&w->s, SAY_MEMBERS_SUM, of, who)
                                     : fill3(&w->s, SAY_MEMBERS_WITH, of, spoken_number(&w->s, m->at_least), who);
    if (m->role == CREDIT_PRIMARY) return fill1(&w->s, SAY_MEMBERS_PRIMARY, text);
    return m->role == CREDIT_FIRST ? fill1(&w->s, SAY_MEMBERS_FIRST, text) : text;
}

static void write_signals(struct writer *w)
{
    bool headed = false;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const struct kind_model *model = &w->s.definition->kinds[kind];
        for (size_t i = 0; i < model->signal_count; i++) {
            const struct signal *signal = &model->signals[i];
            if (!signal->label.name.len) continue;
            if (!headed) heading(w, phrase(&w->s, SAY_SIGNALS));
            headed = true;
            begin_rule(w, path_of(w, "signals", signal->label.name),
                       fill1(&w->s, SAY_SIGNAL, named(w, &signal->label)));
            bullet(as(w, SLICE("rule")), 1,
                   fill2(&w->s, SAY_LABELLED, named(w, &signal->label), signal_sentence(w, signal)));
        }
        for (size_t i = 0; i < model->member_signal_count; i++) {
            const struct member_signal *m = &model->member_signals[i];
            begin_rule(w, path_of(w, "signals", m->label.name), fill1(&w->s, SAY_SIGNAL, named(w, &m->label)));
            bullet(as(w, SLICE("rule")), 1,
                   fill2(&w->s, SAY_LABELLED, named(w, &m->label), members_sentence(w, (enum subject_kind)kind, m)));
        }
    }
}

/* ---- ICP, BANT, scores ---- */

static void write_profiles(struct writer *w)
{
    const struct definition *d = w->s.definition;
    if (d->icp_count) heading(w, phrase(&w->s, SAY_PROFILES));
    for (size_t i = 0; i < d->icp_count; i++) {
        const struct icp *icp = &d->icps[i];
        begin_rule(w, path_of(w, "icp", icp->label.name), named(w, &icp->label));
        line(as_value(w, fill1(&w->s, SAY_MATCH_OF, named(w, &icp->label)), spoken_percent(&w->s, icp->match_at)), 1,
             fill2(&w->s, SAY_ICP, named(w, &icp->label), spoken_percent(&w->s, icp->match_at)));
        for (size_t c = 0; c < icp->count; c++) {
            const struct icp_criterion *criterion = &icp->criteria[c];
            struct slice rule = speak_rule(&w->s, icp->of, criterion->when);
            rule = fill2(&w->s, SAY_LABELLED, spoken(&w->s, &criterion->label), rule);
            bullet(as(w, criterion->label.name), 2,
                   fill2(&w->s, SAY_CRITERION, rule, spoken_number(&w->s, criterion->weight * DECIMAL_ONE)));
        }
    }
    if (d->bant_count) heading(w, phrase(&w->s, SAY_QUESTIONS));
    for (size_t i = 0; i < d->bant_count; i++) {
        const struct bant *bant = &d->bants[i];
        begin_rule(w, path_of(w, "bant", bant->label.name), fill1(&w->s, SAY_BANT_OF, named(w, &bant->label)));
        line(as_value(w, fill1(&w->s, SAY_PASS_OF, named(w, &bant->label)),
                      spoken_number(&w->s, bant->pass_at * DECIMAL_ONE)),
             1,
             fill3(&w->s, bant->pass_at == (int64_t)bant->count ? SAY_BANT_ALL : SAY_BANT, named(w, &bant->label),
                   spoken_number(&w->s, bant->pass_at * DECIMAL_ONE),
                   spoken_number(&w->s, (int64_t)bant->count * DECIMAL_ONE)));
        for (size_t q = 0; q < bant->count; q++)
            bullet(as(w, bant->questions[q].label.name), 2,
                   fill2(&w->s, SAY_QUESTION, spoken(&w->s, &bant->questions[q].label),
                         speak_rule(&w->s, bant->of, bant->questions[q].when)));
    }
}

static void write_score(struct writer *w, const struct score *score)
{
    struct slice name = named(w, &score->label);
    begin_rule(w, path_of(w, "scores", score->label.name), fill1(&w->s, SAY_SCORE, name));
    const struct slice threshold = fill1(&w->s, SAY_THRESHOLD_OF, name), border = fill1(&w->s, SAY_BORDER_OF, name);
    if (score->owner) name = fill2(&w->s, SAY_OWNED, name, spoken_role(&w->s, score->owner));
    line(as(w, SLICE("name")), 1, fill1(&w->s, SAY_SCORE_ADDS, name));
    for (size_t i = 0; i < score->count; i++) {
        const struct score_term *term = &score->terms[i];
        struct slice points = speak_rule(&w->s, score->of, term->points), label = spoken(&w->s, &term->label);
        const uint32_t *slots;
        bool fixed = rule_reads(term->points, &slots) == 0;
        struct slice text = fill2(&w->s, fixed ? SAY_TERM : SAY_TERM_AS, label, points);
        if (term->when)
            text = fill3(&w->s, fixed ? SAY_TERM_WHEN : SAY_TERM_AS_WHEN, label, points,
                         speak_rule(&w->s, score->of, term->when));
        bullet(as(w, term->label.name), 2,
               term->capped ? fill2(&w->s, SAY_TERM_CAP, text, spoken_number(&w->s, term->cap)) : text);
    }
    const struct slice above = spoken_number(&w->s, score->above);
    if (score->has_threshold) line(as_value(w, threshold, above), 2, fill1(&w->s, SAY_THRESHOLD, above));
    if (!score->has_borderline) return;
    struct slice from = spoken_number(&w->s, score->borderline_from);
    struct slice team = team_name(w, score->borderline_team);
    const bool passed_on = score->borderline_team.len > 0;
    const struct slice value =
        passed_on ? arena_printf(w->s.arena, "%.*s (%.*s)", SLICE_ARG(from), SLICE_ARG(team)) : from;
    line(as_value(w, border, value), 2,
         score->borderline_team.len ? fill2(&w->s, SAY_BORDERLINE_TEAM, from, team)
                                    : fill1(&w->s, SAY_BORDERLINE, from));
}

/* ---- funnels ---- */

static void write_routes(struct writer *w, enum subject_kind kind, const struct stage *stage)
{
    struct slice all = {0};
    for (size_t i = 0; i < stage->route_count; i++) {
        const struct route *route = &stage->routes[i];
        struct slice to = team_name(w, route->to);
        struct slice one = route->when ? fill2(&w->s, SAY_ROUTE_WHEN, to, speak_rule(&w->s, kind, route->when))
                                       : fill1(&w->s, SAY_ROUTE_REST, to);
        all = i ? arena_printf(w->s.arena, "%.*s; %.*s", SLICE_ARG(all), SLICE_ARG(one)) : one;
    }
    line(as(w, SLICE("route")), 2, fill1(&w->s, SAY_ROUTES, all));
}

static void write_advice(struct writer *w, enum subject_kind kind, const struct stage *stage)
{
    struct slice *parts = ARENA_ARRAY(w->s.arena, struct slice, stage->advice_count);
    for (size_t i = 0; i < stage->advice_count; i++) {
        struct slice rule = speak_rule(&w->s, kind, stage->advice[i].when);
        parts[i] = fill2(&w->s, SAY_LABELLED, spoken(&w->s, &stage->advice[i].label), rule);
    }
    line(as(w, SLICE("advise")), 2,
         fill1(&w->s, SAY_ADVISED, spoken_list(&w->s, parts, stage->advice_count, SAY_LIST_AND)));
}

static struct slice notice_to(struct writer *w, struct slice to)
{
    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++)
        if (slice_is(to, role_names[role])) return spoken_role(&w->s, (enum role)role);
    return team_name(w, to);
}

static void write_notice(struct writer *w, const struct notice *n)
{
    static const enum phrase times[] = {[NOTICE_AT_DUE] = SAY_NOTICE_AT_DUE,
                                        [NOTICE_AFTER_START] = SAY_NOTICE_AFTER_START,
                                        [NOTICE_BEFORE_DUE] = SAY_NOTICE_BEFORE_DUE,
                                        [NOTICE_AFTER_DUE] = SAY_NOTICE_AFTER_DUE};
    struct slice span = n->from == NOTICE_AT_DUE ? SLICE("") : spoken_duration(&w->s, n->span);
    struct slice at = fill1(&w->s, times[n->from], span), to = n->to.len ? notice_to(w, n->to) : SLICE("");
    line(w, 2, fill2(&w->s, n->escalation ? SAY_ESCALATE : to.len ? SAY_REMIND_TO : SAY_REMIND, at, to));
}

static void write_return(struct writer *w, const struct funnel *funnel, const struct stage *stage)
{
    if (stage->return_to != NONE)
        line(as(w, SLICE("return_to")), 2,
             fill1(&w->s, SAY_RETURN_TO, isolated(&w->s, funnel->stages[stage->return_to].label.name)));
    if (stage->return_count)
        line(as(w, SLICE("return")), 2,
             fill1(&w->s, SAY_RETURN_REASONS, reason_list(w, stage->return_reasons, stage->return_count)));
    if (stage->again == AGAIN_BY_HAND)
        line(as(w, SLICE("again")), 2, phrase(&w->s, SAY_AGAIN_BY_HAND));
    else if (stage->again == AGAIN_NEW_EVENT)
        line(as(w, SLICE("again")), 2, phrase(&w->s, SAY_AGAIN_EVENT));
    else if (stage->again == AGAIN_AFTER)
        line(as(w, SLICE("again")), 2, fill1(&w->s, SAY_AGAIN_AFTER, spoken_duration(&w->s, stage->again_after)));
    else if (stage->return_to != NONE || stage->decided_by)
        line(as(w, SLICE("again")), 2, phrase(&w->s, SAY_AGAIN_EVIDENCE));
}

static void begin_funnel_rule(struct writer *w, const struct funnel *funnel, const char *list,
                              const struct label *label)
{
    const struct slice path =
        arena_printf(w->s.arena, "funnels.%.*s.%s.%.*s", SLICE_ARG(funnel->label.name), list, SLICE_ARG(label->name));
    begin_rule(w, path, named(w, label));
}

static void write_stage(struct writer *w, const struct funnel *funnel, size_t index)
{
    const struct stage *stage = &funnel->stages[index];
    begin_funnel_rule(w, funnel, "stages", &stage->label);
    struct slice number = spoken_number(&w->s, (int64_t)(index + 1) * DECIMAL_ONE), name = named(w, &stage->label);
    struct slice before = index ? isolated(&w->s, funnel->stages[index - 1].label.name) : SLICE("");
    const struct slice owner = stage->owner ? spoken_role(&w->s, stage->owner) : SLICE("");
    line(as_value(w, fill1(&w->s, SAY_OWNER_OF, name), owner), 1,
         stage->owner ? fill3(&w->s, SAY_STAGE_OWNED, number, name, owner) : fill2(&w->s, SAY_STAGE, number, name));
    if (stage->enter)
        write_clause(w, funnel->of, phrase(&w->s, SAY_ENTERED_WHEN), stage->enter, 2);
    else
        line(as(w, SLICE("when")), 2, fill2(&w->s, SAY_DECIDED, spoken_role(&w->s, stage->decided_by), before));
    if (index && stage->enter && !stage->carries) line(as(w, SLICE("gated")), 2, fill1(&w->s, SAY_GATED, before));
    if (stage->carries) line(as(w, SLICE("carries")), 2, phrase(&w->s, SAY_CARRIES));
    const struct slice time = spoken_duration(&w->s, stage->sla), until = fill1(&w->s, SAY_SLA_OF, name);
    if (stage->sla.amount) line(as_value(w, until, time), 2, fill2(&w->s, SAY_SLA, time, before));
    for (size_t i = 0; i < stage->notice_count; i++) write_notice(w, &stage->notices[i]);
    write_return(w, funnel, stage);
    if (stage->route_count) write_routes(w, funnel->of, stage);
    if (stage->reject_count)
        line(as(w, SLICE("reject")), 2,
             fill1(&w->s, SAY_REJECT, reason_list(w, stage->reject_reasons, stage->reject_count)));
    if (stage->milestone_count)
        line(as(w, SLICE("milestones")), 2,
             fill1(&w->s, SAY_MILESTONES, label_list(w, stage->milestones, stage->milestone_count, SAY_LIST_AND)));
    if (stage->advice_count) write_advice(w, funnel->of, stage);
}

static void write_exits(struct writer *w, const struct funnel *funnel)
{
    if (!funnel->exit_count) return;
    heading(w, fill1(&w->s, SAY_EXITS, named(w, &funnel->label)));
    for (size_t i = 0; i < funnel->exit_count; i++) {
        const struct exit_rule *exit = &funnel->exits[i];
        struct slice name = named(w, &exit->label);
        begin_funnel_rule(w, funnel, "exits", &exit->label);
        if (exit->when)
            write_clause(w, funnel->of, fill1(&w->s, SAY_EXIT_WHEN, name), exit->when, 1);
        else
            line(as(w, SLICE("when")), 1, fill2(&w->s, SAY_EXIT_DECIDED, name, spoken_role(&w->s, exit->decided_by)));
        if (exit->reason_count)
            line(as(w, SLICE("reasons")), 2,
                 fill1(&w->s, SAY_REASONS, reason_list(w, exit->reasons, exit->reason_count)));
    }
}

static struct slice spoken_ends(struct writer *w, const struct funnel *funnel, const struct landing_rule *landing)
{
    struct label *ends = ARENA_ARRAY(w->s.arena, struct label, landing->after_count + 1);
    size_t count = 0;
    if (landing->after_win) ends[count++] = funnel->stages[funnel->stage_count - 1].label;
    for (size_t i = 0; i < landing->after_count; i++) {
        ends[count] = (struct label){.name = landing->after_exits[i]};
        for (size_t e = 0; e < funnel->exit_count; e++)
            if (slice_equal(funnel->exits[e].label.name, landing->after_exits[i])) ends[count] = funnel->exits[e].label;
        count++;
    }
    return label_list(w, ends, count, SAY_OR);
}

static void write_landings(struct writer *w, const struct funnel *funnel)
{
    if (!funnel->landing_count) return;
    heading(w, fill1(&w->s, SAY_LANDINGS, named(w, &funnel->label)));
    for (size_t i = 0; i < funnel->landing_count; i++) {
        const struct landing_rule *landing = &funnel->landings[i];
        const struct slice at = isolated(&w->s, funnel->stages[landing->stage].label.name);
        begin_funnel_rule(w, funnel, "landings", &landing->label);
        write_clause(w, funnel->of, fill2(&w->s, SAY_LANDING_WHEN, named(w, &landing->label), at), landing->when, 1);
        line(as(w, SLICE("after")), 2,
             landing->after_every_exit ? phrase(&w->s, SAY_LANDING_AFTER_ALL)
                                       : fill1(&w->s, SAY_LANDING_AFTER, spoken_ends(w, funnel, landing)));
        line(as(w, SLICE("again")), 2,
             landing->again == AGAIN_AFTER
                 ? fill1(&w->s, SAY_LANDING_AGAIN_AFTER, spoken_duration(&w->s, landing->again_after))
                 : phrase(&w->s, landing->again == AGAIN_NEW_EVENT ? SAY_LANDING_AGAIN_EVENT : SAY_LANDING_AGAIN));
        line(as(w, SLICE("inherited")), 2, phrase(&w->s, SAY_LANDING_INHERITED));
    }
}

static void write_funnel(struct writer *w, const struct funnel *funnel)
{
    static const enum phrase of_kind[KIND_COUNT] = {SAY_FUNNEL_OF_PERSON, SAY_FUNNEL_OF_ACCOUNT, SAY_FUNNEL_OF_DEAL,
                                                    SAY_FUNNEL_OF_SUBSCRIPTION, SAY_FUNNEL_OF_MARKET};
    static const enum phrase credits[] = {
        [CREDIT_PRIMARY] = SAY_CREDIT_PRIMARY, [CREDIT_ALL] = SAY_CREDIT_ALL, [CREDIT_FIRST] = SAY_CREDIT_FIRST};
    const struct slice said = fill1(&w->s, of_kind[funnel->of], named(w, &funnel->label));
    heading(w, said);
    begin_rule(w, path_of(w, "funnels", funnel->label.name), said);
    if (funnel->credit) line(as(w, SLICE("credit")), 1, phrase(&w->s, credits[funnel->credit]));
    for (size_t i = 0; i < funnel->stage_count; i++) write_stage(w, funnel, i);
    write_exits(w, funnel);
    write_landings(w, funnel);
}

/* ---- what people are handed ---- */

static void write_point(struct writer *w, const struct brief *brief, const struct talking_point *point)
{
    struct slice text = spoken(&w->s, &point->label);
    if (point->when) text = fill2(&w->s, SAY_POINT_WHEN, text, speak_situation(&w->s, brief->of, point->when));
    if (point->bant != NONE) {
        const struct bant *bant = &w->s.definition->bants[point->bant];
        text = fill3(&w->s, SAY_ASKED_UNTIL, text, spoken(&w->s, &bant->questions[point->question].label),
                     spoken(&w->s, &bant->label));
    }
    bullet(w, 2, text);
}

static void write_brief(struct writer *w, const struct brief *brief)
{
    static const enum phrase titles[BRIEF_PARTS] = {
        [BRIEF_PAINS] = SAY_PAINS, [BRIEF_OPENERS] = SAY_OPENERS, [BRIEF_QUESTIONS] = SAY_DISCOVERY};
    bool headed = false;
    begin_rule(w, SLICE("brief"), phrase(&w->s, SAY_BRIEF));
    for (int part = 0; part < BRIEF_PARTS; part++) {
        const struct point_list *list = &brief->parts[part];
        if (list->count && !headed) heading(w, phrase(&w->s, SAY_BRIEF));
        headed |= list->count > 0;
        if (list->count) line(w, 1, phrase(&w->s, titles[part]));
        for (size_t i = 0; i < list->count; i++) write_point(w, brief, &list->at[i]);
    }
}

static void write_playbook(struct writer *w, const struct playbook *book)
{
    struct slice situation = speak_situation(&w->s, book->of, book->when);
    begin_rule(w, path_of(w, "playbooks", book->label.name), spoken(&w->s, &book->label));
    line(as(w, SLICE("when")), 1, fill2(&w->s, SAY_PLAYBOOK, spoken(&w->s, &book->label), situation));
    for (size_t i = 0; i < book->step_count; i++) bullet(w, 2, spoken(&w->s, &book->steps[i]));
    if (!book->has_refreshed) return;
    int year, month, day;
    civil_from_day(book->refreshed, &year, &month, &day);
    struct slice date = arena_printf(w->s.arena, "%04d-%02d-%02d", year, month, day);
    line(as(w, SLICE("refreshed")), 2, fill1(&w->s, SAY_REFRESHED, isolated(&w->s, date)));
}

static void write_seat(struct writer *w, const struct group_seat *seat)
{
    static const enum phrase parts[PART_COUNT] = {SAY_DECIDES, SAY_INFLUENCES, SAY_USES, SAY_BLOCKS};
    struct slice text = fill3(&w->s, SAY_SEAT, spoken(&w->s, &seat->label), phrase(&w->s, parts[seat->part]),
                              speak_situation(&w->s, KIND_PERSON, seat->when));
    bullet(as(w, seat->label.name), 1, seat->needed ? text : fill1(&w->s, SAY_SEAT_FREE, text));
}

static void write_handover(struct writer *w)
{
    const struct definition *d = w->s.definition;
    write_brief(w, &d->brief);
    if (d->playbook_count) heading(w, phrase(&w->s, SAY_PLAYBOOKS));
    for (size_t i = 0; i < d->playbook_count; i++) write_playbook(w, &d->playbooks[i]);
    if (d->seat_count) heading(w, phrase(&w->s, SAY_BUYING_GROUP));
    begin_rule(w, SLICE("buying_group"), phrase(&w->s, SAY_BUYING_GROUP));
    for (size_t i = 0; i < d->seat_count; i++) write_seat(w, &d->seats[i]);
    if (d->team_count) heading(w, fill1(&w->s, SAY_TEAMS, label_list(w, d->teams, d->team_count, SAY_LIST_AND)));
}

/* ---- measures ---- */

static void write_band(struct writer *w, const struct band *band)
{
    const struct definition *d = w->s.definition;
    const struct funnel *funnel = &d->funnels[band->funnel];
    struct slice parts[5];
    size_t count = 0;
    if (band->has_failing) parts[count++] = fill1(&w->s, SAY_FAILING, spoken_percent(&w->s, band->failing));
    if (band->has_good) parts[count++] = fill1(&w->s, SAY_GOOD, spoken_percent(&w->s, band->good));
    if (band->has_excellent) parts[count++] = fill1(&w->s, SAY_EXCELLENT, spoken_percent(&w->s, band->excellent));
    if (band->has_wanted)
        parts[count++] =
            fill2(&w->s, SAY_WANTED, spoken_percent(&w->s, band->wanted_low), spoken_percent(&w->s, band->wanted_high));
    if (band->target_days) {
        struct duration days = {DURATION_EXACT, band->target_days * DAY_US};
        parts[count++] = fill1(&w->s, SAY_TARGET_DAYS, spoken_duration(&w->s, days));
    }
    struct slice from = isolated(&w->s, funnel->stages[band->from].label.name);
    struct slice to = isolated(&w->s, funnel->stages[band->to].label.name);
    const bool other = band->funnel != d->report.funnel;
    const struct slice pair =
        arena_printf(w->s.arena, "%.*s%s%.*s>%.*s", SLICE_ARG(other ? funnel->label.name : SLICE("")), other ? "." : "",
                     SLICE_ARG(funnel->stages[band->from].label.name), SLICE_ARG(funnel->stages[band->to].label.name));
    begin_rule(w, path_of(w, "kpis", pair), fill2(&w->s, SAY_FROM_STAGE, from, to));
    bullet(as(w, SLICE("rule")), 1,
           fill3(&w->s, SAY_TRANSITION, from, to, spoken_list(&w->s, parts, count, SAY_LIST_AND)));
}

static void write_measures(struct writer *w)
{
    const struct definition *d = w->s.definition;
    if (!d->landing.given && !d->band_count) return;
    const struct funnel *funnel = &d->funnels[d->report.funnel];
    heading(w, phrase(&w->s, SAY_KPIS));
    if (d->landing.given) {
        struct slice visit = speak_happened(&w->s, &d->landing.visitor, 1);
        if (d->landing.visitor.human) visit = fill1(&w->s, SAY_HUMAN, visit);
        begin_rule(w, SLICE("kpis.landing"), phrase(&w->s, SAY_LANDING_RATE));
        bullet(as(w, SLICE("rule")), 1,
               fill2(&w->s, SAY_LANDING, visit, isolated(&w->s, funnel->stages[d->landing.stage].label.name)));
    }
    for (size_t i = 0; i < d->band_count; i++) write_band(w, &d->bands[i]);
}

static void write_many(struct writer *w, enum phrase phrase, struct slice name, uint32_t many, int64_t within)
{
    const struct slice count = spoken_number(&w->s, many * DECIMAL_ONE);
    const struct slice span = spoken_duration(&w->s, (struct duration){DURATION_EXACT, within});
    bullet(as(w, SLICE("rule")), 1, fill3(&w->s, phrase, name, count, span));
}

static void write_bursts(struct writer *w)
{
    const struct definition *d = w->s.definition;
    bool headed = false;
    for (size_t i = 0; i < d->event_count; i++) {
        const struct event_type *event = &d->events[i];
        if (!event->burst_times && !event->crowd_people) continue;
        if (!headed) heading(w, phrase(&w->s, SAY_MACHINES));
        headed = true;
        const struct slice name = fill1(&w->s, SAY_EVENT, spoken(&w->s, &event->label));
        begin_rule(w, path_of(w, "events", event->label.name), name);
        if (event->burst_times) write_many(w, SAY_BURST, name, event->burst_times, event->burst_within);
        if (event->crowd_people) write_many(w, SAY_CROWD, name, event->crowd_people, event->crowd_within);
    }
}

static void write_title(struct writer *w)
{
    const struct definition *d = w->s.definition;
    const struct company *company = &d->company;
    struct slice name = company->name.len ? company->name : d->name, signers[2];
    line(w, 0, fill3(&w->s, SAY_TITLE, isolated(&w->s, name), isolated(&w->s, d->name), isolated(&w->s, d->hash)));
    size_t count = 0;
    if (company->marketing_signs) signers[count++] = spoken_role(&w->s, ROLE_MARKETING);
    if (company->sales_signs) signers[count++] = spoken_role(&w->s, ROLE_SALES);
    if (count) line(w, 0, fill1(&w->s, SAY_SIGNED_BY, spoken_list(&w->s, signers, count, SAY_LIST_AND)));
}

static void write_all(struct writer *w)
{
    const struct definition *definition = w->s.definition;
    if (definition->audience) {
        heading(w, phrase(&w->s, SAY_AUDIENCE));
        begin_rule(w, SLICE("audience"), phrase(&w->s, SAY_AUDIENCE));
        write_clause(w, KIND_PERSON, phrase(&w->s, SAY_AUDIENCE_WHEN), definition->audience, 1);
    }
    for (size_t i = 0; i < definition->funnel_count; i++) write_funnel(w, &definition->funnels[i]);
    write_profiles(w);
    if (definition->score_count) heading(w, phrase(&w->s, SAY_SCORES));
    for (size_t i = 0; i < definition->score_count; i++) write_score(w, &definition->scores[i]);
    write_handover(w);
    write_signals(w);
    write_bursts(w);
    write_measures(w);
}

void definition_explain(const struct definition *definition, enum language language, struct buffer *out)
{
    struct arena arena;
    arena_init(&arena);
    struct writer w = {.s = {definition, language, &arena}, .out = out};
    write_title(&w);
    write_all(&w);
    arena_release(&arena);
}

void definition_statements(const struct definition *definition, enum language language, struct arena *arena,
                           struct statement_list *out)
{
    struct writer w = {.s = {definition, language, arena, .plain = true}, .kept = out};
    write_all(&w);
}

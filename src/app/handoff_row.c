#include "app/handoff_row.h"

#include "analysis/statistics.h"
#include "app/colleagues.h"
#include "app/lead_row.h"
#include "app/leads_asked.h"
#include "definition/words.h"
#include "report/json_put.h"
#include "report/tree.h"
#include "report/words.h"

/* ---- people, teams, shares ---- */

void person_put(struct json_writer *w, const char *name, struct arena *arena, const struct roster *r, struct slice id)
{
    struct colleague who;
    if (!id.len) {
        json_put_null(w, name);
        return;
    }
    colleague_find(r->colleagues, id, arena, &who);
    json_put_object(w, name);
    json_put_text(w, "id", id);
    json_put_text(w, "name", who.name);
    json_end(w);
}

void team_put(struct json_writer *w, const char *name, const struct definition *d, struct slice team)
{
    const struct label label = definition_team(d, team);
    if (!team.len) {
        json_put_null(w, name);
        return;
    }
    json_put_object(w, name);
    json_put_text(w, "name", team);
    json_put_words(w, "label", word_label(&label));
    json_end(w);
}

void share_put(struct json_writer *w, const char *name, const struct definition *d, uint64_t hits, uint64_t n)
{
    const uint64_t least = d->report.min_n > 0 ? (uint64_t)d->report.min_n : 0;
    json_put_object(w, name);
    json_put_number(w, "value", n ? 100.0 * (double)hits / (double)n : NAN, 1);
    json_put_int(w, "n", (int64_t)n);
    json_put_int(w, "hits", (int64_t)hits);
    json_put_share_range(w, "ci95", n ? wilson((double)hits, (double)n) : range_none());
    json_put_code(w, "support", support_codes[n && n >= least ? SUPPORT_INDICATIVE : SUPPORT_NONE]);
    json_put_int(w, "needs_more", n < least ? (int64_t)(least - n) : 0);
    json_end(w);
}

/* ---- to whom ---- */

struct handoff_target handoff_target(const struct roster *r, const struct handoff_entry *e)
{
    int64_t value;
    const struct score *score = lead_score(r, &r->leads[e->lead], &value);
    if (e->assigned)
        return (struct handoff_target){
            .user = e->assigned->texts[WORD_USER], .team = e->assigned->texts[WORD_TEAM], .by_person = true};
    if (e->state == STATE_WAITING && score && score->borderline_team.len &&
        lead_verdict(score, value) == LEAD_BORDERLINE)
        return (struct handoff_target){.team = score->borderline_team, .borderline = score};
    return (struct handoff_target){.team = e->to};
}

/* "region: US east coast"; of a borderline lead its score and the range. */
static struct slice rule_in(const struct speaker *s, const struct roster *r, const struct handoff_entry *e,
                            const struct handoff_target *target)
{
    const struct stage *stage = &roster_funnel(r)->stages[e->stage];
    const struct label team = definition_team(s->definition, target->team);
    if (target->borderline)
        return arena_printf(s->arena, "%.*s: %.*s\u2013%.*s", SLICE_ARG(spoken(s, &target->borderline->label)),
                            SLICE_ARG(spoken_number(s, target->borderline->borderline_from)),
                            SLICE_ARG(spoken_number(s, target->borderline->above)));
    for (size_t i = 0; i < stage->route_count; i++) {
        if (!slice_equal(stage->routes[i].to, target->team)) continue;
        if (stage->routes[i].when) return speak_rule(s, roster_funnel(r)->of, stage->routes[i].when);
        return fill1(s, SAY_ROUTE_REST, spoken(s, &team));
    }
    return slice_of("", 0);
}

static void put_assigned(struct json_writer *w, struct arena *arena, const struct roster *r,
                         const struct handoff_entry *e)
{
    const struct definition *d = r->table->definition;
    const struct speaker hebrew = {d, LANGUAGE_HE, arena, true}, english = {d, LANGUAGE_EN, arena, true};
    const struct handoff_target target = handoff_target(r, e);
    struct words rule = {0};
    if (!target.by_person) rule = (struct words){{rule_in(&hebrew, r, e, &target), rule_in(&english, r, e, &target)}};
    json_put_object(w, "assigned");
    person_put(w, "user", arena, r, target.user);
    team_put(w, "team", d, target.team);
    json_put_words(w, "rule", rule);
    json_end(w);
}

/* ---- decisions ---- */

int64_t handoff_undo_until(const struct handoff_decision *decision)
{
    return decision->word && decision->word->message.len ? decision->at + UNDO_WITHIN : INSTANT_NONE;
}

static void put_reason(struct json_writer *w, const struct roster *r, struct slice reason)
{
    const struct label label = definition_reason(roster_funnel(r), reason);
    json_put_text_or_null(w, "reason", reason);
    json_put_words(w, "reason_label", reason.len ? word_label(&label) : (struct words){0});
}

static void put_decision(struct json_writer *w, struct arena *arena, const struct roster *r,
                         const struct handoff_decision *decision)
{
    static const char *const names[] = {
        [DECISION_ACCEPT] = "accept", [DECISION_REJECT] = "reject", [DECISION_RETURN] = "return"};
    const struct slice none = {0}, *const texts = decision->word ? decision->word->texts : NULL;
    const int64_t until = handoff_undo_until(decision);
    json_object(w);
    json_put_code(w, "decision", names[decision->decision]);
    put_reason(w, r, decision->reason);
    json_put_text_or_null(w, "note", texts ? texts[WORD_TEXT] : none);
    person_put(w, "by", arena, r, decision->by.len ? decision->by : SLICE("system"));
    json_put_moment(w, "at", r->table->zone, decision->at);
    json_put_moment(w, "undo_until", r->table->zone, until > r->table->as_of ? until : INSTANT_NONE);
    json_put_bool(w, "after_acceptance", decision->after_acceptance);
    json_put_text_or_null(w, "saw", texts ? texts[WORD_SAW] : none);
    json_end(w);
}

/* ---- a handoff ---- */

struct slice handoff_version(struct arena *arena, const struct handoff_entry *e)
{
    return arena_printf(arena, "%u", e->version);
}

bool handoff_clock(const struct roster *r, const struct handoff_entry *e, struct sla_clock *out)
{
    return clock_read(r, &roster_funnel(r)->stages[e->stage], e->submitted, e->ended, out);
}

void handoff_put(struct json_writer *w, struct arena *arena, const struct roster *r, const struct handoff_entry *e)
{
    const struct funnel *funnel = roster_funnel(r);
    const struct handoff_decision *last = handoff_last(e);
    struct sla_clock clock;
    json_object(w);
    json_put_text(w, "id", slice_from(e->id));
    json_put_text(w, "version", handoff_version(arena, e));
    json_put_key(w, "lead");
    lead_row_put(w, arena, r, r->table->zone, &r->leads[e->lead]);
    json_put_text(w, "funnel", funnel->label.name);
    json_put_text(w, "stage", funnel->stages[e->stage].label.name);
    json_put_text_or_null(w, "from_stage", e->stage ? funnel->stages[e->stage - 1].label.name : slice_of("", 0));
    json_put_moment(w, "proposed_at", r->table->zone, e->submitted);
    json_put_code(w, "state", handoff_state_names[e->state]);
    put_assigned(w, arena, r, e);
    lead_row_put_score(w, r, &r->leads[e->lead]);
    clock_put(w, "sla", arena, handoff_clock(r, e, &clock) ? &clock : NULL);
    json_put_key(w, "decision");
    if (last)
        put_decision(w, arena, r, last);
    else
        json_null(w);
    json_put_array(w, "earlier");
    for (size_t i = e->decision_count; i-- > 1;) put_decision(w, arena, r, &e->decisions[i - 1]);
    json_end(w);
    json_end(w);
}

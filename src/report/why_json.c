/* A `why` as JSON: schema/why.schema.json, key by key. */
#include "report/json_put.h"
#include "report/why_words.h"

struct out {
    struct json_writer w;
    struct teller t;
};

static const char *const truth_names[] = {"false", "true", "unknown"};
static const char *const clause_names[] = {"all", "any", "not", "at_least", "rule", "count", "quiet"};

static const struct dictionary *dictionary_of(const struct out *o)
{
    return o->t.chapter->definition->dictionary;
}

/* ---- events and values ---- */

static void put_event(struct out *o, uint32_t index)
{
    const struct told_event *e = &o->t.chapter->events[index];
    const struct label *type = &o->t.chapter->definition->events[e->type].label;
    json_object(&o->w);
    json_put_text_or_null(&o->w, "id", e->id);
    json_put_text(&o->w, "type", type->name);
    json_put_words(&o->w, "label", tell_label(&o->t, type));
    json_put_time(&o->w, "at", e->at);
    json_put_bool(&o->w, "machine", e->machine);
    json_put_object(&o->w, "says");
    for (size_t i = 0; i < e->field_count; i++) {
        json_key(&o->w, e->fields[i].name);
        json_raw(&o->w, e->fields[i].json);
    }
    json_end(&o->w);
    json_end(&o->w);
}

static void put_events(struct out *o, struct event_list events)
{
    if (!events.total) return;
    json_put_int(&o->w, "event_count", (int64_t)events.total);
    json_put_array(&o->w, "events");
    for (size_t i = 0; i < events.count && o->t.chapter->event_count; i++) put_event(o, events.at[i]);
    json_end(&o->w);
}

/* Of a value of all members: who gives something to it. */
static void put_people(struct out *o, const struct input_trace *in)
{
    const struct slot *slot = &o->t.chapter->definition->kinds[o->t.why->kind].slots[in->slot];
    if (slot->origin != SLOT_MEMBERS) return;
    const struct behind_list people = tell_behind(&o->t, in);
    json_put_int(&o->w, "people_count", (int64_t)people.count);
    json_put_array(&o->w, "people");
    for (size_t i = 0; i < people.count && i < BEHIND_LISTED; i++) {
        json_object(&o->w);
        json_put_text(&o->w, "person", people.at[i].person);
        json_put_decimal(&o->w, "gives", people.at[i].gives);
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void put_made(struct out *o, const struct input_trace *in);

static void put_inputs(struct out *o, const char *name, struct input_list inputs)
{
    if (!inputs.count) return;
    json_put_array(&o->w, name);
    for (size_t i = 0; i < inputs.count; i++) {
        const struct input_trace *in = &inputs.at[i];
        json_object(&o->w);
        json_put_text(&o->w, "name", o->t.chapter->definition->kinds[o->t.why->kind].slots[in->slot].name);
        json_put_words(&o->w, "label", tell_slot(&o->t, in->slot));
        json_put_cell(&o->w, "value", in->value, dictionary_of(o));
        json_put_words(&o->w, "text", tell_value(&o->t, in));
        json_put_time(&o->w, "since", in->since);
        json_put_words(&o->w, "source", tell_source(&o->t, in));
        put_events(o, in->events);
        put_people(o, in);
        if (in->made) put_made(o, in);
        json_end(&o->w);
    }
    json_end(&o->w);
}

/* ---- clauses ---- */

static void put_clause(struct out *o, const char *name, const struct clause_trace *c)
{
    if (name) json_put_key(&o->w, name);
    if (!c) {
        json_null(&o->w);
        return;
    }
    json_object(&o->w);
    json_put_text_or_null(&o->w, "name", c->clause->label.name);
    json_put_code(&o->w, "kind", clause_names[c->clause->kind]);
    json_put_code(&o->w, "truth", truth_names[c->truth]);
    json_put_words(&o->w, "text", tell_clause(&o->t, c->clause));
    if (!c->count) json_put_words(&o->w, "outcome", tell_came_to(&o->t, c));
    if (c->clause->kind != CLAUSE_RULE && c->clause->kind != CLAUSE_QUIET) {
        json_put_int(&o->w, "have", c->have);
        json_put_int(&o->w, "need", c->need);
    }
    if (c->from != INSTANT_NONE) json_put_time(&o->w, "from", c->from);
    if (c->until != INSTANT_MAX) json_put_time(&o->w, "until", c->until);
    if (c->turns != INSTANT_MAX) json_put_time(&o->w, "turns", c->turns);
    if (c->note.len) json_put_text(&o->w, "note", c->note);
    put_inputs(o, "inputs", c->inputs);
    put_events(o, c->events);
    if (c->count) json_put_array(&o->w, "members");
    for (size_t i = 0; i < c->count; i++) put_clause(o, NULL, &c->members[i]);
    if (c->count) json_end(&o->w);
    json_end(&o->w);
}

static void put_missing(struct out *o, const struct missing *list, size_t count)
{
    json_array(&o->w);
    for (size_t i = 0; i < count; i++) {
        const struct missing *m = &list[i];
        json_object(&o->w);
        json_put_code(&o->w, "kind", missing_names[m->kind]);
        json_put_text_or_null(&o->w, "clause", m->clause ? m->clause->label.name : SLICE(""));
        json_put_words(&o->w, "text", m->text);
        json_put_int(&o->w, "need", m->need);
        json_put_time(&o->w, "until", m->until);
        if (m->count) json_put_key(&o->w, "of");
        if (m->count) put_missing(o, m->of, m->count);
        json_end(&o->w);
    }
    json_end(&o->w);
}

/* ---- funnels ---- */

static void put_stage_name(struct out *o, uint32_t funnel, uint32_t stage)
{
    const struct label *label = &teller_last(&o->t)->definition->funnels[funnel].stages[stage].label;
    json_put_text(&o->w, "stage", label->name);
    json_put_words(&o->w, "label", tell_label(&o->t, label));
}

static struct slice code_text(const struct out *o, uint32_t code)
{
    return dictionary_text(teller_last(&o->t)->definition->dictionary, code);
}

static void put_interval(struct out *o, const struct interval *x)
{
    const struct stage *stage = &teller_last(&o->t)->definition->funnels[x->funnel].stages[x->stage];
    const struct why_chapter *by;
    const struct clause_trace *rule = why_entry(o->t.why, x, &by);
    json_object(&o->w);
    json_put_int(&o->w, "lap", x->lap);
    put_stage_name(o, x->funnel, x->stage);
    json_put_time(&o->w, "entered", x->entered);
    json_put_time(&o->w, "left", x->left);
    json_put_code(&o->w, "how", how_names[x->how]);
    json_put_text_or_null(&o->w, "owner",
                          how_passed(x->how) || !stage->owner ? SLICE("") : slice_from(role_names[stage->owner]));
    json_put_text_or_null(&o->w, "by", code_text(o, x->by));
    json_put_text_or_null(&o->w, "reason", code_text(o, x->reason));
    json_put_text_or_null(&o->w, "because", x->because ? x->because->label.name : SLICE(""));
    json_put_text_or_null(&o->w, "landing", x->landing ? x->landing->label.name : SLICE(""));
    json_put_words(&o->w, "text", tell_how(&o->t, x));
    o->t.chapter = by;
    json_put_text(&o->w, "definition", by->definition->hash);
    put_clause(o, "clause", rule);
    o->t.chapter = teller_last(&o->t);
    json_end(&o->w);
}

static void put_advice(struct out *o, const struct funnel_trace *f, const struct ahead_trace *a)
{
    const struct stage *stage = &o->t.chapter->definition->funnels[f->funnel].stages[a->stage];
    json_put_array(&o->w, "advice");
    for (size_t i = 0; a->advice && i < stage->advice_count; i++) {
        json_object(&o->w);
        json_put_text(&o->w, "name", stage->advice[i].label.name);
        json_put_code(&o->w, "truth", truth_names[a->advice[i].truth]);
        json_put_words(&o->w, "text", tell_rule(&o->t, stage->advice[i].when));
        put_inputs(o, "inputs", a->advice[i].inputs);
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void put_ahead(struct out *o, const struct funnel_trace *f, const struct ahead_trace *a)
{
    static const char *const waits[] = {NULL, "evidence", "time", "by_hand"};
    struct missing_list missing = tell_missing(&o->t, f, a);
    json_object(&o->w);
    put_stage_name(o, f->funnel, a->stage);
    json_put_text_or_null(&o->w, "landing", a->landing ? a->landing->label.name : SLICE(""));
    json_put_words(&o->w, "landing_label", a->landing ? tell_label(&o->t, &a->landing->label) : (struct words){0});
    json_put_bool(&o->w, "next", a->next);
    json_put_bool(&o->w, "decided", !a->rule);
    json_put_text_or_null(&o->w, "waits_for", a->waiting ? slice_from(waits[a->waiting]) : SLICE(""));
    json_put_time(&o->w, "waits_until", a->waiting == WAIT_FOR_TIME ? a->waiting_until : INSTANT_MAX);
    json_put_key(&o->w, "missing");
    put_missing(o, missing.at, missing.count);
    json_put_time(&o->w, "due", a->due);
    put_advice(o, f, a);
    json_put_time(&o->w, "held_first", a->held_first);
    json_put_time(&o->w, "held_last", a->held_last);
    json_put_words(&o->w, "gate", tell_gate(&o->t, f, a));
    put_clause(o, "clause", a->rule);
    json_end(&o->w);
}

static void put_handoffs(struct out *o, const struct facts *facts, uint32_t funnel)
{
    json_put_array(&o->w, "handoffs");
    for (size_t i = 0; i < facts->handoff_count; i++) {
        const struct handoff *h = &facts->handoffs[i];
        if (h->funnel != funnel) continue;
        const int64_t answered = h->outcome == HANDOFF_OPEN ? o->t.why->as_of : h->at;
        json_object(&o->w);
        json_put_int(&o->w, "lap", h->lap);
        put_stage_name(o, h->funnel, h->stage);
        json_put_time(&o->w, "submitted", h->submitted);
        json_put_time(&o->w, "due", h->due);
        json_put_bool(&o->w, "late", answered > h->due);
        json_put_code(&o->w, "outcome", handoff_outcome_names[h->outcome]);
        json_put_time(&o->w, "at", h->at);
        json_put_text_or_null(&o->w, "by", code_text(o, h->by));
        json_put_text_or_null(&o->w, "reason", code_text(o, h->reason));
        json_put_text_or_null(&o->w, "to", h->to);
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void put_exits(struct out *o, const struct facts *facts, uint32_t funnel)
{
    json_put_array(&o->w, "exits");
    for (size_t i = 0; i < facts->leaving_count; i++) {
        const struct leaving *l = &facts->leavings[i];
        const struct why_chapter *by;
        if (l->funnel != funnel) continue;
        const struct clause_trace *rule = why_leaving(o->t.why, l, &by);
        json_object(&o->w);
        json_put_int(&o->w, "lap", l->lap);
        json_put_text(&o->w, "exit", l->name);
        json_put_words(&o->w, "exit_label", tell_exit(&o->t, l->funnel, l->name));
        put_stage_name(o, l->funnel, l->stage);
        json_put_time(&o->w, "at", l->at);
        json_put_text_or_null(&o->w, "by", code_text(o, l->by));
        json_put_text_or_null(&o->w, "reason", code_text(o, l->reason));
        o->t.chapter = by;
        put_clause(o, "clause", rule);
        o->t.chapter = teller_last(&o->t);
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void put_refused(struct out *o, const struct facts *facts, uint32_t funnel)
{
    static const char *const decisions[] = {"", "accept", "reject", "return", "disqualify"};
    json_put_array(&o->w, "refused");
    for (size_t i = 0; i < facts->refusal_count; i++) {
        const struct refused *r = &facts->refusals[i];
        if (r->funnel != funnel) continue;
        json_object(&o->w);
        json_put_int(&o->w, "lap", r->lap);
        json_put_code(&o->w, "decision", decisions[r->decision]);
        json_put_time(&o->w, "at", r->at);
        json_put_text_or_null(&o->w, "by", code_text(o, r->by));
        json_put_code(&o->w, "why", refusal_names[r->why]);
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void put_coming(struct out *o, const struct trace *t, uint32_t funnel)
{
    json_put_array(&o->w, "if_nothing_happens");
    for (size_t i = 0; i < t->coming_count; i++) {
        if (t->coming[i].funnel != funnel) continue;
        json_object(&o->w);
        json_put_code(&o->w, "what", "enters");
        json_put_text(&o->w, "name",
                      teller_last(&o->t)->definition->funnels[funnel].stages[t->coming[i].stage].label.name);
        json_put_time(&o->w, "at", t->coming[i].entered);
        json_end(&o->w);
    }
    for (size_t i = 0; i < t->ending_count; i++) {
        if (t->ending[i].funnel != funnel) continue;
        json_object(&o->w);
        json_put_code(&o->w, "what", "leaves");
        json_put_text(&o->w, "name", t->ending[i].name);
        json_put_time(&o->w, "at", t->ending[i].at);
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void put_exit_rules(struct out *o, const struct funnel_trace *f)
{
    const struct funnel *funnel = &teller_last(&o->t)->definition->funnels[f->funnel];
    json_put_array(&o->w, "exit_rules");
    for (size_t i = 0; i < funnel->exit_count; i++) {
        if (!f->exits[i]) continue;
        json_object(&o->w);
        json_put_text(&o->w, "exit", funnel->exits[i].label.name);
        json_put_words(&o->w, "label", tell_label(&o->t, &funnel->exits[i].label));
        put_clause(o, "clause", f->exits[i]);
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void put_funnel(struct out *o, const struct funnel_trace *f)
{
    const struct trace *t = teller_last(&o->t)->trace;
    const struct funnel *funnel = &teller_last(&o->t)->definition->funnels[f->funnel];
    json_object(&o->w);
    json_put_text(&o->w, "funnel", funnel->label.name);
    json_put_words(&o->w, "label", tell_label(&o->t, &funnel->label));
    json_put_int(&o->w, "lap", f->lap);
    json_put_bool(&o->w, "open", f->open);
    json_put_text_or_null(&o->w, "now_in", f->held < 0 ? SLICE("") : funnel->stages[f->held].label.name);
    json_put_time(&o->w, "since", f->since);
    json_put_array(&o->w, "stages");
    for (size_t i = 0; i < t->facts->interval_count; i++)
        if (t->facts->intervals[i].funnel == f->funnel) put_interval(o, &t->facts->intervals[i]);
    json_end(&o->w);
    json_put_array(&o->w, "ahead");
    for (size_t i = 0; i < f->ahead_count; i++) put_ahead(o, f, &f->ahead[i]);
    json_end(&o->w);
    put_handoffs(o, t->facts, f->funnel);
    put_exits(o, t->facts, f->funnel);
    put_refused(o, t->facts, f->funnel);
    put_exit_rules(o, f);
    put_coming(o, t, f->funnel);
    json_end(&o->w);
}

/* ---- values ---- */

/* The rule and the label of a part, wherever it stands. */
struct part_of {
    const struct label *label;
    const struct rule *when;
    const struct score_term *term;
    int64_t weight;
};

static struct part_of part_of(const struct definition *d, const struct value_trace *v, size_t i)
{
    if (v->kind == COMPUTED_FIT) {
        const struct icp_criterion *c = &d->icps[v->owner].criteria[i];
        return (struct part_of){&c->label, c->when, NULL, c->weight * DECIMAL_ONE};
    }
    if (v->kind == COMPUTED_PASSED) {
        const struct bant_question *q = &d->bants[v->owner].questions[i];
        return (struct part_of){&q->label, q->when, NULL, DECIMAL_ONE};
    }
    const struct score_term *term = &d->scores[v->owner].terms[i];
    return (struct part_of){&term->label, term->when, term, 0};
}

/* Of a value that a rule read: what it was made of then. Whole sentences stand with the values as of the as-of. */
static void put_made(struct out *o, const struct input_trace *in)
{
    const struct value_trace *v = in->made;
    json_put_array(&o->w, "parts");
    for (size_t i = 0; i < v->count; i++) {
        if (in->part != NONE && in->part != i) continue;
        json_object(&o->w);
        json_put_text(&o->w, "name", part_of(o->t.chapter->definition, v, i).label->name);
        json_put_code(&o->w, "truth", truth_names[v->parts[i].truth]);
        json_put_decimal(&o->w, "points", v->parts[i].points);
        json_put_bool(&o->w, "unknown", v->parts[i].unknown);
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void put_parts(struct out *o, const struct value_trace *v)
{
    const struct definition *d = o->t.chapter->definition;
    json_put_array(&o->w, "parts");
    for (size_t i = 0; i < v->count; i++) {
        const struct part_trace *p = &v->parts[i];
        const struct part_of of = part_of(d, v, i);
        json_object(&o->w);
        json_put_text(&o->w, "name", of.label->name);
        json_put_words(&o->w, "label", tell_label(&o->t, of.label));
        json_put_code(&o->w, "truth", truth_names[p->truth]);
        json_put_decimal(&o->w, "points", p->points);
        if (of.weight) json_put_decimal(&o->w, "weight", of.weight);
        if (of.term) {
            json_put_decimal(&o->w, "uncapped", p->truth == TRUTH_TRUE ? p->uncapped : 0);
            json_put_bool(&o->w, "capped", p->truth == TRUTH_TRUE && of.term->capped && p->uncapped > of.term->cap);
        }
        json_put_bool(&o->w, "unknown", p->unknown);
        json_put_words(&o->w, "rule", of.when ? tell_rule(&o->t, of.when) : (struct words){0});
        json_put_words(&o->w, "worth", of.term ? tell_rule(&o->t, of.term->points) : (struct words){0});
        json_put_words(&o->w, "why_zero", tell_zero(&o->t, p, of.when));
        put_inputs(o, "inputs", p->inputs);
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void put_value(struct out *o, const struct value_trace *v)
{
    const struct definition *d = o->t.chapter->definition;
    json_object(&o->w);
    if (v->kind == COMPUTED_FIT) {
        json_put_text(&o->w, "profile", d->icps[v->owner].label.name);
        json_put_cell(&o->w, "fit", v->value, d->dictionary);
        json_put_decimal(&o->w, "match_at", d->icps[v->owner].match_at);
    } else if (v->kind == COMPUTED_PASSED) {
        int64_t yes = 0;
        for (size_t i = 0; i < v->count; i++) yes += v->parts[i].truth == TRUTH_TRUE;
        json_put_text(&o->w, "bant", d->bants[v->owner].label.name);
        json_put_cell(&o->w, "passed", v->value, d->dictionary);
        json_put_int(&o->w, "yes", yes);
        json_put_int(&o->w, "pass_at", d->bants[v->owner].pass_at);
    } else {
        const struct score *score = &d->scores[v->owner];
        json_put_text(&o->w, "score", score->label.name);
        json_put_cell(&o->w, "value", v->value, d->dictionary);
        json_put_cell(&o->w, "above", score->has_threshold ? cell_decimal(score->above) : cell_absent(), d->dictionary);
        json_put_cell(&o->w, "borderline", score->has_borderline ? cell_decimal(score->borderline_from) : cell_absent(),
                      d->dictionary);
    }
    put_parts(o, v);
    json_end(&o->w);
}

static void put_values(struct out *o, const char *name, enum computed_kind kind)
{
    const struct trace *t = teller_last(&o->t)->trace;
    json_put_array(&o->w, name);
    for (size_t i = 0; i < t->value_count; i++)
        if (t->values[i].kind == kind) put_value(o, &t->values[i]);
    json_end(&o->w);
}

static void put_signals(struct out *o)
{
    const struct trace *t = teller_last(&o->t)->trace;
    const struct definition *d = o->t.chapter->definition;
    const struct kind_model *model = &d->kinds[o->t.why->kind];
    json_put_array(&o->w, "signals");
    for (size_t i = 0; i < t->signal_count; i++) {
        const struct signal_trace *st = &t->signals[i];
        const struct signal *s = &model->signals[st->signal];
        json_object(&o->w);
        json_put_text(&o->w, "signal", model->slots[s->slot].name);
        json_put_cell(&o->w, "value", st->value, d->dictionary);
        json_put_decimal(&o->w, "given", st->given);
        json_put_decimal(&o->w, "kept", st->kept);
        json_put_cell(&o->w, "cap", s->cap ? cell_decimal(s->cap) : cell_absent(), d->dictionary);
        json_put_array(&o->w, "weights");
        for (size_t k = 0; k < s->weight_count; k++) {
            json_object(&o->w);
            json_put_text(&o->w, "event", d->events[s->weights[k].match.event].label.name);
            json_put_decimal(&o->w, "points", s->weights[k].points);
            json_put_int(&o->w, "times", st->weights[k].times);
            json_put_int(&o->w, "counted", st->weights[k].counted);
            json_end(&o->w);
        }
        json_end(&o->w);
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void put_crowds(struct out *o, const struct why_chapter *chapter)
{
    json_put_array(&o->w, "crowds");
    for (size_t i = 0; i < chapter->crowd_count; i++) {
        const struct told_crowd *c = &chapter->crowds[i];
        json_object(&o->w);
        json_put_text(&o->w, "event", chapter->definition->events[c->type].label.name);
        json_put_int(&o->w, "people", c->people);
        json_put_text(&o->w, "domain", c->domain);
        json_put_time(&o->w, "from", c->from);
        json_put_time(&o->w, "until", c->until);
        json_put_words(&o->w, "text", tell_crowd(&o->t, c));
        json_end(&o->w);
    }
    json_end(&o->w);
}

void why_write_json(const struct why *why, struct buffer *out)
{
    struct out o = {.w = {.out = out, .indent = 2}};
    teller_init(&o.t, why);
    const struct why_chapter *last = teller_last(&o.t);
    json_object(&o.w);
    json_put_text(&o.w, "program", why->program);
    json_put_text(&o.w, "subject", why->subject);
    json_put_text(&o.w, "asked", why->asked);
    json_put_code(&o.w, "kind", subject_kind_names[why->kind]);
    json_put_time(&o.w, "as_of", why->as_of);
    json_put_code(&o.w, "mode", why->recorded ? "recorded" : "if");
    json_put_object(&o.w, "definition");
    json_put_text(&o.w, "name", last->definition->name);
    json_put_text(&o.w, "hash", last->definition->hash);
    json_end(&o.w);
    json_put_array(&o.w, "funnels");
    for (size_t i = 0; i < last->trace->funnel_count; i++)
        if (why->funnel == NONE || last->trace->funnels[i].funnel == why->funnel)
            put_funnel(&o, &last->trace->funnels[i]);
    json_end(&o.w);
    put_values(&o, "profiles", COMPUTED_FIT);
    put_values(&o, "questions", COMPUTED_PASSED);
    put_values(&o, "scores", COMPUTED_SCORE);
    put_signals(&o);
    if (last->crowd_count) put_crowds(&o, last);
    put_inputs(&o, "known", (struct input_list){last->trace->traits, last->trace->trait_count});
    json_end(&o.w);
    buffer_char(out, '\n');
    teller_release(&o.t);
}

#include "app/facts.h"

#include <stdlib.h>

#include "app/published.h"
#include "base/decimal.h"
#include "engine/residue.h"
#include "runtime/people.h"
#include "value/json_write.h"

/* One subject's lines; sorted by kind and key at the end. */
struct subject_lines {
    enum subject_kind kind;
    struct slice key, text;
};

struct printer {
    struct run *run;
    const struct facts_options *options;
    int64_t as_of;
    struct arena arena;
    VECTOR(struct subject_lines) subjects;
    struct buffer line;
    struct json_writer json;
    const struct subject_view *view;
};

/* A fact of a funnel, for putting a subject's facts in order. */
enum fact_kind { FACT_STAGE, FACT_HANDOFF, FACT_EXIT, FACT_REFUSED };
struct fact_ref {
    uint16_t funnel, stage;
    uint32_t lap;
    int64_t at;
    enum fact_kind kind;
    size_t index;
};

static struct slice text_of(const struct printer *p, uint32_t code)
{
    return dictionary_text(p->run->definition->dictionary, code);
}

static void put_time(struct printer *p, const char *key, int64_t at)
{
    json_key(&p->json, slice_from(key));
    if (at == INSTANT_MAX || at == INSTANT_NONE) {
        json_null(&p->json);
        return;
    }
    struct buffer text;
    buffer_init(&text, 64);
    time_format(&text, at);
    json_string(&p->json, buffer_slice(&text));
    buffer_release(&text);
}

static void put_text(struct printer *p, const char *key, struct slice text)
{
    if (!text.len) return;
    json_key(&p->json, slice_from(key));
    json_string(&p->json, text);
}

static void begin(struct printer *p, const char *fact)
{
    p->json = (struct json_writer){.out = &p->line};
    json_object(&p->json);
    put_text(p, "fact", slice_from(fact));
    if (!p->view) return; /* of no subject */
    put_text(p, "kind", slice_from(subject_kind_names[p->view->kind]));
    put_text(p, "subject", p->view->key);
}

static void end(struct printer *p)
{
    json_end(&p->json);
    buffer_char(&p->line, '\n');
}

static const struct funnel *put_lap(struct printer *p, uint16_t funnel, uint32_t lap)
{
    const struct funnel *f = &p->run->definition->funnels[funnel];
    put_text(p, "funnel", f->label.name);
    json_key(&p->json, SLICE("lap"));
    json_int(&p->json, lap);
    return f;
}

static void put_stage(struct printer *p, const struct interval *x)
{
    begin(p, "stage");
    const struct funnel *f = put_lap(p, x->funnel, x->lap);
    put_text(p, "stage", f->stages[x->stage].label.name);
    put_time(p, "entered", x->entered);
    put_time(p, "left", x->left);
    if (!how_passed(x->how) && f->stages[x->stage].owner != ROLE_NONE)
        put_text(p, "owner", slice_from(role_names[f->stages[x->stage].owner]));
    put_text(p, "how", slice_from(how_names[x->how]));
    if (x->landing) put_text(p, "landing", x->landing->label.name);
    if (x->because) put_text(p, "clause", x->because->label.name);
    if (x->by) put_text(p, "by", text_of(p, x->by));
    if (x->reason) put_text(p, "reason", text_of(p, x->reason));
    json_key(&p->json, SLICE("events"));
    json_array(&p->json);
    for (uint32_t i = 0; i < x->evidence_count; i++)
        json_string(&p->json, gather_id(p->run->gather, p->view->items[x->evidence[i]].id, &p->arena));
    json_end(&p->json);
    end(p);
}

static void put_handoff(struct printer *p, const struct handoff *h)
{
    begin(p, "handoff");
    const struct funnel *f = put_lap(p, h->funnel, h->lap);
    put_text(p, "stage", f->stages[h->stage].label.name);
    put_time(p, "submitted", h->submitted);
    put_time(p, "due", h->due);
    put_text(p, "outcome", slice_from(handoff_outcome_names[h->outcome]));
    put_time(p, "at", h->at);
    put_text(p, "by", text_of(p, h->by));
    put_text(p, "reason", text_of(p, h->reason));
    put_text(p, "to", h->to);
    end(p);
}

static void put_leaving(struct printer *p, const struct leaving *l)
{
    begin(p, "exit");
    const struct funnel *f = put_lap(p, l->funnel, l->lap);
    put_text(p, "exit", l->name);
    put_text(p, "stage", f->stages[l->stage].label.name);
    put_time(p, "at", l->at);
    put_text(p, "reason", text_of(p, l->reason));
    put_text(p, "by", text_of(p, l->by));
    end(p);
}

static void put_refused(struct printer *p, const struct refused *r)
{
    static const char *const decisions[] = {"", "accept", "reject", "return", "disqualify"};
    begin(p, "refused");
    put_lap(p, r->funnel, r->lap);
    put_text(p, "decision", slice_from(decisions[r->decision]));
    put_time(p, "at", r->at);
    put_text(p, "by", text_of(p, r->by));
    put_text(p, "why", slice_from(refusal_names[r->why]));
    end(p);
}

static void put_value(struct printer *p, struct slice name, struct cell c)
{
    begin(p, "value");
    put_text(p, "name", name);
    json_key(&p->json, SLICE("value"));
    struct buffer text;
    buffer_init(&text, 256);
    switch (c.kind) {
    case CELL_ABSENT: json_null(&p->json); break;
    case CELL_BOOL: json_bool(&p->json, c.number); break;
    case CELL_INT: json_int(&p->json, c.number); break;
    case CELL_DECIMAL: json_decimal(&p->json, c.number); break;
    case CELL_TEXT: json_string(&p->json, text_of(p, (uint32_t)c.number)); break;
    case CELL_INSTANT: time_format(&text, c.number); break;
    case CELL_SPAN: buffer_printf(&text, "%lldus", (long long)c.number); break;
    case CELL_MONEY:
        decimal_format(&text, c.number);
        buffer_printf(&text, " %.*s", SLICE_ARG(text_of(p, c.unit)));
        break;
    case CELL_VALUE: json_string(&p->json, SLICE("(collection)")); break;
    }
    if (text.len) json_string(&p->json, buffer_slice(&text));
    buffer_release(&text);
    end(p);
}

static int by_order(const void *a, const void *b)
{
    const struct fact_ref *x = a, *y = b;
    if (x->funnel != y->funnel) return x->funnel < y->funnel ? -1 : 1;
    if (x->lap != y->lap) return x->lap < y->lap ? -1 : 1;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->stage != y->stage) return x->stage < y->stage ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static void put_facts(struct printer *p, const struct facts *f)
{
    size_t n = f->interval_count + f->handoff_count + f->leaving_count + f->refusal_count, at = 0;
    struct fact_ref *refs = memory_new(n * sizeof *refs);
    for (size_t i = 0; i < f->interval_count; i++)
        refs[at++] = (struct fact_ref){
            f->intervals[i].funnel, f->intervals[i].stage, f->intervals[i].lap, f->intervals[i].entered, FACT_STAGE, i};
    for (size_t i = 0; i < f->handoff_count; i++)
        refs[at++] = (struct fact_ref){f->handoffs[i].funnel,    f->handoffs[i].stage, f->handoffs[i].lap,
                                       f->handoffs[i].submitted, FACT_HANDOFF,         i};
    for (size_t i = 0; i < f->leaving_count; i++)
        refs[at++] = (struct fact_ref){
            f->leavings[i].funnel, f->leavings[i].stage, f->leavings[i].lap, f->leavings[i].at, FACT_EXIT, i};
    for (size_t i = 0; i < f->refusal_count; i++)
        refs[at++] =
            (struct fact_ref){f->refusals[i].funnel, 0, f->refusals[i].lap, f->refusals[i].at, FACT_REFUSED, i};
    qsort(refs, n, sizeof *refs, by_order);
    for (size_t i = 0; i < n; i++) {
        size_t k = refs[i].index;
        if (refs[i].kind == FACT_STAGE) put_stage(p, &f->intervals[k]);
        if (refs[i].kind == FACT_HANDOFF) put_handoff(p, &f->handoffs[k]);
        if (refs[i].kind == FACT_EXIT) put_leaving(p, &f->leavings[k]);
        if (refs[i].kind == FACT_REFUSED) put_refused(p, &f->refusals[k]);
    }
    free(refs);
}

struct named_conflict {
    struct slice id;
    uint32_t copies;
};

static int by_id(const void *a, const void *b)
{
    return slice_compare(((const struct named_conflict *)a)->id, ((const struct named_conflict *)b)->id);
}

static void put_conflicts(struct printer *p, const struct subject_view *v)
{
    struct named_conflict *all = ARENA_ARRAY(&p->arena, struct named_conflict, v->conflict_count);
    for (size_t i = 0; i < v->conflict_count; i++)
        all[i] =
            (struct named_conflict){gather_id(p->run->gather, v->conflicts[i].id, &p->arena), v->conflicts[i].copies};
    if (v->conflict_count) qsort(all, v->conflict_count, sizeof *all, by_id);
    for (size_t i = 0; i < v->conflict_count; i++) {
        begin(p, "conflict");
        put_text(p, "id", all[i].id);
        json_key(&p->json, SLICE("copies"));
        json_int(&p->json, all[i].copies);
        end(p);
    }
}

/* Touches that are less than surely a person's. */
static void put_touches(struct printer *p, const struct subject_view *v)
{
    const struct definition *d = p->run->definition;
    for (size_t i = 0; i < v->count; i++) {
        const struct noted *n = v->items[i].noted;
        if (!n->head.machine || !d->events[n->head.event].touch) continue;
        const int human = v->human && v->human[i] < HUMAN_SURE ? v->human[i] : 0;
        begin(p, "touch");
        put_text(p, "id", gather_id(p->run->gather, v->items[i].id, &p->arena));
        put_time(p, "at", v->items[i].at);
        put_text(p, "event", d->events[n->head.event].label.name);
        json_key(&p->json, SLICE("human"));
        json_int(&p->json, human);
        end(p);
    }
}

/* ---- what was said of the subject itself ---- */

static void put_aliases(struct printer *p, const struct about *about)
{
    for (size_t i = 0; i < about->alias_count; i++) {
        begin(p, "alias");
        put_text(p, "alias", about->aliases[i]);
        end(p);
    }
}

static void put_refused_declaration(struct printer *p, const struct declaration *s)
{
    put_text(p, "decision", declaration_name(s->kind));
    put_time(p, "at", s->at);
    put_text(p, "by", s->by);
    put_text(p, "why", slice_from(refusal_names[s->why]));
    end(p);
}

static void put_refused_declarations(struct printer *p, const struct about *about)
{
    for (size_t i = 0; i < about->refused_count; i++) {
        begin(p, "refused");
        put_refused_declaration(p, about->refused[i]);
    }
}

static void keep_lines(struct printer *p, struct slice key)
{
    if (!p->line.len) return;
    struct subject_lines lines = {p->view->kind, arena_slice(&p->arena, key),
                                  arena_slice(&p->arena, buffer_slice(&p->line))};
    vector_push(&p->subjects, lines);
}

/* Of an erased person what may stay, under the name drawn for it. */
static void take_residue(struct printer *p, const struct subject_view *v)
{
    if (!v->about->residue.len) return;
    const struct facts facts =
        residue_of(v->facts, p->run->definition, v->kind, &p->run->zone, v->about->erased_at, NULL, &p->arena);
    struct subject_view view = *v;
    view.key = arena_printf(&p->arena, "residue:%.*s", SLICE_ARG(v->about->residue));
    view.facts = &facts;
    p->view = &view;
    put_facts(p, &facts);
    keep_lines(p, view.key);
}

static void take_subject(void *context, const struct subject_view *v)
{
    struct printer *p = context;
    const struct kind_model *model = &p->run->definition->kinds[v->kind];
    p->view = v;
    buffer_clear(&p->line);
    if (v->about && v->about->erased_at <= p->as_of) {
        take_residue(p, v);
        return;
    }
    if (v->about) put_aliases(p, v->about);
    put_facts(p, v->facts);
    if (v->about) put_refused_declarations(p, v->about);
    for (size_t k = 0; k < p->options->value_count; k++)
        for (size_t s = 0; s < model->slot_count; s++)
            if (slice_equal(model->slots[s].name, p->options->values[k]))
                put_value(p, model->slots[s].name, v->facts->cells[s]);
    put_touches(p, v);
    put_conflicts(p, v);
    keep_lines(p, v->key);
}

static int by_subject(const void *a, const void *b)
{
    const struct subject_lines *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    return slice_compare(x->key, y->key);
}

static void print_sorted(struct printer *printers, int count, struct buffer *out)
{
    VECTOR(struct subject_lines) all = {0};
    for (int i = 0; i < count; i++)
        for (size_t k = 0; k < printers[i].subjects.count; k++) vector_push(&all, printers[i].subjects.at[k]);
    if (all.count) qsort(all.at, all.count, sizeof *all.at, by_subject);
    for (size_t i = 0; i < all.count; i++) buffer_add(out, all.at[i].text);
    vector_release(&all);
}

static enum outcome check_values(const struct run *run, const struct facts_options *o, struct error *error)
{
    for (size_t k = 0; k < o->value_count; k++) {
        bool found = false;
        for (int kind = 0; kind < KIND_COUNT; kind++)
            for (size_t s = 0; s < run->definition->kinds[kind].slot_count; s++)
                found |= slice_equal(run->definition->kinds[kind].slots[s].name, o->values[k]);
        if (!found)
            return error_set(error, BAD_USAGE, "--values: the definition has no value named %.*s",
                             SLICE_ARG(o->values[k]));
    }
    return OK;
}

/* ---- of no subject ---- */

static void put_number(struct printer *p, const char *key, uint64_t n)
{
    json_key(&p->json, slice_from(key));
    json_int(&p->json, (int64_t)n);
}

/* With those whom the store has erased already. */
static void put_erased(struct printer *p, const struct fold_counts *counts)
{
    const uint64_t subjects = counts->erased + erasures_until(&p->run->erasures, p->as_of);
    if (!subjects) return;
    begin(p, "erased");
    put_number(p, "subjects", subjects);
    put_number(p, "refused", counts->erased_events);
    end(p);
}

static void begin_version(struct printer *p, const char *fact, struct slice name)
{
    begin(p, fact);
    put_text(p, "kind", SLICE("definition"));
    put_text(p, "subject", name);
}

static void put_version(struct printer *p, const struct version *v, unsigned signers)
{
    const unsigned waits_for = version_waits_for(v, signers);
    begin_version(p, "definition", v->name);
    put_text(p, "hash", v->hash);
    put_time(p, "in_force", v->in_force);
    json_key(&p->json, SLICE("waits_for"));
    json_array(&p->json);
    for (unsigned role = 0; role < ROLE_COUNT; role++)
        if (waits_for >> role & 1) json_string(&p->json, slice_from(role_names[role]));
    json_end(&p->json);
    end(p);
}

static void put_published(struct printer *p, const struct published *published)
{
    for (size_t i = 0; i < published->count; i++) {
        const struct version *v = &published->versions[i];
        if (v->offered || v->in_force != INSTANT_MAX) put_version(p, v, published->signers);
    }
    for (size_t i = 0; published->count && i < published->declarations.count; i++) {
        const struct declaration *s = &published->declarations.at[i];
        const size_t which = version_named(published->versions, published->count, s->definition);
        if (!s->refused || !s->definition.len || s->subject.len) continue;
        begin_version(p, "refused", which < published->count ? published->versions[which].name : s->definition);
        put_refused_declaration(p, s);
    }
}

/* ---- runs ---- */

/* What stays of those whom the store has erased, beside the subjects that it has. */
static void take_residues(struct printer *p)
{
    const struct erasures *e = &p->run->erasures;
    for (size_t i = 0; i < erasures_until(e, p->as_of); i++) {
        const struct slice key = arena_printf(&p->arena, "residue:%.*s", SLICE_ARG(e->list[i].residue));
        if (e->list[i].facts.len)
            vector_push(&p->subjects, ((struct subject_lines){KIND_PERSON, key, e->list[i].facts}));
    }
}

static void print_rest(struct printer *p, const struct published *published, const struct fold_counts *counts,
                       struct buffer *out)
{
    p->view = NULL;
    buffer_clear(&p->line);
    put_published(p, published);
    put_erased(p, counts);
    buffer_add(out, buffer_slice(&p->line));
}

static void fold_and_print(struct run *run, const struct facts_options *o, int64_t as_of,
                           const struct recorded *recorded, const struct published *published, struct buffer *out)
{
    struct printer *printers = ARENA_ARRAY(&run->arena, struct printer, run->threads);
    struct fold_consumer *consumers = ARENA_ARRAY(&run->arena, struct fold_consumer, run->threads);
    for (int i = 0; i < run->threads; i++) {
        printers[i] = (struct printer){.run = run, .options = o, .as_of = as_of};
        buffer_init(&printers[i].line, BUFFER_NO_LIMIT);
        consumers[i] = (struct fold_consumer){&printers[i], take_subject};
    }
    struct fold_options fold = {.as_of = as_of,
                                .threads = run->threads,
                                .consumers = consumers,
                                .kinds = (1u << KIND_COUNT) - 1,
                                .only = o->subject,
                                .residues = o->history.recorded};
    recorded_ask(recorded, &fold);
    const struct fold_counts counts = fold_all(run->gather, run->engine, &fold);
    if (o->history.recorded && !o->subject.len) take_residues(&printers[0]);
    print_sorted(printers, run->threads, out);
    if (!o->subject.len) print_rest(&printers[0], published, &counts, out);
    for (int i = 0; i < run->threads; i++) {
        vector_release(&printers[i].subjects);
        buffer_release(&printers[i].line);
        arena_release(&printers[i].arena);
    }
}

enum outcome facts_of_files(struct run *run, const struct facts_options *o, struct buffer *out, struct error *error)
{
    int64_t as_of;
    struct recorded recorded = {0};
    struct facts_options settled = *o;
    struct published published;
    /* Without an as-of it is the last event's day, whoever's that is; each definition has components of its own. */
    enum outcome read = published_settle(&published, &settled.history, error);
    if (o->history.as_of.len && !settled.history.publication_count) settled.history.run.subject = o->subject;
    enum outcome outcome = read == OK ? history_open(run, &settled.history, error) : read;
    if (outcome == OK || outcome == SOME_REJECTED) {
        read = outcome;
        outcome = check_values(run, o, error);
        if (outcome == OK) outcome = history_as_of(run, &settled.history, &as_of, error);
        if (outcome == OK) outcome = recorded_fold(&recorded, &settled.history, as_of, error);
        if (outcome == OK) fold_and_print(run, &settled, as_of, &recorded, &published, out);
        if (outcome == OK) outcome = read;
    }
    recorded_free(&recorded);
    published_release(&published);
    return outcome;
}

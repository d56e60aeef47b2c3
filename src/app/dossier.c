#include "app/dossier.h"

#include <stdlib.h>

#include "app/roster.h"
#include "app/told.h"
#include "runtime/relate.h"

/* ---- events ---- */

/* Free text of more than one word: what a form's box, a call's summary or a note holds. Codes are one word, and lists
 * to choose from are told by their labels. */
static struct slice words_said(const struct definition *d, const struct told_event *e)
{
    const struct event_type *type = &d->events[e->type];
    for (size_t i = 0; i < e->field_count; i++) {
        const struct slice text = e->fields[i].plain;
        if (!slice_starts(e->fields[i].json, SLICE("\"")) || !memchr(text.ptr, ' ', text.len)) continue;
        for (size_t k = 0; k < type->field_count; k++)
            if (e->fields[i].label == &type->fields[k].label && !type->fields[k].type.choice_count) return text;
    }
    return slice_of("", 0);
}

static void keep_events(struct dossier *o, const struct subject_view *v)
{
    const struct told_event *told = told_trail(&o->run, v, &o->arena);
    struct dossier_event *events = ARENA_ARRAY(&o->arena, struct dossier_event, v->count);
    for (size_t i = 0; i < v->count; i++) {
        const struct noted *n = v->items[i].noted;
        events[i] = (struct dossier_event){.told = told[i],
                                           .source = sources_name(o->run.sources, n->head.source),
                                           .said = words_said(o->definition, &told[i]),
                                           .type = &o->definition->events[told[i].type],
                                           .human = HUMAN_SURE};
        if (n->head.machine) events[i].human = v->human && v->human[i] < HUMAN_SURE ? v->human[i] : 0;
    }
    o->events = events;
    o->event_count = v->count;
}

/* ---- values ---- */

static const struct input_trace *trait_trace(const struct dossier *o, uint32_t slot)
{
    for (size_t i = 0; i < o->trace->trait_count; i++)
        if (o->trace->traits[i].slot == slot) return &o->trace->traits[i];
    return NULL;
}

/* The account's are those that rules about the subject read. */
static void keep_traits(struct dossier *o)
{
    const struct kind_model *model = &o->definition->kinds[o->kind];
    struct dossier_trait *traits = ARENA_ARRAY(&o->arena, struct dossier_trait, model->slot_count);
    for (int lent = 0; lent < 2; lent++)
        for (uint32_t s = 0; s < model->slot_count; s++) {
            const struct slot *slot = &model->slots[s];
            const bool own = slot->origin == SLOT_TRAIT;
            const bool other = slot->origin == SLOT_FOREIGN && slot->foreign == KIND_ACCOUNT &&
                               o->definition->kinds[KIND_ACCOUNT].slots[slot->index].origin == SLOT_TRAIT;
            if (!(lent ? other : own) || o->cells[s].kind == CELL_ABSENT) continue;
            const struct input_trace *trace = trait_trace(o, s);
            const struct label *label = &slot->label;
            if (lent) label = &o->definition->kinds[KIND_ACCOUNT].slots[slot->index].label;
            traits[o->trait_count++] =
                (struct dossier_trait){label, told_value(&o->run, o->cells[s], &o->arena),
                                       lent ? KIND_ACCOUNT : o->kind, trace ? trace->since : INSTANT_NONE};
        }
    o->traits = traits;
}

/* ---- answers ---- */

static const struct dossier_event *event_of(const struct dossier *o, const struct input_trace *in)
{
    return in->events.count ? &o->events[in->events.at[in->events.count - 1]] : NULL;
}

static struct slice value_of(struct dossier *o, struct input_list inputs)
{
    struct slice all = slice_of("", 0);
    for (size_t i = 0; i < inputs.count; i++) {
        if (inputs.at[i].value.kind == CELL_ABSENT) continue;
        const struct slice one = told_value(&o->run, inputs.at[i].value, &o->arena);
        all = all.len ? arena_printf(&o->arena, "%.*s, %.*s", SLICE_ARG(all), SLICE_ARG(one)) : one;
    }
    return all;
}

/* By the latest of what the rule read. */
static struct dossier_answer answer_of(struct dossier *o, const struct label *label, const struct part_trace *part)
{
    struct dossier_answer a = {.label = label, .truth = part->truth, .at = INSTANT_NONE};
    for (size_t i = 0; i < part->inputs.count; i++) {
        const struct input_trace *in = &part->inputs.at[i];
        if (in->value.kind == CELL_ABSENT || in->since == INSTANT_NONE || in->since < a.at) continue;
        a.at = in->since;
        a.event = event_of(o, in);
    }
    a.value = value_of(o, part->inputs);
    return a;
}

static void keep_bant(struct dossier *o, struct dossier_bant *to, const struct value_trace *v)
{
    const struct bant *bant = &o->definition->bants[v->owner];
    struct dossier_answer *answers = ARENA_ARRAY(&o->arena, struct dossier_answer, bant->count);
    *to = (struct dossier_bant){bant, answers, 0};
    for (size_t i = 0; i < bant->count; i++) {
        answers[i] = answer_of(o, &bant->questions[i].label, &v->parts[i]);
        to->yes += answers[i].truth == TRUTH_TRUE;
    }
}

static void keep_fit(struct dossier *o, struct dossier_fit *to, const struct value_trace *v)
{
    const struct icp *icp = &o->definition->icps[v->owner];
    struct dossier_answer *criteria = ARENA_ARRAY(&o->arena, struct dossier_answer, icp->count);
    *to = (struct dossier_fit){icp, criteria, o->cells[icp->fit_slot], o->cells[icp->matched_slot]};
    for (size_t i = 0; i < icp->count; i++) {
        criteria[i] = answer_of(o, &icp->criteria[i].label, &v->parts[i]);
        criteria[i].weight = icp->criteria[i].weight;
    }
}

static void keep_answers(struct dossier *o)
{
    struct dossier_bant *bants = ARENA_ARRAY(&o->arena, struct dossier_bant, o->definition->bant_count);
    struct dossier_fit *fits = ARENA_ARRAY(&o->arena, struct dossier_fit, o->definition->icp_count);
    for (size_t i = 0; i < o->trace->value_count; i++) {
        const struct value_trace *v = &o->trace->values[i];
        if (v->kind == COMPUTED_PASSED) keep_bant(o, &bants[o->bant_count++], v);
        if (v->kind == COMPUTED_FIT) keep_fit(o, &fits[o->fit_count++], v);
    }
    o->bants = bants;
    o->fits = fits;
}

/* ---- names ---- */

struct names_found {
    VECTOR(struct dossier_identity) list;
};

static void add_name(struct names_found *names, const char *kind, struct slice value, int64_t since)
{
    for (size_t i = 0; i < names->list.count; i++)
        if (names->list.at[i].kind == kind && slice_equal(names->list.at[i].value, value)) {
            if (since < names->list.at[i].since) names->list.at[i].since = since;
            return;
        }
    vector_push(&names->list, ((struct dossier_identity){kind, value, since}));
}

static void add_anonymous(struct dossier *o, struct names_found *names, const struct subject_view *v)
{
    static const char kind[] = "anonymous_id";
    const struct people *people = relations_people(v->relations);
    for (int t = 0; t < o->run.gather->thread_count; t++) {
        const struct gather_thread *thread = &o->run.gather->threads[t];
        for (size_t i = 0; i < thread->edges.count; i++) {
            const struct edge *e = &thread->edges.at[i];
            if (e->kind == EDGE_IDENTITY && e->first <= o->as_of && slice_equal(people_name(people, e->person), v->key))
                add_name(names, kind, arena_slice(&o->arena, e->other), e->first);
        }
    }
}

static int by_since(const void *a, const void *b)
{
    const struct dossier_identity *x = a, *y = b;
    if (x->since != y->since) return x->since < y->since ? -1 : 1;
    return slice_compare(x->value, y->value);
}

static void keep_names(struct dossier *o, const struct subject_view *v)
{
    struct names_found names = {0};
    const int64_t first = o->event_count ? o->events[0].told.at : o->as_of;
    add_name(&names, "user_id", o->id, first);
    for (size_t i = 0; i < o->alias_count; i++) add_name(&names, "user_id", o->aliases[i], first);
    for (size_t i = 0; i < o->trait_count; i++) {
        const struct dossier_trait *trait = &o->traits[i];
        if (trait->of != o->kind) continue;
        if (slice_is(trait->label->name, "email")) add_name(&names, "email", trait->value, trait->since);
        if (slice_is(trait->label->name, "phone")) add_name(&names, "phone", trait->value, trait->since);
    }
    if (o->kind == KIND_PERSON) add_anonymous(o, &names, v);
    if (names.list.count) qsort(names.list.at, names.list.count, sizeof *names.list.at, by_since);
    struct dossier_identity *kept = ARENA_ARRAY(&o->arena, struct dossier_identity, names.list.count);
    memcpy(kept, names.list.at, names.list.count * sizeof *kept);
    o->identities = kept;
    o->identity_count = names.list.count;
    vector_release(&names.list);
}

/* ---- the subject ---- */

static void keep_self(struct dossier *o, const struct subject_view *v)
{
    o->id = arena_slice(&o->arena, v->key);
    o->alias_count = v->about ? v->about->alias_count : 0;
    struct slice *aliases = ARENA_ARRAY(&o->arena, struct slice, o->alias_count);
    for (size_t i = 0; i < o->alias_count; i++) aliases[i] = arena_slice(&o->arena, v->about->aliases[i]);
    o->aliases = aliases;
    const struct relation_list seen =
        v->kind == KIND_PERSON ? relations_accounts_of(v->relations, v->key) : (struct relation_list){0};
    struct dossier_account *accounts = ARENA_ARRAY(&o->arena, struct dossier_account, seen.count);
    for (size_t i = 0; i < seen.count; i++)
        accounts[i] = (struct dossier_account){arena_slice(&o->arena, seen.at[i].other), seen.at[i].at};
    o->accounts = accounts;
    o->account_count = seen.count;
}

/* Lists and maps stand in memory that the fold takes back. */
static const struct cell *keep_cells(struct dossier *o, const struct cell *from, size_t slots)
{
    struct cell *cells = ARENA_ARRAY(&o->arena, struct cell, slots);
    for (size_t i = 0; i < slots; i++) {
        cells[i] = from[i];
        if (from[i].kind != CELL_VALUE) continue;
        struct value *value = ARENA_ARRAY(&o->arena, struct value, 1);
        *value = value_copy(&o->arena, *from[i].value);
        cells[i].value = value;
    }
    return cells;
}

static void take_subject(void *context, const struct subject_view *v)
{
    struct dossier *o = context;
    const size_t slots = o->definition->kinds[v->kind].slot_count;
    keep_self(o, v);
    keep_events(o, v);
    o->cells = keep_cells(o, v->facts->cells, slots);
    o->trace = folder_trace(v->folder, v->trail, &o->arena);
    keep_traits(o);
    keep_answers(o);
    keep_names(o, v);
    o->words = kept_words_of(v, o->as_of, &o->arena);
}

static void fold(struct dossier *o, struct slice subject)
{
    struct run *run = &o->run;
    struct fold_consumer *consumers = ARENA_ARRAY(&run->arena, struct fold_consumer, run->threads);
    for (int i = 0; i < run->threads; i++) consumers[i] = (struct fold_consumer){o, take_subject};
    const struct fold_options options = {
        .as_of = o->as_of, .threads = run->threads, .consumers = consumers, .kinds = 1u << o->kind, .only = subject};
    fold_all(run->gather, run->engine, &options);
}

static enum outcome read_and_fold(struct dossier *o, struct standing_state *state, struct slice subject, bool *absent,
                                  struct error *error)
{
    struct run_options options;
    standing_reading(state, &options);
    options.keep_ids = true;
    options.subject = subject;
    options.horizon = o->as_of;
    enum outcome outcome = run_prepare(&o->run, &options, error);
    if (outcome == OK) outcome = run_read(&o->run, &options, error);
    if (outcome != OK && outcome != SOME_REJECTED) return outcome;
    o->definition = o->run.definition;
    o->dictionary = o->run.definition->dictionary;
    o->zone = &o->run.zone;
    o->workweek = &o->run.workweek;
    fold(o, subject);
    *absent = !o->trace;
    return *absent ? error_set(error, FAILED, "nothing is known of %.*s", SLICE_ARG(subject)) : OK;
}

enum outcome dossier_open(struct standing_state *state, enum subject_kind kind, struct slice subject, int64_t as_of,
                          struct dossier **out, bool *absent, struct error *error)
{
    struct dossier *o = memory_new(sizeof *o);
    *absent = false;
    arena_init(&o->arena);
    run_init(&o->run);
    o->kind = kind;
    o->colleagues = standing_roster(state)->colleagues;
    o->as_of = as_of == INSTANT_NONE ? standing_as_of(state) : as_of;
    const enum outcome outcome = read_and_fold(o, state, subject, absent, error);
    *out = outcome == OK ? o : NULL;
    if (outcome != OK) dossier_close(o);
    return outcome;
}

void dossier_close(struct dossier *o)
{
    if (!o) return;
    arena_release(&o->arena);
    run_release(&o->run);
    free(o);
}

uint32_t dossier_lap(const struct dossier *o, uint32_t funnel)
{
    for (size_t i = 0; i < o->trace->funnel_count; i++)
        if (o->trace->funnels[i].funnel == funnel) return o->trace->funnels[i].lap;
    return 0;
}

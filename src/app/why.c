#include "app/why.h"

#include <stdlib.h>

#include "app/published.h"
#include "app/told.h"
#include "cel/email.h"
#include "runtime/crowd.h"
#include "runtime/relate.h"
#include "runtime/timeline.h"

/* What the folds found of the subject; of the last definition for each kind that has one of its name. */
struct found {
    struct slice key; /* the one it goes by, of those it has */
    const struct trace *trace;
    const struct told_event *events;
    size_t event_count;
    const struct told_crowd *crowds;
    size_t crowd_count;
    const struct seen_with *accounts;
    size_t account_count;
    const struct told_share *shares;
    size_t share_count;
};

struct search {
    struct arena arena;
    struct run *run; /* of the last definition */
    struct slice key;
    struct found found[KIND_COUNT];
    VECTOR(struct why_chapter) chapters[KIND_COUNT]; /* of the definitions before */
};

/* ---- one fold's subject ---- */

static struct slice domain_of(const struct run *run, const struct subject_view *v)
{
    const struct definition *d = run->definition;
    const uint32_t slot = definition_trait_slot(&d->kinds[KIND_PERSON], "email");
    const struct cell address = slot == NONE ? cell_absent() : v->facts->cells[slot];
    if (address.kind != CELL_TEXT) return slice_of("", 0);
    return email_domain(dictionary_text(d->dictionary, (uint32_t)address.number));
}

static void find_crowds(struct search *s, const struct run *run, const struct subject_view *v, struct found *out)
{
    struct told_crowd *told = ARENA_ARRAY(&s->arena, struct told_crowd, v->crowds ? v->count : 0);
    const struct slice domain = arena_slice(&s->arena, v->crowds ? domain_of(run, v) : slice_of("", 0));
    for (size_t i = 0; v->crowds && i < v->count; i++) {
        const struct crowd *c = v->crowds[i];
        bool again = false;
        for (size_t k = 0; c && k < out->crowd_count; k++) again |= told[k].type == c->event && told[k].from == c->from;
        if (c && !again) told[out->crowd_count++] = (struct told_crowd){c->event, c->people, c->from, c->until, domain};
    }
    out->crowds = told;
}

static void find_shares(struct search *s, const struct run *run, const struct subject_view *v, struct found *out)
{
    const struct kind_model *model = &run->definition->kinds[v->kind];
    struct member_shares found = {0};
    size_t *ends = ARENA_ARRAY(&s->arena, size_t, model->member_signal_count);
    for (size_t i = 0; i < model->member_signal_count; i++) {
        timelines_shares(v->timelines, v->relations, v->kind, v->key, &model->member_signals[i], &found);
        ends[i] = found.count;
    }
    struct told_share *told = ARENA_ARRAY(&s->arena, struct told_share, found.count);
    for (size_t k = 0, signal = 0; k < found.count; k++) {
        const struct member_share *share = &found.at[k];
        const bool known = k && slice_equal(share->person, told[k - 1].person);
        while (k == ends[signal]) signal++;
        told[k] = (struct told_share){model->member_signals[signal].slot,
                                      known ? told[k - 1].person : arena_slice(&s->arena, share->person), share->at,
                                      share->by};
    }
    out->shares = told;
    out->share_count = found.count;
    vector_release(&found);
}

static struct found look_at(struct search *s, const struct run *run, const struct subject_view *v)
{
    struct found f = {.key = arena_slice(&s->arena, v->key), .event_count = v->count};
    struct relation_list accounts =
        v->kind == KIND_PERSON ? relations_accounts_of(v->relations, v->key) : (struct relation_list){0};
    struct seen_with *seen = ARENA_ARRAY(&s->arena, struct seen_with, accounts.count);
    for (size_t i = 0; i < accounts.count; i++)
        seen[i] = (struct seen_with){arena_slice(&s->arena, accounts.at[i].other), accounts.at[i].at};
    f.events = told_trail(run, v, &s->arena);
    find_crowds(s, run, v, &f);
    find_shares(s, run, v, &f);
    f.accounts = seen;
    f.account_count = accounts.count;
    f.trace = folder_trace(v->folder, v->trail, &s->arena);
    return f;
}

static void take_subject(void *context, const struct subject_view *v)
{
    struct search *s = context;
    s->found[v->kind] = look_at(s, s->run, v);
}

static struct why_chapter chapter_of(const struct found *f, const struct run *run, int64_t until)
{
    return (struct why_chapter){.definition = run->definition,
                                .trace = f->trace,
                                .events = f->events,
                                .event_count = f->event_count,
                                .until = until,
                                .crowds = f->crowds,
                                .crowd_count = f->crowd_count,
                                .shares = f->shares,
                                .share_count = f->share_count};
}

/* Of an earlier definition; called for every subject, on any thread, for the one asked on one of them. */
static void watch_subject(void *context, struct run *run, int64_t until, const struct subject_view *v)
{
    struct search *s = context;
    if (!slice_equal(v->key, s->key) && !about_has_alias(v->about, s->key)) return;
    struct found f = look_at(s, run, v);
    vector_push(&s->chapters[v->kind], chapter_of(&f, run, until));
}

static void fold(struct search *s, const struct recorded *recorded, int64_t as_of)
{
    struct run *run = s->run;
    struct fold_consumer *consumers = ARENA_ARRAY(&run->arena, struct fold_consumer, run->threads);
    for (int i = 0; i < run->threads; i++) consumers[i] = (struct fold_consumer){s, take_subject};
    struct fold_options options = {.as_of = as_of,
                                   .threads = run->threads,
                                   .consumers = consumers,
                                   .kinds = (1u << KIND_COUNT) - 1,
                                   .only = s->key};
    recorded_ask(recorded, &options);
    fold_all(run->gather, run->engine, &options);
}

/* ---- what was asked ---- */

static enum outcome funnel_named(const struct definition *d, struct slice name, uint32_t *funnel, struct error *error)
{
    struct slice names[64];
    size_t count = 0;
    *funnel = NONE;
    for (uint32_t i = 0; i < d->funnel_count; i++) {
        if (name.len && slice_equal(d->funnels[i].label.name, name)) *funnel = i;
        if (count < sizeof names / sizeof *names) names[count++] = d->funnels[i].label.name;
    }
    if (!name.len || *funnel != NONE) return OK;
    struct slice near = nearest_word(name, names, count);
    if (!near.len) return error_set(error, BAD_USAGE, "--funnel: the definition has no funnel %.*s", SLICE_ARG(name));
    return error_set(error, BAD_USAGE, "--funnel: the definition has no funnel %.*s; did you mean %.*s?",
                     SLICE_ARG(name), SLICE_ARG(near));
}

static enum outcome kind_named(const struct definition *d, const struct why_request *r, uint32_t funnel, int *kind,
                               struct error *error)
{
    *kind = funnel != NONE ? (int)d->funnels[funnel].of : KIND_COUNT;
    if (!r->kind.len) return OK;
    for (int k = 0; k < KIND_COUNT; k++)
        if (slice_is(r->kind, subject_kind_names[k])) {
            if (funnel != NONE && *kind != k)
                return error_set(error, BAD_USAGE, "--kind: the funnel %.*s counts subjects of the kind %s",
                                 SLICE_ARG(r->funnel), subject_kind_names[*kind]);
            *kind = k;
            return OK;
        }
    return error_set(error, BAD_USAGE, "--kind takes person | account | deal | subscription | market, not %.*s",
                     SLICE_ARG(r->kind));
}

/* The kind asked for; else the one whose funnel is reported, else the first that has a subject of the name. */
static int kind_found(const struct search *s, int asked)
{
    const struct definition *d = s->run->definition;
    const int usual = d->funnel_count ? (int)d->funnels[d->report.funnel].of : KIND_PERSON;
    if (asked < KIND_COUNT) return s->found[asked].trace ? asked : KIND_COUNT;
    if (s->found[usual].trace) return usual;
    for (int k = 0; k < KIND_COUNT; k++)
        if (s->found[k].trace) return k;
    return KIND_COUNT;
}

static void write(struct search *s, const struct why_request *r, int kind, uint32_t funnel, int64_t as_of,
                  struct buffer *out)
{
    const struct found *f = &s->found[kind];
    vector_push(&s->chapters[kind], chapter_of(f, s->run, INSTANT_MAX));
    const struct why why = {.program = r->program,
                            .subject = f->key,
                            .asked = r->subject,
                            .kind = (enum subject_kind)kind,
                            .as_of = as_of,
                            .recorded = r->history.recorded,
                            .zone = &s->run->zone,
                            .chapters = s->chapters[kind].at,
                            .count = s->chapters[kind].count,
                            .accounts = f->accounts,
                            .account_count = f->account_count,
                            .funnel = funnel};
    if (r->format == WHY_JSON)
        why_write_json(&why, out);
    else
        why_write_terminal(&why, r->language, r->terminal, out);
}

static enum outcome answer(struct search *s, const struct why_request *r, struct buffer *out, struct error *error)
{
    uint32_t funnel;
    int asked;
    int64_t as_of;
    struct recorded recorded = {.watch = watch_subject, .context = s};
    enum outcome outcome = funnel_named(s->run->definition, r->funnel, &funnel, error);
    if (outcome == OK) outcome = kind_named(s->run->definition, r, funnel, &asked, error);
    if (outcome == OK) outcome = history_as_of(s->run, &r->history, &as_of, error);
    if (outcome == OK) outcome = recorded_fold(&recorded, &r->history, as_of, error);
    if (outcome == OK) {
        fold(s, &recorded, as_of);
        int kind = kind_found(s, asked);
        if (kind == KIND_COUNT)
            outcome = error_set(error, FAILED, "%.*s: nothing is known of %s of that name by then",
                                SLICE_ARG(r->subject), asked < KIND_COUNT ? subject_kind_names[asked] : "a subject");
        else
            write(s, r, kind, funnel, as_of, out);
    }
    recorded_free(&recorded);
    return outcome;
}

enum outcome why_of_files(struct run *run, const struct why_request *r, struct buffer *out, struct error *error)
{
    struct search s = {.run = run, .key = r->subject};
    struct why_request settled = *r;
    struct published published;
    arena_init(&s.arena);
    /* Each definition has components of its own; and without a now the as-of is the last event's day, whosever. */
    enum outcome outcome = published_settle(&published, &settled.history, error);
    if (!settled.history.publication_count && (r->history.now || r->history.as_of.len))
        settled.history.run.subject = r->subject;
    if (outcome == OK) outcome = history_open(run, &settled.history, error);
    if (outcome == OK || outcome == SOME_REJECTED) {
        enum outcome answered = answer(&s, &settled, out, error);
        if (answered != OK) outcome = answered;
    }
    for (int k = 0; k < KIND_COUNT; k++) vector_release(&s.chapters[k]);
    arena_release(&s.arena);
    published_release(&published);
    return outcome;
}

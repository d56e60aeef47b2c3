#include "app/handoff_roster.h"

#include "runtime/people.h"

const char *const handoff_state_names[HANDOFF_STATES + 1] = {"waiting",  "accepted",  "rejected",
                                                             "returned", "withdrawn", NULL};

/* ---- words ---- */

const struct kept_words *kept_words_of(const struct subject_view *v, int64_t as_of, struct arena *arena)
{
    if (!v->about || !v->about->word_count) return NULL;
    struct kept_word *at = ARENA_ARRAY(arena, struct kept_word, v->about->word_count);
    struct kept_words *words = ARENA_NEW(arena, struct kept_words);
    for (size_t i = 0; i < v->about->word_count; i++) {
        const struct declaration *s = v->about->words[i];
        if (s->at > as_of) continue;
        struct slice *texts = ARENA_ARRAY(arena, struct slice, WORD_FIELDS);
        for (size_t k = 0; k < WORD_FIELDS; k++)
            if (s->words[k].len) texts[k] = arena_slice(arena, s->words[k]);
        at[words->count++] = (struct kept_word){.kind = s->kind,
                                                .decision = s->decision,
                                                .undone = s->undone,
                                                .at = s->at,
                                                .by = arena_slice(arena, s->by),
                                                .role = arena_slice(arena, s->role),
                                                .message = arena_slice(arena, s->message),
                                                .texts = texts};
    }
    words->at = at;
    return words->count ? words : NULL;
}

const struct kept_word *kept_word_last(const struct kept_words *words, enum declaration_kind kind, int64_t from,
                                       int64_t until)
{
    for (size_t i = words ? words->count : 0; i-- > 0;)
        if (words->at[i].kind == kind && words->at[i].at >= from && words->at[i].at < until) return &words->at[i];
    return NULL;
}

/* What was said with a decision; NULL: nothing. */
static const struct kept_word *word_of(const struct kept_words *words, enum decision decision, int64_t at)
{
    for (size_t i = 0; words && i < words->count; i++) {
        const struct kept_word *w = &words->at[i];
        if (w->kind == DECLARE_DECISION && w->decision == decision && !w->undone && w->at == at) return w;
    }
    return NULL;
}

/* ---- one handoff ---- */

struct taking {
    struct arena *arena;
    const struct definition *definition;
    uint32_t funnel;
    const struct subject_view *view;
    const struct kept_words *words;
};

static struct slice text_of(const struct taking *t, uint32_t code)
{
    return code ? dictionary_text(t->definition->dictionary, code) : slice_of("", 0);
}

static void add_decision(const struct taking *t, struct handoff_entry *e, struct handoff_decision decision)
{
    decision.word = word_of(t->words, decision.decision, decision.at);
    e->decisions[e->decision_count++] = decision;
}

static void note_answer(const struct taking *t, struct handoff_entry *e, const struct handoff *h)
{
    static const enum decision decisions[] = {[HANDOFF_ACCEPTED] = DECISION_ACCEPT,
                                              [HANDOFF_REJECTED] = DECISION_REJECT,
                                              [HANDOFF_RETURNED] = DECISION_RETURN};
    if (h->outcome == HANDOFF_OPEN || h->outcome == HANDOFF_WITHDRAWN) return;
    add_decision(
        t, e,
        (struct handoff_decision){
            .decision = decisions[h->outcome], .at = h->at, .by = text_of(t, h->by), .reason = text_of(t, h->reason)});
}

/* A lead that was accepted and given back after all, in the same lap. */
static void note_late_return(const struct taking *t, struct handoff_entry *e, const struct handoff *h)
{
    for (size_t i = 0; h->outcome == HANDOFF_ACCEPTED && i < t->view->facts->interval_count; i++) {
        const struct interval *x = &t->view->facts->intervals[i];
        if (x->how != HOW_RETURNED || x->funnel != h->funnel || x->lap != h->lap) continue;
        if (x->entered < h->at || x->entered > e->until) continue;
        add_decision(t, e,
                     (struct handoff_decision){.decision = DECISION_RETURN,
                                               .at = x->entered,
                                               .by = text_of(t, x->by),
                                               .reason = text_of(t, x->reason),
                                               .after_acceptance = true});
        return;
    }
}

/* Every word about it counts, those taken back too, so that no two states of it have one version. */
static uint32_t version_of(const struct taking *t, const struct handoff_entry *e)
{
    uint32_t version = 1 + (e->outcome == HANDOFF_WITHDRAWN);
    for (size_t i = 0; i < e->decision_count; i++) version += !e->decisions[i].word;
    for (size_t i = 0; t->words && i < t->words->count; i++) {
        const struct kept_word *w = &t->words->at[i];
        const bool counts = w->kind == DECLARE_DECISION || w->kind == DECLARE_UNDO || w->kind == DECLARE_ASSIGNED;
        version += counts && w->at >= e->submitted && w->at < e->until;
    }
    return version;
}

static void name_it(const struct taking *t, struct handoff_entry *e)
{
    const struct funnel *funnel = &t->definition->funnels[t->funnel];
    const struct slice name = arena_printf(t->arena, "%zu:%.*s%.*s.%.*s@%lld", t->view->key.len,
                                           SLICE_ARG(t->view->key), SLICE_ARG(funnel->label.name),
                                           SLICE_ARG(funnel->stages[e->stage].label.name), (long long)e->submitted);
    snprintf(e->id, sizeof e->id, "h%016llx", (unsigned long long)slice_hash(name));
}

static enum handoff_state state_of(const struct handoff_entry *e)
{
    static const enum handoff_state states[] = {[HANDOFF_OPEN] = STATE_WAITING,
                                                [HANDOFF_ACCEPTED] = STATE_ACCEPTED,
                                                [HANDOFF_REJECTED] = STATE_REJECTED,
                                                [HANDOFF_RETURNED] = STATE_RETURNED,
                                                [HANDOFF_WITHDRAWN] = STATE_WITHDRAWN};
    return e->decision_count > 1 ? STATE_RETURNED : states[e->outcome];
}

static int64_t next_submission(const struct facts *facts, size_t i)
{
    for (size_t k = i + 1; k < facts->handoff_count; k++)
        if (facts->handoffs[k].funnel == facts->handoffs[i].funnel) return facts->handoffs[k].submitted;
    return INSTANT_MAX;
}

void handoffs_take(struct handoff_list *list, struct arena *arena, const struct definition *d, uint32_t funnel,
                   const struct subject_view *v, const struct kept_words *words, uint32_t lead)
{
    const struct taking t = {arena, d, funnel, v, words};
    for (size_t i = 0; i < v->facts->handoff_count; i++) {
        const struct handoff *h = &v->facts->handoffs[i];
        if (h->funnel != funnel) continue;
        struct handoff_entry e = {.lead = lead,
                                  .stage = h->stage,
                                  .submitted = h->submitted,
                                  .due = h->due,
                                  .ended = h->at,
                                  .until = next_submission(v->facts, i),
                                  .outcome = h->outcome,
                                  .to = h->to,
                                  .words = words};
        name_it(&t, &e);
        note_answer(&t, &e, h);
        note_late_return(&t, &e, h);
        e.assigned = kept_word_last(words, DECLARE_ASSIGNED, e.submitted, e.until);
        e.state = state_of(&e);
        e.version = version_of(&t, &e);
        vector_push(list, e);
    }
}

const struct handoff_decision *handoff_last(const struct handoff_entry *e)
{
    return e->decision_count ? &e->decisions[e->decision_count - 1] : NULL;
}

/* ---- moving ---- */

const struct kept_words *kept_words_copy(const struct kept_words *words, struct arena *arena)
{
    if (!words) return NULL;
    struct kept_words *copy = ARENA_NEW(arena, struct kept_words);
    struct kept_word *at = ARENA_ARRAY(arena, struct kept_word, words->count);
    for (size_t i = 0; i < words->count; i++) {
        struct slice *texts = ARENA_ARRAY(arena, struct slice, WORD_FIELDS);
        for (size_t k = 0; k < WORD_FIELDS; k++) texts[k] = arena_slice(arena, words->at[i].texts[k]);
        at[i] = words->at[i];
        at[i].by = arena_slice(arena, at[i].by);
        at[i].role = arena_slice(arena, at[i].role);
        at[i].message = arena_slice(arena, at[i].message);
        at[i].texts = texts;
    }
    *copy = (struct kept_words){at, words->count};
    return copy;
}

static const struct kept_word *same_word(const struct kept_word *word, const struct kept_words *from,
                                         const struct kept_words *to)
{
    return word ? &to->at[word - from->at] : NULL;
}

void handoff_move(struct handoff_entry *e, const struct kept_words *copy, struct arena *arena)
{
    e->to = arena_slice(arena, e->to);
    e->assigned = same_word(e->assigned, e->words, copy);
    for (size_t i = 0; i < e->decision_count; i++) {
        struct handoff_decision *d = &e->decisions[i];
        d->by = arena_slice(arena, d->by);
        d->reason = arena_slice(arena, d->reason);
        d->word = same_word(d->word, e->words, copy);
    }
    e->words = copy;
}

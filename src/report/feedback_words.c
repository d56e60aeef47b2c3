#include "report/feedback_words.h"

#include "definition/words.h"

const char *const criterion_kind_names[] = {"clause", "profile", "question", "term"};

/* What a criterion belongs to, and its own label. */
struct belongs {
    const struct label *owner, *own; /* owner: NULL of a clause */
    const struct rule *rule;         /* NULL of a clause */
};

static struct belongs belongs_of(const struct feedback *f, const struct feedback_criterion *c)
{
    const struct definition *d = f->table->definition;
    const uint32_t owner = c->criterion->owner, part = c->criterion->part;
    switch (c->criterion->kind) {
    case CRITERION_PROFILE:
        return (struct belongs){&d->icps[owner].label, &d->icps[owner].criteria[part].label,
                                d->icps[owner].criteria[part].when};
    case CRITERION_QUESTION:
        return (struct belongs){&d->bants[owner].label, &d->bants[owner].questions[part].label,
                                d->bants[owner].questions[part].when};
    case CRITERION_TERM:
        return (struct belongs){&d->scores[owner].label, &d->scores[owner].terms[part].label,
                                d->scores[owner].terms[part].points};
    case CRITERION_CLAUSE: break;
    }
    return (struct belongs){NULL, &c->criterion->clause->label, NULL};
}

static struct speaker speaker_of(const struct feedback *f, struct arena *arena, int tongue)
{
    return (struct speaker){f->table->definition, tongue == HEBREW ? LANGUAGE_HE : LANGUAGE_EN, arena, .plain = true};
}

struct words feedback_name(struct arena *arena, const struct feedback *f, const struct feedback_criterion *c)
{
    const struct belongs b = belongs_of(f, c);
    struct words w = {0};
    for (int t = 0; t < TONGUES; t++) {
        struct speaker s = speaker_of(f, arena, t);
        w.in[t] = spoken(&s, b.own);
        if (b.owner) w.in[t] = fill2(&s, SAY_LABELLED, spoken(&s, b.owner), w.in[t]);
    }
    return w;
}

struct words feedback_rule(struct arena *arena, const struct feedback *f, const struct feedback_criterion *c)
{
    const struct definition *d = f->table->definition;
    const struct belongs b = belongs_of(f, c);
    const enum subject_kind kind = d->funnels[c->criterion->funnel].of;
    struct words w = {0};
    for (int t = 0; t < TONGUES; t++) {
        struct speaker s = speaker_of(f, arena, t);
        w.in[t] = b.rule ? speak_rule(&s, kind, b.rule) : speak_clause(&s, kind, c->criterion->clause);
        if (c->criterion->kind != CRITERION_TERM) continue;
        const struct score_term *term = &d->scores[c->criterion->owner].terms[c->criterion->part];
        if (term->when)
            w.in[t] = fill3(&s, c->halved ? SAY_TERM_AS_WHEN : SAY_TERM_WHEN, spoken(&s, b.own), w.in[t],
                            speak_rule(&s, kind, term->when));
    }
    return w;
}

struct slice feedback_key(struct arena *arena, const struct feedback *f, const struct feedback_criterion *c)
{
    const struct belongs b = belongs_of(f, c);
    struct slice stage = f->table->definition->funnels[f->table->funnel].stages[c->criterion->stage].label.name;
    if (!b.owner) return arena_printf(arena, "%.*s.%.*s", SLICE_ARG(stage), SLICE_ARG(b.own->name));
    static const char *const roots[] = {"", "icp", "bant", "scores"};
    return arena_printf(arena, "%.*s.%s.%.*s.%.*s", SLICE_ARG(stage), roots[c->criterion->kind],
                        SLICE_ARG(b.owner->name), SLICE_ARG(b.own->name));
}

static void add_share(struct arguments *a, const char *name, uint64_t hits, uint64_t n)
{
    arguments_number(a, name, n ? rounded(100.0 * (double)hits / (double)n, 0) : 0);
}

struct words feedback_sentence(struct catalogue *catalogue, struct arena *arena, const struct feedback *f,
                               const struct feedback_criterion *c)
{
    static const char *const keys[FEEDBACK_SAYINGS] = {"feedback.says.too_few", "feedback.says.required",
                                                       "feedback.says.same", "feedback.says.predicts",
                                                       "feedback.says.against"};
    struct arguments a = {.count = 0};
    const struct fared *with = &c->with, *without = &c->without;
    arguments_number(&a, "min", (double)f->min_n);
    arguments_number(&a, "with_n", (double)with->n);
    arguments_number(&a, "without_n", (double)without->n);
    add_share(&a, "with", c->by_won ? with->won : with->accepted, c->by_won ? with->n : with->decided);
    add_share(&a, "without", c->by_won ? without->won : without->accepted, c->by_won ? without->n : without->decided);
    struct slice what = slice_from(c->by_won ? "feedback.were_won" : "feedback.were_accepted");
    arguments_words(&a, "what", catalogue_words(catalogue, arena, what, NULL, 0));
    return catalogue_words(catalogue, arena, slice_from(keys[c->says]), a.at, a.count);
}

struct words feedback_channel_name(struct catalogue *catalogue, struct arena *arena, const struct feedback *f,
                                   const struct feedback_channel *c)
{
    const struct definition *d = f->table->definition;
    const struct dimension *by = &d->dimensions[d->channels.by];
    struct slice value = dictionary_text(f->table->dictionary, c->value);
    if (!c->value) return catalogue_words(catalogue, arena, SLICE("feedback.no_channel"), NULL, 0);
    for (size_t i = 0; i < by->value_count; i++)
        if (slice_equal(by->values[i].name, value)) return word_label(&by->values[i]);
    return words_same(value);
}

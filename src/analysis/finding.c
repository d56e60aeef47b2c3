#include "analysis/finding.h"

#include <assert.h>

struct finding *finding_new(struct finding_list *list, const char *code, const char *form, enum section section,
                            enum support support)
{
    struct finding f = {.code = code,
                        .form = form,
                        .section = section,
                        .support = support,
                        .severity = SEVERITY_NEUTRAL,
                        .dimension = NONE};
    vector_push(&list->at, f);
    return vector_last(&list->at);
}

struct findings finding_done(struct finding_list *list)
{
    struct findings out = {.at = ARENA_ARRAY(list->arena, struct finding, list->at.count), .count = list->at.count};
    if (out.count) memcpy(out.at, list->at.at, out.count * sizeof *out.at);
    vector_release(&list->at);
    return out;
}

static struct figure *add(struct finding *f, const char *name, enum figure_kind kind, bool evidence)
{
    assert(f->figure_count < FIGURES_MAX);
    struct figure *figure = &f->figures[f->figure_count++];
    *figure = (struct figure){.name = name, .kind = kind, .evidence = evidence, .number = NAN};
    return figure;
}

void put(struct finding *f, const char *name, enum figure_kind kind, double number)
{
    add(f, name, kind, true)->number = number;
}

void put_shown(struct finding *f, const char *name, enum figure_kind kind, double number)
{
    add(f, name, kind, false)->number = number;
}

void put_stage(struct finding *f, const char *name, uint32_t stage)
{
    add(f, name, FIGURE_STAGE, true)->index = stage;
}

void put_way(struct finding *f, const struct transition *t)
{
    put_stage(f, "from", t->from);
    put_stage(f, "to", t->to);
}

void put_values(struct finding *f, struct arena *arena, const char *name, uint32_t dimension, const uint32_t *codes,
                size_t count)
{
    struct figure *figure = add(f, name, FIGURE_VALUES, true);
    uint32_t *copy = ARENA_ARRAY(arena, uint32_t, count);
    if (count) memcpy(copy, codes, count * sizeof *copy);
    figure->index = dimension;
    figure->codes = copy;
    figure->count = count;
}

void put_labels(struct finding *f, const char *name, const struct label *const *labels, size_t count)
{
    struct figure *figure = add(f, name, FIGURE_LABELS, true);
    figure->labels = labels;
    figure->count = count;
}

void put_team(struct finding *f, const struct finding_list *list, const char *name, struct slice team)
{
    struct label *label = ARENA_NEW(list->arena, struct label);
    const struct label **labels = ARENA_ARRAY(list->arena, const struct label *, 1);
    *label = definition_team(list->a->definition, team);
    labels[0] = label;
    put_labels(f, name, labels, 1);
}

void put_words(struct finding *f, const char *name, struct slice text)
{
    add(f, name, FIGURE_TEXT, true)->text = text;
}

void put_role(struct finding *f, const char *name, enum role role)
{
    add(f, name, FIGURE_ROLE, false)->index = role;
}

void put_agreed(struct finding *f, const char *name, const struct transition *t)
{
    add(f, name, FIGURE_AGREED, false)->index = t->to;
}

void put_dimension(struct finding *f, const char *name, uint32_t dimension)
{
    add(f, name, FIGURE_DIMENSION, false)->index = dimension;
}

void put_phrase(struct finding *f, const char *name, const char *key)
{
    add(f, name, FIGURE_PHRASE, false)->text = slice_from(key);
}

const struct finding *cause_named(const struct analysis *a, const char *code)
{
    for (size_t i = 0; i < a->causes.count; i++)
        if (strcmp(a->causes.at[i].code, code) == 0) return &a->causes.at[i];
    return NULL;
}

double figure_number(const struct finding *f, const char *name)
{
    for (size_t i = 0; i < f->figure_count; i++)
        if (strcmp(f->figures[i].name, name) == 0) return f->figures[i].number;
    return NAN;
}

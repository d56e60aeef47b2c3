/* Writing findings: a list that grows, and figures put into one by name. */
#ifndef MASA_ANALYSIS_FINDING_H
#define MASA_ANALYSIS_FINDING_H

#include "analysis/parts.h"
#include "base/vector.h"

struct finding_list {
    struct analysis *a;
    struct arena *arena;
    VECTOR(struct finding) at;
};

/* The pointer holds until the next one is begun. */
struct finding *finding_new(struct finding_list *list, const char *code, const char *form, enum section section,
                            enum support support);
struct findings finding_done(struct finding_list *list);

/* A number that is evidence too; put_shown: only for the words. */
void put(struct finding *f, const char *name, enum figure_kind kind, double number);
void put_shown(struct finding *f, const char *name, enum figure_kind kind, double number);
void put_stage(struct finding *f, const char *name, uint32_t stage);
void put_values(struct finding *f, struct arena *arena, const char *name, uint32_t dimension, const uint32_t *codes,
                size_t count);
void put_labels(struct finding *f, const char *name, const struct label *const *labels, size_t count);
void put_words(struct finding *f, const char *name, struct slice text);
/* Its code is evidence; it is told by what people call it. */
void put_team(struct finding *f, const struct finding_list *list, const char *name, struct slice team);
void put_role(struct finding *f, const char *name, enum role role);
/* The time in which `t` is to be made. */
void put_agreed(struct finding *f, const char *name, const struct transition *t);
void put_dimension(struct finding *f, const char *name, uint32_t dimension);
void put_phrase(struct finding *f, const char *name, const char *key);
/* The names of stages from and to. */
void put_way(struct finding *f, const struct transition *t);

/* A cause by its code, NULL when it was not found. */
const struct finding *cause_named(const struct analysis *a, const char *code);
double figure_number(const struct finding *f, const char *name);

/* The cause that many of those captured are not those wanted, when the numbers say so; else NULL. */
const struct finding *offer_misses(const struct analysis *a);

/* The score that a stage's rule reads and that has a threshold, with the subjects it kept below it; NULL without. */
const struct score *gating_score(const struct analysis *a, uint32_t stage);

#endif

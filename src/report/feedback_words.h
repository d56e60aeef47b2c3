/* The sentences of a feedback that both renderers draw. */
#ifndef MASA_REPORT_FEEDBACK_WORDS_H
#define MASA_REPORT_FEEDBACK_WORDS_H

#include "report/catalogue.h"
#include "report/feedback.h"
#include "report/words.h"

extern const char *const criterion_kind_names[];

/* "fits the profile", "BANT marketing: budget", "the score sales: interest". */
struct words feedback_name(struct arena *arena, const struct feedback *f, const struct feedback_criterion *c);
/* The rule in full; of a term what it gives. */
struct words feedback_rule(struct arena *arena, const struct feedback *f, const struct feedback_criterion *c);
/* What it says: "Predicts: of those who met it 40% were won, of the others 12%." */
struct words feedback_sentence(struct catalogue *catalogue, struct arena *arena, const struct feedback *f,
                               const struct feedback_criterion *c);
/* A channel as people call it. */
struct words feedback_channel_name(struct catalogue *catalogue, struct arena *arena, const struct feedback *f,
                                   const struct feedback_channel *c);
struct slice feedback_key(struct arena *arena, const struct feedback *f, const struct feedback_criterion *c);

#endif

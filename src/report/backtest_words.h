/* What both renderers of a backtest share: which rules differ, and which numbers. */
#ifndef MASA_REPORT_BACKTEST_WORDS_H
#define MASA_REPORT_BACKTEST_WORDS_H

#include "report/backtest.h"
#include "report/catalogue.h"
#include "report/words.h"

/* Lines of the definitions in words (check --explain) that only one of them has. */
struct line_list {
    struct words *at;
    size_t count;
};
struct line_list lines_only_in(struct arena *arena, const struct definition *d, const struct definition *other);

bool stage_rule_changed(struct arena *arena, const struct backtest *b, const struct backtest_stage *s);

/* A number of the report under each. NAN where one has no such number. */
struct number_change {
    struct slice code;
    struct words label;
    enum kpi_unit unit;
    double old, new;
};
struct number_list {
    struct number_change *at;
    size_t count;
};
/* Empty without reports. */
struct number_list numbers_changed(struct arena *arena, const struct backtest_view *view);

static inline const struct definition *backtest_old(const struct backtest_view *v)
{
    return v->backtest->old_table->definition;
}
static inline const struct definition *backtest_new(const struct backtest_view *v)
{
    return v->backtest->new_table->definition;
}
/* The label of a stage, of whichever has it. */
struct words backtest_stage_label(const struct backtest *b, const struct backtest_stage *s);

#endif

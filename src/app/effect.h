/* What became of a decision: the number it was to change, as long before it as after it, and whether the difference
 * may be chance.
 *
 * A rate FROM>TO counts who entered FROM in the time after (or before), and of these who reached TO within the same
 * time: both sides are equally old. A stage alone counts who entered it. Both times are as long as the decision is old,
 * at most 90 days. */
#ifndef MASA_APP_EFFECT_H
#define MASA_APP_EFFECT_H

#include "analysis/table.h"
#include "report/catalogue.h"
#include "value/json_write.h"

enum { EFFECT_DAYS_MAX = 90 };

/* `facts` are of everybody, without a report's windows (roster.h).
 *
 * Whether it is such a number of the table's funnel: "MQL>SAL", "SQL". */
bool effect_is_measurable(const struct fact_table *facts, struct slice kpi);
/* The measure as schema/openapi.yaml describes it; null when there is nothing to measure. */
void effect_put(const struct fact_table *facts, struct slice kpi, int64_t taken_at, struct json_writer *w);
/* The same in words for a meeting: "MQL to SAL: 71.2% of 120 before, 83.3% of 150 after: more than chance". False when
 * there is nothing to measure yet. */
bool effect_words(const struct fact_table *facts, struct slice kpi, int64_t taken_at, struct arena *arena,
                  struct words *out);

#endif

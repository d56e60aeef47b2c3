/* What the values of a dimension are called. A column holds dictionary codes, or for a banded dimension the band's
 * number from 1; 0 is "not known". */
#ifndef MASA_ANALYSIS_DIMENSION_H
#define MASA_ANALYSIS_DIMENSION_H

#include "analysis/table.h"
#include "base/error.h"

/* How many values of a dimension have a row of their own in a report; the others are one row together. */
enum { VALUES_USUAL = 50 };
#define VALUES_ALL UINT32_MAX
/* What report.values says, or VALUES_USUAL. */
uint32_t values_defined(const struct definition *definition);
/* As people write it: 0 is all. BAD_USAGE: it is no number. */
enum outcome values_parse(struct slice text, uint32_t *out, struct error *error);

/* NONE: there is no such dimension. */
uint32_t dimension_named(const struct definition *definition, struct slice name);
/* The value as files and programs name it: the text itself; for bands "<100", "100-149", "500+"; empty when not known.
 */
struct slice dimension_value(struct arena *arena, const struct fact_table *table, uint32_t dimension, uint32_t code);
/* The highest number shown for a band between two others: of whole numbers the one below the next border. */
int64_t dimension_upper(const struct definition *definition, const struct dimension *dimension, uint32_t band);
/* The texts the definition gives for that value, NULL when it gives none. */
const struct label *dimension_label(const struct fact_table *table, uint32_t dimension, uint32_t code);
/* The name by which rules read what the dimension shows ("account.employees"); empty for a touch dimension. */
struct slice dimension_slot(const struct definition *definition, uint32_t dimension);

#endif

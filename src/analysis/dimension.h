/* What the values of a dimension are called. A column holds dictionary codes, or for a banded dimension the band's
 * number from 1; 0 is "not known". */
#ifndef MASA_ANALYSIS_DIMENSION_H
#define MASA_ANALYSIS_DIMENSION_H

#include "analysis/table.h"

/* The value as files and programs name it: the text itself; for bands "<100", "100-149", "500+"; empty when not known.
 */
struct slice dimension_value(struct arena *arena, const struct fact_table *table, uint32_t dimension, uint32_t code);
/* The texts the definition gives for that value, NULL when it gives none. */
const struct label *dimension_label(const struct fact_table *table, uint32_t dimension, uint32_t code);
/* The name by which rules read what the dimension shows ("account.employees"); empty for a touch dimension. */
struct slice dimension_slot(const struct definition *definition, uint32_t dimension);

#endif

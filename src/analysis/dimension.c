#include "analysis/dimension.h"

#include <inttypes.h>

uint32_t values_defined(const struct definition *definition)
{
    const int said = definition->report.values;
    return said < 0 ? VALUES_USUAL : said ? (uint32_t)said : VALUES_ALL;
}

enum outcome values_parse(struct slice text, uint32_t *out, struct error *error)
{
    int64_t number;
    if (!slice_to_i64(text, &number) || number < 0 || number >= VALUES_ALL)
        return error_set(error, BAD_USAGE, "values: %.*s is not how many values to show; 0 shows all", SLICE_ARG(text));
    *out = number ? (uint32_t)number : VALUES_ALL;
    return OK;
}

uint32_t dimension_named(const struct definition *definition, struct slice name)
{
    for (uint32_t i = 0; i < definition->dimension_count; i++)
        if (slice_equal(definition->dimensions[i].label.name, name)) return i;
    return NONE;
}

static bool counts_whole(const struct definition *definition, const struct dimension *d)
{
    const struct kind_model *kind = &definition->kinds[d->of];
    return d->slot < kind->slot_count && kind->slots[d->slot].type.kind == FIELD_INT;
}

int64_t dimension_upper(const struct definition *definition, const struct dimension *d, uint32_t band)
{
    return d->bands[band] - counts_whole(definition, d);
}

static struct slice band_text(struct arena *arena, const struct definition *definition, const struct dimension *d,
                              uint32_t band)
{
    if (band == 0) return arena_printf(arena, "<%" PRId64, d->bands[0]);
    if (band >= d->band_count) return arena_printf(arena, "%" PRId64 "+", d->bands[d->band_count - 1]);
    return arena_printf(arena, "%" PRId64 "-%" PRId64, d->bands[band - 1], dimension_upper(definition, d, band));
}

struct slice dimension_value(struct arena *arena, const struct fact_table *table, uint32_t dimension, uint32_t code)
{
    const struct dimension *d = &table->definition->dimensions[dimension];
    if (!code) return SLICE("");
    return d->band_count ? band_text(arena, table->definition, d, code - 1) : dictionary_text(table->dictionary, code);
}

const struct label *dimension_label(const struct fact_table *table, uint32_t dimension, uint32_t code)
{
    const struct dimension *d = &table->definition->dimensions[dimension];
    if (!code || d->band_count) return NULL;
    struct slice text = dictionary_text(table->dictionary, code);
    for (size_t i = 0; i < d->value_count; i++)
        if (slice_equal(d->values[i].name, text)) return &d->values[i];
    return NULL;
}

struct slice dimension_slot(const struct definition *definition, uint32_t dimension)
{
    const struct dimension *d = &definition->dimensions[dimension];
    const struct kind_model *kind = &definition->kinds[d->of];
    return d->kind == DIMENSION_VALUE && d->slot < kind->slot_count ? kind->slots[d->slot].name : SLICE("");
}

/* A mapping brought together with the columns of one file and with what is asked for: ready to turn rows into events.
 */
#ifndef MASA_INTAKE_BIND_H
#define MASA_INTAKE_BIND_H

#include "intake/convert.h"
#include "intake/emit.h"
#include "intake/input.h"
#include "intake/shape.h"

#define COLUMN_NONE UINT16_MAX

/* Where a file has a column; COLUMN_NONE when it has none. */
struct columns {
    uint16_t (*find)(void *context, struct slice name);
    void *context;
};

struct binding;

/* Lives in the arena; read by all threads. */
const struct binding *binding_new(struct arena *arena, const struct mapping *mapping, struct convert_style style,
                                  struct columns columns, const struct input_plan *plan);

/* Whether the mapping only gives other names to the fields of an event: then nothing stands between, values go straight
 * to the cells of the Segment shape, and the event is made by emit_segment. */
bool mapping_is_plain(const struct mapping *mapping);
void mapping_plain_shape(const struct mapping *mapping, const struct input_plan *plan, struct shape *shape);

struct plain_column {
    uint16_t column, cell;
};
/* The same for the columns of a file; returns how many, at most SEGMENT_CELLS + plan->count. */
size_t mapping_plain_columns(struct arena *arena, const struct mapping *mapping, const struct input_plan *plan,
                             struct columns columns, const struct plain_column **out);

/* One thread's room for making events of rows. */
struct row_maker {
    struct emitter *emitter;
    const struct binding *binding;
    struct arena arena;         /* texts of the row at hand */
    struct input_value *values; /* of the plan */
    void *spend_context;
    void (*spend)(void *context, const struct spend_row *row);
    uint64_t spend_rows;
};

void row_maker_init(struct row_maker *maker, struct emitter *emitter, size_t value_count);
void row_maker_release(struct row_maker *maker);
/* `columns`: the cells of the row, by the numbers that `find` gave. */
void row_maker_run(struct row_maker *maker, const struct emit_row *row, const struct input_value *columns,
                   struct digest_source digest);

#endif

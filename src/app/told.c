#include "app/told.h"

#include <stdlib.h>

#include "base/decimal.h"
#include "report/json_put.h"

struct telling {
    struct arena *arena;
    const struct run *run;
    const struct cell *cells; /* of the event, by path */
    VECTOR(struct told_field) fields;
};

static struct slice json_of(const struct run *run, struct cell c, struct arena *arena)
{
    struct buffer text;
    buffer_init(&text, BUFFER_NO_LIMIT);
    struct json_writer w = {.out = &text};
    json_array(&w);
    json_put_item(&w, c, run->definition->dictionary);
    json_end(&w);
    const struct slice json = arena_slice(arena, slice_of(text.data + 1, text.len - 2));
    buffer_release(&text);
    return json;
}

static struct slice plain_value(const struct run *run, struct cell c, struct slice json, struct arena *arena)
{
    const struct dictionary *d = run->definition->dictionary;
    struct buffer text;
    if (c.kind == CELL_TEXT) return arena_slice(arena, dictionary_text(d, (uint32_t)c.number));
    if (c.kind != CELL_MONEY) return json;
    buffer_init(&text, BUFFER_NO_LIMIT);
    decimal_format(&text, c.number);
    buffer_printf(&text, " %.*s", SLICE_ARG(dictionary_text(d, c.unit)));
    const struct slice plain = arena_slice(arena, buffer_slice(&text));
    buffer_release(&text);
    return plain;
}

struct slice told_value(const struct run *run, struct cell value, struct arena *arena)
{
    return plain_value(run, value, json_of(run, value, arena), arena);
}

static void tell_field(struct telling *t, const struct label *label, uint32_t path)
{
    if (path == NONE || t->cells[path].kind == CELL_ABSENT) return;
    const struct slice json = json_of(t->run, t->cells[path], t->arena);
    const struct slice plain = plain_value(t->run, t->cells[path], json, t->arena);
    vector_push(&t->fields, ((struct told_field){label, label->name, json, plain}));
}

static struct told_event tell_event(struct telling *t, enum subject_kind kind, const struct trail_item *item)
{
    const struct definition *d = t->run->definition;
    const struct event_type *type = &d->events[item->noted->head.event];
    struct told_event e = {.id = arena_slice(t->arena, gather_id(t->run->gather, item->id, t->arena)),
                           .type = item->noted->head.event,
                           .at = item->at,
                           .machine = item->noted->head.machine};
    vector_clear(&t->fields);
    for (size_t i = 0; i < type->field_count; i++) tell_field(t, &type->fields[i].label, type->fields[i].path);
    for (size_t i = 0; i < d->kinds[kind].trait_count && type->field_count == 0; i++) {
        const struct trait *trait = &d->kinds[kind].traits[i];
        for (size_t k = 0; k < trait->feed_count; k++)
            if (trait->feeds[k].event == e.type) tell_field(t, &trait->label, trait->feeds[k].path);
    }
    e.field_count = t->fields.count;
    struct told_field *fields = ARENA_ARRAY(t->arena, struct told_field, e.field_count);
    if (e.field_count) memcpy(fields, t->fields.at, e.field_count * sizeof *fields);
    e.fields = fields;
    return e;
}

const struct told_event *told_trail(const struct run *run, const struct subject_view *v, struct arena *arena)
{
    struct told_event *events = ARENA_ARRAY(arena, struct told_event, v->count);
    struct content_reader *reader = content_reader_new(run->definition, run->definition->dictionary);
    struct telling t = {.arena = arena, .run = run};
    for (size_t i = 0; i < v->count; i++) {
        const struct noted *n = v->items[i].noted;
        t.cells = content_cells(reader, &run->gather->threads[n->store].store, n->content);
        events[i] = tell_event(&t, v->kind, &v->items[i]);
    }
    vector_release(&t.fields);
    content_reader_free(reader);
    return events;
}

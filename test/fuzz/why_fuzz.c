/* Why, over any definition and any trail: what a trace tells is what the fold finds, rules that let a subject in hold,
 * terms add up, and all of it can be said. The input is a definition, a NUL, and bytes that make events: which type,
 * how much later, what it says. */
#include "definition/load.h"
#include "engine/explain.h"
#include "fuzz.h"
#include "report/why.h"

enum { EVENTS_MOST = 200, EVENT_BYTES = 3 };

struct play {
    const struct definition *definition;
    struct engine *engine;
    struct arena arena;
    const uint8_t *bytes;
    size_t count; /* events */
};

/* A value of the type, one of a few. */
static struct cell value_of(const struct play *p, const struct field_type *type, unsigned say)
{
    struct dictionary *d = p->definition->dictionary;
    switch (type->kind) {
    case FIELD_BOOL: return cell_bool(say & 1);
    case FIELD_INT: return cell_int((int64_t)(say % 7) - 1);
    case FIELD_DECIMAL: return cell_decimal((int64_t)say * 400000);
    case FIELD_TEXT:
        if (type->choice_count) return cell_text(dictionary_code(d, type->choices[say % type->choice_count]));
        return cell_text(say % (d->map.count ? d->map.count : 1));
    case FIELD_INSTANT: return cell_instant((int64_t)say * DAY_US);
    case FIELD_SPAN: return cell_span((int64_t)say * HOUR_US);
    case FIELD_MONEY:
        return (struct cell){.kind = CELL_MONEY,
                             .unit = dictionary_code(d, say & 1 ? SLICE("USD") : p->definition->company.currency),
                             .number = (int64_t)say * DECIMAL_ONE};
    case FIELD_LIST:
    case FIELD_MAP: break;
    }
    return cell_absent();
}

static void fill_cells(const struct play *p, uint32_t event, unsigned say, struct cell *cells)
{
    const struct event_type *type = &p->definition->events[event];
    for (size_t i = 0; i < type->field_count; i++)
        cells[type->fields[i].path] = value_of(p, &type->fields[i].type, say + (unsigned)i);
    for (size_t i = 0; i < p->definition->kinds[type->of].trait_count; i++) {
        const struct trait *trait = &p->definition->kinds[type->of].traits[i];
        for (size_t k = 0; k < trait->feed_count; k++)
            if (trait->feeds[k].event == event)
                cells[trait->feeds[k].path] = value_of(p, &trait->field.type, say + (unsigned)i);
    }
}

/* Trails are sorted by time, then rank. */
static size_t make_trail(struct play *p, struct folder *folder, struct happening *events, struct told_event *told)
{
    const size_t types = p->definition->event_count;
    int64_t at = 20454 * DAY_US; /* 2026-01-01 */
    unsigned rank = 0;
    for (size_t i = 0; i < p->count; i++) {
        const uint8_t *b = p->bytes + i * EVENT_BYTES;
        const uint32_t event = b[0] % (uint32_t)types;
        struct cell *cells = ARENA_ARRAY(&p->arena, struct cell, p->definition->path_count);
        const bool later = b[1] || p->definition->events[event].rank < rank;
        at += later ? 1 + (int64_t)b[1] * b[1] * 20 * MINUTE_US : 0;
        rank = p->definition->events[event].rank;
        fill_cells(p, event, b[2], cells);
        const struct content content = {.event = event, .machine = b[2] > 250, .cells = cells};
        events[i] = (struct happening){at, folder_effects(folder, &content, &p->arena)};
        told[i] = (struct told_event){.id = SLICE("m1"), .type = event, .at = at};
    }
    return p->count;
}

static void compare(const struct facts *a, const struct facts *b)
{
    PROMISE(a->interval_count == b->interval_count && a->leaving_count == b->leaving_count);
    PROMISE(a->handoff_count == b->handoff_count && a->refusal_count == b->refusal_count);
    for (size_t i = 0; i < a->interval_count; i++) {
        const struct interval *x = &a->intervals[i], *y = &b->intervals[i];
        PROMISE(x->entered == y->entered && x->left == y->left && x->stage == y->stage && x->how == y->how);
        PROMISE(x->because == y->because && x->landing == y->landing && x->lap == y->lap);
    }
}

static void check(const struct trace *t)
{
    for (size_t i = 0; i < t->facts->interval_count; i++) {
        const enum how how = t->facts->intervals[i].how;
        PROMISE((t->entries[i] != NULL) == (how == HOW_RULE || how == HOW_LANDED));
        PROMISE(!t->entries[i] || t->entries[i]->truth == TRUTH_TRUE);
    }
    for (size_t i = 0; i < t->facts->leaving_count; i++) PROMISE(!t->exits[i] || t->exits[i]->truth == TRUTH_TRUE);
    for (size_t i = 0; i < t->funnel_count; i++)
        for (size_t k = 0; k < t->funnels[i].ahead_count; k++) {
            const struct ahead_trace *a = &t->funnels[i].ahead[k];
            PROMISE(!a->next || !a->rule || a->waiting != WAIT_FOR_NOTHING || a->rule->truth != TRUTH_TRUE);
        }
    for (size_t i = 0; i < t->value_count; i++) {
        int64_t sum = 0;
        for (size_t k = 0; k < t->values[i].count; k++)
            if (__builtin_add_overflow(sum, t->values[i].parts[k].points, &sum)) return;
        if (t->values[i].kind == COMPUTED_SCORE && t->values[i].value.kind == CELL_DECIMAL)
            PROMISE(sum == t->values[i].value.number);
    }
}

static void say(const struct play *p, enum subject_kind kind, const struct trace *trace, const struct told_event *told,
                int64_t as_of)
{
    struct buffer out;
    const struct why_chapter chapter = {p->definition, trace, told, p->count, INSTANT_MAX};
    const struct why why = {.program = SLICE("masa"),
                            .subject = SLICE("p1"),
                            .asked = SLICE("p1"),
                            .kind = kind,
                            .as_of = as_of,
                            .zone = &zone_utc,
                            .chapters = &chapter,
                            .count = 1,
                            .funnel = NONE};
    buffer_init(&out, BUFFER_NO_LIMIT);
    why_write_json(&why, &out);
    PROMISE(out.len > 0 && slice_is_utf8(buffer_slice(&out)));
    buffer_clear(&out);
    why_write_terminal(&why, LANGUAGE_HEBREW, (struct terminal_options){0}, &out);
    PROMISE(out.len > 0 && slice_is_utf8(buffer_slice(&out)));
    buffer_release(&out);
}

static void play_kind(struct play *p, enum subject_kind kind)
{
    struct folder *folder = folder_new(p->engine, kind), *again = folder_new(p->engine, kind);
    struct happening *events = ARENA_ARRAY(&p->arena, struct happening, p->count + 1);
    struct told_event *told = ARENA_ARRAY(&p->arena, struct told_event, p->count + 1);
    struct trail trail = {.events = events, .count = make_trail(p, folder, events, told)};
    trail.as_of = p->count ? events[p->count - 1].at + DAY_US : 0;
    const struct trace *trace = folder_trace(folder, &trail, &p->arena);
    compare(trace->facts, folder_run(again, &trail));
    check(trace);
    say(p, kind, trace, told, trail.as_of);
    folder_free(folder);
    folder_free(again);
}

static void play_definition(const struct definition *definition, struct slice bytes)
{
    const struct holidays none = {0};
    struct workweek week = {.zone = &zone_utc, .holidays = &none};
    for (int d = 0; d < 5; d++) week.weekday[d] = (struct workday){9 * 60, 17 * 60};
    struct play p = {.definition = definition, .bytes = (const uint8_t *)bytes.ptr, .count = bytes.len / EVENT_BYTES};
    if (p.count > EVENTS_MOST) p.count = EVENTS_MOST;
    arena_init(&p.arena);
    p.engine = engine_new(definition, (struct engine_calendar){&zone_utc, &week});
    for (int kind = 0; kind < KIND_COUNT; kind++)
        if (engine_needs(p.engine, (enum subject_kind)kind)) play_kind(&p, (enum subject_kind)kind);
    engine_free(p.engine);
    arena_release(&p.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest = fuzz_text(data, size), text = slice_cut(&rest, 0);
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics);
    struct definition_file *file = definition_parse(text, "fuzz.yaml", &diagnostics);
    if (file) play_definition(definition_of(file), rest);
    definition_free(file);
    diagnostics_release(&diagnostics);
    return 0;
}

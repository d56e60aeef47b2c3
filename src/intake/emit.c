#include "intake/emit.h"

#include <stdio.h>

#include "intake/convert.h"
#include "intake/id_key.h"
#include "intake/shape.h"

void emit_reject(struct emitter *emitter, const struct emit_row *row, enum reject_reason reason, uint64_t column,
                 struct slice detail)
{
    const struct reject reject = {.reason = reason,
                                  .file = emitter->file,
                                  .line = row->line,
                                  .column = column,
                                  .detail = detail,
                                  .original = row->text,
                                  .length = row->text.len};
    reject_list_add(&emitter->rejects, &reject);
}

void emit_give(struct emitter *emitter, const struct emit_row *row, struct input_event *event)
{
    struct slice lacks = {0};
    event->lacks = emitter->logged ? NULL : &lacks;
    emitter->events++;
    emitter->sink.take(emitter->sink.context, event);
    if (!lacks.len) return;
    emitter->events--;
    emit_reject(emitter, row, REJECT_NO_KEY, 0, lacks);
}

struct slice emit_time_note(struct emitter *emitter, struct slice written)
{
    int part[2];
    int64_t number;
    struct slice whole = written;
    const bool serial = slice_to_i64(slice_cut(&whole, '.'), &number) && number > 20000 && number < 80000;
    const bool parts = read_date_parts(written, part);
    if (!serial && !parts) return written;
    const char *what = parts ? "day or month first? say `dates: DD/MM/YYYY` in the mapping"
                             : "a day number of a spreadsheet? give the column the format of a date and save again";
    int len = snprintf(emitter->note, sizeof emitter->note, "%.*s (%s)", written.len < 100 ? (int)written.len : 100,
                       written.ptr, what);
    return slice_of(emitter->note, (size_t)len);
}

struct problem {
    enum reject_reason reason;
    struct slice detail;
};

static bool fail(struct problem *problem, enum reject_reason reason, struct slice detail)
{
    *problem = (struct problem){reason, detail};
    return false;
}

static bool is_absent(const struct input_value *value)
{
    return value->kind == INPUT_MISSING || value->kind == INPUT_NULL;
}

/* A key may be written as text or as a whole number; null, blank and anything else is none. */
static inline struct slice key_of(const struct input_value *value)
{
    const unsigned written = 1u << INPUT_TEXT | 1u << INPUT_INT;
    return written >> value->kind & 1 ? value->text : (struct slice){0};
}

static bool given(const struct input_value *value)
{
    return key_of(value).len > 0;
}

static bool read_call(const struct input_value *cells, struct input_event *event, struct problem *problem)
{
    static const struct {
        struct slice name;
        enum input_call call;
    } calls[] = {{SLICE("track"), CALL_TRACK}, {SLICE("identify"), CALL_IDENTIFY}, {SLICE("group"), CALL_GROUP},
                 {SLICE("page"), CALL_PAGE},   {SLICE("screen"), CALL_SCREEN},     {SLICE("alias"), CALL_ALIAS}};
    const struct input_value *type = &cells[SEGMENT_CALL];
    event->call = CALL_TRACK;
    if (is_absent(type))
        return given(&cells[SEGMENT_EVENT]) ||
               fail(problem, REJECT_CALL, SLICE("neither type nor event is given; another shape needs a mapping"));
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        event->call = calls[i].call;
        if (slice_equal(type->text, calls[i].name)) return true;
    }
    return fail(problem, REJECT_CALL, type->text);
}

static bool needs_nobody(const struct emitter *emitter, struct slice name)
{
    for (size_t i = 0; i < emitter->plan->personless_count; i++)
        if (slice_equal(emitter->plan->personless[i], name)) return true;
    return false;
}

/* Which of an event's ids is too long to be one; empty: none. */
static struct slice long_id(const struct input_event *e)
{
    if (e->user.len > INPUT_ID_MAX) return SLICE("userId");
    if (e->anonymous.len > INPUT_ID_MAX) return SLICE("anonymousId");
    if (e->group.len > INPUT_ID_MAX) return SLICE("groupId");
    return e->previous.len > INPUT_ID_MAX ? SLICE("previousId") : slice_of("", 0);
}

/* Accepted once, and so for good: read out of a store, or exported from one, which says so of what is nobody's. */
static bool is_logged(const struct emitter *emitter, const struct input_value *cells)
{
    return emitter->logged || (cells[SEGMENT_LOGGED].kind == INPUT_BOOL && cells[SEGMENT_LOGGED].number);
}

/* Whom an event is about besides its user: most say nothing of that, which one test tells. */
static inline void read_companions(const struct input_value *cells, struct input_event *event)
{
    event->anonymous = event->group = event->previous = (struct slice){0};
    if ((cells[SEGMENT_ANONYMOUS].kind | cells[SEGMENT_GROUP].kind | cells[SEGMENT_CONTEXT_GROUP].kind |
         cells[SEGMENT_PREVIOUS].kind) == INPUT_MISSING)
        return;
    event->anonymous = key_of(&cells[SEGMENT_ANONYMOUS]);
    event->group = key_of(&cells[SEGMENT_GROUP]);
    if (!event->group.len) event->group = key_of(&cells[SEGMENT_CONTEXT_GROUP]);
    event->previous = key_of(&cells[SEGMENT_PREVIOUS]);
}

static bool read_names(const struct emitter *emitter, const struct input_value *cells, struct input_event *event,
                       struct problem *problem)
{
    event->user = key_of(&cells[SEGMENT_USER]);
    read_companions(cells, event);
    event->name = key_of(&cells[event->call == CALL_TRACK ? SEGMENT_EVENT : SEGMENT_NAME]);
    const struct slice nothing = {0};
    if (event->call == CALL_TRACK && !event->name.len) return fail(problem, REJECT_NO_EVENT, nothing);
    if (event->call == CALL_GROUP && !event->group.len) return fail(problem, REJECT_NO_GROUP, nothing);
    if (event->call == CALL_ALIAS && !event->previous.len) return fail(problem, REJECT_NO_PREVIOUS, nothing);
    if ((event->user.len | event->anonymous.len | event->group.len | event->previous.len) > INPUT_ID_MAX / 2) {
        const struct slice what = long_id(event);
        if (what.len && !emitter->logged) return fail(problem, REJECT_LONG_ID, what);
    }
    if (event->user.len || event->anonymous.len || (event->call == CALL_GROUP && event->group.len)) return true;
    if (event->call == CALL_TRACK && (is_logged(emitter, cells) || needs_nobody(emitter, event->name))) return true;
    return fail(problem, REJECT_NO_SUBJECT, nothing);
}

/* The transport's times, optional. */
static bool read_passing(struct emitter *emitter, const struct input_value *value, int64_t *out,
                         struct problem *problem)
{
    struct time_text time;
    *out = INSTANT_NONE;
    if (is_absent(value)) return true;
    if (!moment_read(&emitter->passing, value, &time)) return fail(problem, REJECT_BAD_TIME, value->text);
    *out = time.instant;
    return true;
}

static bool read_times(struct emitter *emitter, const struct input_value *cells, struct input_event *event,
                       struct problem *problem)
{
    const struct input_value *at = &cells[SEGMENT_AT];
    bool corrected = !is_absent(at) && !is_absent(&cells[SEGMENT_ORIGINAL_AT]); /* by the sender, once is enough */
    if (is_absent(at)) at = &cells[SEGMENT_ORIGINAL_AT];
    if (is_absent(at)) return fail(problem, REJECT_NO_TIME, (struct slice){0});
    if (!moment_read(&emitter->moments, at, &event->at))
        return fail(problem, REJECT_BAD_TIME, emit_time_note(emitter, at->text));
    if (!moment_plausible(event->at.instant)) return fail(problem, REJECT_FAR_TIME, at->text);
    if (!read_passing(emitter, &cells[SEGMENT_SENT_AT], &event->sent_at, problem) ||
        !read_passing(emitter, &cells[SEGMENT_RECEIVED_AT], &event->received_at, problem))
        return false;
    if (corrected) event->sent_at = INSTANT_NONE;
    return true;
}

/* What was exported from a store tells where it came from. */
static __attribute__((noinline)) uint16_t told_source(struct emitter *emitter, struct slice name)
{
    if (!slice_equal(emitter->told_source, name)) {
        emitter->told_source_number = sources_number(emitter->sources, name);
        emitter->told_source = sources_name(emitter->sources, emitter->told_source_number);
    }
    return emitter->told_source_number;
}

/* A line that is no event: true when somebody takes it, or when it was told that nobody does. */
static __attribute__((noinline)) bool is_carried(struct emitter *emitter, const struct emit_row *row)
{
    if (!slice_starts(row->text, SLICE(EMIT_CARRIED))) return false;
    if (emitter->carried)
        emitter->carried(emitter->carried_context, row->text, row->line);
    else
        emit_reject(emitter, row, REJECT_CALL, 0, SLICE("a store's own, which masa import takes"));
    return true;
}

void emit_segment(struct emitter *emitter, const struct emit_row *row, const struct input_value *cells,
                  struct digest_source digest)
{
    /* Every field is set, here or by the functions called: clearing the struct first would cost a tenth of all reading.
     */
    struct problem problem;
    struct input_event event;
    event.source = emitter->source;
    if (given(&cells[SEGMENT_SOURCE]) && emitter->sources)
        event.source = told_source(emitter, cells[SEGMENT_SOURCE].text);
    event.line = row->line;
    event.values = cells + SEGMENT_CELLS;
    event.rest = emitter->rest;
    if (!read_call(cells, &event, &problem) || !read_names(emitter, cells, &event, &problem) ||
        !read_times(emitter, cells, &event, &problem)) {
        if (problem.reason == REJECT_CALL && is_carried(emitter, row)) return;
        emit_reject(emitter, row, problem.reason, 0, problem.detail);
        return;
    }
    const struct input_value *id = &cells[SEGMENT_ID];
    event.id = key_of(id);
    event.id_number = id->kind == INPUT_INT && id_is_number((uint64_t)id->number) ? (uint32_t)id->number : 0;
    if (!event.id.len) {
        struct digest content = digest.make(digest.context);
        event.id =
            slice_of(emitter->id, digest_id(content, occurrences_count(emitter->occurrences, content), emitter->id));
    }
    emit_give(emitter, row, &event);
}

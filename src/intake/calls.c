#include "intake/calls.h"

#include <stdlib.h>

#include "base/memory.h"
#include "value/json_text.h"

/* Whether lines follow from a layout. */
enum layout_state { UNTRIED, HOLDS, FAILS };

/* Where things stand in calls that follow one outline, by how many positions behind the call's first. */
struct layout {
    uint8_t state[2]; /* of lines that keep the call's context, and of those that add to it */
    uint32_t key;     /* of the context; 0: it has none */
    uint32_t last;    /* the context's last brace */
};

struct calls {
    struct arena arena;
    struct shape shape;
    struct emitter emitter;
    struct ndjson *reader;
    const char *text; /* the body's */
    bool (*allow)(void *context, const struct input_event *event);
    void *context;
    size_t call_max;
    bool allowed; /* the event at hand */
    VECTOR(struct call) calls;
    VECTOR(struct layout) layouts; /* by outline */
    struct buffer tried;
};

/* ---- looking through ---- */

static void take_event(void *context, const struct input_event *event)
{
    struct calls *c = context;
    c->allowed = c->allow(c->context, event);
}

static struct digest no_digest(void *context)
{
    (void)context;
    return (struct digest){0};
}

struct calls *calls_new(const struct input_plan *plan, size_t body_max, size_t call_max,
                        bool (*allow)(void *context, const struct input_event *event), void *context)
{
    struct calls *c = memory_new(sizeof *c);
    arena_init(&c->arena);
    shape_init(&c->shape, &c->arena);
    shape_segment(&c->shape, plan);
    c->emitter = (struct emitter){.sink = {c, take_event}, .plan = plan};
    reject_list_init(&c->emitter.rejects, false);
    c->reader = ndjson_new(&c->shape, &c->emitter, NULL, body_max);
    c->call_max = call_max;
    c->allow = allow;
    c->context = context;
    buffer_init(&c->tried, BUFFER_NO_LIMIT);
    return c;
}

void calls_free(struct calls *c)
{
    if (!c) return;
    ndjson_free(c->reader);
    reject_list_release(&c->emitter.rejects);
    vector_release(&c->calls);
    vector_release(&c->layouts);
    buffer_release(&c->tried);
    arena_release(&c->arena);
    free(c);
}

static bool says(const struct input_value *value)
{
    return (value->kind == INPUT_TEXT && value->text.len) || value->kind == INPUT_INT;
}

/* It says what a line needs and would not be given, and is an event that may be taken. */
static bool is_complete(struct calls *c, const struct input_value *cells)
{
    const struct input_value *sent = &cells[SEGMENT_SENT_AT], *id = &cells[SEGMENT_ID];
    if (id->kind != INPUT_TEXT || !id->text.len || !says(&cells[SEGMENT_AT])) return false;
    if (sent->kind != INPUT_MISSING && !says(sent)) return false;
    c->allowed = false;
    emit_segment(&c->emitter, &(struct emit_row){.line = 1}, cells, (struct digest_source){no_digest, NULL});
    return c->allowed;
}

static void take_call(void *context, const struct ndjson_call *met)
{
    struct calls *c = context;
    struct call call = {.at = met->at, .end = met->end};
    if (met->outline && met->end[-1] + 1 - *met->at <= c->call_max && is_complete(c, met->cells)) {
        call.outline = met->outline;
        call.sent = met->cells[SEGMENT_SENT_AT].kind != INPUT_MISSING;
    }
    vector_push(&c->calls, call);
}

bool calls_look(struct calls *c, struct ndjson *whole, struct slice text, const uint32_t *positions, size_t count)
{
    const struct ndjson_calls calls = {c->reader, take_call, c};
    c->text = text.ptr;
    vector_clear(&c->calls);
    const bool valid = ndjson_look(whole, text, positions, count, &calls);
    if (c->emitter.rejects.count) {
        reject_list_release(&c->emitter.rejects);
        reject_list_init(&c->emitter.rejects, false);
    }
    return valid;
}

const struct call *calls_at(const struct calls *c, size_t i)
{
    return &c->calls.at[i];
}

const uint32_t *calls_behind(const struct calls *c, const uint32_t *at)
{
    if (!c->calls.count || c->calls.at[0].at != at + 1) return NULL;
    return c->calls.at[c->calls.count - 1].end + 1;
}

/* ---- lines ---- */

static struct layout *layout_of(struct calls *c, uint16_t outline)
{
    while (c->layouts.count <= outline) vector_push(&c->layouts, (struct layout){0});
    return &c->layouts.at[outline];
}

bool calls_known(const struct calls *c, size_t i)
{
    const uint16_t outline = c->calls.at[i].outline;
    if (!outline || outline >= c->layouts.count) return false;
    const struct layout *l = &c->layouts.at[outline];
    return l->state[0] == HOLDS || l->state[1] == HOLDS;
}

static char *put(char *out, struct slice s)
{
    memcpy(out, s.ptr, s.len);
    return out + s.len;
}

/* From one character of the text up to another. */
static struct slice part(const char *text, uint32_t from, uint32_t until)
{
    return slice_of(text + from, until - from);
}

/* The call's members, the first brace with them, but for the context that it has. */
static char *put_others(char *out, const char *text, const struct call *call, const struct layout *l)
{
    const uint32_t *before = call->at + l->key - 1, *after = call->at + l->last + 1, last = call->end[-1];
    if (l->key > 1) {
        out = put(out, part(text, *call->at, *before));
        return put(out, part(text, *after, last));
    }
    *out++ = '{';
    return put(out, part(text, *after + (text[*after] == ','), last));
}

static char *put_line(char *out, const char *text, const struct call *call, const struct layout *l,
                      const struct calls_added *added)
{
    const bool moves = added->context.len && l->key;
    out = moves ? put_others(out, text, call, l) : put(out, part(text, *call->at, call->end[-1]));
    if (added->context.len) out = put(out, SLICE(",\"context\":{"));
    if (moves) {
        out = put(out, part(text, call->at[l->key + 2] + 1, call->at[l->last]));
        *out++ = ',';
    }
    if (added->context.len) {
        out = put(out, added->context);
        *out++ = '}';
    }
    if (added->sent.len && !call->sent) {
        *out++ = ',';
        out = put(out, added->sent);
    }
    *out++ = ',';
    out = put(out, added->received);
    return put(out, SLICE("}\n"));
}

/* As long as the line may become. */
static size_t room_for(const struct call *call, const struct calls_added *added)
{
    enum { BETWEEN = 64 };
    return call->end[-1] - *call->at + added->context.len + added->sent.len + added->received.len + BETWEEN;
}

static bool make_line(struct calls *c, const struct call *call, const struct layout *l, const struct calls_added *added,
                      struct buffer *out, size_t limit)
{
    const size_t room = room_for(call, added);
    if (out->len + room > limit) return false;
    char *begin = buffer_reserve(out, room);
    if (!begin) return false;
    buffer_advance(out, (size_t)(put_line(begin, c->text, call, l, added) - begin));
    return true;
}

bool calls_put(struct calls *c, size_t i, const struct calls_added *added, struct buffer *out, size_t limit)
{
    const struct call *call = &c->calls.at[i];
    if (!call->outline || call->outline >= c->layouts.count) return false;
    const struct layout *l = &c->layouts.at[call->outline];
    return l->state[added->context.len > 0] == HOLDS && make_line(c, call, l, added, out, limit);
}

/* ---- layouts ---- */

/* Past the value at position i. */
static uint32_t skip(const char *text, const uint32_t *at, uint32_t i)
{
    int depth = 0;
    do {
        const char c = text[at[i++]];
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    } while (depth);
    return i;
}

/* Of an object that follows an outline: its keys have no escapes. */
static void find_context(const char *text, const uint32_t *at, struct layout *l)
{
    l->key = 0;
    for (uint32_t i = 1; text[at[i - 1]] != '}';) {
        const uint32_t key = i;
        i = skip(text, at, key + 2);
        if (slice_equal(json_token(text, at[key], at[key + 1]), SLICE("\"context\"")) && text[at[key + 2]] == '{') {
            l->key = key;
            l->last = i - 1;
        }
        i++;
    }
}

void calls_learn(struct calls *c, size_t i, const struct calls_added *added, struct slice line)
{
    const struct call *call = &c->calls.at[i];
    if (!call->outline) return;
    struct layout *l = layout_of(c, call->outline);
    uint8_t *state = &l->state[added->context.len > 0];
    if (*state != UNTRIED) return;
    find_context(c->text, call->at, l);
    buffer_clear(&c->tried);
    make_line(c, call, l, added, &c->tried, BUFFER_NO_LIMIT);
    *state = slice_equal(buffer_slice(&c->tried), line) ? HOLDS : FAILS;
}

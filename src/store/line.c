#include "store/line.h"

#include <stdlib.h>

#include "base/vector.h"
#include "store/saying.h"
#include "value/json_canonical.h"
#include "value/json_write.h"

/* ---- a tree of what is said, by path ---- */

struct node {
    struct slice key;  /* as canonical JSON has it between quotes */
    struct slice json; /* of a leaf, or of an object that is there as a whole */
    struct node *child, *last, *sibling;
};

static struct node *child_of(struct arena *arena, struct node *node, struct slice key)
{
    for (struct node *c = node->child; c; c = c->sibling)
        if (slice_equal(c->key, key)) return c;
    struct node *c = ARENA_NEW(arena, struct node);
    c->key = key;
    if (node->last)
        node->last->sibling = c;
    else
        node->child = c;
    return node->last = c;
}

/* The names of columns may hold quotes. */
static void put_path(struct arena *arena, struct node *root, struct slice path, struct slice json)
{
    struct node *node = root;
    while (path.len) node = child_of(arena, node, json_inside(slice_cut(&path, '.'), arena));
    node->json = json;
}

/* ---- JSON that was found good when it came ---- */

static struct slice cut_key(struct arena *arena, struct slice *s)
{
    const struct slice raw = json_cut_value(s);
    *s = slice_skip(*s, s->len > 0); /* the colon */
    return json_canonical_inside(raw.len >= 2 ? slice_of(raw.ptr + 1, raw.len - 2) : raw, arena);
}

static void put_members(struct arena *arena, struct node *node, struct slice object)
{
    struct slice s = slice_trim(object);
    s = slice_of(s.ptr + 1, s.len - 2);
    while (slice_trim(s).len) {
        const struct slice key = cut_key(arena, &s), value = json_cut_value(&s);
        struct node *child = child_of(arena, node, key);
        const bool object_inside = value.len && value.ptr[0] == '{';
        if (object_inside && !child->json.len) put_members(arena, child, value);
        if (!child->json.len && !child->child) child->json = value; /* an object without members, too */
        s = slice_skip(s, s.len > 0);
    }
}

/* ---- values and times as JSON ---- */

static struct slice value_json(struct arena *arena, const struct input_value *v)
{
    struct buffer b;
    struct json_writer w = {.out = &b};
    buffer_init(&b, BUFFER_NO_LIMIT);
    switch (v->kind) {
    case INPUT_MISSING:
    case INPUT_NULL: json_null(&w); break;
    case INPUT_BOOL: json_bool(&w, v->number != 0); break;
    case INPUT_INT: json_int(&w, v->number); break;
    case INPUT_TEXT: json_string(&w, v->text); break;
    case INPUT_NUMBER:
    case INPUT_JSON: json_raw(&w, v->text); break;
    }
    const struct slice json = arena_slice(arena, buffer_slice(&b));
    buffer_release(&b);
    return json;
}

static void put_text(struct json_writer *w, const char *key, struct slice text)
{
    if (!text.len) return;
    json_key(w, slice_from(key));
    json_string(w, text);
}

static void put_time(struct json_writer *w, const char *key, int64_t at)
{
    struct buffer text;
    if (at == INSTANT_NONE) return;
    buffer_init(&text, 64);
    time_format(&text, at);
    put_text(w, key, buffer_slice(&text));
    buffer_release(&text);
}

static void put_day(struct json_writer *w, const char *key, int64_t day)
{
    struct buffer text;
    buffer_init(&text, 64);
    day_format(&text, day);
    put_text(w, key, buffer_slice(&text));
    buffer_release(&text);
}

/* What sentAt corrected is told as it was before, so that reading it again corrects it again. */
static void put_times(const struct zone *zone, struct json_writer *w, bool day, const struct block_event *e)
{
    const bool corrected = e->sent_at != INSTANT_NONE && e->received_at != INSTANT_NONE;
    if (day)
        put_day(w, "timestamp", zone_day(zone, e->at));
    else
        put_time(w, "timestamp", corrected ? e->at - (e->received_at - e->sent_at) : e->at);
    put_time(w, "sentAt", e->sent_at);
    put_time(w, "receivedAt", e->received_at);
}

/* ---- the line ---- */

static void put_keys(struct json_writer *w, const struct line_source *s)
{
    put_text(w, "userId", s->kind == SENDER_USER ? s->key : slice_of("", 0));
    put_text(w, "anonymousId", s->kind == SENDER_ANONYMOUS ? s->key : s->companions.anonymous);
    put_text(w, "groupId", s->kind == SENDER_GROUP ? s->key : s->companions.group);
    put_text(w, "previousId", s->companions.previous);
    put_text(w, "messageId", s->event->id);
}

static int by_key(const void *a, const void *b)
{
    const struct node *const *x = a, *const *y = b;
    return slice_compare((*x)->key, (*y)->key);
}

static void write_members(struct arena *arena, struct buffer *out, const struct node *node, bool first);

/* A definition may ask for an object and for what stands in it: the object holds both. */
static void write_node(struct arena *arena, struct buffer *out, const struct node *node)
{
    if (node->child && (!node->json.len || node->json.ptr[0] != '{')) {
        buffer_char(out, '{');
        write_members(arena, out, node, true);
        buffer_char(out, '}');
    } else {
        json_canonical(node->json, arena, out);
    }
}

/* In order of their keys, whoever told them: a definition that declares more or less changes nothing in the line. */
static void write_members(struct arena *arena, struct buffer *out, const struct node *node, bool first)
{
    VECTOR(const struct node *) members = {0};
    for (const struct node *c = node->child; c; c = c->sibling) vector_push(&members, c);
    if (members.count) qsort(members.at, members.count, sizeof *members.at, by_key);
    for (size_t i = 0; i < members.count; i++, first = false) {
        buffer_text(out, first ? "\"" : ",\"");
        buffer_add(out, members.at[i]->key);
        buffer_text(out, "\":");
        write_node(arena, out, members.at[i]);
    }
    vector_release(&members);
}

static bool put_fields(struct line_writer *lw, struct saying *saying, struct node *root)
{
    struct input_value value;
    uint32_t code;
    while (saying_next(saying, &code, &value)) {
        struct slice path = names_text(lw->names, code);
        if (path.len) put_path(&lw->arena, root, path, value_json(&lw->arena, &value));
    }
    return !saying->fields.bad;
}

/* All that has a path. */
static bool put_root(struct line_writer *lw, const struct line_source *source, struct saying *saying, struct node *root)
{
    struct slice cold = source->cold;
    if (!put_fields(lw, saying, root)) return false;
    while (cold.len) put_members(&lw->arena, root, slice_cut(&cold, '\n'));
    const struct slice from = names_text(lw->names, saying->source);
    if (from.len)
        put_path(&lw->arena, root, SLICE("context.masa.source"),
                 value_json(&lw->arena, &(struct input_value){.kind = INPUT_TEXT, .text = from}));
    const bool nobodys = source->kind == SENDER_NOBODY || (source->kind == SENDER_GROUP && saying->call == CALL_TRACK);
    if (nobodys) put_path(&lw->arena, root, SLICE("context.masa.logged"), SLICE("true"));
    return true;
}

bool line_timeless(struct line_writer *lw, const struct line_source *source, struct line_timeless *out)
{
    static const char *const calls[] = {"track", "identify", "group", "page", "screen", "alias"};
    struct saying saying;
    struct node root = {0};
    struct json_writer w = {.out = &lw->text};
    arena_clear(&lw->arena);
    buffer_clear(&lw->text);
    if (!saying_unpack(source->content, &saying) || !put_root(lw, source, &saying, &root)) return false;
    json_object(&w);
    put_text(&w, "type", slice_from(calls[saying.call]));
    const struct slice name = saying.name ? names_text(lw->names, saying.name - 1) : slice_of("", 0);
    put_text(&w, saying.call == CALL_TRACK ? "event" : "name", name);
    put_keys(&w, source);
    const size_t times = lw->text.len;
    write_members(&lw->arena, &lw->text, &root, false); /* the call and a time stand before it */
    json_end(&w);
    buffer_char(&lw->text, '\n');
    const struct slice text = buffer_slice(&lw->text);
    *out = (struct line_timeless){slice_of(text.ptr, times), slice_skip(text, times), saying.day};
    return true;
}

void line_finish(const struct line_writer *lw, const struct line_timeless *line, const struct block_event *event,
                 struct buffer *out)
{
    struct json_writer w = {.out = out, .after_item = true}; /* in the object that the head began */
    buffer_add(out, line->head);
    put_times(lw->zone, &w, line->day, event);
    buffer_add(out, line->tail);
}

bool line_write(struct line_writer *lw, const struct line_source *source, struct buffer *out)
{
    struct line_timeless line;
    const bool fine = line_timeless(lw, source, &line);
    if (fine) line_finish(lw, &line, source->event, out);
    return fine;
}

struct line_source line_source_of(enum sender_kind kind, struct slice key, const struct block *b,
                                  const struct block_event *e)
{
    struct line_source source = {.kind = kind, .key = key, .event = e, .content = b->contents[e->content]};
    if (e->companions) source.companions = b->companions[e->companions - 1];
    if (e->cold) source.cold = b->colds[e->cold - 1];
    return source;
}

void line_writer_init(struct line_writer *w, struct names *names, const struct zone *zone)
{
    *w = (struct line_writer){.names = names, .zone = zone};
    arena_init(&w->arena);
    buffer_init(&w->text, BUFFER_NO_LIMIT);
}

void line_writer_release(struct line_writer *w)
{
    arena_release(&w->arena);
    buffer_release(&w->text);
}

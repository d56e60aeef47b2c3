#include "intake/ndjson.h"

#include <stdlib.h>

#include "base/memory.h"
#include "intake/input.h"
#include "intake/keys.h"
#include "intake/outline.h"
#include "value/json_canonical.h"
#include "value/json_index.h"
#include "value/json_text.h"

enum { DEPTH_MAX = 64 };

struct ndjson {
    const struct shape *shape;
    struct emitter *emitter;
    struct row_maker *maker;
    struct keys keys;
    struct outlines outlines;
    uint16_t outline; /* its last step: which cells the event before filled; 0: any */
    struct json_index *chunk_index, *line_index;
    struct input_value *cells;
    char *plain; /* strings of the line that had escapes, without them; as long as the longest chunk */
    size_t plain_used;
    struct arena canonical; /* objects and arrays of the chunk that somebody asked for, each in its one spelling */

    /* The walk. */
    const char *text, *text_end;      /* what the positions count from */
    const uint32_t *next;             /* the next position */
    const char *escape;               /* no backslash stands between where the walk is and here */
    const char *escape_before;        /* the same at the beginning of the event, for walking it again */
    const uint32_t *batch;            /* position of the array of events, NULL when the line is one event */
    const struct ndjson_calls *calls; /* of a text that is looked through */
    bool unasked;                     /* the event has members that nobody asked for */
    struct buffer rest;               /* these, when the shape wants them */
    enum reject_reason reason;        /* of a failed walk */
    const char *fault;
    struct slice detail;
};

struct ndjson *ndjson_new(const struct shape *shape, struct emitter *emitter, struct row_maker *maker, size_t chunk_max)
{
    struct ndjson *r = memory_new(sizeof *r);
    r->shape = shape;
    r->emitter = emitter;
    r->maker = maker;
    keys_init(&r->keys);
    outlines_init(&r->outlines);
    r->chunk_index = json_index_new(chunk_max);
    r->line_index = json_index_new(chunk_max < INPUT_LINE_MAX ? chunk_max : INPUT_LINE_MAX);
    r->cells = memory_new(shape->cell_count * sizeof *r->cells);
    r->plain = malloc(chunk_max);
    if (!r->plain) out_of_memory(chunk_max);
    buffer_init(&r->rest, BUFFER_NO_LIMIT);
    arena_init(&r->canonical);
    return r;
}

void ndjson_free(struct ndjson *r)
{
    if (!r) return;
    keys_release(&r->keys);
    outlines_release(&r->outlines);
    json_index_free(r->chunk_index);
    json_index_free(r->line_index);
    free(r->cells);
    free(r->plain);
    buffer_release(&r->rest);
    arena_release(&r->canonical);
    free(r);
}

static bool fail(struct ndjson *r, enum reject_reason reason, const char *at, struct slice detail)
{
    r->reason = reason;
    r->fault = at;
    r->detail = detail;
    return false;
}

static bool fail_json(struct ndjson *r, uint32_t at, const char *wanted)
{
    return fail(r, REJECT_JSON, r->text + at, slice_from(wanted));
}

static __attribute__((noinline)) bool find_escape(struct ndjson *r, struct slice s)
{
    if (r->escape < s.ptr) {
        r->escape = memchr(s.ptr, '\\', (size_t)(r->text_end - s.ptr));
        if (!r->escape) r->escape = r->text_end;
    }
    return r->escape < s.ptr + s.len;
}

static inline bool has_escape(struct ndjson *r, struct slice s)
{
    return r->escape < s.ptr + s.len && find_escape(r, s);
}

static bool unescape(struct ndjson *r, struct slice *s)
{
    char *out = r->plain + r->plain_used;
    ptrdiff_t len = json_unescape(*s, out);
    if (len < 0) return fail(r, REJECT_JSON, s->ptr + (-1 - len), SLICE("broken escape in a string"));
    r->plain_used += s->len;
    *s = slice_of(out, (size_t)len);
    return true;
}

/* The inside of a string at `at`, whose token ends before `next`. */
static inline struct slice inside_of(const char *text, uint32_t at, uint32_t next)
{
    if (text[next - 1] == '"') return slice_of(text + at + 1, next - at - 2);
    struct slice token = json_token(text, at, next);
    return slice_of(token.ptr + 1, token.len - 2);
}

static inline bool walk_string(struct ndjson *r, uint32_t at, uint32_t next, struct slice *inside)
{
    *inside = inside_of(r->text, at, next);
    return !has_escape(r, *inside) || unescape(r, inside);
}

static bool walk_number(struct ndjson *r, uint32_t at, struct input_value *value)
{
    struct slice token = json_token(r->text, at, *r->next);
    value->number = 0;
    enum json_number kind = json_read_number(token, &value->number);
    if (kind == JSON_NOT_A_NUMBER) return fail_json(r, at, "no value starts like this");
    value->kind = kind == JSON_INT ? INPUT_INT : INPUT_NUMBER;
    value->text = token;
    return true;
}

static bool walk_word(struct ndjson *r, uint32_t at, struct input_value *value)
{
    struct slice token = json_token(r->text, at, *r->next);
    value->kind = INPUT_BOOL;
    value->text = token;
    value->number = 0;
    if (slice_equal(token, SLICE("true")))
        value->number = 1;
    else if (slice_equal(token, SLICE("null")))
        value->kind = INPUT_NULL;
    else if (!slice_equal(token, SLICE("false")))
        return fail_json(r, at, "no value starts like this");
    return true;
}

static bool walk_value(struct ndjson *r, uint32_t key, int depth);
static bool walk_element(struct ndjson *r, uint32_t key, int depth, struct input_value *value);

static void put_values(struct ndjson *r, const struct shape_node *node, const struct input_value *value)
{
    for (uint32_t i = 0; i < node->cell_count; i++) r->cells[node->cells[i]] = *value;
}

/* The key's entry, when it does not stand where it was looked for first. */
static uint32_t find_key(struct ndjson *r, uint32_t owner, uint32_t place, struct slice raw, const uint64_t head[2])
{
    const struct shape_node *node = owner == KEYS_NONE ? &r->shape->root : r->keys.at[owner].node;
    return keys_find(&r->keys, node, place, raw, head);
}

/* Notes that the key was met in the object; false when it was already. `seen`: the bits of those that have one. */
static inline bool meet_key(struct keys *keys, const struct known_key *key, uint64_t *seen, uint32_t serial)
{
    if (key->bit) {
        const bool fresh = !(*seen & key->bit);
        *seen |= key->bit;
        return fresh;
    }
    struct known_key *plain = &keys->at[key->plain];
    const bool fresh = plain->seen != serial;
    plain->seen = serial;
    return fresh;
}

static bool fail_twice(struct ndjson *r, uint32_t at, uint32_t key)
{
    const struct known_key *plain = &r->keys.at[r->keys.at[key].plain];
    return fail(r, REJECT_TWICE, r->text + at, slice_of(plain->raw, plain->len));
}

/* Member by member: building the value first and copying it stalls the processor on what it has just stored. */
static inline void put_text(struct input_value *cell, struct slice text)
{
    cell->kind = INPUT_TEXT;
    cell->text = text;
}

static inline void put_int(struct input_value *cell, int64_t number, struct slice text)
{
    cell->kind = INPUT_INT;
    cell->number = number;
    cell->text = text;
}

/* The usual values, strings and short whole numbers, without a call; *next stands at the value, and behind it
 * afterwards. False: another value, or a broken one. */
static inline bool walk_usual(struct ndjson *r, const uint32_t **next, const struct known_key *key)
{
    const char *text = r->text;
    const uint32_t value = (*next)[0], end = (*next)[1];
    if (text[value] == '"') {
        struct slice inside = inside_of(text, value, end);
        if (has_escape(r, inside)) return false;
        if (key->cell >= 0)
            put_text(&r->cells[key->cell], inside);
        else if (key->cell == KEY_MANY)
            put_values(r, key->node, &(struct input_value){.kind = INPUT_TEXT, .text = inside});
        else
            r->unasked = true;
    } else {
        int64_t number;
        const struct slice token = slice_of(text + value, end - value);
        if (!json_read_short(token, &number)) return false;
        if (key->cell >= 0)
            put_int(&r->cells[key->cell], number, token);
        else if (key->cell == KEY_MANY)
            put_values(r, key->node, &(struct input_value){INPUT_INT, number, token});
        else
            r->unasked = true;
    }
    ++*next;
    return true;
}

/* The members of an object whose brace was passed. The positions are followed in a variable of its own: followed in
 * memory, each would wait for the one before it. */
static bool walk_object(struct ndjson *r, uint32_t owner, int depth)
{
    const char *text = r->text;
    const uint32_t place = owner == KEYS_NONE ? KEYS_ROOT : r->keys.at[owner].inside, serial = ++r->keys.serial;
    const uint32_t *next = r->next;
    uint64_t seen = 0;
    bool more = text[*next] != '}';
    for (next += !more; more; next++) {
        const uint32_t at = next[0], colon = next[1];
        if (text[at] != '"') return fail_json(r, at, "a key in double quotes was expected");
        const struct slice raw = inside_of(text, at, colon);
        uint64_t head[2];
        keys_head(raw, head);
        uint32_t key = keys_look(&r->keys, place, raw, head);
        if (!key) key = find_key(r, owner, place, raw, head);
        if (key == KEYS_NONE) return fail_json(r, at, "broken escape in a key");
        if (!meet_key(&r->keys, &r->keys.at[key], &seen, serial)) return fail_twice(r, at, key);
        if (text[colon] != ':') return fail_json(r, colon, "a colon was expected");
        next += 2;
        if (!walk_usual(r, &next, &r->keys.at[key])) {
            r->next = next;
            if (!walk_value(r, key, depth)) return false;
            next = r->next;
        }
        const char c = text[*next];
        if (c != ',' && c != '}') return fail_json(r, *next, "a comma or } was expected");
        more = c == ',';
    }
    r->next = next;
    return true;
}

static bool walk_call(struct ndjson *r, uint32_t owner, int depth);

/* The array "batch" of the outermost object. */
static bool holds_calls(const struct ndjson *r, uint32_t owner, int depth)
{
    enum { INNER = 2 };
    if (!r->calls || depth != INNER || owner == KEYS_NONE) return false;
    const struct known_key *plain = &r->keys.at[r->keys.at[owner].plain];
    return slice_equal(slice_of(plain->raw, plain->len), SLICE("batch"));
}

static bool walk_array(struct ndjson *r, uint32_t owner, int depth)
{
    const bool calls = holds_calls(r, owner, depth);
    if (r->text[*r->next] == ']') {
        r->next++;
        return true;
    }
    for (;;) {
        struct input_value ignored = {0};
        if (calls ? !walk_call(r, owner, depth) : !walk_element(r, owner, depth, &ignored)) return false;
        char c = r->text[*r->next];
        if (c != ',' && c != ']') return fail_json(r, *r->next, "a comma or ] was expected");
        r->next++;
        if (c == ']') return true;
    }
}

/* An object or array standing at `at`. */
static bool walk_nested(struct ndjson *r, uint32_t owner, uint32_t at, int depth, struct input_value *value)
{
    if (depth == DEPTH_MAX) return fail(r, REJECT_DEPTH, r->text + at, (struct slice){0});
    if (r->text[at] == '{' ? !walk_object(r, owner, depth + 1) : !walk_array(r, owner, depth + 1)) return false;
    value->kind = INPUT_JSON;
    value->text = slice_of(r->text + at, r->next[-1] + 1 - at);
    return true;
}

/* A value under `key`, which is asked for only where it is no element of an array. */
static bool walk_element(struct ndjson *r, uint32_t key, int depth, struct input_value *value)
{
    uint32_t at = *r->next++;
    switch (r->text[at]) {
    case '"': value->kind = INPUT_TEXT; return walk_string(r, at, *r->next, &value->text);
    case '{':
    case '[': return walk_nested(r, key, at, depth, value);
    case 't':
    case 'f':
    case 'n': return walk_word(r, at, value);
    default: return walk_number(r, at, value);
    }
}

/* What is asked for and said twice in two spellings is said once. */
static void spell(struct ndjson *r, struct input_value *value)
{
    struct buffer b;
    buffer_init(&b, BUFFER_NO_LIMIT);
    json_canonical(value->text, &r->canonical, &b);
    value->text = arena_slice(&r->canonical, buffer_slice(&b));
    buffer_release(&b);
}

static bool walk_value(struct ndjson *r, uint32_t key, int depth)
{
    struct input_value other;
    int32_t cell = r->keys.at[key].cell;
    struct input_value *value = cell >= 0 ? &r->cells[cell] : &other;
    const uint32_t *position = r->next;
    if (!walk_element(r, key, depth, value)) return false;
    if (value->kind == INPUT_JSON && cell != KEY_UNASKED && cell != SEGMENT_BATCH) spell(r, value);
    if (cell == KEY_MANY) put_values(r, r->keys.at[key].node, value);
    if (cell == KEY_UNASKED) r->unasked |= !r->keys.at[key].node || r->text[*position] != '{';
    if (cell == SEGMENT_BATCH && r->text[*position] == '[') r->batch = position;
    return true;
}

static void start_walk(struct ndjson *r, const char *text, size_t len, const uint32_t *positions)
{
    r->text = text;
    r->text_end = text + len;
    r->next = positions;
    r->escape = text;
}

static void clear_cells(struct ndjson *r)
{
    struct input_value *cell = r->cells, *end = cell + r->shape->cell_count;
    for (; cell < end; cell++) cell->kind = INPUT_MISSING;
    r->outline = 0;
    r->plain_used = 0;
    r->batch = NULL;
    r->unasked = false;
}

/* One object; false when the line is not exactly that. */
static bool walk_event(struct ndjson *r)
{
    uint32_t at = *r->next++;
    struct input_value whole;
    r->escape_before = r->escape;
    clear_cells(r);
    if (r->text[at] != '{') return fail(r, REJECT_NO_OBJECT, r->text + at, (struct slice){0});
    return walk_nested(r, KEYS_NONE, at, 0, &whole);
}

/* --- Outlines. --- */

/* Of the cells that an event filled those that the next one, of another outline perhaps, did not. */
static inline void clear_stale(struct ndjson *r, const struct cell_set *before, const struct cell_set *now)
{
    for (unsigned w = 0; w < CELL_WORDS; w++)
        for (uint64_t stale = before->words[w] & ~now->words[w]; stale; stale &= stale - 1)
            r->cells[w * 64 + (unsigned)__builtin_ctzll(stale)].kind = INPUT_MISSING;
}

static inline bool follow_string(struct ndjson *r, const struct outline_step *s, const char *value, const char *end)
{
    struct slice inside = slice_of(value, (size_t)(end - 1 - value));
    if (end[-1] != '"' || (has_escape(r, inside) && !unescape(r, &inside))) return false;
    if (s->cell >= 0)
        put_text(&r->cells[s->cell], inside);
    else if (s->cell == KEY_MANY)
        put_values(r, s->node, &(struct input_value){.kind = INPUT_TEXT, .text = inside});
    return true;
}

static inline bool follow_number(struct ndjson *r, const struct outline_step *s, const char *value, const char *end)
{
    const struct slice token = slice_of(value, (size_t)(end - value));
    int64_t number = 0;
    const enum json_number kind = json_read_short(token, &number) ? JSON_INT : json_read_number(token, &number);
    if (kind == JSON_NOT_A_NUMBER) return false;
    if (s->cell >= 0) {
        put_int(&r->cells[s->cell], number, token);
        if (kind != JSON_INT) r->cells[s->cell].kind = INPUT_NUMBER;
    } else if (s->cell == KEY_MANY) {
        put_values(r, s->node, &(struct input_value){kind == JSON_INT ? INPUT_INT : INPUT_NUMBER, number, token});
    }
    return true;
}

/* true, false or null, which stands at the end of the step's text. */
static bool follow_word(struct ndjson *r, const struct outline_step *s, const char *value, const char *end)
{
    const char last_but_one = value[-2];
    const size_t len = last_but_one == 's' ? 5 : 4;
    const struct input_value word = {.kind = last_but_one == 'l' ? INPUT_NULL : INPUT_BOOL,
                                     .number = last_but_one == 'u',
                                     .text = slice_of(value - len, len)};
    if (s->cell >= 0)
        r->cells[s->cell] = word;
    else if (s->cell == KEY_MANY)
        put_values(r, s->node, &word);
    return value == end;
}

/* Follows an outline as far as it goes: its last step, or 0 when the event does something else. *next, the position of
 * its brace, becomes the one behind it. (By how many positions it moves is said in every branch, not read from the
 * step: the processor then looks ahead without waiting for the step.) */
static inline uint16_t follow_steps(struct ndjson *r, const uint32_t **position)
{
    const char *text = r->text;
    const uint32_t *next = *position;
    const struct outline_step *first = r->outlines.steps.at, *s = first;
    for (;;) {
        const char *at = text + *next;
        s = outlines_next(&r->outlines, s, at);
        const char *value = at + s->len;
        if (s->kind == OUTLINE_STRING) {
            next += OUTLINE_MEMBER;
            if (s == first || !follow_string(r, s, value, text + *next)) return 0;
        } else if (s->kind == OUTLINE_NUMBER) {
            next += OUTLINE_MEMBER;
            if (!follow_number(r, s, value, text + *next)) return 0;
        } else if (s->kind == OUTLINE_ENDS) {
            *position = next + OUTLINE_CLOSING;
            return (uint16_t)(s - first);
        } else if (s->kind == OUTLINE_WORD) {
            next += OUTLINE_MEMBER;
            if (!follow_word(r, s, value, text + *next)) return 0;
        } else if (s->kind == OUTLINE_OPENS) {
            next += OUTLINE_OPENING;
        } else {
            next += OUTLINE_CLOSING;
        }
    }
}

/* The event that begins at the next position, when it follows an outline. False: to be walked, after clearing. */
static inline bool follow_outline(struct ndjson *r)
{
    const uint16_t before = r->outline;
    const struct outline_step *steps = r->outlines.steps.at;
    r->escape_before = r->escape;
    if (!before || steps[before].fills.others) clear_cells(r);
    r->plain_used = 0;
    r->batch = NULL;
    r->outline = follow_steps(r, &r->next);
    r->unasked = steps[r->outline].unasked;
    if (!r->outline) {
        r->escape = r->escape_before;
        return false;
    }
    clear_stale(r, &steps[before].fills, &steps[r->outline].fills);
    r->outlines.followed++;
    return true;
}

static void learn_outline(struct ndjson *r, const uint32_t *next);

/* An object among calls, from the depth it stands in. */
static bool walk_call_object(struct ndjson *c, int depth)
{
    const uint32_t *start = c->next;
    struct input_value whole;
    if (outlines_worth_it(&c->outlines) && follow_outline(c)) return true;
    c->escape_before = c->escape;
    c->next = start + 1;
    clear_cells(c);
    if (!walk_nested(c, KEYS_NONE, *start, depth, &whole)) return false;
    if (!c->batch && !c->outlines.rest) learn_outline(c, start);
    return true;
}

static bool walk_call(struct ndjson *r, uint32_t owner, int depth)
{
    struct ndjson *c = r->calls->reader;
    struct ndjson_call call = {.at = r->next, .cells = c->cells};
    struct input_value ignored;
    if (r->text[*r->next] == '{') {
        c->next = r->next;
        if (!walk_call_object(c, depth)) return false;
        r->next = c->next;
        call.outline = c->outline;
    } else if (!walk_element(r, owner, depth, &ignored)) {
        return false;
    }
    call.end = r->next;
    r->calls->take(r->calls->context, &call);
    return true;
}

static bool only_spaces(const char *text, uint32_t from, uint32_t until)
{
    while (from < until && text[from] == ' ') from++;
    return from == until;
}

/* The step that begins at `next`, and where it leads; false when it can be part of no outline. */
static bool outline_key(struct ndjson *r, const uint32_t *next, uint32_t *place, const struct shape_node **node,
                        struct outline_step *s)
{
    const char *text = r->text;
    const uint32_t key = next[1], colon = next[2], value = next[3], after = next[4];
    const struct slice raw = slice_of(text + key + 1, colon - key - 2);
    uint64_t head[2];
    if (text[colon - 1] != '"' || memchr(raw.ptr, '\\', raw.len)) return false;
    if (!only_spaces(text, *next + 1, key) || !only_spaces(text, colon + 1, value)) return false;
    keys_head(raw, head);
    const struct known_key *known = &r->keys.at[keys_find(&r->keys, *node, *place, raw, head)];
    *s = (struct outline_step){.cell = known->cell, .node = known->node};
    uint32_t end = value + 1;
    switch (text[value]) {
    case '"': s->kind = OUTLINE_STRING; break;
    case '{':
        s->kind = OUTLINE_OPENS;
        *place = known->inside;
        *node = known->node;
        end = value;
        if (s->cell != KEY_UNASKED || text[after] != '"') return false;
        break;
    case '[': return false;
    case 't':
    case 'f':
    case 'n':
        s->kind = OUTLINE_WORD;
        end = after;
        if (json_token(text, value, after).len != after - value) return false;
        break;
    default:
        s->kind = OUTLINE_NUMBER;
        end = value;
        break;
    }
    s->len = end - *next <= OUTLINE_TEXT_MAX ? (uint16_t)(end - *next) : OUTLINE_TEXT_MAX + 1;
    return true;
}

static void note_filled(const struct outline_step *s, struct cell_set *filled)
{
    if (s->cell >= 0) cell_set_add(filled, (unsigned)s->cell);
    for (uint32_t i = 0; s->cell == KEY_MANY && i < s->node->cell_count; i++) cell_set_add(filled, s->node->cells[i]);
}

/* The event at `next` was walked and is valid: what it and the like of it have in common, if it can have an outline. */
static void learn_outline(struct ndjson *r, const uint32_t *next)
{
    struct {
        uint32_t place;
        const struct shape_node *node;
    } inside[DEPTH_MAX + 1] = {{KEYS_ROOT, &r->shape->root}};
    struct cell_set filled = {0};
    uint16_t step = 0;
    for (int depth = 0; depth >= 0;) {
        struct outline_step s = {.kind = depth ? OUTLINE_CLOSES : OUTLINE_ENDS, .len = 1};
        uint32_t positions = OUTLINE_CLOSING;
        if (r->text[*next] == '}') {
            depth--;
            s.fills = filled;
            s.unasked = r->unasked;
        } else {
            inside[depth + 1] = inside[depth];
            if (!outline_key(r, next, &inside[depth + 1].place, &inside[depth + 1].node, &s)) return;
            depth += s.kind == OUTLINE_OPENS;
            positions = s.kind == OUTLINE_OPENS ? OUTLINE_OPENING : OUTLINE_MEMBER;
            note_filled(&s, &filled);
        }
        step = outlines_add(&r->outlines, step, &s, r->text + *next);
        if (!step) return;
        next += positions;
    }
}

/* --- Digests of content, for events without id. --- */

static struct digest digest_value(struct ndjson *r, bool outermost);

/* How the row travelled is no part of what it says. */
static bool is_transport(struct slice key)
{
    return slice_equal(key, SLICE("sentAt")) || slice_equal(key, SLICE("receivedAt"));
}

static struct slice plain_string(struct ndjson *r, uint32_t at)
{
    struct slice inside;
    walk_string(r, at, *r->next, &inside);
    return inside;
}

static struct digest digest_nested(struct ndjson *r, bool object, bool outermost)
{
    struct digest sum = digest_bytes(object ? '{' : '[', (struct slice){0});
    if (r->text[*r->next] == (object ? '}' : ']')) {
        r->next++;
        return sum;
    }
    do {
        struct slice key = {0};
        if (object) {
            uint32_t at = *r->next++;
            key = plain_string(r, at);
            r->next++;
        }
        struct digest member = digest_value(r, false);
        if (!object)
            sum = digest_join(sum, member);
        else if (!outermost || !is_transport(key))
            sum = digest_add(sum, digest_join(digest_bytes('k', key), member));
    } while (r->text[*r->next++] == ',');
    return sum;
}

static struct digest digest_value(struct ndjson *r, bool outermost)
{
    uint32_t at = *r->next++;
    char c = r->text[at];
    if (c == '{' || c == '[') return digest_nested(r, c == '{', outermost);
    if (c == '"') return digest_bytes('"', plain_string(r, at));
    return digest_bytes('0', json_token(r->text, at, *r->next));
}

struct digest_walk {
    struct ndjson *reader;
    const uint32_t *start;
};

static struct digest digest_event(void *context)
{
    struct digest_walk *walk = context;
    struct ndjson *r = walk->reader;
    const uint32_t *back = r->next;
    r->next = walk->start;
    r->escape = r->escape_before;
    struct digest digest = digest_value(r, true);
    r->next = back;
    return digest;
}

/* --- What nobody asked for. --- */

/* Past a value, whose text it is. */
static struct slice skip_value(struct ndjson *r)
{
    const uint32_t at = *r->next;
    int depth = 0;
    do {
        const char c = r->text[*r->next++];
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    } while (depth);
    return json_token(r->text, at, *r->next);
}

static void rest_member(struct buffer *out, struct slice key, struct slice value)
{
    if (out->data[out->len - 1] != '{') buffer_char(out, ',');
    buffer_add(out, key);
    buffer_char(out, ':');
    buffer_add(out, value);
}

/* The members of an object whose brace was passed, but for those the node has; nothing at all when it has them all. */
static void rest_of_object(struct ndjson *r, uint32_t place, const struct shape_node *node, struct slice name,
                           struct buffer *out)
{
    const size_t start = out->len;
    if (name.len) rest_member(out, name, slice_of("", 0));
    buffer_char(out, '{');
    const size_t empty = out->len;
    if (r->text[*r->next] != '}') do {
            const struct slice raw = json_token(r->text, r->next[0], r->next[1]);
            const struct slice inside = slice_of(raw.ptr + 1, raw.len - 2);
            uint64_t head[2];
            keys_head(inside, head);
            const uint32_t found = keys_look(&r->keys, place, inside, head);
            const uint32_t key = found ? found : keys_find(&r->keys, node, place, inside, head);
            const struct shape_node *child = r->keys.at[key].node;
            r->next += 2;
            if (child && child->child && !child->cell_count && r->text[*r->next] == '{') {
                r->next++;
                rest_of_object(r, r->keys.at[key].inside, child, raw, out);
                r->next++;
                continue;
            }
            struct slice value = skip_value(r);
            if (!child || !child->cell_count) rest_member(out, raw, value);
        } while (r->text[*r->next] == ',' && r->next++);
    if (out->len == empty)
        out->len = start;
    else
        buffer_char(out, '}');
}

/* Walks the event again, which few files need. */
static void find_rest(struct ndjson *r, const uint32_t *start)
{
    const uint32_t *back = r->next;
    const char *back_escape = r->escape;
    const bool flat = r->shape->rest == REST_IN_PROPERTIES;
    buffer_clear(&r->rest);
    r->next = start + 1;
    r->escape = r->escape_before;
    if (flat) buffer_char(&r->rest, '{');
    rest_of_object(r, KEYS_ROOT, &r->shape->root, flat ? SLICE("\"properties\"") : slice_of("", 0), &r->rest);
    if (flat && r->rest.len > 1)
        buffer_char(&r->rest, '}');
    else if (flat)
        buffer_clear(&r->rest);
    r->next = back;
    r->escape = back_escape;
    r->emitter->rest = buffer_slice(&r->rest);
}

/* --- Lines. --- */

static void emit_event(struct ndjson *r, const struct emit_row *row, const uint32_t *start)
{
    struct digest_walk walk = {r, start};
    struct digest_source digest = {digest_event, &walk};
    const bool rest = r->unasked && r->shape->rest;
    if (rest) find_rest(r, start);
    if (r->maker)
        row_maker_run(r->maker, row, r->cells, digest);
    else
        emit_segment(r->emitter, row, r->cells, digest);
    if (rest) r->emitter->rest = slice_of("", 0); /* cleared before every event, it would be waited for by each */
}

/* The elements of a batch were walked with the line, so they are valid; each is an event of its own. */
static void emit_batch(struct ndjson *r, const struct emit_row *row)
{
    const uint32_t *after = r->next;
    const char *after_escape = r->escape;
    r->next = r->batch + 1;
    r->escape = r->escape_before;
    if (r->text[*r->next] == ']')
        r->next++;
    else
        do {
            const uint32_t *start = r->next;
            uint32_t at = *start;
            struct emit_row element = *row;
            if (walk_event(r)) {
                element.text = slice_of(r->text + at, r->next[-1] + 1 - at);
                emit_event(r, &element, start);
            } else {
                emit_reject(r->emitter, row, r->reason, (uint64_t)(r->fault - row->text.ptr) + 1, SLICE("in a batch"));
                r->next = start;
                r->escape = r->escape_before;
                digest_value(r, false);
            }
        } while (r->text[*r->next++] == ',');
    r->next = after;
    r->escape = after_escape;
}

static void emit_line(struct ndjson *r, const struct emit_row *row, const uint32_t *start)
{
    if (r->batch)
        emit_batch(r, row);
    else
        emit_event(r, row, start);
}

/* Names the fault in a line that simdjson's first stage refused. */
static void reject_unindexed(struct ndjson *r, const struct emit_row *row, enum json_fault fault)
{
    struct slice text = row->text;
    const char *nul = memchr(text.ptr, 0, text.len);
    if (nul) {
        emit_reject(r->emitter, row, REJECT_NUL, (uint64_t)(nul - text.ptr) + 1, (struct slice){0});
        return;
    }
    if (fault == JSON_BAD_UTF8) {
        emit_reject(r->emitter, row, REJECT_UTF8, slice_utf8_prefix(text) + 1, (struct slice){0});
        return;
    }
    struct slice detail =
        fault == JSON_CONTROL ? SLICE("a control character in a string") : SLICE("a string has no end");
    emit_reject(r->emitter, row, REJECT_JSON, 0, detail);
}

static void reject_walked(struct ndjson *r, const struct emit_row *row)
{
    const char *nul = memchr(row->text.ptr, 0, row->text.len);
    if (nul) fail(r, REJECT_NUL, nul, (struct slice){0});
    emit_reject(r->emitter, row, r->reason, (uint64_t)(r->fault - row->text.ptr) + 1, r->detail);
}

/* A line by itself: for lines with a fault, and for all lines of a chunk that has one. */
static void read_line(struct ndjson *r, const struct emit_row *row)
{
    const uint32_t *positions;
    size_t count;
    if (row->text.len > INPUT_LINE_MAX) {
        emit_reject(r->emitter, row, REJECT_LONG_LINE, 0, (struct slice){0});
        return;
    }
    enum json_fault fault = json_index_text(r->line_index, row->text, &positions, &count);
    if (fault == JSON_BLANK) {
        r->emitter->blank++;
    } else if (fault != JSON_FINE) {
        reject_unindexed(r, row, fault);
    } else {
        start_walk(r, row->text.ptr, row->text.len, positions);
        bool fine = walk_event(r);
        if (fine && r->next != positions + count) fine = fail_json(r, *r->next, "the line goes on after its object");
        if (fine)
            emit_line(r, row, positions);
        else
            reject_walked(r, row);
    }
}

static struct slice line_at(const char *start, const char *end)
{
    const char *stop = memchr(start, '\n', (size_t)(end - start));
    return slice_of(start, (size_t)((stop ? stop : end) - start));
}

static void read_lines_singly(struct ndjson *r, struct slice chunk, uint64_t line)
{
    const char *p = chunk.ptr, *end = p + chunk.len;
    while (p < end) {
        struct emit_row row = {line_at(p, end), line++};
        r->emitter->lines++;
        read_line(r, &row);
        p = row.text.ptr + row.text.len + 1;
    }
}

/* The line that begins at `line`, when it is an object that follows an outline and nothing else. */
static bool read_outlined(struct ndjson *r, const char *line, const char *end, uint64_t number)
{
    const uint32_t *start = r->next;
    if (r->text + *start != line || !outlines_worth_it(&r->outlines) || !follow_outline(r)) return false;
    const char *stop = r->text + r->next[-1] + 1;
    if (*stop == '\r') stop++;
    if ((stop < end && *stop != '\n') || stop > end || stop - line > INPUT_LINE_MAX) {
        r->next = start;
        r->escape = r->escape_before;
        return false;
    }
    emit_line(r, &(struct emit_row){slice_of(line, (size_t)(stop - line)), number}, start);
    return true;
}

/* Any other line, without its end. */
static void read_any(struct ndjson *r, struct slice chunk, const struct emit_row *row)
{
    const uint32_t stop = (uint32_t)(row->text.ptr + row->text.len - chunk.ptr), *start = r->next;
    const char *escape = r->escape;
    if (*r->next >= stop) {
        r->emitter->blank++;
        return;
    }
    if (row->text.len <= INPUT_LINE_MAX && walk_event(r) && r->next[-1] < stop && *r->next >= stop) {
        if (!r->batch && !r->outlines.rest) learn_outline(r, start);
        emit_line(r, row, start);
        return;
    }
    read_line(r, row);
    while (*start < stop) start++;
    start_walk(r, chunk.ptr, chunk.len, start);
    r->escape = escape; /* looking for the next backslash again for every bad line could take long */
}

void ndjson_read(struct ndjson *r, struct slice chunk, uint64_t line)
{
    const uint32_t *positions;
    size_t count;
    keys_trim(&r->keys);
    arena_clear(&r->canonical);
    if (json_index_text(r->chunk_index, chunk, &positions, &count) != JSON_FINE) {
        read_lines_singly(r, chunk, line);
        return;
    }
    const char *p = chunk.ptr, *end = p + chunk.len;
    start_walk(r, chunk.ptr, chunk.len, positions);
    for (; p < end; line++) {
        r->emitter->lines++;
        if (read_outlined(r, p, end, line)) {
            p = r->text + r->next[-1] + 1;
            p += (*p == '\r') + 1;
            continue;
        }
        const struct emit_row row = {line_at(p, end), line};
        p += row.text.len + 1;
        read_any(r, chunk, &row);
    }
}

bool ndjson_look(struct ndjson *r, struct slice text, const uint32_t *positions, size_t count,
                 const struct ndjson_calls *calls)
{
    keys_trim(&r->keys);
    keys_trim(&calls->reader->keys);
    arena_clear(&r->canonical);
    arena_clear(&calls->reader->canonical);
    start_walk(r, text.ptr, text.len, positions);
    start_walk(calls->reader, text.ptr, text.len, positions);
    r->calls = calls;
    const bool valid = walk_event(r) && r->next == positions + count;
    r->calls = NULL;
    return valid;
}

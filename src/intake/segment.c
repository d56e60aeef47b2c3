#include "intake/segment.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/map.h"
#include "intake/calls.h"
#include "intake/sources.h"
#include "value/json.h"
#include "value/json_index.h"
#include "value/json_text.h"
#include "value/json_write.h"

/* A line holds a call, the batch's context, and what is added. */
enum { ADDED_MAX = 512, LINE_MAX = 2 * SEGMENT_EVENT_MAX + ADDED_MAX, LINES_MAX = 8 * SEGMENT_BODY_MAX };

/* The members that are looked at. */
enum field {
    FIELD_TYPE,
    FIELD_ID,
    FIELD_AT,
    FIELD_ORIGINAL_AT,
    FIELD_SENT_AT,
    FIELD_RECEIVED_AT,
    FIELD_CONTEXT,
    FIELD_WRITE_KEY,
    FIELD_BATCH,
    FIELDS
};

static const struct slice field_names[FIELDS] = {
    [FIELD_TYPE] = SLICE("type"),       [FIELD_ID] = SLICE("messageId"),
    [FIELD_AT] = SLICE("timestamp"),    [FIELD_ORIGINAL_AT] = SLICE("originalTimestamp"),
    [FIELD_SENT_AT] = SLICE("sentAt"),  [FIELD_RECEIVED_AT] = SLICE("receivedAt"),
    [FIELD_CONTEXT] = SLICE("context"), [FIELD_WRITE_KEY] = SLICE("writeKey"),
    [FIELD_BATCH] = SLICE("batch"),
};

static const struct slice call_names[] = {
    [CALL_TRACK] = SLICE("track"), [CALL_IDENTIFY] = SLICE("identify"), [CALL_GROUP] = SLICE("group"),
    [CALL_PAGE] = SLICE("page"),   [CALL_SCREEN] = SLICE("screen"),     [CALL_ALIAS] = SLICE("alias"),
};

/* A value as it stands in the text; empty when there is none. */
struct span {
    struct slice text;
    const uint32_t *at; /* its first position */
};

struct fields {
    struct span of[FIELDS];
};

/* One member of an object. */
struct member {
    struct slice key; /* with its quotes */
    struct span value;
    enum field field;
};

/* One of the two readers a body goes through. */
struct check {
    struct shape shape;
    struct emitter emitter;
    struct ndjson *reader;
};

struct segment {
    struct arena arena, results; /* for good, and of one body */
    struct sources *sources;     /* as many as there are write keys */
    struct json_index *index;
    struct check whole, line;
    struct input_plan plan;
    struct json_reader *rejects;
    struct calls *calls; /* of the body, when it is a batch */
    char *text;          /* the body, then JSON_PADDING bytes */
    struct buffer made, lines;
    struct buffer received;        /* the member that says when the body came */
    struct buffer context, sent;   /* as in calls_added */
    struct calls_added added;      /* to lines that follow from their like */
    bool alike;                    /* there may be such lines */
    VECTOR(struct member) members; /* of the object that was looked through last */
    VECTOR(struct segment_refusal) refused;
    size_t refused_count, count, taken;
    bool reserved; /* what was taken has such a name */
    const struct permit *permit;
    enum permit_fault fault; /* of what was taken */
    struct slice forbidden;  /* and what to say of it */
    size_t forbidden_count;
    char made_id[DIGEST_ID_MAX];
    size_t made_id_len;
    bool needs_id;
    struct segment_body body;
    struct fields fields; /* of the body opened */
    const uint32_t *positions;
    struct slice write_key, source;
};

/* ---- readers ---- */

static void ignore_event(void *context, const struct input_event *event) {}

static bool is_reserved(const struct segment *s, const struct input_event *event)
{
    return s->body.reserved && event->call == CALL_TRACK && s->body.reserved(slice_trim(event->name));
}

static bool allow_event(void *context, const struct input_event *event)
{
    return !is_reserved(context, event);
}

static void take_event(void *context, const struct input_event *event)
{
    struct segment *s = context;
    s->taken++;
    s->reserved |= is_reserved(s, event);
    s->fault = s->permit ? permit_check(s->permit, event) : PERMIT_FINE;
    if (s->fault) s->forbidden = permit_message(&s->results, s->fault, event);
    s->made_id_len = s->needs_id ? event->id.len : 0;
    if (s->made_id_len) memcpy(s->made_id, event->id.ptr, event->id.len);
}

/* Without the vocabulary nothing is asked of an object but that it is one: every cell is missing, so a good one is
 * rejected as no call, and a bad one for what is wrong with it. */
static void check_init(struct segment *s, struct check *check, bool vocabulary, size_t text_max,
                       void (*take)(void *, const struct input_event *))
{
    shape_init(&check->shape, &s->arena);
    if (vocabulary)
        shape_segment(&check->shape, &s->plan);
    else
        check->shape.cell_count = SEGMENT_CELLS;
    check->emitter = (struct emitter){.sink = {s, take}, .plan = &s->plan, .sources = s->sources};
    reject_list_init(&check->emitter.rejects, vocabulary);
    check->reader = ndjson_new(&check->shape, &check->emitter, NULL, text_max);
}

static void check_release(struct check *check)
{
    ndjson_free(check->reader);
    reject_list_release(&check->emitter.rejects);
    occurrences_free(check->emitter.occurrences);
}

struct segment *segment_new(void)
{
    struct segment *s = memory_new(sizeof *s);
    arena_init(&s->arena);
    arena_init(&s->results);
    s->sources = sources_new();
    s->index = json_index_new(SEGMENT_BODY_MAX);
    check_init(s, &s->whole, false, SEGMENT_BODY_MAX, ignore_event);
    check_init(s, &s->line, true, LINE_MAX, take_event);
    s->rejects = json_reader_new(1 << 20);
    s->calls = calls_new(&s->plan, SEGMENT_BODY_MAX, SEGMENT_EVENT_MAX, allow_event, s);
    s->text = memory_new(SEGMENT_BODY_MAX + JSON_PADDING);
    buffer_init(&s->made, LINE_MAX + JSON_PADDING);
    buffer_init(&s->lines, LINES_MAX);
    buffer_init(&s->received, ADDED_MAX);
    buffer_init(&s->context, BUFFER_NO_LIMIT);
    buffer_init(&s->sent, BUFFER_NO_LIMIT);
    return s;
}

void segment_free(struct segment *s)
{
    if (!s) return;
    check_release(&s->whole);
    check_release(&s->line);
    sources_free(s->sources);
    json_index_free(s->index);
    json_reader_free(s->rejects);
    calls_free(s->calls);
    free(s->text);
    buffer_release(&s->made);
    buffer_release(&s->lines);
    buffer_release(&s->received);
    buffer_release(&s->context);
    buffer_release(&s->sent);
    vector_release(&s->members);
    vector_release(&s->refused);
    arena_release(&s->arena);
    arena_release(&s->results);
    free(s);
}

/* ---- members of an object that is known to be valid ---- */

struct walk {
    const char *text;
    const uint32_t *next;
    const struct calls *calls; /* need not be walked through; or NULL */
};

static struct span take_value(struct walk *w)
{
    const uint32_t *at = w->next;
    const char c = w->text[*at];
    int depth = 0;
    const uint32_t *behind = w->calls ? calls_behind(w->calls, at) : NULL;
    if (behind)
        w->next = behind;
    else
        do {
            char here = w->text[*w->next++];
            if (here == '{' || here == '[') depth++;
            if (here == '}' || here == ']') depth--;
        } while (depth);
    if (c == '{' || c == '[') return (struct span){slice_of(w->text + *at, w->next[-1] + 1 - *at), at};
    return (struct span){json_token(w->text, *at, *w->next), at};
}

/* `key` with its quotes. False at the end of the object, which is passed. */
static bool take_member(struct walk *w, struct slice *key, struct span *value)
{
    if (w->text[*w->next] == ',') w->next++;
    if (w->text[*w->next] == '}') {
        w->next++;
        return false;
    }
    *key = json_token(w->text, w->next[0], w->next[1]);
    w->next += 2;
    *value = take_value(w);
    return true;
}

static struct walk walk_object(const char *text, const uint32_t *at)
{
    return (struct walk){.text = text, .next = at + 1};
}

static struct slice plain_key(struct arena *arena, struct slice key)
{
    struct slice inside = slice_of(key.ptr + 1, key.len - 2);
    if (!memchr(inside.ptr, '\\', inside.len)) return inside;
    char *plain = arena_alloc(arena, inside.len);
    return slice_of(plain, (size_t)json_unescape(inside, plain));
}

static enum field field_of(struct arena *arena, struct slice key)
{
    struct slice name = plain_key(arena, key);
    int i = 0;
    while (i < FIELDS && !slice_equal(name, field_names[i])) i++;
    return (enum field)i;
}

/* There, and neither null nor blank: what emit.c takes for given. */
static bool is_given(struct span value)
{
    return value.text.len && !slice_equal(value.text, SLICE("null")) && !slice_equal(value.text, SLICE("\"\""));
}

/* What emit.c takes for an id: text, or a whole number. */
static bool is_id(struct span value)
{
    int64_t number;
    return is_given(value) && (value.text.ptr[0] == '"' || slice_to_i64(value.text, &number));
}

static struct fields find_fields(struct segment *s, const uint32_t *object)
{
    struct fields fields = {0};
    struct walk w = walk_object(s->text, object);
    struct member m;
    if (s->alike) w.calls = s->calls;
    vector_clear(&s->members);
    while (take_member(&w, &m.key, &m.value)) {
        m.field = field_of(&s->results, m.key);
        if (m.field < FIELDS) fields.of[m.field] = m.value;
        vector_push(&s->members, m);
    }
    return fields;
}

/* ---- refusals ---- */

static struct slice path_of(struct segment *s, size_t index, const char *field)
{
    if (!s->body.batch) return slice_from(field);
    return arena_printf(&s->results, "batch[%zu]%s%s", index, *field ? "." : "", field);
}

static void refuse(struct segment *s, size_t index, const char *field, struct slice code, struct slice message)
{
    if (s->refused_count++ >= SEGMENT_REFUSED_MAX) return;
    const struct segment_refusal refusal = {index, code, message, path_of(s, index, field)};
    vector_push(&s->refused, refusal);
}

static const char *blamed_field(struct slice code)
{
    static const struct {
        enum reject_reason reason;
        const char *field;
    } blamed[] = {
        {REJECT_CALL, "type"},          {REJECT_NO_EVENT, "event"},         {REJECT_NO_SUBJECT, "userId"},
        {REJECT_NO_GROUP, "groupId"},   {REJECT_NO_PREVIOUS, "previousId"}, {REJECT_NO_TIME, "timestamp"},
        {REJECT_BAD_TIME, "timestamp"}, {REJECT_FAR_TIME, "timestamp"},
    };
    for (size_t i = 0; i < sizeof blamed / sizeof *blamed; i++)
        if (slice_equal(code, reject_reason_code(blamed[i].reason))) return blamed[i].field;
    return "";
}

static struct slice text_field(const struct value *reject, struct slice name)
{
    const struct value *value = value_map_field(reject->map, name);
    return value && value->kind == VALUE_STRING ? value->text : (struct slice){0};
}

static void forget_rejects(struct reject_list *list, bool keep_text)
{
    reject_list_release(list);
    reject_list_init(list, keep_text);
}

/* What the reader wrote about the row it rejected; false when it rejected none. */
static bool last_reject(struct segment *s, struct reject_list *list, struct value *reject)
{
    struct slice text = buffer_slice(&list->text);
    bool read = json_read(s->rejects, &s->results, slice_cut(&text, '\n'), reject, NULL) == OK;
    forget_rejects(list, list->keep_text);
    return read;
}

static void refuse_as_read(struct segment *s, size_t index)
{
    struct value reject;
    if (!last_reject(s, &s->line.emitter.rejects, &reject)) {
        refuse(s, index, "", reject_reason_code(REJECT_NO_OBJECT), SLICE("not one call"));
        return;
    }
    struct slice code = text_field(&reject, SLICE("code"));
    refuse(s, index, blamed_field(code), code, text_field(&reject, SLICE("reason")));
}

/* ---- one call to one line ---- */

static void put_member(struct buffer *out, struct slice key, struct slice value)
{
    if (out->len > 1) buffer_char(out, ',');
    buffer_add(out, key);
    buffer_char(out, ':');
    buffer_add(out, value);
}

static void put_named(struct buffer *out, enum field field, struct slice value)
{
    if (out->len > 1) buffer_char(out, ',');
    buffer_printf(out, "\"%.*s\":%.*s", SLICE_ARG(field_names[field]), SLICE_ARG(value));
}

static void put_instant(struct buffer *out, enum field field, int64_t instant)
{
    if (out->len > 1) buffer_char(out, ',');
    buffer_printf(out, "\"%.*s\":\"", SLICE_ARG(field_names[field]));
    time_format(out, instant);
    buffer_char(out, '"');
}

/* Members of a call that stay as they are. */
static bool is_kept(enum field field, const struct fields *fields, bool make_context)
{
    switch (field) {
    case FIELD_RECEIVED_AT:
    case FIELD_WRITE_KEY: return false;
    case FIELD_TYPE:
    case FIELD_AT:
    case FIELD_SENT_AT: return is_given(fields->of[field]);
    case FIELD_ID: return is_id(fields->of[field]);
    case FIELD_CONTEXT: return !make_context;
    default: return true;
    }
}

static bool is_object(struct span value)
{
    return value.text.len && value.text.ptr[0] == '{';
}

/* The members of an object that are not in `seen`, which takes their names. */
static void put_new_members(struct segment *s, struct span object, struct map *seen, bool *first)
{
    struct buffer *out = &s->made;
    struct walk w = walk_object(s->text, object.at);
    struct slice key;
    struct span value;
    while (take_member(&w, &key, &value)) {
        const uint32_t before = seen->count;
        map_put(seen, plain_key(&s->results, key), 0);
        if (seen->count == before) continue;
        buffer_text(out, *first ? "" : ",");
        buffer_add(out, key);
        buffer_char(out, ':');
        buffer_add(out, value.text);
        *first = false;
    }
}

/* What the call says of its context, what only the batch says, and who sent it, about which nobody else is believed. */
static void put_context(struct segment *s, struct span own)
{
    const struct span common = s->fields.of[FIELD_CONTEXT];
    struct map seen;
    bool first = true;
    map_init(&seen);
    if (s->source.len) map_put(&seen, SLICE("masa"), 0);
    buffer_text(&s->made, s->made.len > 1 ? ",\"context\":{" : "\"context\":{");
    if (is_object(own)) put_new_members(s, own, &seen, &first);
    if (s->body.batch && is_object(common)) put_new_members(s, common, &seen, &first);
    if (s->context.len) {
        buffer_text(&s->made, first ? "" : ",");
        buffer_add(&s->made, buffer_slice(&s->context));
    }
    buffer_char(&s->made, '}');
    map_release(&seen);
}

/* Whether the context has to be made anew: there is something to add, and somewhere to add it to. */
static bool makes_context(const struct segment *s, struct span own)
{
    const bool room = is_object(own) || !own.text.len || slice_equal(own.text, SLICE("null"));
    return room && (s->source.len || (s->body.batch && is_object(s->fields.of[FIELD_CONTEXT])));
}

static void put_added(struct segment *s, const struct fields *fields)
{
    struct buffer *out = &s->made;
    struct span sent = fields->of[FIELD_SENT_AT];
    if (!is_given(sent) && s->body.batch) sent = s->fields.of[FIELD_SENT_AT];
    if (!is_given(fields->of[FIELD_TYPE]) && !s->body.batch)
        buffer_printf(out, "%s\"type\":\"%.*s\"", out->len > 1 ? "," : "", SLICE_ARG(call_names[s->body.call]));
    if (makes_context(s, fields->of[FIELD_CONTEXT])) put_context(s, fields->of[FIELD_CONTEXT]);
    /* By the sender's clock where it showed one, so that the reader's correction gives the time of arrival. */
    if (!is_given(fields->of[FIELD_AT]) && !is_given(fields->of[FIELD_ORIGINAL_AT])) {
        if (is_given(sent))
            put_named(out, FIELD_AT, sent.text);
        else
            put_instant(out, FIELD_AT, s->body.received_at);
    }
    if (!is_given(fields->of[FIELD_SENT_AT]) && is_given(sent)) put_named(out, FIELD_SENT_AT, sent.text);
    if (out->len > 1) buffer_char(out, ',');
    buffer_add(out, buffer_slice(&s->received));
}

/* The line without its end, in s->made, of the call that was looked through last. False when it would be too large. */
static bool make_line(struct segment *s, const struct fields *fields)
{
    struct buffer *out = &s->made;
    const bool make_context = makes_context(s, fields->of[FIELD_CONTEXT]);
    buffer_clear(out);
    buffer_char(out, '{');
    for (size_t i = 0; i < s->members.count; i++) {
        const struct member *m = &s->members.at[i];
        if (is_kept(m->field, fields, make_context)) put_member(out, m->key, m->value.text);
    }
    put_added(s, fields);
    buffer_char(out, '}');
    return !out->full && out->len <= LINE_MAX && s->lines.len + out->len + DIGEST_ID_MAX + 32 <= LINES_MAX;
}

/* Reads the line made as the log's readers will. */
static bool line_is_good(struct segment *s)
{
    char *padding = buffer_reserve(&s->made, JSON_PADDING);
    if (!padding) return false;
    memset(padding, 0, JSON_PADDING);
    if (s->needs_id && !s->line.emitter.occurrences) s->line.emitter.occurrences = occurrences_new();
    s->taken = 0;
    s->reserved = false;
    s->fault = PERMIT_FINE;
    ndjson_read(s->line.reader, buffer_slice(&s->made), 1);
    return s->taken == 1;
}

static void add_line(struct segment *s)
{
    struct slice line = buffer_slice(&s->made);
    if (s->needs_id)
        buffer_printf(&s->lines, "%.*s,\"messageId\":\"%.*s\"}\n", (int)line.len - 1, line.ptr, (int)s->made_id_len,
                      s->made_id);
    else {
        buffer_add(&s->lines, line);
        buffer_char(&s->lines, '\n');
    }
    s->count++;
}

static bool names_other_call(const struct segment_body *body, struct span type)
{
    struct slice name = call_names[body->call];
    return !body->batch && is_given(type) &&
           !(type.text.len == name.len + 2 && memcmp(type.text.ptr + 1, name.ptr, name.len) == 0);
}

static void refuse_because(struct segment *s, size_t index, const char *field, enum reject_reason reason,
                           const char *message)
{
    refuse(s, index, field, reject_reason_code(reason), slice_from(message));
}

static void forbid(struct segment *s, size_t index)
{
    s->forbidden_count++;
    refuse(s, index, permit_field(s->fault), SLICE("not_allowed"), s->forbidden);
}

static void read_call(struct segment *s, size_t index, struct span call)
{
    if (!is_object(call)) {
        refuse_because(s, index, "", REJECT_NO_OBJECT, "not a JSON object");
        return;
    }
    if (call.text.len > SEGMENT_EVENT_MAX) {
        refuse(s, index, "", SLICE("too_large"), SLICE("a call larger than 32 kB"));
        return;
    }
    const struct fields fields = find_fields(s, call.at);
    s->needs_id = !is_id(fields.of[FIELD_ID]);
    if (fields.of[FIELD_BATCH].text.len)
        refuse_because(s, index, "batch", REJECT_CALL, "a batch where one call was expected");
    else if (names_other_call(&s->body, fields.of[FIELD_TYPE]))
        refuse_because(s, index, "type", REJECT_CALL, "another type than the address says");
    else if (!make_line(s, &fields))
        refuse(s, index, "", SLICE("too_large"), SLICE("the batch's context makes it too large"));
    else if (!line_is_good(s))
        refuse_as_read(s, index);
    else if (s->reserved)
        refuse(s, index, "event", SLICE("reserved"),
               SLICE("decisions and masa's own events are said by people who signed in, or come with masa import"));
    else if (s->fault)
        forbid(s, index);
    else
        add_line(s);
}

/* ---- the body ---- */

static enum outcome fault_error(enum json_fault fault, struct slice text, struct error *error)
{
    switch (fault) {
    case JSON_BLANK: return error_set(error, FAILED, "the body is empty");
    case JSON_BAD_UTF8: return error_set(error, FAILED, "invalid UTF-8 at byte %zu", slice_utf8_prefix(text) + 1);
    case JSON_CONTROL: return error_set(error, FAILED, "invalid JSON: a control character in a string");
    case JSON_UNCLOSED: return error_set(error, FAILED, "invalid JSON: a string has no end");
    default: return error_set(error, FAILED, "the body is larger than %d bytes", SEGMENT_BODY_MAX);
    }
}

/* The same for who is told what is wrong. */
static enum outcome explain_whole(struct segment *s, size_t len, struct error *error)
{
    struct reject_list *list = &s->whole.emitter.rejects;
    struct value reject;
    ndjson_read(s->whole.reader, slice_of(s->text, len), 1);
    bool good = list->count == 1 && list->tally[REJECT_CALL].count == 1;
    forget_rejects(list, !good);
    if (good) return OK;
    ndjson_read(s->whole.reader, slice_of(s->text, len), 1); /* once more, for what to say */
    bool told = last_reject(s, list, &reject);
    forget_rejects(list, false);
    if (!told) return error_set(error, FAILED, "the body is no JSON object");
    struct slice reason = text_field(&reject, SLICE("reason"));
    const struct value *column = value_map_field(reject.map, SLICE("column"));
    if (!column) return error_set(error, FAILED, "%.*s", SLICE_ARG(reason));
    return error_set(error, FAILED, "%.*s (byte %" PRId64 ")", SLICE_ARG(reason), column->integer);
}

/* Valid as a whole, to the last byte: afterwards its structure can be walked without asking. */
static enum outcome check_whole(struct segment *s, size_t len, size_t positions, struct error *error)
{
    const bool valid = calls_look(s->calls, s->whole.reader, slice_of(s->text, len), s->positions, positions);
    s->alike = valid && s->body.batch;
    return valid ? OK : explain_whole(s, len, error);
}

static void note_write_key(struct segment *s, const struct fields *fields)
{
    struct slice key = fields->of[FIELD_WRITE_KEY].text;
    if (!s->write_key.len && key.len > 2 && key.ptr[0] == '"') s->write_key = slice_of(key.ptr + 1, key.len - 2);
}

/* Whether an element of the batch is next; `w` begins behind the bracket. */
static bool find_element(struct walk *w)
{
    if (w->text[*w->next] == ',') w->next++;
    return w->text[*w->next] != ']';
}

/* The first call that names a write key; none does whose like has a line that follows from it. */
static void find_write_key(struct segment *s, struct walk w)
{
    for (size_t i = 0; !s->write_key.len && find_element(&w); i++) {
        if (s->alike && calls_known(s->calls, i)) {
            w.next = calls_at(s->calls, i)->end;
            continue;
        }
        const struct span call = take_value(&w);
        if (!is_object(call)) continue;
        const struct fields fields = find_fields(s, call.at);
        note_write_key(s, &fields);
    }
}

static enum outcome check_batch(struct segment *s, struct error *error)
{
    const struct span list = s->fields.of[FIELD_BATCH];
    if (!list.text.len || list.text.ptr[0] != '[')
        return error_set(error, FAILED, "a batch is {\"batch\":[...]}: its array is missing");
    if (s->fields.of[FIELD_CONTEXT].text.len > SEGMENT_EVENT_MAX)
        return error_set(error, FAILED, "the batch's context is larger than 32 kB");
    find_write_key(s, (struct walk){.text = s->text, .next = list.at + 1});
    return OK;
}

static void begin(struct segment *s, const struct segment_body *body)
{
    arena_clear(&s->results);
    s->body = *body;
    s->write_key = (struct slice){0};
    s->plan.personless = body->personless;
    s->plan.personless_count = body->personless_count;
    buffer_clear(&s->received);
    put_instant(&s->received, FIELD_RECEIVED_AT, body->received_at);
}

/* Line breaks between tokens become blanks: a line of the log is one line. Inside strings there are none. */
static void join_lines(char *text, size_t len)
{
    static const char breaks[] = "\n\r";
    for (const char *c = breaks; *c; c++)
        for (char *at = text; (at = memchr(at, *c, (size_t)(text + len - at)));) *at = ' ';
}

enum outcome segment_open(struct segment *s, const struct segment_body *body, struct slice *write_key,
                          struct error *error)
{
    size_t count, len = body->text.len;
    begin(s, body);
    if (len > SEGMENT_BODY_MAX) return fault_error(JSON_TOO_LONG, body->text, error);
    if (len) memcpy(s->text, body->text.ptr, len);
    memset(s->text + len, 0, JSON_PADDING);
    enum json_fault fault = json_index_text(s->index, slice_of(s->text, len), &s->positions, &count);
    if (fault != JSON_FINE) return fault_error(fault, body->text, error);
    join_lines(s->text, len);
    enum outcome outcome = check_whole(s, len, count, error);
    if (outcome != OK) return outcome;
    s->fields = find_fields(s, s->positions);
    note_write_key(s, &s->fields);
    if (body->batch) outcome = check_batch(s, error);
    *write_key = s->write_key;
    return outcome;
}

/* Whether readers can tell when the batch was sent, if it says so. */
static bool sent_is_good(const struct span sent)
{
    struct moment_cache cache = {0};
    struct input_value value = {.kind = INPUT_TEXT, .text = sent.text};
    struct time_text time;
    if (!is_given(sent)) return true;
    if (sent.text.ptr[0] == '"') {
        value.text = slice_of(sent.text.ptr + 1, sent.text.len - 2);
        if (memchr(value.text.ptr, '\\', value.text.len)) return false;
    } else if (json_read_number(sent.text, &value.number) == JSON_INT) {
        value.kind = INPUT_INT;
    } else {
        return false;
    }
    return moment_read(&cache, &value, &time);
}

/* What the lines of this body are given. A batch that lends a context makes each of its own. */
static void begin_lines(struct segment *s, struct slice source)
{
    struct json_writer w = {.out = &s->context, .after_key = true};
    const struct span sent = s->fields.of[FIELD_SENT_AT];
    buffer_clear(&s->context);
    buffer_clear(&s->sent);
    s->source = source;
    if (source.len) {
        buffer_text(&s->context, "\"masa\":{\"source\":");
        json_string(&w, source);
        buffer_char(&s->context, '}');
    }
    if (s->alike && is_given(sent)) put_named(&s->sent, FIELD_SENT_AT, sent.text);
    s->added = (struct calls_added){buffer_slice(&s->context), buffer_slice(&s->sent), buffer_slice(&s->received)};
    s->alike = s->alike && !is_object(s->fields.of[FIELD_CONTEXT]) && sent_is_good(sent) &&
               s->context.len + s->sent.len < LINE_MAX - SEGMENT_EVENT_MAX - ADDED_MAX;
}

/* The next element of the batch. */
static void take_call(struct segment *s, size_t index, struct walk *w)
{
    const size_t count = s->count, len = s->lines.len;
    if (s->alike && calls_put(s->calls, index, &s->added, &s->lines, LINES_MAX - DIGEST_ID_MAX)) {
        w->next = calls_at(s->calls, index)->end;
        s->count++;
        return;
    }
    read_call(s, index, take_value(w));
    if (s->alike && s->count > count) calls_learn(s->calls, index, &s->added, slice_skip(buffer_slice(&s->lines), len));
}

struct segment_lines segment_take(struct segment *s, struct slice source, const struct permit *permit)
{
    buffer_clear(&s->lines);
    vector_clear(&s->refused);
    s->refused_count = s->count = s->forbidden_count = 0;
    s->permit = permit;
    s->alike &= !permit; /* whose key is held to something has each call looked at */
    occurrences_free(s->line.emitter.occurrences);
    s->line.emitter.occurrences = NULL;
    begin_lines(s, source);
    struct walk w = {.text = s->text, .next = s->body.batch ? s->fields.of[FIELD_BATCH].at + 1 : s->positions};
    if (s->body.batch)
        for (size_t i = 0; find_element(&w); i++) take_call(s, i, &w);
    else
        read_call(s, 0, take_value(&w));
    return (struct segment_lines){.text = buffer_slice(&s->lines),
                                  .count = s->count,
                                  .refused = s->refused.at,
                                  .refused_count = s->refused_count,
                                  .forbidden_count = s->forbidden_count};
}

/* Lines of JSON, in a chunk and by themselves: each line is an event or a rejection whatever stands around it, and a
 * line is valid JSON exactly when the program's other reader of JSON says so. */
#include "fuzz.h"
#include "intake/feed.h"
#include "intake/ndjson.h"
#include "value/json.h"
#include "value/json_index.h"

struct seen {
    struct emitter emitter;
    uint64_t events,
        said; /* how many, and a sum over all that they say but their ids, which may be made by the reader */
};

static uint64_t what_is_said(const struct input_event *event)
{
    uint64_t said = slice_hash(event->name) + slice_hash(event->user) * 3 + slice_hash(event->anonymous) * 5 +
                    slice_hash(event->group) * 7 + (uint64_t)event->at.instant * 11 + event->call;
    for (size_t i = 0; i < 2; i++) {
        const struct input_value *v = &event->values[i];
        const bool number = v->kind == INPUT_INT || v->kind == INPUT_BOOL, text = v->kind > INPUT_INT;
        said = hash_mix(said ^ v->kind, HASH_K0 + (number ? (uint64_t)v->number : 0));
        if (text) said += slice_hash(v->text);
    }
    return said;
}

static void take(void *context, const struct input_event *event)
{
    struct seen *seen = context;
    PROMISE(slice_is_utf8(event->id) && event->id.len && slice_is_utf8(event->name));
    for (size_t i = 0; i < 2; i++)
        PROMISE(event->values[i].kind == INPUT_MISSING || slice_is_utf8(event->values[i].text));
    seen->events++;
    seen->said += what_is_said(event);
}

static void read_text(struct slice text, struct seen *seen)
{
    static const struct slice paths[] = {{"properties.a", 12}, {"traits.b.c", 10}};
    const struct input_plan plan = {.paths = paths, .count = 2};
    struct arena arena;
    struct shape shape;
    arena_init(&arena);
    shape_init(&shape, &arena);
    shape_segment(&shape, &plan);
    *seen = (struct seen){0};
    seen->emitter = (struct emitter){.sink = {seen, take}, .plan = &plan, .occurrences = occurrences_new()};
    reject_list_init(&seen->emitter.rejects, false);
    struct ndjson *reader = ndjson_new(&shape, &seen->emitter, NULL, text.len + JSON_PADDING);
    char *copy = calloc(1, text.len + JSON_PADDING);
    if (text.len) memcpy(copy, text.ptr, text.len);
    ndjson_read(reader, slice_of(copy, text.len), 1);
    free(copy);
    ndjson_free(reader);
    occurrences_free(seen->emitter.occurrences);
    reject_list_release(&seen->emitter.rejects);
    arena_release(&arena);
}

static bool says_invalid(const struct seen *seen)
{
    const struct reject_tally *tally = seen->emitter.rejects.tally;
    return tally[REJECT_JSON].count || tally[REJECT_UTF8].count || tally[REJECT_NUL].count || tally[REJECT_TWICE].count;
}

/* What is refused by one and taken by the other on purpose. */
static bool may_differ(const struct seen *seen, const struct error *error)
{
    const struct reject_tally *tally = seen->emitter.rejects.tally;
    return tally[REJECT_DEPTH].count || strstr(error->message, "number") || strstr(error->message, "deep");
}

static void compare_line(struct slice line)
{
    struct seen seen;
    struct arena arena;
    struct value value;
    struct error error = {0};
    read_text(line, &seen);
    if (seen.emitter.blank) return;
    PROMISE(seen.events + seen.emitter.rejects.count > 0 || memmem(line.ptr, line.len, "batch", 5) ||
            memchr(line.ptr, '\\', line.len));
    size_t start = 0;
    while (start < line.len && strchr(" \t\r", line.ptr[start]) && line.ptr[start]) start++;
    if (start == line.len || line.ptr[start] != '{') return;
    arena_init(&arena);
    bool fine = json_parse(&arena, line, &value, &error) == OK;
    if (fine == says_invalid(&seen) && !may_differ(&seen, &error)) abort();
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = fuzz_text(data, size), rest = text;
    uint64_t events = 0, said = 0, rejected = 0, blank = 0;
    struct seen whole, one;
    if (size > 100000) return 0;
    read_text(text, &whole);
    while (rest.len) {
        struct slice line = slice_cut(&rest, '\n');
        read_text(line, &one);
        events += one.events;
        said += one.said;
        rejected += one.emitter.rejects.count;
        blank += one.emitter.blank + (line.len == 0);
        if (line.len) compare_line(line);
    }
    PROMISE(whole.events == events && whole.said == said && whole.emitter.rejects.count == rejected &&
            whole.emitter.blank == blank);
    return 0;
}

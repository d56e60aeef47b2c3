/* Bodies of the Segment API. Whatever comes, each line that is made is one that the reader of files takes as exactly
 * one event, with an id, that the same body gives again, also when its calls are known by then; and a body is refused
 * as a whole when it is no JSON. The first byte says whether it is a batch, gzip, or a single call. */
#include "fuzz.h"
#include "intake/gunzip.h"
#include "intake/ndjson.h"
#include "intake/segment.h"
#include "intake/sources.h"
#include "value/json.h"
#include "value/json_index.h"

enum { RECEIVED = 1767603600 };

static void count_event(void *context, const struct input_event *event)
{
    PROMISE(event->id.len && event->received_at == RECEIVED * SECOND_US);
    ++*(size_t *)context;
}

static size_t read_lines(struct slice lines)
{
    const struct input_plan plan = {0};
    struct arena arena;
    struct shape shape;
    size_t events = 0;
    arena_init(&arena);
    shape_init(&shape, &arena);
    shape_segment(&shape, &plan);
    struct emitter emitter = {
        .sink = {&events, count_event}, .plan = &plan, .sources = sources_new(), .occurrences = occurrences_new()};
    reject_list_init(&emitter.rejects, false);
    struct ndjson *reader = ndjson_new(&shape, &emitter, NULL, lines.len + JSON_PADDING);
    char *copy = calloc(1, lines.len + JSON_PADDING);
    if (lines.len) memcpy(copy, lines.ptr, lines.len);
    ndjson_read(reader, slice_of(copy, lines.len), 1);
    PROMISE(emitter.rejects.count == 0);
    free(copy);
    ndjson_free(reader);
    sources_free(emitter.sources);
    occurrences_free(emitter.occurrences);
    reject_list_release(&emitter.rejects);
    arena_release(&arena);
    return events;
}

static size_t count_lines(struct slice text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.len; i++) lines += text.ptr[i] == '\n';
    return lines;
}

static void check_body(struct segment *segment, struct slice text, bool batch)
{
    const struct segment_body body = {
        .text = text, .batch = batch, .call = CALL_TRACK, .received_at = RECEIVED * SECOND_US};
    struct slice key = {0};
    struct arena arena;
    struct value value;
    struct error error = {0};
    arena_init(&arena);
    bool is_json = json_parse(&arena, text, &value, &error) == OK;
    if (segment_open(segment, &body, &key, &error) == OK) {
        PROMISE(is_json || strstr(error.message, "number") || strstr(error.message, "deep"));
        struct slice kept = {0};
        for (int i = 0; i < 2; i++) {
            PROMISE(segment_open(segment, &body, &key, &error) == OK);
            struct segment_lines lines = segment_take(segment, SLICE("s"), NULL);
            PROMISE(count_lines(lines.text) == lines.count && read_lines(lines.text) == lines.count);
            PROMISE(batch || lines.count + lines.refused_count == 1);
            if (i) PROMISE(slice_equal(kept, lines.text));
            kept = arena_slice(&arena, lines.text);
        }
    }
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct segment *segment; /* as a server has it: one for many bodies */
    struct buffer unpacked;
    if (!size || size > 64 << 10) return 0;
    if (!segment) segment = segment_new();
    struct slice text = fuzz_text(data + 1, size - 1);
    buffer_init(&unpacked, 1 << 20);
    if (data[0] == 'z') {
        enum gunzip_answer answer = gunzip(text, &unpacked);
        PROMISE(unpacked.len <= unpacked.limit);
        if (answer == GUNZIP_FINE) check_body(segment, buffer_slice(&unpacked), true);
    } else {
        check_body(segment, text, data[0] == 'b');
    }
    buffer_release(&unpacked);
    return 0;
}

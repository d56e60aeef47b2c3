#include "store/lines.h"

#include <stdlib.h>

#include "base/memory.h"
#include "intake/input.h"
#include "intake/ndjson.h"
#include "value/json_index.h"

enum { CHUNK_MAX = 2 * INPUT_LINE_MAX };

struct line_reader {
    struct arena arena;
    struct shape shape;
    struct emitter emitter;
    struct ndjson *ndjson;
    struct buffer text;
};

struct line_reader *line_reader_new(const struct input_plan *plan, struct sources *sources, struct input_sink sink,
                                    const char *name)
{
    struct line_reader *r = memory_new(sizeof *r);
    arena_init(&r->arena);
    buffer_init(&r->text, BUFFER_NO_LIMIT);
    r->emitter =
        (struct emitter){.sink = sink, .plan = plan, .sources = sources, .file = slice_from(name), .logged = true};
    reject_list_init(&r->emitter.rejects, false);
    shape_init(&r->shape, &r->arena);
    shape_segment(&r->shape, plan);
    r->ndjson = ndjson_new(&r->shape, &r->emitter, NULL, CHUNK_MAX);
    return r;
}

void line_reader_free(struct line_reader *r)
{
    if (!r) return;
    ndjson_free(r->ndjson);
    reject_list_release(&r->emitter.rejects);
    buffer_release(&r->text);
    arena_release(&r->arena);
    free(r);
}

static void read_chunk(struct line_reader *r, struct slice lines)
{
    buffer_clear(&r->text);
    buffer_add(&r->text, lines);
    memset(buffer_reserve(&r->text, JSON_PADDING), 0, JSON_PADDING);
    ndjson_read(r->ndjson, buffer_slice(&r->text), 1);
}

void line_reader_take(struct line_reader *r, struct slice lines)
{
    while (lines.len) {
        size_t len = lines.len;
        if (len > CHUNK_MAX) {
            const char *end = memrchr(lines.ptr, '\n', CHUNK_MAX);
            len = end ? (size_t)(end + 1 - lines.ptr) : CHUNK_MAX;
        }
        read_chunk(r, slice_of(lines.ptr, len));
        lines = slice_skip(lines, len);
    }
}

uint64_t line_reader_rejected(const struct line_reader *r)
{
    return r->emitter.rejects.count;
}

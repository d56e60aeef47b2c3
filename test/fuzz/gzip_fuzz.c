/* gzip files, whole and broken: reading ends, gives the same in pieces as at once, and ends in a state with a reason.
 */
#include "fuzz.h"
#include "base/buffer.h"
#include "intake/source.h"
#include "memory_file.h"

enum { OUTPUT_MAX = 1 << 22 };

static enum source_state read_all(const char *path, size_t step, struct buffer *out)
{
    struct error error;
    struct slice why;
    struct source *source = source_open(path, &error);
    PROMISE(source);
    size_t got = step;
    while (got == step && out->len < OUTPUT_MAX) {
        got = source_read(source, buffer_reserve(out, step), step);
        PROMISE(got <= step);
        buffer_advance(out, got);
    }
    enum source_state state = source_state(source, &why);
    PROMISE(state == SOURCE_FINE || why.len);
    source_close(source);
    return state;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    struct buffer once, pieces;
    buffer_init(&once, BUFFER_NO_LIMIT);
    buffer_init(&pieces, BUFFER_NO_LIMIT);
    if (memory_file_open(&file, data, size)) {
        enum source_state a = read_all(file.path, OUTPUT_MAX, &once), b = read_all(file.path, 1000, &pieces);
        if (once.len < OUTPUT_MAX) PROMISE(a == b && slice_equal(buffer_slice(&once), buffer_slice(&pieces)));
    }
    memory_file_close(&file);
    buffer_release(&once);
    buffer_release(&pieces);
    return 0;
}

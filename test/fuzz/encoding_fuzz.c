/* Bytes in any encoding: decoding in pieces of every size gives what decoding at once gives, and what is not passed
 * through as UTF-8 comes out as UTF-8. */
#include "fuzz.h"
#include "base/buffer.h"
#include "intake/decode.h"

/* `in_step` bytes more are offered each time, `out_step` taken. */
static void decode(enum encoding encoding, struct slice text, size_t in_step, size_t out_step, struct buffer *out)
{
    struct decoder *decoder = decoder_new(encoding);
    struct slice rest = slice_of(text.ptr, 0);
    const char *end = text.ptr + text.len;
    int idle = 0;
    while (idle < 2) {
        size_t more = (size_t)(end - (rest.ptr + rest.len));
        bool last = more == 0;
        rest.len += more < in_step ? more : in_step;
        size_t got =
            decoder_run(decoder, &rest, last && rest.ptr + rest.len == end, buffer_reserve(out, out_step), out_step);
        PROMISE(got <= out_step);
        buffer_advance(out, got);
        idle = last && !got ? idle + 1 : 0;
    }
    PROMISE(rest.len == 0);
    enum encoding found = decoder_encoding(decoder);
    PROMISE(found == ENCODING_UTF8 || slice_is_utf8(buffer_slice(out)));
    decoder_free(decoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    struct slice text = fuzz_text(data + 2, size - 2);
    size_t mark;
    enum encoding encoding = encoding_detect(text, &mark);
    text = slice_skip(text, mark);
    struct buffer once, pieces;
    buffer_init(&once, BUFFER_NO_LIMIT);
    buffer_init(&pieces, BUFFER_NO_LIMIT);
    decode(encoding, text, text.len + 1, text.len * 4 + 16, &once);
    if (encoding != ENCODING_ASCII) {
        decode(encoding, text, 1 + data[0], 1 + data[1] % 64, &pieces);
        PROMISE(slice_equal(buffer_slice(&once), buffer_slice(&pieces)));
    }
    buffer_release(&once);
    buffer_release(&pieces);
    return 0;
}

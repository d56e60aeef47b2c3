#include "intake/gunzip.h"

#include <zlib.h>

#include "base/memory.h"

enum { STEP = 64 << 10, WINDOW_GZIP = 15 + 16 };

/* Inflates as long as there is room and input; the code of the last step. */
static int inflate_all(z_stream *stream, struct buffer *out)
{
    int code = Z_OK;
    while (code == Z_OK) {
        size_t left = out->limit - out->len, room = left < STEP ? left : STEP;
        if (!room) { /* one byte more would not fit: is there one? */
            Bytef extra;
            stream->next_out = &extra;
            stream->avail_out = 1;
            code = inflate(stream, Z_NO_FLUSH);
            return stream->avail_out ? code : Z_MEM_ERROR;
        }
        stream->next_out = (Bytef *)buffer_reserve(out, room);
        stream->avail_out = (uInt)room;
        code = inflate(stream, Z_NO_FLUSH);
        buffer_advance(out, room - stream->avail_out);
        if (code == Z_OK && stream->avail_out == room && !stream->avail_in) return Z_BUF_ERROR;
    }
    return code;
}

enum gunzip_answer gunzip(struct slice packed, struct buffer *out)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)packed.ptr, .avail_in = (uInt)packed.len};
    if (!packed.len || packed.len > UINT32_MAX) return GUNZIP_BROKEN;
    if (inflateInit2(&stream, WINDOW_GZIP) != Z_OK) out_of_memory(STEP);
    int code = inflate_all(&stream, out);
    bool whole = code == Z_STREAM_END && !stream.avail_in;
    inflateEnd(&stream);
    return code == Z_MEM_ERROR ? GUNZIP_TOO_LARGE : whole ? GUNZIP_FINE : GUNZIP_BROKEN;
}

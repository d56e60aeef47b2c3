/* Answers made while they are sent: a piece waits in a buffer until the client has taken it, then the next is made. */
#include <stdlib.h>

#include "http/exchange.h"

enum { PIECE = 32 << 10 };

struct piecewise {
    struct http_pieces pieces;
    struct buffer piece;
    size_t taken;
};

void piecewise_free(void *context)
{
    struct piecewise *p = context;
    p->pieces.done(p->pieces.context);
    buffer_release(&p->piece);
    free(p);
}

/* libmicrohttpd asks for bytes. */
static ssize_t give_bytes(void *context, uint64_t position, char *out, size_t size)
{
    struct piecewise *p = context;
    while (p->taken == p->piece.len) {
        p->taken = 0;
        buffer_clear(&p->piece);
        if (!p->pieces.more(p->pieces.context, &p->piece)) return MHD_CONTENT_READER_END_OF_STREAM;
    }
    const size_t left = p->piece.len - p->taken, given = left < size ? left : size;
    memcpy(out, p->piece.data + p->taken, given);
    p->taken += given;
    return (ssize_t)given;
}

struct MHD_Response *piecewise_response(struct piecewise *p)
{
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE, give_bytes, p, piecewise_free);
}

void http_send_pieces(struct http_exchange *x, const char *content_type, struct http_pieces pieces)
{
    struct piecewise *p = memory_new(sizeof *p);
    p->pieces = pieces;
    buffer_init(&p->piece, BUFFER_NO_LIMIT);
    x->piecewise = p;
    http_send(x, 200, content_type);
}

#include "runtime/stream.h"

#include <stdlib.h>

#include "base/memory.h"

enum { CHUNK_FIRST = 2 << 10, CHUNK_MAX = 32 << 10, HEAD = 8 + 8 + 4 + 1 + 1 + 1 };

struct chunk {
    struct chunk *next;
    uint32_t used, size;
    char data[];
};

static void add_chunk(struct stream *s)
{
    uint32_t size = s->last ? s->last->size * 2 : CHUNK_FIRST;
    if (size > CHUNK_MAX) size = CHUNK_MAX;
    struct chunk *c = malloc(sizeof *c + size);
    if (!c) out_of_memory(size);
    *c = (struct chunk){.size = size};
    if (s->last) s->last->next = c;
    else s->first = c;
    s->last = c;
}

void stream_put(struct stream *s, const struct record *r)
{
    if (!s->last || s->last->used + HEAD + r->key.len > s->last->size) add_chunk(s);
    char *p = s->last->data + s->last->used;
    memcpy(p, &r->at, 8);
    memcpy(p + 8, &r->id, 8);
    memcpy(p + 16, &r->content, 4);
    p[20] = (char)r->store;
    p[21] = (char)r->credit;
    p[22] = (char)r->key.len;
    memcpy(p + HEAD, r->key.ptr, r->key.len);
    s->last->used += HEAD + (uint32_t)r->key.len;
    s->records++;
}

bool stream_next(struct stream_cursor *c, struct record *out)
{
    while (c->chunk && c->offset == c->chunk->used) {
        c->chunk = c->chunk->next;
        c->offset = 0;
    }
    if (!c->chunk) return false;
    const char *p = c->chunk->data + c->offset;
    memcpy(&out->at, p, 8);
    memcpy(&out->id, p + 8, 8);
    memcpy(&out->content, p + 16, 4);
    out->store = (uint8_t)p[20];
    out->credit = (uint8_t)p[21];
    out->key = slice_of(p + HEAD, (uint8_t)p[22]);
    c->offset += HEAD + out->key.len;
    return true;
}

void stream_free(struct stream *s)
{
    for (struct chunk *c = s->first, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    *s = (struct stream){0};
}

#include "runtime/stream.h"

enum { BLOCK = 4 << 20, CHUNK_FIRST = 1 << 10, CHUNK_MAX = 16 << 10 };

struct chunk {
    struct chunk *next;
    uint32_t used, size; /* of data; `used` once the chunk is full */
    char data[];
};

void stream_room_init(struct stream_room *room, uint8_t store)
{
    *room = (struct stream_room){.store = store};
}

void stream_room_release(struct stream_room *room)
{
    for (size_t i = 0; i < room->blocks.count; i++) free(room->blocks.at[i]);
    vector_release(&room->blocks);
    room->next = room->end = NULL;
}

void stream_add_chunk(struct stream *s, struct stream_room *room)
{
    uint32_t size = s->last ? (s->last->size + (uint32_t)sizeof *s->last) * 2 : CHUNK_FIRST;
    if (size > CHUNK_MAX) size = CHUNK_MAX;
    if ((size_t)(room->end - room->next) < size) {
        room->next = memory_large(BLOCK);
        room->end = room->next + BLOCK;
        vector_push(&room->blocks, room->next);
    }
    struct chunk *c = (struct chunk *)room->next;
    room->next += size;
    *c = (struct chunk){.size = size - (uint32_t)sizeof *c};
    if (s->last) {
        s->last->used = (uint32_t)(s->next - s->last->data);
        s->last->next = c;
    } else {
        s->first = c;
    }
    s->last = c;
    s->next = c->data;
    s->end = c->data + c->size;
}

void stream_put_full(struct stream *s, const struct record *r)
{
    char *p = s->next;
    *p++ = RECORD_FULL;
    memcpy(p, &r->at, 8);
    memcpy(p + 8, &r->id, 8);
    memcpy(p + 16, &r->content, 4);
    p[20] = (char)r->store;
    p[21] = (char)r->credit;
    p[22] = (char)r->key.len;
    s->next = slice_put(p + RECORD_FULL_HEAD - 1, r->key);
}

/* ---- reading ---- */

static void enter_chunk(struct stream_cursor *c, const struct chunk *chunk)
{
    c->chunk = chunk;
    c->next = chunk ? chunk->data : NULL;
    c->end = !chunk ? NULL : chunk->next ? chunk->data + chunk->used : c->stream->next;
}

struct stream_cursor stream_begin(const struct stream *s, const struct stream_room *room)
{
    struct stream_cursor c = {.stream = s, .store = room->store};
    enter_chunk(&c, s->first);
    return c;
}

bool stream_next_chunk(struct stream_cursor *c)
{
    while (c->next == c->end) {
        if (!c->chunk || !c->chunk->next) return false;
        enter_chunk(c, c->chunk->next);
    }
    return true;
}

void stream_get_full(struct stream_cursor *c, struct record *out)
{
    const char *p = c->next + 1;
    memcpy(&out->at, p, 8);
    memcpy(&out->id, p + 8, 8);
    memcpy(&out->content, p + 16, 4);
    out->store = (uint8_t)p[20];
    out->credit = (uint8_t)p[21];
    out->key = slice_of(p + RECORD_FULL_HEAD - 1, (uint8_t)p[22]);
    c->next = out->key.ptr + out->key.len;
}

#include "runtime/stream.h"

enum { CHUNK = 512, LINE = 64 };

/* Bytes behind a block that may be read with the last word of its last record. */
enum { BEHIND = 16 };

struct chunk {
    struct chunk *next;
    uint16_t used; /* of data, once the chunk is full */
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

static char *take_room(struct stream_room *room, size_t size)
{
    if ((size_t)(room->end - room->next) < size + BEHIND) {
        room->next = memory_passing(PASSING_PIECE);
        room->end = room->next + PASSING_PIECE;
        vector_push(&room->blocks, room->next);
    }
    char *taken = room->next;
    room->next += size;
    for (size_t ahead = 0; ahead < CHUNK; ahead += LINE) __builtin_prefetch(room->next + ahead, 1);
    return taken;
}

void stream_add_chunk(struct stream *s, struct stream_room *room, size_t size)
{
    const size_t whole = size + sizeof(struct chunk) <= CHUNK ? CHUNK : CHUNK * 2;
    struct chunk *c = (struct chunk *)take_room(room, whole);
    c->next = NULL;
    if (s->last) {
        s->last->used = (uint16_t)(s->next - s->last->data);
        s->last->next = c;
    } else {
        s->first = c;
    }
    s->last = c;
    s->next = c->data;
    s->end = (char *)c + whole;
}

void stream_put_full(struct stream *s, struct stream_room *room, const struct record *r,
                     const struct packed_key *packed)
{
    const size_t size = RECORD_FULL_HEAD + r->key.len + RECORD_KEY_ROOM;
    if ((size_t)(s->end - s->next) < size) stream_add_chunk(s, room, size);
    s->records++;
    char *p = s->next;
    *p++ = (char)RECORD_FULL;
    memcpy(p, &r->at, 8);
    const uint64_t id = id_small(r->id);
    memcpy(p + 8, &id, 8);
    memcpy(p + 16, &r->content, 4);
    p[20] = (char)r->store;
    p[21] = (char)r->credit;
    p[22] = (char)(packed->code ? packed->size : r->key.len);
    p[23] = (char)packed->code;
    s->next = stream_put_key(p + RECORD_FULL_HEAD - 1, packed, r->key);
}

/* ---- reading ---- */

static void enter_chunk(struct stream_cursor *c, const struct chunk *chunk)
{
    c->chunk = chunk;
    c->next = chunk ? chunk->data : NULL;
    c->end = !chunk ? NULL : chunk->next ? chunk->data + chunk->used : c->stream->next;
    if (!chunk || !chunk->next) return;
    for (size_t ahead = 0; ahead < CHUNK; ahead += LINE) __builtin_prefetch((const char *)chunk->next + ahead);
}

struct stream_cursor stream_begin(const struct stream *s, uint8_t store)
{
    struct stream_cursor c = {.stream = s, .store = store};
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
    out->packed = (uint8_t)p[23];
    out->key = slice_of(p + RECORD_FULL_HEAD - 1, (uint8_t)p[22]);
    c->next = out->key.ptr + out->key.len;
}

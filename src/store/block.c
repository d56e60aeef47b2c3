#include "store/block.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/vector.h"
#include "intake/id_key.h"
#include "store/varint.h"

/* The first byte, so that a later form can be told apart. */
enum { BLOCK_FORM = 1, DIGEST_BYTES = 8, COLD_MAX = 1 << 30 };

/* Columns that most blocks lack. */
enum { HAS_COMPANIONS = 1, HAS_COLD = 2, HAS_RECEIVED = 4, HAS_SENT = 8 };

/* ---- ids: the two lowest bits of the first number say the form ---- */

enum id_form { ID_NUMBER, ID_UUID, ID_TEXT, ID_DIGEST };
enum { NUMBER_DIGITS_MAX = 17, UUID_LEN = 36, DIGEST_HEX = 32, ID_ROOM = DIGEST_HEX + 24 };

/* A number as a program writes it: no sign, no leading zero. */
static bool id_number(struct slice id, uint64_t *out)
{
    uint64_t n = 0;
    if (!id.len || id.len > NUMBER_DIGITS_MAX || (id.ptr[0] == '0' && id.len > 1)) return false;
    for (size_t i = 0; i < id.len; i++) {
        if (id.ptr[i] < '0' || id.ptr[i] > '9') return false;
        n = n * 10 + (uint64_t)(id.ptr[i] - '0');
    }
    *out = n;
    return true;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Two lower case digits a byte; false at anything else. */
static bool read_hex(const char *text, size_t bytes, char *out)
{
    for (size_t i = 0; i < bytes; i++) {
        const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = (char)(high << 4 | low);
    }
    return true;
}

static char *write_hex(char *p, const char *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        *p++ = digits[(uint8_t)bytes[i] >> 4];
        *p++ = digits[(uint8_t)bytes[i] & 15];
    }
    return p;
}

/* Groups of a UUID in bytes. */
static const uint8_t uuid_groups[] = {4, 2, 2, 2, 6};

static bool id_uuid(struct slice id, char out[16])
{
    const char *p = id.ptr;
    if (id.len != UUID_LEN) return false;
    for (size_t g = 0; g < sizeof uuid_groups; g++) {
        if (g && *p++ != '-') return false;
        if (!read_hex(p, uuid_groups[g], out)) return false;
        p += 2 * uuid_groups[g];
        out += uuid_groups[g];
    }
    return true;
}

/* What readers make of an event without id: #, a digest, -, how often it came. */
static bool id_digest(struct slice id, char out[16], uint64_t *occurrence)
{
    return id.len > DIGEST_HEX + 2 && id.ptr[0] == '#' && id.ptr[DIGEST_HEX + 1] == '-' &&
           read_hex(id.ptr + 1, 16, out) && id_number(slice_skip(id, DIGEST_HEX + 2), occurrence);
}

static void pack_id(struct buffer *b, struct slice id, uint64_t *last)
{
    char bytes[16];
    uint64_t n;
    if (id_number(id, &n)) {
        varint_add(b, zigzag((int64_t)(n - *last)) << 2 | ID_NUMBER);
        *last = n;
    } else if (id_uuid(id, bytes)) {
        varint_add(b, ID_UUID);
        buffer_add(b, slice_of(bytes, 16));
    } else if (id_digest(id, bytes, &n)) {
        varint_add(b, n << 2 | ID_DIGEST);
        buffer_add(b, slice_of(bytes, 16));
    } else {
        varint_add(b, (uint64_t)id.len << 2 | ID_TEXT);
        buffer_add(b, id);
    }
}

static char *write_number(char *p, uint64_t n)
{
    char digits[20], *d = digits;
    do *d++ = (char)('0' + n % 10);
    while (n /= 10);
    while (d > digits) *p++ = *--d;
    return p;
}

static struct slice write_uuid(char text[ID_ROOM], struct slice bytes)
{
    const char *from = bytes.ptr;
    char *p = text;
    for (size_t g = 0; g < sizeof uuid_groups; from += uuid_groups[g++]) {
        if (g) *p++ = '-';
        p = write_hex(p, from, uuid_groups[g]);
    }
    return slice_of(text, UUID_LEN);
}

static struct slice write_digest(char text[ID_ROOM], struct slice bytes, uint64_t occurrence)
{
    char *p = text;
    *p++ = '#';
    p = write_hex(p, bytes.ptr, 16);
    *p++ = '-';
    p = write_number(p, occurrence);
    return slice_of(text, (size_t)(p - text));
}

/* An id that is no number: it is what the reader holds, or is written to `text`. */
static struct slice unpack_text_id(struct byte_reader *r, uint64_t head, char text[ID_ROOM])
{
    if ((head & 3) == ID_TEXT) return bytes_get(r, head >> 2);
    const struct slice bytes = bytes_get(r, 16);
    if (!bytes.len) return bytes;
    return (head & 3) == ID_UUID ? write_uuid(text, bytes) : write_digest(text, bytes, head >> 2);
}

static struct slice unpack_id(struct byte_reader *r, uint64_t *last, struct arena *arena)
{
    const uint64_t head = varint_get(r);
    char text[ID_ROOM];
    if ((head & 3) == ID_TEXT) return unpack_text_id(r, head, text);
    if ((head & 3) != ID_NUMBER) return arena_slice(arena, unpack_text_id(r, head, text));
    *last += (uint64_t)unzigzag(head >> 2);
    return arena_slice(arena, slice_of(text, (size_t)(write_number(text, *last) - text)));
}

static __attribute__((noinline)) uint64_t unpack_other_key(struct byte_reader *r, uint64_t head, uint64_t number)
{
    char text[ID_ROOM];
    if ((head & 3) != ID_NUMBER) return id_key(unpack_text_id(r, head, text));
    return id_key(slice_of(text, (size_t)(write_number(text, number) - text)));
}

static inline __attribute__((always_inline)) uint64_t unpack_id_key(struct byte_reader *r, uint64_t *last)
{
    enum { SHORT_NUMBERS = 10 * 1000 * 1000 };
    const uint64_t head = varint_get_quick(r);
    if ((head & 3) == ID_NUMBER) {
        *last += (uint64_t)unzigzag(head >> 2);
        if (*last - 1 < SHORT_NUMBERS - 1) return id_key_of_number((uint32_t)*last);
    }
    return unpack_other_key(r, head, *last);
}

static void pass_ids(struct byte_reader *r, size_t count)
{
    char text[ID_ROOM];
    while (count--) {
        const uint64_t head = varint_get_quick(r);
        if ((head & 3) != ID_NUMBER) unpack_text_id(r, head, text);
    }
}

/* ---- times: the lowest bit says microseconds, else whole seconds ---- */

static uint64_t pack_span(uint64_t us)
{
    return us % SECOND_US ? us << 1 | 1 : us / SECOND_US << 1;
}

static uint64_t unpack_span(uint64_t packed)
{
    return packed & 1 ? packed >> 1 : (packed >> 1) * SECOND_US;
}

/* Beside `at`, either way; the second bit is the sign. 0 is for none, so all others are one more. */
static uint64_t pack_beside(int64_t other, int64_t at)
{
    if (other == INSTANT_NONE) return 0;
    const bool before = other < at;
    const uint64_t span = before ? (uint64_t)at - (uint64_t)other : (uint64_t)other - (uint64_t)at;
    return (pack_span(span) << 1 | before) + 1;
}

static int64_t unpack_beside(uint64_t packed, int64_t at)
{
    if (!packed) return INSTANT_NONE;
    const uint64_t span = unpack_span((packed - 1) >> 1);
    return (int64_t)((packed - 1) & 1 ? (uint64_t)at - span : (uint64_t)at + span);
}

/* ---- packing ---- */

static unsigned columns_of(const struct block *b)
{
    unsigned columns = 0;
    for (size_t i = 0; i < b->event_count; i++) {
        const struct block_event *e = &b->events[i];
        columns |= (e->companions ? HAS_COMPANIONS : 0) | (e->cold ? HAS_COLD : 0) |
                   (e->received_at != INSTANT_NONE ? HAS_RECEIVED : 0) | (e->sent_at != INSTANT_NONE ? HAS_SENT : 0);
    }
    return columns;
}

static int64_t earliest(const struct block *b)
{
    int64_t first = INSTANT_MAX;
    for (size_t i = 0; i < b->event_count; i++)
        if (b->events[i].at < first) first = b->events[i].at;
    return b->event_count ? first : 0;
}

/* Keys are in order, so that each shares its beginning with the one before. */
static void pack_senders(const struct block *b, struct buffer *out)
{
    struct slice before = slice_of("", 0);
    for (size_t i = 0; i < b->sender_count; i++) {
        const struct block_sender *s = &b->senders[i];
        size_t shared = 0;
        while (shared < before.len && shared < s->key.len && before.ptr[shared] == s->key.ptr[shared]) shared++;
        varint_add(out, shared);
        varint_add_slice(out, slice_skip(s->key, shared));
        varint_add(out, s->count);
        before = s->key;
    }
}

static void pack_times(const struct block *b, int64_t base, struct buffer *out)
{
    for (size_t i = 0; i < b->sender_count; i++) {
        const struct block_sender *s = &b->senders[i];
        int64_t before = base;
        for (uint32_t k = 0; k < s->count; before = b->events[s->first + k++].at)
            varint_add(out, pack_span((uint64_t)b->events[s->first + k].at - (uint64_t)before));
    }
}

static void pack_events(const struct block *b, unsigned columns, struct buffer *out)
{
    uint64_t last = 0;
    for (size_t i = 0; i < b->event_count; i++) pack_id(out, b->events[i].id, &last);
    for (size_t i = 0; i < b->event_count; i++) varint_add(out, b->events[i].content);
    for (size_t i = 0; columns & HAS_COMPANIONS && i < b->event_count; i++) varint_add(out, b->events[i].companions);
    for (size_t i = 0; columns & HAS_COLD && i < b->event_count; i++) varint_add(out, b->events[i].cold);
    for (size_t i = 0; columns & HAS_RECEIVED && i < b->event_count; i++)
        varint_add(out, pack_beside(b->events[i].received_at, b->events[i].at));
    for (size_t i = 0; columns & HAS_SENT && i < b->event_count; i++)
        varint_add(out, pack_beside(b->events[i].sent_at, b->events[i].at));
}

static void pack_digest(struct buffer *out, size_t start)
{
    const uint64_t digest = slice_hash(slice_of(out->data + start, out->len - start));
    buffer_add(out, slice_of((const char *)&digest, DIGEST_BYTES));
}

/* How many bytes it was, then zlib's stream. */
static void pack_colds(const struct block *b, struct buffer *out)
{
    struct buffer plain;
    buffer_init(&plain, COLD_MAX);
    varint_add(&plain, b->cold_count);
    for (size_t i = 0; i < b->cold_count; i++) varint_add_slice(&plain, b->colds[i]);
    uLongf len = compressBound(plain.len);
    varint_add(out, plain.len);
    char *to = buffer_reserve(out, len);
    if (to && compress2((Bytef *)to, &len, (const Bytef *)plain.data, plain.len, Z_BEST_SPEED) == Z_OK)
        buffer_advance(out, len);
    buffer_release(&plain);
}

void block_pack(const struct block *b, struct buffer *data, struct buffer *cold)
{
    const size_t start = data->len;
    const unsigned columns = columns_of(b);
    const int64_t base = earliest(b);
    varint_add(data, BLOCK_FORM);
    varint_add(data, columns);
    varint_add(data, zigzag(base));
    varint_add(data, b->hot_count);
    for (size_t i = 0; i < b->hot_count; i++) varint_add(data, b->hot[i]);
    varint_add(data, b->content_count);
    for (size_t i = 0; i < b->content_count; i++) varint_add_slice(data, b->contents[i]);
    varint_add(data, b->companion_count);
    for (size_t i = 0; i < b->companion_count; i++) {
        varint_add_slice(data, b->companions[i].anonymous);
        varint_add_slice(data, b->companions[i].group);
        varint_add_slice(data, b->companions[i].previous);
    }
    varint_add(data, b->event_count);
    varint_add(data, b->sender_count);
    pack_senders(b, data);
    pack_times(b, base, data);
    pack_events(b, columns, data);
    pack_digest(data, start);
    if (b->cold_count) pack_colds(b, cold);
}

/* ---- unpacking ---- */

struct unpacking {
    struct byte_reader r;
    struct arena *arena;
    struct block *out;
    struct block_event *events;
    unsigned columns;
    int64_t base;
};

static void unpack_lists(struct unpacking *u)
{
    struct block *b = u->out;
    b->hot_count = count_get(&u->r);
    uint32_t *hot = ARENA_ARRAY(u->arena, uint32_t, b->hot_count);
    for (size_t i = 0; i < b->hot_count; i++) hot[i] = (uint32_t)varint_get(&u->r);
    b->content_count = count_get(&u->r);
    struct slice *contents = ARENA_ARRAY(u->arena, struct slice, b->content_count);
    for (size_t i = 0; i < b->content_count; i++) contents[i] = slice_get(&u->r);
    b->companion_count = count_get(&u->r);
    struct companions *companions = ARENA_ARRAY(u->arena, struct companions, b->companion_count);
    for (size_t i = 0; i < b->companion_count; i++) {
        companions[i].anonymous = slice_get(&u->r);
        companions[i].group = slice_get(&u->r);
        companions[i].previous = slice_get(&u->r);
    }
    b->hot = hot;
    b->contents = contents;
    b->companions = companions;
}

/* A key's beginning stands with the key before it. */
static struct slice unpack_key(struct unpacking *u, struct slice before)
{
    const uint64_t shared = varint_get(&u->r);
    struct slice rest = slice_get(&u->r);
    if (shared > before.len) varint_fail(&u->r);
    if (!shared || u->r.bad) return rest;
    char *text = arena_alloc(u->arena, (size_t)shared + rest.len);
    memcpy(text, before.ptr, (size_t)shared);
    if (rest.len) memcpy(text + shared, rest.ptr, rest.len);
    return slice_of(text, (size_t)shared + rest.len);
}

static void unpack_senders(struct unpacking *u)
{
    struct block *b = u->out;
    struct slice before = slice_of("", 0);
    uint64_t first = 0;
    b->event_count = count_get(&u->r);
    b->sender_count = count_get(&u->r);
    struct block_sender *senders = ARENA_ARRAY(u->arena, struct block_sender, b->sender_count);
    for (size_t i = 0; i < b->sender_count && !u->r.bad; i++) {
        before = unpack_key(u, before);
        const uint64_t count = varint_get(&u->r);
        if (count > b->event_count - first) varint_fail(&u->r);
        senders[i] = (struct block_sender){before, (uint32_t)first, (uint32_t)count};
        first += count;
    }
    if (first != b->event_count) varint_fail(&u->r);
    b->senders = senders;
}

static void unpack_times(struct unpacking *u)
{
    for (size_t i = 0; i < u->out->sender_count && !u->r.bad; i++) {
        const struct block_sender *s = &u->out->senders[i];
        uint64_t at = (uint64_t)u->base;
        for (uint32_t k = 0; k < s->count; k++) {
            at += unpack_span(varint_get(&u->r));
            u->events[s->first + k].at = (int64_t)at;
        }
    }
}

/* Of a column of indices: none may be above `most`. */
static uint32_t index_get(struct unpacking *u, size_t most)
{
    const uint64_t n = varint_get(&u->r);
    return n <= most ? (uint32_t)n : (uint32_t)varint_fail(&u->r);
}

static void unpack_events(struct unpacking *u)
{
    struct block *b = u->out;
    struct block_event *e = u->events, *end = e + b->event_count;
    uint64_t last = 0;
    for (e = u->events; e < end; e++) e->id = unpack_id(&u->r, &last, u->arena);
    for (e = u->events; e < end; e++) e->content = index_get(u, b->content_count - 1);
    for (e = u->events; e < end; e++)
        e->companions = u->columns & HAS_COMPANIONS ? index_get(u, b->companion_count) : 0;
    for (e = u->events; e < end; e++) e->cold = u->columns & HAS_COLD ? index_get(u, UINT32_MAX) : 0;
    for (e = u->events; e < end; e++)
        e->received_at = u->columns & HAS_RECEIVED ? unpack_beside(varint_get(&u->r), e->at) : INSTANT_NONE;
    for (e = u->events; e < end; e++)
        e->sent_at = u->columns & HAS_SENT ? unpack_beside(varint_get(&u->r), e->at) : INSTANT_NONE;
}

static bool unpack_colds(struct slice cold, struct arena *arena, struct block *out)
{
    struct byte_reader r = byte_reader_of(cold);
    const uint64_t plain_len = varint_get(&r);
    if (r.bad || plain_len > COLD_MAX || plain_len / 1032 > cold.len) return false; /* zlib's largest ratio */
    char *plain = arena_alloc(arena, (size_t)plain_len + 1);
    uLongf len = (uLongf)plain_len;
    if (uncompress((Bytef *)plain, &len, (const Bytef *)r.next, (uLong)(r.end - r.next)) != Z_OK || len != plain_len)
        return false;
    r = byte_reader_of(slice_of(plain, len));
    out->cold_count = count_get(&r);
    struct slice *colds = ARENA_ARRAY(arena, struct slice, out->cold_count);
    for (size_t i = 0; i < out->cold_count; i++) colds[i] = slice_get(&r);
    out->colds = colds;
    return !r.bad;
}

static bool cold_is_named_rightly(const struct block *b)
{
    for (size_t i = 0; i < b->event_count; i++)
        if (b->events[i].cold > b->cold_count) return false;
    return true;
}

bool block_is_intact(struct slice data)
{
    uint64_t digest;
    if (data.len <= DIGEST_BYTES) return false;
    memcpy(&digest, data.ptr + data.len - DIGEST_BYTES, DIGEST_BYTES);
    return digest == slice_hash(slice_of(data.ptr, data.len - DIGEST_BYTES));
}

static bool unpack_head(struct slice data, struct arena *arena, struct block *out, struct unpacking *u)
{
    *out = (struct block){0};
    *u = (struct unpacking){.arena = arena, .out = out};
    if (data.len <= DIGEST_BYTES) return false;
    u->r = byte_reader_of(slice_of(data.ptr, data.len - DIGEST_BYTES));
    if (varint_get(&u->r) != BLOCK_FORM) return false;
    u->columns = (unsigned)varint_get(&u->r);
    u->base = unzigzag(varint_get(&u->r));
    unpack_lists(u);
    return !u->r.bad;
}

bool block_skim(struct slice data, struct arena *arena, struct block *out)
{
    struct unpacking u;
    return block_is_intact(data) && unpack_head(data, arena, out, &u);
}

bool block_unpack(struct slice data, struct slice cold, struct arena *arena, struct block *out)
{
    struct unpacking u;
    *out = (struct block){0};
    if (!block_is_intact(data) || !unpack_head(data, arena, out, &u)) return false;
    unpack_senders(&u);
    if (u.r.bad || (out->event_count && !out->content_count)) return false;
    u.events = ARENA_ARRAY(arena, struct block_event, out->event_count);
    unpack_times(&u);
    unpack_events(&u);
    out->events = u.events;
    if (u.r.bad || u.r.next != u.r.end) return false;
    return !cold.len || (unpack_colds(cold, arena, out) && cold_is_named_rightly(out));
}

/* ---- by columns ---- */

/* One after the other, as they stand; where each begins is told for the next time. */
static void columns_in_turn(struct unpacking *u, const char *start, struct block_columns *out)
{
    const struct block *b = u->out;
    int64_t *at = arena_alloc(u->arena, b->event_count * sizeof *at);
    out->places.times = (size_t)(u->r.next - start);
    for (size_t i = 0; i < b->sender_count; i++) {
        uint64_t time = (uint64_t)u->base;
        for (uint32_t k = 0; k < b->senders[i].count; k++) {
            time += unpack_span(varint_get_quick(&u->r));
            at[b->senders[i].first + k] = (int64_t)time;
        }
    }
    out->places.ids = (size_t)(u->r.next - start);
    pass_ids(&u->r, b->event_count);
    out->places.contents = (size_t)(u->r.next - start);
    for (size_t i = 0; i < b->event_count; i++) out->contents[i] = (uint32_t)varint_get_quick(&u->r);
    out->at = at;
}

/* Side by side: to find where one number ends takes as long as it takes, but three can be looked for at once. */
static void columns_together(struct unpacking *u, const char *start, const struct block_places *places,
                             struct block_columns *out)
{
    const struct block *b = u->out;
    struct byte_reader times = {start + places->times, u->r.end, false}, ids = times, contents = times;
    uint64_t last = 0;
    int64_t *at = arena_alloc(u->arena, b->event_count * sizeof *at);
    uint64_t *keys = arena_alloc(u->arena, b->event_count * sizeof *keys);
    ids.next = start + places->ids;
    contents.next = start + places->contents;
    for (size_t i = 0; i < b->sender_count; i++) {
        uint64_t time = (uint64_t)u->base;
        const uint32_t first = b->senders[i].first, end = first + b->senders[i].count;
        for (uint32_t k = first; k < end; k++) {
            time += unpack_span(varint_get_quick(&times));
            at[k] = (int64_t)time;
            keys[k] = unpack_id_key(&ids, &last);
            out->contents[k] = (uint32_t)varint_get_quick(&contents);
        }
    }
    u->r = contents;
    u->r.bad |= times.bad | ids.bad;
    out->at = at;
    out->ids = keys;
}

static const bool *corrected_column(struct unpacking *u)
{
    static const unsigned before[] = {HAS_COMPANIONS, HAS_COLD, HAS_RECEIVED};
    const size_t count = u->out->event_count;
    if (!(u->columns & HAS_SENT)) return NULL;
    for (size_t c = 0; c < sizeof before / sizeof *before; c++)
        for (size_t i = 0; u->columns & before[c] && i < count; i++) varint_get_quick(&u->r);
    bool *out = arena_alloc(u->arena, count * sizeof *out);
    for (size_t i = 0; i < count; i++) out[i] = varint_get_quick(&u->r) != 0;
    return out;
}

static bool contents_are_there(const struct block_columns *c)
{
    uint32_t most = 0;
    for (size_t i = 0; i < c->lists.event_count; i++) most = c->contents[i] > most ? c->contents[i] : most;
    return !c->lists.event_count || most < c->lists.content_count;
}

bool block_unpack_columns(struct slice data, const struct block_places *places, struct arena *arena,
                          struct block_columns *out)
{
    *out = (struct block_columns){0};
    struct unpacking u;
    if (!unpack_head(data, arena, &out->lists, &u)) return false;
    unpack_senders(&u);
    if (u.r.bad) return false;
    out->contents = arena_alloc(arena, out->lists.event_count * sizeof *out->contents);
    if (places)
        columns_together(&u, data.ptr, places, out);
    else
        columns_in_turn(&u, data.ptr, out);
    out->corrected = corrected_column(&u);
    out->has_companions = u.columns & HAS_COMPANIONS;
    out->has_cold = u.columns & HAS_COLD;
    out->has_received = u.columns & HAS_RECEIVED;
    return !u.r.bad && contents_are_there(out);
}

#include "store/block.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/vector.h"
#include "intake/id_key.h"
#include "store/columns.h"
#include "store/varint.h"

/* The first byte. Blocks of the first form are still read; they have times, ids and contents as columns of their own,
 * seven bits a byte, and do not say what can be counted from them. */
enum { FORM_SEVENTHS = 1, FORM_SIZES = 2, DIGEST_BYTES = 8, COLD_MAX = 1 << 30 };

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

static inline bool is_short_number(uint64_t number)
{
    return number - 1 < 10 * 1000 * 1000 - 1;
}

static inline __attribute__((always_inline)) uint64_t unpack_id_key(struct byte_reader *r, uint64_t *last)
{
    const uint64_t head = varint_get_quick(r);
    if ((head & 3) == ID_NUMBER) {
        *last += (uint64_t)unzigzag(head >> 2);
        if (is_short_number(*last)) return id_key_of_number((uint32_t)*last);
    }
    return unpack_other_key(r, head, *last);
}

uint64_t block_number_key(uint64_t number)
{
    return is_short_number(number) ? id_key_of_number((uint32_t)number) : unpack_other_key(NULL, ID_NUMBER, number);
}

static void pass_ids(struct byte_reader *r, size_t count)
{
    char text[ID_ROOM];
    while (count--) {
        const uint64_t head = varint_get_quick(r);
        if ((head & 3) != ID_NUMBER) unpack_text_id(r, head, text);
    }
}

/* ---- times, in the first form and beside others: the lowest bit says microseconds, else whole seconds ---- */

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

/* ---- what each event has: the time since the one before, its content, and of numbers as ids the step ---- */

static const int64_t units[] = {SECOND_US, 1000, 1};
enum { UNIT_SECONDS, UNIT_MILLIS, UNIT_COUNT = sizeof units / sizeof *units, NUMBERED = 1, ROW_WIDTH = 3 };

struct rows {
    uint64_t *numbers;
    unsigned unit;
    bool numbered; /* all ids are numbers */
};

/* Divided by what the compiler knows, which takes a multiplication. */
static inline bool is_whole(uint64_t us, unsigned unit)
{
    return unit == UNIT_SECONDS ? us % SECOND_US == 0 : unit == UNIT_MILLIS ? us % 1000 == 0 : true;
}

static inline uint64_t in_units(uint64_t us, unsigned unit)
{
    return unit == UNIT_SECONDS ? us / SECOND_US : unit == UNIT_MILLIS ? us / 1000 : us;
}

/* Spans in microseconds, and the largest unit that has all of them whole. */
static void measure_times(const struct block *b, int64_t base, struct rows *rows)
{
    for (size_t i = 0; i < b->sender_count; i++) {
        const struct block_sender *s = &b->senders[i];
        int64_t before = base;
        for (uint32_t k = s->first; k < s->first + s->count; before = b->events[k++].at) {
            const uint64_t span = (uint64_t)b->events[k].at - (uint64_t)before;
            while (!is_whole(span, rows->unit)) rows->unit++;
            rows->numbers[k * ROW_WIDTH] = span;
        }
    }
}

static void measure_ids(const struct block *b, struct rows *rows)
{
    uint64_t last = 0;
    for (size_t i = 0; i < b->event_count && rows->numbered; i++) {
        uint64_t number = last;
        rows->numbered = id_number(b->events[i].id, &number);
        rows->numbers[i * ROW_WIDTH + 2] = zigzag((int64_t)(number - last));
        last = number;
    }
}

static void pack_rows(const struct block *b, int64_t base, struct buffer *out)
{
    struct rows rows = {.numbers = memory_new(b->event_count * ROW_WIDTH * sizeof *rows.numbers), .numbered = true};
    struct buffer packed;
    measure_times(b, base, &rows);
    measure_ids(b, &rows);
    const unsigned width = rows.numbered ? ROW_WIDTH : ROW_WIDTH - 1;
    for (size_t i = 0; i < b->event_count; i++) {
        uint64_t *from = &rows.numbers[i * ROW_WIDTH], *to = &rows.numbers[i * width];
        const uint64_t row[ROW_WIDTH] = {in_units(from[0], rows.unit), b->events[i].content, from[2]};
        memcpy(to, row, width * sizeof *row);
    }
    buffer_init(&packed, BUFFER_NO_LIMIT);
    columns_pack(rows.numbers, b->event_count, width, &packed);
    varint_add(out, rows.unit << 1 | (rows.numbered ? NUMBERED : 0));
    varint_add_slice(out, buffer_slice(&packed));
    buffer_release(&packed);
    free(rows.numbers);
    uint64_t last = 0;
    for (size_t i = 0; !rows.numbered && i < b->event_count; i++) pack_id(out, b->events[i].id, &last);
}

static void pack_events(const struct block *b, unsigned columns, struct buffer *out)
{
    for (size_t i = 0; columns & HAS_COMPANIONS && i < b->event_count; i++) varint_add(out, b->events[i].companions);
    for (size_t i = 0; columns & HAS_COLD && i < b->event_count; i++) varint_add(out, b->events[i].cold);
    for (size_t i = 0; columns & HAS_RECEIVED && i < b->event_count; i++)
        varint_add(out, pack_beside(b->events[i].received_at, b->events[i].at));
    for (size_t i = 0; columns & HAS_SENT && i < b->event_count; i++)
        varint_add(out, pack_beside(b->events[i].sent_at, b->events[i].at));
}

/* So that a reader need not look at the events: how many have each content, and which is the latest. */
static void pack_summary(const struct block *b, int64_t base, struct buffer *out)
{
    uint32_t *users = memory_new(b->content_count * sizeof *users);
    int64_t last = base;
    for (size_t i = 0; i < b->event_count; i++) {
        users[b->events[i].content]++;
        if (b->events[i].at > last) last = b->events[i].at;
    }
    varint_add(out, (uint64_t)last - (uint64_t)base);
    for (size_t i = 0; i < b->content_count; i++) varint_add(out, users[i]);
    free(users);
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

void block_pack_companions(const struct companions *c, struct buffer *out)
{
    varint_add_slice(out, c->anonymous);
    varint_add_slice(out, c->group);
    varint_add_slice(out, c->previous);
}

struct companions block_unpack_companions(struct slice packed)
{
    struct byte_reader r = byte_reader_of(packed);
    struct companions c;
    c.anonymous = slice_get(&r);
    c.group = slice_get(&r);
    c.previous = slice_get(&r);
    return c;
}

void block_pack(const struct block *b, struct buffer *data, struct buffer *cold)
{
    const size_t start = data->len;
    const unsigned columns = columns_of(b);
    const int64_t base = earliest(b);
    varint_add(data, FORM_SIZES);
    varint_add(data, columns);
    varint_add(data, zigzag(base));
    varint_add(data, b->hot_count);
    for (size_t i = 0; i < b->hot_count; i++) varint_add(data, b->hot[i]);
    varint_add(data, b->content_count);
    for (size_t i = 0; i < b->content_count; i++) varint_add_slice(data, b->contents[i]);
    varint_add(data, b->companion_count);
    for (size_t i = 0; i < b->companion_count; i++) block_pack_companions(&b->companions[i], data);
    pack_summary(b, base, data);
    varint_add(data, b->event_count);
    varint_add(data, b->sender_count);
    pack_senders(b, data);
    pack_rows(b, base, data);
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
    unsigned form, columns;
    int64_t base;
    uint32_t *users; /* of the summary */
    int64_t last;
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

/* Of a column of indices: none may be above `most`. */
static uint32_t index_get(struct unpacking *u, size_t most)
{
    const uint64_t n = varint_get(&u->r);
    return n <= most ? (uint32_t)n : (uint32_t)varint_fail(&u->r);
}

static void unpack_sevenths(struct unpacking *u)
{
    const struct block *b = u->out;
    struct block_event *e, *end = u->events + b->event_count;
    uint64_t last = 0;
    for (size_t i = 0; i < b->sender_count && !u->r.bad; i++) {
        uint64_t at = (uint64_t)u->base;
        for (uint32_t k = 0; k < b->senders[i].count; k++) {
            at += unpack_span(varint_get(&u->r));
            u->events[b->senders[i].first + k].at = (int64_t)at;
        }
    }
    for (e = u->events; e < end; e++) e->id = unpack_id(&u->r, &last, u->arena);
    for (e = u->events; e < end; e++) e->content = index_get(u, b->content_count - 1);
}

/* Where the events' numbers stand. Afterwards the reader is behind them, at the ids that are no numbers. */
struct row_reader {
    struct columns_reader columns;
    uint64_t unit;
    bool numbered;
};

static struct row_reader rows_begin(struct unpacking *u)
{
    const uint64_t head = varint_get(&u->r), unit = head >> 1;
    const struct slice packed = slice_get(&u->r);
    struct row_reader rows = {.numbered = head & NUMBERED};
    if (unit >= UNIT_COUNT) varint_fail(&u->r);
    rows.columns = columns_begin(packed.ptr, packed.ptr + packed.len, u->out->event_count);
    if (u->r.bad || rows.columns.bad)
        varint_fail(&u->r);
    else
        rows.unit = (uint64_t)units[unit];
    return rows;
}

static void rows_end(struct unpacking *u, const struct row_reader *rows)
{
    if (rows->columns.bad || rows->columns.next != rows->columns.end) varint_fail(&u->r);
}

static struct slice number_text(struct arena *arena, uint64_t number)
{
    char text[ID_ROOM];
    return arena_slice(arena, slice_of(text, (size_t)(write_number(text, number) - text)));
}

static void unpack_sizes(struct unpacking *u)
{
    const struct block *b = u->out;
    struct row_reader rows = rows_begin(u);
    uint64_t row[ROW_WIDTH], last = 0;
    for (size_t i = 0; i < b->sender_count && !u->r.bad; i++) {
        uint64_t at = (uint64_t)u->base;
        for (uint32_t k = b->senders[i].first; k < b->senders[i].first + b->senders[i].count; k++) {
            columns_next(&rows.columns, rows.numbered ? ROW_WIDTH : ROW_WIDTH - 1, row);
            at += row[0] * rows.unit;
            u->events[k].at = (int64_t)at;
            u->events[k].content = row[1] < b->content_count ? (uint32_t)row[1] : (uint32_t)varint_fail(&u->r);
            if (rows.numbered) u->events[k].id = number_text(u->arena, last += (uint64_t)unzigzag(row[2]));
        }
    }
    rows_end(u, &rows);
    for (size_t i = 0; !rows.numbered && i < b->event_count; i++) u->events[i].id = unpack_id(&u->r, &last, u->arena);
}

static void unpack_events(struct unpacking *u)
{
    struct block *b = u->out;
    struct block_event *e = u->events, *end = e + b->event_count;
    for (e = u->events; e < end; e++)
        e->companions = u->columns & HAS_COMPANIONS ? index_get(u, b->companion_count) : 0;
    for (e = u->events; e < end; e++) e->cold = u->columns & HAS_COLD ? index_get(u, UINT32_MAX) : 0;
    for (e = u->events; e < end; e++)
        e->received_at = u->columns & HAS_RECEIVED ? unpack_beside(varint_get(&u->r), e->at) : INSTANT_NONE;
    for (e = u->events; e < end; e++)
        e->sent_at = u->columns & HAS_SENT ? unpack_beside(varint_get(&u->r), e->at) : INSTANT_NONE;
}

static void unpack_summary(struct unpacking *u)
{
    u->last = (int64_t)((uint64_t)u->base + varint_get(&u->r));
    u->users = ARENA_ARRAY(u->arena, uint32_t, u->out->content_count);
    for (size_t i = 0; i < u->out->content_count; i++) u->users[i] = (uint32_t)varint_get(&u->r);
}

/* Readers that do not look at the events believe it. */
static bool summary_is_right(const struct unpacking *u)
{
    const struct block *b = u->out;
    int64_t last = u->base;
    for (size_t i = 0; i < b->event_count; i++) {
        u->users[b->events[i].content]--;
        if (b->events[i].at > last) last = b->events[i].at;
    }
    for (size_t i = 0; i < b->content_count; i++)
        if (u->users[i]) return false;
    return last == u->last;
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

static bool is_intact(struct slice data)
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
    u->form = (unsigned)varint_get(&u->r);
    if (u->form != FORM_SEVENTHS && u->form != FORM_SIZES) return false;
    u->columns = (unsigned)varint_get(&u->r);
    u->base = unzigzag(varint_get(&u->r));
    unpack_lists(u);
    if (u->form == FORM_SIZES) unpack_summary(u);
    return !u->r.bad;
}

bool block_skim(struct slice data, struct arena *arena, struct block *out)
{
    struct unpacking u;
    return is_intact(data) && unpack_head(data, arena, out, &u);
}

bool block_unpack(struct slice data, struct slice cold, struct arena *arena, struct block *out)
{
    struct unpacking u;
    *out = (struct block){0};
    if (!is_intact(data) || !unpack_head(data, arena, out, &u)) return false;
    unpack_senders(&u);
    if (u.r.bad || (out->event_count && !out->content_count)) return false;
    u.events = ARENA_ARRAY(arena, struct block_event, out->event_count);
    if (u.form == FORM_SEVENTHS)
        unpack_sevenths(&u);
    else
        unpack_sizes(&u);
    unpack_events(&u);
    out->events = u.events;
    if (u.r.bad || u.r.next != u.r.end || (u.form == FORM_SIZES && !summary_is_right(&u))) return false;
    return !cold.len || (unpack_colds(cold, arena, out) && cold_is_named_rightly(out));
}

/* ---- by sender ---- */

enum { AT_ROWS, AT_IDS, AT_OTHERS }; /* of block_entry.at; then those of other_columns */
static const unsigned other_columns[] = {HAS_COMPANIONS, HAS_COLD, HAS_RECEIVED, HAS_SENT};
enum { OTHERS = sizeof other_columns / sizeof *other_columns };

static void index_rows(struct unpacking *u, struct block_index *x, struct block_entry *entries)
{
    struct row_reader rows = rows_begin(u);
    uint64_t row[ROW_WIDTH], number = 0;
    x->rows = rows.columns;
    x->unit = rows.unit;
    x->numbered = rows.numbered;
    for (size_t i = 0; i < x->count && !u->r.bad; i++) {
        entries[i].at[AT_ROWS] = (uint32_t)(rows.columns.next - x->data.ptr);
        entries[i].number = number;
        for (uint32_t k = 0; k < entries[i].count; k++) {
            columns_next(&rows.columns, rows.numbered ? ROW_WIDTH : ROW_WIDTH - 1, row);
            if (row[1] >= x->lists.content_count) varint_fail(&u->r);
            if (rows.numbered) number += (uint64_t)unzigzag(row[2]);
        }
    }
    rows_end(u, &rows);
}

static void index_ids(struct unpacking *u, const struct block_index *x, struct block_entry *entries)
{
    char text[ID_ROOM];
    uint64_t number = 0;
    for (size_t i = 0; i < x->count && !u->r.bad; i++) {
        entries[i].at[AT_IDS] = (uint32_t)(u->r.next - x->data.ptr);
        entries[i].number = number;
        for (uint32_t k = 0; k < entries[i].count; k++) {
            const uint64_t head = varint_get_quick(&u->r);
            if ((head & 3) == ID_NUMBER)
                number += (uint64_t)unzigzag(head >> 2);
            else
                unpack_text_id(&u->r, head, text);
        }
    }
}

static void index_other(struct unpacking *u, const struct block_index *x, struct block_entry *entries, int column)
{
    for (size_t i = 0; i < x->count && !u->r.bad; i++) {
        entries[i].at[AT_OTHERS + column] = (uint32_t)(u->r.next - x->data.ptr);
        for (uint32_t k = 0; k < entries[i].count; k++) varint_get_quick(&u->r);
    }
}

bool block_index(struct slice data, struct arena *arena, struct block_index *x)
{
    struct unpacking u;
    *x = (struct block_index){.data = data};
    if (data.len > UINT32_MAX || !is_intact(data) || !unpack_head(data, arena, &x->lists, &u)) return false;
    unpack_senders(&u);
    if (u.r.bad || u.form != FORM_SIZES || (x->lists.event_count && !x->lists.content_count)) return false;
    x->count = x->lists.sender_count;
    x->columns = u.columns;
    x->base = u.base;
    x->has_cold = u.columns & HAS_COLD;
    struct block_entry *entries = ARENA_ARRAY(arena, struct block_entry, x->count + 1);
    for (size_t i = 0; i < x->count; i++) {
        const struct block_sender *s = &x->lists.senders[i];
        entries[i] = (struct block_entry){.key = s->key, .first = s->first, .count = s->count};
    }
    x->entries = entries;
    index_rows(&u, x, entries);
    if (!u.r.bad && !x->numbered) index_ids(&u, x, entries);
    for (int c = 0; c < OTHERS; c++)
        if (u.columns & other_columns[c]) index_other(&u, x, entries, c);
    x->lists.senders = NULL;
    x->lists.sender_count = x->lists.event_count = 0;
    return !u.r.bad && u.r.next == u.r.end;
}

static struct byte_reader reader_at(const struct block_index *x, uint32_t at)
{
    return (struct byte_reader){x->data.ptr + at, x->data.ptr + x->data.len - DIGEST_BYTES, false};
}

static void unpack_rows_of(const struct block_index *x, const struct block_entry *entry, struct arena *arena,
                           struct block_event *events)
{
    struct columns_reader rows = x->rows;
    struct byte_reader ids = reader_at(x, entry->at[AT_IDS]);
    uint64_t row[ROW_WIDTH], at = (uint64_t)x->base, number = entry->number;
    rows.sizes += entry->first;
    rows.next = x->data.ptr + entry->at[AT_ROWS];
    for (uint32_t k = 0; k < entry->count; k++) {
        columns_next(&rows, x->numbered ? ROW_WIDTH : ROW_WIDTH - 1, row);
        at += row[0] * x->unit;
        events[k] = (struct block_event){
            .at = (int64_t)at, .received_at = INSTANT_NONE, .sent_at = INSTANT_NONE, .content = (uint32_t)row[1]};
        events[k].id =
            x->numbered ? number_text(arena, number += (uint64_t)unzigzag(row[2])) : unpack_id(&ids, &number, arena);
    }
}

bool block_unpack_entry(const struct block_index *x, const struct block_entry *entry, struct arena *arena,
                        struct block_event *events)
{
    struct byte_reader others[OTHERS];
    bool bad = false;
    unpack_rows_of(x, entry, arena, events);
    for (int c = 0; c < OTHERS; c++) others[c] = reader_at(x, entry->at[AT_OTHERS + c]);
    for (uint32_t k = 0; k < entry->count; k++) {
        struct block_event *e = &events[k];
        if (x->columns & HAS_COMPANIONS) e->companions = (uint32_t)varint_get_quick(&others[0]);
        if (x->columns & HAS_COLD) e->cold = (uint32_t)varint_get_quick(&others[1]);
        if (x->columns & HAS_RECEIVED) e->received_at = unpack_beside(varint_get_quick(&others[2]), e->at);
        if (x->columns & HAS_SENT) e->sent_at = unpack_beside(varint_get_quick(&others[3]), e->at);
        bad |= e->companions > x->lists.companion_count;
    }
    for (int c = 0; c < OTHERS; c++) bad |= others[c].bad;
    return !bad;
}

/* ---- by columns ---- */

/* Side by side: to find where one number of seven bits a byte ends takes as long as it takes, but three can be looked
 * for at once. */
static void columns_of_sevenths(struct unpacking *u, const char *rest, const struct block_places *places,
                                struct block_columns *out)
{
    struct byte_reader times = {rest + places->times, u->r.end, false}, ids = times, contents = times;
    uint64_t last = 0;
    ids.next = rest + places->ids;
    contents.next = rest + places->contents;
    for (size_t i = 0; i < out->sender_count; i++) {
        uint64_t time = (uint64_t)u->base;
        const uint32_t first = out->senders[i].first, end = first + out->senders[i].count;
        for (uint32_t k = first; k < end; k++) {
            time += unpack_span(varint_get_quick(&times));
            out->at[k] = (int64_t)time;
            out->ids[k] = unpack_id_key(&ids, &last);
            out->contents[k] = (uint32_t)varint_get_quick(&contents);
        }
    }
    u->r = contents;
    u->r.bad |= times.bad | ids.bad;
}

static inline __attribute__((always_inline)) void take_rows(struct unpacking *u, struct row_reader *rows, bool numbered,
                                                            struct block_columns *out)
{
    struct columns_reader columns = rows->columns;
    struct byte_reader ids = u->r;
    uint64_t row[ROW_WIDTH], last = 0;
    for (size_t i = 0; i < out->sender_count; i++) {
        uint64_t time = (uint64_t)u->base;
        const uint32_t first = out->senders[i].first, end = first + out->senders[i].count;
        for (uint32_t k = first; k < end; k++) {
            columns_next(&columns, numbered ? ROW_WIDTH : ROW_WIDTH - 1, row);
            time += row[0] * rows->unit;
            out->at[k] = (int64_t)time;
            out->contents[k] = row[1] <= UINT32_MAX ? (uint32_t)row[1] : UINT32_MAX;
            out->ids[k] = numbered ? last += (uint64_t)unzigzag(row[2]) : unpack_id_key(&ids, &last);
        }
    }
    rows->columns = columns;
    u->r = ids;
}

static void columns_of_sizes(struct unpacking *u, bool numbers, struct block_columns *out)
{
    struct row_reader rows = rows_begin(u);
    if (u->r.bad) return;
    if (rows.numbered)
        take_rows(u, &rows, true, out);
    else
        take_rows(u, &rows, false, out);
    out->numbered = rows.numbered && numbers;
    for (size_t i = 0; rows.numbered && !numbers && i < out->event_count; i++)
        out->ids[i] = block_number_key(out->ids[i]);
    rows_end(u, &rows);
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

static bool contents_are_there(const struct block_columns *c, size_t content_count)
{
    uint32_t most = 0;
    for (size_t i = 0; i < c->event_count; i++) most = c->contents[i] > most ? c->contents[i] : most;
    return !c->event_count || most < content_count;
}

bool block_unpack_columns(struct slice rest, const struct block_places *places, bool numbers, struct arena *arena,
                          struct block_columns *out)
{
    struct block lists = {0};
    struct unpacking u = {.arena = arena,
                          .out = &lists,
                          .form = places->form,
                          .columns = places->columns,
                          .base = places->base,
                          .r = byte_reader_of(slice_of(rest.ptr, rest.len - DIGEST_BYTES))};
    *out = (struct block_columns){0};
    unpack_senders(&u);
    if (u.r.bad) return false;
    *out = (struct block_columns){.senders = lists.senders,
                                  .sender_count = lists.sender_count,
                                  .event_count = lists.event_count,
                                  .at = arena_alloc(arena, lists.event_count * sizeof *out->at),
                                  .ids = arena_alloc(arena, lists.event_count * sizeof *out->ids),
                                  .contents = arena_alloc(arena, lists.event_count * sizeof *out->contents)};
    if (u.form == FORM_SEVENTHS)
        columns_of_sevenths(&u, rest.ptr, places, out);
    else
        columns_of_sizes(&u, numbers, out);
    if (u.r.bad) return false;
    out->corrected = corrected_column(&u);
    return !u.r.bad && contents_are_there(out, places->content_count);
}

/* ---- surveys ---- */

/* Where the columns of the first form begin. */
static void find_sevenths(struct unpacking *u, const char *rest, struct block_places *places)
{
    struct byte_reader r = u->r;
    places->times = (size_t)(r.next - rest);
    for (size_t i = 0; i < u->out->event_count; i++) varint_get_quick(&r);
    places->ids = (size_t)(r.next - rest);
    pass_ids(&r, u->out->event_count);
    places->contents = (size_t)(r.next - rest);
    u->r.bad |= r.bad;
}

/* Counted from the events. */
static void count_users(const struct block_columns *c, struct block_survey *out, uint32_t *users)
{
    const size_t contents = out->lists.content_count;
    out->last = INSTANT_NONE;
    for (size_t i = 0; i < c->event_count; i++) {
        users[c->contents[i] + (c->corrected && c->corrected[i] ? contents : 0)]++;
        if (c->at[i] > out->last) out->last = c->at[i];
    }
}

bool block_survey(struct slice data, struct arena *arena, struct block_survey *out)
{
    struct unpacking u;
    struct block_columns columns;
    *out = (struct block_survey){0};
    if (!is_intact(data) || !unpack_head(data, arena, &out->lists, &u)) return false;
    const char *rest = u.r.next;
    unpack_senders(&u);
    if (u.r.bad) return false;
    out->places = (struct block_places){.form = u.form,
                                        .columns = u.columns,
                                        .base = u.base,
                                        .content_count = out->lists.content_count,
                                        .rest = (size_t)(rest - data.ptr)};
    out->has_companions = u.columns & HAS_COMPANIONS;
    out->has_cold = u.columns & HAS_COLD;
    out->has_received = u.columns & HAS_RECEIVED;
    out->has_corrected = u.columns & HAS_SENT;
    out->users = u.users;
    out->last = out->lists.event_count ? u.last : INSTANT_NONE;
    if (u.form == FORM_SIZES && !out->has_corrected) return true;
    if (u.form == FORM_SEVENTHS) find_sevenths(&u, rest, &out->places);
    if (u.r.bad || !block_unpack_columns(slice_skip(data, out->places.rest), &out->places, true, arena, &columns))
        return false;
    uint32_t *users = ARENA_ARRAY(arena, uint32_t, out->lists.content_count * 2);
    count_users(&columns, out, users);
    out->users = users;
    return true;
}

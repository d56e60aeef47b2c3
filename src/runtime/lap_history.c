#include "runtime/lap_history.h"

#include "base/civil.h"
#include "store/varint.h"

enum { LENGTH_MAX = VARINT_MAX, UNITS = 3, UNIT_BITS = 2 };

/* Most senders know seconds or milliseconds: a time is told in the coarsest that is exact. */
static const int64_t units[UNITS] = {1000000, 1000, 1};

void lap_history_clear(struct lap_history *h)
{
    vector_clear(&h->spans);
    vector_clear(&h->touches);
    vector_clear(&h->rises);
    vector_clear(&h->mails);
    vector_clear(&h->visits);
}

void lap_history_release(struct lap_history *h)
{
    vector_release(&h->spans);
    vector_release(&h->touches);
    vector_release(&h->rises);
    vector_release(&h->mails);
    vector_release(&h->visits);
}

/* ---- packing ---- */

static void put_after(struct buffer *out, int64_t *before, int64_t at)
{
    const int64_t gap = at - *before;
    int unit = 0;
    while (gap % units[unit]) unit++;
    varint_add(out, zigzag(gap / units[unit]) << UNIT_BITS | (uint64_t)unit);
    *before = at;
}

/* A span begins where the one before it ended, nearly always; the last one may have no end. */
static void put_spans(const struct lap_history *h, int64_t start, struct buffer *out)
{
    varint_add(out, h->spans.count);
    for (size_t i = 0; i < h->spans.count; i++) {
        const struct lap_span *s = &h->spans.at[i];
        const bool open = s->left == INSTANT_MAX;
        varint_add(out, (uint64_t)s->stage << 1 | open);
        put_after(out, &start, s->entered);
        if (!open) put_after(out, &start, s->left);
    }
}

static void put_all(const struct lap_history *h, int64_t start, struct buffer *out)
{
    int64_t at = start;
    put_spans(h, start, out);
    varint_add(out, h->touches.count);
    for (size_t i = 0; i < h->touches.count; i++) put_after(out, &at, h->touches.at[i]);
    varint_add(out, h->rises.count);
    at = start;
    for (size_t i = 0; i < h->rises.count; i++) {
        put_after(out, &at, h->rises.at[i].at);
        varint_add(out, h->rises.at[i].score);
        varint_add(out, zigzag(h->rises.at[i].value));
    }
    varint_add(out, h->mails.count);
    at = start;
    for (size_t i = 0; i < h->mails.count; i++) {
        put_after(out, &at, h->mails.at[i].at);
        varint_add(out, zigzag(h->mails.at[i].step));
        varint_add(out, h->mails.at[i].what);
    }
    at = start;
    varint_add(out, h->visits.count);
    for (size_t i = 0; i < h->visits.count; i++) put_after(out, &at, h->visits.at[i]);
}

bool lap_history_pack(const struct lap_history *h, int64_t start, struct buffer *out)
{
    char length[LENGTH_MAX];
    if (!h->spans.count && !h->touches.count && !h->rises.count && !h->mails.count && !h->visits.count) return false;
    buffer_clear(out);
    buffer_reserve(out, LENGTH_MAX);
    buffer_advance(out, LENGTH_MAX); /* the length is known in the end */
    put_all(h, start, out);
    const size_t len = out->len - LENGTH_MAX, digits = (size_t)(varint_put(length, len) - length);
    memcpy(out->data, length, digits);
    memmove(out->data + digits, out->data + LENGTH_MAX, len);
    out->len = digits + len;
    return true;
}

/* ---- unpacking ---- */

struct slice lap_history_bytes(const char *packed)
{
    struct byte_reader r = {packed, packed + LENGTH_MAX, false};
    const uint64_t len = varint_get(&r);
    return slice_of(packed, (size_t)(r.next - packed) + (size_t)len);
}

static int64_t get_after(struct byte_reader *r, int64_t *before)
{
    const uint64_t n = varint_get(r);
    return *before += unzigzag(n >> UNIT_BITS) * units[n & ((1u << UNIT_BITS) - 1)];
}

static void get_spans(struct byte_reader *r, int64_t start, struct lap_history *out)
{
    for (uint64_t n = varint_get(r); n > 0; n--) {
        const uint64_t head = varint_get(r);
        struct lap_span s = {.entered = get_after(r, &start), .left = INSTANT_MAX, .stage = (uint8_t)(head >> 1)};
        if (!(head & 1)) s.left = get_after(r, &start);
        vector_push(&out->spans, s);
    }
}

void lap_history_unpack(const char *packed, int64_t start, struct lap_history *out)
{
    lap_history_clear(out);
    if (!packed) return;
    struct byte_reader r = byte_reader_of(lap_history_bytes(packed));
    int64_t at = start;
    varint_get(&r);
    get_spans(&r, start, out);
    for (uint64_t n = varint_get(&r); n > 0; n--) vector_push(&out->touches, get_after(&r, &at));
    at = start;
    for (uint64_t n = varint_get(&r); n > 0; n--) {
        struct lap_rise rise = {.at = get_after(&r, &at)};
        rise.score = (uint32_t)varint_get(&r);
        rise.value = unzigzag(varint_get(&r));
        vector_push(&out->rises, rise);
    }
    at = start;
    for (uint64_t n = varint_get(&r); n > 0; n--) {
        struct lap_mail mail = {.at = get_after(&r, &at)};
        mail.step = unzigzag(varint_get(&r));
        mail.what = (uint8_t)varint_get(&r);
        vector_push(&out->mails, mail);
    }
    at = start;
    for (uint64_t n = varint_get(&r); n > 0; n--) vector_push(&out->visits, get_after(&r, &at));
}

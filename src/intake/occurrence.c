#include "intake/occurrence.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/memory.h"

/* Stripes, each an open table under its own lock, chosen by the digest's top bits. A slot holds 48 bits of the digest
 * and a count of 16; a count that is full lives on in the next slot with the same bits, so nothing is lost. */
enum { STRIPES = 64, COUNT_BITS = 16, COUNT_FULL = (1 << COUNT_BITS) - 1, FIRST_SLOTS = 64 };

struct stripe {
    pthread_mutex_t lock;
    uint64_t *slots; /* 0 is free: a used slot has a count */
    size_t used, mask;
};

struct occurrences {
    struct stripe stripes[STRIPES];
};

/* Multiply and fold to 128 bits. */
static inline uint64_t mix(uint64_t x, uint64_t key)
{
    unsigned __int128 m = (unsigned __int128)(x ^ key) * (key | 1);
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static inline uint64_t load(const char *p, size_t n)
{
    uint64_t word = 0;
    memcpy(&word, p, n);
    return word;
}

/* Fewer than eight bytes, without a loop. */
static inline uint64_t load_few(const char *p, size_t n)
{
    if (n >= 4) return load(p, 4) << 32 | load(p + n - 4, 4);
    if (n == 0) return 0;
    return (uint64_t)(unsigned char)p[0] << 16 | (uint64_t)(unsigned char)p[n / 2] << 8 | (unsigned char)p[n - 1];
}

static inline void absorb(struct digest *d, uint64_t word)
{
    d->a = mix(d->a ^ word, 0xe7037ed1a0b428dbu);
    d->b = mix(d->b + word, 0x9fb21c651e98df25u);
}

struct digest digest_bytes(char kind, struct slice bytes)
{
    const char *p = bytes.ptr;
    size_t n = bytes.len;
    uint64_t start = (uint64_t)n << 8 | (unsigned char)kind;
    struct digest d = {start ^ 0xa0761d6478bd642fu, start + 0xd1b54a32d192ed03u};
    for (; n > 8; p += 8, n -= 8) absorb(&d, load(p, 8));
    absorb(&d, n == 8 ? load(p, 8) : load_few(p, n));
    return d;
}

struct digest digest_join(struct digest left, struct digest right)
{
    return (struct digest){
        mix(left.a + 0x589965cc75374cc3u, 0xa0761d6478bd642fu) ^ mix(right.a, 0xd6e8feb86659fd93u),
        mix(left.b + 0x1d8e4e27c47d124fu, 0xeb44accab455d165u) ^ mix(right.b, 0x9e3779b97f4a7c15u),
    };
}

struct occurrences *occurrences_new(void)
{
    struct occurrences *o = memory_new(sizeof *o);
    for (int i = 0; i < STRIPES; i++) pthread_mutex_init(&o->stripes[i].lock, NULL);
    return o;
}

void occurrences_free(struct occurrences *o)
{
    if (!o) return;
    for (int i = 0; i < STRIPES; i++) {
        pthread_mutex_destroy(&o->stripes[i].lock);
        free(o->stripes[i].slots);
    }
    free(o);
}

static void put_again(struct stripe *s, uint64_t slot)
{
    size_t i = (size_t)(slot >> COUNT_BITS) & s->mask;
    while (s->slots[i]) i = (i + 1) & s->mask;
    s->slots[i] = slot;
}

static void grow(struct stripe *s)
{
    uint64_t *old = s->slots;
    size_t old_slots = old ? s->mask + 1 : 0, slots = old ? old_slots * 2 : FIRST_SLOTS;
    s->slots = memory_new(slots * sizeof *s->slots);
    s->mask = slots - 1;
    for (size_t i = 0; i < old_slots; i++)
        if (old[i]) put_again(s, old[i]);
    free(old);
}

static uint64_t count_in(struct stripe *s, uint64_t bits)
{
    uint64_t before = 0, *open = NULL;
    if (!s->slots || s->used * 8 >= (s->mask + 1) * 7) grow(s);
    size_t i = (size_t)bits & s->mask;
    for (; s->slots[i]; i = (i + 1) & s->mask) {
        if (s->slots[i] >> COUNT_BITS != bits) continue;
        before += s->slots[i] & COUNT_FULL;
        if ((s->slots[i] & COUNT_FULL) < COUNT_FULL) open = &s->slots[i];
    }
    if (open) {
        ++*open;
    } else {
        s->slots[i] = bits << COUNT_BITS | 1;
        s->used++;
    }
    return before + 1;
}

uint64_t occurrences_count(struct occurrences *o, struct digest digest)
{
    struct stripe *s = &o->stripes[digest.a % STRIPES];
    pthread_mutex_lock(&s->lock);
    uint64_t count = count_in(s, digest.b >> COUNT_BITS);
    pthread_mutex_unlock(&s->lock);
    return count;
}

static char *put_hex(char *out, uint64_t word)
{
    for (int shift = 60; shift >= 0; shift -= 4) *out++ = "0123456789abcdef"[word >> shift & 15];
    return out;
}

size_t digest_id(struct digest digest, uint64_t occurrence, char out[DIGEST_ID_MAX])
{
    char digits[20], *d = digits, *p = out;
    *p++ = '#';
    p = put_hex(put_hex(p, digest.a), digest.b);
    *p++ = '-';
    do *d++ = (char)('0' + occurrence % 10);
    while (occurrence /= 10);
    while (d > digits) *p++ = *--d;
    return (size_t)(p - out);
}

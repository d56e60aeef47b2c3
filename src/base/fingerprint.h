/* Numbers for what comes again and again, told apart by fingerprints of 96 bits:
 *
 *     struct fingerprint f = fingerprint_start(kind);
 *     f = fingerprint_text(f, mark, text);
 *     uint32_t number = fingerprints_find(&known, f);
 *     if (number == FINGERPRINT_NEW) number = fingerprints_add(&known, f);
 *
 * Numbers count up from 0. A look-up is made for every event of a log, of which some say what is rarely said: far
 * memory is read for those, once, because number and fingerprint stand together. */
#ifndef MASA_BASE_FINGERPRINT_H
#define MASA_BASE_FINGERPRINT_H

#include "base/slice.h"

struct fingerprint {
    uint64_t a, b;
};

/* `mark` tells what the word means. */
static inline struct fingerprint fingerprint_word(struct fingerprint f, uint64_t mark, uint64_t word)
{
    return (struct fingerprint){hash_mix(f.a ^ mark, word ^ HASH_K1), hash_mix(f.b + word, mark ^ HASH_K0)};
}

static inline struct fingerprint fingerprint_start(uint64_t mark, uint64_t word)
{
    return fingerprint_word((struct fingerprint){HASH_K0, HASH_K1}, mark, word);
}

/* The upper half of `mark` is for the length. */
static inline struct fingerprint fingerprint_text(struct fingerprint f, uint64_t mark, struct slice text)
{
    const char *p = text.ptr;
    size_t n = text.len;
    mark |= (uint64_t)n << 32;
    for (; n > 8; p += 8, n -= 8) f = fingerprint_word(f, mark, slice_load_8(p));
    return fingerprint_word(f, mark, slice_load(p, n));
}

struct fingerprint_place {
    uint64_t a;
    uint32_t b, taken; /* by which number + 1; 0: free */
};

struct fingerprints {
    struct fingerprint_place *places;
    uint32_t mask, count;
};

enum { FINGERPRINTS_MAX = 1 << 30 }; /* places */
#define FINGERPRINT_NEW UINT32_MAX

void fingerprints_init(struct fingerprints *t);
void fingerprints_release(struct fingerprints *t);
/* Forgets all; numbers begin at 0 again. */
void fingerprints_clear(struct fingerprints *t);
/* The number of one that is not there. */
uint32_t fingerprints_add(struct fingerprints *t, struct fingerprint f);

static inline uint32_t fingerprints_find(const struct fingerprints *t, struct fingerprint f)
{
    const struct fingerprint_place *p;
    for (uint32_t i = (uint32_t)f.a & t->mask; (p = &t->places[i])->taken; i = (i + 1) & t->mask)
        if (p->a == f.a && p->b == (uint32_t)f.b) return p->taken - 1;
    return FINGERPRINT_NEW;
}

#endif

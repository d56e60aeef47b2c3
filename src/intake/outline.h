/* Lines of a log look alike: the same keys in the same order with values of the same kinds. An outline is what such
 * lines have in common, as a tree of steps from the first brace to the last: each step is what stands between two
 * values, `{"id":` or `,"event":"`, which a comparison of a few words recognizes. A line that follows an outline whose
 * first line was walked with all checks needs only its values looked at: keys, colons, braces, and that no key comes
 * twice, are the same text that was checked already.
 *
 * Only lines without white space behind their values have outlines; spaces before keys and values are part of the text.
 */
#ifndef MASA_INTAKE_OUTLINE_H
#define MASA_INTAKE_OUTLINE_H

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/vector.h"
#include "intake/keys.h"
#include "value/json_index.h"

/* What follows the step's text: the inside of a STRING and its quote; a NUMBER; of a WORD nothing, true, false or null
 * is in the text; an object that the key OPENS, whose brace begins the next step; nothing behind the brace that CLOSES
 * an inner object, and the one that ENDS the outermost. */
enum outline_kind { OUTLINE_STRING, OUTLINE_NUMBER, OUTLINE_WORD, OUTLINE_OPENS, OUTLINE_CLOSES, OUTLINE_ENDS };

/* Cells, a bit for each; `others`: and such as have no bit. */
enum { CELL_WORDS = 2 };
struct cell_set {
    uint64_t words[CELL_WORDS];
    bool others;
};

static inline void cell_set_add(struct cell_set *set, unsigned cell)
{
    if (cell < CELL_WORDS * 64)
        set->words[cell / 64] |= UINT64_C(1) << cell % 64;
    else
        set->others = true;
}

/* JSON positions that a step takes: brace or comma, key, colon and value; without the object it opens; a brace. */
enum { OUTLINE_MEMBER = 4, OUTLINE_OPENING = 3, OUTLINE_CLOSING = 1 };

enum {
    OUTLINE_FORKS = 64 /* outline_fork has so many */,
    OUTLINE_STEPS_MAX = 1 << 12,
    OUTLINE_TEXT_MAX = JSON_PADDING
};

struct outline_step {
    /* The first sixteen bytes of the text, and which bits of them count; the others are 0. */
    _Alignas(16) uint64_t head[2], mask[2];
    const char *text;              /* all of it, in the arena; and before an object or a negative number, its sign */
    const struct shape_node *node; /* as of a known key, like `cell` */
    int32_t cell;
    uint16_t len, text_len; /* up to the value; with its sign */
    uint8_t kind;
    bool unasked;                 /* of ENDS: the line has members that nobody asked for */
    bool leads_on;                /* the step behind it in memory is one that may follow, the first that did */
    uint16_t first, sibling;      /* the steps that may follow, and the next of those this one is among; 0: none */
    uint16_t fork[OUTLINE_FORKS]; /* of the steps that follow: the one met last, by outline_fork; 0: none */
    struct cell_set fills;        /* of ENDS: the cells that the line has filled */
};

struct outlines {
    struct arena arena;
    VECTOR(struct outline_step) steps; /* the first is where every line begins, and stands nowhere; one spare */
    uint32_t tried, followed;          /* lines since the last account */
    uint32_t rest;                     /* lines for which outlines are not tried, because too few were followed */
};

void outlines_init(struct outlines *o);
void outlines_release(struct outlines *o);

/* Whether to try an outline on the next line: not for a while when most of those before had none. */
bool outlines_worth_it(struct outlines *o);

/* The step after `from` with this kind, and its text as it stands at `at`; made of `step` when there is none. 0 when it
 * cannot be: too many, or too long. */
uint16_t outlines_add(struct outlines *o, uint16_t from, const struct outline_step *step, const char *at);
/* Among all steps after `from` the one that stands at `at`, which its fork will lead to the next time; the first of all
 * when there is none. */
const struct outline_step *outlines_search(struct outlines *o, const struct outline_step *from, const char *at);

/* Whether the first sixteen bytes are the step's. Asked for every value of a log. */
static inline bool outline_begins_at(const struct outline_step *s, const char *at)
{
#ifdef __SSE2__
    const __m128i counts = _mm_load_si128((const __m128i *)s->mask), head = _mm_load_si128((const __m128i *)s->head);
    const __m128i text = _mm_and_si128(_mm_loadu_si128((const __m128i *)at), counts);
    return _mm_movemask_epi8(_mm_cmpeq_epi8(text, head)) == 0xffff;
#else
    return !(((slice_load_8(at) & s->mask[0]) ^ s->head[0]) | ((slice_load_8(at + 8) & s->mask[1]) ^ s->head[1]));
#endif
}

/* OUTLINE_TEXT_MAX bytes must be readable. */
static inline bool outline_stands_at(const struct outline_step *s, const char *at)
{
    return outline_begins_at(s, at) && (s->text_len <= 16 || memcmp(s->text + 16, at + 16, s->text_len - 16u) == 0);
}

/* Told by the first letters of the key; behind a brace, by what follows it. */
static inline unsigned outline_fork(const char *at)
{
    const unsigned letters = (unsigned char)at[2] | (unsigned)(unsigned char)at[3] << 8;
    return (letters * UINT32_C(0x9e3779b1)) >> 26;
}

/* The step that stands at `at`, after `from`; the first of all when none is known. The step behind it in memory is
 * tried first because it is known where that is: the processor compares many in a row before it is sure of one. */
static inline const struct outline_step *outlines_next(struct outlines *o, const struct outline_step *from,
                                                       const char *at)
{
    if (from->leads_on && outline_stands_at(from + 1, at)) return from + 1;
    const struct outline_step *step = &o->steps.at[from->fork[outline_fork(at)]];
    return outline_stands_at(step, at) ? step : outlines_search(o, from, at);
}

#endif

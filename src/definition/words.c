#include "definition/words.h"

#include "base/decimal.h"

#define PHRASE_EN(id, en, he) en,
#define PHRASE_HE(id, en, he) he,
static const char *const phrases[][PHRASE_COUNT] = {
    [LANGUAGE_EN] = {PHRASES(PHRASE_EN)},
    [LANGUAGE_HE] = {PHRASES(PHRASE_HE)},
};

struct slice phrase(const struct speaker *s, enum phrase which)
{
    return slice_from(phrases[s->language][which]);
}

static bool hebrew_at(struct slice text)
{
    return text.len > 1 && (unsigned char)text.ptr[0] == 0xD7 && (unsigned char)text.ptr[1] >= 0x90;
}

/* A one-letter word is hyphenated to a number or a Latin word and written together with a Hebrew one. */
static void drop_hyphen(struct buffer *out, struct slice next)
{
    static const struct slice hyphen = {"\xD6\xBE", 2};
    if (hebrew_at(next) && slice_ends(buffer_slice(out), hyphen)) out->len -= hyphen.len;
}

struct slice fill3(const struct speaker *s, enum phrase which, struct slice a, struct slice b, struct slice c)
{
    const struct slice parts[] = {a, b, c};
    struct buffer out;
    buffer_init(&out, BUFFER_NO_LIMIT);
    for (const char *at = phrases[s->language][which]; *at;) {
        if (at[0] == '{' && at[1] >= '0' && at[1] <= '2' && at[2] == '}') {
            drop_hyphen(&out, parts[at[1] - '0']);
            buffer_add(&out, parts[at[1] - '0']);
            at += 3;
        } else {
            buffer_char(&out, *at++);
        }
    }
    struct slice text = arena_slice(s->arena, buffer_slice(&out));
    buffer_release(&out);
    return text;
}

struct slice fill2(const struct speaker *s, enum phrase which, struct slice a, struct slice b)
{
    return fill3(s, which, a, b, SLICE(""));
}

struct slice fill1(const struct speaker *s, enum phrase which, struct slice a)
{
    return fill3(s, which, a, SLICE(""), SLICE(""));
}

/* Between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE, when it has Latin letters or digits with signs. */
struct slice isolated(const struct speaker *s, struct slice text)
{
    bool latin = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        latin = latin || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == '-' || c == '%';
    }
    if (s->language != LANGUAGE_HE || s->plain || !latin) return text;
    return arena_printf(s->arena, "\xE2\x81\xA8%.*s\xE2\x81\xA9", SLICE_ARG(text));
}

struct slice spoken(const struct speaker *s, const struct label *label)
{
    struct slice own = s->language == LANGUAGE_HE ? label->he : label->en;
    if (own.len) return own;
    char *words = arena_alloc(s->arena, label->name.len + 1);
    for (size_t i = 0; i < label->name.len; i++) {
        char c = label->name.ptr[i];
        words[i] = c == '_' || c == '.' ? ' ' : c;
    }
    return isolated(s, slice_of(words, label->name.len));
}

struct slice spoken_number(const struct speaker *s, int64_t millionths)
{
    struct buffer out;
    buffer_init(&out, 64);
    decimal_format(&out, millionths);
    struct slice text = arena_slice(s->arena, buffer_slice(&out));
    buffer_release(&out);
    return isolated(s, text);
}

struct slice spoken_whole(const struct speaker *s, int64_t n)
{
    return isolated(s, arena_printf(s->arena, "%lld", (long long)n));
}

struct slice spoken_percent(const struct speaker *s, int64_t millionths)
{
    struct buffer out;
    buffer_init(&out, 64);
    decimal_format(&out, millionths * 100);
    buffer_char(&out, '%');
    struct slice text = arena_slice(s->arena, buffer_slice(&out));
    buffer_release(&out);
    return isolated(s, text);
}

/* One, two, many of something, and more than ten where that is said otherwise; an empty text is said like many. */
struct counted {
    const char *one, *two, *many, *dozen;
};

static struct slice count_of(const struct speaker *s, int64_t n, const struct counted *word)
{
    if (n == 1) return slice_from(word->one);
    if (n == 2 && *word->two) return slice_from(word->two);
    return arena_printf(s->arena, "%lld %s", (long long)n, n > 10 && word->dozen ? word->dozen : word->many);
}

struct slice spoken_times(const struct speaker *s, int64_t n)
{
    static const struct counted words[] = {
        [LANGUAGE_EN] = {"once", "twice", "times"},
        [LANGUAGE_HE] = {"פעם אחת", "פעמיים", "פעמים"},
    };
    return count_of(s, n, &words[s->language]);
}

struct time_word {
    int64_t size; /* exact lengths: microseconds */
    struct counted words[2];
};

static const struct time_word exact_words[] = {
    {DAY_US, {{"1 day", "", "days"}, {"יום אחד", "יומיים", "ימים", "יום"}}},
    {HOUR_US, {{"1 hour", "", "hours"}, {"שעה אחת", "שעתיים", "שעות"}}},
    {MINUTE_US, {{"1 minute", "", "minutes"}, {"דקה אחת", "שתי דקות", "דקות"}}},
    {SECOND_US, {{"1 second", "", "seconds"}, {"שנייה אחת", "שתי שניות", "שניות"}}},
};

static const struct time_word other_words[] = {
    [DURATION_CALENDAR_DAYS] = {1,
                                {{"1 calendar day", "", "calendar days"},
                                 {"יום קלנדרי אחד", "שני ימים קלנדריים", "ימים קלנדריים"}}},
    [DURATION_BUSINESS_DAYS] = {1,
                                {{"1 business day", "", "business days"},
                                 {"יום עסקים אחד", "שני ימי עסקים", "ימי עסקים"}}},
    [DURATION_BUSINESS_TIME] = {HOUR_US,
                                {{"1 business hour", "", "business hours"},
                                 {"שעת עבודה אחת", "שתי שעות עבודה", "שעות עבודה"}}},
};

struct slice spoken_duration(const struct speaker *s, struct duration d)
{
    const struct time_word *word = &other_words[d.unit];
    if (d.unit == DURATION_EXACT)
        for (word = exact_words; word->size > SECOND_US && d.amount % word->size;) word++;
    return count_of(s, d.amount / word->size, &word->words[s->language]);
}

struct slice spoken_role(const struct speaker *s, enum role role)
{
    static const enum phrase words[ROLE_COUNT] = {[ROLE_MARKETING] = SAY_MARKETING,
                                                  [ROLE_SALES] = SAY_SALES,
                                                  [ROLE_SUCCESS] = SAY_SUCCESS,
                                                  [ROLE_PRODUCT] = SAY_PRODUCT};
    return role == ROLE_NONE ? SLICE("") : phrase(s, words[role]);
}

struct slice spoken_list(const struct speaker *s, const struct slice *items, size_t count, enum phrase join)
{
    struct buffer out;
    buffer_init(&out, BUFFER_NO_LIMIT);
    for (size_t i = 0; i < count; i++) {
        bool last = i && i + 1 == count, filled = join == SAY_LIST_AND && s->language == LANGUAGE_HE;
        if (i) buffer_add(&out, !last ? SLICE(", ") : filled ? fill1(s, join, SLICE("")) : phrase(s, join));
        if (last && filled) drop_hyphen(&out, items[i]);
        buffer_add(&out, items[i]);
    }
    struct slice text = arena_slice(s->arena, buffer_slice(&out));
    buffer_release(&out);
    return text;
}

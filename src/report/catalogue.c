#include "report/catalogue.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/vector.h"
#include "report/embedded.h"
#include "report/message.h"

const char *const tongue_names[TONGUES] = {"he", "en"};

struct message {
    struct slice key;
    struct slice pattern[TONGUES];
};

struct catalogue {
    VECTOR(struct message) messages;
    struct map index;
    char locale[TONGUES][32];
    size_t missing;
};

enum { ARGUMENTS_MAX = 48 };

/* Numbers follow the company's locale in its own language; in the other one the usual place of that language. */
static void set_locales(struct catalogue *c, struct slice locale)
{
    static const char *const usual[TONGUES] = {"he-IL", "en-US"};
    for (int t = 0; t < TONGUES; t++) {
        bool own = slice_starts(locale, slice_from(tongue_names[t])) && locale.len < sizeof c->locale[t];
        snprintf(c->locale[t], sizeof c->locale[t], "%.*s", own ? (int)locale.len : 5, own ? locale.ptr : usual[t]);
    }
}

static bool tongue_of(struct slice word, int *tongue)
{
    for (*tongue = 0; *tongue < TONGUES; ++*tongue)
        if (slice_is(word, tongue_names[*tongue])) return true;
    return false;
}

static bool parse_line(struct catalogue *c, struct slice line)
{
    int tongue;
    if (!line.len || line.ptr[0] == '#') return true;
    struct slice rest = line, word = slice_cut(&rest, ' ');
    if (tongue_of(word, &tongue)) {
        if (!c->messages.count || vector_last(&c->messages)->pattern[tongue].ptr) return false;
        vector_last(&c->messages)->pattern[tongue] = rest.len ? slice_trim(rest) : SLICE("");
        return true;
    }
    if (rest.len || map_put(&c->index, word, (uint32_t)c->messages.count) != c->messages.count) return false;
    vector_push(&c->messages, ((struct message){.key = word}));
    return true;
}

static bool add_text(struct catalogue *c, struct slice text, int *line)
{
    for (*line = 1; text.len; ++*line)
        if (!parse_line(c, slice_cut(&text, '\n'))) return false;
    for (size_t i = 0; i < c->messages.count; i++)
        if (!c->messages.at[i].pattern[HEBREW].ptr || !c->messages.at[i].pattern[ENGLISH].ptr) return false;
    return true;
}

static struct catalogue *new_empty(struct slice locale)
{
    struct catalogue *c = memory_new(sizeof *c);
    map_init(&c->index);
    set_locales(c, locale);
    return c;
}

struct catalogue *catalogue_parse(struct slice text, struct slice locale, int *line)
{
    struct catalogue *c = new_empty(locale);
    if (add_text(c, text, line)) return c;
    catalogue_free(c);
    return NULL;
}

struct catalogue *catalogue_new(struct slice locale)
{
    struct catalogue *c = new_empty(locale);
    for (size_t i = 0; i < catalogue_file_count; i++) {
        int line;
        if (add_text(c, slice_from(catalogue_files[i].text), &line)) continue;
        fprintf(stderr, "the built-in catalogue %s is malformed near line %d\n", catalogue_files[i].name,
                line); /* a test sees to it that this can't be */
        abort();
    }
    return c;
}

void catalogue_free(struct catalogue *c)
{
    if (!c) return;
    vector_release(&c->messages);
    map_release(&c->index);
    free(c);
}

bool catalogue_has(const struct catalogue *c, struct slice key)
{
    return map_get(&c->index, key) != MAP_NONE;
}
size_t catalogue_missing(const struct catalogue *c)
{
    return c->missing;
}
size_t catalogue_count(const struct catalogue *c)
{
    return c->messages.count;
}
struct slice catalogue_key(const struct catalogue *c, size_t i)
{
    return c->messages.at[i].key;
}
struct slice catalogue_pattern(const struct catalogue *c, size_t i, enum tongue t)
{
    return c->messages.at[i].pattern[t];
}
const char *catalogue_locale(const struct catalogue *c, enum tongue t)
{
    return c->locale[t];
}

static bool is_hebrew(const char *at, const char *end)
{
    return end - at >= 2 && (unsigned char)at[0] == 0xD7 && (unsigned char)at[1] >= 0x90 &&
           (unsigned char)at[1] <= 0xAA;
}

/* A one-letter prefix and its maqaf before a Hebrew word grow together: the pattern can't know what will follow. */
static struct slice join_prefixes(struct arena *arena, struct slice text)
{
    char *out = arena_alloc(arena, text.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.len;) {
        const char *at = text.ptr + i, *end = text.ptr + text.len;
        bool maqaf = end - at >= 4 && memcmp(at, "\xD6\xBE", 2) == 0;
        bool prefix = i >= 2 && is_hebrew(at - 2, at) && !(i >= 4 && is_hebrew(at - 4, at));
        if (maqaf && prefix && is_hebrew(at + 2, end))
            i += 2;
        else
            out[n++] = text.ptr[i++];
    }
    return slice_of(out, n);
}

struct words catalogue_words(struct catalogue *c, struct arena *arena, struct slice key,
                             const struct argument *arguments, size_t count)
{
    struct words out = {{key, key}};
    uint32_t at = map_get(&c->index, key);
    c->missing += at == MAP_NONE;
    for (int t = 0; at != MAP_NONE && t < TONGUES; t++) {
        struct message_argument given[ARGUMENTS_MAX];
        size_t n = 0;
        for (; n < count && n < ARGUMENTS_MAX; n++)
            given[n] = (struct message_argument){arguments[n].name, arguments[n].is_number, arguments[n].number,
                                                 arguments[n].words.in[t]};
        if (!message_format(arena, c->locale[t], c->messages.at[at].pattern[t], given, n, &out.in[t])) c->missing++;
        out.in[t] = slice_trim(t == HEBREW ? join_prefixes(arena, out.in[t]) : out.in[t]);
    }
    return out;
}

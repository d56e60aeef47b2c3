#define PCRE2_CODE_UNIT_WIDTH 8
#include "cel/regex.h"

#include <pcre2.h>
#include <stdio.h>

#include "base/memory.h"

enum { KEPT = 16, PATTERN_MAX = 4096, REPEAT_MAX = 1000, MATCH_LIMIT = 100000, HEAP_LIMIT_KB = 20000 };

struct kept {
    char *pattern;
    size_t len;
    pcre2_code *code;
};

struct cel_regexes {
    struct kept kept[KEPT];
    unsigned next; /* the place that is given up next */
    pcre2_match_context *limits;
};

struct cel_regexes *cel_regexes_new(void)
{
    struct cel_regexes *regexes = memory_new(sizeof *regexes);
    regexes->limits = pcre2_match_context_create(NULL);
    if (!regexes->limits) out_of_memory(sizeof *regexes);
    pcre2_set_match_limit(regexes->limits, MATCH_LIMIT);
    pcre2_set_heap_limit(regexes->limits, HEAP_LIMIT_KB);
    return regexes;
}

static void forget(struct kept *kept)
{
    free(kept->pattern);
    pcre2_code_free(kept->code);
    *kept = (struct kept){0};
}

void cel_regexes_free(struct cel_regexes *regexes)
{
    if (!regexes) return;
    for (size_t i = 0; i < KEPT; i++) forget(&regexes->kept[i]);
    pcre2_match_context_free(regexes->limits);
    free(regexes);
}

/* The escapes RE2 knows; the rest means something else in PCRE2, or nothing. */
static bool known_escape(char c)
{
    return c && strchr("aftnrvxdDsSwWpPbBAzQE01234567", c) != NULL;
}

static const char *refuse_escape(struct slice pattern, size_t i)
{
    if (i + 1 >= pattern.len) return "a backslash at the end";
    char c = pattern.ptr[i + 1];
    if (c >= '1' && c <= '9') {
        bool octal = i + 3 < pattern.len && c < '4' && pattern.ptr[i + 2] >= '0' && pattern.ptr[i + 2] < '8' &&
                     pattern.ptr[i + 3] >= '0' && pattern.ptr[i + 3] < '8';
        return octal ? NULL : "back-references are not supported";
    }
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter && !known_escape(c) ? "an escape that is not supported" : NULL;
}

static const char *refuse_group(struct slice after)
{
    if (slice_starts(after, SLICE("*"))) return "verbs are not supported";
    if (!slice_starts(after, SLICE("?"))) return NULL;
    after = slice_skip(after, 1);
    if (slice_starts(after, SLICE("=")) || slice_starts(after, SLICE("!")) || slice_starts(after, SLICE("<=")) ||
        slice_starts(after, SLICE("<!")))
        return "look-around is not supported";
    if (slice_starts(after, SLICE("P<")) || slice_starts(after, SLICE("<"))) return NULL;
    size_t flags = 0;
    while (flags < after.len && after.ptr[flags] && strchr("imsU-", after.ptr[flags])) flags++;
    bool ends = flags < after.len && (after.ptr[flags] == ':' || (flags && after.ptr[flags] == ')'));
    return ends ? NULL : "a kind of group that is not supported";
}

/* a{2,5}: the largest number in the braces, -1 when they are no repetition. */
static long repeat_count(struct slice after)
{
    long n = 0, most = -1;
    for (size_t i = 0; i < after.len; i++) {
        char c = after.ptr[i];
        if (c == '}') return n > most ? n : most;
        if (c == ',') {
            most = n;
            n = 0;
        } else if (c >= '0' && c <= '9') {
            n = n > REPEAT_MAX ? n : n * 10 + (c - '0');
        } else {
            return -1;
        }
    }
    return -1;
}

static const char *refuse_repeat(struct slice pattern, size_t i)
{
    size_t next = i + 1;
    if (pattern.ptr[i] == '{') {
        long count = repeat_count(slice_skip(pattern, next));
        if (count < 0) return NULL;
        if (count > REPEAT_MAX) return "a repetition of more than 1000";
        while (pattern.ptr[next] != '}') next++;
        next++;
    }
    return next < pattern.len && pattern.ptr[next] == '+' ? "possessive repetition is not supported" : NULL;
}

/* Where a [class] that begins at i ends; escapes inside it are checked like others. */
static size_t skip_class(struct slice pattern, size_t i, const char **why)
{
    i++;
    if (i < pattern.len && pattern.ptr[i] == '^') i++;
    if (i < pattern.len && pattern.ptr[i] == ']') i++;
    while (i < pattern.len && pattern.ptr[i] != ']' && !*why) {
        if (pattern.ptr[i] == '\\') *why = refuse_escape(pattern, i++);
        if (slice_starts(slice_skip(pattern, i), SLICE("[:"))) i += 2;
        i++;
    }
    return i;
}

static size_t skip_quoted(struct slice pattern, size_t i)
{
    while (i < pattern.len && !slice_starts(slice_skip(pattern, i), SLICE("\\E"))) i++;
    return i + 1;
}

/* NULL when RE2 would know everything in it. */
static const char *refuse(struct slice pattern)
{
    const char *why = NULL;
    if (pattern.len > PATTERN_MAX) return "the pattern is too long";
    for (size_t i = 0; i < pattern.len && !why; i++) {
        char c = pattern.ptr[i];
        if (c == '\\') {
            why = refuse_escape(pattern, i);
            i++;
            if (!why && pattern.ptr[i] == 'Q') i = skip_quoted(pattern, i);
        } else if (c == '[') {
            i = skip_class(pattern, i, &why);
        } else if (c == '(') {
            why = refuse_group(slice_skip(pattern, i + 1));
        } else if (c == '*' || c == '+' || c == '?' || c == '{') {
            if (i && pattern.ptr[i - 1] == '(') continue; /* (?: is no repetition */
            why = refuse_repeat(pattern, i);
        }
    }
    return why;
}

static pcre2_code *compile(struct slice pattern, char why[128])
{
    const char *refusal = refuse(pattern);
    if (refusal) {
        snprintf(why, 128, "%s", refusal);
        return NULL;
    }
    int error;
    PCRE2_SIZE offset;
    uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)(pattern.len ? pattern.ptr : ""), pattern.len, options, &error, &offset, NULL);
    if (!code) pcre2_get_error_message(error, (PCRE2_UCHAR *)why, 128);
    return code;
}

bool cel_regex_valid(struct slice pattern, char why[128])
{
    pcre2_code *code = compile(pattern, why);
    pcre2_code_free(code);
    return code != NULL;
}

static const pcre2_code *code_of(struct cel_regexes *regexes, struct slice pattern, char why[128])
{
    for (size_t i = 0; i < KEPT; i++) {
        struct kept *kept = &regexes->kept[i];
        if (kept->code && slice_equal(slice_of(kept->pattern, kept->len), pattern)) return kept->code;
    }
    pcre2_code *code = compile(pattern, why);
    if (!code) return NULL;
    struct kept *kept = &regexes->kept[regexes->next++ % KEPT];
    forget(kept);
    *kept = (struct kept){.pattern = memory_new(pattern.len + 1), .len = pattern.len, .code = code};
    if (pattern.len) memcpy(kept->pattern, pattern.ptr, pattern.len);
    return code;
}

enum cel_match cel_regex_match(struct cel_regexes *regexes, struct slice pattern, struct slice text, char why[128])
{
    const pcre2_code *code = code_of(regexes, pattern, why);
    if (!code) return CEL_MATCH_BAD_PATTERN;
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    if (!data) out_of_memory(sizeof code);
    int found = pcre2_match(code, (PCRE2_SPTR)(text.len ? text.ptr : ""), text.len, 0, PCRE2_NO_UTF_CHECK, data,
                            regexes->limits);
    pcre2_match_data_free(data);
    if (found >= 0) return CEL_MATCH_YES;
    return found == PCRE2_ERROR_NOMATCH ? CEL_MATCH_NO : CEL_MATCH_TOO_HARD;
}

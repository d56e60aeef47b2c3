/* Nodes of YAML to plain values. */
#include "definition/loader.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/decimal.h"

/* After a thousand nobody reads on, and a file of a megabyte can hold a hundred thousand. */
enum { ERRORS_MAX = 1000 };

static void complain_with(struct loader *l, struct place at, struct slice hint, const char *format, va_list args)
{
    if (l->diagnostics->error_count > ERRORS_MAX) return;
    if (l->diagnostics->error_count == ERRORS_MAX) {
        diagnostics_error(l->diagnostics, at, SLICE("mend some and ask again"), "there are more errors than %d",
                          ERRORS_MAX);
        return;
    }
    diagnostics_verror(l->diagnostics, at, hint, format, args);
}

void complain(struct loader *l, const struct yaml_node *node, struct slice hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    complain_with(l, yaml_place(node), hint, format, args);
    va_end(args);
}

void complain_at(struct loader *l, struct place at, struct slice hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    complain_with(l, at, hint, format, args);
    va_end(args);
}

void doubt(struct loader *l, struct place at, struct slice hint, const char *format, ...)
{
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    diagnostics_add(l->diagnostics,
                    (struct diagnostic){SEVERITY_WARNING, at.file, at.line, at.column, slice_from(message), hint});
}

struct slice hint_printf(struct loader *l, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return arena_slice(l->arena, slice_from(text));
}

struct slice suggest(struct loader *l, struct slice word, const struct slice *words, size_t count)
{
    struct slice near = word.len > 1 ? nearest_word(word, words, count) : SLICE("");
    return near.len ? hint_printf(l, "did you mean `%.*s`?", SLICE_ARG(near)) : SLICE("");
}

enum { WORDS_MAX = 64 };

static size_t split_words(const char *text, struct slice *out)
{
    size_t count = 0;
    struct slice rest = slice_from(text);
    while (rest.len && count < WORDS_MAX) out[count++] = slice_cut(&rest, ' ');
    return count;
}

bool node_is(const struct yaml_node *node, const char *text)
{
    return node && node->kind == YAML_SCALAR && slice_is(node->text, text);
}

static const char *kind_word(const struct yaml_node *node)
{
    static const char *const words[] = {"a single value", "a list", "a map"};
    return yaml_is_null(node) ? "empty" : words[node->kind];
}

/* A condition that stands where what it is for should be said first. */
static bool is_condition(const char *what, struct slice key)
{
    static const char *const words[] = {"when", "did", "all", "any", "not", "quiet", "event"};
    if (strcmp(what, "a stage") != 0) return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_is(key, words[i])) return true;
    return false;
}

bool expect_map(struct loader *l, const struct yaml_node *node, const char *what, const char *keys)
{
    if (node->kind != YAML_MAP) {
        struct slice hint = keys ? hint_printf(l, "its keys are: %s", keys) : SLICE("");
        complain(l, node, hint, "%s must be a map, and is %s", what, kind_word(node));
        return false;
    }
    struct slice known[WORDS_MAX];
    size_t count = keys ? split_words(keys, known) : 0;
    for (size_t i = 0; keys && i < node->count; i++) {
        struct slice key = node->pairs[i].key->text;
        bool found = false;
        for (size_t k = 0; k < count && !found; k++) found = slice_equal(key, known[k]);
        if (found) continue;
        struct slice hint = suggest(l, key, known, count);
        bool cut = yaml_is_null(node->pairs[i].value) && memchr(key.ptr, ' ', key.len);
        if (cut) hint = SLICE("inside { } a text that holds a comma goes in quotes");
        if (is_condition(what, key)) hint = SLICE("enter: { when: … }, or on: EVENT");
        if (!hint.len) hint = hint_printf(l, "its keys are: %s", keys);
        complain(l, node->pairs[i].key, hint, "%s has no key `%.*s`", what, SLICE_ARG(key));
    }
    return true;
}

bool expect_list(struct loader *l, const struct yaml_node *node, const char *what)
{
    if (node->kind == YAML_LIST) return true;
    complain(l, node, SLICE("[a, b]"), "%s must be a list, and is %s", what, kind_word(node));
    return false;
}

bool read_text(struct loader *l, const struct yaml_node *node, const char *what, struct slice *out)
{
    if (node->kind == YAML_SCALAR && !yaml_is_null(node) && node->text.len) {
        *out = node->text;
        return true;
    }
    complain(l, node, SLICE(""), "%s must be a text, and is %s", what,
             node->kind == YAML_SCALAR ? "empty" : kind_word(node));
    return false;
}

/* Words that expressions keep for themselves. */
static const char *const kept_words =
    "as break const continue else false for function if import in let loop null package "
    "namespace return true var void while";

bool check_name(struct loader *l, const struct yaml_node *node, const char *what, bool spoken)
{
    struct slice name = node->text, kept[WORDS_MAX];
    bool good = node->kind == YAML_SCALAR && name.len > 0 && name.len <= 64;
    for (size_t i = 0; good && i < name.len; i++) {
        char c = name.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }
    if (!good) {
        complain(l, node, SLICE("letters a to z, digits and _, at most 64; what people read goes into he: and en:"),
                 "`%.*s` cannot be the name of %s", SLICE_ARG(name), what);
        return false;
    }
    bool clash = spoken && name.ptr[0] >= '0' && name.ptr[0] <= '9';
    size_t count = spoken ? split_words(kept_words, kept) : 0;
    for (size_t i = 0; i < count; i++) clash = clash || slice_equal(name, kept[i]);
    if (clash)
        complain(l, node, SLICE("expressions could not name it; choose another word"),
                 "`%.*s` cannot be the name of %s", SLICE_ARG(name), what);
    return !clash;
}

bool read_int(struct loader *l, const struct yaml_node *node, const char *what, int64_t low, int64_t high, int64_t *out)
{
    int64_t n;
    if (node->kind != YAML_SCALAR || !slice_to_i64(node->text, &n)) {
        complain(l, node, SLICE(""), "%s must be a whole number", what);
        return false;
    }
    if (n < low || n > high) {
        if (high == INT64_MAX)
            complain(l, node, SLICE(""), "%s must be at least %lld", what, (long long)low);
        else
            complain(l, node, SLICE(""), "%s must be from %lld to %lld", what, (long long)low, (long long)high);
        return false;
    }
    *out = n;
    return true;
}

bool read_bool(struct loader *l, const struct yaml_node *node, const char *what, bool *out)
{
    if (yaml_to_bool(node, out)) return true;
    complain(l, node, SLICE("write true or false"), "%s is true or false", what);
    return false;
}

bool parse_decimal(struct slice text, int64_t *out)
{
    const char *point = text.len ? memchr(text.ptr, '.', text.len) : NULL;
    size_t after = point ? text.len - (size_t)(point - text.ptr) - 1 : 1;
    for (size_t i = 0; i < text.len; i++) /* as people write it: no exponent */
        if ((text.ptr[i] < '0' || text.ptr[i] > '9') && text.ptr[i] != '.' && (i > 0 || text.ptr[i] != '-'))
            return false;
    return after >= 1 && after <= 6 && text.ptr != point && decimal_parse(text, out);
}

bool read_decimal(struct loader *l, const struct yaml_node *node, const char *what, int64_t *out)
{
    if (node->kind == YAML_SCALAR && parse_decimal(node->text, out)) return true;
    complain(l, node, SLICE("a number with at most six digits after the point"), "%s must be a number", what);
    return false;
}

bool read_percent(struct loader *l, const struct yaml_node *node, const char *what, int64_t *out)
{
    int64_t n;
    if (node->kind == YAML_SCALAR && slice_ends(node->text, SLICE("%")) &&
        parse_decimal(slice_trim(slice_of(node->text.ptr, node->text.len - 1)), &n) && n >= 0 && n % 100 == 0 &&
        n <= 100 * DECIMAL_ONE) {
        *out = n / 100;
        return true;
    }
    complain(l, node, SLICE("for example 60%"), "%s must be a percentage from 0%% to 100%%", what);
    return false;
}

static const struct unit {
    const char *word;
    enum duration_unit unit;
    int64_t size;
} units[] = {
    {"s", DURATION_EXACT, SECOND_US},
    {"m", DURATION_EXACT, MINUTE_US},
    {"h", DURATION_EXACT, HOUR_US},
    {"d", DURATION_EXACT, DAY_US},
    {"w", DURATION_EXACT, 7 * DAY_US},
    {"calendar day", DURATION_CALENDAR_DAYS, 1},
    {"calendar days", DURATION_CALENDAR_DAYS, 1},
    {"business day", DURATION_BUSINESS_DAYS, 1},
    {"business days", DURATION_BUSINESS_DAYS, 1},
    {"business hour", DURATION_BUSINESS_TIME, HOUR_US},
    {"business hours", DURATION_BUSINESS_TIME, HOUR_US},
};

static bool parse_duration(struct slice text, struct duration *out)
{
    size_t digits = 0;
    while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9') digits++;
    int64_t n;
    if (!slice_to_i64(slice_of(text.ptr, digits), &n) || n < 1) return false;
    struct slice word = slice_skip(text, digits);
    bool spaced = word.len && word.ptr[0] == ' ';
    word = slice_trim(word);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        bool exact = units[i].unit == DURATION_EXACT;
        if (!slice_is(word, units[i].word) || (!exact && !spaced)) continue;
        int64_t limit = units[i].size == 1 ? 36500 : 36500 * DAY_US / units[i].size; /* a hundred years */
        *out = (struct duration){units[i].unit, n * units[i].size};
        return n <= limit;
    }
    return false;
}

bool read_duration(struct loader *l, const struct yaml_node *node, const char *what, struct duration *out)
{
    if (node->kind == YAML_SCALAR && parse_duration(slice_trim(node->text), out)) return true;
    *out = (struct duration){0};
    complain(l, node, SLICE("for example 30d, 12h, 45m, 2w, 3 calendar days, 2 business days, 4 business hours"),
             "%s must be a length of time, at most a hundred years", what);
    return false;
}

bool read_day(struct loader *l, const struct yaml_node *node, const char *what, int64_t *out)
{
    struct time_text time;
    if (node->kind == YAML_SCALAR && time_parse(node->text, &time) && time.day_only) {
        *out = floor_div(time.instant, DAY_US);
        return true;
    }
    complain(l, node, SLICE("for example 2026-01-05"), "%s must be a date", what);
    return false;
}

bool read_choice(struct loader *l, const struct yaml_node *node, const char *what, const char *words, int *out)
{
    struct slice known[WORDS_MAX] = {0};
    size_t count = split_words(words, known);
    struct slice word = node->kind == YAML_SCALAR ? node->text : SLICE("");
    for (size_t i = 0; i < count; i++)
        if (slice_equal(word, known[i])) {
            *out = (int)i;
            return true;
        }
    struct slice hint = suggest(l, word, known, count);
    complain(l, node, hint.len ? hint : hint_printf(l, "one of: %s", words), "%s cannot be `%.*s`", what,
             SLICE_ARG(word));
    return false;
}

bool read_role(struct loader *l, const struct yaml_node *node, enum role *out)
{
    int n;
    if (!read_choice(l, node, "a role", "marketing sales success product", &n)) return false;
    *out = (enum role)(ROLE_MARKETING + n);
    return true;
}

bool check_length(struct loader *l, const struct yaml_node *list, const char *what)
{
    if (list->count <= LIST_MAX) return true;
    complain(l, list, SLICE("a list this long belongs in the data"), "%s: %zu of them, and %d are the most", what,
             list->count, LIST_MAX);
    return false;
}

size_t read_words(struct loader *l, const struct yaml_node *node, const char *what, const struct slice **out)
{
    bool list = node->kind == YAML_LIST;
    size_t wanted = list ? node->count : 1, count = 0;
    if (list && !check_length(l, node, what)) return 0;
    struct slice *words = ARENA_ARRAY(l->arena, struct slice, wanted);
    for (size_t i = 0; i < wanted; i++) {
        const struct yaml_node *item = list ? node->items[i] : node;
        if (!read_text(l, item, what, &words[count])) continue;
        bool twice = false;
        for (size_t k = 0; k < count && !twice; k++) twice = slice_equal(words[k], words[count]);
        if (twice)
            complain(l, item, SLICE("keep one of them"), "`%.*s` is given twice", SLICE_ARG(words[count]));
        else
            count++;
    }
    *out = words;
    return count;
}

struct label read_label(struct loader *l, struct slice name, const struct yaml_node *map)
{
    struct label label = {.name = name};
    const struct yaml_node *he = yaml_get(map, "he"), *en = yaml_get(map, "en");
    if (he) read_text(l, he, "he", &label.he);
    if (en) read_text(l, en, "en", &label.en);
    return label;
}

bool is_choice(const struct field_type *type, struct slice word)
{
    if (!type->choices) return true;
    for (size_t i = 0; i < type->choice_count; i++)
        if (slice_equal_fold(word, type->choices[i])) return true;
    return false;
}

struct slice type_words(const struct field_type *type)
{
    static const char *const names[] = {"bool", "int", "decimal", "string", "instant", "span", "money", "list", "map"};
    return slice_from(type->kind == FIELD_TEXT && type->choices ? "one_of" : names[type->kind]);
}

struct slice type_name(struct loader *l, const struct field *field)
{
    if (field->answer) return SLICE("answer");
    if (field->day) return SLICE("day");
    if (field->ranged) return hint_printf(l, "%lld..%lld", (long long)field->low, (long long)field->high);
    if (field->type.kind != FIELD_LIST && field->type.kind != FIELD_MAP) return type_words(&field->type);
    struct field_type element = {.kind = field->type.element};
    return hint_printf(l, "%s_of %.*s", field->type.kind == FIELD_LIST ? "list" : "map",
                       SLICE_ARG(type_words(&element)));
}

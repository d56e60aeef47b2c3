/* A mapping says what the columns of a file mean: whom a row is about, and which events it makes. It is written in YAML
 * by the people who export the file (docs/INTAKE.md is its manual); here it is checked and compiled, still without
 * knowing any file. Columns of CSV are found by name whatever the case, spaces and punctuation; in NDJSON a column is a
 * key or a dotted path. */
#ifndef MASA_INTAKE_MAPPING_H
#define MASA_INTAKE_MAPPING_H

#include "base/error.h"
#include "base/zone.h"
#include "intake/decode.h"
#include "intake/event.h"

enum convert {
    CONVERT_TEXT,
    CONVERT_LOWER,  /* lower case, for keys */
    CONVERT_EMAIL,  /* the first e-mail address in the text, lower case */
    CONVERT_DOMAIN, /* the part behind its @ */
    CONVERT_NUMBER,
    CONVERT_MONEY, /* a number with its currency: "4500 USD" */
    CONVERT_BOOL,
    CONVERT_DATE,
    CONVERT_TIME,
};

struct map_word {
    struct slice from, to; /* `from` is lower case */
};

enum map_otherwise { OTHERWISE_KEEP, OTHERWISE_BLANK, OTHERWISE_WORD };

/* Where a value comes from: the first of the columns that is there and not blank, or a constant. */
struct map_field {
    bool given;
    const struct slice *columns;
    size_t column_count; /* 0: the constant */
    struct slice constant;
    enum convert convert;
    const struct slice *units; /* of money: columns that may name the currency */
    size_t unit_count;
    const struct map_word *words;
    size_t word_count;
    enum map_otherwise otherwise; /* what becomes of a text that is none of the words */
    struct slice other;
};

struct map_item {
    struct slice name; /* of the property or trait, may have dots */
    struct map_field field;
};

struct map_items {
    const struct map_item *at;
    size_t count;
    bool rest; /* every column, by its own name */
};

struct map_condition {
    struct map_field field;
    bool empty, not_empty; /* else: one of the values, lower case */
    const struct slice *values;
    size_t value_count;
};

/* One event (or, for identify and group, one for each trait) of a row. */
struct map_row {
    enum input_call call;
    struct map_field event; /* name of a track call */
    struct map_field at, id;
    struct map_items items; /* properties or traits */
    struct map_items context;
    const struct map_condition *when;
    size_t when_count;
    bool listed; /* stands under `rows`: what a record says of itself, read again with every export */
};

struct map_spend {
    bool given;
    struct map_field month, day, until, channel, campaign, amount, currency;
};

enum file_format { FORMAT_UNKNOWN, FORMAT_NDJSON, FORMAT_CSV };
enum date_order { DATES_UNKNOWN, DATES_YEAR_FIRST, DATES_DAY_FIRST, DATES_MONTH_FIRST };

struct mapping {
    struct slice name, source;
    enum file_format format;
    char separator; /* 0: found out */
    bool encoding_given;
    enum encoding encoding;
    const struct slice *header; /* names of the columns of a file that has none itself */
    size_t header_count;
    int64_t skip;                  /* lines before the header */
    const struct map_field *match; /* a file whose header has all of these is recognised */
    size_t match_count;
    const struct zone *zone; /* NULL: the company's */
    enum date_order dates;
    bool comma_decimal; /* numbers as in 1.234,50 */
    struct map_field person, anonymous, account, deal, subscription, record;
    struct slice deal_key, subscription_key;
    const struct map_row *rows;
    size_t row_count;
    struct map_spend spend;
};

/* Everything lives in the arena. NULL when there was an error; every one of them is in `diagnostics`. */
const struct mapping *mapping_parse(struct arena *arena, struct slice text, struct slice file,
                                    struct diagnostics *diagnostics);

/* The mappings that come with the program. */
struct ready_mapping {
    const char *name, *text;
};
extern const struct ready_mapping ready_mappings[];
extern const size_t ready_mapping_count;

/* A column's name as it is compared: lower case letters and digits only, without spaces, punctuation, Hebrew quotes and
 * marks of direction. */
struct slice column_fold(struct arena *arena, struct slice name);

#endif

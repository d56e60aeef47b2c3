/* The catalogue: every word of the report (locale/report.txt) and of explanations and comparisons (locale/explain.txt)
 * in Hebrew and English, built in. A message is found by its key and worded with named arguments; plurals are ICU's. */
#ifndef MASA_REPORT_CATALOGUE_H
#define MASA_REPORT_CATALOGUE_H

#include "base/arena.h"

enum tongue { HEBREW, ENGLISH, TONGUES };
extern const char *const tongue_names[TONGUES]; /* "he", "en" */

/* The same words in both languages. */
struct words {
    struct slice in[TONGUES];
};

struct argument {
    const char *name;
    bool is_number;
    double number;
    struct words words; /* when it is no number */
};

struct catalogue;

/* The built-in one. `locale` is the company's: numbers follow it in its own language. */
struct catalogue *catalogue_new(struct slice locale);
/* Another text, for tests; the text is borrowed. NULL when it is malformed, then *line says where. */
struct catalogue *catalogue_parse(struct slice text, struct slice locale, int *line);
void catalogue_free(struct catalogue *c);

bool catalogue_has(const struct catalogue *c, struct slice key);
/* An unknown key is a slip of the programmer's: the key itself comes out, and catalogue_missing counts it. */
struct words catalogue_words(struct catalogue *c, struct arena *arena, struct slice key,
                             const struct argument *arguments, size_t count);
size_t catalogue_missing(const struct catalogue *c);

size_t catalogue_count(const struct catalogue *c);
struct slice catalogue_key(const struct catalogue *c, size_t i);
struct slice catalogue_pattern(const struct catalogue *c, size_t i, enum tongue tongue);

/* "he-IL", "en-US": what numbers and dates of a language follow. */
const char *catalogue_locale(const struct catalogue *c, enum tongue tongue);

#endif

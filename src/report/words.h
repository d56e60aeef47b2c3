/* Wording: numbers, names and findings of one analysis become the catalogue's words in both languages. */
#ifndef MASA_REPORT_WORDS_H
#define MASA_REPORT_WORDS_H

#include "analysis/analysis.h"
#include "base/zone.h"
#include "report/catalogue.h"
#include "report/format.h"

struct wording {
    struct arena *arena;
    const struct analysis *analysis;
    struct catalogue *catalogue;
    struct formats *formats[TONGUES];
    struct words subjects, period, compare, per_period; /* what every message may name */
};

void wording_init(struct wording *w, struct arena *arena, const struct analysis *analysis);
void wording_release(struct wording *w);

enum { ARGUMENTS_MOST = 40 };
struct arguments {
    struct argument at[ARGUMENTS_MOST];
    size_t count;
};

/* Starts with what every message may name. */
struct arguments arguments_new(const struct wording *w);
void arguments_number(struct arguments *a, const char *name, double number);
void arguments_words(struct arguments *a, const char *name, struct words words);
void arguments_text(struct arguments *a, const char *name, struct slice text);

struct words word(struct wording *w, struct slice key, const struct arguments *arguments);
struct words word_key(struct wording *w, const char *key); /* without arguments of its own */

struct words words_same(struct slice text);
bool words_empty(struct words words);

/* A name that is given in one language only stands in both; given in none, the name itself. */
struct words word_label(const struct label *label);
/* A stage as sentences name it: its code when that is a word of the trade (MQL), else its label; what lies beyond the
 * goal by its label. */
struct words word_stage(const struct wording *w, uint32_t stage);
struct words word_value(struct wording *w, uint32_t dimension, uint32_t code);
struct words word_role(struct wording *w, enum role role);
/* One of the named codes of the catalogue (reason.X, reject.X), or the code in plain letters. */
struct words word_code(struct wording *w, const char *prefix, struct slice code);
/* The label of a code where the definition gives one, else as word_code. */
struct words word_coded(struct wording *w, const char *prefix, const struct label *label);
/* Why somebody left, as the definition says it: by the reason, else by the exit (NULL: none of the definition's). With
 * both where `whole`. */
struct words word_leave(struct wording *w, const struct exit_rule *exit, struct slice reason, bool whole);
/* "2 business days". */
struct words word_duration(struct duration duration, struct arena *arena);
struct words word_percent(struct wording *w, double percent, bool fixed);
struct words word_money(struct wording *w, double amount);
/* "January 2026", "Q1 2026", "2026", or days. */
struct words word_window(struct wording *w, const struct report_window *window);

/* kind "insight", "cause", "action"; part "title", "text", "short", "expected". */
struct words word_finding(struct wording *w, const char *kind, const struct finding *finding, const char *part);
struct arguments arguments_of_finding(struct wording *w, const struct finding *finding);

#endif

/* The sentences of a `why`, in both languages: what both of its renderers draw. */
#ifndef MASA_REPORT_WHY_WORDS_H
#define MASA_REPORT_WHY_WORDS_H

#include "definition/words.h"
#include "report/why.h"
#include "report/words.h"

struct teller {
    const struct why *why;
    const struct why_chapter *chapter; /* whose definition speaks now */
    struct arena arena;
    struct catalogue *catalogue;
};

void teller_init(struct teller *t, const struct why *why);
void teller_release(struct teller *t);
static inline const struct why_chapter *teller_last(const struct teller *t)
{
    return &t->why->chapters[t->why->count - 1];
}

/* A message of the catalogue: arguments may be NULL. */
struct words tell(struct teller *t, const char *key, const struct arguments *a);
/* On the company's clock; a day's last moment is the day. */
struct words tell_time(struct teller *t, int64_t at);
struct words tell_number(struct teller *t, int64_t millionths);
struct words tell_percent(struct teller *t, int64_t millionths);
struct words tell_label(struct teller *t, const struct label *label);
struct words tell_role(struct teller *t, enum role role);
/* A name or a word that people gave: codes of the dictionary; nobody's is said so. */
struct words tell_code(struct teller *t, uint32_t code);
/* Why something was given back or left, as the definition's lists call it. */
struct words tell_reason(struct teller *t, uint32_t funnel, uint32_t code);
struct words tell_stage(struct teller *t, uint32_t funnel, uint32_t stage);
struct words tell_exit(struct teller *t, uint32_t funnel, struct slice name);
/* With what it said, or only its name and id. */
struct words tell_event(struct teller *t, const struct told_event *e, bool says);
/* "opened a mail on 2026-01-06 09:00: 14 people of example.com within 1 s". */
struct words tell_crowd(struct teller *t, const struct told_crowd *crowd);

/* The rule, as in check --explain; with its label before it when it has one. */
struct words tell_rule(struct teller *t, const struct rule *rule);
struct words tell_clause(struct teller *t, const struct clause *clause);
struct words tell_slot(struct teller *t, uint32_t slot);
struct words tell_value(struct teller *t, const struct input_trace *input);
/* Where it comes from; empty when it is made of others. */
struct words tell_source(struct teller *t, const struct input_trace *input);
/* Those who give something to a value of all members, as it was read: who gives most first. In the teller's arena. */
struct behind {
    struct slice person;
    int64_t gives; /* millionths */
};
struct behind_list {
    const struct behind *at;
    size_t count;
};
enum { BEHIND_NAMED = 5, BEHIND_LISTED = 50 }; /* in a sentence, in a document */
struct behind_list tell_behind(struct teller *t, const struct input_trace *input);
/* Where all of them come from. */
struct words tell_sources(struct teller *t, struct input_list inputs);
/* What a leaf came to: "2 of 3 since ...", "employees: 45 (...)". Empty for a branch. */
struct words tell_came_to(struct teller *t, const struct clause_trace *c);
/* Why a part of a score, a profile or a BANT adds nothing; empty when it does. */
struct words tell_zero(struct teller *t, const struct part_trace *part, const struct rule *when);
struct words tell_how(struct teller *t, const struct interval *x);

enum missing_kind {
    MISSING_COUNT,
    MISSING_VALUE,
    MISSING_UNKNOWN,
    MISSING_QUIET,
    MISSING_NOT,
    MISSING_SOME,
    MISSING_DECISION,
    MISSING_EVIDENCE,
    MISSING_TIME,
    MISSING_HAND,
    MISSING_STAGE,
    MISSING_KINDS
};
extern const char *const missing_names[MISSING_KINDS];

/* One thing that is missing, or, of SOME, `need` of several. */
struct missing {
    enum missing_kind kind;
    struct words text;
    const struct clause *clause; /* NULL: none of the rule's */
    int64_t need;
    int64_t until; /* a moment it depends on; INSTANT_MAX: none */
    const struct missing *of;
    size_t count;
};
struct missing_list {
    const struct missing *at;
    size_t count;
};
struct missing_list tell_missing(struct teller *t, const struct funnel_trace *f, const struct ahead_trace *a);
/* That its rule held when it was not open; empty when it did not. */
struct words tell_gate(struct teller *t, const struct funnel_trace *f, const struct ahead_trace *a);

/* The rule as it was when it let the subject in, and the chapter it belongs to; NULL when no rule did. */
const struct clause_trace *why_entry(const struct why *why, const struct interval *x, const struct why_chapter **by);
const struct clause_trace *why_leaving(const struct why *why, const struct leaving *l, const struct why_chapter **by);

#endif

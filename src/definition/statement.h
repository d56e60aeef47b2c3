/* The definition's rules as statements, each of which knows its rule: what the editor shows beside the text, and what
 * two definitions are compared by. They are the lines that definition_explain prints. */
#ifndef MASA_DEFINITION_STATEMENT_H
#define MASA_DEFINITION_STATEMENT_H

#include "definition/load.h"

struct statement {
    struct slice rule;        /* where the rule stands in the file: "funnels.b2b.stages.SAL" */
    struct slice title;       /* what it is called: "SAL (accepted)" */
    struct slice key;         /* tells the statement from the others of its rule */
    struct slice text;        /* the sentence */
    struct slice what, value; /* of one that only says a value: "the threshold of the sales score", "80" */
    bool bullet;              /* an item of the line before it */
};
struct statement_list { /* for the vector macros */
    struct statement *at;
    size_t count, cap;
};

/* All of them, in the order of the explanation; texts live in the arena. Nothing is isolated: whoever draws them does.
 */
void definition_statements(const struct definition *definition, enum language language, struct arena *arena,
                           struct statement_list *out);

/* Sentences for the vector macros. */
struct sentence_list {
    struct slice *at;
    size_t count, cap;
};
/* What changes from one definition to another, in sentences: "The threshold of the sales score goes from 80 to 70".
 * What no rule's sentence speaks of (the company, events, reports) is told by its place in the file. Both languages
 * give the same number of sentences in the same order. */
void definition_compare(const struct definition_file *from, const struct definition_file *to, enum language language,
                        struct arena *arena, struct sentence_list *out);

/* The line at which a rule stands in the text it was loaded from; 0 when it stands nowhere. */
int definition_line(const struct definition_file *file, struct slice rule);

#endif

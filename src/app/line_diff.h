/* Two texts compared line by line: which lines went, came, stayed. */
#ifndef MASA_APP_LINE_DIFF_H
#define MASA_APP_LINE_DIFF_H

#include "base/slice.h"

enum line_kind { LINE_SAME, LINE_REMOVED, LINE_ADDED };
struct diff_line {
    enum line_kind kind;
    int old, now; /* its number, from 1; 0 where it is not */
    struct slice text;
};
struct diff_lines { /* for the vector macros */
    struct diff_line *at;
    size_t count, cap;
};

/* The shortest way from one to the other; when the texts are so large and so different that finding it would take too
 * long, what lies between their common beginning and end is replaced as a whole. */
void line_diff(struct slice old, struct slice now, struct diff_lines *out);

#endif

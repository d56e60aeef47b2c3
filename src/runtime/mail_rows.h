/* Rows of the mails of a sequence, from what was sent, opened and clicked in order of time: of a trail (tabulate.c), or
 * of what a table keeps of one (reframe.c). */
#ifndef MASA_RUNTIME_MAIL_ROWS_H
#define MASA_RUNTIME_MAIL_ROWS_H

#include "analysis/table.h"
#include "runtime/lap_history.h"

struct mail_rows { /* for the vector macros */
    struct mail_row *at;
    size_t count, cap;
};

/* Of one row of the table. The last open or click by a person before the entry of sequence.until (INSTANT_NONE: it was
 * not entered) is the one that contributed. */
struct mail_walk {
    uint32_t row;
    int64_t until;
    size_t first;         /* of the row's own */
    int64_t contributing; /* step; -1 */
};
struct mail_walk mail_walk_begin(const struct mail_rows *rows, uint32_t row, int64_t until);
/* False: there are as many as are kept. */
bool mail_walk_take(struct mail_rows *rows, struct mail_walk *walk, const struct lap_mail *mail);
void mail_walk_end(struct mail_rows *rows, const struct mail_walk *walk);

#endif

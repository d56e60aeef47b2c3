/* When the things of one lap happened that a row of a table only tells as of now (days with a touch, the stage held,
 * the highest score, mails), packed to some bytes: what the row was at an earlier instant can be told without folding
 * again (runtime/reframe.h). Stages that followed each other as their first entries did need no word. */
#ifndef MASA_RUNTIME_LAP_HISTORY_H
#define MASA_RUNTIME_LAP_HISTORY_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/vector.h"

struct lap_span {          /* a stage was held */
    int64_t entered, left; /* INSTANT_MAX: it still is */
    uint8_t stage;
};
struct lap_rise { /* a score got higher than it had been; of what it was when the lap began, `at` is that instant */
    int64_t at, value;
    uint32_t score;
};
enum lap_mail_kind { LAP_MAIL_SENT = 1, LAP_MAIL_OPENED = 2, LAP_MAIL_CLICKED = 4, LAP_MAIL_MACHINE = 8 };
struct lap_mail {
    int64_t at, step;
    uint8_t what; /* a set of enum lap_mail_kind */
};

/* All in order of time, none before the lap's first entry but mails and visits. */
struct lap_history {
    VECTOR(struct lap_span) spans;
    VECTOR(int64_t) touches; /* the first of each day that has one, after the first entry */
    VECTOR(struct lap_rise) rises;
    VECTOR(struct lap_mail) mails;
    VECTOR(int64_t) visits; /* the first of each day that has one, whenever the lap was */
};
void lap_history_clear(struct lap_history *history);
void lap_history_release(struct lap_history *history);

/* Packed bytes say how many they are. NULL: nothing is there. */
bool lap_history_pack(const struct lap_history *history, int64_t start, struct buffer *out);
void lap_history_unpack(const char *packed, int64_t start, struct lap_history *out);
/* The packed bytes, all of them. */
struct slice lap_history_bytes(const char *packed);

#endif

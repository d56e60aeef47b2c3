/* Backtests of a served store as jobs: begun, looked at, cancelled. Threads of their own take them in turn, so that
 * they take nothing from those who answer. The last ones are kept; what those found that are done stands in the store
 * (backtest_shelf.h), and is there after the program was started again, until somebody is erased. Any thread may call.
 */
#ifndef MASA_APP_BACKTESTS_H
#define MASA_APP_BACKTESTS_H

#include "access/access.h"

enum { BACKTESTS_KEPT = 32, BACKTESTS_AT_ONCE = 2 };

enum backtest_state { BACKTEST_QUEUED, BACKTEST_RUNNING, BACKTEST_DONE, BACKTEST_FAILED, BACKTEST_CANCELLED };
extern const char *const backtest_state_names[];

struct backtest_job {
    int64_t id, by, created_at; /* by: number of the user; 0: of none */
    enum backtest_state state;
    uint64_t done, total; /* events read; total 0: not known yet */
    double seconds;       /* that it has been running */
    struct slice result;  /* JSON; empty until it is done */
    struct slice message; /* why it failed */
    bool asked_wrongly;   /* because of what was asked, not of the store */
};

struct backtests;
/* `told` is called when the state of a job changes, and now and then as it goes on; from any thread. */
enum outcome backtests_start(const char *db, struct world world,
                             void (*told)(void *context, const struct backtest_job *job), void *context,
                             struct backtests **out, struct error *error);
/* Cancels all that run. */
void backtests_stop(struct backtests *backtests);

struct backtest_asked {
    struct slice text, against; /* definitions; against empty: the one in force */
    const char *name;           /* what the text is called in messages */
    struct slice period;
    int64_t by;
};
/* ANSWER_BUSY: too many are under way. */
enum answer backtest_begin(struct backtests *backtests, const struct backtest_asked *asked, struct backtest_job *out,
                           struct error *error);
/* False when there is no such job (any more). Texts live in the arena. */
bool backtest_look(struct backtests *backtests, int64_t id, struct arena *arena, struct backtest_job *out);
/* What has ended already stays as it is. False when there is no such job. */
bool backtest_cancel(struct backtests *backtests, int64_t id);

#endif

/* Where what backtests found is kept, so that it is there after the program was started again: the last ones of a
 * store, in its file. What cannot be written is not kept, and that is all. Any thread may call. */
#ifndef MASA_APP_BACKTEST_SHELF_H
#define MASA_APP_BACKTEST_SHELF_H

#include "app/backtests.h"

struct backtest_shelf;
struct backtest_shelf *backtest_shelf_open(const char *db, struct error *error);
void backtest_shelf_close(struct backtest_shelf *shelf);

/* Those that are done, oldest first, without what they found; how many. *last: the highest number ever given. Whatever
 * had not ended is forgotten. */
size_t backtest_shelf_list(struct backtest_shelf *shelf, struct backtest_job out[BACKTESTS_KEPT], int64_t *last);

/* How many erasures the store has seen, whichever process made them: a result that was begun at another number may name
 * who is erased by now. */
int64_t backtest_shelf_erasures(struct backtest_shelf *shelf);

/* It begins; it is done (false: not kept, because it cannot be written, or somebody was erased since `erasures`); it
 * ended otherwise. */
void backtest_shelf_begin(struct backtest_shelf *shelf, const struct backtest_job *job);
bool backtest_shelf_put(struct backtest_shelf *shelf, const struct backtest_job *job, struct slice result,
                        int64_t erasures);
void backtest_shelf_drop(struct backtest_shelf *shelf, int64_t id);
/* What it found, in the arena; false: it is not there any more. */
bool backtest_shelf_result(struct backtest_shelf *shelf, int64_t id, struct arena *arena, struct slice *out);

#endif

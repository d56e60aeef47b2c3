/* Reports that were asked for lately, so that the next state has them before anybody asks again: a page that shows one
 * asks for it as soon as it hears of a new state. For any number of threads. */
#ifndef MASA_APP_WISHES_H
#define MASA_APP_WISHES_H

#include "app/standing.h"

enum { WISHES_MOST = 12, WISH_MS = 2 * 60 * 1000 }; /* how many are kept, and how long */

struct wishes;
struct wishes *wishes_new(void);
void wishes_free(struct wishes *wishes);
/* Asked at `now`, in milliseconds of any clock; `key` tells one report from another. */
void wishes_note(struct wishes *wishes, const struct standing_request *request, struct slice key, int64_t now);
/* Copies of those that hold, in the arena: first what was asked more than once (somebody looks at it), the last asked
 * before others. */
size_t wishes_list(struct wishes *wishes, int64_t now, struct arena *arena, struct standing_request out[WISHES_MOST]);

#endif

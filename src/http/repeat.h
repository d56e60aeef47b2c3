/* Changes that must not happen twice: a client that does not know whether its request arrived sends it again with the
 * same Idempotency-Key, and gets the first answer again. Kept in memory for a day, in bounded room, since answers may
 * hold secrets that are to stand nowhere else; what must be done once even over a restart is settled by the store. */
#ifndef MASA_HTTP_REPEAT_H
#define MASA_HTTP_REPEAT_H

#include "http/http_server.h"

enum { REPEATS_MAX = 1024, REPEAT_BODY_MAX = 64 << 10 };

/* May be used by many threads. */
struct repeats;
struct repeats *repeats_new(void);
void repeats_free(struct repeats *repeats);

/* Does the work of a request at most once for each key: `work` writes its answer to http_out and returns the status, or
 * 0 when it has refused (http_fail), after which the key may be tried again. `who`: whose keys are meant. `now` is in
 * microseconds. */
void repeat_once(struct repeats *repeats, struct http_exchange *x, struct slice who, int64_t now,
                 int (*work)(struct http_exchange *x));

#endif

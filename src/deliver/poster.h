/* Posts messages to webhooks, many at once, over libcurl. The address is checked where the connection is made, so that
 * no name can lead to where the program must not call (reach.h); no redirect is followed, no proxy of the environment
 * used, certificates are checked, and of an answer little more than its status is read.
 *
 * For one thread, but for poster_wake. */
#ifndef MASA_DELIVER_POSTER_H
#define MASA_DELIVER_POSTER_H

#include "base/error.h"
#include "deliver/reach.h"
#include "deliver/send_ledger.h"

enum { POSTER_LIMIT_MS = 10000, POSTER_ANSWER_MAX = 16 << 10 };

struct poster;
/* `limit_ms`: how long a try may take, from looking the name up to the end of the answer; 0: the usual. Takes the reach
 * as it is. NULL: the error says why. */
struct poster *poster_new(const struct reach *reach, int limit_ms, struct error *error);
/* What is under way is broken off. */
void poster_free(struct poster *poster);

struct post {
    int64_t tag; /* comes back with the answer */
    struct slice url, body;
    struct slice id, signature;
    int64_t at; /* seconds since 1970 */
};
/* Copies what it needs. */
enum outcome poster_begin(struct poster *poster, const struct post *post, struct error *error);
/* Moves on what is under way, and returns after that time at the latest, earlier when something has ended, or somebody
 * wakes it. */
void poster_wait(struct poster *poster, int wait_ms);
/* One that has ended; false: none has. A status of 2xx counts although the rest of the answer was cut off. */
bool poster_take(struct poster *poster, int64_t *tag, struct send_answer *answer);
/* From any thread. */
void poster_wake(struct poster *poster);

#endif

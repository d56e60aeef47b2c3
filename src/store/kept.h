/* A store kept open, for who looks up one subject after the other: its connection, the blocks that were used lately
 * with an index over their senders, and an index over the tail. All of it is given up as soon as somebody writes to the
 * file, but for what comes to the tail, which is taken up. */
#ifndef MASA_STORE_KEPT_H
#define MASA_STORE_KEPT_H

#include "store/read.h"

/* How many bytes of blocks stay at most, unless one reading needs more. */
enum { KEPT_BYTES_MAX = 32 << 20 };

struct store_kept;
struct store_kept *store_kept_new(const char *path);
void store_kept_free(struct store_kept *kept); /* NULL is fine */

/* Takes up what has come since. *moment is another number whenever anything did. */
enum outcome store_kept_look(struct store_kept *kept, uint64_t *moment, struct error *error);

/* As store_read with `only`, which must be there, on the calling thread, to its first sink: what there was at the last
 * look, or later. One reading at a time. */
enum outcome store_kept_read(struct store_kept *kept, const struct store_reading *reading, struct error *error);

/* A number that whoever uses it may leave with it; 0 to begin with. */
uint64_t *store_kept_note(struct store_kept *kept);

#endif

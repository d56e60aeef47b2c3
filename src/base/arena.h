/* An arena: memory that is given out piece by piece and returned all at once. Nothing in it is freed alone.
 * One arena per request, command, definition or batch; it is not for sharing between threads. */
#ifndef MASA_BASE_ARENA_H
#define MASA_BASE_ARENA_H

#include "base/slice.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    char *next, *end;
    size_t used; /* bytes given out */
};

void arena_init(struct arena *arena);
void arena_release(struct arena *arena);
/* Forgets all, keeps the newest block for use again. */
void arena_clear(struct arena *arena);
/* Aligned to 16 bytes, not zeroed. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_zero(struct arena *arena, size_t size);
/* Copies; a NUL follows the copy, outside its length. */
struct slice arena_slice(struct arena *arena, struct slice s);
struct slice arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define ARENA_NEW(arena, type)      ((type *)arena_zero((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, n) ((type *)arena_zero((arena), sizeof(type) * (size_t)(n)))

#endif

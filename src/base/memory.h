/* Allocation that cannot fail: running out of memory ends the program in one place, out_of_memory(). */
#ifndef MASA_BASE_MEMORY_H
#define MASA_BASE_MEMORY_H

#include <stddef.h>

__attribute__((noreturn)) void out_of_memory(size_t wanted);
/* The caller frees with free(). A size of zero gives a valid pointer. */
void *memory_new(size_t size); /* zeroed */
void *memory_grow(void *old, size_t size);
/* For megabytes that will be in use throughout: asks for huge pages, which spares page faults and address look-ups. Not
 * zeroed. */
void *memory_large(size_t size);
/* A piece of what comes to megabytes that are written once, read once and given back (by free()), of at most
 * PASSING_PIECE bytes: so much as malloc keeps when it is given back, so that what one is done with another takes at
 * once, instead of fresh pages, which are dear where a host takes back what its guests do not use. A piece's pages are
 * small, come all at once, and are few enough to be in the cache still when they are written to. Not zeroed. */
enum { PASSING_PIECE = 120 << 10 };
void *memory_passing(size_t size);
/* Zeroed, for an array whose items belong to different threads and are declared APART: none shares what the cache
 * moves at once with another, so that one thread's counting does not slow the next one's reading. */
void *memory_apart(size_t size);
#define APART __attribute__((aligned(128)))
/* New capacity, in items, for a vector of `have` items that must hold `need`: doubling, from 8. */
size_t memory_capacity(size_t have, size_t need);

#endif

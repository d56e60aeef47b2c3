#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void out_of_memory(size_t wanted)
{
    fprintf(stderr, "masa: out of memory (%zu bytes wanted)\n", wanted);
    abort();
}

void *memory_new(size_t size)
{
    void *p = calloc(1, size ? size : 1);
    if (!p) out_of_memory(size);
    return p;
}

void *memory_grow(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);
    if (!p) out_of_memory(size);
    return p;
}

void *memory_large(size_t size)
{
    enum { HUGE_PAGE = 2 << 20, WASTE = 8 };
    const size_t behind = HUGE_PAGE - size % HUGE_PAGE; /* a last page that is not whole would be made of small ones */
    void *p = NULL;
    if (size < HUGE_PAGE) return memory_grow(NULL, size);
    if (behind < size / WASTE) size += behind;
    if (posix_memalign(&p, HUGE_PAGE, size)) out_of_memory(size);
    madvise(p, size, MADV_HUGEPAGE); /* only speed is lost when refused */
    return p;
}

void *memory_passing(size_t size)
{
    enum { PAGE = 4096 };
    void *p = NULL;
    if (size > PASSING_PIECE / 2 && size < PASSING_PIECE) size = PASSING_PIECE; /* as large as others, it fits there */
    if (posix_memalign(&p, PAGE, size ? size : 1)) out_of_memory(size);
    madvise(p, size / PAGE * PAGE, MADV_POPULATE_WRITE); /* only speed is lost when refused, as by older systems */
    return p;
}

void *memory_apart(size_t size)
{
    enum { MOVED_AT_ONCE = 128 };
    void *p = NULL;
    if (posix_memalign(&p, MOVED_AT_ONCE, size ? size : 1)) out_of_memory(size);
    return memset(p, 0, size);
}

size_t memory_capacity(size_t have, size_t need)
{
    size_t cap = have ? have : 8;
    while (cap < need) cap *= 2;
    return cap;
}

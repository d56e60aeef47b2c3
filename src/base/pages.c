#include "base/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/memory.h"

enum { LARGE_PAGE = 2 << 20 };

static size_t whole_pages(size_t size)
{
    return (size + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
}

static char *map(size_t size)
{
    char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) out_of_memory(size);
    return p;
}

/* With room before and behind, which goes back. */
static char *map_aligned(size_t size)
{
    char *p = map(size + LARGE_PAGE);
    const size_t before = LARGE_PAGE - (uintptr_t)p % LARGE_PAGE;
    munmap(p, before);
    if (before < LARGE_PAGE) munmap(p + before + size, LARGE_PAGE - before);
    return p + before;
}

void *pages_borrow(size_t size)
{
    if (size < LARGE_PAGE) return memory_grow(NULL, size);
    const size_t whole = whole_pages(size);
    char *p = map(whole);
    if ((uintptr_t)p % LARGE_PAGE) { /* systems of today begin at a large page by themselves */
        munmap(p, whole);
        p = map_aligned(whole);
    }
    madvise(p, whole, MADV_HUGEPAGE); /* only speed is lost when refused */
    return p;
}

void pages_return(void *pages, size_t size)
{
    if (size < LARGE_PAGE)
        free(pages);
    else if (pages)
        munmap(pages, whole_pages(size));
}

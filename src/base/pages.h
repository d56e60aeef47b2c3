/* Megabytes that are given back while work goes on. Pages that were in use a moment ago are much cheaper than fresh
 * ones where a host takes back what its guests do not use; so what is done with goes back to the system at once, for
 * whatever asks next. (free() keeps it, for requests of its own size.) */
#ifndef MASA_BASE_PAGES_H
#define MASA_BASE_PAGES_H

#include <stddef.h>

/* Of large pages where it is as long as one. Not zeroed. Cannot fail, as base/memory.h. */
void *pages_borrow(size_t size);
void pages_return(void *pages, size_t size); /* of the same size; NULL is nothing */

#endif

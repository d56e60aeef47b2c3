/* Binary search of what is in order, whatever it is:
 *
 *     const size_t next = bisect(i, names.count, names.at[i].at < at);
 *
 * is how many of the places 0 .. count - 1 come before: the first `i` for which `before` does not hold, or `count`.
 * `before` must hold up to some place and from there on no more; it is looked at for about log2(count) places. */
#ifndef MASA_BASE_BISECT_H
#define MASA_BASE_BISECT_H

#include <stddef.h>

#define bisect(i, count, before)                                                                                       \
    __extension__({                                                                                                    \
        size_t bisect_low = 0, bisect_high = (count);                                                                  \
        while (bisect_low < bisect_high) {                                                                             \
            const size_t i = bisect_low + (bisect_high - bisect_low) / 2;                                              \
            if (before)                                                                                                \
                bisect_low = i + 1;                                                                                    \
            else                                                                                                       \
                bisect_high = i;                                                                                       \
        }                                                                                                              \
        bisect_low;                                                                                                    \
    })

#endif

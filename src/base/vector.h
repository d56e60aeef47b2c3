/* A growing array of any type:
 *
 *     VECTOR(struct row) rows = {0};
 *     vector_push(&rows, ((struct row){.n = 1}));
 *     for (size_t i = 0; i < rows.count; i++) use(&rows.at[i]);
 *     vector_release(&rows);
 *
 * Items move when it grows: keep indices, not pointers. */
#ifndef MASA_BASE_VECTOR_H
#define MASA_BASE_VECTOR_H

#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

#define VECTOR(type)                                                                                                   \
    struct {                                                                                                           \
        type *at;                                                                                                      \
        size_t count, cap;                                                                                             \
    }

#define vector_reserve(v, n)                                                                                           \
    do {                                                                                                               \
        if ((v)->cap < (size_t)(n)) {                                                                                  \
            (v)->cap = memory_capacity((v)->cap, (size_t)(n));                                                         \
            (v)->at = memory_grow((v)->at, (v)->cap * sizeof *(v)->at);                                                \
        }                                                                                                              \
    } while (0)

#define vector_push(v, item)                                                                                           \
    do {                                                                                                               \
        vector_reserve((v), (v)->count + 1);                                                                           \
        (v)->at[(v)->count++] = (item);                                                                                \
    } while (0)

/* Brings the items of another into one, each of which goes on as less(item, item) tells (of pointers): from the end on,
 * so that nothing is moved twice. Of two that are alike, the other's comes behind. */
#define vector_merge(v, more, less)                                                                                    \
    do {                                                                                                               \
        size_t a_ = (v)->count, b_ = (more)->count, end_ = a_ + b_;                                                    \
        vector_reserve((v), end_);                                                                                     \
        (v)->count = end_;                                                                                             \
        while (b_) {                                                                                                   \
            const bool own_ = a_ && less(&(more)->at[b_ - 1], &(v)->at[a_ - 1]);                                       \
            (v)->at[--end_] = own_ ? (v)->at[--a_] : (more)->at[--b_];                                                 \
        }                                                                                                              \
    } while (0)

#define vector_clear(v) ((void)((v)->count = 0))
#define vector_last(v)  (&(v)->at[(v)->count - 1])
#define vector_release(v)                                                                                              \
    do {                                                                                                               \
        free((v)->at);                                                                                                 \
        (v)->at = NULL;                                                                                                \
        (v)->count = (v)->cap = 0;                                                                                     \
    } while (0)

#endif

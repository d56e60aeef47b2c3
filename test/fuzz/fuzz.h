/* What every fuzz target gives: a function that takes any bytes and neither crashes nor breaks what it promises.
 * libFuzzer calls it when the build has -Dfuzz=true; otherwise replay.c does, with the files under corpus/. */
#ifndef MASA_FUZZ_H
#define MASA_FUZZ_H

#include <stdint.h>
#include <stdlib.h>

#include "base/slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise that was broken is a crash. */
#define PROMISE(condition)                                                                                             \
    do {                                                                                                               \
        if (!(condition)) abort();                                                                                     \
    } while (0)

static inline struct slice fuzz_text(const uint8_t *data, size_t size)
{
    return slice_of((const char *)data, size);
}

#endif

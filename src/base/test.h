/* What every unit test includes: cmocka and its required headers in their required order. */
#ifndef MASA_BASE_TEST_H
#define MASA_BASE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/slice.h"

#define assert_slice(s, text)                                                                                          \
    do {                                                                                                               \
        struct slice assert_s_ = (s), assert_t_ = slice_from(text);                                                    \
        if (!slice_equal(assert_s_, assert_t_))                                                                        \
            fail_msg("got «%.*s», wanted «%.*s»", SLICE_ARG(assert_s_), SLICE_ARG(assert_t_));                         \
    } while (0)

#endif

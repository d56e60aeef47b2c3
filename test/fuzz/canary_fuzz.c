/* A parser with a fault, which the fuzzer must find: proof that a quiet run means something. */
#include <string.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= 4 && data[0] == 'm' && data[1] == 'a' && data[2] == 's' && data[3] == 'a') abort();
    return 0;
}

/* What jansson says of a JSON text. It is loaded at run time, because it and the program use the same names. */
#ifndef MASA_FUZZ_JSON_ORACLE_H
#define MASA_FUZZ_JSON_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

enum json_verdict {
    JSON_TAKEN,
    JSON_REFUSED,
    JSON_LIMITED, /* refused for a limit of jansson's own: a number's size, depth, NUL in a key */
    JSON_UNASKED, /* jansson is not there, or is known to be wrong */
};

enum json_verdict json_oracle(const char *text, size_t size);

#endif

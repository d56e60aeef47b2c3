/* The starters of masa init, made from examples/templates when the program is built. */
#ifndef MASA_CLI_TEMPLATES_H
#define MASA_CLI_TEMPLATES_H

#include <stddef.h>

struct starter {
    const char *name, *text;
};

extern const struct starter starters[];
extern const size_t starter_count;

#endif

/* Definitions to begin with, made from examples/templates when the program is built: for masa init, and for whoever
 * begins in the interface. */
#ifndef MASA_APP_TEMPLATES_H
#define MASA_APP_TEMPLATES_H

#include <stddef.h>

struct starter {
    const char *name, *text;
};

extern const struct starter starters[];
extern const size_t starter_count;

#endif

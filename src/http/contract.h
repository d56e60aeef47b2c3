/* schema/openapi.yaml, as the build put it into the program. */
#ifndef MASA_HTTP_CONTRACT_H
#define MASA_HTTP_CONTRACT_H

#include <stddef.h>

struct contract_file {
    const char *name, *text;
};
extern const struct contract_file contract_files[];
extern const size_t contract_file_count;

#endif

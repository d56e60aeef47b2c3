/* What a request's headers must not say, whatever the library makes of it: each of these can make a proxy before the
 * server and the server itself see two different requests (smuggling). Feed every header, then ask. */
#ifndef MASA_HTTP_GUARD_H
#define MASA_HTTP_GUARD_H

#include "base/slice.h"

struct guard {
    uint32_t hosts, lengths, encodings;
    const char *fault; /* of a single header */
};

void guard_header(struct guard *guard, struct slice name, struct slice value);
/* Why the request is refused, NULL when it is fine. `version`: "HTTP/1.1". */
const char *guard_fault(const struct guard *guard, struct slice version);

#endif

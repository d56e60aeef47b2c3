/* IP addresses and networks as values: VALUE_IP and VALUE_CIDR. */
#ifndef MASA_CEL_NETWORK_H
#define MASA_CEL_NETWORK_H

#include "base/buffer.h"
#include "value/value.h"

/* Plain IPv4 or IPv6 text: no zone, no IPv4 digits inside IPv6. An IPv6 form of an IPv4 address becomes that address.
 */
bool network_parse_ip(struct arena *arena, struct slice text, struct value *out);
bool network_parse_cidr(struct arena *arena, struct slice text, struct value *out);
/* The canonical text of either. */
void network_print(struct buffer *out, struct value v);

#endif

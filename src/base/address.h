/* Addresses of the network. */
#ifndef MASA_BASE_ADDRESS_H
#define MASA_BASE_ADDRESS_H

#include <sys/socket.h>

#include "base/slice.h"

/* IPv6, an IPv4 address as the IPv6 one it maps to; all zero when unknown. */
struct address {
    unsigned char bytes[16];
};

enum { ADDRESS_TEXT_MAX = 46 };

struct address address_of(const struct sockaddr *socket_address);
/* "192.0.2.1", "2001:db8::1", "[2001:db8::1]"; false for anything else. */
bool address_parse(struct slice text, struct address *out);
void address_text(struct address address, char out[ADDRESS_TEXT_MAX]);
static inline bool address_equal(struct address a, struct address b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}
/* 127.0.0.0/8 or ::1. */
bool address_is_loopback(struct address address);

#endif

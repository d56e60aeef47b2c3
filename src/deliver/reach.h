/* Whom the program may call. Administrators write the addresses of webhooks, and the program stands where they do not:
 * behind the firewall, beside the database. So it calls the public internet only, and of anything else what whoever
 * started it has named. Asked of the very address that is about to be connected to (post.h), since a name may lead
 * anywhere, and elsewhere the next time. */
#ifndef MASA_DELIVER_REACH_H
#define MASA_DELIVER_REACH_H

#include "base/address.h"

struct reach_net {
    struct address address;
    int bits; /* of 128 */
};

enum { REACH_NETS_MAX = 16 };
struct reach {
    struct reach_net nets[REACH_NETS_MAX]; /* that were named */
    size_t count;
};

/* "10.0.0.0/8", "127.0.0.1", "fd00::/8"; false for anything else. */
bool reach_parse(struct slice text, struct reach_net *out);

bool reach_is_named(const struct reach *reach, struct address address);
/* Neither private, nor of this link or machine, nor set apart for anything else. */
bool reach_is_public(struct address address);
/* `encrypted`: by https. Without it only what was named is called. */
bool reach_allows(const struct reach *reach, struct address address, bool encrypted);

#endif

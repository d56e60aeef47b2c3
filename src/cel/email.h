/* E-mail addresses and hosts, as far as a definition asks about them. */
#ifndef MASA_CEL_EMAIL_H
#define MASA_CEL_EMAIL_H

#include "base/slice.h"

/* The part after the @ of an address, empty when it is malformed. */
struct slice email_domain(struct slice address);
/* The host of a URL or of a bare host name, without user, port and a leading "www."; empty when there is none. */
struct slice url_host(struct slice url);
/* A well-known provider of free mailboxes or of throw-away addresses, or a part of one. Letters in any case. */
bool domain_is_free(struct slice domain);
/* A well-formed address at a domain that is not free. */
bool email_is_work(struct slice address);

#endif

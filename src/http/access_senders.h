/* The write keys that people manage (src/access), for intake to ask. */
#ifndef MASA_HTTP_ACCESS_SENDERS_H
#define MASA_HTTP_ACCESS_SENDERS_H

#include "access/access.h"
#include "http/sender.h"

struct sender_port access_senders(struct access *access);

#endif

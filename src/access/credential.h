/* How requests say who they come from: the headers Cookie and Authorization, read; Set-Cookie, written. Texts of
 * strangers: whatever is not to the letter is not there. */
#ifndef MASA_ACCESS_CREDENTIAL_H
#define MASA_ACCESS_CREDENTIAL_H

#include "base/buffer.h"

/* The value of the cookie of that name (RFC 6265), without quotes. False when there is none, and when there are two:
 * one of them was put there by somebody else. */
bool cookie_find(struct slice header, struct slice name, struct slice *value);

enum authorization_kind {
    AUTHORIZATION_NONE,  /* the header is empty */
    AUTHORIZATION_OTHER, /* a scheme that masa does not know, or malformed */
    AUTHORIZATION_BEARER,
    AUTHORIZATION_BASIC,
};
enum { AUTHORIZATION_MAX = 1024 }; /* bytes of a header; longer ones are malformed */
struct authorization {
    enum authorization_kind kind;
    struct slice user, password;  /* of basic; a bearer's token stands in `password` */
    char room[AUTHORIZATION_MAX]; /* where they stand */
};
void authorization_read(struct slice header, struct authorization *out);

/* The value of a Set-Cookie header for a cookie that scripts cannot read and that other sites' pages do not send with
 * changes. `secure`: only over TLS. max_age in seconds; 0 takes the cookie away. */
void cookie_write(struct slice name, struct slice value, int64_t max_age, bool secure, struct buffer *out);
/* "__Host-masa_session" where cookies are secure, so that no other host of the domain can set it; else without. */
struct slice session_cookie(bool secure);
struct slice device_cookie(bool secure);

/* The same scheme, host and port, as browsers write them. */
bool origin_equal(struct slice a, struct slice b);

#endif

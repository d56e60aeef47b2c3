/* Links that lead through the server, so that a click is an event: ADDRESS/v1/r?to=URL&data=EVENT&sig=SIGNATURE. Only
 * links that the server made itself lead anywhere, and only to hosts that it was told of: no open redirect. */
#ifndef MASA_HTTP_CLICK_LINK_H
#define MASA_HTTP_CLICK_LINK_H

#include "base/arena.h"
#include "base/error.h"

enum { CLICK_SECRET = 32, CLICK_SIGNATURE = 32, CLICK_SIGNATURE_TEXT = 2 * CLICK_SIGNATURE };

struct click_links {
    unsigned char secret[CLICK_SECRET];
    const struct slice *hosts; /* "example.com" */
    size_t host_count;
};

/* Reads the secret from the file; makes both, readable by its owner only, where there is none. */
enum outcome click_secret_load(struct click_links *links, const char *path, struct error *error);

/* "https://example.com/path?x=1": http or https, no user name, an allowed host. */
bool click_target_allowed(const struct click_links *links, struct slice url);
/* `event` is JSON. The path and query of the link, in the arena. */
struct slice click_link_make(const struct click_links *links, struct arena *arena, struct slice to, struct slice event);
/* The parts of the query, already percent-decoded. True: made here, and still allowed; *event is its JSON. */
bool click_link_open(const struct click_links *links, struct arena *arena, struct slice to, struct slice data,
                     struct slice signature, struct slice *event);

/* Base64 as clients write it: of both alphabets, with or without padding. */
bool base64_decode(struct arena *arena, struct slice text, struct slice *out);

#endif

/* All who listen to GET /api/v1/stream: what one part of the program tells goes to each of them. */
#ifndef MASA_HTTP_STREAMS_H
#define MASA_HTTP_STREAMS_H

#include "access/access.h"
#include "http/http_server.h"

/* May be used by many threads. Once a second it is looked whether whoever listens would still be let in: who would not
 * hears no more. */
struct streams;
struct streams *streams_new(struct access *access);
void streams_free(struct streams *streams);

struct stream_event {
    struct slice name, id, data; /* the id may be empty */
};
/* Makes the request of `who` a listener, with first events of its own, which must not stand in the exchange's arena:
 * the exchange is gone. */
void streams_join(struct streams *streams, struct http_exchange *x, const struct identity *who,
                  const struct stream_event *events, size_t count);
void streams_tell(struct streams *streams, struct slice name, struct slice id, struct slice data);
/* Only those of whom `hears` says so. */
struct stream_choice {
    bool (*hears)(void *context, const struct identity *who);
    void *context;
};
void streams_tell_some(struct streams *streams, struct stream_event event, struct stream_choice choice);
/* Lets go of all, and takes nobody any more. */
void streams_close(struct streams *streams);

#endif

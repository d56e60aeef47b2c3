/* Rings for what people are told at once (app/alerts.h): whoever listens to the stream hears of each condition when it
 * begins and when it ends, once, if it is for them; whoever comes later hears first what holds. A thread of its own
 * looks when a state is new, when appends fail or work again, and when a clock runs out; between it sleeps. The same
 * looks decide what goes out by webhooks (app/outbox.h). */
#ifndef MASA_HTTP_BELL_H
#define MASA_HTTP_BELL_H

#include "app/colleagues.h"
#include "app/outbox.h"
#include "app/standing.h"
#include "http/streams.h"

struct bell;

struct bell_options {
    struct standing *standing;
    struct streams *streams;
    struct colleagues *colleagues;
    struct world world;
};
/* NULL: no thread. */
struct bell *bell_new(const struct bell_options *options, struct error *error);
/* From the next look on; it must outlive the bell's looks. */
void bell_send_by(struct bell *bell, struct outbox *outbox);
/* Rings no more; may be called twice. */
void bell_stop(struct bell *bell);
void bell_free(struct bell *bell);

/* There is something new to look at. From any thread, and quick. */
void bell_look(struct bell *bell);
/* Whether appends work, as commit.h watches them; `context` is the bell. */
void bell_appends(void *context, enum outcome outcome);
/* streams_join, with the conditions that hold after `hello`. */
void bell_join(struct bell *bell, struct http_exchange *x, const struct identity *who, struct stream_event hello);

#endif

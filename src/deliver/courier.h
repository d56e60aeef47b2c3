/* Delivers what the ledger of sends holds: a thread of its own that sleeps until the next is due. One message a channel
 * is under way at a time, so that a slow receiver delays its own alone. */
#ifndef MASA_DELIVER_COURIER_H
#define MASA_DELIVER_COURIER_H

#include "deliver/send_channel.h"
#include "deliver/reach.h"
#include "deliver/send_ledger.h"

struct courier;

enum courier_word {
    COURIER_SEND,  /* its body was written */
    COURIER_DROP,  /* it need not be sent any more */
    COURIER_LATER, /* that cannot be told now */
};

/* All are called on the courier's thread, but for `now`. */
struct courier_options {
    const char *db;
    struct reach reach;
    int limit_ms; /* of a try; 0: the usual */
    void *context;
    int64_t (*now)(void *context);
    /* At the moment of sending: whether it still is to be sent, and what it says. The same of the same, since what went
     * out perhaps may go out again. */
    enum courier_word (*ask)(void *context, const struct send_channel *channel, const struct send *send,
                             struct buffer *body);
    /* A try has ended, or a row was dropped; may be NULL. */
    void (*settled)(void *context, const struct send *send, enum send_state state);
    void (*failed)(void *context, const struct error *error); /* the store; it is tried again. May be NULL */
};

enum outcome courier_start(const struct courier_options *options, struct courier **out, struct error *error);
/* There may be something new to send, or a channel has changed. From any thread. */
void courier_wake(struct courier *courier);
/* Begins nothing more, and waits for what is under way, at most as long as a try may take. May be called twice. */
void courier_stop(struct courier *courier);
void courier_free(struct courier *courier);

#endif

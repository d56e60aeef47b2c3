/* What a service tells people and programs by itself: reminders and escalations of handoffs, to the webhooks that
 * administrators make. What is to be told is decided once, by whoever looks at each new state (http/bell.h); a courier
 * delivers it (deliver/courier.h), and asks again at the moment of sending whether it still is to be.
 *
 * Any thread may call. */
#ifndef MASA_APP_OUTBOX_H
#define MASA_APP_OUTBOX_H

#include "app/alerts.h"
#include "deliver/reach.h"

struct outbox;

struct outbox_options {
    const char *db;
    struct access *access;
    struct world world;
    struct standing *standing; /* to ask at the moment of sending */
    struct reach reach;
    const char *site; /* how people reach the service, for links; NULL: links are paths */
    void *context;
    void (*changed)(void *context);                           /* there is something to look at; may be NULL */
    void (*failed)(void *context, const struct error *error); /* the store, on a thread that answers nobody */
};
/* Begins to deliver. */
enum outcome outbox_start(const struct outbox_options *options, struct outbox **out, struct error *error);
/* Delivers no more; what is under way is waited for, seconds at most. May be called twice. */
void outbox_stop(struct outbox *outbox);
/* After the state is looked at no more, and the server has stopped. */
void outbox_free(struct outbox *outbox);

/* Decides what has come by `now`, for one thread; adds what people should know of the channels. Returns when to look
 * again though nothing calls. */
int64_t outbox_look(struct outbox *outbox, const struct standing_state *state, int64_t now, struct arena *arena,
                    struct alert_list *alerts);

/* There is another webhook, or something new to deliver: it is looked at, and delivered. */
void outbox_wake(struct outbox *outbox);

/* Since the service began. */
enum outbox_count { OUTBOX_DECIDED, OUTBOX_SENT, OUTBOX_RETRIED, OUTBOX_FAILED, OUTBOX_OVERTAKEN, OUTBOX_COUNTS };
uint64_t outbox_counted(const struct outbox *outbox, enum outbox_count what);
/* As the last look found it: sends that wait, and channels that do not take what is sent. */
uint64_t outbox_waiting(const struct outbox *outbox);
uint64_t outbox_troubled(const struct outbox *outbox);

#endif

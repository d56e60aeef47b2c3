/* What the routes of definitions, backtests, views and the meeting share: their service, and what handlers begin with.
 */
#ifndef MASA_HTTP_WORK_CALL_H
#define MASA_HTTP_WORK_CALL_H

#include "app/backtests.h"
#include "app/outbox.h"
#include "app/standing.h"
#include "app/work.h"
#include "http/access_json.h"
#include "http/streams.h"

/* Their context; must outlive the server. All but the last two are the caller's. */
struct work_service {
    struct access_service *people;
    struct standing *standing;
    struct streams *streams;
    struct colleagues *colleagues;
    struct outbox *outbox; /* NULL: nothing is sent */
    bool plain_webhooks;   /* they may be http */
    struct work *work;
    struct backtests *backtests;
};
enum outcome work_service_start(struct work_service *service, const char *db, struct error *error);
/* After the server has stopped, before the streams are freed. */
void work_service_stop(struct work_service *service);

struct work_call {
    struct http_exchange *x;
    struct work_service *service;
    struct work *work;
    const struct identity *who;
    struct arena *arena;
    struct json_frame frame;
    struct user_list people;
    struct error error;
};

void work_call_begin(struct work_call *call, struct http_exchange *x);
/* Names for whoever is named. */
enum answer work_call_people(struct work_call *call);
/* Answers with http_out, or with the refusal. */
void work_call_done(struct work_call *call, enum answer answer, int status);
/* Does it at most once for each Idempotency-Key of the caller. */
void work_call_once(struct http_exchange *x, int (*work)(struct http_exchange *x));

/* If-Match without its quotes; empty when there is none: it was answered with 428. */
struct slice work_call_seen(struct work_call *call);
/* A whole number from the query, `usual` when it is not there; false when it is none from 1 to `most`: it was
 * answered. */
bool work_call_number(struct work_call *call, const char *name, int64_t usual, int64_t most, int64_t *out);
/* "next_cursor" and "total" of a list; next 0: the end. */
void work_call_put_end(struct work_call *call, struct json_writer *w, int64_t next, int64_t total);
/* 422 definition_wrong, with the problems. */
void work_call_refuse_text(struct http_exchange *x, struct slice text, struct diagnostics *diagnostics,
                           const char *message);
/* An event of the stream, its data an object of `kind` and what `put` adds. */
void work_call_tell(struct work_call *call, const char *kind, const char *name, struct slice value, const char *other,
                    struct slice other_value);

#endif

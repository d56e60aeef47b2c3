/* The server's log: one JSON object a line. A thread of its own writes, so that a reader of the log who is slow, or
 * gone, holds up nobody; what does not fit meanwhile is counted and told. Never in it: keys, addresses, paths with
 * what people fill into them, contents. */
#ifndef MASA_HTTP_REQUEST_LOG_H
#define MASA_HTTP_REQUEST_LOG_H

#include "http/http_server.h"

struct request_log;

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO };

/* Writes to the descriptor, which stays the caller's. */
struct request_log *request_log_open(int descriptor, enum log_level level, struct error *error);
/* Writes what waits, then ends. */
void request_log_close(struct request_log *log);

/* Fits http_watch.ended. Answers of the 5xx kind are errors, refusals warnings, the rest information. */
void request_log_ended(void *log, const struct http_ended *ended);
/* Something else worth telling: {"at":...,"level":...,"event":"no_room","message":"..."}. */
void request_log_event(struct request_log *log, enum log_level level, const char *event, const char *message);

#endif

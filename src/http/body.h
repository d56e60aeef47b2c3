/* A request's body as a JSON object with known fields. Whatever is wrong with it is answered here, with all that is
 * wrong, in details.errors. */
#ifndef MASA_HTTP_BODY_H
#define MASA_HTTP_BODY_H

#include "http/http_server.h"
#include "value/value.h"

struct body {
    struct http_exchange *x;
    const struct value_map *map;
    struct buffer errors; /* JSON objects of details.errors, with a comma before each but the first */
};

/* False when it is no JSON object, not sent as application/json, holds a NUL, or has a field that is not named; then it
 * was answered and nothing is held. `fields` ends with NULL. */
bool body_read(struct http_exchange *x, const char *const *fields, struct body *out);
/* Whether the field is there and not null. */
bool body_has(const struct body *body, const char *field);
/* The field; an absent one reads as empty, false, or 0. One of another type is noted as an error. */
struct slice body_text(struct body *body, const char *field);
bool body_bool(struct body *body, const char *field);
/* A list of texts, joined by `joint`, which none of them may hold. */
struct slice body_texts(struct body *body, const char *field, char joint);
/* An instant; 0 when absent. */
int64_t body_instant(struct body *body, const char *field);
/* Notes one more error. */
void body_wrong(struct body *body, const char *field, const char *message);
/* Notes an error when the field is absent. */
void body_needs(struct body *body, const char *field);
/* Ends the reading. False: something was wrong; it was answered. */
bool body_end(struct body *body);

#endif

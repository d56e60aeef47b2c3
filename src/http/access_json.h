/* People, sessions, keys and the audit trail as the JSON that schema/openapi.yaml describes. */
#ifndef MASA_HTTP_ACCESS_JSON_H
#define MASA_HTTP_ACCESS_JSON_H

#include "access/api_key.h"
#include "access/audit.h"
#include "access/session.h"
#include "access/user.h"
#include "access/write_key.h"
#include "http/access_gate.h"
#include "value/json_write.h"

/* Ids as the interface shows them: u3, s5, k2 (an API key), w1 (a write key). */
void put_id(struct json_writer *w, char kind, int64_t id);
/* The number of such an id; 0 when it is none of this kind. */
int64_t id_number(struct slice text, char kind);

/* With the offset of the zone; 0 is null. */
void put_instant(struct json_writer *w, const struct zone *zone, int64_t instant);
void put_text(struct json_writer *w, const char *key, struct slice text);
void put_text_or_null(struct json_writer *w, const char *key, struct slice text); /* null when empty */

struct json_frame {
    const struct zone *zone;
    const struct user_list *people; /* for names */
};
void put_moment(struct json_writer *w, const char *key, const struct json_frame *frame, int64_t instant);
/* "a,b" as an array. */
void put_parts(struct json_writer *w, const char *key, struct slice text, char joint);
/* {"id","name"}; user 0 is the command line. */
void put_user_ref(struct json_writer *w, const char *key, const struct json_frame *frame, int64_t user);
void put_user(struct json_writer *w, const struct json_frame *frame, const struct user *user);
void put_session(struct json_writer *w, const struct json_frame *frame, const struct session *session, bool current);
void put_api_key(struct json_writer *w, const struct json_frame *frame, const struct api_key *key);
void put_write_key(struct json_writer *w, const struct json_frame *frame, const struct write_key *key);
void put_audit(struct json_writer *w, const struct json_frame *frame, const struct audit_row *row);
/* What the page may show, from what the roles allow. */
void put_may(struct json_writer *w, const struct identity *who);
void put_roles(struct json_writer *w, role_set roles);

/* An id of the interface as the trail's object or actor: "u3" is "user:3"; what is no such id is a lead's. */
struct slice audit_object(struct slice id, struct arena *arena);
/* What an action is called, in the language; the action itself when it has no words. */
struct slice audit_words(struct slice action, bool hebrew);

#endif

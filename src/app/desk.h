/* Where people act on handoffs and leads: each act is checked against all that the store holds, said as an event
 * (say.h), and answered from the state that includes it. One at a time, so that of two who decide at once the second is
 * told what the first decided; who asks again under the same key, even after a crash, is answered as the first time. */
#ifndef MASA_APP_DESK_H
#define MASA_APP_DESK_H

#include <pthread.h>

#include "app/handoff_roster.h"
#include "app/say.h"
#include "app/standing.h"

struct desk {
    struct say say;
    struct standing *standing;
    struct colleagues *colleagues;
    pthread_mutex_t turn;
};

/* Why something is not done: what HTTP answers. */
struct desk_refusal {
    int status; /* 0: it is done */
    const char *code;
    char message[200];
    struct slice details; /* a JSON object in the arena, or empty */
};
void desk_refuse(struct desk_refusal *refusal, int status, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* What say_all answered. */
void desk_refuse_as(struct desk_refusal *refusal, enum answer answer, const struct error *error);

enum desk_act { DESK_ACCEPT, DESK_REJECT, DESK_RETURN, DESK_ASSIGN, DESK_UNDO, DESK_ACTS };
extern const char *const desk_act_names[DESK_ACTS + 1];

struct desk_asked {
    struct slice handoff, version; /* that was seen */
    enum desk_act act;
    struct slice reason, note; /* may be empty */
    struct slice user, team;   /* of ASSIGN; both empty: nobody */
};

/* Does what is asked, each alone: refusals[i] says whether. True, with the state after it in *state, to be given back;
 * false when nobody can say how things stand: `whole` tells why, and asking again under the same key is safe. */
bool desk_decide(struct desk *desk, const struct identity *who, struct slice key, const struct desk_asked *asked,
                 size_t count, struct arena *arena, struct desk_refusal *refusals, struct desk_refusal *whole,
                 struct standing_state **state);

/* The same for what is said about a lead and decides nothing. `made` builds the events from the state, and returns how
 * many; none: refused. Their subject and ids are the desk's. */
enum { DESK_SAID_MAX = 64 };
struct desk_saying {
    struct slice lead, what; /* `what` tells apart what one request says */
    void *context;
    size_t (*made)(void *context, const struct standing_state *state, struct arena *arena,
                   struct said said[DESK_SAID_MAX], struct desk_refusal *refusal);
};
/* True with the state after it; *message is the first event's id. */
bool desk_say(struct desk *desk, const struct identity *who, struct slice key, const struct desk_saying *saying,
              struct arena *arena, struct slice *message, struct desk_refusal *refusal, struct standing_state **state);

/* Somebody, or a team, to whom leads are given: false, and refused, when there is no such. */
bool desk_knows(const struct desk *desk, const struct standing_state *state, struct slice user, struct slice team,
                struct arena *arena, struct desk_refusal *refusal);
/* Whether there is such a team: somebody is in it, or the definition names it. `colleagues` may be NULL. */
bool desk_has_team(const struct definition *definition, struct colleagues *colleagues, struct slice team);

#endif

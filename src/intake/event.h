/* What every reader of input gives: one event at a time, in the Segment vocabulary, with exactly the fields somebody
 * asked for. Everything is borrowed and lives only during the call that hands it over. */
#ifndef MASA_INTAKE_EVENT_H
#define MASA_INTAKE_EVENT_H

#include "base/civil.h"
#include "base/slice.h"

enum input_call { CALL_TRACK, CALL_IDENTIFY, CALL_GROUP, CALL_PAGE, CALL_SCREEN, CALL_ALIAS };

enum input_kind {
    INPUT_MISSING,
    INPUT_NULL,
    INPUT_BOOL,   /* number is 0 or 1 */
    INPUT_INT,    /* number */
    INPUT_NUMBER, /* a number that is no int64: text as written */
    INPUT_TEXT,   /* text, unescaped, valid UTF-8 */
    INPUT_JSON,   /* an object or array: text is its JSON in the one spelling of value/json_canonical.h */
};

struct input_value {
    enum input_kind kind;
    int64_t number;
    struct slice text;
};

/* Which fields to pick, by dotted path in the canonical event: "properties.step", "traits.role",
 * "context.campaign.source". The reader fills input_event.values in this order. Paths are few (tens) and compiled once
 * by the reader. */
/* Bytes of the name of whom an event is about. Longer ones are rejected: nobody could look for them, or have them
 * erased. */
enum { INPUT_ID_MAX = 240 };

struct input_plan {
    const struct slice *paths;
    size_t count;
    const struct slice *personless; /* names of tracked events that are nobody's: of a deal, of the market */
    size_t personless_count;
    bool rest; /* input_event.rest is wanted */
};

struct input_event {
    enum input_call call;
    struct slice name;      /* track: the event's name; page and screen: the page's name */
    struct slice id;        /* messageId; a reader makes one from content and occurrence when the sender gave none */
    uint32_t id_number;     /* the same where the reader knows it to be the digits of such (id_key.h), else 0 */
    struct slice user;      /* userId */
    struct slice anonymous; /* anonymousId */
    struct slice group;     /* groupId, or context.groupId */
    struct slice previous;  /* alias: previousId */
    struct time_text at;    /* when it happened; not `zoned`: wall clock of the company's zone, the receiver converts */
    int64_t sent_at;        /* INSTANT_NONE when not given; used for clock skew with received_at */
    int64_t received_at;    /* INSTANT_NONE when not given */
    uint16_t source;        /* number of its source, see sources.h */
    uint64_t line;          /* from 1, in its file */
    const struct input_value *values; /* plan.count of them */
    struct slice *lacks; /* NULL, or where a sink says what the event lacks to be about anything: its row is rejected */
    struct slice
        rest; /* when the plan wants it: all else the event said, a JSON object of the Segment shape; or empty */
};

/* One per reading thread; events of one file may come in any order. */
struct input_sink {
    void *context;
    void (*take)(void *context, const struct input_event *event);
};

#endif

/* What access answers. Everything but ANSWER_OK comes with a message in `struct error` for whoever asked. */
#ifndef MASA_ACCESS_ANSWER_H
#define MASA_ACCESS_ANSWER_H

#include "base/error.h"

enum answer {
    ANSWER_OK,
    ANSWER_UNKNOWN,    /* not known who asks: sign in, or send a key that holds */
    ANSWER_FORBIDDEN,  /* known, and may not */
    ANSWER_FORGED,     /* a cookie without its token, or from the page of a stranger */
    ANSWER_WRONG,      /* the password that was shown for one's own account */
    ANSWER_BAD,        /* what was sent cannot be taken */
    ANSWER_ABSENT,     /* there is no such thing */
    ANSWER_GONE,       /* a link that was used, or is too old */
    ANSWER_CONFLICT,   /* is there already */
    ANSWER_LAST_ADMIN, /* somebody must be left who manages people */
    ANSWER_CHANGED,    /* somebody else changed it meanwhile */
    ANSWER_LOCKED,     /* too many tries: later */
    ANSWER_BUSY,       /* too many at this moment */
    ANSWER_NO_ROOM,    /* the disk is full */
    ANSWER_FAILED,
    ANSWERS,
};

/* "forbidden": the code in the JSON of an error, and the reason of a refusal in the audit trail. */
const char *answer_code(enum answer answer);
/* Sets the message, returns the answer. */
enum answer answer_set(struct error *error, enum answer answer, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Of what the store said. */
enum answer answer_of(enum outcome outcome);

#endif

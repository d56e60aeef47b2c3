#include "access/answer.h"

#include <stdarg.h>

const char *answer_code(enum answer answer)
{
    static const char *const codes[ANSWERS] = {
        [ANSWER_OK] = "ok",
        [ANSWER_UNKNOWN] = "unauthorized",
        [ANSWER_FORBIDDEN] = "forbidden",
        [ANSWER_FORGED] = "forged",
        [ANSWER_BAD] = "bad_request",
        [ANSWER_ABSENT] = "not_found",
        [ANSWER_CONFLICT] = "conflict",
        [ANSWER_LOCKED] = "locked",
        [ANSWER_BUSY] = "busy",
        [ANSWER_NO_ROOM] = "no_room",
        [ANSWER_FAILED] = "failed",
    };
    return codes[answer];
}

enum answer answer_set(struct error *error, enum answer answer, const char *format, ...)
{
    if (!error) return answer;
    va_list args;
    va_start(args, format);
    error->code = FAILED;
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    return answer;
}

enum answer answer_of(enum outcome outcome)
{
    return outcome == OK ? ANSWER_OK : outcome == NO_ROOM ? ANSWER_NO_ROOM : ANSWER_FAILED;
}

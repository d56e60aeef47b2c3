#include "access/answer.h"

#include <stdarg.h>

const char *answer_code(enum answer answer)
{
    static const char *const codes[ANSWERS] = {
        [ANSWER_OK] = "ok",
        [ANSWER_UNKNOWN] = "signed_out",
        [ANSWER_FORBIDDEN] = "forbidden",
        [ANSWER_FORGED] = "forged",
        [ANSWER_WRONG] = "wrong_password",
        [ANSWER_BAD] = "not_acceptable",
        [ANSWER_ABSENT] = "not_found",
        [ANSWER_GONE] = "link_used",
        [ANSWER_CONFLICT] = "exists_already",
        [ANSWER_LAST_ADMIN] = "last_admin",
        [ANSWER_CHANGED] = "changed_meanwhile",
        [ANSWER_LOCKED] = "locked_out",
        [ANSWER_BUSY] = "busy",
        [ANSWER_NO_ROOM] = "unavailable",
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

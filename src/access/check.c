#include "access/check.h"

#include "access/api_key.h"
#include "access/inner.h"
#include "access/session.h"

bool access_from_own_page(const struct access_request *request)
{
    return !request->origin.len || origin_equal(request->origin, request->own_origin);
}

static enum answer check_forgery(struct access *access, const struct access_request *request, struct slice token,
                                 const struct identity *who, struct error *error)
{
    char csrf[SECRET_SIZE];
    session_csrf(token, csrf);
    const bool own_page = access_from_own_page(request),
               has_token = secret_equal(request->csrf, slice_of(csrf, SECRET_TEXT));
    if (own_page && has_token) return ANSWER_OK;
    const enum answer noted = note_refusal(access, who, SLICE("request"), slice_of("", 0), ANSWER_FORGED, error);
    if (noted != ANSWER_OK) return noted;
    return own_page ? answer_set(error, ANSWER_FORGED, "the header X-Masa-Csrf is not that of this session")
                    : answer_set(error, ANSWER_FORGED, "changes are not taken from pages of another site");
}

enum answer access_identify(struct access *access, const struct access_request *request, struct identity *who,
                            struct error *error)
{
    struct authorization authorization;
    struct slice token;
    *who = identity_nobody(request->address);
    authorization_read(request->authorization, &authorization);
    if (authorization.kind == AUTHORIZATION_BEARER)
        return api_key_find(access, authorization.password, request->address, who, error);
    if (authorization.kind != AUTHORIZATION_NONE)
        return answer_set(error, ANSWER_UNKNOWN, "the header Authorization takes: Bearer, and an API key");
    if (!cookie_find(request->cookie, session_cookie(request->secure), &token)) return ANSWER_OK;
    enum answer answer = session_find(access, token, request->address, who, error);
    if (answer == ANSWER_OK && request->changes) answer = check_forgery(access, request, token, who, error);
    if (answer != ANSWER_OK) *who = identity_nobody(request->address);
    return answer;
}

enum answer access_check(struct access *access, const struct access_request *request, enum action action,
                         struct identity *who, struct error *error)
{
    const enum answer answer = access_identify(access, request, who, error);
    return answer == ANSWER_OK ? access_require(access, who, action, slice_of("", 0), error) : answer;
}

#include "http/access_gate.h"

#include "base/civil.h"

/* ---- threads for passwords ---- */

enum { DOORS = 2, WAITING_MAX = 32 };

struct at_door {
    struct http_exchange *x;
    http_handler *handle;
};

static void run_at_door(void *context, void *job, int worker)
{
    const struct at_door *at = job;
    at->handle(at->x);
}

enum outcome access_service_start(struct access_service *service, struct error *error)
{
    service->doors = workers_start(DOORS, WAITING_MAX, (struct workers_job){run_at_door, NULL}, error);
    if (!service->doors) return FAILED;
    service->repeats = repeats_new();
    return OK;
}

void access_service_stop(struct access_service *service)
{
    workers_stop(service->doors);
    repeats_free(service->repeats);
    service->doors = NULL;
    service->repeats = NULL;
}

void access_at_the_door(struct http_exchange *x, http_handler *handle)
{
    const struct access_service *service = http_context(x);
    struct at_door *at = ARENA_NEW(http_arena(x), struct at_door);
    *at = (struct at_door){x, handle};
    if (!workers_put(service->doors, at))
        http_fail_later(x, 503, answer_code(ANSWER_BUSY), 2, "Many people are coming in at this moment; try again.");
}

/* ---- refusals ---- */

void access_fail(struct http_exchange *x, enum answer answer, const struct error *error)
{
    static const int statuses[ANSWERS] = {
        [ANSWER_UNKNOWN] = 401, [ANSWER_FORBIDDEN] = 403, [ANSWER_FORGED] = 403,     [ANSWER_WRONG] = 403,
        [ANSWER_BAD] = 422,     [ANSWER_ABSENT] = 404,    [ANSWER_GONE] = 410,       [ANSWER_CONFLICT] = 409,
        [ANSWER_CHANGED] = 412, [ANSWER_LOCKED] = 429,    [ANSWER_LAST_ADMIN] = 409, [ANSWER_BUSY] = 503,
        [ANSWER_NO_ROOM] = 503, [ANSWER_FAILED] = 503,
    };
    enum { SOON = 5, LATER = 30 };
    const char *code = answer_code(answer);
    switch (answer) {
    case ANSWER_LOCKED: http_fail_later(x, 429, code, LATER, error->message); break;
    case ANSWER_BUSY: http_fail_later(x, 503, code, SOON, error->message); break;
    case ANSWER_NO_ROOM: http_fail_later(x, 503, code, LATER, "The store has no room left; try again later."); break;
    case ANSWER_FAILED: /* what the store says names files of the machine: not for strangers */
        http_fail_later(x, 503, "unavailable", LATER, "The store cannot be used now; `masa doctor` tells why.");
        break;
    default: http_fail(x, statuses[answer], code, "%s", error->message);
    }
}

/* ---- who asks ---- */

struct slice access_own_origin(const struct access_service *service, struct http_exchange *x)
{
    struct slice url = slice_from(service->public_url);
    if (!url.len)
        return arena_printf(http_arena(x), "%s://%.*s", http_is_secure(x) ? "https" : "http",
                            SLICE_ARG(http_header(x, "Host")));
    while (url.len && url.ptr[url.len - 1] == '/') url.len--;
    return url;
}

static bool is_secure(const struct access_service *service, const struct http_exchange *x)
{
    return http_is_secure(x) || slice_starts(slice_from(service->public_url), SLICE("https://"));
}

struct access_request access_request_of(const struct access_service *service, struct http_exchange *x)
{
    const struct slice method = http_method(x);
    return (struct access_request){
        .changes = !slice_is(method, "GET") && !slice_is(method, "HEAD") && !slice_is(method, "OPTIONS"),
        .secure = is_secure(service, x),
        .cookie = http_header(x, "Cookie"),
        .authorization = http_header(x, "Authorization"),
        .csrf = http_header(x, "X-Masa-Csrf"),
        .origin = http_header(x, "Origin"),
        .own_origin = access_own_origin(service, x),
        .address = http_peer(x),
    };
}

static bool admit(void *context, struct http_exchange *x, unsigned who)
{
    const struct access_service *service = context;
    const struct access_request request = access_request_of(service, x);
    struct identity *caller = ARENA_NEW(http_arena(x), struct identity);
    struct error error = {0};
    enum answer answer = access_identify(service->access, &request, caller, &error);
    if (answer == ANSWER_OK && caller->kind == IDENTITY_NOBODY)
        answer = answer_set(&error, ANSWER_UNKNOWN, "Sign in first.");
    if (answer == ANSWER_OK && who != ACCESS_KNOWN)
        answer = access_require(service->access, caller, (enum action)(who - 1), slice_of("", 0), &error);
    if (answer != ANSWER_OK) {
        access_fail(x, answer, &error);
        return false;
    }
    http_set_caller(x, caller);
    return true;
}

struct http_gate access_gate(struct access_service *service)
{
    return (struct http_gate){service, admit};
}

const struct identity *access_caller(const struct http_exchange *x)
{
    return http_caller(x);
}

/* ---- cookies ---- */

static void set_cookie(struct http_exchange *x, struct slice name, struct slice value, int64_t seconds, bool secure)
{
    struct buffer text;
    buffer_init(&text, 1024);
    cookie_write(name, value, seconds, secure, &text);
    http_set(x, "Set-Cookie", buffer_slice(&text));
    buffer_release(&text);
}

void access_set_cookies(struct http_exchange *x, const struct session_ticket *ticket, int64_t now)
{
    enum { YEAR_SECONDS = 365 * 86400 };
    const struct access_service *service = http_context(x);
    const bool secure = is_secure(service, x);
    set_cookie(x, session_cookie(secure), slice_from(ticket->token), (ticket->expires_at - now) / SECOND_US, secure);
    set_cookie(x, device_cookie(secure), slice_from(ticket->device), YEAR_SECONDS, secure);
}

void access_drop_cookie(struct http_exchange *x)
{
    const struct access_service *service = http_context(x);
    const bool secure = is_secure(service, x);
    set_cookie(x, session_cookie(secure), slice_of("", 0), 0, secure);
}

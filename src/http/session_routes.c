/* Coming in, who I am, going. */
#include "access/link.h"
#include "http/access_json.h"
#include "http/access_routes.h"
#include "http/body.h"

enum { BODY_MAX = 16 << 10 };

static struct company_words company_of(const struct access_service *service, struct http_exchange *x)
{
    struct company_words words = {0};
    if (service->company) words = service->company(service->company_context, http_arena(x));
    if (!words.zone) words.zone = &zone_utc;
    return words;
}

/* ---- the session as JSON ---- */

static void put_person(struct json_writer *w, const struct identity *who, const struct user *user)
{
    json_key(w, SLICE("user"));
    json_object(w);
    json_key(w, SLICE("id"));
    put_id(w, who->kind == IDENTITY_API_KEY ? 'k' : 'u', who->id);
    put_text(w, "name", user->name);
    put_text(w, "email", user->email);
    json_key(w, SLICE("roles"));
    put_roles(w, who->roles);
    put_parts(w, "teams", user->teams, ',');
    put_text(w, "lang", user->language);
    json_end(w);
}

static void put_me(struct http_exchange *x, const struct identity *who, const struct user *user, struct slice csrf,
                   int64_t expires_at)
{
    const struct company_words company = company_of(http_context(x), x);
    struct json_writer w = {.out = http_out(x)};
    json_object(&w);
    put_person(&w, who, user);
    json_key(&w, SLICE("may"));
    put_may(&w, who);
    put_text(&w, "csrf_token", csrf);
    json_key(&w, SLICE("expires_at"));
    put_instant(&w, company.zone, expires_at);
    put_text(&w, "company", company.name);
    put_text(&w, "currency", company.currency);
    put_text(&w, "locale", company.locale);
    put_text(&w, "zone", company.zone->name);
    put_text(&w, "program", SLICE("masa " MASA_VERSION));
    json_end(&w);
}

/* Whoever just came in. */
static void welcome(struct http_exchange *x, int status, const struct session_ticket *ticket)
{
    struct access_service *service = http_context(x);
    struct user user = {0};
    struct error error = {0};
    const enum answer answer = user_get(service->access, &ticket->who, ticket->who.id, http_arena(x), &user, &error);
    if (answer != ANSWER_OK) {
        access_fail(x, answer, &error);
        return;
    }
    access_set_cookies(x, ticket, world_now(&service->world));
    put_me(x, &ticket->who, &user, slice_from(ticket->csrf), ticket->expires_at);
    http_send(x, status, "application/json");
}

/* ---- coming in ---- */

/* Signing in from another site's page would put a visitor into a session of somebody else. */
static bool is_from_own_page(struct http_exchange *x, const struct access_request *request)
{
    if (access_from_own_page(request)) return true;
    http_fail(x, 403, "forged", "Nobody signs in from pages of another site.");
    return false;
}

static void sign_in_now(struct http_exchange *x)
{
    static const char *const fields[] = {"email", "password", NULL};
    const struct access_service *service = http_context(x);
    const struct access_request request = access_request_of(service, x);
    struct body body;
    if (!is_from_own_page(x, &request) || !body_read(x, fields, &body)) return;
    struct sign_in in = {.email = body_text(&body, "email"),
                         .password = body_text(&body, "password"),
                         .address = request.address,
                         .agent = http_header(x, "User-Agent")};
    body_needs(&body, "email");
    body_needs(&body, "password");
    if (!body_end(&body)) return;
    cookie_find(request.cookie, device_cookie(request.secure), &in.device);
    cookie_find(request.cookie, session_cookie(request.secure), &in.old_token);
    struct session_ticket ticket;
    struct error error = {0};
    int64_t wait = 0;
    const enum answer answer = session_sign_in(service->access, &in, &ticket, &wait, &error);
    if (answer == ANSWER_LOCKED)
        http_fail_later(x, 429, answer_code(answer), (unsigned)wait, error.message);
    else if (answer == ANSWER_UNKNOWN)
        http_fail(x, 401, "wrong_credentials", "%s", error.message);
    else if (answer == ANSWER_OK)
        welcome(x, 200, &ticket);
    else
        access_fail(x, answer, &error);
}

static void claim_now(struct http_exchange *x)
{
    static const char *const fields[] = {"token", "password", "name", "email", "lang", NULL};
    const struct access_service *service = http_context(x);
    const struct access_request request = access_request_of(service, x);
    struct body body;
    if (!is_from_own_page(x, &request) || !body_read(x, fields, &body)) return;
    struct link_use use = {.token = body_text(&body, "token"),
                           .password = body_text(&body, "password"),
                           .name = body_text(&body, "name"),
                           .email = body_text(&body, "email"),
                           .language = body_text(&body, "lang"),
                           .address = request.address,
                           .agent = http_header(x, "User-Agent")};
    body_needs(&body, "token");
    body_needs(&body, "password");
    if (!body_end(&body)) return;
    if (!use.language.len)
        use.language = slice_starts(company_of(service, x).locale, SLICE("he")) ? SLICE("he") : SLICE("en");
    struct session_ticket ticket;
    struct error error = {0};
    const enum answer answer = link_follow(service->access, &use, &ticket, &error);
    if (answer == ANSWER_OK)
        welcome(x, 201, &ticket);
    else
        access_fail(x, answer, &error);
}

/* What a link is for, so that its page can ask for the right things. */
static void look_at_link(struct http_exchange *x)
{
    static const char *const fields[] = {"token", NULL};
    const struct access_service *service = http_context(x);
    struct body body;
    if (!body_read(x, fields, &body)) return;
    const struct slice token = body_text(&body, "token");
    if (!body_end(&body)) return;
    struct link_view view;
    struct error error = {0};
    const enum answer answer = link_look(service->access, token, http_arena(x), &view, &error);
    if (answer != ANSWER_OK) {
        access_fail(x, answer, &error);
        return;
    }
    struct json_writer w = {.out = http_out(x)};
    json_object(&w);
    put_text(&w, "purpose", slice_from(link_purpose_name(view.purpose)));
    put_text(&w, "name", view.name);
    put_text(&w, "email", view.email);
    json_end(&w);
    http_send(x, 200, "application/json");
}

/* ---- being here ---- */

/* The person of the session; of a key what can be said of it. */
static enum answer me_of(struct http_exchange *x, const struct identity *who, struct user *user, struct error *error)
{
    const struct access_service *service = http_context(x);
    *user = (struct user){.name = SLICE("API key"), .language = SLICE("en")};
    return who->kind == IDENTITY_USER ? user_get(service->access, who, who->id, http_arena(x), user, error) : ANSWER_OK;
}

static int64_t expiry_of(const struct access_service *service, const struct identity *who, struct arena *arena)
{
    struct session_list list;
    if (session_list(service->access, who, who->id, arena, &list, NULL) != ANSWER_OK) return 0;
    for (size_t i = 0; i < list.count; i++)
        if (list.sessions[i].id == who->session) return list.sessions[i].expires_at;
    return 0;
}

static void send_me(struct http_exchange *x)
{
    const struct access_service *service = http_context(x);
    const struct identity *who = access_caller(x);
    const struct access_request request = access_request_of(service, x);
    struct user user;
    struct error error = {0};
    struct slice token;
    char csrf[SECRET_SIZE] = "";
    const enum answer answer = me_of(x, who, &user, &error);
    if (answer != ANSWER_OK) {
        access_fail(x, answer, &error);
        return;
    }
    if (who->session && cookie_find(request.cookie, session_cookie(request.secure), &token)) session_csrf(token, csrf);
    put_me(x, who, &user, slice_from(csrf), who->session ? expiry_of(service, who, http_arena(x)) : 0);
    http_send(x, 200, "application/json");
}

static void change_me(struct http_exchange *x)
{
    static const char *const fields[] = {"lang", "name", NULL};
    const struct access_service *service = http_context(x);
    const struct identity *who = access_caller(x);
    struct body body;
    struct error error = {0};
    if (!body_read(x, fields, &body)) return;
    const struct user_change change = {
        .fields = (body_has(&body, "lang") ? USER_LANGUAGE : 0U) | (body_has(&body, "name") ? USER_NAME : 0U),
        .values = {.language = body_text(&body, "lang"), .name = body_text(&body, "name")}};
    if (!body_end(&body)) return;
    const enum answer answer = user_change(service->access, who, who->id, &change, &error);
    if (answer == ANSWER_OK)
        send_me(x);
    else
        access_fail(x, answer, &error);
}

static void change_password_now(struct http_exchange *x)
{
    static const char *const fields[] = {"current", "new", NULL};
    const struct access_service *service = http_context(x);
    struct body body;
    struct error error = {0};
    if (!body_read(x, fields, &body)) return;
    const struct slice old = body_text(&body, "current"), new = body_text(&body, "new");
    body_needs(&body, "current");
    body_needs(&body, "new");
    if (!body_end(&body)) return;
    const enum answer answer = user_new_password(service->access, access_caller(x), old, new, &error);
    if (answer == ANSWER_OK)
        http_send(x, 204, NULL);
    else
        access_fail(x, answer, &error);
}

static void sign_out(struct http_exchange *x)
{
    const struct access_service *service = http_context(x);
    const struct identity *who = access_caller(x);
    struct error error = {0};
    const enum answer answer = session_end(service->access, who, who->session, &error);
    if (answer != ANSWER_OK) {
        access_fail(x, answer, &error);
        return;
    }
    access_drop_cookie(x);
    http_send(x, 204, NULL);
}

static void sign_in(struct http_exchange *x)
{
    access_at_the_door(x, sign_in_now);
}

static void claim(struct http_exchange *x)
{
    access_at_the_door(x, claim_now);
}

static void change_password(struct http_exchange *x)
{
    access_at_the_door(x, change_password_now);
}

struct http_routes session_routes(struct access_service *service)
{
    static const struct http_route routes[] = {
        {"POST", "/api/v1/session", 0, BODY_MAX, sign_in, 0, NULL},
        {"GET", "/api/v1/session", ACCESS_KNOWN, 0, send_me, 0, NULL},
        {"PATCH", "/api/v1/session", ACCESS_WHO(ACTION_SELF), BODY_MAX, change_me, 0, NULL},
        {"DELETE", "/api/v1/session", ACCESS_WHO(ACTION_SELF), 0, sign_out, 0, NULL},
        {"POST", "/api/v1/session/claim", 0, BODY_MAX, claim, 0, NULL},
        {"POST", "/api/v1/session/link", 0, BODY_MAX, look_at_link, 0, NULL},
        {"POST", "/api/v1/session/password", ACCESS_WHO(ACTION_SELF), BODY_MAX, change_password, 0, NULL},
    };
    return (struct http_routes){routes, sizeof routes / sizeof *routes, service};
}

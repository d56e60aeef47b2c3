/* Users, their sessions and links, keys, and the audit trail. */
#include "access/link.h"
#include "base/civil.h"
#include "http/access_json.h"
#include "http/access_routes.h"
#include "http/body.h"

enum { BODY_MAX = 16 << 10 };

/* What most handlers begin with. */
struct call {
    struct http_exchange *x;
    struct access_service *service;
    struct access *access;
    const struct identity *who;
    struct arena *arena;
    struct json_frame frame;
    struct user_list people;
    struct error error;
};

static void call_begin(struct call *c, struct http_exchange *x)
{
    struct access_service *service = http_context(x);
    *c = (struct call){.x = x,
                       .service = service,
                       .access = service->access,
                       .who = access_caller(x),
                       .arena = http_arena(x),
                       .frame.zone = &zone_utc};
    if (service->company) c->frame.zone = service->company(service->company_context, c->arena).zone;
}

/* Names for whoever is named. */
static enum answer call_people(struct call *c)
{
    c->frame.people = &c->people;
    return user_list(c->access, c->who, c->arena, &c->people, &c->error);
}

static void done(struct call *c, enum answer answer, int status)
{
    if (answer != ANSWER_OK)
        access_fail(c->x, answer, &c->error);
    else
        http_send(c->x, status, status == 204 ? NULL : "application/json");
}

static enum answer no_such(struct call *c, const char *what, struct slice id)
{
    return answer_set(&c->error, ANSWER_ABSENT, "There is no %s %.*s.", what, SLICE_ARG(id));
}

/* {"items":[...]} around what `put` writes. */
static struct json_writer items_begin(struct call *c)
{
    struct json_writer w = {.out = http_out(c->x)};
    json_object(&w);
    json_key(&w, SLICE("items"));
    json_array(&w);
    return w;
}

static void items_end(struct json_writer *w)
{
    json_end(w);
    json_end(w);
}

/* ---- users ---- */

static void users(struct http_exchange *x)
{
    struct call c;
    call_begin(&c, x);
    const enum answer answer = call_people(&c);
    if (answer == ANSWER_OK) {
        struct json_writer w = items_begin(&c);
        for (size_t i = 0; i < c.people.count; i++) put_user(&w, &c.frame, &c.people.users[i]);
        items_end(&w);
    }
    done(&c, answer, 200);
}

/* False: it was answered. */
static bool read_user(struct call *c, struct user_change *out)
{
    static const char *const fields[] = {"name", "email", "roles", "teams", "lang", "state", NULL};
    static const struct {
        const char *field;
        enum user_field bit;
    } bits[] = {{"name", USER_NAME},   {"email", USER_EMAIL},   {"roles", USER_ROLES},
                {"teams", USER_TEAMS}, {"lang", USER_LANGUAGE}, {"state", USER_ACTIVE}};
    struct body body;
    struct slice unknown;
    if (!body_read(c->x, fields, &body)) return false;
    *out = (struct user_change){0};
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
        if (body_has(&body, bits[i].field)) out->fields |= bits[i].bit;
    struct user *values = &out->values;
    values->name = body_text(&body, "name");
    values->email = body_text(&body, "email");
    values->language = body_text(&body, "lang");
    values->teams = body_texts(&body, "teams", ',');
    if (!role_set_read(body_texts(&body, "roles", ','), &values->roles, &unknown))
        body_wrong(&body, "roles", "marketing, sales, success, product, admin");
    const struct slice state = body_text(&body, "state");
    values->active = slice_is(state, "active");
    if (state.len && !values->active && !slice_is(state, "off")) body_wrong(&body, "state", "active or off");
    return body_end(&body);
}

/* A new link for the person, and the answer that shows it. */
static enum answer invite_by_link(struct call *c, int64_t id)
{
    struct link link;
    struct user user;
    struct buffer text;
    enum answer answer = link_make(c->access, c->who, id, &link, &c->error);
    if (answer == ANSWER_OK) answer = user_get(c->access, c->who, id, c->arena, &user, &c->error);
    if (answer != ANSWER_OK) return answer;
    struct json_writer w = {.out = http_out(c->x)};
    json_object(&w);
    json_key(&w, SLICE("user"));
    put_user(&w, &c->frame, &user);
    buffer_init(&text, 4096);
    link_write(&link, access_own_origin(c->service, c->x), &text);
    put_text(&w, "link", buffer_slice(&text));
    buffer_release(&text);
    json_key(&w, SLICE("expires_at"));
    put_instant(&w, c->frame.zone, link.expires_at);
    json_end(&w);
    return ANSWER_OK;
}

static int invite_once(struct http_exchange *x)
{
    struct call c;
    struct user_change asked;
    int64_t id = 0;
    call_begin(&c, x);
    if (!read_user(&c, &asked)) return 0;
    if (!(asked.fields & USER_LANGUAGE)) asked.values.language = SLICE("he");
    enum answer answer = user_add(c.access, c.who, &asked.values, &id, &c.error);
    if (answer == ANSWER_OK) answer = invite_by_link(&c, id);
    if (answer == ANSWER_OK) return 201;
    access_fail(x, answer, &c.error);
    return 0;
}

/* Whose Idempotency-Keys they are. */
static void once(struct http_exchange *x, int (*work)(struct http_exchange *x))
{
    const struct access_service *service = http_context(x);
    char who[40];
    repeat_once(service->repeats, x, identity_text(access_caller(x), who, sizeof who), world_now(&service->world),
                work);
}

static void invite(struct http_exchange *x)
{
    once(x, invite_once);
}

static void invite_again(struct http_exchange *x)
{
    struct call c;
    call_begin(&c, x);
    const int64_t id = id_number(http_param(x, "id"), 'u');
    done(&c, id ? invite_by_link(&c, id) : no_such(&c, "user", http_param(x, "id")), 201);
}

/* If-Match without its quotes. False, and answered, when there is none. */
static bool read_seen(struct http_exchange *x, struct slice *out)
{
    const struct slice tag = *out = http_header(x, "If-Match");
    if (tag.len > 2 && tag.ptr[0] == '"' && tag.ptr[tag.len - 1] == '"') *out = slice_of(tag.ptr + 1, tag.len - 2);
    if (!tag.len) http_fail(x, 428, "version_missing", "Send If-Match with the version you saw.");
    return tag.len > 0;
}

/* One's own session goes on after new roles, under a new id. */
static enum answer renew_own(struct call *c, int64_t user, unsigned fields)
{
    struct session_ticket ticket;
    const bool own = c->who->kind == IDENTITY_USER && c->who->id == user;
    if (!own || !(fields & (USER_ROLES | USER_ACTIVE))) return ANSWER_OK;
    const enum answer answer = session_renew(c->access, c->who, &ticket, &c->error);
    if (answer == ANSWER_OK) access_set_cookies(c->x, &ticket, world_now(&c->service->world));
    return answer;
}

static void change_user(struct http_exchange *x)
{
    struct call c;
    struct user_change change;
    struct user user = {0};
    call_begin(&c, x);
    const int64_t id = id_number(http_param(x, "id"), 'u');
    struct slice seen;
    if (!read_seen(x, &seen) || !read_user(&c, &change)) return;
    if (!slice_to_i64(seen, &change.version) || change.version < 1) change.version = -1; /* none of ours */
    enum answer answer =
        id ? user_change(c.access, c.who, id, &change, &c.error) : no_such(&c, "user", http_param(x, "id"));
    if (answer == ANSWER_OK) answer = renew_own(&c, id, change.fields);
    if (answer == ANSWER_OK) answer = user_get(c.access, c.who, id, c.arena, &user, &c.error);
    if (answer == ANSWER_OK) {
        struct json_writer w = {.out = http_out(x)};
        put_user(&w, &c.frame, &user);
        http_set(x, "ETag", arena_printf(c.arena, "\"%lld\"", (long long)user.version));
    }
    done(&c, answer, 200);
}

static void sessions(struct http_exchange *x)
{
    struct call c;
    struct session_list list;
    call_begin(&c, x);
    const int64_t id = id_number(http_param(x, "id"), 'u');
    enum answer answer =
        id ? session_list(c.access, c.who, id, c.arena, &list, &c.error) : no_such(&c, "user", http_param(x, "id"));
    if (answer == ANSWER_OK) answer = call_people(&c);
    if (answer == ANSWER_OK) {
        struct json_writer w = items_begin(&c);
        for (size_t i = 0; i < list.count; i++)
            put_session(&w, &c.frame, &list.sessions[i], list.sessions[i].id == c.who->session);
        items_end(&w);
    }
    done(&c, answer, 200);
}

static void end_session(struct http_exchange *x)
{
    struct call c;
    call_begin(&c, x);
    const int64_t id = id_number(http_param(x, "id"), 's');
    done(&c, id ? session_end(c.access, c.who, id, &c.error) : no_such(&c, "session", http_param(x, "id")), 204);
}

/* ---- keys ---- */

static void keys(struct http_exchange *x)
{
    struct call c;
    struct api_key_list api = {0};
    struct write_key_list write = {0};
    call_begin(&c, x);
    const struct slice kind = http_query(x, "kind");
    enum answer answer = call_people(&c);
    if (answer == ANSWER_OK && !slice_is(kind, "write"))
        answer = api_key_list(c.access, c.who, c.arena, &api, &c.error);
    if (answer == ANSWER_OK && !slice_is(kind, "api"))
        answer = write_key_list(c.access, c.who, c.arena, &write, &c.error);
    if (answer == ANSWER_OK) {
        struct json_writer w = items_begin(&c);
        for (size_t i = 0; i < api.count; i++) put_api_key(&w, &c.frame, &api.keys[i]);
        for (size_t i = 0; i < write.count; i++) put_write_key(&w, &c.frame, &write.keys[i]);
        items_end(&w);
    }
    done(&c, answer, 200);
}

struct key_asked {
    struct slice kind;
    struct api_key api;
    struct write_key write;
};

/* What the key may send. A preset says what is not said; in a page everybody reads the key, so it says from which. */
static void read_permit(struct body *body, struct write_key *out)
{
    const struct slice speaks_of = body_text(body, "speaks_of"), preset = body_text(body, "preset");
    struct slice calls = body_texts(body, "calls", ' ');
    const bool browser = slice_is(preset, "browser");
    struct error error;
    if (preset.len && !browser) body_wrong(body, "preset", "browser");
    if (browser && !calls.len) calls = SLICE(PERMIT_BROWSER_CALLS);
    if (browser && !out->origins.len) body_wrong(body, "origins", "from whose pages it sends: https://example.com");
    if (permit_calls_parse(calls, &out->permit.calls, &error) != OK)
        body_wrong(body, "calls", "track, identify, group, page, screen, alias");
    out->permit.events = body_texts(body, "events", '\n');
    out->permit.visitors = slice_is(speaks_of, "visitors") || (browser && !speaks_of.len);
    if (speaks_of.len && !slice_is(speaks_of, "visitors") && !slice_is(speaks_of, "anyone"))
        body_wrong(body, "speaks_of", "anyone or visitors");
}

static bool read_key(struct call *c, struct key_asked *out)
{
    static const char *const fields[] = {"kind",    "name",  "roles",  "source",    "expires_at", "writes",
                                         "origins", "calls", "events", "speaks_of", "preset",     NULL};
    struct body body;
    struct slice unknown;
    if (!body_read(c->x, fields, &body)) return false;
    *out = (struct key_asked){.kind = body_text(&body, "kind")};
    out->api.name = out->write.name = body_text(&body, "name");
    out->api.writes = body_bool(&body, "writes");
    out->api.expires_at = body_instant(&body, "expires_at");
    out->write.source = body_text(&body, "source");
    out->write.origins = body_texts(&body, "origins", ' ');
    read_permit(&body, &out->write);
    if (!role_set_read(body_texts(&body, "roles", ','), &out->api.roles, &unknown))
        body_wrong(&body, "roles", "marketing, sales, success, product, admin");
    if (!slice_is(out->kind, "api") && !slice_is(out->kind, "write")) body_wrong(&body, "kind", "api or write");
    return body_end(&body);
}

static enum answer make_api_key(struct call *c, struct api_key *key, struct json_writer *w)
{
    char text[KEY_SIZE];
    enum { SHOWN = 5 }; /* "masa_" */
    const enum answer answer = api_key_make(c->access, c->who, key, text, &key->id, &c->error);
    if (answer != ANSWER_OK) return answer;
    key->prefix = slice_of(text + SHOWN, KEY_PREFIX_TEXT);
    key->made_by = c->who->id;
    key->made_at = world_now(&c->service->world);
    put_api_key(w, &c->frame, key);
    put_text(w, "secret", slice_from(text));
    return ANSWER_OK;
}

static enum answer make_write_key(struct call *c, const struct write_key *asked, struct json_writer *w)
{
    struct write_key key;
    const enum answer answer = write_key_make(c->access, c->who, asked, c->arena, &key, &c->error);
    if (answer != ANSWER_OK) return answer;
    put_write_key(w, &c->frame, &key);
    put_text(w, "secret", key.key);
    return ANSWER_OK;
}

static int make_key_once(struct http_exchange *x)
{
    struct call c;
    struct key_asked asked;
    call_begin(&c, x);
    if (!read_key(&c, &asked)) return 0;
    struct json_writer w = {.out = http_out(x)};
    json_object(&w);
    json_key(&w, SLICE("key"));
    enum answer answer = call_people(&c);
    if (answer == ANSWER_OK)
        answer = slice_is(asked.kind, "api") ? make_api_key(&c, &asked.api, &w) : make_write_key(&c, &asked.write, &w);
    if (answer == ANSWER_OK) {
        json_end(&w);
        return 201;
    }
    access_fail(x, answer, &c.error);
    return 0;
}

static void make_key(struct http_exchange *x)
{
    once(x, make_key_once);
}

/* Which limits the body names; an empty list is a limit that goes. */
static bool read_limits(struct call *c, struct write_key *out, unsigned *limits)
{
    static const struct {
        const char *field;
        enum write_key_limit limit;
    } rows[] = {{"origins", WRITE_KEY_ORIGINS},
                {"calls", WRITE_KEY_CALLS},
                {"events", WRITE_KEY_EVENTS},
                {"speaks_of", WRITE_KEY_VISITORS}};
    static const char *const fields[] = {"origins", "calls", "events", "speaks_of", NULL};
    struct body body;
    if (!body_read(c->x, fields, &body)) return false;
    *out = (struct write_key){.origins = body_texts(&body, "origins", ' ')};
    *limits = 0;
    read_permit(&body, out);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (body_has(&body, rows[i].field)) *limits |= (unsigned)rows[i].limit;
    if (!*limits) body_wrong(&body, "origins", "what is to change: origins, calls, events or speaks_of");
    return body_end(&body);
}

static void change_key(struct http_exchange *x)
{
    struct call c;
    struct write_key asked, key;
    unsigned limits;
    call_begin(&c, x);
    const struct slice id = http_param(x, "id");
    const int64_t write = id_number(id, 'w');
    struct slice seen;
    if (!read_seen(x, &seen) || !read_limits(&c, &asked, &limits)) return;
    asked.version = seen;
    enum answer answer = write ? call_people(&c) : no_such(&c, "write key", id);
    if (answer == ANSWER_OK) answer = write_key_change(c.access, c.who, write, &asked, limits, c.arena, &key, &c.error);
    if (answer == ANSWER_OK) {
        struct json_writer w = {.out = http_out(x)};
        put_write_key(&w, &c.frame, &key);
        http_set(x, "ETag", arena_printf(c.arena, "\"%.*s\"", SLICE_ARG(key.version)));
    }
    done(&c, answer, 200);
}

static void revoke_key(struct http_exchange *x)
{
    struct call c;
    call_begin(&c, x);
    const struct slice id = http_param(x, "id");
    const int64_t api = id_number(id, 'k'), write = id_number(id, 'w');
    enum answer answer = no_such(&c, "key", id);
    if (api) answer = api_key_revoke(c.access, c.who, api, &c.error);
    if (write) answer = write_key_revoke(c.access, c.who, write, &c.error);
    done(&c, answer, 204);
}

/* ---- the audit trail ---- */

enum { PAGE = 50, PAGE_MAX = 200 };

/* The start of a day of the company; `after`: of the day after. False when it is no day. */
static bool read_day(struct call *c, const char *name, bool after, int64_t *out)
{
    struct time_text day;
    const struct slice text = http_query(c->x, name);
    if (!text.len) return true;
    if (!time_parse(text, &day) || !day.day_only) return false;
    *out = zone_day_start(c->frame.zone ? c->frame.zone : &zone_utc, floor_div(day.instant, DAY_US) + after);
    return true;
}

static bool read_number(struct call *c, const char *name, int64_t most, int64_t *out)
{
    const struct slice text = http_query(c->x, name);
    return !text.len || (slice_to_i64(text, out) && *out >= 1 && *out <= most);
}

static bool read_filter(struct call *c, struct audit_filter *out)
{
    int64_t limit = PAGE;
    *out = (struct audit_filter){.actor = audit_object(http_query(c->x, "actor"), c->arena),
                                 .object = audit_object(http_query(c->x, "subject"), c->arena),
                                 .action = http_query(c->x, "action"),
                                 .outcome = http_query(c->x, "outcome")};
    const char *wrong = !read_day(c, "from", false, &out->from)                 ? "from"
                        : !read_day(c, "to", true, &out->until)                 ? "to"
                        : !read_number(c, "cursor", INT64_MAX, &out->before_id) ? "cursor"
                        : !read_number(c, "limit", PAGE_MAX, &limit)            ? "limit"
                                                                                : NULL;
    out->limit = (int)limit;
    if (wrong) http_fail(c->x, 400, "bad_parameter", "The parameter %s cannot be read.", wrong);
    return !wrong;
}

static void audit(struct http_exchange *x)
{
    struct call c;
    struct audit_filter filter;
    struct audit_page page;
    call_begin(&c, x);
    if (!read_filter(&c, &filter)) return;
    enum answer answer = access_audit(c.access, c.who, &filter, c.arena, &page, &c.error);
    if (answer == ANSWER_OK) answer = call_people(&c);
    if (answer == ANSWER_OK) {
        struct json_writer w = items_begin(&c);
        for (size_t i = 0; i < page.count; i++) put_audit(&w, &c.frame, &page.rows[i]);
        json_end(&w);
        json_key(&w, SLICE("next_cursor"));
        if (page.more)
            json_string(&w, arena_printf(c.arena, "%lld", (long long)page.rows[page.count - 1].id));
        else
            json_null(&w);
        json_key(&w, SLICE("total"));
        json_null(&w);
        json_end(&w);
    }
    done(&c, answer, 200);
}

struct http_routes people_routes(struct access_service *service)
{
    static const struct http_route routes[] = {
        {"GET", "/api/v1/users", ACCESS_WHO(ACTION_USER_READ), 0, users, 0, NULL},
        {"POST", "/api/v1/users", ACCESS_WHO(ACTION_USER_MANAGE), BODY_MAX, invite, 0, NULL},
        {"PATCH", "/api/v1/users/:id", ACCESS_WHO(ACTION_USER_MANAGE), BODY_MAX, change_user, 0, NULL},
        {"POST", "/api/v1/users/:id/invitation", ACCESS_WHO(ACTION_USER_MANAGE), BODY_MAX, invite_again, 0, NULL},
        {"GET", "/api/v1/users/:id/sessions", ACCESS_WHO(ACTION_SELF), 0, sessions, 0, NULL},
        {"DELETE", "/api/v1/sessions/:id", ACCESS_WHO(ACTION_SELF), 0, end_session, 0, NULL},
        {"GET", "/api/v1/keys", ACCESS_WHO(ACTION_KEY_MANAGE), 0, keys, 0, NULL},
        {"POST", "/api/v1/keys", ACCESS_WHO(ACTION_KEY_MANAGE), BODY_MAX, make_key, 0, NULL},
        {"PATCH", "/api/v1/keys/:id", ACCESS_WHO(ACTION_KEY_MANAGE), BODY_MAX, change_key, 0, NULL},
        {"DELETE", "/api/v1/keys/:id", ACCESS_WHO(ACTION_KEY_MANAGE), 0, revoke_key, 0, NULL},
        {"GET", "/api/v1/audit", ACCESS_WHO(ACTION_AUDIT_READ), 0, audit, 0, NULL},
    };
    return (struct http_routes){routes, sizeof routes / sizeof *routes, service};
}

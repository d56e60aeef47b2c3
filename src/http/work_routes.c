/* Saved views, the weekly meeting's agenda, the register of decisions. */
#include "http/work_routes.h"

#include "app/agenda.h"
#include "app/effect.h"
#include "app/register.h"
#include "app/roster.h"
#include "app/views.h"
#include "http/body.h"
#include "http/report_answers.h"

enum {
    BODY_MAX = 64 << 10,
    PAGE = 50,
    PAGE_MAX = 200,
    NAME_MAX = 200,
    QUERY_MAX = 2000,
    TOPIC_MAX = 500,
    SAID_MAX = 1000,
    WHY_MAX = 4000,
    CODE_MAX = 100,
    LATER = 2,
};

/* Texts of at most so many characters, as the contract counts them. */
static struct slice short_text(struct body *body, const char *field, size_t most)
{
    const struct slice text = body_text(body, field);
    size_t characters = 0;
    for (size_t i = 0; i < text.len; i++) characters += (text.ptr[i] & 0xC0) != 0x80;
    if (characters > most) body_wrong(body, field, "is too long");
    return text;
}

static struct slice needed_text(struct body *body, const char *field, size_t most)
{
    const struct slice text = slice_trim(short_text(body, field, most));
    if (!text.len) body_wrong(body, field, "is needed");
    return text;
}

static struct slice version_text(int64_t version, struct arena *arena)
{
    return arena_printf(arena, "%lld", (long long)version);
}

static void set_tag(struct work_call *c, int64_t version)
{
    http_set(c->x, "ETag", arena_printf(c->arena, "\"%lld\"", (long long)version));
}

/* The number in If-Match; 0: it was answered. -1: none of ours, so that it fits nothing. */
static int64_t seen_version(struct work_call *c)
{
    int64_t version;
    const struct slice seen = work_call_seen(c);
    if (!seen.len) return 0;
    return slice_to_i64(seen, &version) && version > 0 ? version : -1;
}

/* ---- views ---- */

static void put_view(struct work_call *c, struct json_writer *w, const struct saved_view *v)
{
    json_object(w);
    json_key(w, SLICE("id"));
    put_id(w, 'v', v->id);
    put_text(w, "version", version_text(v->version, c->arena));
    put_text(w, "name", v->name);
    json_key(w, SLICE("shared"));
    json_bool(w, v->shared);
    put_user_ref(w, "owner", &c->frame, v->owner);
    put_text(w, "query", v->query);
    json_end(w);
}

static void views(struct http_exchange *x)
{
    struct work_call c;
    struct saved_view_list list = {0};
    work_call_begin(&c, x);
    enum answer answer = work_call_people(&c);
    const int64_t user = c.who->kind == IDENTITY_USER ? c.who->id : 0;
    if (answer == ANSWER_OK) answer = views_list(c.work, user, c.arena, &list, &c.error);
    if (answer == ANSWER_OK) {
        struct json_writer w = {.out = http_out(x)};
        json_object(&w);
        json_key(&w, SLICE("items"));
        json_array(&w);
        for (size_t i = 0; i < list.count; i++) put_view(&c, &w, &list.at[i]);
        json_end(&w);
        json_end(&w);
    }
    vector_release(&list);
    work_call_done(&c, answer, 200);
}

static bool read_view(struct http_exchange *x, struct saved_view *out)
{
    static const char *const fields[] = {"name", "shared", "query", NULL};
    struct body body;
    if (!body_read(x, fields, &body)) return false;
    out->name = needed_text(&body, "name", NAME_MAX);
    body_needs(&body, "shared");
    out->shared = body_bool(&body, "shared");
    body_needs(&body, "query");
    out->query = short_text(&body, "query", QUERY_MAX);
    return body_end(&body);
}

static void answer_view(struct work_call *c, enum answer answer, const struct saved_view *v, int status)
{
    if (answer == ANSWER_OK) {
        struct json_writer w = {.out = http_out(c->x)};
        put_view(c, &w, v);
        set_tag(c, v->version);
    }
    work_call_done(c, answer, status);
}

static void save_view(struct http_exchange *x)
{
    struct work_call c;
    struct saved_view view = {0};
    work_call_begin(&c, x);
    if (!read_view(x, &view)) return;
    enum answer answer = work_call_people(&c);
    if (answer == ANSWER_OK) answer = view_save(c.work, c.who, &view, &c.error);
    answer_view(&c, answer, &view, 201);
}

static void change_view(struct http_exchange *x)
{
    struct work_call c;
    work_call_begin(&c, x);
    struct saved_view view = {.id = id_number(http_param(x, "id"), 'v'), .version = seen_version(&c)};
    if (!view.version || !read_view(x, &view)) return;
    enum answer answer = work_call_people(&c);
    if (answer == ANSWER_OK) answer = view_change(c.work, c.who, &view, &c.error);
    answer_view(&c, answer, &view, 200);
}

static void drop_view(struct http_exchange *x)
{
    struct work_call c;
    work_call_begin(&c, x);
    work_call_done(&c, view_drop(c.work, c.who, id_number(http_param(x, "id"), 'v'), &c.error), 204);
}

/* ---- the agenda ---- */

/* NULL: it was answered. */
static struct standing_state *take_state(struct work_call *c)
{
    return report_take_state_of(c->x, c->service->standing);
}

/* Whether the definition has the funnel that is asked for, if one is. False: it was answered. */
static bool is_funnel(struct work_call *c, const struct standing_state *state)
{
    if (standing_roster_of(state, http_query(c->x, "funnel"))) return true;
    http_fail(c->x, 400, "bad_parameter", "There is no such funnel.");
    return false;
}

/* False: it was answered. */
static bool write_agenda(struct work_call *c, struct standing_state *state)
{
    struct agenda_request request = {.funnel = http_query(c->x, "funnel"),
                                     .sees_people = access_allows(c->who, ACTION_LEAD_READ),
                                     .people = &c->people};
    enum answer answer = work_call_people(c);
    if (!agenda_week(state, http_query(c->x, "week"), &request.from_day)) {
        http_fail(c->x, 400, "bad_parameter", "The week is to be as 2026-W17.");
        return false;
    }
    if (!is_funnel(c, state)) return false;
    if (answer == ANSWER_OK) answer = agenda_write(state, c->work, &request, http_out(c->x), &c->error);
    if (answer != ANSWER_OK) access_fail(c->x, answer, &c->error);
    return answer == ANSWER_OK;
}

static void agenda(struct http_exchange *x)
{
    struct work_call c;
    work_call_begin(&c, x);
    struct standing_state *state = take_state(&c);
    if (!state) return;
    const bool written = write_agenda(&c, state);
    standing_give(state);
    if (written) http_send(x, 200, "application/json");
}

static int raise_once(struct http_exchange *x)
{
    static const char *const fields[] = {"text", NULL};
    struct work_call c;
    struct body body;
    work_call_begin(&c, x);
    if (!body_read(x, fields, &body)) return 0;
    const struct slice text = needed_text(&body, "text", TOPIC_MAX);
    if (!body_end(&body)) return 0;
    struct standing_state *state = take_state(&c);
    if (!state) return 0;
    const enum answer answer = topic_raise(c.work, c.who, text, &c.error);
    if (answer != ANSWER_OK) access_fail(x, answer, &c.error);
    const bool written = answer == ANSWER_OK && write_agenda(&c, state);
    standing_give(state);
    return written ? 201 : 0;
}

static void raise_topic(struct http_exchange *x)
{
    work_call_once(x, raise_once);
}

static void drop_topic(struct http_exchange *x)
{
    struct work_call c;
    work_call_begin(&c, x);
    work_call_done(&c, topic_drop(c.work, c.who, id_number(http_param(x, "id"), 't'), &c.error), 204);
}

/* ---- the register ---- */

static void put_measure(struct json_writer *w, const struct standing_state *state, const struct register_entry *e)
{
    const struct roster *roster = state ? standing_roster_of(state, e->funnel) : NULL;
    const struct slice reported = state ? roster_funnel(standing_roster(state))->label.name : slice_of("", 0);
    put_text_or_null(w, "funnel", !e->kpi.len ? slice_of("", 0) : e->funnel.len ? e->funnel : reported);
    json_key(w, SLICE("measure"));
    if (roster)
        effect_put(roster->table, e->kpi, e->taken_at, w);
    else
        json_null(w);
}

static void put_entry(struct work_call *c, struct json_writer *w, const struct standing_state *state,
                      const struct register_entry *e)
{
    json_object(w);
    json_key(w, SLICE("id"));
    put_id(w, 'r', e->id);
    put_text(w, "version", version_text(e->version, c->arena));
    put_text(w, "text", e->said);
    put_text_or_null(w, "why", e->why);
    put_user_ref(w, "owner", &c->frame, e->owner);
    put_text(w, "side", slice_from(entry_side_names[e->side]));
    json_key(w, SLICE("taken_at"));
    put_instant(w, c->frame.zone, e->taken_at);
    struct buffer due;
    buffer_init(&due, 32);
    if (e->due != INSTANT_NONE) day_format(&due, e->due);
    put_text_or_null(w, "due", buffer_slice(&due));
    buffer_release(&due);
    put_text(w, "status", slice_from(entry_status_names[e->status]));
    put_text_or_null(w, "action", e->action);
    put_measure(w, state, e);
    json_end(w);
}

/* ENTRY_STATUSES, ENTRY_SIDES: it is none. */
static int one_of(struct slice name, const char *const *names, int count)
{
    int i = 0;
    while (i < count && !slice_is(name, names[i])) i++;
    return i;
}

/* Bits; false: a status is none. */
static bool read_statuses(const struct http_exchange *x, unsigned *out)
{
    struct slice name, value;
    *out = 0;
    for (size_t i = 0; http_query_at(x, i, &name, &value); i++) {
        if (!slice_is(name, "status")) continue;
        const int status = one_of(value, entry_status_names, ENTRY_STATUSES);
        if (status == ENTRY_STATUSES) return false;
        *out |= 1u << status;
    }
    return true;
}

/* `state` may be NULL: without one nothing is measured. */
static void write_page(struct work_call *c, const struct standing_state *state, struct register_list *list,
                       int64_t limit, int64_t total)
{
    struct json_writer w = {.out = http_out(c->x)};
    const size_t shown = list->count > (size_t)limit ? (size_t)limit : list->count;
    json_object(&w);
    json_key(&w, SLICE("items"));
    json_array(&w);
    for (size_t i = 0; i < shown; i++) put_entry(c, &w, state, &list->at[i]);
    json_end(&w);
    work_call_put_end(c, &w, list->count > shown ? list->at[shown - 1].id : 0, total);
    json_end(&w);
}

/* False: it was answered. */
static bool read_filter(struct work_call *c, const struct standing_state *state, struct register_filter *out)
{
    *out = (struct register_filter){.funnel = http_query(c->x, "funnel"),
                                    .reported = state && standing_is_funnel(state, http_query(c->x, "funnel"))};
    if (!read_statuses(c->x, &out->statuses)) {
        http_fail(c->x, 400, "bad_parameter", "The status is to be open, done or dropped.");
        return false;
    }
    return !state || is_funnel(c, state);
}

/* False: it was answered. */
static bool write_entries(struct work_call *c, const struct standing_state *state)
{
    struct register_list list = {0};
    struct register_filter filter;
    int64_t before, limit, total;
    if (!read_filter(c, state, &filter) || !work_call_number(c, "cursor", 0, INT64_MAX, &before) ||
        !work_call_number(c, "limit", PAGE, PAGE_MAX, &limit))
        return false;
    enum answer answer = work_call_people(c);
    if (answer == ANSWER_OK)
        answer = register_list(c->work, &filter, before, limit + 1, c->arena, &list, &total, &c->error);
    if (answer == ANSWER_OK)
        write_page(c, state, &list, limit, total);
    else
        access_fail(c->x, answer, &c->error);
    vector_release(&list);
    return answer == ANSWER_OK;
}

static void entries(struct http_exchange *x)
{
    struct error none = {0};
    struct work_call c;
    work_call_begin(&c, x);
    struct standing_state *state = standing_take(c.service->standing, &none);
    const bool written = write_entries(&c, state);
    standing_give(state);
    if (written) http_send(x, 200, "application/json");
}

static void read_day(struct body *body, struct register_entry *e)
{
    struct time_text day;
    const struct slice text = body_text(body, "due");
    if (!text.len)
        e->due = INSTANT_NONE;
    else if (time_parse(text, &day) && day.day_only)
        e->due = floor_div(day.instant, DAY_US);
    else
        body_wrong(body, "due", "is to be a day, such as 2026-05-01");
}

static bool names(const struct body *body, const char *field)
{
    return value_map_field(body->map, slice_from(field)) != NULL;
}

static void read_choice(struct body *body, const char *field, const char *const *choices, int count, const char *help,
                        int *out)
{
    if (!body_has(body, field)) return;
    const int found = one_of(body_text(body, field), choices, count);
    if (found == count)
        body_wrong(body, field, help);
    else
        *out = found;
}

/* What the body names replaces what the entry says; false: it was answered. */
static bool read_entry(struct http_exchange *x, struct register_entry *e)
{
    static const char *const fields[] = {"text",   "why",    "owner", "side",   "due",
                                         "status", "action", "kpi",   "funnel", NULL};
    struct body body;
    int side = e->side, status = e->status;
    if (!body_read(x, fields, &body)) return false;
    if (names(&body, "text") || !e->said.len) e->said = needed_text(&body, "text", SAID_MAX);
    if (names(&body, "why")) e->why = short_text(&body, "why", WHY_MAX);
    if (names(&body, "action")) e->action = short_text(&body, "action", CODE_MAX);
    if (names(&body, "kpi")) e->kpi = short_text(&body, "kpi", CODE_MAX);
    if (names(&body, "funnel")) e->funnel = short_text(&body, "funnel", NAME_MAX);
    if (names(&body, "due")) read_day(&body, e);
    if (body_has(&body, "owner")) {
        e->owner = id_number(body_text(&body, "owner"), 'u');
        if (!e->owner) body_wrong(&body, "owner", "is to be the id of a user, such as u3");
    }
    read_choice(&body, "side", entry_side_names, ENTRY_SIDES, "marketing, sales or both", &side);
    read_choice(&body, "status", entry_status_names, ENTRY_STATUSES, "open, done or dropped", &status);
    e->side = (enum entry_side)side;
    e->status = (enum entry_status)status;
    return body_end(&body);
}

/* A number is of a funnel, and stays so when the report is of another one day. */
static enum answer check_number(struct work_call *c, const struct standing_state *state, struct register_entry *e)
{
    const struct roster *roster = standing_roster_of(state, e->funnel);
    if (!roster) return answer_set(&c->error, ANSWER_BAD, "There is no funnel %.*s.", SLICE_ARG(e->funnel));
    if (!effect_is_measurable(roster->table, e->kpi))
        return answer_set(&c->error, ANSWER_BAD,
                          "%.*s is no number that is measured; name two stages, such as MQL>SAL, or one.",
                          SLICE_ARG(e->kpi));
    e->funnel = arena_slice(c->arena, roster_funnel(roster)->label.name);
    return ANSWER_OK;
}

/* Whether the owner is somebody, and the number one that can be measured. `state` may be NULL. */
static enum answer check_entry(struct work_call *c, const struct standing_state *state, struct register_entry *e)
{
    bool known = !e->owner;
    for (size_t i = 0; i < c->people.count; i++) known |= c->people.users[i].id == e->owner;
    if (!known) return answer_set(&c->error, ANSWER_BAD, "There is no user u%lld.", (long long)e->owner);
    if (!e->kpi.len) e->funnel = slice_of("", 0);
    return e->kpi.len && state ? check_number(c, state, e) : ANSWER_OK;
}

/* Checks, does, answers into http_out, and tells who listens. */
static enum answer keep_entry(struct work_call *c, struct register_entry *e,
                              enum answer (*keep)(struct work *work, const struct identity *who,
                                                  struct register_entry *entry, struct error *error))
{
    struct error none = {0};
    struct standing_state *state = standing_take(c->service->standing, &none);
    enum answer answer = work_call_people(c);
    if (answer == ANSWER_OK) answer = check_entry(c, state, e);
    if (answer == ANSWER_OK) answer = keep(c->work, c->who, e, &c->error);
    if (answer == ANSWER_OK) {
        struct json_writer w = {.out = http_out(c->x)};
        put_entry(c, &w, state, e);
        set_tag(c, e->version);
        work_call_tell(c, "register", "id", arena_printf(c->arena, "r%lld", (long long)e->id), "version",
                       version_text(e->version, c->arena));
    }
    standing_give(state);
    return answer;
}

static int enter_once(struct http_exchange *x)
{
    struct work_call c;
    struct register_entry entry = {.side = ENTRY_BOTH, .due = INSTANT_NONE};
    work_call_begin(&c, x);
    if (!read_entry(x, &entry)) return 0;
    const enum answer answer = keep_entry(&c, &entry, register_enter);
    if (answer == ANSWER_OK) return 201;
    access_fail(x, answer, &c.error);
    return 0;
}

static void enter(struct http_exchange *x)
{
    work_call_once(x, enter_once);
}

static void amend(struct http_exchange *x)
{
    struct work_call c;
    struct register_entry entry;
    work_call_begin(&c, x);
    const int64_t seen = seen_version(&c);
    if (!seen) return;
    enum answer answer = register_find(c.work, id_number(http_param(x, "id"), 'r'), c.arena, &entry, &c.error);
    if (answer == ANSWER_OK && entry.version != seen)
        answer = answer_set(&c.error, ANSWER_CHANGED, "The decision was changed meanwhile; look again.");
    if (answer == ANSWER_OK && !read_entry(x, &entry)) return;
    if (answer == ANSWER_OK) answer = keep_entry(&c, &entry, register_amend);
    work_call_done(&c, answer, 200);
}

struct http_routes meeting_routes(struct work_service *service)
{
    static const struct http_route routes[] = {
        {"GET", "/api/v1/views", ACCESS_KNOWN, .handle = views},
        {"POST", "/api/v1/views", ACCESS_WHO(ACTION_VIEW_SHARE), BODY_MAX, save_view, 0, NULL},
        {"PUT", "/api/v1/views/:id", ACCESS_WHO(ACTION_VIEW_SHARE), BODY_MAX, change_view, 0, NULL},
        {"DELETE", "/api/v1/views/:id", ACCESS_WHO(ACTION_VIEW_SHARE), .handle = drop_view},
        {"GET", "/api/v1/agenda", ACCESS_WHO(ACTION_REPORT_READ), .handle = agenda},
        {"POST", "/api/v1/agenda/topics", ACCESS_WHO(ACTION_DECISION_WRITE), BODY_MAX, raise_topic, 0, NULL},
        {"DELETE", "/api/v1/agenda/topics/:id", ACCESS_WHO(ACTION_DECISION_WRITE), .handle = drop_topic},
        {"GET", "/api/v1/register", ACCESS_WHO(ACTION_REPORT_READ), .handle = entries},
        {"POST", "/api/v1/register", ACCESS_WHO(ACTION_DECISION_WRITE), BODY_MAX, enter, 0, NULL},
        {"PATCH", "/api/v1/register/:id", ACCESS_WHO(ACTION_DECISION_WRITE), BODY_MAX, amend, 0, NULL},
    };
    return (struct http_routes){routes, sizeof routes / sizeof *routes, service};
}

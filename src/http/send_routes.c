#include "http/send_routes.h"

#include "app/channels.h"
#include "app/desk.h"
#include "http/body.h"
#include "http/report_answers.h"
#include "report/json_put.h"

enum { BODY_MAX = 16 << 10, PAGE = 50, PAGE_MAX = 200 };

/* ---- as JSON ---- */

static void put_number_or_null(struct json_writer *w, const char *name, int64_t number)
{
    if (number)
        json_put_int(w, name, number);
    else
        json_put_null(w, name);
}

static void put_failure(struct work_call *c, struct json_writer *w, const struct send_channel *channel)
{
    if (!channel->failed_at) {
        json_put_null(w, "failed");
        return;
    }
    json_put_object(w, "failed");
    put_moment(w, "at", &c->frame, channel->failed_at);
    put_number_or_null(w, "status", channel->failed_status);
    json_put_text_or_null(w, "reason", channel->failed_reason);
    json_end(w);
}

static void put_channel(struct work_call *c, struct json_writer *w, const struct send_channel *channel)
{
    json_object(w);
    json_put_key(w, "id");
    put_id(w, 'c', channel->id);
    json_put_text(w, "name", channel->name);
    json_put_text(w, "url", channel->url);
    put_parts(w, "teams", channel->teams, ',');
    put_parts(w, "roles", channel->roles, ',');
    put_moment(w, "created_at", &c->frame, channel->made_at);
    put_user_ref(w, "created_by", &c->frame, channel->made_by);
    put_moment(w, "secret_at", &c->frame, channel->secret_at);
    put_moment(w, "ended_at", &c->frame, channel->ended_at);
    json_put_int(w, "waiting", channel->waiting);
    put_moment(w, "sent_at", &c->frame, channel->sent_at);
    put_failure(c, w, channel);
    put_moment(w, "failing_since", &c->frame, channel->failing_since);
    json_put_bool(w, "troubled", channel->troubled);
    json_end(w);
}

static void put_send(struct work_call *c, struct json_writer *w, const struct send *send)
{
    json_object(w);
    json_put_key(w, "id");
    put_id(w, 'd', send->id);
    json_put_text(w, "message", send->message);
    json_put_text(w, "type", send->type);
    json_put_text_or_null(w, "handoff", send->handoff);
    json_put_text_or_null(w, "lead", send->lead);
    json_put_text_or_null(w, "stage", send->stage);
    json_put_text_or_null(w, "to", send->addressee);
    put_moment(w, "due_at", &c->frame, send->due_at);
    put_moment(w, "decided_at", &c->frame, send->decided_at);
    json_put_code(w, "state", send_state_names[send->state]);
    json_put_int(w, "attempts", send->attempts);
    put_moment(w, "tried_at", &c->frame, send->tried_at);
    put_number_or_null(w, "status", send->status);
    json_put_text_or_null(w, "reason", slice_from(send_reason_names[send->reason]));
    put_moment(w, "next_at", &c->frame, send->next_at);
    json_end(w);
}

/* ---- looking ---- */

static void give_channels(struct http_exchange *x)
{
    struct work_call c;
    struct send_channel_list list = {0};
    work_call_begin(&c, x);
    enum answer answer = work_call_people(&c);
    if (answer == ANSWER_OK) answer = channels_list(c.work, c.who, c.arena, &list, &c.error);
    if (answer == ANSWER_OK) {
        struct json_writer w = {.out = http_out(x)};
        json_object(&w);
        json_put_array(&w, "items");
        for (size_t i = 0; i < list.count; i++) put_channel(&c, &w, &list.at[i]);
        json_end(&w);
        json_end(&w);
    }
    vector_release(&list);
    work_call_done(&c, answer, 200);
}

static int64_t channel_of(struct http_exchange *x)
{
    return id_number(http_param(x, "id"), 'c');
}

static void give_sends(struct http_exchange *x)
{
    struct work_call c;
    struct send_list list = {0};
    int64_t before, limit, total = 0;
    work_call_begin(&c, x);
    if (!work_call_number(&c, "cursor", 0, INT64_MAX, &before) ||
        !work_call_number(&c, "limit", PAGE, PAGE_MAX, &limit))
        return;
    const enum answer answer =
        channels_sends(c.work, c.who, channel_of(x), before, limit + 1, c.arena, &list, &total, &c.error);
    if (answer == ANSWER_OK) {
        struct json_writer w = {.out = http_out(x)};
        const size_t shown = list.count > (size_t)limit ? (size_t)limit : list.count;
        json_object(&w);
        json_put_array(&w, "items");
        for (size_t i = 0; i < shown; i++) put_send(&c, &w, &list.at[i]);
        json_end(&w);
        work_call_put_end(&c, &w, list.count > shown ? list.at[shown - 1].id : 0, total);
        json_end(&w);
    }
    vector_release(&list);
    work_call_done(&c, answer, 200);
}

/* ---- making ---- */

/* While there is no definition nobody knows which teams there will be. */
static void check_teams(struct work_call *c, struct body *body, struct slice teams)
{
    struct error none = {0};
    struct standing_state *state = standing_take(c->service->standing, &none);
    while (state && teams.len) {
        const struct slice team = slice_cut(&teams, ',');
        if (!desk_has_team(standing_table(state)->definition, c->service->colleagues, team))
            body_wrong(body, "teams", "teams of the definition, or of somebody who works here");
    }
    standing_give(state);
}

/* False: it was answered. */
static bool read_channel(struct work_call *c, struct send_channel *out)
{
    static const char *const fields[] = {"name", "url", "teams", "roles", NULL};
    struct body body;
    struct buffer roles;
    struct slice unknown;
    role_set set;
    if (!body_read(c->x, fields, &body)) return false;
    *out = (struct send_channel){.name = body_text(&body, "name"),
                                 .url = slice_trim(body_text(&body, "url")),
                                 .teams = body_texts(&body, "teams", ',')};
    body_needs(&body, "name");
    body_needs(&body, "url");
    check_teams(c, &body, out->teams);
    if (!role_set_read(body_texts(&body, "roles", ','), &set, &unknown))
        body_wrong(&body, "roles", "marketing, sales, success, product, admin");
    buffer_init(&roles, 1024);
    role_set_write(set, &roles);
    out->roles = arena_slice(c->arena, buffer_slice(&roles));
    buffer_release(&roles);
    return body_end(&body);
}

/* {"channel","secret"}; the status, 0: it was answered. */
static int answer_with_secret(struct work_call *c, enum answer answer, const struct send_channel *channel,
                              const char *secret)
{
    if (answer == ANSWER_OK) answer = work_call_people(c);
    if (answer != ANSWER_OK) {
        access_fail(c->x, answer, &c->error);
        return 0;
    }
    struct json_writer w = {.out = http_out(c->x)};
    json_object(&w);
    json_put_key(&w, "channel");
    put_channel(c, &w, channel);
    json_put_code(&w, "secret", secret);
    json_end(&w);
    return 201;
}

static int add_once(struct http_exchange *x)
{
    char secret[SIGNING_SECRET_TEXT + 1];
    struct work_call c;
    struct send_channel channel;
    work_call_begin(&c, x);
    if (!read_channel(&c, &channel)) return 0;
    const enum answer answer =
        channels_add(c.work, c.who, c.service->plain_webhooks, &channel, c.arena, secret, &c.error);
    if (answer == ANSWER_OK && c.service->outbox) outbox_wake(c.service->outbox); /* it knows of nobody to tell yet */
    return answer_with_secret(&c, answer, &channel, secret);
}

static int new_secret_once(struct http_exchange *x)
{
    char secret[SIGNING_SECRET_TEXT + 1];
    struct work_call c;
    struct send_channel channel;
    work_call_begin(&c, x);
    const enum answer answer = channels_new_secret(c.work, c.who, channel_of(x), c.arena, &channel, secret, &c.error);
    return answer_with_secret(&c, answer, &channel, secret);
}

static int try_once(struct http_exchange *x)
{
    struct work_call c;
    struct send send;
    work_call_begin(&c, x);
    if (!c.service->outbox) {
        http_fail(x, 409, "not_sending", "This server was started with --no-webhooks, and sends nothing.");
        return 0;
    }
    const enum answer answer = channels_try(c.work, c.who, channel_of(x), c.arena, &send, &c.error);
    if (answer != ANSWER_OK) {
        access_fail(x, answer, &c.error);
        return 0;
    }
    outbox_wake(c.service->outbox);
    struct json_writer w = {.out = http_out(x)};
    put_send(&c, &w, &send);
    return 201;
}

static void add_channel(struct http_exchange *x)
{
    work_call_once(x, add_once);
}

static void new_secret(struct http_exchange *x)
{
    work_call_once(x, new_secret_once);
}

static void try_channel(struct http_exchange *x)
{
    work_call_once(x, try_once);
}

static void end_channel(struct http_exchange *x)
{
    struct work_call c;
    work_call_begin(&c, x);
    const enum answer answer = channels_end(c.work, c.who, channel_of(x), &c.error);
    work_call_done(&c, answer, 204);
}

struct http_routes send_routes(struct work_service *service)
{
    static const struct http_route routes[] = {
        {"GET", "/api/v1/channels", ACCESS_WHO(ACTION_CHANNEL_MANAGE), .handle = give_channels},
        {"POST", "/api/v1/channels", ACCESS_WHO(ACTION_CHANNEL_MANAGE), BODY_MAX, add_channel},
        {"DELETE", "/api/v1/channels/:id", ACCESS_WHO(ACTION_CHANNEL_MANAGE), .handle = end_channel},
        {"GET", "/api/v1/channels/:id/sends", ACCESS_WHO(ACTION_CHANNEL_MANAGE), .handle = give_sends},
        {"POST", "/api/v1/channels/:id/secret", ACCESS_WHO(ACTION_CHANNEL_MANAGE), BODY_MAX, new_secret},
        {"POST", "/api/v1/channels/:id/try", ACCESS_WHO(ACTION_CHANNEL_MANAGE), BODY_MAX, try_channel},
    };
    return (struct http_routes){routes, sizeof routes / sizeof *routes, service};
}

/* ---- numbers ---- */

enum { WAITING = OUTBOX_COUNTS, TROUBLED };

static double read_number(void *context, int which)
{
    const struct outbox *outbox = context;
    if (!outbox) return 0;
    if (which == WAITING) return (double)outbox_waiting(outbox);
    if (which == TROUBLED) return (double)outbox_troubled(outbox);
    return (double)outbox_counted(outbox, (enum outbox_count)which);
}

void send_metrics(struct outbox *outbox, struct metric out[SEND_METRICS])
{
    static const char total[] = "masa_sends_total", help[] = "Messages to webhooks, by what became of them.";
    const struct metric rows[SEND_METRICS] = {
        {METRIC_COUNTER, total, help, "state=\"decided\"", read_number, outbox, OUTBOX_DECIDED},
        {METRIC_COUNTER, total, help, "state=\"sent\"", read_number, outbox, OUTBOX_SENT},
        {METRIC_COUNTER, total, help, "state=\"retried\"", read_number, outbox, OUTBOX_RETRIED},
        {METRIC_COUNTER, total, help, "state=\"failed\"", read_number, outbox, OUTBOX_FAILED},
        {METRIC_COUNTER, total, help, "state=\"overtaken\"", read_number, outbox, OUTBOX_OVERTAKEN},
        {METRIC_GAUGE, "masa_sends_waiting", "Messages to webhooks that wait to be sent.", NULL, read_number, outbox,
         WAITING},
        {METRIC_GAUGE, "masa_webhooks_failing", "Webhooks that do not take what is sent.", NULL, read_number, outbox,
         TROUBLED},
    };
    memcpy(out, rows, sizeof rows);
}

/* Backtests as jobs. */
#include "app/check.h"
#include "app/versions.h"
#include "http/body.h"
#include "http/work_routes.h"
#include "report/backtest.h"

enum { TEXT_BODY_MAX = 4 << 20, TEXT_MAX = 1000000 };

static struct slice id_text(int64_t id, struct arena *arena)
{
    return arena_printf(arena, "b%lld", (long long)id);
}

static void put_number_or_null(struct json_writer *w, const char *key, bool known, double number)
{
    json_key(w, slice_from(key));
    if (known)
        json_double(w, (double)(int64_t)(number * 10 + 0.5) / 10);
    else
        json_null(w);
}

static void put_progress(struct json_writer *w, const struct backtest_job *job)
{
    const bool running = job->state == BACKTEST_RUNNING && job->done && job->seconds > 0;
    const double rate = running ? (double)job->done / job->seconds : 0;
    json_key(w, SLICE("progress"));
    json_object(w);
    json_key(w, SLICE("done"));
    json_uint(w, job->done);
    json_key(w, SLICE("total"));
    if (job->total)
        json_uint(w, job->total);
    else
        json_null(w);
    put_number_or_null(w, "per_second", running, rate);
    /* When all is read there is the folding still, of which nobody knows how long it takes. */
    put_number_or_null(w, "seconds_left", running && job->done < job->total, (double)(job->total - job->done) / rate);
    json_end(w);
}

static void put_failure(struct json_writer *w, const struct backtest_job *job)
{
    json_key(w, SLICE("error"));
    if (job->state != BACKTEST_FAILED) {
        json_null(w);
        return;
    }
    json_object(w);
    put_text(w, "code", job->asked_wrongly ? SLICE("bad_parameter") : SLICE("unavailable"));
    put_text(w, "message",
             job->asked_wrongly ? job->message : SLICE("The store cannot be read now; `masa doctor` tells why."));
    json_end(w);
}

/* Who may see numbers, but no leads, is told who moves by id alone. */
static void put_result(struct work_call *c, struct json_writer *w, struct slice result)
{
    struct buffer nameless;
    json_key(w, SLICE("result"));
    if (!result.len) {
        json_null(w);
    } else if (access_allows(c->who, ACTION_LEAD_READ)) {
        json_raw(w, result);
    } else {
        buffer_init(&nameless, BUFFER_NO_LIMIT);
        backtest_write_nameless(result, &nameless);
        json_raw(w, buffer_slice(&nameless));
        buffer_release(&nameless);
    }
}

static void put_job(struct work_call *c, struct json_writer *w, const struct backtest_job *job)
{
    json_object(w);
    put_text(w, "id", id_text(job->id, c->arena));
    put_text(w, "kind", SLICE("backtest"));
    put_text(w, "state", slice_from(backtest_state_names[job->state]));
    put_user_ref(w, "by", &c->frame, job->by);
    json_key(w, SLICE("created_at"));
    put_instant(w, c->frame.zone, job->created_at);
    put_progress(w, job);
    put_result(c, w, job->result);
    put_failure(w, job);
    json_end(w);
}

/* ---- beginning ---- */

struct asked {
    struct slice text, version, against, period;
};

/* False: it was answered. */
static bool read_asked(struct http_exchange *x, struct asked *out)
{
    static const char *const fields[] = {"text", "version", "against", "period", NULL};
    struct body body;
    if (!body_read(x, fields, &body)) return false;
    out->text = body_text(&body, "text");
    out->version = body_text(&body, "version");
    out->against = body_text(&body, "against");
    out->period = body_text(&body, "period");
    if (out->text.len > TEXT_MAX) body_wrong(&body, "text", "is to have at most a million bytes");
    if (!out->text.len == !out->version.len) body_wrong(&body, "text", "either text or version");
    return body_end(&body);
}

/* False: it was answered. */
static bool is_right(struct work_call *c, const struct backtest_asked *asked)
{
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics);
    struct definition_file *file = check_text(asked->text, asked->name, &diagnostics);
    const bool right = file != NULL;
    if (!right) work_call_refuse_text(c->x, asked->text, &diagnostics, "The definition has errors.");
    definition_free(file);
    diagnostics_release(&diagnostics);
    return right;
}

static enum answer find_texts(struct work_call *c, const struct asked *asked, struct backtest_asked *out)
{
    struct version_card card;
    enum answer answer = ANSWER_OK;
    *out = (struct backtest_asked){.text = asked->text,
                                   .name = version_file_name(c->work, c->arena),
                                   .period = asked->period,
                                   .by = c->who->kind == IDENTITY_USER ? c->who->id : 0};
    if (asked->version.len) {
        answer = version_find(c->work, asked->version, c->arena, &card, &c->error);
        if (answer == ANSWER_OK) out->text = card.stored.text;
    }
    if (answer == ANSWER_OK && asked->against.len) {
        answer = version_find(c->work, asked->against, c->arena, &card, &c->error);
        if (answer == ANSWER_OK) out->against = card.stored.text;
    }
    return answer;
}

/* Who tries what out stands in the trail. */
static enum answer note(struct work_call *c, const char *action, int64_t id)
{
    const struct audit_entry entry = {.action = slice_from(action),
                                      .object = arena_printf(c->arena, "backtest:b%lld", (long long)id)};
    const enum answer answer = work_begin(c->work, &c->error);
    return answer == ANSWER_OK ? work_end(c->work, answer, c->who, &entry, &c->error) : answer;
}

static int begin_once(struct http_exchange *x)
{
    struct work_call c;
    struct asked asked;
    struct backtest_asked texts;
    struct backtest_job job;
    work_call_begin(&c, x);
    if (!read_asked(x, &asked)) return 0;
    enum answer answer = work_call_people(&c);
    if (answer == ANSWER_OK) answer = find_texts(&c, &asked, &texts);
    if (answer == ANSWER_OK && !is_right(&c, &texts)) return 0;
    if (answer == ANSWER_OK) answer = backtest_begin(c.service->backtests, &texts, &job, &c.error);
    if (answer == ANSWER_OK) answer = note(&c, "backtest", job.id);
    if (answer != ANSWER_OK) {
        access_fail(x, answer, &c.error);
        return 0;
    }
    struct json_writer w = {.out = http_out(x)};
    put_job(&c, &w, &job);
    http_set(x, "Location", arena_printf(c.arena, "/api/v1/backtests/b%lld", (long long)job.id));
    return 202;
}

static void begin(struct http_exchange *x)
{
    work_call_once(x, begin_once);
}

/* ---- looking, cancelling ---- */

static enum answer no_such(struct work_call *c)
{
    return answer_set(&c->error, ANSWER_ABSENT, "There is no backtest %.*s; it may be too long ago.",
                      SLICE_ARG(http_param(c->x, "id")));
}

static void look(struct http_exchange *x)
{
    struct work_call c;
    struct backtest_job job;
    work_call_begin(&c, x);
    enum answer answer = work_call_people(&c);
    const int64_t id = id_number(http_param(x, "id"), 'b');
    if (answer == ANSWER_OK && !backtest_look(c.service->backtests, id, c.arena, &job)) answer = no_such(&c);
    if (answer == ANSWER_OK) {
        struct json_writer w = {.out = http_out(x)};
        put_job(&c, &w, &job);
    }
    work_call_done(&c, answer, 200);
}

static void cancel(struct http_exchange *x)
{
    struct work_call c;
    work_call_begin(&c, x);
    const int64_t id = id_number(http_param(x, "id"), 'b');
    work_call_done(&c, backtest_cancel(c.service->backtests, id) ? note(&c, "backtest.cancel", id) : no_such(&c), 204);
}

void backtest_told(void *streams, const struct backtest_job *job)
{
    struct buffer data;
    char id[24];
    snprintf(id, sizeof id, "b%lld", (long long)job->id);
    buffer_init(&data, BUFFER_NO_LIMIT);
    struct json_writer w = {.out = &data};
    json_object(&w);
    put_text(&w, "kind", SLICE("job"));
    put_text(&w, "id", slice_from(id));
    put_text(&w, "state", slice_from(backtest_state_names[job->state]));
    json_key(&w, SLICE("done"));
    json_uint(&w, job->done);
    json_key(&w, SLICE("total"));
    if (job->total)
        json_uint(&w, job->total);
    else
        json_null(&w);
    json_end(&w);
    streams_tell(streams, SLICE("job"), slice_of("", 0), buffer_slice(&data));
    buffer_release(&data);
}

struct http_routes backtest_routes(struct work_service *service)
{
    static const struct http_route routes[] = {
        {"POST", "/api/v1/backtests", ACCESS_WHO(ACTION_BACKTEST), TEXT_BODY_MAX, begin, 0, NULL},
        {"GET", "/api/v1/backtests/:id", ACCESS_WHO(ACTION_BACKTEST), .handle = look},
        {"DELETE", "/api/v1/backtests/:id", ACCESS_WHO(ACTION_BACKTEST), .handle = cancel},
    };
    return (struct http_routes){routes, sizeof routes / sizeof *routes, service};
}

#include "http/work_call.h"

#include "app/check.h"
#include "http/work_routes.h"

enum outcome work_service_start(struct work_service *s, const char *db, struct error *error)
{
    const struct world world = s->people->world;
    const enum outcome outcome = work_open(db, s->people->access, world, &s->work, error);
    return outcome == OK ? backtests_start(db, world, backtest_told, s->streams, &s->backtests, error) : outcome;
}

void work_service_stop(struct work_service *s)
{
    backtests_stop(s->backtests);
    work_close(s->work);
}

void work_call_begin(struct work_call *c, struct http_exchange *x)
{
    struct work_service *service = http_context(x);
    struct access_service *people = service->people;
    *c = (struct work_call){.x = x,
                            .service = service,
                            .work = service->work,
                            .who = access_caller(x),
                            .arena = http_arena(x),
                            .frame.zone = &zone_utc};
    if (people->company) c->frame.zone = people->company(people->company_context, c->arena).zone;
}

enum answer work_call_people(struct work_call *c)
{
    c->frame.people = &c->people;
    return user_list(c->service->people->access, c->who, c->arena, &c->people, &c->error);
}

void work_call_done(struct work_call *c, enum answer answer, int status)
{
    if (answer != ANSWER_OK)
        access_fail(c->x, answer, &c->error);
    else
        http_send(c->x, status, status == 204 ? NULL : "application/json");
}

void work_call_once(struct http_exchange *x, int (*work)(struct http_exchange *x))
{
    const struct work_service *service = http_context(x);
    char who[40];
    repeat_once(service->people->repeats, x, identity_text(access_caller(x), who, sizeof who),
                world_now(&service->people->world), work);
}

struct slice work_call_seen(struct work_call *c)
{
    struct slice tag = http_header(c->x, "If-Match");
    if (tag.len > 2 && tag.ptr[0] == '"' && tag.ptr[tag.len - 1] == '"') return slice_of(tag.ptr + 1, tag.len - 2);
    if (!tag.len) http_fail(c->x, 428, "version_missing", "Send If-Match with the version you saw.");
    return tag;
}

bool work_call_number(struct work_call *c, const char *name, int64_t usual, int64_t most, int64_t *out)
{
    const struct slice text = http_query(c->x, name);
    *out = usual;
    if (!text.len || (slice_to_i64(text, out) && *out >= 1 && *out <= most)) return true;
    http_fail(c->x, 400, "bad_parameter", "The parameter %s cannot be read.", name);
    return false;
}

void work_call_put_end(struct work_call *c, struct json_writer *w, int64_t next, int64_t total)
{
    put_text_or_null(w, "next_cursor", next ? arena_printf(c->arena, "%lld", (long long)next) : slice_of("", 0));
    json_key(w, SLICE("total"));
    json_int(w, total);
}

void work_call_tell(struct work_call *c, const char *kind, const char *name, struct slice value, const char *other,
                    struct slice other_value)
{
    struct buffer data;
    buffer_init(&data, BUFFER_NO_LIMIT);
    struct json_writer w = {.out = &data};
    json_object(&w);
    put_text(&w, "kind", slice_from(kind));
    put_text(&w, name, value);
    put_text(&w, other, other_value);
    json_end(&w);
    streams_tell(c->service->streams, slice_from(kind), slice_of("", 0), buffer_slice(&data));
    buffer_release(&data);
}

void work_call_refuse_text(struct http_exchange *x, struct slice text, struct diagnostics *diagnostics,
                           const char *message)
{
    struct buffer details;
    buffer_init(&details, BUFFER_NO_LIMIT);
    struct json_writer w = {.out = &details};
    json_object(&w);
    json_key(&w, SLICE("problems"));
    check_put_problems(&w, text, diagnostics, http_wants_hebrew(x));
    json_end(&w);
    http_fail_with(x, 422, "definition_wrong", message, buffer_slice(&details));
    buffer_release(&details);
}

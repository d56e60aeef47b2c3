#include "http/exchange.h"

#include <assert.h>
#include <stdio.h>

#include "http/hebrew.h"
#include "report/retell.h"
#include "value/json_write.h"

/* ---- the request ---- */

void *http_context(const struct http_exchange *x)
{
    return x->context;
}
const struct http_route *http_route_of(const struct http_exchange *x)
{
    return x->route;
}
struct slice http_method(const struct http_exchange *x)
{
    return x->method;
}
struct slice http_path_text(const struct http_exchange *x)
{
    return x->path;
}
struct slice http_body(const struct http_exchange *x)
{
    return buffer_slice(&x->body);
}
struct slice http_peer(const struct http_exchange *x)
{
    return slice_from(x->client_text);
}
struct arena *http_arena(struct http_exchange *x)
{
    return &x->arena;
}
int http_worker(const struct http_exchange *x)
{
    return x->worker;
}
void http_set_caller(struct http_exchange *x, const void *caller)
{
    x->caller = caller;
}
const void *http_caller(const struct http_exchange *x)
{
    return x->caller;
}

struct slice http_header(const struct http_exchange *x, const char *name)
{
    for (size_t i = 0; i < x->headers.count; i++)
        if (slice_equal_fold(x->headers.at[i].name, slice_from(name))) return x->headers.at[i].value;
    return (struct slice){0};
}

struct slice http_query(const struct http_exchange *x, const char *name)
{
    return pairs_get(&x->query, slice_from(name));
}

bool http_query_at(const struct http_exchange *x, size_t i, struct slice *name, struct slice *value)
{
    if (i >= x->query.count) return false;
    *name = x->query.at[i].name;
    *value = x->query.at[i].value;
    return true;
}

struct slice http_param(const struct http_exchange *x, const char *name)
{
    return pairs_get(&(struct http_pairs){x->params, x->param_count}, slice_from(name));
}

bool http_is_secure(const struct http_exchange *x)
{
    if (x->server->options.certificate) return true;
    return x->server->options.proxy && address_equal(x->link->address, x->server->proxy) &&
           slice_equal_fold(http_header(x, "X-Forwarded-Proto"), SLICE("https"));
}

/* ---- the answer ---- */

struct buffer *http_out(struct http_exchange *x)
{
    return &x->out;
}

static bool is_header_name(struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!(c == '-' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))) return false;
    }
    return s.len > 0;
}

static bool is_header_value(struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x20 || c == 0x7f) return false;
    }
    return s.len > 0;
}

void http_set(struct http_exchange *x, const char *name, struct slice value)
{
    assert(!x->answered);
    if (!is_header_name(slice_from(name)) || !is_header_value(value)) {
        x->broken_header = true;
        return;
    }
    const struct http_pair pair = {arena_slice(&x->arena, slice_from(name)), arena_slice(&x->arena, value)};
    vector_push(&x->answer_headers, pair);
}

bool http_wants_hebrew(const struct http_exchange *x)
{
    return prefers_hebrew(http_header(x, "Accept-Language"));
}

/* The sentence in the language that was asked for. */
static struct slice message_for(struct http_exchange *x, const char *code, const char *message)
{
    const struct slice english = slice_from(message);
    if (!x->connection || !http_wants_hebrew(x)) return english;
    const struct refusal_words *words = refusal_hebrew(code);
    if (!words) return retold(&x->arena, english);
    const struct slice hebrew = slice_from(words->hebrew);
    if (!words->particulars || !english.len) return hebrew;
    return arena_printf(&x->arena, "%.*s (%.*s)", SLICE_ARG(hebrew), SLICE_ARG(retold(&x->arena, english)));
}

static void put_error(struct http_exchange *x, const char *code, const char *message, struct slice details)
{
    struct json_writer w = {.out = &x->out};
    const struct slice said = message_for(x, code, message);
    buffer_clear(&x->out);
    json_object(&w);
    json_key(&w, SLICE("error"));
    json_object(&w);
    json_key(&w, SLICE("code"));
    json_string(&w, slice_from(code));
    json_key(&w, SLICE("message"));
    json_string(&w, said);
    if (details.len) {
        json_key(&w, SLICE("details"));
        json_raw(&w, details);
    }
    json_end(&w);
    json_end(&w);
    buffer_char(&x->out, '\n');
    x->code = code;
    x->content_type = "application/json";
}

/* After this the exchange belongs to the thread that moves bytes again. */
static void hand_back(struct http_exchange *x)
{
    x->answered = true;
    if (x->suspended) MHD_resume_connection(x->connection);
}

void http_send(struct http_exchange *x, int status, const char *content_type)
{
    assert(!x->answered);
    x->status = status;
    x->content_type = content_type;
    if (x->broken_header || x->out.full) {
        x->answer_headers.count = 0;
        x->status = 500;
        put_error(x, "internal", "the answer could not be written", (struct slice){0});
    }
    hand_back(x);
}

void http_fail_with(struct http_exchange *x, int status, const char *code, const char *message, struct slice details)
{
    put_error(x, code, message, details);
    http_send(x, status, "application/json");
}

void http_fail(struct http_exchange *x, int status, const char *code, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    http_fail_with(x, status, code, message, (struct slice){0});
}

void http_fail_later(struct http_exchange *x, int status, const char *code, unsigned seconds, const char *message)
{
    http_set(x, "Retry-After", arena_printf(&x->arena, "%u", seconds));
    http_fail_with(x, status, code, message, arena_printf(&x->arena, "{\"retry_after_seconds\":%u}", seconds));
}

void exchange_refuse(struct http_exchange *x, int status, const char *code, const char *message)
{
    x->hangs_up = true;
    http_fail_with(x, status, code, message, (struct slice){0});
}

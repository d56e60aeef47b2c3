/* masa serve --db DB: takes events over HTTP, lets people in, until SIGTERM or SIGINT. */
#include <stdio.h>

#include "access/link.h"
#include "app/colleagues.h"
#include "app/company.h"
#include "app/serve.h"
#include "base/civil.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "http/access_routes.h"
#include "http/access_senders.h"
#include "http/handoff_routes.h"
#include "http/lead_routes.h"
#include "http/page_routes.h"
#include "http/report_routes.h"
#include "http/send_routes.h"
#include "http/service.h"
#include "http/work_routes.h"
#include "value/json_write.h"

struct serve_arguments {
    const char *db, *listen, *public_url, *certificate, *key, *proxy, *write_keys, *link_secret, *log, *workers,
        *connections, *no_webhooks, *each, *request_seconds, *stop_seconds, *merge_seconds;
    const char *link_hosts[OPTION_REPEATS], *metrics_to[OPTION_REPEATS], *webhooks_to[OPTION_REPEATS];
    size_t link_host_count, metrics_to_count, webhooks_to_count;
    unsigned merge_every; /* seconds */
    struct reach reach;
};

enum { MERGE_SECONDS = 30, METRICS = REPORT_METRICS + SEND_METRICS };

/* A whole number of at least 1; 0 when it was not given. */
static bool read_number(const char *option, const char *text, unsigned *out)
{
    int64_t number = 0;
    *out = 0;
    if (!text) return true;
    if (slice_to_i64(slice_from(text), &number) && number > 0 && number <= 1000000) {
        *out = (unsigned)number;
        return true;
    }
    fprintf(stderr, "masa serve: --%s takes a whole number from 1, not %s\n", option, text);
    return false;
}

static bool read_level(const char *text, enum log_level *out)
{
    static const char *const names[] = {[LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info"};
    for (int i = 0; i <= LOG_INFO; i++)
        if (slice_is(slice_from(text), names[i])) {
            *out = (enum log_level)i;
            return true;
        }
    fprintf(stderr, "masa serve: --log takes error, warn or info, not %s\n", text);
    return false;
}

static bool read_reach(struct serve_arguments *a)
{
    for (; a->reach.count < a->webhooks_to_count; a->reach.count++) {
        const char *net = a->webhooks_to[a->reach.count];
        if (reach_parse(slice_from(net), &a->reach.nets[a->reach.count])) continue;
        fprintf(stderr, "masa serve: --webhooks-to takes an address or a net, such as 10.0.0.0/8, not %s\n", net);
        return false;
    }
    return true;
}

static bool fill_options(const struct serve_arguments *a, struct service_options *o)
{
    unsigned workers, seconds;
    *o = (struct service_options){.listen = a->listen,
                                  .certificate = a->certificate,
                                  .key = a->key,
                                  .proxy = a->proxy,
                                  .write_keys = a->write_keys,
                                  .link_secret = a->link_secret,
                                  .link_host_count = a->link_host_count,
                                  .metrics_to_count = a->metrics_to_count};
    for (size_t i = 0; i < a->link_host_count; i++) o->link_hosts[i] = a->link_hosts[i];
    for (size_t i = 0; i < a->metrics_to_count; i++) o->metrics_to[i] = a->metrics_to[i];
    if (!read_number("workers", a->workers, &workers) ||
        !read_number("connections", a->connections, &o->limits.connections_max) ||
        !read_number("per-address", a->each, &o->limits.each_max) ||
        !read_number("request-seconds", a->request_seconds, &seconds) ||
        !read_number("stop-seconds", a->stop_seconds, &o->limits.stop_seconds) || !read_level(a->log, &o->log_level))
        return false;
    o->limits.workers = (int)workers;
    o->limits.head_seconds = o->limits.body_seconds = seconds;
    return true;
}

/* Where it listens and, where nobody can manage people yet, the way in. */
static void announce(struct access *access, const char *listens, const char *public_url)
{
    const char *url = public_url ? public_url : listens;
    const struct identity command = identity_command();
    struct error error = {0};
    struct link link;
    struct buffer text;
    bool needed = false;
    printf("listening on %s\n", listens);
    buffer_init(&text, 4096);
    if (link_first_admin(access, &command, &needed, &link, &error) != ANSWER_OK)
        fprintf(stderr, "masa serve: no link for a first administrator: %s\n", error.message);
    else if (needed) {
        link_write(&link, slice_from(url), &text);
        printf("first administrator: %.*s\n", SLICE_ARG(buffer_slice(&text)));
    }
    fflush(stdout);
    buffer_release(&text);
}

static struct company_words company_now(void *context, struct arena *arena)
{
    const struct world world = world_system();
    const struct company_card card = company_card(context, world_now(&world), arena);
    return (struct company_words){card.name, card.currency, card.locale, card.zone};
}

static size_t personless_now(void *context, struct arena *arena, const struct slice **names)
{
    const struct world world = world_system();
    return company_personless(context, world_now(&world), arena, names);
}

/* What goes wrong on threads that answer nobody, as a line of the log. */
static void complain(const char *event, const struct error *error)
{
    struct buffer line, now;
    buffer_init(&line, 4096);
    buffer_init(&now, 64);
    struct json_writer w = {.out = &line};
    const struct world world = world_system();
    time_format(&now, world_now(&world));
    json_object(&w);
    json_key(&w, SLICE("at"));
    json_string(&w, buffer_slice(&now));
    json_key(&w, SLICE("level"));
    json_string(&w, SLICE("error"));
    json_key(&w, SLICE("event"));
    json_string(&w, slice_from(event));
    json_key(&w, SLICE("message"));
    json_string(&w, slice_from(error->message));
    json_end(&w);
    buffer_char(&line, '\n');
    fwrite(line.data, 1, line.len, stderr);
    buffer_release(&now);
    buffer_release(&line);
}

static void merge_failed(void *context, const struct error *error)
{
    complain("merge_failed", error);
}

static void fold_failed(void *context, const struct error *error)
{
    complain("fold_failed", error);
}

static void send_failed(void *context, const struct error *error)
{
    complain("send_failed", error);
}

/* What goes out by webhooks. */
static enum outcome start_sending(const struct serve_arguments *a, struct serve *serve, struct report_service *reports,
                                  struct outbox **out, struct error *error)
{
    if (a->no_webhooks) return OK;
    const struct outbox_options sending = {.db = a->db,
                                           .access = serve_access(serve),
                                           .world = serve_world(serve),
                                           .standing = reports->standing,
                                           .reach = a->reach,
                                           .site = a->public_url,
                                           .context = reports,
                                           .changed = report_service_look,
                                           .failed = send_failed};
    const enum outcome outcome = outbox_start(&sending, out, error);
    if (outcome == OK) report_service_send_by(reports, *out);
    return outcome;
}

static void add_metrics(struct service_options *options, const struct report_service *reports, struct outbox *outbox,
                        struct metric metrics[METRICS])
{
    memcpy(metrics, reports->metrics, sizeof reports->metrics);
    send_metrics(outbox, metrics + REPORT_METRICS);
    options->metrics = metrics;
    options->metric_count = METRICS;
}

static enum outcome serve(const struct serve_arguments *a, struct service_options *options, struct error *error)
{
    struct serve *serve;
    struct service *service;
    struct company_desk *desk = NULL;
    const struct serve_rule rule = {.merge_seconds = a->merge_every, .failed = merge_failed};
    enum outcome outcome = serve_open(a->db, &rule, &serve, error);
    if (outcome != OK) return outcome;
    outcome = company_open(a->db, &desk, error);
    struct outbox *outbox = NULL;
    struct access_service people = {.access = serve_access(serve),
                                    .world = serve_world(serve),
                                    .public_url = a->public_url,
                                    .company_context = desk,
                                    .company = company_now};
    options->senders = access_senders(people.access);
    options->personless = (struct personless_port){desk, personless_now};
    options->gate = access_gate(&people);
    options->tables[options->table_count++] = session_routes(&people);
    options->tables[options->table_count++] = people_routes(&people);
    options->tables[options->table_count++] = page_routes();
    if (outcome == OK) outcome = access_service_start(&people, error);
    struct report_service reports = {0};
    struct handoff_service handoffs = {0};
    struct colleagues *colleagues = colleagues_new(people.access, serve_world(serve));
    const struct standing_options standing = {
        .db = a->db, .world = serve_world(serve), .colleagues = colleagues, .failed = fold_failed};
    if (outcome == OK) outcome = report_service_start(&reports, people.access, &standing, error);
    if (outcome == OK)
        outcome = handoff_service_start(&handoffs, people.access, &reports, colleagues, serve_world(serve), error);
    options->tables[options->table_count++] = report_routes(&reports);
    options->tables[options->table_count++] = lead_routes(&reports);
    if (outcome == OK) outcome = start_sending(a, serve, &reports, &outbox, error);
    struct work_service working = {.people = &people,
                                   .standing = reports.standing,
                                   .streams = reports.streams,
                                   .colleagues = colleagues,
                                   .outbox = outbox,
                                   .plain_webhooks = a->reach.count > 0};
    if (outcome == OK) outcome = work_service_start(&working, a->db, error);
    options->tables[options->table_count++] = definition_routes(&working);
    options->tables[options->table_count++] = backtest_routes(&working);
    options->tables[options->table_count++] = meeting_routes(&working);
    options->tables[options->table_count++] = send_routes(&working);
    options->tables[options->table_count++] = handoff_routes(&handoffs);
    options->tables[options->table_count++] = lead_word_routes(&handoffs);
    options->tables[options->table_count++] = erasure_routes(&handoffs);
    options->commit = &handoffs.desk.say.commit;
    options->watch = report_service_appends(&reports);
    struct metric metrics[METRICS];
    add_metrics(options, &reports, outbox, metrics);
    if (outcome == OK) outcome = service_start(options, serve_log(serve), &service, error);
    if (outcome == OK) {
        announce(people.access, service_url(service), a->public_url);
        service_wait();
        outbox_stop(outbox);
        report_service_stop(&reports);
        service_stop(service);
    }
    outbox_stop(outbox);
    work_service_stop(&working);
    handoff_service_stop(&handoffs);
    report_service_free(&reports);
    outbox_free(outbox);
    colleagues_free(colleagues);
    access_service_stop(&people);
    company_close(desk);
    serve_close(serve);
    return outcome;
}

int serve_command(int argc, char **argv)
{
    struct serve_arguments a = {.listen = "127.0.0.1:8080", .log = "info"};
    const struct option_row rows[] = {
        {"db", "DB", "the store; made when it is not there (required)", &a.db},
        {"listen", "HOST:PORT", "default: 127.0.0.1:8080; port 0 is any free one", &a.listen},
        {"public-url", "URL", "how people reach it, when that is not how it listens", &a.public_url},
        {"tls-cert", "FILE", "certificate chain (PEM); with it https is spoken", &a.certificate},
        {"tls-key", "FILE", "its key (PEM)", &a.key},
        {"proxy", "ADDRESS", "of the proxy in front, whose X-Forwarded-For is believed", &a.proxy},
        {"write-keys", "FILE", "more write keys, a line each: KEY SOURCE [ORIGIN...]", &a.write_keys},
        {"link-host", "HOST", "a host that counted links may lead to; may be repeated", a.link_hosts,
         &a.link_host_count},
        {"link-secret", "FILE", "signs counted links; made when it is not there; default: DB.links", &a.link_secret},
        {"metrics-to", "ADDRESS", "who may read /metrics besides this machine; may be repeated", a.metrics_to,
         &a.metrics_to_count},
        {"webhooks-to", "NET",
         "a private network that webhooks may reach, such as 10.0.0.0/8; may be repeated; default: none", a.webhooks_to,
         &a.webhooks_to_count},
        {"no-webhooks", NULL, "send nothing: for a copy of a store that is looked at", &a.no_webhooks},
        {"log", "LEVEL", "error, warn or info (default): what is written to standard error", &a.log},
        {"workers", "N", "threads that handle requests; default: one for each core, at least 2", &a.workers},
        {"connections", "N", "open connections in all; default: 4096", &a.connections},
        {"per-address", "N", "open connections of one address; default: 256", &a.each},
        {"request-seconds", "N", "for headers, and for the body; default: 10 and 30", &a.request_seconds},
        {"merge-seconds", "N", "how long new events may wait to be merged into the blocks of the store; default: 30",
         &a.merge_seconds},
        {"stop-seconds", "N", "for what is under way when it is stopped; default: 30", &a.stop_seconds},
    };
    const struct option_set set = {"serve", "serve --db DB [--listen HOST:PORT] [options]",
                                   "Takes events over HTTP, durably, and lets people in.", rows,
                                   sizeof rows / sizeof *rows};
    struct service_options options;
    struct error error = {0};
    char beside[4096];
    int words, code = options_read(&set, argc, argv, &words);
    if (code >= 0) return code;
    if (!a.db || words) {
        fprintf(stderr, "usage: masa %s\n", set.usage);
        return BAD_USAGE;
    }
    snprintf(beside, sizeof beside, "%s.links", a.db);
    if (!a.link_secret) a.link_secret = beside;
    if (!fill_options(&a, &options) || !read_number("merge-seconds", a.merge_seconds, &a.merge_every) ||
        !read_reach(&a))
        return BAD_USAGE;
    if (!a.merge_every) a.merge_every = MERGE_SECONDS;
    service_block_signals();
    enum outcome outcome = serve(&a, &options, &error);
    if (outcome != OK) fprintf(stderr, "masa serve: %s\n", error.message);
    return (int)outcome;
}

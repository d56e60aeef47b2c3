#include "http/service.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/intake_routes.h"
#include "http/status_routes.h"

enum { PEM_MAX = 1 << 20 };

struct service {
    struct arena arena;
    struct http_routes tables[SERVICE_TABLES_MAX + 2];
    size_t table_count;
    struct commit *commit;
    struct key_file *keys;
    struct sender_port senders;
    struct click_links links;
    struct request_log *log;
    struct metrics *metrics;
    struct intake *intake;
    struct status status;
    struct http_server *server;
};

/* ---- options to parts ---- */

/* The text of a file, ended by NUL; NULL with the error filled. */
static const char *read_file(struct service *s, const char *path, struct error *error)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0 || about.st_size > PEM_MAX) {
        error_set(error, FAILED, "cannot read %s: %s", path, fd < 0 ? strerror(errno) : "no PEM file");
        if (fd >= 0) close(fd);
        return NULL;
    }
    char *text = arena_zero(&s->arena, (size_t)about.st_size + 1);
    ssize_t n = read(fd, text, (size_t)about.st_size);
    close(fd);
    if (n == about.st_size) return text;
    error_set(error, FAILED, "cannot read %s", path);
    return NULL;
}

/* "HOST:PORT" to its parts. */
static enum outcome read_listen(struct service *s, const char *listen, struct http_options *http, struct error *error)
{
    const char *colon = strrchr(listen, ':');
    if (!colon || colon == listen || !colon[1])
        return error_set(error, BAD_USAGE, "%s is no HOST:PORT; write it as 127.0.0.1:8080", listen);
    struct slice host = slice_of(listen, (size_t)(colon - listen));
    if (host.ptr[0] == '[' && host.ptr[host.len - 1] == ']') host = slice_of(host.ptr + 1, host.len - 2);
    http->host = arena_slice(&s->arena, host).ptr;
    http->port = colon + 1;
    return OK;
}

/* The file's keys first, then those of the port. */
static enum sender_answer find_sender(void *context, struct slice key, struct slice origin, struct arena *arena,
                                      struct sender *sender, struct error *error)
{
    const struct service *s = context;
    const struct sender_port file = key_file_port(s->keys), *port = &s->senders;
    enum sender_answer answer = SENDER_UNKNOWN;
    if (s->keys) answer = file.find(file.context, key, origin, arena, sender, error);
    if (answer == SENDER_UNKNOWN && port->find) answer = port->find(port->context, key, origin, arena, sender, error);
    return answer;
}

static enum outcome open_keys(struct service *s, const struct service_options *o, struct error *error)
{
    s->senders = o->senders;
    if (o->write_keys) s->keys = key_file_load(o->write_keys, error);
    return !o->write_keys || s->keys ? OK : FAILED;
}

static enum outcome open_links(struct service *s, const struct service_options *o, struct error *error)
{
    struct slice *hosts = ARENA_ARRAY(&s->arena, struct slice, o->link_host_count);
    for (size_t i = 0; i < o->link_host_count; i++) hosts[i] = slice_from(o->link_hosts[i]);
    s->links.hosts = hosts;
    s->links.host_count = o->link_host_count;
    return o->link_host_count ? click_secret_load(&s->links, o->link_secret, error) : OK;
}

static enum outcome open_status(struct service *s, const struct service_options *o, struct error *error)
{
    struct address *readers = ARENA_ARRAY(&s->arena, struct address, o->metrics_to_count);
    for (size_t i = 0; i < o->metrics_to_count; i++)
        if (!address_parse(slice_from(o->metrics_to[i]), &readers[i]))
            return error_set(error, BAD_USAGE, "%s is no address; write it as 192.0.2.1", o->metrics_to[i]);
    s->status = (struct status){.commit = s->commit, .readers = readers, .reader_count = o->metrics_to_count};
    return OK;
}

/* ---- together ---- */

static void request_ended(void *context, const struct http_ended *ended)
{
    struct service *s = context;
    metrics_count(s->metrics, ended);
    request_log_ended(s->log, ended);
}

static enum outcome open_parts(struct service *s, const struct service_options *o, struct log_port port,
                               struct error *error)
{
    const struct commit_options commit = {.waiting_max = o->waiting_max, .watch = o->watch};
    enum outcome outcome = open_keys(s, o, error);
    if (outcome == OK) outcome = open_links(s, o, error);
    if (outcome != OK) return outcome;
    s->log = request_log_open(STDERR_FILENO, o->log_level, error);
    if (!s->log) return FAILED;
    s->commit = commit_open(port, &commit, error);
    if (o->commit) *o->commit = s->commit;
    return s->commit ? open_status(s, o, error) : FAILED;
}

static enum outcome open_server(struct service *s, const struct service_options *o, struct http_options http,
                                struct error *error)
{
    const struct intake_options intake = {.commit = s->commit,
                                          .senders = {s, find_sender},
                                          .links = &s->links,
                                          .log = s->log,
                                          .personless = o->personless};
    if (!http.workers) http.workers = (int)sysconf(_SC_NPROCESSORS_ONLN);
    if (http.workers < 2) http.workers = 2;
    s->intake = intake_new(&intake, http.workers);
    for (size_t i = 0; i < o->table_count; i++) s->tables[s->table_count++] = o->tables[i];
    s->tables[s->table_count++] = intake_routes(s->intake);
    s->tables[s->table_count++] = status_routes(&s->status);
    s->metrics = metrics_new(s->tables, s->table_count);
    s->status.metrics = s->metrics;
    intake_register(s->intake, s->metrics);
    status_register(&s->status);
    metrics_register(s->metrics, o->metrics, o->metric_count);
    http.tables = s->tables;
    http.table_count = s->table_count;
    http.gate = o->gate;
    http.watch = (struct http_watch){s, request_ended};
    enum outcome outcome = http_server_start(&http, &s->status.server, error);
    s->server = s->status.server;
    return outcome;
}

static void release(struct service *s)
{
    commit_close(s->commit);
    intake_free(s->intake);
    metrics_free(s->metrics);
    request_log_close(s->log);
    key_file_free(s->keys);
    sodium_memzero(&s->links, sizeof s->links);
    arena_release(&s->arena);
    free(s);
}

enum outcome service_start(const struct service_options *o, struct log_port port, struct service **out,
                           struct error *error)
{
    if (sodium_init() < 0) return error_set(error, FAILED, "libsodium does not start");
    if (!o->certificate != !o->key) return error_set(error, BAD_USAGE, "--tls-cert and --tls-key belong together");
    struct service *s = memory_new(sizeof *s);
    struct http_options http = o->limits;
    arena_init(&s->arena);
    http.proxy = o->proxy;
    enum outcome outcome = read_listen(s, o->listen, &http, error);
    if (outcome == OK && o->certificate) {
        http.certificate = read_file(s, o->certificate, error);
        http.key = http.certificate ? read_file(s, o->key, error) : NULL;
        if (!http.key) outcome = FAILED;
    }
    if (outcome == OK) outcome = open_parts(s, o, port, error);
    if (outcome == OK) outcome = open_server(s, o, http, error);
    if (outcome != OK) {
        release(s);
        return outcome;
    }
    *out = s;
    return OK;
}

const char *service_url(const struct service *s)
{
    return http_server_url(s->server);
}

/* Answers wait for the disk, so the server ends first: whatever it still answers is on the disk then. */
void service_stop(struct service *s)
{
    http_server_stop(s->server);
    release(s);
}

/* ---- signals ---- */

static sigset_t ending_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

void service_block_signals(void)
{
    const sigset_t set = ending_signals();
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a write that fails, like a full disk */
}

void service_wait(void)
{
    const sigset_t set = ending_signals();
    int got;
    sigwait(&set, &got);
}

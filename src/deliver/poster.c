#include "deliver/poster.h"

#include <curl/curl.h>

#include "base/vector.h"

struct job {
    const struct reach *reach;
    int64_t tag;
    CURL *easy;
    struct curl_slist *headers;
    bool encrypted, refused; /* refused: an address that must not be called */
    size_t read;             /* of the answer's body */
};

struct poster {
    struct reach reach;
    int limit_ms;
    CURLM *multi;
    VECTOR(struct job *) jobs;
};

struct poster *poster_new(const struct reach *reach, int limit_ms, struct error *error)
{
    struct poster *p = memory_new(sizeof *p);
    *p = (struct poster){.reach = *reach, .limit_ms = limit_ms ? limit_ms : POSTER_LIMIT_MS};
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) p->multi = curl_multi_init();
    if (p->multi) return p;
    free(p);
    error_set(error, FAILED, "libcurl does not start");
    return NULL;
}

static void job_free(struct job *job)
{
    curl_easy_cleanup(job->easy);
    curl_slist_free_all(job->headers);
    free(job);
}

void poster_free(struct poster *p)
{
    if (!p) return;
    for (size_t i = 0; i < p->jobs.count; i++) {
        curl_multi_remove_handle(p->multi, p->jobs.at[i]->easy);
        job_free(p->jobs.at[i]);
    }
    curl_multi_cleanup(p->multi);
    curl_global_cleanup();
    vector_release(&p->jobs);
    free(p);
}

/* ---- what libcurl asks ---- */

/* Called with the very address that is about to be connected to. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct job *job = context;
    const bool allowed = reach_allows(job->reach, address_of(&to->addr), job->encrypted);
    if (!allowed) job->refused = true;
    return allowed ? socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol) : CURL_SOCKET_BAD;
}

/* Nobody reads what it says, and nobody waits for much of it. */
static size_t pass_over(char *bytes, size_t size, size_t count, void *context)
{
    struct job *job = context;
    job->read += size * count;
    return job->read > POSTER_ANSWER_MAX ? 0 : size * count;
}

/* ---- beginning ---- */

static bool add_header(struct job *job, struct buffer *text, const char *name, struct slice value)
{
    buffer_clear(text);
    buffer_printf(text, "%s: %.*s", name, SLICE_ARG(value));
    buffer_char(text, '\0');
    struct curl_slist *longer = curl_slist_append(job->headers, text->data);
    if (longer) job->headers = longer;
    return longer != NULL;
}

static bool add_headers(struct job *job, const struct post *post)
{
    struct buffer text;
    char at[24];
    buffer_init(&text, 1 << 16);
    snprintf(at, sizeof at, "%lld", (long long)post->at);
    const bool all = add_header(job, &text, "Content-Type", SLICE("application/json")) &&
                     add_header(job, &text, "webhook-id", post->id) &&
                     add_header(job, &text, "webhook-timestamp", slice_from(at)) &&
                     add_header(job, &text, "webhook-signature", post->signature);
    buffer_release(&text);
    return all;
}

/* `url` ends with NUL. */
static bool set_up(const struct poster *p, struct job *job, const struct post *post, const char *url)
{
    CURL *easy = job->easy;
    bool well = true;
#define SET(option, value) (well = curl_easy_setopt(easy, option, value) == CURLE_OK && well)
    SET(CURLOPT_URL, url);
    SET(CURLOPT_PRIVATE, job);
    SET(CURLOPT_PROTOCOLS_STR, p->reach.count ? "https,http" : "https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_TIMEOUT_MS, (long)p->limit_ms);
    SET(CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    SET(CURLOPT_FRESH_CONNECT, 1L);
    SET(CURLOPT_FORBID_REUSE, 1L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, job);
    SET(CURLOPT_WRITEFUNCTION, pass_over);
    SET(CURLOPT_WRITEDATA, job);
    SET(CURLOPT_USERAGENT, "masa/" MASA_VERSION);
    SET(CURLOPT_HTTPHEADER, job->headers);
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_POSTFIELDSIZE, (long)post->body.len);
    SET(CURLOPT_COPYPOSTFIELDS, post->body.ptr);
#undef SET
    return well && curl_multi_add_handle(p->multi, easy) == CURLM_OK;
}

enum outcome poster_begin(struct poster *p, const struct post *post, struct error *error)
{
    struct job *job = memory_new(sizeof *job);
    struct buffer url;
    buffer_init(&url, 1 << 16);
    buffer_add(&url, post->url);
    buffer_char(&url, '\0');
    *job = (struct job){.reach = &p->reach,
                        .tag = post->tag,
                        .easy = curl_easy_init(),
                        .encrypted = slice_starts(post->url, SLICE("https:"))};
    const bool begun = job->easy && add_headers(job, post) && set_up(p, job, post, url.data);
    buffer_release(&url);
    if (begun) {
        vector_push(&p->jobs, job);
        return OK;
    }
    job_free(job);
    return error_set(error, FAILED, "libcurl cannot send to this address");
}

/* ---- ending ---- */

void poster_wait(struct poster *p, int wait_ms)
{
    int running = 0;
    curl_multi_perform(p->multi, &running);
    /* Whatever has ended by now is to be taken before anything is waited for. */
    const bool ended = (size_t)running < p->jobs.count;
    curl_multi_poll(p->multi, NULL, 0, ended ? 0 : wait_ms, NULL);
    curl_multi_perform(p->multi, &running);
}

void poster_wake(struct poster *p)
{
    curl_multi_wakeup(p->multi);
}

static enum send_reason reason_of(CURLcode code, const struct job *job)
{
    static const struct {
        CURLcode code;
        enum send_reason reason;
    } rows[] = {{CURLE_COULDNT_RESOLVE_HOST, SEND_NO_ADDRESS},      {CURLE_UNSUPPORTED_PROTOCOL, SEND_NOT_ALLOWED},
                {CURLE_COULDNT_CONNECT, SEND_NO_CONNECTION},        {CURLE_OPERATION_TIMEDOUT, SEND_TOO_SLOW},
                {CURLE_PEER_FAILED_VERIFICATION, SEND_CERTIFICATE}, {CURLE_SSL_CONNECT_ERROR, SEND_CERTIFICATE},
                {CURLE_SSL_ISSUER_ERROR, SEND_CERTIFICATE},         {CURLE_SSL_INVALIDCERTSTATUS, SEND_CERTIFICATE}};
    if (job->refused && code == CURLE_COULDNT_CONNECT) return SEND_NOT_ALLOWED;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].code == code) return rows[i].reason;
    return SEND_BROKEN;
}

static void forget(struct poster *p, const struct job *job)
{
    size_t i = 0;
    while (p->jobs.at[i] != job) i++;
    p->jobs.at[i] = p->jobs.at[--p->jobs.count];
}

bool poster_take(struct poster *p, int64_t *tag, struct send_answer *answer)
{
    struct CURLMsg *message;
    char *private = NULL;
    curl_off_t retry_after = 0;
    long status = 0;
    int left;
    do {
        message = curl_multi_info_read(p->multi, &left);
        if (!message) return false;
    } while (message->msg != CURLMSG_DONE);
    const CURLcode code = message->data.result;
    CURL *easy = message->easy_handle;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after); /* seconds from now, also of a date */
    if (retry_after > DAY_US / SECOND_US) retry_after = DAY_US / SECOND_US;
    struct job *job = (struct job *)(void *)private;
    *tag = job->tag;
    *answer = status >= 200 ? (struct send_answer){.status = (int)status, .retry_after = retry_after * SECOND_US}
                            : (struct send_answer){.reason = reason_of(code, job)};
    curl_multi_remove_handle(p->multi, easy);
    forget(p, job);
    job_free(job);
    return true;
}

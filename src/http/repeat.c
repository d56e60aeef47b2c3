#include "http/repeat.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/civil.h"
#include "base/vector.h"

enum { DIGEST = 32, KEY_TEXT_MAX = 200 };
#define KEPT_FOR DAY_US

struct repeat {
    unsigned char key[DIGEST], request[DIGEST];
    int64_t at;
    int status; /* 0: under way */
    struct slice body;
};

struct repeats {
    pthread_mutex_t mutex;
    VECTOR(struct repeat) list; /* in order of beginning */
};

struct repeats *repeats_new(void)
{
    struct repeats *repeats = memory_new(sizeof *repeats);
    pthread_mutex_init(&repeats->mutex, NULL);
    return repeats;
}

static void drop(struct repeats *repeats, size_t i)
{
    struct repeat *at = repeats->list.at;
    if (at[i].body.len) sodium_memzero((char *)at[i].body.ptr, at[i].body.len);
    free((char *)at[i].body.ptr);
    memmove(at + i, at + i + 1, (repeats->list.count - i - 1) * sizeof *at);
    repeats->list.count--;
}

void repeats_free(struct repeats *repeats)
{
    if (!repeats) return;
    while (repeats->list.count) drop(repeats, repeats->list.count - 1);
    vector_release(&repeats->list);
    pthread_mutex_destroy(&repeats->mutex);
    free(repeats);
}

static void add(crypto_generichash_state *state, struct slice text)
{
    const uint64_t len = text.len;
    crypto_generichash_update(state, (const unsigned char *)&len, sizeof len);
    crypto_generichash_update(state, (const unsigned char *)text.ptr, text.len);
}

static void digest(const struct slice *texts, size_t count, unsigned char out[DIGEST])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, DIGEST);
    for (size_t i = 0; i < count; i++) add(&state, texts[i]);
    crypto_generichash_final(&state, out, DIGEST);
}

static struct repeat *find(struct repeats *repeats, const unsigned char key[DIGEST])
{
    for (size_t i = 0; i < repeats->list.count; i++)
        if (memcmp(repeats->list.at[i].key, key, DIGEST) == 0) return &repeats->list.at[i];
    return NULL;
}

static void forget_old(struct repeats *repeats, int64_t now)
{
    while (repeats->list.count && (now - repeats->list.at[0].at > KEPT_FOR || repeats->list.count >= REPEATS_MAX))
        drop(repeats, 0);
}

enum verdict { FIRST, AGAIN, REUSED, UNDER_WAY };

/* AGAIN: the answer is in *status and http_out. */
static enum verdict begin(struct repeats *repeats, struct http_exchange *x, const struct repeat *this, int *status)
{
    enum verdict verdict = FIRST;
    pthread_mutex_lock(&repeats->mutex);
    forget_old(repeats, this->at);
    const struct repeat *before = find(repeats, this->key);
    if (!before) {
        vector_push(&repeats->list, *this);
    } else if (memcmp(before->request, this->request, DIGEST) != 0) {
        verdict = REUSED;
    } else if (!before->status) {
        verdict = UNDER_WAY;
    } else {
        verdict = AGAIN;
        *status = before->status;
        buffer_add(http_out(x), before->body);
    }
    pthread_mutex_unlock(&repeats->mutex);
    return verdict;
}

static void finish(struct repeats *repeats, const unsigned char key[DIGEST], int status, struct slice body)
{
    pthread_mutex_lock(&repeats->mutex);
    struct repeat *this = find(repeats, key);
    if (this && status && body.len <= REPEAT_BODY_MAX) {
        char *copy = memory_new(body.len + 1);
        memcpy(copy, body.ptr ? body.ptr : "", body.len);
        this->status = status;
        this->body = slice_of(copy, body.len);
    } else if (this) {
        drop(repeats, (size_t)(this - repeats->list.at));
    }
    pthread_mutex_unlock(&repeats->mutex);
}

void repeat_once(struct repeats *repeats, struct http_exchange *x, struct slice who, int64_t now,
                 int (*work)(struct http_exchange *x))
{
    struct repeat this = {.at = now};
    int status = 0;
    const struct slice key = http_header(x, "Idempotency-Key");
    if (!key.len || key.len > KEY_TEXT_MAX) {
        http_fail(x, 428, "idempotency_key_missing",
                  "Send an Idempotency-Key of at most %d bytes, so that a repeat does nothing twice.", KEY_TEXT_MAX);
        return;
    }
    digest((const struct slice[]){who, key}, 2, this.key);
    digest((const struct slice[]){http_method(x), http_path_text(x), http_body(x)}, 3, this.request);
    switch (begin(repeats, x, &this, &status)) {
    case FIRST:
        status = work(x);
        finish(repeats, this.key, status, status ? buffer_slice(http_out(x)) : slice_of("", 0));
        if (status) http_send(x, status, "application/json");
        break;
    case AGAIN: http_send(x, status, "application/json"); break;
    case REUSED:
        http_fail(x, 409, "key_reused", "This Idempotency-Key was sent with another request; take a new one.");
        break;
    case UNDER_WAY:
        http_fail(x, 409, "under_way", "The first request with this Idempotency-Key is still under way.");
        break;
    }
}

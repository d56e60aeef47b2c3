#include "access/password.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "access/person_text.h"

struct hasher {
    struct password_cost cost;
    pthread_mutex_t mutex;
    pthread_cond_t free_place;
    int at_once, waiting_max, running, waiting;
    char nobody[PASSWORD_HASH_SIZE]; /* a hash of no password, at today's cost */
};

/* What guessers try first, of those that are long enough. Folded; digits that only follow are cut before the look. */
static const char *const worst[] = {
    "password",      "passwordpassword", "passw0rd",     "p@ssw0rd",     "p@ssword",   "qwertyuiop",
    "qwertyuiop[]",  "qwerty",           "qwertyqwerty", "asdfghjkl",    "asdfghjkl;", "zxcvbnm",
    "1q2w3e4r5t",    "1q2w3e4r5t6y",     "qazwsxedc",    "1qaz2wsx3edc", "iloveyou",   "letmein",
    "letmeinplease", "welcome",          "welcometo",    "trustno",      "abcdefghij", "abcdefghijkl",
    "abc",           "administrator",    "admin",        "adminadmin",   "changeme",   "changeit",
    "secret",        "secretword",       "default",      "guest",        "monkey",     "dragon",
    "football",      "baseball",         "superman",     "sunshine",     "princess",   "israel",
    "jerusalem",     "shalom",           "סיסמה",        "סיסמא",        "שלום",       "ישראל",
    "masa",          "marketing",        "sales",        "company",      "computer",   "internet",
    "qwerty123456",  "asdfqwer",
};

struct password_cost password_cost_usual(void)
{
    return (struct password_cost){crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE,
                                  crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE};
}

struct hasher *hasher_new(struct password_cost cost, int at_once, int waiting_max)
{
    struct hasher *hasher = memory_new(sizeof *hasher);
    if (sodium_init() < 0) abort(); /* no random bytes to be had on this machine */
    hasher->cost = cost;
    hasher->at_once = at_once;
    hasher->waiting_max = waiting_max;
    pthread_mutex_init(&hasher->mutex, NULL);
    pthread_cond_init(&hasher->free_place, NULL);
    /* 16 bytes of salt and 32 of hash, all zero, in base64: no password known to anybody has this hash. */
    snprintf(hasher->nobody, sizeof hasher->nobody, "$argon2id$v=19$m=%zu,t=%llu,p=1$%.22s$%.43s", cost.memory / 1024,
             (unsigned long long)cost.operations, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    return hasher;
}

void hasher_free(struct hasher *hasher)
{
    if (!hasher) return;
    pthread_cond_destroy(&hasher->free_place);
    pthread_mutex_destroy(&hasher->mutex);
    free(hasher);
}

void hasher_load(struct hasher *hasher, int *running, int *waiting)
{
    pthread_mutex_lock(&hasher->mutex);
    *running = hasher->running;
    *waiting = hasher->waiting;
    pthread_mutex_unlock(&hasher->mutex);
}

static bool enter(struct hasher *hasher)
{
    pthread_mutex_lock(&hasher->mutex);
    const bool room = hasher->running < hasher->at_once || hasher->waiting < hasher->waiting_max;
    if (room) {
        hasher->waiting++;
        while (hasher->running >= hasher->at_once) pthread_cond_wait(&hasher->free_place, &hasher->mutex);
        hasher->waiting--;
        hasher->running++;
    }
    pthread_mutex_unlock(&hasher->mutex);
    return room;
}

static void leave(struct hasher *hasher)
{
    pthread_mutex_lock(&hasher->mutex);
    hasher->running--;
    pthread_cond_signal(&hasher->free_place);
    pthread_mutex_unlock(&hasher->mutex);
}

static enum answer busy(struct error *error)
{
    return answer_set(error, ANSWER_BUSY, "many people are signing in at this moment; try again in some seconds");
}

/* ---- what may be a password ---- */

static size_t letters(struct slice text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) count += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    return count;
}

static size_t different_bytes(struct slice text)
{
    bool seen[256] = {0};
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool *one = &seen[(unsigned char)text.ptr[i]];
        count += !*one;
        *one = true;
    }
    return count;
}

/* 1234567890, 9876543210, abcdefghijk: each byte one more, or one less, than the byte before; 9 and 0 are neighbours.
 */
static bool is_row(struct slice text)
{
    for (int step = -1; step <= 1; step += 2) {
        size_t i = 1;
        for (; i < text.len; i++) {
            const int difference = text.ptr[i] - text.ptr[i - 1];
            if (difference != step && difference != -9 * step) break;
        }
        if (i == text.len) return true;
    }
    return false;
}

static bool is_one_of_the_worst(struct slice password)
{
    struct slice stem = password;
    while (stem.len && strchr("0123456789!.?*#$", stem.ptr[stem.len - 1])) stem.len--;
    for (size_t i = 0; i < sizeof worst / sizeof *worst; i++) {
        const struct slice bad = slice_from(worst[i]);
        if (slice_equal_fold(password, bad) || slice_equal_fold(stem, bad)) return true;
    }
    return different_bytes(password) < 5 || is_row(password);
}

static enum answer check_composed(struct slice password, struct slice email, struct error *error)
{
    struct slice rest = email;
    const struct slice local = slice_cut(&rest, '@');
    if (letters(password) < PASSWORD_LETTERS_MIN)
        return answer_set(error, ANSWER_BAD, "the password is too short: at least %d characters; a few words are good",
                          PASSWORD_LETTERS_MIN);
    if (is_one_of_the_worst(password))
        return answer_set(error, ANSWER_BAD, "this password is among the first that are guessed; choose another");
    if ((email.len && slice_equal_fold(password, email)) || (local.len && slice_equal_fold(password, local)))
        return answer_set(error, ANSWER_BAD, "the password must not be the e-mail address");
    return ANSWER_OK;
}

/* Calls with the composed password, and wipes it. */
static bool composed(struct slice password, struct buffer *out)
{
    buffer_init(out, 4 * PASSWORD_BYTES_MAX);
    return password.len <= PASSWORD_BYTES_MAX && !(password.len && memchr(password.ptr, 0, password.len)) &&
           text_compose(password, out);
}

static void wipe(struct buffer *text)
{
    if (text->data) sodium_memzero(text->data, text->cap);
    buffer_release(text);
}

static enum answer no_text(struct error *error)
{
    return answer_set(error, ANSWER_BAD, "the password is longer than %d bytes, or no text", PASSWORD_BYTES_MAX);
}

enum answer password_check(struct slice password, struct slice email, struct error *error)
{
    struct buffer text;
    const bool fine = composed(password, &text);
    enum answer answer = fine ? check_composed(buffer_slice(&text), email, error) : no_text(error);
    wipe(&text);
    return answer;
}

/* ---- hashing ---- */

enum answer password_hash(struct hasher *hasher, struct slice password, char out[PASSWORD_HASH_SIZE],
                          struct error *error)
{
    struct buffer text;
    enum answer answer = composed(password, &text) ? ANSWER_OK : no_text(error);
    if (answer == ANSWER_OK && !enter(hasher)) answer = busy(error);
    if (answer == ANSWER_OK) {
        if (crypto_pwhash_str_alg(out, text.data ? text.data : "", text.len, hasher->cost.operations,
                                  hasher->cost.memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
            answer = busy(error); /* no memory for it now */
        leave(hasher);
    }
    wipe(&text);
    return answer;
}

enum answer password_verify(struct hasher *hasher, const char *hash, struct slice password, bool *right, bool *weak,
                            struct error *error)
{
    struct buffer text;
    /* What cannot be a password is wrong like any other, and takes as long. */
    const bool fine = composed(password, &text);
    *right = *weak = false;
    enum answer answer = enter(hasher) ? ANSWER_OK : busy(error);
    if (answer == ANSWER_OK) {
        const bool same = crypto_pwhash_str_verify(hash ? hash : hasher->nobody, text.data ? text.data : "",
                                                   fine ? text.len : 0) == 0;
        leave(hasher);
        *right = same && hash && fine;
        *weak = *right && crypto_pwhash_str_needs_rehash(hash, hasher->cost.operations, hasher->cost.memory) != 0;
    }
    wipe(&text);
    return answer;
}

/* Passwords: which may be, that the same one typed elsewhere is the same, and that nobody learns whom there is. */
#include "access/password.h"

#include <pthread.h>
#include <sodium.h>

#include "base/test.h"

static const struct password_cost cheap = {1, 8192}, dearer = {2, 16384};

static void the_worst_are_refused(void **state)
{
    static const char *const bad[] = {"short",
                                      "",
                                      "password123",
                                      "Passw0rd!!!!",
                                      "1234567890",
                                      "0987654321",
                                      "aaaaaaaaaaaaaa",
                                      "abababababab",
                                      "qwertyuiop",
                                      "QwertyUiop2026",
                                      "sales@example.com",
                                      "סיסמה12345",
                                      "abcdefghijklm",
                                      "jerusalem2026"};
    static const char *const good[] = {"correct horse battery", "ארבע מילים שאיש לא ינחש", "x7!Kp2#qLm9",
                                       "wrong staple"};
    struct error error;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (password_check(slice_from(bad[i]), SLICE("sales@example.com"), &error) != ANSWER_BAD)
            fail_msg("%s was taken", bad[i]);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (password_check(slice_from(good[i]), SLICE("sales@example.com"), &error) != ANSWER_OK)
            fail_msg("%s: %s", good[i], error.message);
    char large[PASSWORD_BYTES_MAX + 1];
    for (size_t i = 0; i < sizeof large; i++) large[i] = (char)('a' + i * 7 % 26);
    assert_int_equal(password_check(slice_of(large, sizeof large), SLICE(""), &error), ANSWER_BAD);
    assert_int_equal(password_check(slice_of("no\xfftext at all", 15), SLICE(""), &error), ANSWER_BAD);
    assert_int_equal(password_check(slice_of("with\0nul inside it", 18), SLICE(""), &error), ANSWER_BAD);
}

static void a_hash_names_its_parameters_and_fits_its_password_alone(void **state)
{
    struct error error;
    char hash[PASSWORD_HASH_SIZE];
    bool right, weak;
    struct hasher *hasher = hasher_new(cheap, 2, 2);
    assert_int_equal(password_hash(hasher, SLICE("correct horse battery"), hash, &error), ANSWER_OK);
    assert_true(slice_starts(slice_from(hash), SLICE("$argon2id$v=19$m=8,t=1,p=1$")));
    assert_int_equal(password_verify(hasher, hash, SLICE("correct horse battery"), &right, &weak, &error), ANSWER_OK);
    assert_true(right);
    assert_false(weak);
    password_verify(hasher, hash, SLICE("correct horse batterx"), &right, &weak, &error);
    assert_false(right);
    password_verify(hasher, hash, SLICE(""), &right, &weak, &error);
    assert_false(right);
    hasher_free(hasher);
}

static void the_same_password_typed_in_parts_is_the_same(void **state)
{
    /* é and אָ as one letter, and as letter and mark. */
    const struct slice whole = SLICE("caf\xc3\xa9 \xef\xac\xaf 12345"),
                       parts = SLICE("cafe\xcc\x81 \xd7\x90\xd6\xb8 12345");
    struct error error;
    char hash[PASSWORD_HASH_SIZE];
    bool right, weak;
    struct hasher *hasher = hasher_new(cheap, 2, 2);
    assert_int_equal(password_hash(hasher, whole, hash, &error), ANSWER_OK);
    assert_int_equal(password_verify(hasher, hash, parts, &right, &weak, &error), ANSWER_OK);
    assert_true(right);
    hasher_free(hasher);
}

static void a_hash_of_lower_cost_is_to_be_made_again(void **state)
{
    struct error error;
    char hash[PASSWORD_HASH_SIZE];
    bool right, weak;
    struct hasher *before = hasher_new(cheap, 2, 2), *after = hasher_new(dearer, 2, 2);
    assert_int_equal(password_hash(before, SLICE("correct horse battery"), hash, &error), ANSWER_OK);
    password_verify(after, hash, SLICE("correct horse battery"), &right, &weak, &error);
    assert_true(right);
    assert_true(weak);
    password_verify(after, hash, SLICE("wrong horse battery"), &right, &weak, &error);
    assert_false(right);
    assert_false(weak);
    hasher_free(before);
    hasher_free(after);
}

/* What is compared with for nobody is a hash that libsodium reads, of today's cost: it does the same work. */
static void nobody_costs_as_much_as_somebody(void **state)
{
    char nobody[PASSWORD_HASH_SIZE];
    struct error error;
    bool right, weak;
    snprintf(nobody, sizeof nobody, "$argon2id$v=19$m=%zu,t=%llu,p=1$%.22s$%.43s", dearer.memory / 1024,
             (unsigned long long)dearer.operations, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_int_equal(crypto_pwhash_str_needs_rehash(nobody, dearer.operations, dearer.memory), 0);
    struct hasher *hasher = hasher_new(dearer, 2, 2);
    assert_int_equal(password_verify(hasher, NULL, SLICE("correct horse battery"), &right, &weak, &error), ANSWER_OK);
    assert_false(right);
    hasher_free(hasher);
}

/* ---- how many at once ---- */

struct crowd {
    struct hasher *hasher;
    pthread_barrier_t start;
    pthread_mutex_t mutex;
    int busy, done, running_max;
};

static void *one_of_many(void *context)
{
    struct crowd *crowd = context;
    char hash[PASSWORD_HASH_SIZE];
    struct error error;
    int running, waiting;
    pthread_barrier_wait(&crowd->start);
    const enum answer answer = password_hash(crowd->hasher, SLICE("correct horse battery"), hash, &error);
    hasher_load(crowd->hasher, &running, &waiting);
    pthread_mutex_lock(&crowd->mutex);
    crowd->busy += answer == ANSWER_BUSY;
    crowd->done += answer == ANSWER_OK;
    if (running > crowd->running_max) crowd->running_max = running;
    pthread_mutex_unlock(&crowd->mutex);
    return NULL;
}

static void no_more_are_made_at_once_than_may_be(void **state)
{
    enum { THREADS = 12 };
    pthread_t threads[THREADS];
    struct crowd crowd = {.hasher = hasher_new((struct password_cost){1, 4 << 20}, 2, 4)};
    pthread_barrier_init(&crowd.start, NULL, THREADS);
    pthread_mutex_init(&crowd.mutex, NULL);
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, one_of_many, &crowd), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    int running, waiting;
    hasher_load(crowd.hasher, &running, &waiting);
    assert_int_equal(running, 0);
    assert_int_equal(waiting, 0);
    assert_int_equal(crowd.busy + crowd.done, THREADS);
    assert_true(crowd.done >= 2);
    assert_true(crowd.running_max <= 2);
    pthread_mutex_destroy(&crowd.mutex);
    pthread_barrier_destroy(&crowd.start);
    hasher_free(crowd.hasher);
}

static void none_at_all_may_be_told_to_come_back(void **state)
{
    char hash[PASSWORD_HASH_SIZE];
    struct error error;
    struct hasher *hasher = hasher_new(cheap, 0, 0); /* no place, no waiting room */
    assert_int_equal(password_hash(hasher, SLICE("correct horse battery"), hash, &error), ANSWER_BUSY);
    hasher_free(hasher);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_are_refused),
        cmocka_unit_test(a_hash_names_its_parameters_and_fits_its_password_alone),
        cmocka_unit_test(the_same_password_typed_in_parts_is_the_same),
        cmocka_unit_test(a_hash_of_lower_cost_is_to_be_made_again),
        cmocka_unit_test(nobody_costs_as_much_as_somebody),
        cmocka_unit_test(no_more_are_made_at_once_than_may_be),
        cmocka_unit_test(none_at_all_may_be_told_to_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

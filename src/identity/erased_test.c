/* Keys that may not come in again, known by keyed hashes alone. */
#include "base/test.h"
#include "identity/erased.h"

/* Not a hash to keep secrets with: it only has to depend on the key it is given and on the text. */
static void keyed(void *context, struct slice text, uint8_t out[ERASED_HASH_BYTES])
{
    const uint64_t key = *(const uint64_t *)context, a = hash_mix(slice_hash(text) ^ key, HASH_K0),
                   b = hash_mix(slice_hash(text) + key, HASH_K1);
    memcpy(out, &a, sizeof a);
    memcpy(out + sizeof a, &b, sizeof b);
}

static void erase(struct erased *e, enum erased_kind kind, const char *key)
{
    uint8_t digest[ERASED_HASH_BYTES];
    erased_digest(e, kind, slice_from(key), digest);
    erased_add(e, digest);
}

static void the_erased_are_known_again(void **state)
{
    static const struct {
        const char *user, *anonymous;
        bool erased;
    } cases[] = {{"p1", "", true},  {"p2", "", false},  {"", "x1", true}, {"", "x2", false}, {"x1", "", false},
                 {"", "p1", false}, {"p2", "x1", true}, {"", "", false},  {"p", "", false},  {"p11", "", false}};
    uint64_t key = 1;
    struct erased e;
    (void)state;
    erased_init(&e, (struct erased_hash){keyed, &key});
    assert_false(erased_has(&e, SLICE("p1"), SLICE("x1")));
    erase(&e, ERASED_USER, "p1");
    erase(&e, ERASED_ANONYMOUS, "x1");
    erase(&e, ERASED_USER, "p1"); /* twice is once */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(erased_has(&e, slice_from(cases[i].user), slice_from(cases[i].anonymous)), cases[i].erased);
    erased_release(&e);
}

/* What one company keeps says nothing to another. */
static void digests_depend_on_the_key(void **state)
{
    uint64_t keys[] = {1, 2};
    uint8_t digests[2][ERASED_HASH_BYTES];
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct erased e;
        erased_init(&e, (struct erased_hash){keyed, &keys[i]});
        erased_digest(&e, ERASED_USER, SLICE("p1"), digests[i]);
        erased_release(&e);
    }
    assert_memory_not_equal(digests[0], digests[1], ERASED_HASH_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_erased_are_known_again),
                                       cmocka_unit_test(digests_depend_on_the_key)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Keys of programs: what a key may, that it is known by a digest alone, and that it ends when it is told to. */
#include "access/api_key.h"
#include "access/made.h"
#include "access/write_key.h"
#include "access/write_source.h"
#include "base/test.h"

static int begin(void **state)
{
    *state = memory_new(sizeof(struct made));
    made_begin(*state);
    return 0;
}

static int end(void **state)
{
    made_end(*state);
    free(*state);
    return 0;
}

static int64_t make(struct made *m, role_set roles, bool writes, char key[KEY_SIZE])
{
    int64_t id = 0;
    const struct api_key values = {.name = SLICE("sync"), .roles = roles, .writes = writes};
    if (api_key_make(m->access, &m->command, &values, key, &id, &m->error) != ANSWER_OK)
        fail_msg("%s", m->error.message);
    return id;
}

static enum answer find(struct made *m, const char *key, struct identity *who)
{
    return api_key_find(m->access, slice_from(key), SLICE("192.0.2.7"), who, &m->error);
}

static void a_key_reads_or_writes_as_its_roles_may(void **state)
{
    struct made *m = *state;
    struct identity who;
    char reads[KEY_SIZE], writes[KEY_SIZE];
    make(m, ROLE_BIT(ACCESS_SALES), false, reads);
    const int64_t id = make(m, ROLE_EVERY, true, writes);
    assert_int_equal(find(m, reads, &who), ANSWER_OK);
    assert_true(access_allows(&who, ACTION_LEAD_READ));
    assert_false(access_allows(&who, ACTION_HANDOFF_ACCEPT));
    assert_int_equal(find(m, writes, &who), ANSWER_OK);
    assert_int_equal(who.id, id);
    assert_int_equal(who.kind, IDENTITY_API_KEY);
    assert_true(access_allows(&who, ACTION_HANDOFF_ACCEPT));
    assert_false(access_allows(&who, ACTION_USER_MANAGE)); /* people alone do, whatever the roles */
    assert_false(access_allows(&who, ACTION_KEY_MANAGE));
    assert_false(access_allows(&who, ACTION_DEFINITION_SIGN_SALES));
}

static void a_key_nearly_right_is_wrong(void **state)
{
    struct made *m = *state;
    struct identity who;
    char key[KEY_SIZE];
    make(m, ROLE_EVERY, true, key);
    const size_t len = strlen(key);
    for (int round = 0; round < 2; round++) { /* as loaded, and as remembered */
        for (size_t i = 0; i < len; i++) {
            char wrong[KEY_SIZE];
            memcpy(wrong, key, sizeof wrong);
            wrong[i] ^= 1;
            if (find(m, wrong, &who) != ANSWER_UNKNOWN) fail_msg("let in with another byte %zu", i);
            assert_int_equal(who.kind, IDENTITY_NOBODY);
        }
        assert_int_equal(api_key_find(m->access, slice_of(key, len - 1), SLICE(""), &who, &m->error), ANSWER_UNKNOWN);
        assert_int_equal(api_key_find(m->access, SLICE(""), SLICE(""), &who, &m->error), ANSWER_UNKNOWN);
        assert_int_equal(find(m, key, &who), ANSWER_OK);
    }
}

static void a_key_is_kept_as_a_digest(void **state)
{
    struct made *m = *state;
    char key[KEY_SIZE];
    make(m, ROLE_EVERY, true, key);
    assert_int_equal(made_number(m, "SELECT length(digest) FROM api_key"), 32);
    FILE *file = fopen(m->path, "rb");
    char wal[128];
    snprintf(wal, sizeof wal, "%s-wal", m->path);
    FILE *log = fopen(wal, "rb");
    FILE *const files[] = {file, log};
    for (int i = 0; i < 2; i++) {
        if (!files[i]) continue;
        struct buffer all;
        buffer_init(&all, BUFFER_NO_LIMIT);
        char *to;
        size_t n;
        while ((to = buffer_reserve(&all, 65536)) && (n = fread(to, 1, 65536, files[i])) > 0) buffer_advance(&all, n);
        assert_null(memmem(all.data, all.len, key + 18, 43));
        assert_true(i == 0 || memmem(all.data, all.len, key + 5, 12)); /* the prefix is there: the look was right */
        buffer_release(&all);
        fclose(files[i]);
    }
    assert_non_null(log);
}

static void a_revoked_key_ends_at_once_and_another_connection_too(void **state)
{
    struct made *m = *state;
    struct identity who;
    char one[KEY_SIZE], two[KEY_SIZE];
    const int64_t id = make(m, ROLE_EVERY, true, one), second = make(m, ROLE_EVERY, true, two);
    assert_int_equal(find(m, one, &who), ANSWER_OK);
    assert_int_equal(find(m, two, &who), ANSWER_OK);
    assert_int_equal(api_key_revoke(m->access, &m->command, id, &m->error), ANSWER_OK);
    assert_int_equal(find(m, one, &who), ANSWER_UNKNOWN);
    assert_int_equal(api_key_revoke(m->access, &m->command, id, &m->error), ANSWER_ABSENT);
    assert_int_equal(find(m, two, &who), ANSWER_OK);
    struct store *store = store_open(m->path, DATABASE_WRITE, &m->error);
    struct access *other = access_new(store_database(store), made_world(m), &m->settings);
    assert_int_equal(api_key_revoke(other, &m->command, second, &m->error), ANSWER_OK);
    assert_int_equal(find(m, two, &who), ANSWER_UNKNOWN);
    access_free(other);
    store_close(store);
}

static void a_key_can_have_an_end_and_tells_when_it_was_used(void **state)
{
    struct made *m = *state;
    struct identity who;
    char key[KEY_SIZE];
    int64_t id;
    struct api_key_list list;
    const struct api_key values = {
        .name = SLICE("sync"), .roles = ROLE_BIT(ACCESS_SALES), .expires_at = m->now + 3 * HOUR_US};
    assert_int_equal(api_key_make(m->access, &m->command, &values, key, &id, &m->error), ANSWER_OK);
    m->now += HOUR_US;
    assert_int_equal(find(m, key, &who), ANSWER_OK);
    assert_int_equal(api_key_list(m->access, &m->command, &m->arena, &list, &m->error), ANSWER_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.keys[0].used_at, m->now);
    m->now += 2 * HOUR_US;
    assert_int_equal(find(m, key, &who), ANSWER_UNKNOWN);
    made_again(m);
    assert_int_equal(find(m, key, &who), ANSWER_UNKNOWN);
}

static void keys_are_made_by_those_who_may(void **state)
{
    struct made *m = *state;
    char key[KEY_SIZE];
    int64_t id;
    struct api_key_list list;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    const struct session_ticket ticket = made_session(m, "sales@example.com");
    struct api_key values = {.name = SLICE("mine"), .roles = ROLE_BIT(ACCESS_SALES)};
    assert_int_equal(api_key_make(m->access, &ticket.who, &values, key, &id, &m->error), ANSWER_FORBIDDEN);
    assert_int_equal(api_key_list(m->access, &ticket.who, &m->arena, &list, &m->error), ANSWER_FORBIDDEN);
    values.roles = 0;
    assert_int_equal(api_key_make(m->access, &m->command, &values, key, &id, &m->error), ANSWER_BAD);
    values = (struct api_key){.name = SLICE("two\nlines"), .roles = ROLE_EVERY};
    assert_int_equal(api_key_make(m->access, &m->command, &values, key, &id, &m->error), ANSWER_BAD);
}

/* ---- write keys ---- */

static enum answer find_source(struct made *m, struct slice key, struct write_source *source)
{
    return write_source_find(m->access, key, &m->arena, source, &m->error);
}

static void a_write_key_names_its_source_and_can_be_shown_again(void **state)
{
    struct made *m = *state;
    struct write_key made;
    struct write_key_list list;
    struct write_source source;
    const struct write_key values = {.name = SLICE("landing page"),
                                     .source = SLICE("web"),
                                     .origins = SLICE(" https://example.com  https://shop.example.com:8443 ")};
    assert_int_equal(write_key_make(m->access, &m->command, &values, &m->arena, &made, &m->error), ANSWER_OK);
    assert_int_equal(find_source(m, made.key, &source), ANSWER_OK);
    assert_slice(source.name, "web");
    assert_int_equal(source.key, made.id);
    assert_true(write_source_allows(&source, SLICE("")));
    assert_true(write_source_allows(&source, SLICE("https://example.com")));
    assert_true(write_source_allows(&source, SLICE("https://SHOP.example.com:8443")));
    assert_false(write_source_allows(&source, SLICE("https://evil.example")));
    assert_false(write_source_allows(&source, SLICE("https://example.com.evil.example")));
    assert_false(write_source_allows(&source, SLICE("null")));
    assert_int_equal(find_source(m, SLICE("wk_1"), &source), ANSWER_UNKNOWN);
    assert_int_equal(write_key_list(m->access, &m->command, &m->arena, &list, &m->error), ANSWER_OK);
    assert_int_equal(list.count, 1);
    assert_true(slice_equal(list.keys[0].key, made.key));
    assert_slice(list.keys[0].origins, "https://example.com https://shop.example.com:8443");
    assert_int_equal(write_key_revoke(m->access, &m->command, made.id, &m->error), ANSWER_OK);
    assert_int_equal(find_source(m, made.key, &source), ANSWER_UNKNOWN);
}

static void what_cannot_be_a_source_or_an_origin_is_refused(void **state)
{
    struct made *m = *state;
    struct write_key made;
    static const char *const sources[] = {"",
                                          "Web",
                                          "a b",
                                          "-web",
                                          "web\n",
                                          "<script>",
                                          "a123456789b123456789c123456789d123456789e123456789f123456789g1234"};
    static const char *const origins[] = {
        "example.com",           "https://", "https://example.com/path", "ftp://example.com", "https://a@b",
        "https://exa\nmple.com", "*"};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        const struct write_key values = {.name = SLICE("x"), .source = slice_from(sources[i])};
        if (i == 4) continue; /* white space at the end is trimmed */
        if (write_key_make(m->access, &m->command, &values, &m->arena, &made, &m->error) != ANSWER_BAD)
            fail_msg("%s was taken", sources[i]);
    }
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        const struct write_key values = {.name = SLICE("x"), .source = SLICE("web"), .origins = slice_from(origins[i])};
        if (write_key_make(m->access, &m->command, &values, &m->arena, &made, &m->error) != ANSWER_BAD)
            fail_msg("%s was taken", origins[i]);
    }
}

/* What it is held to is found with it, remembered or not, and stands in the trail. */
static void a_write_key_is_held_to_what_it_may_say(void **state)
{
    static const char told[] = "SELECT count(*) FROM audit WHERE action = 'write-key.make'"
                               " AND after LIKE '%\"calls\":\"track page\"%' AND after LIKE '%visitors%'";
    struct made *m = *state;
    struct write_key made;
    struct write_key_list list;
    struct write_source source;
    struct write_key values = {.name = SLICE("shop"), .source = SLICE("shop")};
    values.permit = (struct permit){.events = SLICE("Signed Up\npage_*"), .visitors = true};
    assert_int_equal(permit_calls_parse(SLICE("page track"), &values.permit.calls, &m->error), OK);
    assert_int_equal(write_key_make(m->access, &m->command, &values, &m->arena, &made, &m->error), ANSWER_OK);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(find_source(m, made.key, &source), ANSWER_OK);
        assert_int_equal(source.permit.calls, values.permit.calls);
        assert_slice(source.permit.events, "Signed Up\npage_*");
        assert_true(source.permit.visitors);
    }
    assert_int_equal(write_key_list(m->access, &m->command, &m->arena, &list, &m->error), ANSWER_OK);
    assert_int_equal(list.keys[0].permit.calls, values.permit.calls);
    assert_true(list.keys[0].permit.visitors);
    assert_int_equal(made_number(m, told), 1);
}

/* What is remembered of a key is forgotten when its limits change; what a change does not name stays. */
static void limits_of_a_write_key_change_at_once(void **state)
{
    static const char told[] = "SELECT count(*) FROM audit WHERE action = 'write-key.change' AND outcome = 'done'"
                               " AND before LIKE '%\"events\":\"\"%' AND after LIKE '%\"events\":\"b\"%'";
    struct made *m = *state;
    struct write_key made, changed, other,
        wanted = {.origins = SLICE(" https://example.com  https://shop.example.com ")};
    struct write_source source;
    const struct write_key values = {.name = SLICE("shop"), .source = SLICE("shop"), .permit.visitors = true};
    assert_int_equal(write_key_make(m->access, &m->command, &values, &m->arena, &made, &m->error), ANSWER_OK);
    assert_int_equal(find_source(m, made.key, &source), ANSWER_OK);
    assert_true(source.permit.visitors && !source.permit.events.len && !source.origins.len);
    wanted.permit.events = SLICE("b");
    const unsigned limits = WRITE_KEY_EVENTS | WRITE_KEY_ORIGINS;
    assert_int_equal(write_key_change(m->access, &m->command, made.id, &wanted, limits, &m->arena, &changed, &m->error),
                     ANSWER_OK);
    assert_int_equal(find_source(m, made.key, &source), ANSWER_OK);
    assert_slice(source.permit.events, "b");
    assert_slice(source.origins, "https://example.com https://shop.example.com");
    assert_true(source.permit.visitors && changed.permit.visitors);
    assert_int_equal(made_number(m, told), 1);
    /* Who saw the limits as they were before changes nothing; who sees those that stand does. */
    wanted.version = made.version;
    assert_int_equal(write_key_change(m->access, &m->command, made.id, &wanted, limits, &m->arena, &other, &m->error),
                     ANSWER_CHANGED);
    assert_int_equal(find_source(m, made.key, &source), ANSWER_OK);
    assert_slice(source.permit.events, "b");
    wanted.version = changed.version;
    /* Only calls; then only the visitors: the store forgets for each column. */
    wanted.permit = (struct permit){.calls = 1u << CALL_PAGE};
    assert_int_equal(
        write_key_change(m->access, &m->command, made.id, &wanted, WRITE_KEY_CALLS, &m->arena, &changed, &m->error),
        ANSWER_OK);
    assert_int_equal(find_source(m, made.key, &source), ANSWER_OK);
    assert_int_equal(source.permit.calls, 1u << CALL_PAGE);
    wanted.version = slice_of("", 0);
    assert_int_equal(
        write_key_change(m->access, &m->command, made.id, &wanted, WRITE_KEY_VISITORS, &m->arena, &changed, &m->error),
        ANSWER_OK);
    assert_int_equal(find_source(m, made.key, &source), ANSWER_OK);
    assert_false(source.permit.visitors);
    /* A wrong one changes nothing; one that does not hold has no limits. */
    wanted.origins = SLICE("*");
    assert_int_equal(write_key_change(m->access, &m->command, made.id, &wanted, limits, &m->arena, &changed, &m->error),
                     ANSWER_BAD);
    assert_int_equal(find_source(m, made.key, &source), ANSWER_OK);
    assert_slice(source.permit.events, "b");
    assert_int_equal(write_key_revoke(m->access, &m->command, made.id, &m->error), ANSWER_OK);
    assert_int_equal(
        write_key_change(m->access, &m->command, made.id, &wanted, WRITE_KEY_CALLS, &m->arena, &changed, &m->error),
        ANSWER_ABSENT);
}

/* A write key opens nothing else, and an API key sends no events to the intake of browsers. */
static void kinds_of_keys_are_not_mixed_up(void **state)
{
    struct made *m = *state;
    struct identity who;
    struct write_key made;
    struct write_source source;
    char key[KEY_SIZE];
    make(m, ROLE_EVERY, true, key);
    const struct write_key values = {.name = SLICE("x"), .source = SLICE("web")};
    assert_int_equal(write_key_make(m->access, &m->command, &values, &m->arena, &made, &m->error), ANSWER_OK);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(api_key_find(m->access, made.key, SLICE(""), &who, &m->error), ANSWER_UNKNOWN);
        assert_int_equal(find_source(m, slice_from(key), &source), ANSWER_UNKNOWN);
        assert_int_equal(find(m, key, &who), ANSWER_OK);
        assert_int_equal(find_source(m, made.key, &source), ANSWER_OK);
    }
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        T(a_key_reads_or_writes_as_its_roles_may),
        T(a_key_nearly_right_is_wrong),
        T(a_key_is_kept_as_a_digest),
        T(a_revoked_key_ends_at_once_and_another_connection_too),
        T(a_key_can_have_an_end_and_tells_when_it_was_used),
        T(keys_are_made_by_those_who_may),
        T(a_write_key_names_its_source_and_can_be_shown_again),
        T(what_cannot_be_a_source_or_an_origin_is_refused),
        T(kinds_of_keys_are_not_mixed_up),
        T(a_write_key_is_held_to_what_it_may_say),
        T(limits_of_a_write_key_change_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

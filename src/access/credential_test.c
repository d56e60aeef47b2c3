/* The headers that say who a request comes from, as clients write them and as attackers do. */
#include "access/credential.h"

#include "access/person_text.h"
#include "base/test.h"

static void a_cookie_is_found_by_its_whole_name(void **state)
{
    struct slice value;
    assert_true(cookie_find(SLICE("a=1; masa_session=abc-_; b=2"), SLICE("masa_session"), &value));
    assert_slice(value, "abc-_");
    assert_true(cookie_find(SLICE("masa_session=\"abc\""), SLICE("masa_session"), &value));
    assert_slice(value, "abc");
    static const char *const none[] = {"",
                                       ";",
                                       "=",
                                       "masa_session",
                                       "masa_session=",
                                       "xmasa_session=1",
                                       "masa_sessionx=1",
                                       "Masa_Session=1",
                                       "a=masa_session=1",
                                       "masa_session=a b",
                                       "masa_session=\"",
                                       "masa_session=a\xff",
                                       "masa_session=a,b"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (cookie_find(slice_from(none[i]), SLICE("masa_session"), &value)) fail_msg("found in %s", none[i]);
}

/* Another host of the domain can add a cookie of the same name, but not take ours away. */
static void two_of_one_name_are_none(void **state)
{
    struct slice value;
    assert_false(cookie_find(SLICE("masa_session=one; masa_session=two"), SLICE("masa_session"), &value));
    assert_false(cookie_find(SLICE("masa_session=one; masa_session=one"), SLICE("masa_session"), &value));
}

static void authorization_is_read_to_the_letter(void **state)
{
    static const struct {
        const char *header;
        enum authorization_kind kind;
        const char *user, *password;
    } cases[] = {
        {"", AUTHORIZATION_NONE, "", ""},
        {"Bearer masa_1", AUTHORIZATION_BEARER, "", "masa_1"},
        {"bearer   masa_1  ", AUTHORIZATION_BEARER, "", "masa_1"},
        {"Bearer", AUTHORIZATION_OTHER, "", ""},
        {"Bearer a b", AUTHORIZATION_OTHER, "", ""},
        {"Basic d2tfMTo=", AUTHORIZATION_BASIC, "wk_1", ""},
        {"basic d2tfMTpwYTpzcw==", AUTHORIZATION_BASIC, "wk_1", "pa:ss"},
        {"Basic d2tfMQ==", AUTHORIZATION_OTHER, "", ""}, /* no colon */
        {"Basic d2tfMTo", AUTHORIZATION_OTHER, "", ""},  /* no padding */
        {"Basic d2tf MTo=", AUTHORIZATION_OTHER, "", ""},
        {"Basic ====", AUTHORIZATION_OTHER, "", ""},
        {"Basic AAA6", AUTHORIZATION_OTHER, "", ""}, /* holds NUL */
        {"Basic", AUTHORIZATION_OTHER, "", ""},
        {"Digest x", AUTHORIZATION_OTHER, "", ""},
        {"BearerX y", AUTHORIZATION_OTHER, "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct authorization a;
        authorization_read(slice_from(cases[i].header), &a);
        if (a.kind != cases[i].kind) fail_msg("%s is of kind %d", cases[i].header, (int)a.kind);
        assert_slice(a.user, cases[i].user);
        assert_slice(a.password, cases[i].password);
    }
    char large[AUTHORIZATION_MAX + 10] = "Bearer ";
    memset(large + 7, 'x', sizeof large - 7);
    struct authorization a;
    authorization_read(slice_of(large, sizeof large), &a);
    assert_int_equal(a.kind, AUTHORIZATION_OTHER);
}

static void cookies_are_written_safe(void **state)
{
    struct buffer out;
    buffer_init(&out, 1024);
    cookie_write(session_cookie(true), SLICE("abc"), 60, true, &out);
    assert_slice(buffer_slice(&out), "__Host-masa_session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
    buffer_clear(&out);
    cookie_write(session_cookie(false), SLICE(""), 0, false, &out);
    assert_slice(buffer_slice(&out), "masa_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    buffer_release(&out);
}

static void origins_are_compared_as_browsers_write_them(void **state)
{
    assert_true(origin_equal(SLICE("https://masa.example.com"), SLICE("https://MASA.example.com")));
    assert_true(origin_equal(SLICE("https://masa.example.com:443"), SLICE("https://masa.example.com")));
    assert_false(origin_equal(SLICE("http://masa.example.com"), SLICE("https://masa.example.com")));
    assert_false(origin_equal(SLICE("https://masa.example.com:8443"), SLICE("https://masa.example.com")));
    assert_false(origin_equal(SLICE("https://masa.example.com.evil.example"), SLICE("https://masa.example.com")));
    assert_false(origin_equal(SLICE("null"), SLICE("https://masa.example.com")));
    assert_false(origin_equal(SLICE(""), SLICE("")));
}

static void an_address_is_one_however_it_is_typed(void **state)
{
    static const struct {
        const char *typed, *kept; /* NULL: refused */
    } cases[] = {
        {" Sales@Example.COM ", "sales@example.com"},
        {"JOS\xc3\x89@example.com", "jos\xc3\xa9@example.com"},
        {"jose\xcc\x81@example.com", "jos\xc3\xa9@example.com"},
        {"stra\xc3\x9f"
         "e@example.com",
         "strasse@example.com"},
        {"\xd7\x93\xd7\x95\xd7\x90\xd7\xa8@example.com", "\xd7\x93\xd7\x95\xd7\x90\xd7\xa8@example.com"},
        {"", NULL},
        {"a", NULL},
        {"@example.com", NULL},
        {"a@", NULL},
        {"a@b@c", NULL},
        {"a b@example.com", NULL},
        {"a@example.com\nBcc: x", NULL},
        {"a@.example", NULL},
        {"a\xff@example.com", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer out;
        buffer_init(&out, 4096);
        const bool taken = email_fold(slice_from(cases[i].typed), &out);
        if (taken != (cases[i].kept != NULL)) fail_msg("%s", cases[i].typed);
        if (taken) assert_slice(buffer_slice(&out), cases[i].kept);
        buffer_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cookie_is_found_by_its_whole_name),
        cmocka_unit_test(two_of_one_name_are_none),
        cmocka_unit_test(authorization_is_read_to_the_letter),
        cmocka_unit_test(cookies_are_written_safe),
        cmocka_unit_test(origins_are_compared_as_browsers_write_them),
        cmocka_unit_test(an_address_is_one_however_it_is_typed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Addresses and hosts: what is well formed, what is free, and that the list can be searched. */
#include "cel/email.h"

#include "base/test.h"

static const char *const listed[] = {
#include "cel/free_mail.inc"
};

static void the_list_ascends(void **state)
{
    (void)state;
    size_t count = sizeof listed / sizeof *listed;
    for (size_t i = 0; i < count; i++) {
        if (i && strcmp(listed[i - 1], listed[i]) >= 0) fail_msg("%s after %s", listed[i], listed[i - 1]);
        assert_true(domain_is_free(slice_from(listed[i])));
        for (const char *c = listed[i]; *c; c++) assert_false(*c >= 'A' && *c <= 'Z');
    }
}

static void work_addresses_are_told_from_free_ones(void **state)
{
    (void)state;
    const struct {
        const char *address;
        bool work;
    } rows[] = {
        {"dana@example.com", true},
        {" Dana.Levi+news@sub.example.co.il ", true},
        {"דנה@חברה.קום", true},
        {"dana@gmail.com", false},
        {"dana@GMAIL.com", false},
        {"dana@walla.co.il", false},
        {"dana@walla.com", false},
        {"dana@nana10.co.il", false},
        {"dana@012.net.il", false},
        {"dana@netvision.net.il", false},
        {"dana@bezeqint.net", false},
        {"dana@zahav.net.il", false},
        {"dana@mail.walla.co.il", false},
        {"dana@notgmail.com", true},
        {"dana@gmail.com.example.org", true},
        {"dana@mailinator.com", false},
        {"dana", false},
        {"", false},
        {"@example.com", false},
        {"dana@", false},
        {"dana@localhost", false},
        {"dana@example", false},
        {"dana@example.c", false},
        {"dana@example..com", false},
        {"dana@.example.com", false},
        {"dana@example.com.", false},
        {"dana@-example.com", false},
        {"dana@example-.com", false},
        {"dana@exam ple.com", false},
        {"da na@example.com", false},
        {".dana@example.com", false},
        {"dana.@example.com", false},
        {"da..na@example.com", false},
        {"dana@levi@example.com", false},
        {"dana@1.2.3.4", false},
        {"\"dana\"@example.com", false},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (email_is_work(slice_from(rows[i].address)) != rows[i].work) fail_msg("%s", rows[i].address);
}

static void hosts_come_out_of_urls(void **state)
{
    (void)state;
    const struct {
        const char *url, *host;
    } rows[] = {
        {"https://www.example.com/path?x=1#y", "example.com"},
        {"http://user:secret@shop.example.co.il:8080/", "shop.example.co.il"},
        {"example.com", "example.com"},
        {"www.example.com/a", "example.com"},
        {"WWW.Example.com", "Example.com"},
        {"//example.com", ""},
        {"https://", ""},
        {"not a host", ""},
        {"localhost", ""},
        {"https://1.2.3.4/", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_slice(url_host(slice_from(rows[i].url)), rows[i].host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_ascends),
        cmocka_unit_test(work_addresses_are_told_from_free_ones),
        cmocka_unit_test(hosts_come_out_of_urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What may be called, and what only when it was named: by the lists of addresses that are set apart. */
#include "base/test.h"

#include "deliver/reach.h"

static struct address address(const char *text)
{
    struct address out;
    assert_true(address_parse(slice_from(text), &out));
    return out;
}

static void the_internet_is_public_and_nothing_else(void **state)
{
    static const char *const public[] = {"8.8.8.8",     "1.1.1.1",      "172.15.255.255",   "172.32.0.0",
                                         "100.63.0.1",  "100.128.0.1",  "192.167.255.255",  "223.255.255.255",
                                         "2606:4700::", "2a00:1450::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8",
                                         "11.0.0.0",    "2001:200::1"};
    static const char *const not [] = {
        "127.0.0.1",    "127.8.8.8",       "0.0.0.0",     "10.0.0.1",    "172.16.0.1",      "172.31.9.9",
        "192.168.1.1",  "169.254.169.254", "100.64.0.1",  "224.0.0.1",   "255.255.255.255", "198.18.0.1",
        "192.0.2.1",    "203.0.113.7",     "::",          "::1",         "::ffff:10.0.0.1", "fe80::1",
        "fc00::1",      "fd12:3456::1",    "ff02::1",     "2001:db8::1", "2002:a00:1::",    "64:ff9b::10.0.0.1",
        "64:ff9b:1::1", "2001::1",         "::127.0.0.1", "fec0::1"};
    for (size_t i = 0; i < sizeof public / sizeof *public; i++)
        if (!reach_is_public(address(public[i]))) fail_msg("%s is public", public[i]);
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
        if (reach_is_public(address(not [i]))) fail_msg("%s is not public", not [i]);
}

static void a_net_is_an_address_and_how_much_of_it_counts(void **state)
{
    static const struct {
        const char *text;
        int bits;
    } good[] = {{"10.0.0.0/8", 104}, {"127.0.0.1", 128}, {"fd00::/8", 8}, {"::1", 128}, {"0.0.0.0/0", 96}, {"::/0", 0}};
    static const char *const bad[] = {
        "", "10.0.0.0/", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "example.com", "10.0.0.0/-1", "10.0.0.0/8 ", "/8"};
    struct reach_net net;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (!reach_parse(slice_from(good[i].text), &net)) fail_msg("%s is one", good[i].text);
        assert_int_equal(net.bits, good[i].bits);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (reach_parse(slice_from(bad[i]), &net)) fail_msg("%s is none", bad[i]);
}

static void what_was_named_is_called_also_without_tls(void **state)
{
    struct reach reach = {.count = 2};
    const struct reach nobody = {0};
    assert_true(reach_parse(SLICE("10.1.0.0/20"), &reach.nets[0]));
    assert_true(reach_parse(SLICE("127.0.0.1"), &reach.nets[1]));
    assert_true(reach_allows(&reach, address("10.1.15.255"), false));
    assert_false(reach_allows(&reach, address("10.1.16.0"), true));
    assert_true(reach_allows(&reach, address("127.0.0.1"), true));
    assert_false(reach_allows(&reach, address("127.0.0.2"), true));
    assert_true(reach_allows(&nobody, address("8.8.8.8"), true));
    assert_false(reach_allows(&nobody, address("8.8.8.8"), false));
    assert_false(reach_allows(&nobody, address("127.0.0.1"), true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_internet_is_public_and_nothing_else),
        cmocka_unit_test(a_net_is_an_address_and_how_much_of_it_counts),
        cmocka_unit_test(what_was_named_is_called_also_without_tls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

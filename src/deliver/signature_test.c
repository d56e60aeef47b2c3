/* Signatures against the example that the Standard Webhooks libraries share, and one worked out with Python's hmac. */
#include "base/test.h"

#include "deliver/signature.h"

static void a_message_is_signed_as_the_standard_has_it(void **state)
{
    /* MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw */
    static const char secret[] = "\x31\xf2\x90\xf6\xbf\x06\x29\x8a\xab\x4f\x08\xd4\x3c\x3f\x08\x2c\xf6\x48\xa3\x62\xda"
                                 "\x2d\xa4\xb0";
    const struct signed_message message = {SLICE("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330,
                                           SLICE("{\"test\": 2432232314}")};
    struct buffer out;
    buffer_init(&out, 1024);
    signature_write(slice_of(secret, sizeof secret - 1), &message, &out);
    assert_slice(buffer_slice(&out), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    buffer_release(&out);
}

static void a_secret_is_shown_as_the_standard_has_it(void **state)
{
    char secret[SIGNING_SECRET_BYTES], text[SIGNING_SECRET_TEXT + 1];
    const struct signed_message message = {SLICE("msg_1"), 1767225600, SLICE("{\"type\":\"channel.test\"}")};
    struct buffer out;
    for (int i = 0; i < SIGNING_SECRET_BYTES; i++) secret[i] = (char)i;
    signing_secret_text(slice_of(secret, sizeof secret), text);
    assert_string_equal(text, "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    buffer_init(&out, 1024);
    signature_write(slice_of(secret, sizeof secret), &message, &out);
    assert_slice(buffer_slice(&out), "v1,nTKC11HBRkQ8okRwYDpbVenT4sXeN2w729Tg8I0fdVE=");
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_signed_as_the_standard_has_it),
        cmocka_unit_test(a_secret_is_shown_as_the_standard_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

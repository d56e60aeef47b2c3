#include "deliver/signature.h"

#include <assert.h>
#include <sodium.h>

enum { MAC_TEXT = sodium_base64_ENCODED_LEN(crypto_auth_hmacsha256_BYTES, sodium_base64_VARIANT_ORIGINAL) };

static const char secret_head[] = "whsec_";

void signing_secret_text(struct slice secret, char out[SIGNING_SECRET_TEXT + 1])
{
    const size_t head = sizeof secret_head - 1;
    assert(secret.len == SIGNING_SECRET_BYTES);
    memcpy(out, secret_head, head);
    sodium_bin2base64(out + head, SIGNING_SECRET_TEXT + 1 - head, (const unsigned char *)secret.ptr, secret.len,
                      sodium_base64_VARIANT_ORIGINAL);
}

static void add(crypto_auth_hmacsha256_state *state, struct slice text)
{
    crypto_auth_hmacsha256_update(state, (const unsigned char *)text.ptr, text.len);
}

void signature_write(struct slice secret, const struct signed_message *m, struct buffer *out)
{
    crypto_auth_hmacsha256_state state;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    char text[MAC_TEXT], between[32];
    snprintf(between, sizeof between, ".%lld.", (long long)m->at);
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret.ptr, secret.len);
    add(&state, m->id);
    add(&state, slice_from(between));
    add(&state, m->body);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_memzero(&state, sizeof state);
    sodium_bin2base64(text, sizeof text, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL);
    buffer_printf(out, "v1,%s", text);
}

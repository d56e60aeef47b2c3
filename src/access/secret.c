#include "access/secret.h"

#include <sodium.h>

static void to_text(const unsigned char bytes[32], char out[SECRET_SIZE])
{
    sodium_bin2base64(out, SECRET_SIZE, bytes, 32, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void secret_make(const struct world *world, char out[SECRET_SIZE])
{
    unsigned char bytes[32];
    world_random(world, bytes, sizeof bytes);
    to_text(bytes, out);
    sodium_memzero(bytes, sizeof bytes);
}

struct digest secret_digest(struct slice secret)
{
    struct digest digest;
    crypto_generichash((unsigned char *)digest.bytes, DIGEST_BYTES, (const unsigned char *)secret.ptr, secret.len, NULL,
                       0);
    return digest;
}

void secret_derive(struct slice secret, struct slice purpose, char out[SECRET_SIZE])
{
    /* The key of the digest is the digest of the secret under nothing but its own bytes with the purpose before them:
     * never what the store keeps. */
    unsigned char key[32], bytes[32];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof key);
    crypto_generichash_update(&state, (const unsigned char *)"masa derived", 12);
    crypto_generichash_update(&state, (const unsigned char *)secret.ptr, secret.len);
    crypto_generichash_final(&state, key, sizeof key);
    crypto_generichash(bytes, sizeof bytes, (const unsigned char *)purpose.ptr, purpose.len, key, sizeof key);
    to_text(bytes, out);
    sodium_memzero(key, sizeof key);
}

bool secret_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || sodium_memcmp(a.ptr, b.ptr, a.len) == 0);
}

#include "access/key_text.h"

#include <sodium.h>
#include <stdio.h>

void key_text_make(const struct world *world, const char *word, char out[KEY_SIZE])
{
    char secret[SECRET_SIZE], prefix[KEY_PREFIX_TEXT + 1];
    unsigned char bytes[KEY_PREFIX_TEXT / 2];
    world_random(world, bytes, sizeof bytes);
    sodium_bin2hex(prefix, sizeof prefix, bytes, sizeof bytes);
    secret_make(world, secret);
    snprintf(out, KEY_SIZE, "%s_%s_%s", word, prefix, secret);
    sodium_memzero(secret, sizeof secret);
}

struct slice key_text_prefix(struct slice key, const char *word)
{
    const size_t start = strlen(word) + 1;
    const struct slice none = {0};
    if (key.len != start + KEY_PREFIX_TEXT + 1 + SECRET_TEXT) return none;
    if (memcmp(key.ptr, word, start - 1) != 0 || key.ptr[start - 1] != '_' || key.ptr[start + KEY_PREFIX_TEXT] != '_')
        return none;
    return slice_of(key.ptr + start, KEY_PREFIX_TEXT);
}

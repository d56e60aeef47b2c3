#include "http/sender.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"

enum { DIGEST = 32, ORIGINS_MAX = 32, KEY_MIN = 8, LINE_MAX_BYTES = 8192 };

struct key {
    struct sender sender;
    const struct slice *origins;
    size_t origin_count;
};

struct key_file {
    struct arena arena;
    struct map digests;
    VECTOR(struct key) keys;
};

static bool allows(const struct key *key, struct slice origin)
{
    for (size_t i = 0; i < key->origin_count; i++)
        if (slice_equal_fold(key->origins[i], origin)) return true;
    return !origin.len || !key->origin_count;
}

static struct slice digest_of(struct slice key, unsigned char out[DIGEST])
{
    crypto_generichash(out, DIGEST, (const unsigned char *)key.ptr, key.len, NULL, 0);
    return slice_of((const char *)out, DIGEST);
}

static struct slice next_word(struct slice *line)
{
    *line = slice_trim(*line);
    size_t n = 0;
    while (n < line->len && line->ptr[n] != ' ' && line->ptr[n] != '\t') n++;
    struct slice word = slice_of(line->ptr, n);
    *line = slice_skip(*line, n);
    return word;
}

/* The text with one character for another, in the arena. */
static struct slice changed(struct arena *arena, struct slice text, char from, char to)
{
    char *out = arena_alloc(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) out[i] = text.ptr[i] == from ? to : text.ptr[i];
    return slice_of(out, text.len);
}

/* *limit: the word was one. */
static enum outcome read_limit(struct arena *arena, struct slice word, struct permit *permit, bool *limit,
                               struct error *error)
{
    struct slice value = word;
    const struct slice name = slice_cut(&value, '=');
    *limit = true;
    if (slice_is(word, "browser")) {
        permit->visitors = true;
        return permit_calls_parse(SLICE(PERMIT_BROWSER_CALLS), &permit->calls, error);
    }
    if (slice_is(name, "calls")) return permit_calls_parse(changed(arena, value, ',', ' '), &permit->calls, error);
    if (slice_is(name, "events"))
        permit->events = changed(arena, value, ',', '\n');
    else if (slice_is(word, "speaks_of=visitors"))
        permit->visitors = true;
    else
        *limit = false;
    return OK;
}

static enum outcome add_line(struct key_file *file, struct slice line, const char *path, size_t number,
                             struct error *error)
{
    unsigned char digest[DIGEST];
    struct slice origins[ORIGINS_MAX];
    struct slice key = next_word(&line), source = next_word(&line);
    struct key entry = {.sender.source = arena_slice(&file->arena, source)};
    if (!key.len || key.ptr[0] == '#') return OK;
    if (key.len < KEY_MIN || !source.len)
        return error_set(error, BAD_USAGE,
                         "%s:%zu: a line is KEY SOURCE [ORIGIN...], the key of at least %d characters", path, number,
                         KEY_MIN);
    for (struct slice word; (word = next_word(&line)).len;) {
        bool limit;
        struct error wrong;
        if (read_limit(&file->arena, word, &entry.sender.permit, &limit, &wrong) != OK)
            return error_set(error, BAD_USAGE, "%s:%zu: %s", path, number, wrong.message);
        if (limit) continue;
        if (entry.origin_count == ORIGINS_MAX)
            return error_set(error, BAD_USAGE, "%s:%zu: more than %d origins", path, number, ORIGINS_MAX);
        origins[entry.origin_count++] = arena_slice(&file->arena, word);
    }
    struct slice *kept = ARENA_ARRAY(&file->arena, struct slice, entry.origin_count);
    memcpy(kept, origins, entry.origin_count * sizeof *kept);
    entry.origins = kept;
    uint32_t count = file->digests.count;
    map_put_copy(&file->digests, &file->arena, digest_of(key, digest), count);
    if (file->digests.count == count) return error_set(error, BAD_USAGE, "%s:%zu: a key twice", path, number);
    vector_push(&file->keys, entry);
    return OK;
}

struct key_file *key_file_load(const char *path, struct error *error)
{
    char line[LINE_MAX_BYTES];
    FILE *in = fopen(path, "re");
    if (!in) {
        error_set(error, FAILED, "cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    struct key_file *file = memory_new(sizeof *file);
    arena_init(&file->arena);
    map_init(&file->digests);
    enum outcome outcome = OK;
    for (size_t number = 1; outcome == OK && fgets(line, sizeof line, in); number++)
        outcome = add_line(file, slice_trim(slice_from(line)), path, number, error);
    if (ferror(in)) outcome = error_set(error, FAILED, "cannot read %s: %s", path, strerror(errno));
    sodium_memzero(line, sizeof line);
    fclose(in);
    if (outcome == OK) return file;
    key_file_free(file);
    return NULL;
}

void key_file_free(struct key_file *file)
{
    if (!file) return;
    map_release(&file->digests);
    vector_release(&file->keys);
    arena_release(&file->arena);
    free(file);
}

static enum sender_answer find_key(void *context, struct slice key, struct slice origin, struct arena *arena,
                                   struct sender *sender, struct error *error)
{
    const struct key_file *file = context;
    unsigned char digest[DIGEST];
    uint32_t at = map_get(&file->digests, digest_of(key, digest));
    if (at == MAP_NONE) return SENDER_UNKNOWN;
    *sender = file->keys.at[at].sender;
    return allows(&file->keys.at[at], origin) ? SENDER_FINE : SENDER_FORGED;
}

struct sender_port key_file_port(struct key_file *file)
{
    return (struct sender_port){file, find_key};
}

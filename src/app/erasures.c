#include "app/erasures.h"

#include <sodium.h>

#include "base/vector.h"

static const char secret_name[] = "erasure_key";

static void make_digest(void *context, struct slice key, uint8_t out[ERASED_HASH_BYTES])
{
    const struct erasures *e = context;
    crypto_generichash(out, ERASED_HASH_BYTES, (const unsigned char *)key.ptr, key.len, e->secret, sizeof e->secret);
}

static enum outcome load_secret(struct store *store, struct erasures *e, struct error *error)
{
    size_t len = 0;
    const struct slice hex = store_setting(store_database(store), secret_name, &e->arena);
    if (!hex.len) return OK;
    e->has_secret =
        sodium_hex2bin(e->secret, sizeof e->secret, hex.ptr, hex.len, NULL, &len, NULL) == 0 && len == sizeof e->secret;
    return e->has_secret ? OK
                         : error_set(error, FAILED, "%s: the key of its erasures is damaged: go back to a backup",
                                     database_path(store_database(store)));
}

static enum outcome load_keys(struct store *store, struct erasures *e, struct error *error)
{
    struct statement *s = database_statement(store_database(store), "SELECT digest FROM erased_key");
    while (statement_row(s)) {
        const struct slice digest = statement_bytes(s, 0);
        if (digest.len == ERASED_HASH_BYTES) erased_add(&e->erased, (const uint8_t *)digest.ptr);
    }
    return statement_end(s, error);
}

static enum outcome load_list(struct store *store, struct erasures *e, struct error *error)
{
    VECTOR(struct erasure) list = {0};
    struct statement *s =
        database_statement(store_database(store), "SELECT at, residue, facts FROM erasure ORDER BY at, id");
    while (statement_row(s))
        vector_push(&list, ((struct erasure){statement_number(s, 0), arena_slice(&e->arena, statement_bytes(s, 1)),
                                             arena_slice(&e->arena, statement_bytes(s, 2))}));
    struct erasure *kept = ARENA_ARRAY(&e->arena, struct erasure, list.count);
    if (list.count) memcpy(kept, list.at, list.count * sizeof *kept);
    e->list = kept;
    e->count = list.count;
    vector_release(&list);
    return statement_end(s, error);
}

enum outcome erasures_load(struct store *store, struct erasures *e, struct error *error)
{
    *e = (struct erasures){0};
    arena_init(&e->arena);
    erased_init(&e->erased, (struct erased_hash){make_digest, e});
    enum outcome outcome = load_secret(store, e, error);
    if (outcome == OK) outcome = load_keys(store, e, error);
    return outcome == OK ? load_list(store, e, error) : outcome;
}

void erasures_release(struct erasures *e)
{
    sodium_memzero(e->secret, sizeof e->secret);
    erased_release(&e->erased);
    arena_release(&e->arena);
}

/* `with` is only read where it has this meaning: others may call a property so. */
static bool merges_with(const struct erasures *e, const struct input_event *in, uint32_t with)
{
    const bool merge = slice_is(in->name, declaration_events[DECLARE_MERGE]) ||
                       slice_is(in->name, declaration_events[DECLARE_UNMERGE]);
    const struct input_value *value = merge && with != NONE ? &in->values[with] : NULL;
    return value && value->kind == INPUT_TEXT && erased_has(&e->erased, value->text, slice_of("", 0));
}

bool erasures_refuse(const struct erasures *e, const struct input_event *in, uint32_t with)
{
    if (!e->count) return false;
    return erased_has(&e->erased, in->user, in->anonymous) || erased_has(&e->erased, in->previous, in->previous) ||
           merges_with(e, in, with);
}

size_t erasures_until(const struct erasures *e, int64_t at)
{
    size_t count = 0;
    while (count < e->count && e->list[count].at <= at) count++;
    return count;
}

enum outcome erasures_need_secret(struct store *store, struct erasures *e, const struct world *world,
                                  struct error *error)
{
    char hex[2 * ERASURE_SECRET_BYTES + 1];
    if (e->has_secret) return OK;
    world_random(world, e->secret, sizeof e->secret);
    sodium_bin2hex(hex, sizeof hex, e->secret, sizeof e->secret);
    e->has_secret = true;
    return store_set(store, secret_name, slice_from(hex), error);
}

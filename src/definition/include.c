/* The file and those it includes, merged key by key into one tree whose nodes still know where they were written. */
#include "definition/loader.h"

#include <errno.h>
#include <stdio.h>

enum { FILES_MAX = 32 };

struct including {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct slice files[FILES_MAX]; /* all that were read */
    size_t file_count;
};

static bool read_whole(struct arena *arena, const char *path, struct slice *out, const char **why)
{
    struct buffer b;
    FILE *file = fopen(path, "rb");
    *why = file ? NULL : strerror(errno);
    if (!file) return false;
    buffer_init(&b, YAML_SIZE_MAX + 1);
    size_t got;
    do {
        char *room = buffer_reserve(&b, 4096);
        got = room ? fread(room, 1, 4096, file) : 0;
        if (room) buffer_advance(&b, got);
    } while (got);
    if (ferror(file)) *why = strerror(errno ? errno : EIO);
    fclose(file);
    if (b.full) *why = "it is larger than a megabyte";
    *out = arena_slice(arena, buffer_slice(&b));
    buffer_release(&b);
    return !*why;
}

static void report_twice(struct including *in, const struct yaml_node *key, const struct yaml_node *old)
{
    struct place first = yaml_place(old);
    diagnostics_error(in->diagnostics, yaml_place(key), SLICE("keep one of them"),
                      "`%.*s` is given twice, first in %.*s:%d", SLICE_ARG(key->text), SLICE_ARG(first.file),
                      first.line);
}

/* Adds what `from` has to `into`; maps of names grow together. `levels`: of maps below this one that do; at the top the
 * section decides, for traits and the brief have
 * their names one level deeper. */
static const struct yaml_node *merged(struct including *in, const struct yaml_node *into, const struct yaml_node *from,
                                      int levels, bool top)
{
    struct yaml_node *out = ARENA_NEW(in->arena, struct yaml_node);
    struct yaml_pair *pairs = ARENA_ARRAY(in->arena, struct yaml_pair, into->count + from->count);
    if (into->count) memcpy(pairs, into->pairs, into->count * sizeof *pairs);
    *out = *into;
    out->pairs = pairs;
    for (size_t i = 0; i < from->count; i++) {
        struct yaml_pair pair = from->pairs[i], *old = NULL;
        for (size_t k = 0; k < out->count && !old; k++)
            if (slice_equal(pairs[k].key->text, pair.key->text)) old = &pairs[k];
        if (!old) {
            pairs[out->count++] = pair;
            continue;
        }
        int below = top ? 1 + (int)(slice_is(pair.key->text, "traits") || slice_is(pair.key->text, "brief")) : levels;
        bool maps = old->value->kind == YAML_MAP && pair.value->kind == YAML_MAP;
        if (maps && below > 0)
            old->value = merged(in, old->value, pair.value, below - 1, false);
        else if (!top || !(slice_is(pair.key->text, "masa") || slice_is(pair.key->text, "include")))
            report_twice(in, pair.key, old->key);
    }
    return out;
}

static const struct yaml_node *read_one(struct including *in, const char *path, struct place from);

static bool include_allowed(struct including *in, const struct yaml_node *node)
{
    struct slice name = node->text; /* ends in a NUL, as all texts of the tree do */
    bool outside = name.len == 0 || name.ptr[0] == '/' || strstr(name.ptr, "..") || strlen(name.ptr) < name.len;
    if (node->kind == YAML_SCALAR && !outside) return true;
    diagnostics_error(in->diagnostics, yaml_place(node), SLICE("the name of a file beside this one"),
                      "this cannot be included");
    return false;
}

static const struct yaml_node *with_includes(struct including *in, const struct yaml_node *root, const char *path)
{
    const struct yaml_node *list = yaml_get(root, "include");
    if (!list) return root;
    bool many = list->kind == YAML_LIST;
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path) + 1 : 0;
    for (size_t i = 0; i < (many ? list->count : 1); i++) {
        const struct yaml_node *node = many ? list->items[i] : list;
        if (!include_allowed(in, node)) continue;
        struct slice other = arena_printf(in->arena, "%.*s%.*s", folder, path, SLICE_ARG(node->text));
        const struct yaml_node *more = read_one(in, other.ptr, yaml_place(node));
        if (more) root = merged(in, root, more, 0, true);
    }
    return root;
}

static const struct yaml_node *read_one(struct including *in, const char *path, struct place from)
{
    struct slice text, name = slice_from(path);
    const char *why;
    for (size_t i = 0; i < in->file_count; i++)
        if (slice_equal(in->files[i], name)) {
            diagnostics_error(in->diagnostics, from, SLICE("include it once"), "`%s` is included twice", path);
            return NULL;
        }
    if (in->file_count == FILES_MAX) {
        diagnostics_error(in->diagnostics, from, SLICE(""), "more than %d files are included", FILES_MAX);
        return NULL;
    }
    in->files[in->file_count++] = name;
    if (!read_whole(in->arena, path, &text, &why)) {
        diagnostics_error(in->diagnostics, from, SLICE(""), "`%s` cannot be read: %s", path, why);
        return NULL;
    }
    const struct yaml_node *root = yaml_parse(in->arena, text, name, in->diagnostics);
    if (!root) return NULL;
    if (root->kind == YAML_MAP || in->file_count == 1) return with_includes(in, root, path);
    diagnostics_error(in->diagnostics, yaml_place(root), SLICE("events: …"), "an included file is a map of keys");
    return NULL;
}

const struct yaml_node *read_definition_file(struct arena *arena, const char *path, struct diagnostics *diagnostics)
{
    struct including in = {.arena = arena, .diagnostics = diagnostics};
    return read_one(&in, arena_slice(arena, slice_from(path)).ptr, (struct place){slice_from(path), 1, 1});
}
